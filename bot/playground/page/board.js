/** The board: its lists and cards, live; a card moves by drag or by keyboard. */

import { ApiError } from "./api.js";
import { coverImage } from "./attachments.js";
import { avatar, el, fill, icon } from "./dom.js";
import { enableDrag } from "./drag.js";
import { menu } from "./popup.js";
import { toast } from "./toast.js";

const FLASH_MS = 2600;
const PAUSES_MS = [500, 1000, 2000, 5000];

/** A label as a chip of its colour. */
export function labelChip(label) {
  return el("span", { class: `label label-${label.color ?? "none"}`, title: label.name || label.color }, label.name);
}

/** A board member as the workspace draws people; the same person where the names match. */
export function memberFace(member, store) {
  const label = member.fullName || member.username;
  const user = [...store.users.values()].find((one) => one.id === member.id || one.name === member.username || one.real_name === label);
  const initials = member.initials || user?.initials || label?.[0]?.toUpperCase() || "?";
  const face = avatar({ initials, color: user?.color ?? "#6b7280" }, "tiny");
  face.title = label;
  return face;
}

export class BoardView {
  constructor(page, widen) {
    this.page = page;
    this.store = page.store;
    this.known = null;
    this.failures = 0;
    this.title = el("h1", { class: "pane-title" });
    this.lists = el("div", { class: "lists" });
    this.element = el("section", { class: "board", "aria-label": "Board", data: { testid: "board" } });
    this.element.append(el("header", { class: "pane-head board-head" }, icon("lines"), this.title, widen), this.lists);
    enableDrag(this.lists, (cardId, listId, before) => this.drop(cardId, listId, before));
    this.lists.addEventListener("keydown", (event) => this.key(event));
    this.store.on("board", () => this.load());
    this.store.on("state", () => this.draw());
  }

  /** Reads the board; calls that come while one is under way become one more read. */
  async load() {
    if (this.loading) {
      this.again = true;
      return;
    }
    this.loading = true;
    do {
      this.again = false;
      await this.read();
    } while (this.again);
    this.loading = false;
  }

  async read() {
    try {
      this.board = await this.page.board.lists();
      this.failures = 0;
      clearTimeout(this.later);
      this.draw();
      this.page.boardRead();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.readLater();
    }
  }

  /** What stands there stays; the second failure in a row is told, the rest is tried quietly. */
  readLater() {
    this.failures += 1;
    if (this.failures === 2) toast("The board cannot be read just now. Trying again…");
    clearTimeout(this.later);
    this.later = setTimeout(() => this.load(), PAUSES_MS[this.failures - 1] ?? PAUSES_MS.at(-1));
  }

  cards(listId) {
    return this.board.cards.filter((card) => card.idList === listId).sort((one, other) => one.pos - other.pos);
  }

  find(shortLinkOrId) {
    return this.board?.cards.find((card) => card.shortLink === shortLinkOrId || card.id === shortLinkOrId);
  }

  draw() {
    if (!this.board || this.lists.querySelector(".dragged")) return;
    const focused = document.activeElement?.dataset?.cardId;
    const scroll = new Map([...this.lists.children].map((list) => [list.dataset.list, list.querySelector(".cards").scrollTop]));
    this.title.textContent = this.board.name;
    fill(this.lists, this.board.lists.map((list) => this.list(list)));
    for (const list of this.lists.children) list.querySelector(".cards").scrollTop = scroll.get(list.dataset.list) ?? 0;
    if (focused) this.tile(focused)?.focus({ preventScroll: true });
    this.known = new Set(this.board.cards.map((card) => card.id));
  }

  tile(cardId) {
    return this.lists.querySelector(`[data-card-id="${CSS.escape(cardId)}"]`);
  }

  list(list) {
    const cards = this.cards(list.id);
    const count = el("span", { class: "count", "aria-label": `${cards.length} cards` }, String(cards.length));
    const head = el("header", {}, el("h2", {}, list.name), count);
    const tiles = el("div", { class: "cards", role: "list" }, cards.map((card) => this.card(card)));
    const data = { testid: `list-${list.name}`, list: list.id };
    return el("section", { class: "list", "aria-label": list.name, data }, head, tiles);
  }

  card(card) {
    const open = () => this.page.openCard(card.shortLink);
    const label = `${card.name}. Enter opens, M moves`;
    const data = { testid: "card", cardId: card.id };
    const props = { class: "card", tabindex: "0", role: "listitem", "aria-label": label, data };
    const labels = card.labels?.length ? el("div", { class: "labels" }, card.labels.map(labelChip)) : null;
    const node = el("article", { ...props, on: { click: open } }, coverImage(card), labels, el("div", { class: "card-name" }, card.name), this.badges(card));
    if (this.known && !this.known.has(card.id)) flash(node);
    return node;
  }

  badges(card) {
    const comments = card.badges?.comments;
    const members = (card.idMembers ?? []).map((id) => this.board.members?.find((member) => member.id === id)).filter(Boolean);
    const parts = [
      card.desc && el("span", { class: "badge-icon", title: "This card has a description" }, icon("lines")),
      comments > 0 && el("span", { class: "badge-icon", title: `${comments} comments` }, icon("comment"), String(comments)),
      card.badges?.attachments > 0 && el("span", { class: "badge-icon", title: `${card.badges.attachments} attachments` }, icon("clip"), String(card.badges.attachments)),
      card.due && el("span", { class: "badge-icon", title: "Due" }, icon("clock"), dueDay(card.due)),
      members.length > 0 && el("span", { class: "faces" }, members.map((member) => memberFace(member, this.store))),
    ].filter(Boolean);
    return parts.length ? el("div", { class: "badges" }, parts) : null;
  }

  key(event) {
    const card = event.target.closest(".card");
    if (!card) return;
    if (event.key === "Enter" || event.key === " ") card.click();
    else if (event.key === "m" || event.key === "M") this.moveMenu(card, card.dataset.cardId);
    else if (!this.step(event.key, card)) return;
    event.preventDefault();
  }

  /** Arrows go from card to card and from list to list. */
  step(key, card) {
    const columns = [...this.lists.children].map((list) => [...list.querySelectorAll(".card")]);
    const column = columns.findIndex((cards) => cards.includes(card));
    const at = columns[column].indexOf(card);
    const sideways = { ArrowLeft: -1, ArrowRight: 1 }[key];
    const next = sideways ? beside(columns, column, at, sideways) : columns[column][at + ({ ArrowUp: -1, ArrowDown: 1 }[key] ?? NaN)];
    next?.focus();
    return key.startsWith("Arrow");
  }

  /** A menu of the other lists; the card goes to the end of the chosen one. */
  moveMenu(anchor, cardId) {
    const card = this.find(cardId);
    const others = this.board.lists.filter((list) => list.id !== card.idList);
    const entries = others.map((list) => ({
      label: `Move to ${list.name}`,
      mark: icon("move"),
      testid: `move-to-${list.name}`,
      run: () => this.move(cardId, { idList: list.id, pos: "bottom" }),
    }));
    menu(anchor, entries, "Move to another list");
  }

  drop(cardId, listId, beforeId) {
    const others = this.cards(listId).filter((card) => card.id !== cardId);
    const at = beforeId ? others.findIndex((card) => card.id === beforeId) : others.length;
    return this.move(cardId, { idList: listId, pos: between(others[at - 1], others[at]) });
  }

  /** Shows the move at once and tells the board; a refusal puts the card back. */
  async move(cardId, changes) {
    const card = this.find(cardId);
    const last = Math.max(0, ...this.cards(changes.idList).map((one) => one.pos));
    Object.assign(card, { idList: changes.idList, pos: changes.pos === "bottom" ? last + 1 : changes.pos });
    this.draw();
    this.tile(cardId)?.focus({ preventScroll: true });
    return this.page.changeCard(cardId, changes);
  }
}

function dueDay(due) {
  return new Date(due).toLocaleDateString(undefined, { month: "short", day: "numeric" });
}

function beside(columns, column, at, by) {
  for (let next = column + by; columns[next]; next += by) {
    if (columns[next].length) return columns[next][Math.min(at, columns[next].length - 1)];
  }
  return undefined;
}

/** A position between two cards, in Trello's way: half way, or "top" and "bottom" at the ends. */
function between(above, below) {
  if (above && below) return (above.pos + below.pos) / 2;
  return below ? "top" : "bottom";
}

function flash(node) {
  node.classList.add("flash");
  setTimeout(() => node.classList.remove("flash"), FLASH_MS);
}
