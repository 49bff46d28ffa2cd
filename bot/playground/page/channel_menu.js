/** What one can do to a channel as a whole, and how a new one is made. */

import { icon } from "./dom.js";
import { ask, confirm, menu } from "./popup.js";

const PRIVATE = { title: "Make this channel private?", text: "Only its members will see it. This cannot be undone.", yes: "Make private" };

/** Opens the menu of `channel` at its button. */
export function channelMenu(anchor, channel, page) {
  menu(anchor, channel.is_archived ? archived(channel, page) : open(channel, page), `#${channel.name}`);
}

function open(channel, page) {
  const bot = page.store.bots[0];
  const here = bot && channel.members.includes(bot.id);
  const membership = bot && [
    here
      ? { label: `Remove ${bot.label}`, mark: icon("close"), run: () => page.actions.kick(channel.id, bot.id), testid: "channel-remove-bot" }
      : { label: `Add ${bot.label}`, mark: icon("plus"), run: () => page.actions.invite(channel.id, bot.id), testid: "channel-add-bot" },
  ];
  return [
    ...(membership || []),
    null,
    { label: "Rename…", mark: icon("pencil"), run: () => rename(channel, page), testid: "channel-rename" },
    !channel.is_private && { label: "Make private…", mark: icon("lock"), run: () => hide(channel, page), testid: "channel-private" },
    { label: "Leave", mark: icon("move"), run: () => page.actions.leave(channel.id), testid: "channel-leave" },
    { label: "Archive…", mark: icon("archive"), danger: true, run: () => archive(channel, page), testid: "channel-archive" },
  ].filter((entry) => entry !== false);
}

function archived(channel, page) {
  return [{ label: "Unarchive", mark: icon("archive"), run: () => page.actions.unarchive(channel.id), testid: "channel-unarchive" }];
}

async function rename(channel, page) {
  const name = await ask({ title: `Rename #${channel.name}`, label: "Name", value: channel.name, yes: "Rename" });
  if (name && name !== channel.name) await page.actions.rename(channel.id, name);
}

async function hide(channel, page) {
  if (await confirm({ ...PRIVATE, no: "Cancel" })) await page.actions.makePrivate(channel.id);
}

async function archive(channel, page) {
  const words = { title: `Archive #${channel.name}?`, text: "Nobody can write there any more. It can be unarchived.", yes: "Archive" };
  if (await confirm({ ...words, no: "Cancel", danger: true })) await page.actions.archive(channel.id);
}

/** Asks for a name and makes a channel, then opens it. */
export async function newChannel(page) {
  const name = await ask({ title: "New channel", label: "Name", value: "", yes: "Create" });
  const channel = name && (await page.actions.createChannel(name));
  if (channel) page.openChannel(channel);
}
