/** Puts the page together: the store, its views, and the address bar. */

import { Actions } from "./actions.js";
import { ApiError, Board, read } from "./api.js";
import { BoardView } from "./board.js";
import { CardDetail } from "./card.js";
import { ChannelView } from "./channel_view.js";
import { el, fill, hereUrl } from "./dom.js";
import { follow, refresh } from "./feed.js";
import { Layout } from "./layout.js";
import { refreshAges } from "./message_row.js";
import { Modals } from "./modal.js";
import { Notice } from "./notice.js";
import { Sidebar } from "./sidebar.js";
import { Store } from "./store.js";
import { currentTeam } from "./team.js";
import { applyTheme } from "./theme.js";
import { ThreadView } from "./thread_view.js";
import { toast } from "./toast.js";
import { Welcome } from "./welcome.js";

const PERSONA_KEY = "playground.persona";
const CARD_PATH = /^\/c\/([^/]+)/;
const MESSAGE_PATH = /^\/archives\/([^/]+)\/p(\d+)(\d{6})$/;
const MINUTE = 60_000;

class Page {
  constructor() {
    this.store = new Store();
    this.actions = new Actions(this.store);
    this.modals = new Modals(this.store, this.actions);
    this.detail = new CardDetail(this, () => this.cardClosed());
    this.build();
  }

  build() {
    this.sidebar = new Sidebar(this);
    this.channelView = new ChannelView(this, new Welcome(this.store));
    this.threadView = new ThreadView(this);
    this.workspace = el("div", { class: "workspace" }, this.sidebar.element, this.channelView.element, this.threadView.element);
    this.layout = new Layout(this.workspace, el("div", { class: "board-half" }));
    this.boardView = new BoardView(this, this.layout.widen());
    this.layout.board.append(this.boardView.element);
    this.store.on("thread", () => this.layout.thread(this.store.threadTs !== null));
    this.channelView.element.addEventListener("pointerdown", () => this.closeSidebar());
    this.sidebar.element.addEventListener("keydown", (event) => event.key === "Escape" && this.closeSidebar());
    this.notice = new Notice(this.store);
    this.lost = el("div", { class: "lost", role: "status", hidden: true }, "The connection to the playground is lost. Trying again…");
  }

  async start() {
    fill(document.getElementById("page"), this.lost, this.notice.element, this.layout.element);
    document.addEventListener("click", (event) => this.clicked(event));
    addEventListener("popstate", () => this.route());
    setInterval(() => refreshAges(document), MINUTE);
    await refresh(this.store);
    this.board = await this.newBoard();
    this.store.setPersona(this.firstPersona());
    follow(this.store, { onAgain: () => this.again(), onLost: () => (this.lost.hidden = false) });
    this.openChannel(this.firstChannel());
    this.store.on("state", () => this.stay());
    await this.boardView.load();
    this.route();
  }

  /** Leaves a channel that the persona sees no longer. */
  stay() {
    const channel = this.store.channel(this.store.channelId);
    if (this.store.persona && !(channel && this.store.isVisible(channel))) this.openChannel(this.firstChannel());
  }

  /** The board belongs to the first workspace: from another one its first person is who acts there. */
  async newBoard() {
    const { teams } = this.store;
    if (!teams.length || currentTeam(teams) === teams[0]) return new Board(this.store.board, () => this.store.personaId);
    const { users } = await read("state");
    const stand = users.find((user) => !user.is_bot).id;
    return new Board(this.store.board, () => stand);
  }

  firstPersona() {
    const saved = localStorage.getItem(PERSONA_KEY);
    return (this.store.personas.find((user) => user.id === saved) ?? this.store.personas[0]).id;
  }

  /** The first channel that the persona is in. */
  firstChannel() {
    const channels = this.store.publicChannels;
    return (channels.find((channel) => this.store.isMember(channel)) ?? channels[0]).id;
  }

  /** After a break or a reset everything is read anew. */
  async again() {
    this.lost.hidden = true;
    this.store.forgetHistories();
    await refresh(this.store);
    this.board = await this.newBoard();
    if (!this.store.persona) this.store.setPersona(this.firstPersona());
    const { channelId } = this.store;
    this.openChannel(this.store.channel(channelId) ? channelId : this.firstChannel());
    await this.boardView.load();
  }

  openChannel(id) {
    this.closeSidebar();
    this.layout.tab("workspace");
    if (this.store.threadTs !== null) this.store.setThread(null);
    this.store.setChannel(id);
  }

  openThread(ts) {
    this.store.setThread(ts);
  }

  closeThread() {
    const ts = this.store.threadTs;
    this.store.setThread(null);
    const row = this.channelView.timeline.list.rows.get(ts)?.node;
    if (row) row.focus({ preventScroll: true });
    else this.channelView.composer.focus();
  }

  closeSidebar() {
    this.workspace.classList.remove("sidebar-open");
  }

  toggleSidebar() {
    const open = this.workspace.classList.toggle("sidebar-open");
    if (open) this.sidebar.element.querySelector(".channel-row.open")?.focus();
  }

  actAs(id) {
    localStorage.setItem(PERSONA_KEY, id);
    this.store.setPersona(id);
    const channel = this.store.channel(this.store.channelId);
    if (!this.store.isVisible(channel)) this.openChannel(this.firstChannel());
    this.actions.ephemerals().then(() => this.store.emit("messages", this.store.channelId));
  }

  /** What was typed: a command where it begins with a known one, else a message. */
  say(channel, text, threadTs, files = []) {
    const word = /^\/[a-z0-9_-]+(?=\s|$)/i.exec(text)?.[0];
    if (!word || files.length) return this.actions.send(channel, text, threadTs, files);
    const known = this.store.commands.some((entry) => entry.command === word);
    if (known && !threadTs) return this.actions.command(channel, text);
    toast(known ? `${word} does not work in threads. Use it in the channel.` : `${word} is not a command. Type / to see them.`);
    return false;
  }

  openCard(shortLink) {
    const card = this.boardView.find(shortLink);
    const path = card?.shortUrl ? new URL(card.shortUrl, location.href).pathname : `/c/${shortLink}`;
    if (location.pathname !== path) history.pushState({}, "", path);
    this.detail.open(shortLink);
  }

  cardClosed() {
    if (CARD_PATH.test(location.pathname)) history.pushState({}, "", "/");
  }

  boardRead() {
    this.detail.refresh();
  }

  async changeCard(id, changes) {
    return this.tellBoard(() => this.board.update(id, changes));
  }

  async commentCard(id, text) {
    return this.tellBoard(() => this.board.comment(id, text));
  }

  async tellBoard(act) {
    let done = true;
    try {
      await act();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      toast(error.message);
      done = false;
    }
    await this.boardView.load();
    return done;
  }

  /** Links to a card or a message of this playground open in place. */
  clicked(event) {
    const mention = event.target.closest("[data-open-channel]");
    if (mention && this.store.channel(mention.dataset.openChannel)) this.openChannel(mention.dataset.openChannel);
    const anchor = event.target.closest("a[href]");
    if (!anchor || event.ctrlKey || event.metaKey || !hereUrl(anchor.href)) return;
    if (this.follow(anchor.pathname)) event.preventDefault();
  }

  follow(path) {
    const card = CARD_PATH.exec(path);
    const message = MESSAGE_PATH.exec(path);
    if (card) this.openCard(decodeURIComponent(card[1]));
    if (message) this.openMessage(message[1], `${message[2]}.${message[3]}`);
    return Boolean(card || message);
  }

  async openMessage(channel, ts) {
    if (!this.store.channel(channel)) return;
    if (channel !== this.store.channelId) this.openChannel(channel);
    await this.actions.open(channel);
    if (!(await this.actions.reach(channel, ts))) return;
    const { thread_ts: root } = this.store.history(channel).find(ts);
    if (root && root !== ts) this.openThread(root);
    await this.channelView.reveal(root ?? ts);
  }

  route() {
    const here = this.follow(location.pathname);
    if (!here) this.detail.close();
  }
}

async function main() {
  applyTheme();
  try {
    await new Page().start();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    fill(document.getElementById("page"), el("p", { class: "failed-start", role: "alert" }, error.message));
  }
}

main();
