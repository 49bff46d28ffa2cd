/** The lightning button: what apps offer to do anywhere. */

import { iconButton } from "./dom.js";
import { menu } from "./popup.js";

/** A button with the global shortcuts; hidden while there are none. */
export function shortcutButton(store, actions) {
  const offered = () => store.shortcuts.filter((shortcut) => shortcut.type === "global");
  const entry = ({ callback_id: id, name, description }) => ({
    label: name,
    detail: description,
    run: () => actions.globalShortcut(id),
    testid: `shortcut-${id}`,
  });
  const open = () => menu(button, offered().map(entry), "Shortcuts");
  const button = iconButton("bolt", "Shortcuts", open, { "aria-haspopup": "menu", data: { testid: "shortcuts" } });
  const show = () => (button.hidden = !offered().length);
  store.on("state", show);
  show();
  return button;
}
