/** A list of messages with day lines: draws only what changed, keeps the reader's place. */

import { Composer } from "./composer.js";
import { el, fill } from "./dom.js";
import { messageChildren } from "./message_row.js";
import { typed } from "./mrkdwn.js";
import { dayKey, dayName, moment } from "./time.js";
import { toolbar } from "./toolbar.js";

const TOGETHER_SECONDS = 300;

function follows(message, previous) {
  if (!previous || previous.ephemeral || message.ephemeral || previous.user !== message.user) return false;
  if (previous.bot_id !== message.bot_id || message.subtype === "thread_broadcast") return false;
  return Number.parseFloat(message.ts) - Number.parseFloat(previous.ts) < TOGETHER_SECONDS;
}

export class MessageList {
  constructor(page, { inThread, label }) {
    this.page = page;
    this.inThread = inThread;
    this.rows = new Map();
    this.element = el("div", { class: "messages", role: "log", "aria-label": label, "aria-live": "polite" });
    this.element.addEventListener("keydown", (event) => this.key(event));
  }

  /** Shows these messages of `channel`, oldest first. */
  show(messages, channel) {
    if (channel !== this.channel) this.clear();
    this.channel = channel;
    const nodes = this.nodes(messages);
    this.sweep(new Set(nodes));
    let at = this.element.firstChild;
    for (const node of nodes) {
      if (node === at) at = at.nextSibling;
      else this.element.insertBefore(node, at);
    }
    this.rove();
  }

  clear() {
    this.rows.clear();
    fill(this.element);
  }

  nodes(messages) {
    const nodes = [];
    let previous = null;
    for (const message of messages) {
      const day = dayKey(moment(message.ts));
      const newDay = !this.inThread && (!previous || dayKey(moment(previous.ts)) !== day);
      if (newDay) nodes.push(this.dayLine(day, message.ts));
      nodes.push(this.row(message, !newDay && follows(message, previous)));
      if (this.inThread && !previous && messages.length > 1) nodes.push(this.countLine(messages.length - 1));
      previous = message;
    }
    return nodes;
  }

  sweep(kept) {
    for (const [key, { node }] of this.rows) if (!kept.has(node)) this.rows.delete(key);
    for (const node of [...this.element.children]) if (!kept.has(node)) node.remove();
  }

  line(key, text, classes) {
    if (!this.rows.has(key)) this.rows.set(key, { node: el("div", { class: classes, role: "separator" }, el("span", {})) });
    const { node } = this.rows.get(key);
    if (node.textContent !== text) node.firstChild.textContent = text;
    return node;
  }

  dayLine(day, ts) {
    return this.line(`day ${day}`, dayName(moment(ts)), "day-line");
  }

  countLine(count) {
    return this.line("count", count === 1 ? "1 reply" : `${count} replies`, "count-line");
  }

  row(message, compact) {
    const entry = this.rows.get(message.ts) ?? this.newRow(message);
    const place = { channel: this.channel, inThread: this.inThread, compact };
    const signature = this.signature(message, compact);
    if (same(entry.signature, signature)) return entry.node;
    Object.assign(entry, { message, place, signature });
    if (!entry.editing) this.draw(entry);
    return entry.node;
  }

  signature(message, compact) {
    const { store } = this.page;
    const replies = store.history(this.channel).replies(message.ts);
    return [message, compact, store.personaId, store.users, replies.length, replies.at(-1)];
  }

  newRow(message) {
    const node = el("div", { class: "message", tabindex: "-1", role: "article", data: { testid: "message", ts: message.ts } });
    const entry = { node };
    node.addEventListener("pointerenter", () => this.tools(entry));
    node.addEventListener("pointerleave", () => this.leave(entry));
    node.addEventListener("focusin", () => this.tools(entry));
    node.addEventListener("focusout", (event) => !node.contains(event.relatedTarget) && this.leave(entry));
    this.rows.set(message.ts, entry);
    return entry;
  }

  draw(entry) {
    const { node, message, place } = entry;
    const hadTools = node.querySelector(":scope > .toolbar");
    fill(node, messageChildren(message, place, this.page));
    node.classList.toggle("compact", place.compact);
    node.classList.toggle("system", message.subtype === "tombstone" || Boolean(message.subtype?.startsWith("channel_")));
    node.classList.toggle("ephemeral", Boolean(message.ephemeral));
    node.classList.toggle("streaming", Boolean(message.streaming));
    if (message.streaming) node.setAttribute("aria-busy", "true");
    else node.removeAttribute("aria-busy");
    node.setAttribute("aria-label", `${this.page.store.author(message).label}, ${moment(message.ts).toLocaleString()}`);
    if (hadTools) this.tools(entry);
  }

  tools(entry) {
    if (entry.message.ephemeral || entry.editing || entry.node.querySelector(":scope > .toolbar")) return;
    entry.node.append(toolbar(entry.message, entry.place, this.page, () => this.edit(entry)));
  }

  /** A bar whose menu is open, or that holds the keyboard's focus, stays. */
  leave(entry) {
    const bar = entry.node.querySelector(":scope > .toolbar");
    const focused = entry.node.matches(":focus-visible") || entry.node.querySelector(":focus-visible");
    if (bar && !focused && !bar.querySelector("[aria-expanded=true]")) bar.remove();
  }

  edit(entry) {
    const { message, node } = entry;
    const stop = () => {
      entry.editing = false;
      this.draw(entry);
      node.focus({ preventScroll: true });
    };
    const send = async (text) => {
      const done = await this.page.actions.edit(this.channel, message.ts, text);
      if (done) stop();
      return done !== null;
    };
    entry.editing = true;
    const composer = new Composer(this.page.store, { testid: "edit-composer", label: "Edit message", send, onCancel: stop });
    const editor = composer.asEditor(typed(message.text, this.page.store)).element;
    fill(node, node.querySelector(".message-gutter"), el("div", { class: "message-body" }, editor));
    composer.changed();
    composer.focus();
    node.scrollIntoView({ block: "nearest" });
  }

  /** Starts the edit of the persona's newest message here. */
  editLast() {
    const own = [...this.rows.values()].filter(({ message }) => message?.user === this.page.store.personaId && !message.ephemeral);
    if (own.length) this.edit(own.reduce((one, other) => (one.message.ts > other.message.ts ? one : other)));
  }

  /** One message can be reached by Tab: the focused one, else the newest. */
  rove(chosen) {
    const nodes = [...this.element.querySelectorAll(":scope > .message")];
    const current = chosen ?? nodes.find((node) => node.contains(document.activeElement)) ?? nodes.at(-1);
    for (const node of nodes) node.tabIndex = node === current ? 0 : -1;
  }

  key(event) {
    if (!event.target.classList.contains("message")) return;
    const steps = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };
    if (event.key in steps) this.step(event, steps[event.key]);
    else if (event.key === "t" || event.key === "Enter") this.press(event, "message-thread");
    else if (event.key === "r") this.press(event, "message-react");
    else if (event.key === "e") this.editFocused(event);
  }

  step(event, by) {
    event.preventDefault();
    const nodes = [...this.element.querySelectorAll(":scope > .message")];
    const next = nodes[nodes.indexOf(event.target) + by];
    if (!next) return;
    this.rove(next);
    next.focus();
  }

  press(event, testid) {
    event.preventDefault();
    event.target.querySelector(`[data-testid=${testid}]`)?.click();
  }

  editFocused(event) {
    const entry = this.rows.get(event.target.dataset.ts);
    if (entry.message.user !== this.page.store.personaId || entry.message.ephemeral) return;
    event.preventDefault();
    this.edit(entry);
  }
}

function same(one, other) {
  return one !== undefined && one.every((part, index) => part === other[index]);
}
