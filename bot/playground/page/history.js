/** The messages of one channel that the page holds, in the order of their timestamps. */

function place(list, ts) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle].ts < ts) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A reply shows in its thread alone, unless it was also sent to the channel. */
function isReply(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts;
}

export class History {
  constructor() {
    this.messages = [];
    this.ephemerals = [];
    this.loaded = false;
    this.complete = false;
    this.cache = null;
  }

  /** Takes a page of the newest messages before what is held; fewer than `limit` means that no older ones exist. */
  takePage(page, limit) {
    for (const message of page) this.put(message);
    this.loaded = true;
    this.complete ||= page.length < limit;
  }

  /** Adds the message, or replaces the one with its timestamp. */
  put(message) {
    const list = message.ephemeral ? this.ephemerals : this.messages;
    const at = place(list, message.ts);
    list.splice(at, list[at]?.ts === message.ts ? 1 : 0, message);
    this.cache = null;
  }

  /** Whether the message belongs to the stretch that is held, or opens the stretch of what is new. */
  accepts(message, isNew) {
    if (this.loaded) return this.complete || !(message.ts < this.oldest);
    return isNew && message.subtype !== "tombstone";
  }

  find(ts) {
    const message = this.messages[place(this.messages, ts)];
    return message?.ts === ts ? message : undefined;
  }

  remove(ts) {
    this.messages = this.messages.filter((message) => message.ts !== ts);
    this.cache = null;
  }

  removeEphemeral(ts) {
    this.ephemerals = this.ephemerals.filter((message) => message.ts !== ts);
    this.cache = null;
  }

  get oldest() {
    return this.messages[0]?.ts;
  }

  /** What stands in the channel itself for `persona`, its ephemeral messages included. */
  top(persona) {
    const notes = this.ephemerals.filter((message) => message.to === persona && !message.thread_ts);
    return merged(this.sorted().top, notes);
  }

  /** The replies to the message `ts`, oldest first. */
  replies(ts) {
    return this.sorted().threads.get(ts) ?? [];
  }

  /** The message `ts`, its replies, and what of the thread only `persona` sees. */
  thread(ts, persona) {
    const root = this.find(ts);
    const notes = this.ephemerals.filter((message) => message.to === persona && message.thread_ts === ts);
    return merged([...(root ? [root] : []), ...this.replies(ts)], notes);
  }

  /** The newest message of this author in the channel itself. */
  newest(author) {
    return this.sorted().top.findLast((message) => message.user === author);
  }

  /** The threads in which a message is still being written. */
  streamingThreads() {
    return this.messages.filter((message) => message.streaming).map((message) => message.thread_ts ?? message.ts);
  }

  isStreaming(threadTs) {
    return this.streamingThreads().includes(threadTs);
  }

  sorted() {
    this.cache ??= split(this.messages);
    return this.cache;
  }
}

function split(messages) {
  const threads = new Map();
  const top = [];
  for (const message of messages) {
    if (!isReply(message) || message.subtype === "thread_broadcast") top.push(message);
    if (!isReply(message)) continue;
    if (!threads.has(message.thread_ts)) threads.set(message.thread_ts, []);
    threads.get(message.thread_ts).push(message);
  }
  return { top, threads };
}

function merged(messages, notes) {
  if (!notes.length) return messages;
  return [...messages, ...notes].sort((one, other) => (one.ts < other.ts ? -1 : 1));
}
