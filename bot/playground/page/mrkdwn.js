/** Renders Slack's mrkdwn as DOM nodes; whatever it does not know stays text. */

import { el, link } from "./dom.js";
import { character, isKnown } from "./emoji.js";
import { clock, dayName, full } from "./time.js";

const FENCE = /```\n?([\s\S]+?)\n?```/g;
const INLINE = new RegExp(
  [
    "<(?<angle>[^<>\\n]+)>",
    "`(?<code>[^`\\n]+)`",
    "(?<![\\p{L}\\p{N}*])\\*(?!\\s)(?<bold>[^*\\n]+)(?<!\\s)\\*(?![\\p{L}\\p{N}*])",
    "(?<![\\p{L}\\p{N}_])_(?!\\s)(?<italic>[^_\\n]+)(?<!\\s)_(?![\\p{L}\\p{N}_])",
    "(?<![\\p{L}\\p{N}~])~(?!\\s)(?<strike>[^~\\n]+)(?<!\\s)~(?![\\p{L}\\p{N}~])",
    ":(?<emoji>[a-z0-9_+'-]+)(?:::skin-tone-\\d)?:",
  ].join("|"),
  "gu",
);
const BARE = /<[^<>\n]*>|```[\s\S]*?```|`[^`\n]+`|(https?:\/\/(?:(?!&[lg]t;)[^\s<>|])*[^\s<>|.,;:!?)\]'"*_~&])/g;
const LINE_KINDS = [
  ["quote", /^(?:&gt;|>) ?(.*)$/],
  ["bullet", /^\s*[•◦▪*-] +(.*)$/],
  ["ordered", /^\s*\d{1,3}\. +(.*)$/],
];
const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

/** Slack's three escapes, undone. */
export function unescape(text) {
  return text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);
}

/** The text with its bare addresses in <>: what Slack does unless the author says `verbatim`. */
export function wrapAddresses(text) {
  return text.replace(BARE, (whole, address) => (address ? `<${address}>` : whole));
}

/** The nodes of one mrkdwn text; `directory` names users and channels by id. Only what stands in <> is a link. */
export function mrkdwn(text, directory) {
  const nodes = [];
  let from = 0;
  for (const fence of text.matchAll(FENCE)) {
    nodes.push(...paragraphs(text.slice(from, fence.index).replace(/\n$/, ""), directory));
    nodes.push(el("pre", {}, el("code", {}, fenceText(fence[1]))));
    from = fence.index + fence[0].length;
  }
  nodes.push(...paragraphs(from ? text.slice(from).replace(/^\n/, "") : text, directory));
  return nodes;
}

function fenceText(text) {
  return unescape(text.replace(/<([^<>|\n]+)(?:\|([^<>\n]*))?>/g, (_, address, label) => label ?? address));
}

function paragraphs(text, directory) {
  if (!text) return [];
  return groups(text.split("\n")).map((group) => block(group, directory));
}

function groups(lines) {
  const found = [];
  for (const line of lines) {
    const { kind, content } = classify(line);
    const last = found.at(-1);
    if (last?.kind === kind) last.lines.push(content);
    else found.push({ kind, lines: [content] });
  }
  return found;
}

function classify(line) {
  for (const [kind, pattern] of LINE_KINDS) {
    const match = pattern.exec(line);
    if (match) return { kind, content: match[1] };
  }
  return { kind: "plain", content: line };
}

function block({ kind, lines }, directory) {
  if (kind === "quote") return el("blockquote", {}, broken(lines, directory));
  if (kind === "plain") return el("div", { class: "text" }, broken(lines, directory));
  const tag = kind === "bullet" ? "ul" : "ol";
  return el(tag, {}, lines.map((line) => el("li", {}, inline(line, directory))));
}

function broken(lines, directory) {
  return lines.flatMap((line, index) => [index ? el("br") : null, ...inline(line, directory)]);
}

/** The nodes of one line: emphasis, code, links, mentions, emoji. */
export function inline(text, directory) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(unescape(text.slice(from, match.index)), span(match, directory));
    from = match.index + match[0].length;
  }
  nodes.push(unescape(text.slice(from)));
  return nodes.filter((node) => node !== "");
}

function span(match, directory) {
  const { angle, code, bold, italic, strike, emoji } = match.groups;
  if (angle !== undefined) return special(angle, match[0], directory);
  if (code !== undefined) return el("code", {}, codeText(code));
  if (bold !== undefined) return el("strong", {}, inline(bold, directory));
  if (italic !== undefined) return el("em", {}, inline(italic, directory));
  if (strike !== undefined) return el("s", {}, inline(strike, directory));
  return emojiNode(emoji, match[0]);
}

function codeText(text) {
  return fenceText(text);
}

/** One emoji, with its name for assistive technology and on hover; unknown names stay as typed. */
export function emojiNode(name, otherwise = `:${name}:`) {
  if (!isKnown(name)) return otherwise;
  return el("span", { class: "emoji", role: "img", "aria-label": name, title: `:${name}:` }, character(name));
}

function special(content, whole, directory) {
  const [target, ...rest] = content.split("|");
  const label = rest.length ? unescape(rest.join("|")) : null;
  const kind = target[0];
  if (kind === "@") return userMention(target.slice(1), label, directory);
  if (kind === "#") return channelMention(target.slice(1), label, directory);
  if (kind === "!") return broadcast(target.slice(1), label);
  if (!/^https?:/i.test(target)) return mailOrText(target, label, whole);
  return link(unescape(target), label ?? unescape(target));
}

function mailOrText(target, label, whole) {
  return target.startsWith("mailto:") ? (label ?? unescape(target.slice(7))) : unescape(whole);
}

/** "@Name" of a user id. */
export function userMention(id, label, directory) {
  const user = directory.user(id);
  const mine = directory.personaId === id ? "mention-me" : "";
  return el("span", { class: `mention ${mine}`.trim(), title: user?.title }, `@${user?.label ?? label ?? id}`);
}

/** "#name" of a channel id; a press opens the channel. */
export function channelMention(id, label, directory) {
  const name = directory.channel(id)?.name ?? label ?? id;
  return el("button", { type: "button", class: "mention", data: { openChannel: id } }, `#${name}`);
}

/** @here, @channel, a group, or a date that the reader's own clock words. */
export function broadcast(content, label) {
  const [kind, first, format] = content.split("^");
  if (kind === "date") return dateNode(first, format, label);
  return el("span", { class: "mention mention-all" }, label ?? `@${kind}`);
}

function dateNode(seconds, format = "", label = "") {
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return label;
  const words = { time: clock(date), time_secs: clock(date), ago: dayName(date) };
  const text = format.replace(/\{(\w+)\}/g, (_, token) => words[token] ?? dayName(date));
  return el("time", { datetime: date.toISOString(), title: full(date) }, text);
}

/** The text as one types it: mentions by name, escapes undone. */
export function typed(text, directory) {
  const named = text.replace(/<(@|#|!)?([^<>|\n]+)(?:\|([^<>\n]*))?>/g, (_, sign, target, label) => {
    if (sign === "@") return `@${directory.user(target)?.name ?? label ?? target}`;
    if (sign === "#") return `#${directory.channel(target)?.name ?? label ?? target}`;
    if (sign === "!") return `@${label ?? target}`;
    return target;
  });
  return unescape(named);
}
