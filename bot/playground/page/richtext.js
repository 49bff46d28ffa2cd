/** Renders Slack's rich_text blocks. */

import { el, link } from "./dom.js";
import { broadcast, channelMention, emojiNode, userMention } from "./mrkdwn.js";

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code" };

const INLINE = {
  text: (part) => lines(part.text ?? ""),
  link: (part) => link(part.url, part.text || part.url),
  user: (part, directory) => userMention(part.user_id, null, directory),
  channel: (part, directory) => channelMention(part.channel_id, null, directory),
  usergroup: (part) => broadcast("group", `@${part.usergroup_id}`),
  broadcast: (part) => broadcast(part.range, null),
  emoji: (part) => emojiNode(part.name),
  date: (part) => broadcast(`date^${part.timestamp}^${part.format ?? "{date}"}`, part.fallback),
  color: (part) => part.value,
};

const BLOCKS = {
  rich_text_section: (block, directory) => el("div", { class: "text" }, inline(block, directory)),
  rich_text_quote: (block, directory) => el("blockquote", {}, inline(block, directory)),
  rich_text_preformatted: (block) => el("pre", {}, el("code", {}, plain(block))),
  rich_text_list: listNode,
};

/** The nodes of one rich_text block. */
export function richText(block, directory) {
  return (block.elements ?? []).map((part) => BLOCKS[part.type]?.(part, directory) ?? null);
}

function inline(block, directory) {
  return (block.elements ?? []).map((part) => styled(part, INLINE[part.type]?.(part, directory) ?? ""));
}

function styled(part, content) {
  const wanted = Object.keys(STYLES).filter((style) => part.style?.[style]);
  return wanted.reduce((inner, style) => el(STYLES[style], {}, inner), content);
}

function lines(text) {
  return text.split("\n").flatMap((line, index) => [index ? el("br") : null, line]);
}

function plain(block) {
  return (block.elements ?? []).map((part) => part.text ?? part.url ?? "").join("");
}

function listNode(block, directory) {
  const items = (block.elements ?? []).map((item) => el("li", {}, inline(item, directory)));
  const tag = block.style === "ordered" ? "ol" : "ul";
  const start = block.offset ? { start: String(block.offset + 1) } : {};
  return el(tag, { ...start, class: `indent-${Math.min(block.indent ?? 0, 8)}` }, items);
}
