/** Completion while typing: @people, #channels, :emoji: and, at the start, /commands. */

import { avatar, el, fill } from "./dom.js";
import { character, search } from "./emoji.js";
import { freshId } from "./choices.js";

const LIMIT = 8;
const WORD = /(?:^|[\s(])([@#])([\p{L}\p{N}._-]*)$/u;
const EMOJI = /(?:^|[\s(]):([a-z0-9_+'-]{2,})$/;
const COMMAND = /^\/([a-z0-9_-]*)$/i;

function ranked(items, typed, nameOf) {
  const text = typed.toLowerCase();
  const found = items.filter((item) => nameOf(item).toLowerCase().includes(text));
  const starts = (item) => nameOf(item).toLowerCase().split(" ").some((word) => word.startsWith(text));
  return [...found.filter(starts), ...found.filter((item) => !starts(item))].slice(0, LIMIT);
}

function people(store, typed) {
  const all = [...store.users.values()].filter((user) => !user.deleted);
  return ranked(all, typed, (user) => `${user.name} ${user.label}`).map((user) => ({
    insert: `@${user.name} `,
    mark: avatar(user, "tiny"),
    label: user.label,
    detail: user.is_bot ? "app" : `@${user.name}`,
  }));
}

function channels(store, typed) {
  return ranked(store.publicChannels, typed, (channel) => channel.name).map((channel) => ({
    insert: `#${channel.name} `,
    mark: el("span", { class: "hash" }, "#"),
    label: channel.name,
    detail: "",
  }));
}

function emoji(typed) {
  return search(typed, LIMIT).map((name) => ({ insert: `:${name}: `, mark: character(name), label: `:${name}:`, detail: "" }));
}

function commands(store, typed) {
  return ranked(store.commands, typed, (entry) => entry.command.slice(1)).map((entry) => ({
    insert: `${entry.command} `,
    mark: el("span", { class: "hash" }, "/"),
    label: `${entry.command} ${entry.usage_hint ?? ""}`.trim(),
    detail: entry.description ?? "",
  }));
}

/** What may stand at the end of `before`: the length of what was typed, and the options. */
function namesFor(store, before) {
  const word = WORD.exec(before);
  if (word) return { length: word[2].length + 1, options: word[1] === "@" ? people(store, word[2]) : channels(store, word[2]) };
  const name = EMOJI.exec(before);
  if (name) return { length: name[1].length + 1, options: emoji(name[1]) };
  return { length: 0, options: [] };
}

export class Completion {
  /** Completes in the textarea `field`, with `commands` also /commands; `panel` is the list that it shows above it. */
  constructor(store, field, commands) {
    this.store = store;
    this.commands = commands;
    this.field = field;
    this.id = freshId("completion");
    this.panel = el("div", { class: "completion", role: "listbox", id: this.id, hidden: true, data: { testid: "completion" } });
    this.close();
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", this.id);
    field.addEventListener("blur", () => this.close());
  }

  get isOpen() {
    return this.options.length > 0;
  }

  /** Looks at what stands before the caret and shows what may complete it. */
  update() {
    const { length, options } = this.find(this.field.value.slice(0, this.field.selectionStart));
    this.length = length;
    this.show(options);
  }

  find(before) {
    const command = this.commands && COMMAND.exec(before);
    if (command) return { length: before.length, options: commands(this.store, command[1]) };
    return namesFor(this.store, before);
  }

  close() {
    this.show([]);
  }

  show(options) {
    this.options = options;
    this.at = 0;
    this.panel.hidden = !options.length;
    this.field.setAttribute("aria-expanded", String(options.length > 0));
    fill(this.panel, options.map((option, index) => this.row(option, index)));
    this.mark();
  }

  row(option, index) {
    const choose = (event) => {
      event.preventDefault();
      this.choose(index);
    };
    const props = { role: "option", id: `${this.id}-${index}`, class: "completion-row", on: { pointerdown: choose } };
    const words = [el("span", { class: "completion-mark" }, option.mark), el("span", { class: "completion-label" }, option.label)];
    return el("div", props, words, el("span", { class: "completion-detail" }, option.detail));
  }

  mark() {
    const rows = [...this.panel.children];
    rows.forEach((row, index) => row.setAttribute("aria-selected", String(index === this.at)));
    if (rows.length) this.field.setAttribute("aria-activedescendant", rows[this.at].id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  choose(index) {
    const { insert } = this.options[index];
    const caret = this.field.selectionStart;
    this.field.setRangeText(insert, caret - this.length, caret, "end");
    this.close();
    this.field.focus();
    this.field.dispatchEvent(new Event("input"));
  }

  /** Takes the key when the list is open; true means that it was taken. A name typed in full goes out by Enter. */
  key(event) {
    if (!this.isOpen) return false;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) this.at = (this.at + steps[event.key] + this.options.length) % this.options.length;
    else if (event.key === "Escape") this.close();
    else if (event.key === "Tab" || (event.key === "Enter" && !this.isWhole())) this.choose(this.at);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    this.mark();
    return true;
  }

  isWhole() {
    const caret = this.field.selectionStart;
    return this.options[this.at].insert.trim() === this.field.value.slice(caret - this.length, caret);
  }
}
