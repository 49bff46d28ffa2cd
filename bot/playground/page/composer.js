/** The field one writes in: grows with its text, completes names, sends by Enter. */

import { Completion } from "./completion.js";
import { el, fill, iconButton } from "./dom.js";
import { Pending } from "./pending.js";
import { emojiPicker } from "./popup.js";

const MAX_HEIGHT = 240;

export class Composer {
  /** `send(text, files)` resolves to false when it was refused: both then stand in the field again. */
  constructor(store, { testid, label, send, onCancel, onUp, commands = false, attach = false, extras = [] }) {
    this.send = send;
    this.onCancel = onCancel;
    this.onUp = onUp;
    this.extras = extras;
    this.pending = attach ? new Pending(() => this.changed()) : null;
    this.field = el("textarea", { rows: "1", "aria-label": label, placeholder: label, role: "combobox", data: { testid } });
    this.completion = new Completion(store, this.field, commands);
    this.button = iconButton("send", "Send", () => this.submit(), { class: "send" });
    this.element = el("div", { class: "composer" }, this.completion.panel, el("div", { class: "composer-box" }, this.pending?.element, this.field, this.tools()));
    this.pending?.listen(this.element, this.field);
    this.field.addEventListener("input", () => this.changed());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.changed();
  }

  tools() {
    const emoji = iconButton("smile", "Insert an emoji", () => emojiPicker(emoji, (name) => this.insert(`:${name}: `)));
    const help = el("span", { class: "composer-help" }, "Enter to send, Shift+Enter for a new line");
    return el("div", { class: "composer-tools" }, this.pending?.button, this.pending?.input, emoji, this.extras, help, this.button);
  }

  /** Replaces the tools by Save and Cancel, for the edit of a message. */
  asEditor(text) {
    const save = el("button", { type: "button", class: "button primary small", on: { click: () => this.submit() } }, "Save");
    const cancel = el("button", { type: "button", class: "button small", on: { click: () => this.onCancel() } }, "Cancel");
    fill(this.element.querySelector(".composer-tools"), el("span", { class: "composer-help" }, "Esc to cancel, Enter to save"), cancel, save);
    this.field.value = text;
    this.changed();
    return this;
  }

  focus() {
    this.field.focus({ preventScroll: true });
    this.field.setSelectionRange(this.field.value.length, this.field.value.length);
  }

  relabel(label) {
    this.field.placeholder = label;
    this.field.setAttribute("aria-label", label);
  }

  insert(text) {
    this.field.focus();
    this.field.setRangeText(text, this.field.selectionStart, this.field.selectionEnd, "end");
    this.changed();
  }

  changed() {
    this.button.disabled = !this.field.value.trim() && !this.pending?.files.length;
    this.field.style.setProperty("height", "auto");
    this.field.style.setProperty("height", `${Math.min(this.field.scrollHeight, MAX_HEIGHT)}px`);
    this.completion.update();
  }

  key(event) {
    if (event.isComposing || this.completion.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape" && this.onCancel) {
      event.stopPropagation();
      this.onCancel();
    } else if (event.key === "ArrowUp" && !this.field.value && this.onUp) {
      event.preventDefault();
      this.onUp();
    }
  }

  async submit() {
    const text = this.field.value.trim();
    const files = this.pending?.take() ?? [];
    if (!text && !files.length) return;
    this.field.value = "";
    this.changed();
    const sent = await this.send(text, files);
    if (sent) return;
    this.pending?.add(files);
    if (!this.field.value) this.field.value = text;
    this.changed();
  }
}
