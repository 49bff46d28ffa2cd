/** What a persona does in the workspace: each act is one control verb, and a refusal becomes a toast. */

import { ApiError, control, read, readMessages } from "./api.js";
import { refresh } from "./feed.js";
import { toast } from "./toast.js";

const PAGE = 100;
const FEWEST_SHOWN = 30;

export class Actions {
  constructor(store) {
    this.store = store;
  }

  /** Does the verb as the persona; null after a refusal, which is shown. */
  async act(verb, body) {
    try {
      return await control(verb, { user: this.store.personaId, ...body });
    } catch (error) {
      return this.refused(error);
    }
  }

  refused(error) {
    if (!(error instanceof ApiError)) throw error;
    toast(error.message);
    return null;
  }

  async send(channel, text, threadTs, files = []) {
    const uploads = files.length > 0 && { files: await Promise.all(files.map(upload)) };
    const answer = await this.act("message", { channel, text, ...(threadTs && { thread_ts: threadTs }), ...uploads });
    if (answer?.message) this.store.putMessage(channel, answer.message);
    return answer !== null;
  }

  async command(channel, line) {
    const [, command, text] = /^(\/\S+)\s*([\s\S]*)$/.exec(line);
    return (await this.act("command", { channel, command, text })) !== null;
  }

  /** Adds the persona's reaction, or takes it away where it stands already. */
  async react(channel, message, name) {
    const mine = message.reactions?.find((reaction) => reaction.name === name)?.users.includes(this.store.personaId);
    return this.act("reaction", { channel, ts: message.ts, name, ...(mine && { present: false }) });
  }

  edit(channel, ts, text) {
    return this.act("edit-message", { channel, ts, text });
  }

  remove(channel, ts) {
    return this.act("delete-message", { channel, ts });
  }

  /** Uses an app's shortcut on a message. */
  shortcut(callbackId, channel, ts) {
    return this.act("shortcut", { callback_id: callbackId, channel, messageTs: ts });
  }

  /** Uses an app's shortcut that stands by itself. */
  globalShortcut(callbackId) {
    return this.act("shortcut", { callback_id: callbackId });
  }

  /** Puts away what only the persona sees. */
  dismiss(channel, ts) {
    return this.act("dismiss", { channel, ts });
  }

  /** Asks the app to stop what it does in a thread. */
  stop(channel, threadTs) {
    return this.act("stop", { channel, thread_ts: threadTs });
  }

  join(channel) {
    return this.act("join", { channel });
  }

  archive(channel) {
    return this.act("archive", { channel });
  }

  unarchive(channel) {
    return this.act("unarchive", { channel });
  }

  rename(channel, name) {
    return this.act("rename", { channel, name });
  }

  makePrivate(channel) {
    return this.act("make-private", { channel });
  }

  leave(channel) {
    return this.act("kick", { channel });
  }

  /** Puts somebody else out of a channel, or in. */
  kick(channel, user) {
    return this.act("kick", { channel, user, by: this.store.personaId });
  }

  invite(channel, user) {
    return this.act("invite", { channel, user, by: this.store.personaId });
  }

  /** Makes a channel; its id, or null after a refusal. */
  async createChannel(name) {
    const answer = await this.act("create-channel", { name });
    if (!answer) return null;
    await refresh(this.store);
    return answer.channel.id;
  }

  async openConversation(user) {
    const answer = await this.act("open-dm", { with: user });
    const id = answer?.channel?.id ?? answer?.channel;
    if (id && !this.store.channel(id)) await refresh(this.store);
    return id ?? null;
  }

  /** Loads the newest messages of a channel once, and what only the persona sees there. */
  async open(channel) {
    const history = this.store.history(channel);
    if (history.loaded) return;
    await this.older(channel, FEWEST_SHOWN);
    await this.ephemerals();
    this.store.emit("messages", channel);
  }

  /** Loads earlier messages until at least `wanted` more stand in the channel itself, or none are left. */
  async older(channel, wanted = 1) {
    const history = this.store.history(channel);
    const before = history.top(null).length;
    try {
      while (!history.complete && history.top(null).length < before + wanted) {
        history.takePage(await readMessages(channel, PAGE, history.oldest), PAGE);
      }
    } catch (error) {
      this.refused(error);
    }
  }

  /** Loads earlier messages until the one at `ts` is held; false where it is not there. */
  async reach(channel, ts) {
    const history = this.store.history(channel);
    while (!history.find(ts) && !history.complete && !(history.oldest < ts)) await this.older(channel, PAGE);
    return Boolean(history.find(ts));
  }

  async ephemerals() {
    try {
      const { messages } = await read(`ephemeral?user=${encodeURIComponent(this.store.personaId)}`);
      for (const message of messages ?? []) {
        this.store.history(message.channel).put({ ...message, ephemeral: true, to: message.to ?? this.store.personaId });
      }
    } catch (error) {
      this.refused(error);
    }
  }
}

/** A file as the control API takes it. */
async function upload(file) {
  const bytes = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result.slice(reader.result.indexOf(",") + 1)));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(file);
  });
  return { name: file.name, mimetype: file.type, content_base64: bytes };
}
