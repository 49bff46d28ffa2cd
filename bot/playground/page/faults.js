/** The panel of faults: which call of the bot fails next, how, and how often. For the curious. */

import { ApiError, control } from "./api.js";
import { el, fill, icon } from "./dom.js";
import { freshId } from "./choices.js";
import { dialogHead, showDialog } from "./popup.js";

const TARGETS = { slack: "Slack", trello: "Trello", model: "The model" };
const KINDS = {
  429: "Too many requests: refused, with Retry-After",
  500: "Server error: refused",
  lost_reply: "Done, but the reply is lost",
  drop: "Not done, the connection drops",
  hang: "Not done, no reply for a long time",
  garbage: "Not done, a page of HTML comes back",
  unknown_method: "Slack does not know the method",
  invalid_blocks: "Slack refuses the blocks",
};
const METHODS = {
  slack: ["*", "chat.postMessage", "chat.update", "chat.startStream", "chat.appendStream", "views.open", "views.publish", "files.info"],
  trello: ["*", "POST /1/cards", "PUT /1/cards", "GET /1/boards"],
  model: ["*"],
};

/** Opens the panel. */
export function openFaults() {
  const title = "Faults";
  const dialog = el("dialog", { class: "dialog", "aria-label": title, data: { testid: "faults" } });
  const said = el("p", { class: "fault-said", role: "status", data: { testid: "fault-said" } });
  const form = faultForm(said);
  const intro = el("p", { class: "muted" }, "See how the bot copes: let its next calls fail. Faults end when they are used up, and with a reset.");
  dialog.append(dialogHead(title, () => dialog.close()), el("div", { class: "dialog-body" }, intro, form, said));
  showDialog(dialog);
  form.querySelector("select").focus();
}

function faultForm(said) {
  const target = select("Whose call", TARGETS);
  const kind = select("What happens", KINDS);
  const list = el("datalist", { id: freshId("methods") });
  const method = input("Method", { value: "*", list: list.id, autocomplete: "off" });
  const times = input("Times", { type: "number", min: "1", value: "1" });
  const after = input("After this many good calls", { type: "number", min: "0", value: "0" });
  const suggest = () => fill(list, METHODS[target.control.value].map((name) => el("option", { value: name })));
  target.control.addEventListener("change", suggest);
  suggest();
  const order = el("button", { type: "submit", class: "button primary", data: { testid: "fault-order" } }, "Let it fail");
  const form = el("form", { class: "fault-form" }, target.node, method.node, list, kind.node, el("div", { class: "fault-counts" }, times.node, after.node), order);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = { target: target.control.value, method: method.control.value.trim() || "*", kind: kind.control.value };
    send({ ...wanted, times: Number(times.control.value), after: Number(after.control.value) }, said);
  });
  return form;
}

function select(label, options) {
  const id = freshId("fault");
  const control = el("select", { id, class: "field" }, Object.entries(options).map(([value, words]) => el("option", { value }, words)));
  return { control, node: labelled(label, id, el("span", { class: "select" }, control, icon("chevron"))) };
}

function input(label, props) {
  const id = freshId("fault");
  const control = el("input", { id, class: "field", type: "text", ...props });
  return { control, node: labelled(label, id, control) };
}

function labelled(label, id, control) {
  return el("div", { class: "fault-field" }, el("label", { class: "field-label", for: id }, label), control);
}

async function send(fault, said) {
  try {
    await control("fault", fault);
    const calls = fault.method === "*" ? "call" : fault.method;
    said.textContent = `Ordered: the next ${fault.times > 1 ? `${fault.times} × ` : ""}${calls} (${TARGETS[fault.target]}) will be “${fault.kind}”.`;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    said.textContent = error.message;
  }
}
