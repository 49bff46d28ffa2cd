/** Short notices at the foot of the page. */

import { el, iconButton } from "./dom.js";

const SHOWN_FOR_MS = 7000;

function shelf() {
  const found = document.getElementById("toasts");
  const host = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  if (found.parentElement !== host) host.append(found);
  return found;
}

/** Says something went wrong (or, with kind "note", that something happened). */
export function toast(text, kind = "error") {
  const close = iconButton("close", "Dismiss", () => note.remove());
  const note = el("div", { class: `toast toast-${kind}`, role: "alert", data: { testid: "toast" } }, el("span", {}, text), close);
  shelf().append(note);
  setTimeout(() => note.remove(), SHOWN_FOR_MS);
}

/** Brings the shelf back to the page before the dialog that holds it goes away. */
export function keepToasts(dialog) {
  const found = document.getElementById("toasts");
  if (dialog.contains(found)) document.body.append(found);
}
