/** Menus and pickers that open at a button, and dialogs: keyboard, focus and Esc in one place. */

import { el, fill, iconButton } from "./dom.js";
import { NAMES, character, search } from "./emoji.js";
import { keepToasts } from "./toast.js";

const GAP = 6;
const EDGE = 8;
const PICKER_COLUMNS = 8;
const PICKER_LIMIT = 400;

function put(panel, anchor) {
  const at = anchor.getBoundingClientRect();
  const { width, height } = panel.getBoundingClientRect();
  const below = at.bottom + GAP + height <= innerHeight - EDGE;
  const top = below ? at.bottom + GAP : Math.max(EDGE, at.top - GAP - height);
  const left = Math.min(Math.max(EDGE, at.left), innerWidth - width - EDGE);
  panel.style.setProperty("top", `${top}px`);
  panel.style.setProperty("left", `${left}px`);
}

/** Opens a panel at the anchor; it closes by Esc, by a press elsewhere, or by the function that is returned. */
export function popup(anchor, panel, onClose) {
  const host = anchor.closest("dialog") ?? document.body;
  const outside = (event) => {
    if (!panel.contains(event.target) && !anchor.contains(event.target)) close();
  };
  const close = () => {
    document.removeEventListener("pointerdown", outside, true);
    panel.remove();
    anchor.setAttribute("aria-expanded", "false");
    if (anchor.isConnected) anchor.focus({ preventScroll: true });
    onClose?.();
  };
  panel.setAttribute("popover", "manual");
  panel.addEventListener("keydown", (event) => closeByKey(event, close));
  host.append(panel);
  panel.showPopover();
  put(panel, anchor);
  anchor.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", outside, true);
  return close;
}

function closeByKey(event, close) {
  if (event.key !== "Escape" && event.key !== "Tab") return;
  event.preventDefault();
  event.stopPropagation();
  close();
}

/** A menu of `{label, run, mark?, icon?, danger?, checked?, testid?, data?}`; null is a line between two groups. */
export function menu(anchor, entries, label) {
  const panel = el("div", { class: "popup menu", role: "menu", "aria-label": label });
  const close = popup(anchor, panel);
  const choose = (entry) => {
    close();
    entry.run();
  };
  fill(panel, entries.map((entry) => (entry ? menuItem(entry, choose) : el("hr"))));
  put(panel, anchor);
  panel.addEventListener("keydown", (event) => walk(event, [...panel.querySelectorAll("button")], 1));
  (panel.querySelector("[aria-checked=true]") ?? panel.querySelector("button"))?.focus();
  return close;
}

function menuItem(entry, choose) {
  const checked = entry.checked === undefined ? {} : { "aria-checked": String(entry.checked) };
  const role = entry.checked === undefined ? "menuitem" : "menuitemradio";
  const classes = `menu-item ${entry.danger ? "danger" : ""}`.trim();
  const props = { type: "button", role, class: classes, data: { testid: entry.testid, ...entry.data }, ...checked };
  const detail = entry.detail && el("span", { class: "menu-detail" }, entry.detail);
  const words = el("span", { class: "menu-words" }, entry.label, detail);
  return el("button", { ...props, on: { click: () => choose(entry) } }, entry.mark, words);
}

/** Moves the focus among `items` by arrows, Home and End; `columns` is how far up and down go. */
function walk(event, items, columns) {
  const steps = { ArrowDown: columns, ArrowUp: -columns, ArrowRight: 1, ArrowLeft: -1 };
  const at = items.indexOf(document.activeElement);
  let next = at + (steps[event.key] ?? 0);
  if (event.key === "Home") next = 0;
  if (event.key === "End") next = items.length - 1;
  if (next === at || !items.length) return;
  event.preventDefault();
  items[Math.max(0, Math.min(items.length - 1, next))].focus();
}

/** The emoji picker: a search field over a grid; `choose` gets the name. */
export function emojiPicker(anchor, choose) {
  const field = el("input", { class: "field", type: "text", placeholder: "Search emoji", "aria-label": "Search emoji" });
  const grid = el("div", { class: "emoji-grid", role: "listbox", "aria-label": "Emoji" });
  const panel = el("div", { class: "popup picker", data: { testid: "emoji-picker" } }, field, grid);
  const close = popup(anchor, panel);
  const pick = (name) => {
    close();
    choose(name);
  };
  const show = () => fill(grid, pickable(field.value).map((name) => emojiButton(name, pick)));
  field.addEventListener("input", show);
  panel.addEventListener("keydown", (event) => pickByKey(event, field, grid, pick));
  show();
  put(panel, anchor);
  field.focus();
}

function pickable(typed) {
  const text = typed.trim().replaceAll(":", "");
  return text ? search(text, PICKER_LIMIT) : NAMES;
}

function emojiButton(name, pick) {
  const props = { type: "button", role: "option", title: `:${name}:`, "aria-label": name, data: { emoji: name } };
  return el("button", { ...props, on: { click: () => pick(name) } }, character(name));
}

function pickByKey(event, field, grid, pick) {
  const items = [...grid.children];
  if (event.target !== field) return walk(event, items, PICKER_COLUMNS);
  if (event.key === "Enter" && items.length) pick(items[0].dataset.emoji);
  if (event.key === "ArrowDown") items[0]?.focus();
  if (event.key === "Enter" || event.key === "ArrowDown") event.preventDefault();
  return undefined;
}

/** Shows a modal dialog; the browser holds the focus in it. `onClose` runs after Esc, a press outside, or close(). */
export function showDialog(dialog, onClose) {
  document.body.append(dialog);
  dialog.addEventListener("pointerdown", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    keepToasts(dialog);
    dialog.remove();
    onClose?.();
  });
  dialog.showModal();
  return dialog;
}

/** The top line of a dialog: its title and the button that closes it. */
export function dialogHead(title, onClose, label = "Close") {
  return el("header", { class: "dialog-head" }, el("h2", {}, title), iconButton("close", label, onClose));
}

/** Asks for one line of text; resolves to it, or to null. */
export function ask({ title, label, value, yes }) {
  return new Promise((resolve) => {
    let answer = null;
    const field = el("input", { class: "field", type: "text", "aria-label": label, placeholder: label, value, autocomplete: "off" });
    const cancel = el("button", { type: "button", class: "button", on: { click: () => dialog.close() } }, "Cancel");
    const submit = el("button", { type: "submit", class: "button primary" }, yes);
    const form = el("form", {}, el("div", { class: "dialog-body" }, field), el("footer", { class: "dialog-foot" }, cancel, submit));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      answer = field.value.trim() || null;
      dialog.close();
    });
    const dialog = el("dialog", { class: "dialog dialog-small", "aria-label": title, data: { testid: "ask" } });
    dialog.append(dialogHead(title, () => dialog.close()), form);
    showDialog(dialog, () => resolve(answer));
    field.select();
  });
}

/** Asks before an act; resolves to true when the person agrees. */
export function confirm({ title, text, yes, no, danger }) {
  return new Promise((resolve) => {
    let agreed = false;
    const agree = () => {
      agreed = true;
      dialog.close();
    };
    const look = danger ? "button danger" : "button primary";
    const buttons = [
      el("button", { type: "button", class: "button", on: { click: () => dialog.close() } }, no),
      el("button", { type: "button", class: look, data: { testid: "confirm-yes" }, on: { click: agree } }, yes),
    ];
    const dialog = el("dialog", { class: "dialog dialog-small", "aria-label": title, data: { testid: "confirm" } });
    dialog.append(dialogHead(title, () => dialog.close()));
    dialog.append(el("div", { class: "dialog-body" }, text), el("footer", { class: "dialog-foot" }, buttons));
    showDialog(dialog, () => resolve(agreed));
    buttons[1].focus();
  });
}
