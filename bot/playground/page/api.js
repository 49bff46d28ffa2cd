/** Speaks to the playground's server: control verbs, and the board's own REST API. */

/** A refusal in plain words; `body` is the server's whole answer, `status` 0 where none came. */
export class ApiError extends Error {
  constructor(message, body, status = 0) {
    super(message);
    this.body = body;
    this.status = status;
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
  const said = body.message || body.error || (answer.status < 500 && text.slice(0, 200));
  const words = said || `The playground could not do that (error ${answer.status}).`;
  return new ApiError(words, body, answer.status);
}

function sending(method, body) {
  return { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
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

/** The board's REST API under /1/, as the persona that `actor` names: the page needs no key of an app. */
export class Board {
  constructor({ id }, actor) {
    this.id = id;
    this.actor = actor;
  }

  ask(path, options = {}) {
    const headers = { ...options.headers, "X-Playground-User": this.actor() };
    return request(`/1/${path}`, { ...options, headers });
  }

  lists() {
    const query = new URLSearchParams({ lists: "open", cards: "open", labels: "all", members: "all", card_attachments: "true" });
    return this.ask(`boards/${this.id}?${query}`);
  }

  card(id) {
    return this.ask(`cards/${encodeURIComponent(id)}?actions=commentCard&members=true&attachments=true`);
  }

  update(id, changes) {
    return this.ask(`cards/${encodeURIComponent(id)}`, sending("PUT", changes));
  }

  comment(id, text) {
    return this.ask(`cards/${encodeURIComponent(id)}/actions/comments`, sending("POST", { text }));
  }
}
