/** Follows the server's feed of events and brings each into the store. */

import { read } from "./api.js";
import { ofTeam } from "./team.js";

const HANDLERS = {
  message: (store, event) => store.hearMessage(event.channel, event.message, true),
  message_changed: (store, event) => store.hearMessage(event.channel, event.message, false),
  message_deleted: (store, event) => store.removeMessage(event.channel, event.ts),
  reaction: (store, event) => store.setReactions(event.channel, event.ts, event.reactions),
  ephemeral: (store, event) =>
    store.putMessage(event.channel, { ...event.message, ephemeral: true, to: event.user }),
  ephemeral_deleted: (store, event) => store.removeEphemeral(event.channel, event.ts),
  view: (store, event) => store.setView(event.view_id, event.user, event.view),
  home: (store, event) => store.setHome(event.view.id, event.user, event.view),
  prompts: (store, event) => store.setPrompts(event.channel, event.prompts),
  session: (store, event) => store.setSession(event.session),
  notice: (store, event) => store.setNotice(event.notice),
  board: (store) => store.emit("board"),
  app: (store, event) => store.setConnected(event.connected),
  channels: (store) => refresh(store),
  users: (store) => refresh(store),
};

/** Reads the state again. */
export async function refresh(store) {
  store.load(await read(`state${ofTeam()}`));
}

/** Opens the feed; `onAgain` runs when it came back after a break or the workspace was reset, `onLost` when it broke. */
export function follow(store, { onAgain, onLost }) {
  const source = new EventSource(`/_control/feed${ofTeam()}`);
  let lost = false;
  source.addEventListener("open", () => {
    if (lost) onAgain();
    lost = false;
  });
  source.addEventListener("error", () => {
    if (!lost) onLost();
    lost = true;
  });
  source.addEventListener("message", ({ data }) => {
    const event = JSON.parse(data);
    if (event.type === "reset") onAgain();
    else HANDLERS[event.type]?.(store, event);
  });
  return source;
}
