/** Renders ordinary Markdown (card descriptions, comments, markdown blocks) as DOM nodes, never as markup. */

import { el, link } from "./dom.js";
import { channelMention, emojiNode, userMention } from "./mrkdwn.js";

const INLINE = new RegExp(
  [
    "\\\\(?<escaped>[\\\\`*_{}\\[\\]()#+.!|<>~-])",
    "`(?<code>[^`\\n]+)`",
    "\\*\\*(?!\\s)(?<bold>[^\\n]+?)(?<!\\s)\\*\\*",
    "(?<![\\p{L}\\p{N}])__(?!\\s)(?<bold2>[^_\\n]+)(?<!\\s)__(?![\\p{L}\\p{N}])",
    "\\*(?![\\s*])(?<italic>[^*\\n]+)(?<!\\s)\\*",
    "(?<![\\p{L}\\p{N}_])_(?![\\s_])(?<italic2>[^_\\n]+)(?<!\\s)_(?![\\p{L}\\p{N}_])",
    "~~(?<strike>[^~\\n]+)~~",
    "!?\\[(?<label>[^\\[\\]\\n]*)\\]\\((?<target>[^()\\s]+(?:\\([^()\\s]*\\)[^()\\s]*)*)(?:\\s+\"[^\"\\n]*\")?\\)",
    "<(?<angle>https?://[^\\s<>|]+)(?:\\|(?<angleLabel>[^<>\\n]*))?>",
    "<@(?<user>[UW][A-Z0-9]+)(?:\\|[^<>\\n]*)?>",
    "<#(?<channel>[CG][A-Z0-9]+)(?:\\|[^<>\\n]*)?>",
    "(?<url>https?://[^\\s<>]*[^\\s<>.,;:!?)\\]'\"*_~`|])",
    ":(?<emoji>[a-z0-9_+-]+):",
  ].join("|"),
  "gu",
);
const ITEM = /^(\s*)([-*+•]|\d{1,4}[.)])\s+(.*)$/;
const TASK = /^\[([ xX])\]\s+(.*)$/;
const FENCE = /^\s*(```|~~~)/;
const MAX_DEPTH = 8;
/** For text that stands outside the workspace, like a card's. */
const NOBODY = { user: () => undefined, channel: () => undefined };

/** The nodes of one Markdown text: headings, lists, quotes, code, rules, tables and paragraphs. */
export function markdown(text, directory = NOBODY, depth = 0) {
  const lines = { all: text.replace(/\r\n?/g, "\n").split("\n"), at: 0, directory };
  const nodes = [];
  while (lines.at < lines.all.length) {
    const node = nextBlock(lines, depth);
    if (node) nodes.push(node);
  }
  return nodes;
}

function nextBlock(lines, depth) {
  const line = lines.all[lines.at];
  if (!line.trim()) return skip(lines);
  if (FENCE.test(line)) return fence(lines);
  if (/^#{1,6}\s/.test(line)) return heading(lines);
  if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) return rule(lines);
  if (/^\s*>/.test(line) && depth < MAX_DEPTH) return quote(lines, depth);
  if (ITEM.test(line)) return list(lines, 0);
  if (isTable(lines)) return tableNode(lines);
  return paragraph(lines);
}

function skip(lines) {
  lines.at += 1;
  return null;
}

/** A fence lasts to its mark, or, while the rest is still being written, to the end; its own indent is not part of it. */
function fence(lines) {
  const [, indent, mark] = /^(\s*)(`{3,}|~{3,})/.exec(lines.all[lines.at]);
  const margin = new RegExp(`^\\s{0,${indent.length}}`);
  const body = [];
  lines.at += 1;
  while (lines.at < lines.all.length && !lines.all[lines.at].trim().startsWith(mark)) body.push(lines.all[lines.at++].replace(margin, ""));
  lines.at += 1;
  return el("pre", {}, el("code", {}, body.join("\n")));
}

function heading(lines) {
  const [, marks, words] = /^(#+)\s+(.*?)\s*#*$/.exec(lines.all[lines.at++]);
  return el(`h${Math.min(marks.length + 2, 6)}`, {}, inlineMarkdown(words, lines.directory));
}

function rule(lines) {
  lines.at += 1;
  return el("hr");
}

function quote(lines, depth) {
  const body = [];
  while (lines.at < lines.all.length && /^\s*>/.test(lines.all[lines.at])) {
    body.push(lines.all[lines.at++].replace(/^\s*> ?/, ""));
  }
  return el("blockquote", {}, markdown(body.join("\n"), lines.directory, depth + 1));
}

function list(lines, depth) {
  const [, indent, mark] = ITEM.exec(lines.all[lines.at]);
  const ordered = /\d/.test(mark);
  const node = el(ordered ? "ol" : "ul", { start: ordered && Number.parseInt(mark, 10) !== 1 && String(Number.parseInt(mark, 10)) });
  while (lines.at < lines.all.length) {
    const match = ITEM.exec(lines.all[lines.at]);
    if (!match) {
      if (!continues(lines, node)) break;
    } else if (match[1].length > indent.length + 1 && node.lastChild && depth < MAX_DEPTH) {
      node.lastChild.append(list(lines, depth + 1));
    } else if (match[1].length < indent.length || /\d/.test(match[2]) !== ordered) break;
    else {
      node.append(item(match[3], lines.directory));
      lines.at += 1;
    }
  }
  return node;
}

/** A line indented under an item belongs to it; a blank line between two items does not end the list. */
function continues(lines, node) {
  const line = lines.all[lines.at];
  if (!line.trim()) {
    if (!ITEM.test(lines.all[lines.at + 1] ?? "")) return false;
  } else if (/^\s{2,}/.test(line) && FENCE.test(line) && node.lastChild) {
    node.lastChild.append(fence(lines));
    return true;
  } else if (/^\s{2,}/.test(line) && node.lastChild) {
    node.lastChild.append(" ", ...inlineMarkdown(line.trim(), lines.directory));
  } else return false;
  lines.at += 1;
  return true;
}

function item(text, directory) {
  const task = TASK.exec(text);
  if (!task) return el("li", {}, inlineMarkdown(text, directory));
  const done = task[1] !== " ";
  const box = el("input", { type: "checkbox", disabled: true, checked: done, "aria-label": done ? "done" : "open" });
  return el("li", { class: "task" }, box, inlineMarkdown(task[2], directory));
}

function isTable(lines) {
  const next = lines.all[lines.at + 1] ?? "";
  return lines.all[lines.at].includes("|") && next.includes("|") && /^[\s|:-]+$/.test(next) && next.includes("-");
}

function tableNode(lines) {
  const head = cells(lines.all[lines.at]);
  const sides = cells(lines.all[lines.at + 1]).map(sideOf);
  lines.at += 2;
  const rows = [];
  while (lines.at < lines.all.length && lines.all[lines.at].includes("|")) rows.push(cells(lines.all[lines.at++]));
  const row = (tag, words) => el("tr", {}, words.map((cell, at) => el(tag, { class: sides[at] }, inlineMarkdown(cell, lines.directory))));
  const table = el("table", {}, el("thead", {}, row("th", head)), el("tbody", {}, rows.map((words) => row("td", words))));
  return el("div", { class: "table" }, table);
}

/** To which side a column leans, by the colons under its head. */
function sideOf(rule) {
  if (!rule.endsWith(":")) return null;
  return rule.startsWith(":") ? "centred" : "right";
}

/** The cells of a row; a bar in code or after a backslash belongs to its cell. */
function cells(line) {
  const parts = line.trim().replace(/^\|/, "").match(/(?:\\.|`[^`]*`|[^|])*(?:\||$)/g) ?? [];
  const words = parts.map((part) => part.replace(/\|$/, "").trim());
  if (words.length > 1 && words.at(-1) === "") words.pop();
  return words;
}

function paragraph(lines) {
  const body = [lines.all[lines.at++]];
  while (lines.at < lines.all.length && continuesParagraph(lines.all[lines.at])) body.push(lines.all[lines.at++]);
  return el("p", {}, body.flatMap((line, index) => [index ? el("br") : null, ...inlineMarkdown(line, lines.directory)]));
}

function continuesParagraph(line) {
  return line.trim() && !/^(#{1,6}\s|\s*(```|~~~)|\s*>)/.test(line) && !ITEM.test(line);
}

/** The nodes of one line of Markdown. */
export function inlineMarkdown(text, directory = NOBODY) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(text.slice(from, match.index), span(match, directory));
    from = match.index + match[0].length;
  }
  nodes.push(text.slice(from));
  return nodes.filter((node) => node !== "");
}

function span(match, directory) {
  const found = match.groups;
  const bold = found.bold ?? found.bold2;
  const italic = found.italic ?? found.italic2;
  const address = found.angle ?? found.url;
  if (found.escaped !== undefined) return found.escaped;
  if (found.code !== undefined) return el("code", {}, found.code);
  if (bold !== undefined) return el("strong", {}, inlineMarkdown(bold, directory));
  if (italic !== undefined) return el("em", {}, inlineMarkdown(italic, directory));
  if (found.strike !== undefined) return el("s", {}, inlineMarkdown(found.strike, directory));
  if (found.target !== undefined) return link(found.target, inlineMarkdown(found.label || found.target, directory));
  if (address !== undefined) return link(address, found.angleLabel || address);
  if (found.user !== undefined) return userMention(found.user, null, directory);
  if (found.channel !== undefined) return channelMention(found.channel, null, directory);
  return emojiNode(found.emoji);
}
