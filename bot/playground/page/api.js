/** Speaks to the playground's server: control verbs, and the board's own REST API. */

/** A refusal in plain words; `body` is the server's whole answer. */
export class ApiError extends Error {
  constructor(message, body) {
    super(message);
    this.body = body;
  }
}

async function request(path, options) {
  const answer = await fetch(path, options).catch(() => {
    throw new ApiError("The playground does not answer. Is it still running?", {});
  });
  const text = await answer.text();
  const body = parse(text);
  if (!answer.ok || body.ok === false) throw refusal(answer, body, text);
  return body;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function refusal(answer, body, text) {
  const words = body.message || body.error || text.slice(0, 200) || `The server answered ${answer.status}.`;
  return new ApiError(words, body);
}

function sending(method, body, headers = {}) {
  return { method, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) };
}

/** Reads /_control/PATH. */
export function read(path) {
  return request(`/_control/${path}`, {});
}

/** Does one verb of the control API. */
export function control(verb, body) {
  return request(`/_control/${verb}`, sending("POST", body));
}

/** The newest `limit` messages of a channel, oldest first, before the message `before` when it is given. */
export async function readMessages(channel, limit, before) {
  const query = new URLSearchParams({ limit });
  if (before) query.set("before", before);
  return (await read(`messages/${encodeURIComponent(channel)}?${query}`)).messages;
}

/** The board's REST API under /1/, as the persona `user` where a write has an author. */
export class Board {
  constructor({ id, key, token }) {
    this.id = id;
    this.credentials = { key, token };
  }

  address(path, query = {}) {
    return `/1/${path}?${new URLSearchParams({ ...query, ...this.credentials })}`;
  }

  lists() {
    const query = { lists: "open", cards: "open", labels: "all", members: "all" };
    return request(this.address(`boards/${this.id}`, query), {});
  }

  card(id) {
    const query = { actions: "commentCard", members: "true" };
    return request(this.address(`cards/${encodeURIComponent(id)}`, query), {});
  }

  update(id, changes, user) {
    const headers = { "X-Playground-User": user };
    return request(this.address(`cards/${encodeURIComponent(id)}`), sending("PUT", changes, headers));
  }

  comment(id, text, user) {
    const headers = { "X-Playground-User": user };
    const path = `cards/${encodeURIComponent(id)}/actions/comments`;
    return request(this.address(path), sending("POST", { text }, headers));
  }
}
