/** Renders ordinary Markdown (card descriptions, comments, markdown blocks) as DOM nodes, never as markup. */

import { el, link } from "./dom.js";
import { emojiNode } from "./mrkdwn.js";

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
    "<(?<angle>https?://[^\\s<>]+)>",
    "(?<url>https?://[^\\s<>]*[^\\s<>.,;:!?)\\]'\"*_~`|])",
    ":(?<emoji>[a-z0-9_+-]+):",
  ].join("|"),
  "gu",
);
const ITEM = /^(\s*)([-*+•]|\d{1,4}[.)])\s+(.*)$/;
const TASK = /^\[([ xX])\]\s+(.*)$/;
const MAX_DEPTH = 8;

/** The nodes of one Markdown text: headings, lists, quotes, code, rules, tables and paragraphs. */
export function markdown(text, depth = 0) {
  const lines = { all: text.replace(/\r\n?/g, "\n").split("\n"), at: 0 };
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
  if (/^\s*(```|~~~)/.test(line)) return fence(lines);
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

function fence(lines) {
  const mark = lines.all[lines.at].trim().slice(0, 3);
  const body = [];
  lines.at += 1;
  while (lines.at < lines.all.length && !lines.all[lines.at].trim().startsWith(mark)) body.push(lines.all[lines.at++]);
  lines.at += 1;
  return el("pre", {}, el("code", {}, body.join("\n")));
}

function heading(lines) {
  const [, marks, words] = /^(#+)\s+(.*?)\s*#*$/.exec(lines.all[lines.at++]);
  return el(`h${Math.min(marks.length + 2, 6)}`, {}, inlineMarkdown(words));
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
  return el("blockquote", {}, markdown(body.join("\n"), depth + 1));
}

function list(lines, depth) {
  const [, indent, mark] = ITEM.exec(lines.all[lines.at]);
  const ordered = /\d/.test(mark);
  const node = el(ordered ? "ol" : "ul");
  while (lines.at < lines.all.length) {
    const match = ITEM.exec(lines.all[lines.at]);
    if (!match) {
      if (!continues(lines, node)) break;
    } else if (match[1].length > indent.length + 1 && node.lastChild && depth < MAX_DEPTH) {
      node.lastChild.append(list(lines, depth + 1));
    } else if (match[1].length < indent.length || /\d/.test(match[2]) !== ordered) break;
    else {
      node.append(item(match[3]));
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
  } else if (/^\s{2,}/.test(line) && node.lastChild) {
    node.lastChild.append(" ", ...inlineMarkdown(line.trim()));
  } else return false;
  lines.at += 1;
  return true;
}

function item(text) {
  const task = TASK.exec(text);
  if (!task) return el("li", {}, inlineMarkdown(text));
  const done = task[1] !== " ";
  const box = el("input", { type: "checkbox", disabled: true, checked: done, "aria-label": done ? "done" : "open" });
  return el("li", { class: "task" }, box, inlineMarkdown(task[2]));
}

function isTable(lines) {
  const next = lines.all[lines.at + 1] ?? "";
  return lines.all[lines.at].includes("|") && next.includes("|") && /^[\s|:-]+$/.test(next) && next.includes("-");
}

function tableNode(lines) {
  const head = cells(lines.all[lines.at]);
  lines.at += 2;
  const rows = [];
  while (lines.at < lines.all.length && lines.all[lines.at].includes("|")) rows.push(cells(lines.all[lines.at++]));
  const top = el("tr", {}, head.map((cell) => el("th", {}, inlineMarkdown(cell))));
  const body = rows.map((row) => el("tr", {}, row.map((cell) => el("td", {}, inlineMarkdown(cell)))));
  return el("table", {}, el("thead", {}, top), el("tbody", {}, body));
}

function cells(line) {
  return line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
}

function paragraph(lines) {
  const body = [lines.all[lines.at++]];
  while (lines.at < lines.all.length && continuesParagraph(lines.all[lines.at])) body.push(lines.all[lines.at++]);
  return el("p", {}, body.flatMap((line, index) => [index ? el("br") : null, ...inlineMarkdown(line)]));
}

function continuesParagraph(line) {
  return line.trim() && !/^(#{1,6}\s|\s*(```|~~~)|\s*>)/.test(line) && !ITEM.test(line);
}

/** The nodes of one line of Markdown. */
export function inlineMarkdown(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(text.slice(from, match.index), span(match));
    from = match.index + match[0].length;
  }
  nodes.push(text.slice(from));
  return nodes.filter((node) => node !== "");
}

function span(match) {
  const found = match.groups;
  const bold = found.bold ?? found.bold2;
  const italic = found.italic ?? found.italic2;
  const address = found.angle ?? found.url;
  if (found.escaped !== undefined) return found.escaped;
  if (found.code !== undefined) return el("code", {}, found.code);
  if (bold !== undefined) return el("strong", {}, inlineMarkdown(bold));
  if (italic !== undefined) return el("em", {}, inlineMarkdown(italic));
  if (found.strike !== undefined) return el("s", {}, inlineMarkdown(found.strike));
  if (found.target !== undefined) return link(found.target, inlineMarkdown(found.label || found.target));
  if (address !== undefined) return link(address, address);
  return emojiNode(found.emoji);
}
