/** The small bar over the message under the pointer or the focus: quick reactions, thread, more. */

import { el, icon } from "./dom.js";
import { QUICK, character } from "./emoji.js";
import { confirm, emojiPicker, menu } from "./popup.js";

function tool(label, content, run, testid) {
  return el("button", { type: "button", class: "tool", title: label, "aria-label": label, data: { testid }, on: { click: run } }, content);
}

function quick(message, place, page) {
  return QUICK.map((name) =>
    tool(`React with :${name}:`, el("span", { class: "emoji" }, character(name)), () => page.actions.react(place.channel, message, name), `message-react-${name}`),
  );
}

/** What apps offer to do with a message. */
function shortcuts(message, place, page) {
  return page.store.shortcuts
    .filter((shortcut) => shortcut.type === "message")
    .map(({ callback_id: id, name, description }) => ({
      label: name,
      detail: description,
      run: () => page.actions.shortcut(id, place.channel, message.ts),
      testid: `shortcut-${id}`,
    }));
}

function own(message, place, page, edit) {
  return [
    { label: "Edit message", mark: icon("pencil"), run: edit, testid: "message-edit" },
    { label: "Delete message…", mark: icon("trash"), danger: true, run: () => remove(message, place, page), testid: "message-delete" },
  ];
}

function more(message, place, page, edit) {
  const offered = shortcuts(message, place, page);
  if (message.user !== page.store.personaId) return offered;
  return [...offered, ...(offered.length ? [null] : []), ...own(message, place, page, edit)];
}

async function remove(message, place, page) {
  const words = { title: "Delete message", text: "Are you sure that you want to delete this message? This cannot be undone." };
  if (await confirm({ ...words, yes: "Delete", no: "Cancel", danger: true })) page.actions.remove(place.channel, message.ts);
}

/** The bar of one message; `edit` starts its edit. An ephemeral message takes none. */
export function toolbar(message, place, page, edit) {
  const bar = el("div", { class: "toolbar", role: "toolbar", "aria-label": "Message actions", data: { testid: "message-toolbar" } });
  const react = tool("Find another reaction", icon("smile"), () => emojiPicker(react, (name) => page.actions.react(place.channel, message, name)), "message-react");
  if (message.subtype === "tombstone") return bar;
  bar.append(...quick(message, place, page), react);
  if (!place.inThread) bar.append(tool("Reply in thread", icon("reply"), () => page.openThread(message.thread_ts ?? message.ts), "message-thread"));
  const entries = more(message, place, page, edit);
  if (!entries.length) return bar;
  const button = tool("More actions", icon("more"), () => menu(button, entries, "More actions"), "message-more");
  bar.append(button);
  return bar;
}
