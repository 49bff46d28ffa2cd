/** Light, dark, or as the system says; remembered. */

import { fill, icon, iconButton } from "./dom.js";

const KEY = "playground.theme";
const THEMES = { auto: "Theme: as the system", light: "Theme: light", dark: "Theme: dark" };
const ICONS = { auto: "auto", light: "sun", dark: "moon" };

function current() {
  const saved = localStorage.getItem(KEY);
  return saved in THEMES ? saved : "auto";
}

/** Puts the remembered theme on the page. */
export function applyTheme() {
  document.documentElement.dataset.theme = current();
}

/** Goes from auto to light to dark and round again; returns the new one. */
export function nextTheme() {
  const names = Object.keys(THEMES);
  const next = names[(names.indexOf(current()) + 1) % names.length];
  localStorage.setItem(KEY, next);
  applyTheme();
  return next;
}

/** A button that shows the theme and calls `change` for the next. */
export function themeButton(change) {
  const say = (name) => {
    fill(button, icon(ICONS[name]));
    button.title = `${THEMES[name]}. Press to change`;
    button.setAttribute("aria-label", button.title);
  };
  const button = iconButton("auto", "", () => say(change()), { data: { testid: "theme" } });
  say(current());
  return button;
}
