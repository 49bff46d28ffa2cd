/** The conversation with an app: its Home tab beside its messages, and what it offers to say. */

import { renderBlocks } from "./blocks.js";
import { el, fill } from "./dom.js";

const TABS = [
  ["home", "Home"],
  ["messages", "Messages"],
];

export class HomeTab {
  /** `onTab` runs when the person chose another tab. */
  constructor(page, onTab) {
    this.page = page;
    this.store = page.store;
    this.onTab = onTab;
    this.tab = "messages";
    this.fields = [];
    this.awaited = null;
    this.tabs = el("div", { class: "app-tabs", role: "tablist", "aria-label": "Home or messages", hidden: true });
    this.element = el("div", { class: "app-home", role: "tabpanel", tabindex: "0", hidden: true, data: { testid: "app-home" } });
    this.prompts = el("div", { class: "prompts", role: "group", "aria-label": "What you can say", hidden: true, data: { testid: "prompts" } });
    for (const change of ["homes", "persona", "state"]) this.store.on(change, () => this.draw());
    this.store.on("prompts", () => this.drawPrompts());
    for (const change of ["messages", "sessions"]) this.store.on(change, () => this.meet());
  }

  /** Whether this channel is the conversation with an app. */
  isApp(channel) {
    return Boolean(channel?.is_im) && this.store.bots.some((bot) => bot.id === this.store.peer(channel).id);
  }

  /** What a person says to an app is answered in its thread: the thread opens by itself when the app begins. */
  async say(text, files) {
    const channel = this.channel.id;
    const before = this.store.history(channel).newest(this.store.personaId);
    const said = await this.page.say(channel, text, null, files);
    const message = this.store.history(channel).newest(this.store.personaId);
    if (message?.ts !== before?.ts) this.awaited = message;
    this.meet();
    return said;
  }

  /** Opens the thread of what was said last as soon as the app is at work or has answered there. */
  meet() {
    const { awaited, store } = this;
    if (!awaited || !this.channel || store.threadTs !== null || this.page.channelView.composer.field.value) return;
    if (!store.session(this.channel.id, awaited.ts) && !store.history(this.channel.id).replies(awaited.ts).length) return;
    this.awaited = null;
    this.page.openThread(awaited.ts);
  }

  /** A channel was opened: an app hears of it, and its messages come first. */
  opened(channel) {
    this.channel = this.isApp(channel) ? channel : null;
    this.tab = "messages";
    this.awaited = null;
    this.draw();
    if (this.channel) this.tell();
  }

  choose(tab) {
    if (tab === this.tab) return;
    this.tab = tab;
    this.draw();
    this.onTab();
    this.tell();
  }

  tell() {
    return this.page.actions.act("open-home", { tab: this.tab });
  }

  /** Whether Home stands where the messages would. */
  get covers() {
    return Boolean(this.channel) && this.tab === "home";
  }

  draw() {
    this.tabs.hidden = !this.channel;
    this.element.hidden = !this.covers;
    if (this.channel) fill(this.tabs, TABS.map(([name, title]) => this.tabButton(name, title)));
    if (this.covers) this.drawHome();
    this.drawPrompts();
  }

  tabButton(name, title) {
    const props = { type: "button", role: "tab", "aria-selected": String(name === this.tab), data: { testid: `app-tab-${name}` } };
    return el("button", { ...props, on: { click: () => this.choose(name) } }, title);
  }

  drawHome() {
    const home = this.store.home;
    this.fields = [];
    if (home) fill(this.element, el("div", { class: "app-home-blocks" }, renderBlocks(home.view.blocks, this.use(home.id))));
    else fill(this.element, el("p", { class: "muted app-home-empty" }, "Nothing here yet: the app has not published its Home."));
  }

  use(id) {
    const act = (action) => this.page.actions.act("interact", { view_id: id, action, values: this.values() });
    return { directory: this.store, fields: this.fields, act };
  }

  values() {
    const values = {};
    for (const { blockId, actionId, type, read } of this.fields) {
      values[blockId] = { ...values[blockId], [actionId]: { type, ...read() } };
    }
    return values;
  }

  drawPrompts() {
    const offer = this.channel && this.tab === "messages" ? this.store.prompts[this.channel.id] : null;
    this.prompts.hidden = !offer;
    if (offer) fill(this.prompts, offer.title && el("span", { class: "prompts-title" }, offer.title), offer.prompts.map((prompt) => this.prompt(prompt)));
  }

  prompt({ title, message }) {
    const say = () => this.say(message);
    return el("button", { type: "button", class: "button small prompt", title: message, on: { click: say } }, title);
  }
}
