/** The line over a composer that says what the app is at, with Stop. */

import { el, fill, icon } from "./dom.js";

const TURN_MS = 3000;

export class WorkLine {
  /** `threadOf()` names the thread that the line stands in, or null for the line of a whole channel; `away()` hides it. */
  constructor(page, threadOf, away = () => false) {
    this.page = page;
    this.store = page.store;
    this.threadOf = threadOf;
    this.away = away;
    this.words = el("span", { class: "work-words", role: "status" });
    this.buttons = el("span", { class: "work-buttons" });
    const dots = el("span", { class: "work-dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
    this.element = el("div", { class: "work", hidden: true, data: { testid: "work" } }, dots, this.words, this.buttons);
    this.turn = 0;
    for (const change of ["sessions", "channel", "thread", "state", "persona"]) this.store.on(change, () => this.draw());
    this.store.on("messages", (channel) => channel === this.store.channelId && this.draw());
  }

  draw() {
    const work = this.work();
    const shown = work && JSON.stringify([work, this.store.personaId]);
    if (shown === this.shown) return;
    this.shown = shown;
    this.element.hidden = !work;
    this.turn = 0;
    clearInterval(this.timer);
    if (!work) return;
    if (work.loading.length > 1) this.timer = setInterval(() => this.say(work, (this.turn += 1)), TURN_MS);
    this.say(work, 0);
    fill(this.buttons, this.threadOf() === null && this.openButton(work), work.stoppable && this.stopButton(work));
  }

  say(work, turn) {
    const { loading } = work;
    const text = loading.length ? loading[turn % loading.length] : work.text;
    this.words.textContent = `${this.store.apps[0]?.name ?? "The app"} ${text || "is working…"}`;
  }

  /** What is under way here: `{thread, text, loading, stoppable}`, or null. */
  work() {
    const { channelId, threadTs } = this.store;
    const here = this.threadOf();
    if (!this.store.channel(channelId) || this.away()) return null;
    if (here !== null) return this.workIn(channelId, here);
    const threads = this.store.workedThreads(channelId).filter((ts) => ts !== threadTs);
    return threads.length ? this.workIn(channelId, threads.at(-1)) : null;
  }

  workIn(channel, thread) {
    const session = this.store.session(channel, thread);
    const streams = this.store.history(channel).isStreaming(thread);
    const stoppable = streams || session?.status === "processing";
    const text = session?.text ?? "";
    if (!stoppable && !text) return null;
    return { thread, text, loading: session?.loading_messages ?? [], stoppable };
  }

  openButton({ thread }) {
    return el("button", { type: "button", class: "button small", on: { click: () => this.page.openThread(thread) } }, "Open thread");
  }

  stopButton({ thread }) {
    const press = async () => {
      button.disabled = true;
      await this.page.actions.stop(this.store.channelId, thread);
      button.disabled = false;
    };
    const props = { type: "button", class: "button small stop", data: { testid: "stop" }, on: { click: press } };
    const button = el("button", props, icon("stop"), "Stop");
    return button;
  }
}
