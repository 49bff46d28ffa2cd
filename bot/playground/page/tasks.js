/** The steps of an agent's work: single task cards, and plans that hold several. */

import { el, icon, link } from "./dom.js";
import { richText } from "./richtext.js";

const WORDS = { pending: "to do", in_progress: "in progress", complete: "done", error: "failed" };
const MARKS = { complete: "check", error: "close" };

/** One task card; what stands behind its title unfolds. */
export function taskCard(block, use) {
  return task(block, use);
}

/** A plan: its title, how far it is, and its tasks; a finished one folds itself. */
export function plan(block, use) {
  const tasks = block.tasks ?? [];
  const done = tasks.filter((one) => one.status === "complete").length;
  const count = el("span", { class: "plan-count" }, tasks.length > 0 && `${done} of ${tasks.length} done`);
  const items = el("ol", { class: "plan-tasks" }, tasks.map((one) => el("li", {}, task(one, use))));
  const node = unfolding(el("summary", {}, mark(statusOf(tasks)), el("span", { class: "plan-title" }, block.title), count), items);
  node.classList.add("plan");
  node.dataset.testid = "plan";
  remember(node, `plan ${block.block_id ?? ""}`, use, done < tasks.length);
  return el("div", {}, node);
}

function statusOf(tasks) {
  const has = (status) => tasks.some((one) => one.status === status);
  if (has("in_progress")) return "in_progress";
  if (tasks.length && tasks.every((one) => one.status === "complete")) return "complete";
  return has("error") ? "error" : "pending";
}

function task(block, use) {
  const status = block.status in WORDS ? block.status : "pending";
  const head = [mark(status), el("span", { class: "task-title" }, block.title)];
  const detail = details(block, use.directory);
  const node = detail.length ? unfolding(el("summary", {}, head), el("div", { class: "task-detail" }, detail)) : el("div", { class: "task-line" }, head);
  if (detail.length) remember(node, `task ${block.task_id}`, use, status === "in_progress" || status === "error");
  return el("div", { class: `task task-${status}`, data: { testid: "task", status, task: block.task_id } }, node);
}

function details(block, directory) {
  const sources = (block.sources ?? []).map((source) => link(source.url, source.text || source.url, { class: "source" }));
  return [
    block.details && el("div", {}, richText(block.details, directory)),
    block.output && el("div", { class: "task-output" }, richText(block.output, directory)),
    sources.length > 0 && el("div", { class: "sources" }, sources),
  ].filter(Boolean);
}

function mark(status) {
  const sign = MARKS[status] ? icon(MARKS[status]) : null;
  return el("span", { class: `task-mark mark-${status}`, role: "img", "aria-label": WORDS[status], title: WORDS[status] }, sign);
}

function unfolding(summary, content) {
  summary.append(icon("chevron"));
  return el("details", {}, summary, content);
}

/** Open or folded as the person left it, else as `usual` says: a message that is drawn anew keeps its place. */
function remember(node, name, use, usual) {
  node.open = use.unfolded?.(name) ?? usual;
  node.firstChild.addEventListener("click", () => use.unfold?.(name, !node.open));
}
