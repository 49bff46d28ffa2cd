/** The side panel with one thread. */

import { Composer } from "./composer.js";
import { el, fill, iconButton } from "./dom.js";
import { MessageList } from "./message_list.js";
import { WorkLine } from "./work.js";

const AT_FOOT = 80;

export class ThreadView {
  constructor(page) {
    this.page = page;
    this.store = page.store;
    this.list = new MessageList(page, { inThread: true, label: "Thread" });
    this.scroller = el("div", { class: "scroller", tabindex: "-1" }, this.list.element);
    this.atFoot = true;
    this.scroller.addEventListener("scroll", () => (this.atFoot = this.isAtFoot()), { passive: true });
    const observer = new ResizeObserver(() => this.atFoot && this.toFoot());
    for (const node of [this.scroller, this.list.element]) observer.observe(node);
    this.composer = new Composer(this.store, {
      testid: "thread-composer",
      label: "Reply",
      attach: true,
      send: (text, files) => page.say(this.store.channelId, text, this.store.threadTs, files),
      onUp: () => this.list.editLast(),
    });
    this.where = el("span", { class: "pane-topic" });
    const close = iconButton("close", "Close thread", () => page.closeThread());
    const head = el("header", { class: "pane-head" }, el("h2", { class: "pane-title" }, "Thread"), this.where, close);
    this.element = el("aside", { class: "thread", "aria-label": "Thread", hidden: true, data: { testid: "thread" } });
    this.work = new WorkLine(page, () => this.store.threadTs ?? "");
    this.element.append(head, this.scroller, this.work.element, this.composer.element);
    this.element.addEventListener("keydown", (event) => event.key === "Escape" && page.closeThread());
    this.listen();
  }

  listen() {
    this.store.on("thread", () => this.open());
    this.store.on("persona", () => this.update());
    this.store.on("state", () => this.update());
    this.store.on("messages", (channel) => channel === this.store.channelId && this.update());
  }

  open() {
    const { threadTs } = this.store;
    this.element.hidden = threadTs === null;
    this.list.clear();
    if (threadTs === null) return;
    this.update();
    this.atFoot = true;
    this.toFoot();
    this.composer.focus();
  }

  isAtFoot() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < AT_FOOT;
  }

  toFoot() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  update() {
    const { channelId, threadTs, personaId } = this.store;
    const channel = this.store.channel(channelId);
    if (threadTs === null || !channel) return;
    fill(this.where, `${channel.is_im ? "" : "#"}${this.store.title(channel)}`);
    this.composer.element.hidden = !this.store.isMember(channel) || Boolean(channel.is_archived);
    this.list.show(this.store.history(channelId).thread(threadTs, personaId), channelId);
    if (this.atFoot) this.toFoot();
  }
}
