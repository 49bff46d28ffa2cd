/** One message: who, when, what, its reactions and its thread. */

import { renderBlocks } from "./blocks.js";
import { avatar, el, icon } from "./dom.js";
import { character } from "./emoji.js";
import { fileNodes } from "./files.js";
import { mrkdwn } from "./mrkdwn.js";
import { emojiPicker } from "./popup.js";
import { ago, clock, full, moment } from "./time.js";

/**
 * The children of a message's row. `place` says where it stands: `{channel, inThread, compact}`;
 * `page` holds store, actions and openThread.
 */
export function messageChildren(message, place, page) {
  const author = page.store.author(message);
  const gutter = place.compact ? timeNode(message, "gutter-time") : avatar(author);
  const body = el("div", { class: "message-body" });
  if (message.ephemeral) body.append(onlyYou(message, place, page));
  if (!place.compact) body.append(headline(message, author));
  body.append(content(message, place, page), ...tail(message, place, page));
  return [el("div", { class: "message-gutter" }, gutter), body];
}

function onlyYou(message, place, page) {
  const dismiss = () => page.actions.dismiss(place.channel, message.ts);
  const button = el("button", { type: "button", class: "dismiss", data: { testid: "dismiss" }, on: { click: dismiss } }, "Dismiss");
  return el("div", { class: "only-you" }, icon("eye"), "Only visible to you", button);
}

function headline(message, author) {
  const badge = author.is_bot && el("span", { class: "badge" }, "APP");
  const name = el("span", { class: "author", title: author.title }, author.label);
  const edited = message.blocks?.length > 0 && editedMark(message);
  return el("div", { class: "message-head" }, name, badge, timeNode(message, "time"), edited);
}

function timeNode(message, classes) {
  const date = moment(message.ts);
  return el("time", { class: classes, datetime: date.toISOString(), title: full(date) }, clock(date));
}

function content(message, place, page) {
  if (message.streaming && !message.blocks?.length && !message.text) return el("div", { class: "message-text thinking" }, "Writing…");
  if (!message.blocks?.length) {
    return el("div", { class: "message-text" }, mrkdwn(message.text ?? "", page.store), editedMark(message));
  }
  return el("div", { class: "message-text" }, renderBlocks(message.blocks, useOf(message, place, page)));
}

function editedMark(message) {
  return message.edited && el("span", { class: "edited", title: full(moment(message.edited.ts)) }, " (edited)");
}

function useOf(message, place, page) {
  const target = message.ephemeral ? { ephemeral: true, ts: message.ts } : {};
  const act = (action) => page.actions.act("interact", { channel: place.channel, messageTs: message.ts, ...target, action });
  const key = (actionId) => `${page.store.personaId}/${place.channel}/${message.ts}/${actionId}`;
  const chosen = (actionId) => page.store.chosen.get(key(actionId));
  const choose = (actionId, value) => page.store.chosen.set(key(actionId), value);
  const fold = (name) => `${place.channel}/${message.ts}/${name}`;
  const unfolded = (name) => page.store.unfolded.get(fold(name));
  const unfold = (name, open) => page.store.unfolded.set(fold(name), open);
  return { directory: page.store, act, chosen, choose, unfolded, unfold };
}

function tail(message, place, page) {
  const parts = message.files?.length ? [fileNodes(message.files)] : [];
  if (message.reactions?.length) parts.push(reactions(message, place, page));
  const replies = place.inThread ? [] : page.store.history(place.channel).replies(message.ts);
  if (replies.length) parts.push(threadLine(message, replies, page));
  if (message.subtype === "thread_broadcast" && !place.inThread) parts.push(fromThread(message, page));
  return parts;
}

function reactions(message, place, page) {
  const pills = message.reactions.map((reaction) => pill(reaction, message, place, page));
  const add = el("button", { type: "button", class: "pill pill-add", title: "Add a reaction", "aria-label": "Add a reaction" }, icon("smile"));
  add.addEventListener("click", () => emojiPicker(add, (name) => page.actions.react(place.channel, message, name)));
  return el("div", { class: "reactions" }, pills, add);
}

function pill(reaction, message, place, page) {
  const mine = reaction.users.includes(page.store.personaId);
  const names = reaction.users.map((id) => page.store.user(id)?.label ?? id).join(", ");
  const props = {
    type: "button",
    class: `pill ${mine ? "mine" : ""}`.trim(),
    title: `${names} reacted with :${reaction.name}:`,
    "aria-pressed": String(mine),
    data: { testid: "reaction", emoji: reaction.name },
    on: { click: () => page.actions.react(place.channel, message, reaction.name) },
  };
  return el("button", props, el("span", { class: "emoji" }, character(reaction.name)), el("span", {}, String(reaction.count)));
}

function threadLine(message, replies, page) {
  const people = [...new Map(replies.map((reply) => [reply.user, page.store.author(reply)])).values()].slice(0, 4);
  const words = replies.length === 1 ? "1 reply" : `${replies.length} replies`;
  const last = moment(replies.at(-1).ts);
  const when = el("time", { datetime: last.toISOString(), title: full(last), data: { ago: String(last.getTime()) } }, `Last reply ${ago(last)}`);
  const props = { type: "button", class: "thread-line", data: { testid: "open-thread" }, on: { click: () => page.openThread(message.ts) } };
  return el("button", props, el("span", { class: "faces" }, people.map((user) => avatar(user, "tiny"))), el("strong", {}, words), when);
}

function fromThread(message, page) {
  const open = () => page.openThread(message.thread_ts);
  return el("button", { type: "button", class: "thread-line", on: { click: open } }, "Sent from a thread: open it");
}

/** Brings "5 minutes ago" up to date everywhere. */
export function refreshAges(root) {
  for (const node of root.querySelectorAll("time[data-ago]")) node.textContent = `Last reply ${ago(new Date(Number(node.dataset.ago)))}`;
}
