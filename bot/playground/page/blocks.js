/** Renders Block Kit blocks as DOM nodes. */

import { el } from "./dom.js";
import { mrkdwnText, plainText } from "./choices.js";
import { element, picture } from "./elements.js";
import { inputBlock } from "./inputs.js";
import { markdown } from "./markdown.js";
import { mrkdwn } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { plan, taskCard } from "./tasks.js";

const RENDER = {
  header: (block) => el("h3", { class: "block-header" }, plainText(block.text)),
  divider: () => el("hr"),
  section,
  context,
  actions,
  context_actions: actions,
  image: (block) => el("div", {}, picture(block)),
  rich_text: (block, use) => el("div", { class: "rich" }, richText(block, use.directory)),
  markdown: (block, use) => el("div", { class: "markdown" }, markdown(block.text ?? "", use.directory)),
  input: inputBlock,
  task_card: taskCard,
  plan,
};

/** The nodes of these blocks; `use` as in elements.js. A block that the page does not know says so. */
export function renderBlocks(blocks, use) {
  return blocks.map((block) => {
    const render = RENDER[block.type];
    const node = render ? render(block, use) : el("p", { class: "muted" }, `(${block.type} block is not shown here)`);
    node.classList.add("block", `block-${block.type}`);
    if (block.block_id) node.dataset.blockId = block.block_id;
    return node;
  });
}

/** The nodes of a text object, plain_text or mrkdwn. */
export function textObject(object, directory) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(mrkdwnText(object), directory);
  return plainText(object).split("\n").flatMap((line, index) => [index ? el("br") : null, line]);
}

function section(block, use) {
  const fields = (block.fields ?? []).map((field) => el("div", {}, textObject(field, use.directory)));
  const words = [
    block.text && el("div", {}, textObject(block.text, use.directory)),
    fields.length > 0 && el("div", { class: "fields" }, fields),
  ];
  const accessory = block.accessory && el("div", { class: "accessory" }, element(block.accessory, block.block_id, use));
  return el("div", {}, el("div", { class: "section-words" }, words), accessory);
}

function context(block, use) {
  const parts = (block.elements ?? []).map((part) =>
    part.type === "image" ? picture(part) : el("span", { class: "context-text" }, textObject(part, use.directory)),
  );
  return el("div", {}, parts);
}

function actions(block, use) {
  return el("div", {}, (block.elements ?? []).map((part) => element(part, block.block_id, use)));
}
