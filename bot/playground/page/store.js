/** What the page knows of the workspace, and who is told when it changes. */

import { History } from "./history.js";

const FALLBACK = { color: "#6b7280", initials: "?" };

function labelled(user) {
  const label = (user.is_bot ? user.name : user.real_name || user.name) || user.id;
  return { ...user, label, color: user.color || FALLBACK.color, initials: user.initials || label[0].toUpperCase() };
}

export class Store {
  constructor() {
    this.listeners = new Map();
    this.histories = new Map();
    this.unread = new Map();
    this.chosen = new Map();
    this.unfolded = new Map();
    this.users = new Map();
    this.channels = new Map();
    this.apps = [];
    this.commands = [];
    this.shortcuts = [];
    this.views = [];
    this.homes = [];
    this.prompts = {};
    this.sessions = new Map();
    this.personaId = null;
    this.channelId = null;
    this.threadTs = null;
  }

  /** Calls `listener` at each change named `type`; returns how to stop. */
  on(type, listener) {
    if (!this.listeners.has(type)) this.listeners.set(type, new Set());
    this.listeners.get(type).add(listener);
    return () => this.listeners.get(type).delete(listener);
  }

  emit(type, detail) {
    for (const listener of this.listeners.get(type) ?? []) listener(detail);
  }

  /** Takes the server's state and tells everyone. */
  load(state) {
    this.users = new Map(state.users.map((user) => [user.id, labelled(user)]));
    this.channels = new Map(state.channels.map((channel) => [channel.id, channel]));
    this.apps = state.apps;
    this.commands = state.commands ?? [];
    this.shortcuts = state.shortcuts ?? [];
    this.views = state.views ?? [];
    // The feed may have been quicker than this answer: what it brought stays.
    const known = new Set(this.homes.map((home) => home.user));
    this.homes = [...this.homes, ...(state.homes ?? []).filter((home) => !known.has(home.user))];
    this.prompts = { ...state.prompts, ...this.prompts };
    for (const session of state.sessions ?? []) this.keepSession(session);
    this.company = state.company?.name ?? "Playground";
    this.teams = state.teams ?? [];
    this.tips = state.tips ?? [];
    this.board = state.board;
    this.setNotice(state.notice);
    this.emit("state");
    this.emit("views");
  }

  user(id) {
    return this.users.get(id);
  }

  channel(id) {
    return this.channels.get(id);
  }

  /** The author of a message, also where the user is gone or the message is a bot's without one. */
  author(message) {
    const known = this.user(message.user);
    if (known) return known;
    const label = message.username ?? (message.subtype === "tombstone" ? "Deleted" : message.bot_id ? "app" : "someone");
    return { ...FALLBACK, id: message.user, label, name: label, is_bot: Boolean(message.bot_id) };
  }

  get persona() {
    return this.user(this.personaId);
  }

  get personas() {
    return [...this.users.values()].filter((user) => !user.is_bot && !user.deleted);
  }

  get bots() {
    const known = new Set(this.apps.map((app) => app.botUserId));
    return [...this.users.values()].filter((user) => known.has(user.id));
  }

  /** The channels that the persona can see: every public one, and the private ones that it is in. */
  get publicChannels() {
    return [...this.channels.values()].filter((channel) => !channel.is_im && this.isVisible(channel));
  }

  get conversations() {
    return [...this.channels.values()].filter((channel) => channel.is_im && this.isMember(channel));
  }

  /** What a select of this kind (user, channel or conversation) offers: `{id, label}`. */
  choices(kind) {
    const people = [...this.users.values()].filter((user) => !user.deleted);
    const channels = this.publicChannels.map(({ id, name }) => ({ id, label: `#${name}` }));
    return { user: people, channel: channels, conversation: [...channels, ...people] }[kind];
  }

  isVisible(channel) {
    return !(channel.is_im || channel.is_private) || this.isMember(channel);
  }

  isMember(channel) {
    return channel.members.includes(this.personaId);
  }

  /** The other person of a direct conversation. */
  peer(channel) {
    const other = channel.members.find((id) => id !== this.personaId) ?? channel.user;
    return this.user(other) ?? { ...FALLBACK, id: other, label: "someone", name: "someone" };
  }

  title(channel) {
    return channel.is_im ? this.peer(channel).label : channel.name;
  }

  history(channelId) {
    if (!this.histories.has(channelId)) this.histories.set(channelId, new History());
    return this.histories.get(channelId);
  }

  forgetHistories() {
    this.histories.clear();
    this.sessions.clear();
    this.homes = [];
    this.prompts = {};
  }

  setPersona(id) {
    this.personaId = id;
    this.emit("persona");
    this.emit("views");
  }

  setChannel(id) {
    this.channelId = id;
    this.unread.delete(`${this.personaId}/${id}`);
    this.emit("channel");
  }

  setThread(ts) {
    this.threadTs = ts;
    this.emit("thread");
  }

  putMessage(channelId, message) {
    this.history(channelId).put(message);
    this.emit("messages", channelId);
  }

  /** Takes what the feed brings of a message; one that is older than what is held would leave a gap. */
  hearMessage(channelId, message, isNew) {
    if (!this.history(channelId).accepts(message, isNew)) return;
    if (isNew) this.markUnread(channelId, message);
    this.putMessage(channelId, message);
  }

  removeMessage(channelId, ts) {
    this.history(channelId).remove(ts);
    this.emit("messages", channelId);
  }

  removeEphemeral(channelId, ts) {
    this.history(channelId).removeEphemeral(ts);
    this.emit("messages", channelId);
  }

  setReactions(channelId, ts, reactions) {
    const message = this.history(channelId).find(ts);
    if (message) this.putMessage(channelId, { ...message, reactions });
  }

  /** Counts what arrived for each persona in a channel that is not open; mentions and direct messages apart. */
  markUnread(channelId, message) {
    const channel = this.channel(channelId);
    for (const persona of channel ? this.personas : []) {
      const isOpen = channelId === this.channelId && persona.id === this.personaId;
      if (isOpen || message.user === persona.id || !channel.members.includes(persona.id)) continue;
      const key = `${persona.id}/${channelId}`;
      const seen = this.unread.get(key) ?? { mentions: 0 };
      const mentioned = channel.is_im || (message.text ?? "").includes(`<@${persona.id}>`);
      this.unread.set(key, { mentions: seen.mentions + (mentioned ? 1 : 0) });
    }
    this.emit("unread");
  }

  unreadOf(channelId) {
    return this.unread.get(`${this.personaId}/${channelId}`);
  }

  /** A modal opened, changed, or (with null) closed. */
  setView(id, user, view) {
    const others = this.views.filter((open) => open.id !== id);
    const at = this.views.findIndex((open) => open.id === id);
    if (view === null) this.views = others;
    else if (at < 0) this.views = [...this.views, { id, user, view }];
    else this.views = this.views.map((open) => (open.id === id ? { id, user: user ?? open.user, view } : open));
    this.emit("views");
  }

  /** An app published a person's Home. */
  setHome(id, user, view) {
    this.homes = [...this.homes.filter((home) => home.user !== user), { id, user, view }];
    this.emit("homes");
  }

  get home() {
    return this.homes.find((home) => home.user === this.personaId);
  }

  /** An app offers what to say in its conversation. */
  setPrompts(channelId, prompts) {
    this.prompts = { ...this.prompts, [channelId]: prompts };
    this.emit("prompts");
  }

  keepSession(session) {
    this.sessions.set(`${session.channel}/${session.thread_ts}`, session);
  }

  /** An app said what it is at in a thread. */
  setSession(session) {
    this.keepSession(session);
    this.emit("sessions");
  }

  session(channelId, threadTs) {
    return this.sessions.get(`${channelId}/${threadTs}`);
  }

  /** The threads of a channel in which an app is at work, oldest first. */
  workedThreads(channelId) {
    const said = [...this.sessions.values()].filter((one) => one.channel === channelId && (one.status === "processing" || one.text));
    return [...new Set([...said.map((one) => one.thread_ts), ...this.history(channelId).streamingThreads()])].sort();
  }

  get topView() {
    return this.views.filter((open) => open.user === this.personaId && (open.view.type ?? "modal") === "modal").at(-1);
  }

  /** What goes on beside the workspace: {text, progress}, or null. */
  setNotice(notice) {
    this.emit("notice", notice);
  }

  setConnected(connected) {
    this.apps = this.apps.map((app) => ({ ...app, connected }));
    this.emit("apps");
  }
}
