/** The controls of Block Kit that hold a value: text, selects, checkboxes, radio buttons. */

import { el, fill, icon } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { inline, wrapAddresses } from "./mrkdwn.js";
import { popup } from "./popup.js";

/** A fresh id for a label and what it labels. */
export function freshId(stem) {
  return `${stem}-${crypto.randomUUID()}`;
}

/** A plain_text object as text. */
export function plainText(object) {
  return withEmoji(object?.text ?? "");
}

/** The text of a mrkdwn object, with its bare addresses made links unless it is verbatim. */
export function mrkdwnText({ text = "", verbatim = false }) {
  return verbatim ? text : wrapAddresses(text);
}

function words(object, directory) {
  return object?.type === "mrkdwn" ? inline(mrkdwnText(object), directory) : [plainText(object)];
}

function allOptions(element) {
  return [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((group) => group.options)];
}

/** Each control: `(element, {id, directory, changed}) => {node, read}`; `read` gives its part of view.state.values. */
export const CONTROLS = {
  plain_text_input: textInput,
  number_input: (element, use) => textInput(element, use, { inputmode: "decimal" }),
  email_text_input: (element, use) => textInput(element, use, { inputmode: "email" }),
  url_text_input: (element, use) => textInput(element, use, { inputmode: "url" }),
  datepicker: (element, use) => picker(element, use, "date"),
  timepicker: (element, use) => picker(element, use, "time"),
  datetimepicker: momentPicker,
  static_select: singleSelect,
  multi_static_select: multiSelect,
  users_select: oneKnown("user"),
  channels_select: oneKnown("channel"),
  conversations_select: oneKnown("conversation"),
  multi_users_select: manyKnown("user"),
  multi_channels_select: manyKnown("channel"),
  multi_conversations_select: manyKnown("conversation"),
  checkboxes: (element, use) => boxes(element, use, "checkbox"),
  radio_buttons: (element, use) => boxes(element, use, "radio"),
};

/** The element with what a person already chose as its initial value: `selected_date` becomes `initial_date`. */
export function withInitial(element, state) {
  if (!state) return element;
  const kept = Object.entries(state).filter(([name]) => name !== "type");
  const renamed = kept.map(([name, value]) => [name.replace(/^(?:selected_)?/, "initial_"), value]);
  return { ...element, ...Object.fromEntries(renamed) };
}

function picker(element, { id, changed }, kind) {
  const node = el("input", { id, class: "field picker-field", type: kind });
  node.value = element[`initial_${kind}`] ?? "";
  node.addEventListener("change", changed);
  return { node, focus: node, read: () => ({ [`selected_${kind}`]: node.value || null }) };
}

/** Slack counts moments in seconds; the field speaks of them in the reader's own time. */
function momentPicker(element, { id, changed }) {
  const node = el("input", { id, class: "field picker-field", type: "datetime-local" });
  const initial = element.initial_date_time;
  if (initial) node.value = new Date((initial - new Date(initial * 1000).getTimezoneOffset() * 60) * 1000).toISOString().slice(0, 16);
  node.addEventListener("change", changed);
  return { node, focus: node, read: () => ({ selected_date_time: node.value ? Math.floor(new Date(node.value) / 1000) : null }) };
}

/** A select of what the page itself knows: `kind` is user, channel or conversation. */
function oneKnown(kind) {
  return (element, use) => {
    const options = knownOptions(kind, use.directory);
    const initial = options.find((option) => option.value === element[`initial_${kind}`]);
    const control = singleSelect({ ...element, options, initial_option: initial }, use);
    return { ...control, read: () => ({ [`selected_${kind}`]: control.read().selected_option?.value ?? null }) };
  };
}

function manyKnown(kind) {
  return (element, use) => {
    const options = knownOptions(kind, use.directory);
    const chosen = new Set(element[`initial_${kind}s`] ?? []);
    const control = multiSelect({ ...element, options, initial_options: options.filter((option) => chosen.has(option.value)) }, use);
    return { ...control, read: () => ({ [`selected_${kind}s`]: control.read().selected_options.map((option) => option.value) }) };
  };
}

function knownOptions(kind, directory) {
  return directory.choices(kind).map(({ id, label }) => ({ text: { type: "plain_text", text: label }, value: id }));
}

function textInput(element, { id, changed }, more = {}) {
  const tag = element.multiline ? "textarea" : "input";
  const limits = { maxlength: element.max_length && String(element.max_length) };
  const placeholder = plainText(element.placeholder);
  const node = el(tag, { id, class: "field", placeholder, autocomplete: "off", ...limits, ...more });
  node.value = element.initial_value ?? "";
  node.addEventListener("change", changed);
  return { node, focus: node, read: () => ({ value: node.value === "" ? null : node.value }) };
}

function singleSelect(element, { id, changed }) {
  const options = allOptions(element);
  const initial = options.findIndex((option) => option.value === element.initial_option?.value);
  const node = el("select", { id, class: "field" });
  node.append(el("option", { value: "" }, plainText(element.placeholder) || "Choose…"));
  node.append(...selectChildren(element, options));
  node.value = initial < 0 ? "" : String(initial);
  node.addEventListener("change", changed);
  const read = () => ({ selected_option: node.value === "" ? null : options[Number(node.value)] });
  return { node: el("span", { class: "select" }, node, icon("chevron")), focus: node, read };
}

function selectChildren(element, options) {
  const entry = (option) => el("option", { value: String(options.indexOf(option)) }, plainText(option.text));
  if (!element.option_groups) return options.map(entry);
  return element.option_groups.map((group) => el("optgroup", { label: plainText(group.label) }, group.options.map(entry)));
}

function multiSelect(element, { id, changed }) {
  const options = allOptions(element);
  const chosen = new Set((element.initial_options ?? []).map((option) => option.value));
  const chips = el("span", { class: "chips" });
  const node = el("button", { id, type: "button", class: "field multi", "aria-haspopup": "listbox" }, chips, icon("chevron"));
  const show = () => fill(chips, chipNodes(element, options, chosen));
  const toggle = (option) => {
    if (!chosen.delete(option.value) && chosen.size < (element.max_selected_items ?? Infinity)) chosen.add(option.value);
    show();
  };
  // Slack, too, sends the choice when the list closes.
  const open = (before) => openOptions(node, options, chosen, toggle, () => same(before, chosen) || changed());
  node.addEventListener("click", () => open(new Set(chosen)));
  show();
  return { node, focus: node, read: () => ({ selected_options: options.filter((option) => chosen.has(option.value)) }) };
}

function chipNodes(element, options, chosen) {
  const taken = options.filter((option) => chosen.has(option.value));
  if (!taken.length) return [el("span", { class: "placeholder" }, plainText(element.placeholder) || "Choose…")];
  return taken.map((option) => el("span", { class: "chip" }, plainText(option.text)));
}

function same(one, other) {
  return one.size === other.size && [...one].every((value) => other.has(value));
}

function openOptions(anchor, options, chosen, toggle, closed) {
  const rows = options.map((option) => optionRow(option, chosen, toggle));
  popup(anchor, el("div", { class: "popup options", role: "group", data: { testid: "options" } }, rows), closed);
  rows[0]?.querySelector("input").focus();
}

function optionRow(option, chosen, toggle) {
  const box = el("input", { type: "checkbox", checked: chosen.has(option.value) });
  box.addEventListener("change", () => {
    toggle(option);
    box.checked = chosen.has(option.value);
  });
  return el("label", { class: "option-row" }, box, plainText(option.text));
}

function boxes(element, { id, directory, changed }, type) {
  const options = allOptions(element);
  const initial = element.initial_options ?? (element.initial_option ? [element.initial_option] : []);
  const values = new Set(initial.map((option) => option.value));
  const name = freshId("group");
  const inputs = options.map((option) => el("input", { type, name, checked: values.has(option.value), on: { change: changed } }));
  const rows = options.map((option, index) => boxRow(option, inputs[index], directory));
  const node = el("div", { id, class: "boxes", role: type === "radio" ? "radiogroup" : "group" }, rows);
  const taken = () => options.filter((_, index) => inputs[index].checked);
  const read = () => (type === "radio" ? { selected_option: taken()[0] ?? null } : { selected_options: taken() });
  return { node, focus: inputs[0], read };
}

function boxRow(option, input, directory) {
  const detail = option.description && el("span", { class: "muted" }, words(option.description, directory));
  return el("label", { class: "box-row" }, input, el("span", {}, words(option.text, directory), detail));
}
