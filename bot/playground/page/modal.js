/** The modal that an app opened for the persona: the top view of its stack, its values and its errors. */

import { control } from "./api.js";
import { renderBlocks } from "./blocks.js";
import { el, fill } from "./dom.js";
import { plainText } from "./choices.js";
import { dialogHead, showDialog } from "./popup.js";

export class Modals {
  constructor(store, actions) {
    this.store = store;
    this.actions = actions;
    this.fields = [];
    this.shown = null;
    this.typed = new Map();
    store.on("views", () => this.show());
  }

  /** Brings the dialog in line with the persona's top view. */
  show() {
    const top = this.store.topView;
    if (!top) return this.hide();
    if (this.shown?.id === top.id && this.shown.view === top.view) return undefined;
    this.remember();
    this.shown = top;
    if (!this.dialog) this.open();
    this.draw(top);
    return undefined;
  }

  /** Keeps what was typed: an updated or uncovered view shows it again, as in Slack. */
  remember() {
    if (!this.shown) return;
    const values = new Map(this.fields.map((field) => [`${field.blockId}/${field.actionId}`, field.read()]));
    this.typed.set(this.shown.id, values);
  }

  hide() {
    this.shown = null;
    this.typed.clear();
    this.dialog?.close();
  }

  open() {
    this.dialog = el("dialog", { class: "dialog", data: { testid: "modal" } });
    this.dialog.addEventListener("cancel", (event) => this.cancel(event));
    showDialog(this.dialog, () => this.closed());
  }

  cancel(event) {
    if (event.target !== this.dialog) return;
    event.preventDefault();
    this.dismiss();
  }

  /** The dialog went away by a press outside: the server must hear of it too. */
  closed() {
    this.dialog = null;
    if (this.shown) this.dismiss();
  }

  draw({ id, view }) {
    this.fields = [];
    const body = el("div", { class: "dialog-body" }, renderBlocks(view.blocks ?? [], this.use(id)));
    const form = el("form", { novalidate: true }, dialogHead(plainText(view.title), () => this.dismiss()), body, this.foot(view));
    form.addEventListener("submit", (event) => this.submit(event));
    this.dialog.setAttribute("aria-label", plainText(view.title));
    fill(this.dialog, form);
    (this.fields[0]?.focus ?? form.querySelector("footer button"))?.focus();
  }

  use(id) {
    const earlier = (blockId, actionId) => this.typed.get(id)?.get(`${blockId}/${actionId}`);
    const act = (action) => this.actions.act("interact", { view_id: id, action, values: this.values() });
    return { directory: this.store, fields: this.fields, earlier, act };
  }

  foot(view) {
    const close = el("button", { type: "button", class: "button", on: { click: () => this.dismiss() } }, plainText(view.close) || "Close");
    const submit = view.submit && el("button", { type: "submit", class: "button primary", data: { testid: "modal-submit" } }, plainText(view.submit));
    return el("footer", { class: "dialog-foot" }, close, submit);
  }

  async dismiss() {
    const { id } = this.shown;
    this.store.setView(id, null, null);
    await this.actions.act("close-view", { view_id: id });
  }

  async submit(event) {
    event.preventDefault();
    const button = this.dialog.querySelector("[type=submit]");
    if (!this.valid() || button?.getAttribute("aria-busy")) return;
    button?.setAttribute("aria-busy", "true");
    await this.deliver(this.shown.id);
    button?.removeAttribute("aria-busy");
  }

  async deliver(id) {
    try {
      this.take(id, await control("submit-view", { user: this.store.personaId, view_id: id, values: this.values() }));
    } catch (error) {
      if (error.body?.errors) this.fail(error.body.errors);
      else this.actions.refused(error);
    }
  }

  /** The app's answer: errors stand under their fields; without an answer the view closes. */
  take(id, answer) {
    if (answer.errors) this.fail(answer.errors);
    else if (!answer.response_action) this.store.setView(id, null, null);
  }

  values() {
    const values = {};
    for (const { blockId, actionId, type, read } of this.fields) {
      values[blockId] = { ...values[blockId], [actionId]: { type, ...read() } };
    }
    return values;
  }

  valid() {
    const faults = this.fields.map((field) => [field.blockId, field.fault?.()]).filter(([, fault]) => fault);
    this.fail(Object.fromEntries(faults));
    return !faults.length;
  }

  fail(errors) {
    for (const field of this.fields) field.fail(errors[field.blockId] ?? null);
    this.fields.find((field) => errors[field.blockId])?.focus?.focus();
  }
}
