/** The interactive elements of Block Kit in messages and modals: what is pressed or chosen is sent at once. */

import { el, icon, iconButton, safeUrl } from "./dom.js";
import { CONTROLS, freshId, plainText, withInitial } from "./choices.js";
import { localImage } from "./files.js";
import { confirm, menu } from "./popup.js";

/**
 * One element of a block. `use` holds `directory` (names of users and channels), `act(action)` (sends it),
 * and in a modal `fields` (where controls announce themselves) and `earlier(blockId, actionId)` (what stood there).
 */
export function element(part, blockId, use) {
  if (part.type === "button") return button(part, blockId, use);
  if (part.type === "icon_button") return iconPress(part, blockId, use);
  if (part.type === "feedback_buttons") return feedback(part, blockId, use);
  if (part.type === "overflow") return overflow(part, blockId, use);
  if (part.type === "image") return picture(part);
  if (part.type in CONTROLS) return choice(part, blockId, use);
  return el("span", { class: "muted" }, `(${part.type} is not shown here)`);
}

/** An image of this server is shown; one from elsewhere is named and linked, not loaded. */
export function picture(part) {
  const words = part.alt_text || plainText(part.title) || "image";
  const shown = localImage(part.image_url ?? part.slack_file?.url, words, { class: "block-picture" });
  if (shown) return shown;
  const address = safeUrl(part.image_url ?? "");
  const content = [icon("eye"), el("span", {}, words)];
  if (!address) return el("span", { class: "picture" }, content);
  return el("a", { class: "picture", href: address, target: "_blank", rel: "noopener noreferrer" }, content);
}

async function agreed(part) {
  if (!part.confirm) return true;
  const { title, text, confirm: yes, deny, style } = part.confirm;
  return confirm({
    title: plainText(title) || "Are you sure?",
    text: plainText(text),
    yes: plainText(yes) || "Yes",
    no: plainText(deny) || "Cancel",
    danger: style === "danger",
  });
}

async function send(part, blockId, use, values, node) {
  if (!(await agreed(part))) return;
  node.setAttribute("aria-busy", "true");
  await use.act({ type: part.type, action_id: part.action_id, block_id: blockId, ...values });
  node.removeAttribute("aria-busy");
}

function button(part, blockId, use) {
  const look = `button ${part.style ?? ""}`.trim();
  const data = { testid: "block-button", actionId: part.action_id };
  const label = part.accessibility_label;
  const press = () => send(part, blockId, use, { value: part.value }, node);
  const props = { class: look, data, "aria-label": label, on: { click: press } };
  const address = part.url && safeUrl(part.url);
  const node = address
    ? el("a", { ...props, href: address, target: "_blank", rel: "noopener noreferrer" }, plainText(part.text))
    : el("button", { ...props, type: "button" }, plainText(part.text));
  return node;
}

function iconPress(part, blockId, use) {
  const label = part.accessibility_label || plainText(part.text);
  const press = () => send(part, blockId, use, { value: part.value }, node);
  const data = { testid: "block-button", actionId: part.action_id };
  const node = iconButton(part.icon === "trash" ? "trash" : "more", label, press, { data });
  return node;
}

/** Two thumbs; the one that the person pressed last stays marked. */
function feedback(part, blockId, use) {
  const thumb = (name, sign, { text, value, accessibility_label: label }) => {
    const press = () => {
      use.choose?.(part.action_id, value);
      mark();
      return send(part, blockId, use, { value }, node);
    };
    const data = { testid: `feedback-${name}`, actionId: part.action_id, value };
    const title = label || plainText(text);
    const node = el("button", { type: "button", class: "thumb", title, "aria-label": title, data, on: { click: press } }, sign);
    return node;
  };
  const thumbs = [thumb("up", "👍", part.positive_button), thumb("down", "👎", part.negative_button)];
  const mark = () => {
    for (const node of thumbs) node.setAttribute("aria-pressed", String(use.chosen?.(part.action_id) === node.dataset.value));
  };
  mark();
  return el("span", { class: "thumbs" }, thumbs);
}

function overflow(part, blockId, use) {
  const open = () => menu(node, part.options.map((option) => ({ label: plainText(option.text), run: () => choose(option) })), "More actions");
  const choose = (option) => {
    if (option.url) window.open(safeUrl(option.url) ?? "about:blank", "_blank", "noopener");
    return send(part, blockId, use, { selected_option: option }, node);
  };
  const data = { testid: "block-overflow", actionId: part.action_id };
  const node = iconButton("more", "More actions", open, { class: "boxed", "aria-haspopup": "menu", data });
  return node;
}

function choice(part, blockId, use) {
  const held = withInitial(part, use.earlier?.(blockId, part.action_id));
  const changed = () => send(part, blockId, use, control.read(), control.focus);
  const control = CONTROLS[part.type](held, { id: freshId("choice"), directory: use.directory, changed });
  control.focus?.setAttribute("data-action-id", part.action_id);
  control.node.setAttribute("aria-label", plainText(part.placeholder) || part.action_id);
  use.fields?.push({ blockId, actionId: part.action_id, type: part.type, read: control.read, optional: true, fail: () => {} });
  return control.node;
}
