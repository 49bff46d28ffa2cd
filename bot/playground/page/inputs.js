/** Input blocks of modals: a label, one control, a hint, and the error under it. */

import { el, fill } from "./dom.js";
import { CONTROLS, freshId, plainText, withInitial } from "./choices.js";

const REQUIRED = "Please complete this required field.";
/** What the text of an input must look like, and what is said where it does not. */
const FORMS = {
  email_text_input: [{ fits: (text) => /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(text), words: "Please enter a valid email address." }],
  url_text_input: [{ fits: (text) => URL.canParse(text), words: "Please enter a valid URL." }],
  number_input: [
    { fits: (text, part) => (part.is_decimal_allowed ? /^-?\d+(?:\.\d+)?$/ : /^-?\d+$/).test(text), words: "Please enter a number." },
    { fits: (text, part) => Number(text) >= Number(part.min_value ?? -Infinity), words: "This number is too small." },
    { fits: (text, part) => Number(text) <= Number(part.max_value ?? Infinity), words: "This number is too large." },
  ],
};

/** One input block; it announces itself in `use.fields` so that the modal can read it and show its error. */
export function inputBlock(block, use) {
  const part = block.element;
  if (!(part.type in CONTROLS)) return el("p", { class: "muted" }, `(${part.type} is not shown here)`);
  const id = freshId("input");
  const note = el("div", { class: "field-error", role: "alert", id: `${id}-error`, data: { testid: "field-error" } });
  const control = makeControl(block, part, id, use);
  const field = makeField(block, part, control, note);
  use.fields?.push(field);
  return el("div", {}, label(block, part, id), control.node, note, hint(block, id));
}

function makeControl(block, part, id, use) {
  const held = withInitial(part, use.earlier?.(block.block_id, part.action_id));
  const changed = () => block.dispatch_action && use.act({ type: part.type, action_id: part.action_id, block_id: block.block_id, ...control.read() });
  const control = CONTROLS[part.type](held, { id, directory: use.directory, changed });
  control.node.addEventListener("input", () => control.clear?.());
  control.focus.dataset.actionId = part.action_id;
  control.focus.setAttribute("aria-describedby", `${id}-error ${id}-hint`);
  if (control.node.classList.contains("boxes")) control.node.setAttribute("aria-label", plainText(block.label));
  return control;
}

function makeField(block, part, control, note) {
  const fail = (text) => {
    fill(note, text ?? "");
    control.node.closest(".block")?.classList.toggle("failed", Boolean(text));
    control.focus.setAttribute("aria-invalid", String(Boolean(text)));
  };
  control.clear = () => fail(null);
  return {
    blockId: block.block_id,
    actionId: part.action_id,
    type: part.type,
    optional: Boolean(block.optional),
    read: control.read,
    focus: control.focus,
    fail,
    fault: () => faultOf(block, part, control.read()),
  };
}

/** What is wrong with a value before it is sent, in Slack's words, or null. */
function faultOf(block, part, state) {
  const [value] = Object.values(state);
  if (value === null || value.length === 0 || (typeof value === "string" && !value.trim())) return block.optional ? null : REQUIRED;
  const complaint = FORMS[part.type]?.find(({ fits }) => !fits(value, part));
  if (complaint) return complaint.words;
  if (part.min_length && value.length < part.min_length) return `This must be at least ${part.min_length} characters long.`;
  return null;
}

function label(block, part, id) {
  const optional = block.optional && el("span", { class: "muted" }, " (optional)");
  const tag = part.type === "checkboxes" || part.type === "radio_buttons" ? "div" : "label";
  return el(tag, { class: "field-label", for: tag === "label" ? id : null }, plainText(block.label), optional);
}

function hint(block, id) {
  return block.hint && el("div", { class: "field-hint", id: `${id}-hint` }, plainText(block.hint));
}
