/** The open channel: its title, the welcome, its messages, and the field to write in. */

import { channelMenu } from "./channel_menu.js";
import { Composer } from "./composer.js";
import { avatar, el, fill, icon, iconButton } from "./dom.js";
import { HomeTab } from "./home.js";
import { shortcutButton } from "./shortcuts.js";
import { Timeline } from "./timeline.js";
import { WorkLine } from "./work.js";

export class ChannelView {
  constructor(page, welcome) {
    this.page = page;
    this.store = page.store;
    this.head = el("header", { class: "pane-head" });
    this.timeline = new Timeline(page, () => this.older());
    this.composer = new Composer(this.store, {
      testid: "composer",
      label: "Message",
      commands: true,
      extras: [shortcutButton(this.store, page.actions)],
      attach: true,
      send: (text, files) => this.send(text, files),
      onUp: () => this.timeline.list.editLast(),
    });
    this.outside = el("p", { class: "outside", hidden: true });
    this.element = el("section", { class: "channel", "aria-label": "Channel" });
    this.home = new HomeTab(page, () => this.redraw());
    this.element.append(this.head, this.home.tabs, welcome.element, this.home.element, this.timeline.element);
    this.work = new WorkLine(page, () => null, () => this.home.covers);
    this.element.append(this.outside, this.work.element, this.home.prompts, this.composer.element);
    this.listen();
  }

  listen() {
    this.store.on("channel", () => this.open());
    this.store.on("persona", () => this.redraw());
    this.store.on("state", () => this.redraw());
    this.store.on("messages", (channel) => channel === this.store.channelId && this.timeline.update());
  }

  async open() {
    const { channelId } = this.store;
    this.timeline.reset(channelId);
    this.home.opened(this.store.channel(channelId));
    this.redraw();
    this.composer.focus();
    await this.page.actions.open(channelId);
  }

  redraw() {
    const channel = this.store.channel(this.store.channelId);
    if (!channel) return;
    this.drawHead(channel);
    this.drawComposer(channel);
    this.timeline.element.hidden = this.home.covers;
    this.work.draw();
    this.timeline.update();
  }

  drawHead(channel) {
    const mark = channel.is_im ? avatar(this.store.peer(channel), "small") : channel.is_private ? icon("lock") : el("span", { class: "hash" }, "#");
    const members = channel.is_im ? null : el("span", { class: "pane-count" }, channel.members.length === 1 ? "1 member" : `${channel.members.length} members`);
    const title = el("h1", { class: "pane-title" }, mark, this.store.title(channel));
    const menu = iconButton("menu", "Channels", () => this.page.toggleSidebar(), { class: "sidebar-toggle" });
    const actions = channel.is_im ? null : iconButton("chevron", "Channel actions", () => channelMenu(actions, channel, this.page), { "aria-haspopup": "menu", class: "channel-actions", data: { testid: "channel-menu" } });
    const topic = typeof channel.topic === "string" ? channel.topic : channel.topic?.value;
    fill(this.head, menu, title, actions, el("span", { class: "pane-topic", title: topic || null }, topic), members);
  }

  drawComposer(channel) {
    const inside = this.store.isMember(channel) && !channel.is_archived;
    const name = this.store.title(channel);
    this.composer.relabel(`Message ${channel.is_im ? "" : "#"}${name}`);
    this.composer.element.hidden = !inside || this.home.covers;
    this.outside.hidden = inside;
    if (channel.is_archived) return this.drawArchived(channel);
    const join = el("button", { type: "button", class: "button small", on: { click: () => this.page.actions.join(channel.id) } }, "Join channel");
    fill(this.outside, `${this.store.persona?.label} is not in #${name}. `, join);
    return undefined;
  }

  drawArchived(channel) {
    const open = () => this.page.actions.unarchive(channel.id);
    const button = el("button", { type: "button", class: "button small", on: { click: open } }, "Unarchive");
    fill(this.outside, `#${channel.name} is archived: nobody can write here. `, button);
  }

  older() {
    return this.page.actions.older(this.store.channelId).then(() => this.timeline.update());
  }

  send(text, files) {
    const { channelId } = this.store;
    if (this.timeline.pinned) this.timeline.atFoot = true;
    else this.timeline.toNewest();
    return this.home.channel ? this.home.say(text, files) : this.page.say(channelId, text, null, files);
  }

  /** Opens at one message, loading as far back as it takes. */
  async reveal(ts) {
    if (await this.page.actions.reach(this.store.channelId, ts)) {
      this.timeline.update();
      this.timeline.reveal(ts);
    }
  }
}
