/** The scrolled part of a channel: at most a few hundred messages are drawn, older ones come on scrolling up. */

import { MessageList } from "./message_list.js";
import { el, icon } from "./dom.js";

const PAGE = 100;
const MOST_DRAWN = 300;
const NEAR_EDGE = 600;
const AT_FOOT = 80;

export class Timeline {
  /** `older()` loads earlier messages into the store and resolves when they are there. */
  constructor(page, older) {
    this.page = page;
    this.older = older;
    this.list = new MessageList(page, { inThread: false, label: "Messages" });
    this.above = el("div", { class: "timeline-top" });
    this.jump = el("button", { type: "button", class: "jump", hidden: true, on: { click: () => this.toNewest() } }, icon("arrow"), "Newest messages");
    this.scroller = el("div", { class: "scroller", tabindex: "-1" }, this.above, this.list.element);
    this.element = el("div", { class: "timeline" }, this.scroller, this.jump);
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    // The list grows by itself, too, when a picture has come.
    const observer = new ResizeObserver(() => this.resized());
    for (const node of [this.scroller, this.list.element]) observer.observe(node);
    this.reset(null);
  }

  /** Starts over with another channel, at its newest message. */
  reset(channel) {
    this.channel = channel;
    this.items = [];
    this.first = null;
    this.pinned = true;
    this.end = 0;
    this.atFoot = true;
  }

  /** Takes all messages held for the channel and draws the part in sight. */
  update() {
    const { store } = this.page;
    const history = store.history(this.channel);
    this.items = history.top(store.personaId);
    this.complete = history.complete;
    this.loaded = history.loaded;
    const start = this.start();
    if (this.pinned) this.end = this.items.length;
    else this.end = Math.min(this.items.length, Math.max(this.end, start + PAGE));
    this.draw(this.pinned && this.atFoot ? this.footStart(start) : start);
  }

  /** At the foot at least a page is drawn, however little was held before, and not more than the most. */
  footStart(start) {
    return Math.max(0, this.end - MOST_DRAWN, Math.min(start, this.end - PAGE));
  }

  /** The index of the first drawn message; older messages that arrived since shift it. */
  start() {
    if (this.first === null) return Math.max(0, this.items.length - PAGE);
    const at = this.items.findIndex((message) => message.ts >= this.first);
    return at < 0 ? Math.max(0, this.items.length - PAGE) : at;
  }

  draw(start) {
    const anchor = this.atFoot ? null : this.anchor();
    this.from = start;
    this.first = this.items[start]?.ts ?? null;
    this.list.show(this.items.slice(start, this.end), this.channel);
    this.sayTop(start);
    if (anchor) this.scroller.scrollTop += anchor.node.offsetTop - anchor.top;
    else this.scroller.scrollTop = this.scroller.scrollHeight;
    this.jump.hidden = this.atFoot && this.pinned;
  }

  sayTop(start) {
    const channel = this.page.store.channel(this.channel);
    const begins = start === 0 && this.complete;
    const name = channel ? `${channel.is_im ? "" : "#"}${this.page.store.title(channel)}` : "";
    const words = begins ? `This is the very beginning of ${name}.` : "Loading earlier messages…";
    this.above.textContent = this.loaded ? words : "Loading messages…";
    this.above.classList.toggle("begins", begins);
  }

  /** The first message in sight and where it stands, so that it can stay there. */
  anchor() {
    const { scrollTop } = this.scroller;
    const rows = [...this.list.element.querySelectorAll(":scope > .message")];
    const node = rows.find((row) => row.offsetTop + row.offsetHeight > scrollTop);
    return node ? { node, top: node.offsetTop } : null;
  }

  resized() {
    if (this.atFoot) this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const below = scrollHeight - scrollTop - clientHeight;
    this.atFoot = this.pinned && below < AT_FOOT;
    this.jump.hidden = this.pinned && below < clientHeight;
    if (scrollTop < NEAR_EDGE) this.upwards();
    else if (below < NEAR_EDGE && !this.pinned) this.downwards();
  }

  async upwards() {
    if (this.busy || !this.loaded || (this.from === 0 && this.complete)) return;
    this.busy = true;
    if (this.from < PAGE && !this.complete) await this.older();
    const before = this.start();
    const start = Math.max(0, before - PAGE);
    this.end = Math.min(this.end, start + MOST_DRAWN);
    this.pinned = this.end === this.items.length;
    this.atFoot = false;
    this.draw(start);
    this.busy = false;
  }

  downwards() {
    this.end = Math.min(this.items.length, this.end + PAGE);
    this.pinned = this.end === this.items.length;
    this.draw(Math.max(this.start(), this.end - MOST_DRAWN));
  }

  toNewest() {
    const { channel } = this;
    this.reset(channel);
    this.update();
  }

  /** Brings one held message into sight and points at it. */
  reveal(ts) {
    const at = this.items.findIndex((message) => message.ts === ts);
    if (at < 0) return;
    const start = Math.max(0, at - PAGE / 2);
    this.end = Math.min(this.items.length, start + PAGE);
    this.pinned = this.end === this.items.length;
    this.draw(start);
    const row = this.list.rows.get(ts).node;
    row.scrollIntoView({ block: "center" });
    this.atFoot = false;
    row.classList.add("pointed");
    setTimeout(() => row.classList.remove("pointed"), 2500);
  }
}
