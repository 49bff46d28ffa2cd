/** The left column: the company, the bot's state, channels, conversations, and whom one acts as. */

import { newChannel } from "./channel_menu.js";
import { avatar, el, fill, icon, iconButton } from "./dom.js";
import { openFaults } from "./faults.js";
import { ask, menu } from "./popup.js";
import { currentTeam, switchTeam } from "./team.js";
import { nextTheme, themeButton } from "./theme.js";

/** A bot that has not connected by then is not about to. */
const PATIENCE_MS = 20_000;

/** Archived channels stand last. */
function inOrder(channels) {
  return [...channels.filter((channel) => !channel.is_archived), ...channels.filter((channel) => channel.is_archived)];
}

export class Sidebar {
  constructor(page) {
    this.page = page;
    this.store = page.store;
    this.company = el("span", {});
    this.companyButton = el("button", { type: "button", class: "company", "aria-haspopup": "menu", data: { testid: "company" } }, this.company, icon("chevron"));
    this.companyButton.addEventListener("click", () => this.companyMenu());
    this.state = el("div", { class: "bot-state", role: "status", data: { testid: "bot-state" } });
    this.lists = el("div", { class: "channel-lists" });
    this.persona = el("button", { type: "button", class: "persona", "aria-haspopup": "menu", data: { testid: "persona" } });
    this.persona.addEventListener("click", () => this.choosePersona());
    const head = el("header", { class: "sidebar-head" }, el("div", {}, el("h2", {}, this.companyButton), this.state), themeButton(nextTheme));
    this.element = el("nav", { class: "sidebar", "aria-label": "Channels" }, head, this.lists, this.persona);
    for (const change of ["state", "persona", "channel", "unread"]) this.store.on(change, () => this.draw());
    for (const change of ["state", "apps"]) this.store.on(change, () => this.drawState());
    this.waiting = null;
  }

  drawState() {
    const absent = currentTeam(this.store.teams)?.installed === false;
    const connected = !absent && this.store.apps.some((one) => one.connected);
    this.state.classList.toggle("connected", connected);
    this.await(connected);
    const missing = absent || (this.waiting === null && !connected);
    this.state.classList.toggle("missing", missing);
    fill(this.state, el("span", { class: "dot" }), absent ? "leadhand is not installed" : this.stateWords(connected, missing));
    this.draw();
  }

  stateWords(connected, missing) {
    if (missing) return "no bot is connected";
    const name = this.store.apps[0]?.name ?? "leadhand";
    return connected ? `${name} is connected` : `${name} is starting…`;
  }

  /** Starts to wait for a bot when there is none; `waiting` is null before and after. */
  await(connected) {
    if (connected === this.connected) return;
    this.connected = connected;
    clearTimeout(this.waiting);
    this.waiting = connected ? null : setTimeout(() => this.giveUp(), PATIENCE_MS);
  }

  giveUp() {
    this.waiting = null;
    this.drawState();
  }

  draw() {
    const { store } = this;
    if (!store.persona) return;
    this.company.textContent = store.company;
    const create = iconButton("plus", "New channel", () => newChannel(this.page), { data: { testid: "new-channel" } });
    const add = iconButton("plus", "New direct message", () => this.newConversation(add));
    const bots = new Set(store.bots.map((bot) => bot.id));
    const people = store.conversations.filter((channel) => !bots.has(store.peer(channel).id));
    fill(
      this.lists,
      this.group("Channels", create, inOrder(store.publicChannels).map((channel) => this.channelRow(channel))),
      this.group("Direct messages", add, people.map((channel) => this.channelRow(channel))),
      this.group("Apps", null, store.bots.map((bot) => this.appRow(bot))),
    );
    this.drawPersona();
  }

  companyMenu() {
    const { teams } = this.store;
    const current = currentTeam(teams);
    const switches = teams.map((team) => ({
      label: team.name,
      detail: team.installed === false ? "leadhand is not installed here" : undefined,
      mark: avatar({ initials: team.name[0], color: "#5b46b2" }, "small"),
      checked: team.id === current.id,
      run: () => switchTeam(team.id),
      testid: `team-${team.domain}`,
    }));
    const more = teams.length > 0 ? [{ label: "New workspace…", mark: icon("plus"), run: () => this.newWorkspace(), testid: "new-workspace" }, null] : [];
    const entries = [...switches, ...more, { label: "Faults…", detail: "Let calls of the bot fail", mark: icon("bolt"), run: openFaults, testid: "open-faults" },
    ];
    menu(this.companyButton, entries, this.store.company);
  }

  async newWorkspace() {
    const name = await ask({ title: "New workspace", label: "Name of the company", value: "", yes: "Open" });
    const answer = name && (await this.page.actions.act("workspace", { name }));
    if (answer) switchTeam(answer.team.id);
  }

  group(title, extra, rows) {
    if (!rows.length && !extra) return null;
    const head = el("div", { class: "group-head" }, el("h3", {}, title), extra);
    return el("section", {}, head, el("ul", {}, rows.map((row) => el("li", {}, row))));
  }

  channelRow(channel) {
    const { store } = this;
    const mark = channel.is_archived ? icon("archive") : channel.is_im ? avatar(store.peer(channel), "tiny") : channel.is_private ? icon("lock") : el("span", { class: "hash" }, "#");
    const name = store.title(channel);
    const testid = `channel-${channel.is_im ? store.peer(channel).name : channel.name}`;
    return this.rowButton(channel.id, testid, mark, name, () => this.page.openChannel(channel.id));
  }

  rowButton(id, testid, mark, name, run) {
    const seen = id && this.store.unreadOf(id);
    const open = id === this.store.channelId;
    const classes = `channel-row ${seen ? "unread" : ""} ${open ? "open" : ""}`.trim();
    const count = seen?.mentions ? el("span", { class: "mentions", "aria-label": `${seen.mentions} unread mentions` }, String(seen.mentions)) : null;
    const hint = seen ? el("span", { class: "visually-hidden" }, " (unread)") : null;
    const props = { type: "button", class: classes, "aria-current": open && "page", data: { testid }, on: { click: run } };
    return el("button", props, el("span", { class: "row-mark" }, mark), el("span", { class: "row-name" }, name, hint), count);
  }

  /** An app's row opens the conversation with it, which may not exist yet. */
  appRow(bot) {
    const channel = this.store.conversations.find((one) => this.store.peer(one).id === bot.id);
    return this.rowButton(channel?.id ?? null, `channel-${bot.name}`, avatar(bot, "tiny"), bot.label, () => this.converse(bot.id));
  }

  async converse(user) {
    const channel = await this.page.actions.openConversation(user);
    if (channel) this.page.openChannel(channel);
  }

  newConversation(anchor) {
    const others = this.store.personas.filter((user) => user.id !== this.store.personaId);
    menu(anchor, others.map((user) => this.personEntry(user, () => this.converse(user.id))), "New direct message");
  }

  choosePersona() {
    const entries = this.store.personas.map((user) => ({
      ...this.personEntry(user, () => this.page.actAs(user.id)),
      checked: user.id === this.store.personaId,
      testid: `persona-${user.name}`,
    }));
    menu(this.persona, entries, "Act as");
  }

  personEntry(user, run) {
    return { label: user.label, detail: user.title, mark: avatar(user, "small"), run };
  }

  drawPersona() {
    const { persona } = this.store;
    const words = el("span", { class: "persona-words" }, el("span", { class: "persona-as" }, "acting as"), el("strong", {}, persona.label));
    fill(this.persona, avatar(persona, "small"), words, icon("chevron"));
    this.persona.setAttribute("aria-label", `Acting as ${persona.label}. Change persona`);
  }
}
