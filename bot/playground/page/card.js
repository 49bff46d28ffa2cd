/** The detail of one card: description, labels, members, comments; comment, move and archive. */

import { ApiError } from "./api.js";
import { attachmentRows } from "./attachments.js";
import { labelChip, memberFace } from "./board.js";
import { el, fill, icon } from "./dom.js";
import { markdown } from "./markdown.js";
import { confirm, dialogHead, showDialog } from "./popup.js";
import { ago, full } from "./time.js";
import { toast } from "./toast.js";

export class CardDetail {
  /** `closed` runs when the dialog is gone. */
  constructor(page, closed) {
    this.page = page;
    this.closed = closed;
  }

  get shortLink() {
    return this.dialog ? this.link : null;
  }

  /** Opens the card with this short link; a notice where there is none. */
  async open(shortLink) {
    this.link = shortLink;
    this.draft = "";
    if (!this.dialog) this.show();
    await this.refresh();
  }

  show() {
    this.dialog = el("dialog", { class: "dialog dialog-card", "aria-label": "Card", data: { testid: "card-detail" } });
    fill(this.dialog, dialogHead("Loading…", () => this.close()));
    showDialog(this.dialog, () => {
      this.dialog = null;
      this.closed();
    });
  }

  close() {
    this.dialog?.close();
  }

  async refresh() {
    if (!this.dialog) return;
    const { link } = this;
    try {
      const card = await this.page.board.card(link);
      if (this.dialog && link === this.link) this.draw(card);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.notRead(error);
    }
  }

  /** A card that is gone closes; one that could not be read stays as it is until the board is read again. */
  notRead(error) {
    const gone = error.status === 404 || error.status === 400;
    if (gone) this.close();
    toast(gone ? "There is no such card on the board." : error.message);
  }

  draw(card) {
    const writing = this.dialog.contains(document.activeElement) && document.activeElement.tagName === "TEXTAREA";
    const head = dialogHead(card.name, () => this.close(), "Close card");
    const main = el("div", { class: "card-main" }, this.facts(card), this.description(card), this.attachments(card), this.comments(card));
    fill(this.dialog, head, el("div", { class: "dialog-body card-body" }, main, this.side(card)));
    this.dialog.setAttribute("aria-label", card.name);
    if (writing) this.field.focus();
  }

  facts(card) {
    const labels = (card.labels ?? []).map(labelChip);
    const { store } = this.page;
    const member = (one) => el("span", { class: "member" }, memberFace(one, store), one.fullName);
    const members = (card.members ?? []).map(member);
    return el(
      "div",
      { class: "card-facts" },
      labels.length > 0 && fact("Labels", el("div", { class: "labels" }, labels)),
      members.length > 0 && fact("Members", members),
      card.closed && fact("State", "Archived"),
    );
  }

  description(card) {
    const words = card.desc?.trim() ? markdown(card.desc) : el("p", { class: "muted" }, "No description.");
    const body = el("div", { class: "markdown", data: { testid: "card-description" } }, words);
    return el("section", {}, el("h3", { class: "card-part" }, icon("lines"), "Description"), body);
  }

  attachments(card) {
    if (!card.attachments?.length) return null;
    const head = el("h3", { class: "card-part" }, icon("clip"), "Attachments");
    return el("section", {}, head, el("div", { class: "attachments" }, attachmentRows(card.attachments)));
  }

  comments(card) {
    const shown = (card.actions ?? []).filter((action) => action.type === "commentCard");
    const head = el("h3", { class: "card-part" }, icon("comment"), "Comments");
    return el("section", {}, head, this.form(card), shown.map((action) => this.comment(action)));
  }

  comment(action) {
    const author = action.memberCreator ?? {};
    const date = new Date(action.date);
    const name = el("span", { class: "author" }, author.fullName ?? author.username ?? "someone");
    const head = el("div", { class: "message-head" }, name, el("time", { class: "time", title: full(date) }, ago(date)));
    const words = el("div", {}, head, el("div", { class: "markdown" }, markdown(action.data?.text ?? "")));
    return el("div", { class: "comment", data: { testid: "comment" } }, memberFace(author, this.page.store), words);
  }

  form(card) {
    const label = "Write a comment…";
    const data = { testid: "comment-field" };
    this.field = el("textarea", { class: "field", rows: "2", placeholder: label, "aria-label": label, data });
    this.field.value = this.draft;
    this.field.addEventListener("input", () => (this.draft = this.field.value));
    const submit = el("button", { type: "submit", class: "button primary small", data: { testid: "comment-send" } }, "Comment");
    const form = el("form", { class: "comment-form" }, this.field, submit);
    form.addEventListener("submit", (event) => this.send(event, card));
    this.field.addEventListener("keydown", (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && form.requestSubmit());
    return form;
  }

  async send(event, card) {
    event.preventDefault();
    const text = this.field.value.trim();
    if (!text) return;
    this.draft = "";
    await this.page.commentCard(card.id, text);
    await this.refresh();
  }

  side(card) {
    const lists = this.page.boardView.board?.lists ?? [];
    const options = lists.map((list) => el("option", { value: list.id, selected: list.id === card.idList }, list.name));
    const select = el("select", { class: "field", "aria-label": "List", data: { testid: "card-list" } }, options);
    select.addEventListener("change", () => this.page.changeCard(card.id, { idList: select.value, pos: "bottom" }));
    const words = [icon("archive"), card.closed ? "Send back to the board" : "Archive"];
    const press = { data: { testid: "card-archive" }, on: { click: () => this.archive(card) } };
    const archive = el("button", { type: "button", class: "button wide", ...press }, words);
    return el("aside", { class: "card-side" }, fact("In list", el("span", { class: "select" }, select, icon("chevron"))), archive);
  }

  async archive(card) {
    const words = { title: "Archive card", text: `Archive “${card.name}”? It leaves the board.`, yes: "Archive", no: "Cancel" };
    if (!card.closed && !(await confirm({ ...words, danger: true }))) return;
    const changed = await this.page.changeCard(card.id, { closed: !card.closed });
    if (changed && !card.closed) this.close();
  }
}

function fact(name, content) {
  return el("div", { class: "fact" }, el("h4", {}, name), el("div", {}, content));
}
