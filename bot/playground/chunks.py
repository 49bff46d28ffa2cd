"""The chunks that a streamed message is made of: which Slack takes, and how they add up to text and blocks."""

from collections.abc import Callable, Iterator
from typing import Any

from bot.playground.blocks import message_problems
from bot.playground.elements import TASK_STATUSES, check_sources
from bot.playground.schema import Problem, at, check_string, wrong_type
from bot.playground.store import Document
from bot.playground.workspace import mint

UNFINISHED = frozenset({"pending", "in_progress"})
TITLE_CHARACTERS = 256
# What Slack itself writes over a plan whose stream ended under a running task.
BROKEN_PLAN = "Something went wrong"


def chunk_problems(chunks: Any) -> list[Problem]:
    """What Slack would refuse in these chunks, in its words; an empty list means they pass."""
    if not isinstance(chunks, list):
        return [at("/chunks", "must be an array")]
    return [problem for index, chunk in enumerate(chunks) for problem in _problems(chunk, f"/chunks/{index}")]


def _problems(chunk: Any, pointer: str) -> Iterator[Problem]:
    if not isinstance(chunk, dict):
        yield wrong_type(pointer, "object")
        return
    check = CHECKS.get(str(chunk.get("type")))
    if check is None:
        yield at(f"{pointer}/type", f"unsupported type: {chunk.get('type')}")
        return
    yield from check(chunk, pointer)


def _text(chunk: Document, pointer: str) -> Iterator[Problem]:
    if not isinstance(chunk.get("text"), str):
        yield wrong_type(f"{pointer}/text", "string")


def _plan(chunk: Document, pointer: str) -> Iterator[Problem]:
    yield from check_string(chunk, "title", pointer, TITLE_CHARACTERS)


def _task(chunk: Document, pointer: str) -> Iterator[Problem]:
    yield from check_string(chunk, "id", pointer, 255)
    yield from check_string(chunk, "title", pointer, TITLE_CHARACTERS)
    if chunk.get("status") not in TASK_STATUSES:
        yield at(f"{pointer}/status", f"must be one of {', '.join(TASK_STATUSES)}")
    for key in ("details", "output"):
        yield from check_string(chunk, key, pointer, 12_000, required=False)
    yield from check_sources(chunk.get("sources"), f"{pointer}/sources")


def _blocks(chunk: Document, pointer: str) -> Iterator[Problem]:
    yield from message_problems(chunk.get("blocks"))


CHECKS: dict[str, Callable[[Document, str], Iterator[Problem]]] = {
    "markdown_text": _text,
    "plan_update": _plan,
    "task_update": _task,
    "blocks": _blocks,
}


def begin(display: str) -> Document:
    """A stream without content; `display` is `timeline` or `plan`."""
    return {"display": display, "mode": "", "plan": "", "parts": []}


def add(stream: Document, chunks: list[Document]) -> Document:
    """The stream with checked chunks added: text grows, a task is changed in its place."""
    grown = {**stream, "parts": [dict(part) for part in stream["parts"]]}
    for chunk in chunks:
        match chunk["type"]:
            case "markdown_text":
                _add_text(grown["parts"], chunk["text"])
            case "plan_update":
                grown["plan"] = chunk["title"]
            case "task_update":
                _add_task(grown["parts"], chunk)
            case "blocks":
                grown["parts"].append({"blocks": with_ids(chunk["blocks"])})
    return grown


def with_ids(blocks: list[Document]) -> list[Document]:
    """The blocks, each with a block_id."""
    return [block if block.get("block_id") else {**block, "block_id": mint("", 5)} for block in blocks]


def _add_text(parts: list[Document], text: str) -> None:
    if parts and "text" in parts[-1]:
        parts[-1]["text"] += text
    elif text:
        parts.append({"text": text, "block_id": mint("", 5)})


def _add_task(parts: list[Document], chunk: Document) -> None:
    found = next((part["task"] for part in parts if part.get("task", {}).get("task_id") == chunk["id"]), None)
    card = dict(found or {"type": "task_card", "task_id": chunk["id"], "block_id": mint("", 5)})
    card |= {"title": chunk["title"], "status": chunk["status"]}
    for key in ("details", "output"):
        # Measured on Slack: title and status are replaced, details and output are added to.
        if chunk.get(key):
            card[key] = _rich(_plain(card.get(key)) + chunk[key])
    if chunk.get("sources"):
        card["sources"] = chunk["sources"]
    if found is None:
        parts.append({"task": card})
    else:
        next(part for part in parts if part.get("task") is found)["task"] = card


def _rich(text: str) -> Document:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def _plain(rich: Document | None) -> str:
    return rich["elements"][0]["elements"][0]["text"] if rich else ""


def text_of(stream: Document) -> str:
    """The Markdown streamed so far."""
    return "".join(part.get("text", "") for part in stream["parts"])


def blocks_of(stream: Document, *, ended: bool = False) -> list[Document]:
    """The blocks of the message: text and tasks in turn, or in display `plan` the tasks in one plan."""
    tasks = [part["task"] for part in stream["parts"] if "task" in part]
    shown: list[Document] = []
    for part in stream["parts"]:
        if "text" in part:
            shown.append({"type": "markdown", "text": part["text"], "block_id": part["block_id"]})
        elif "blocks" in part:
            shown += part["blocks"]
        elif stream["display"] == "timeline":
            shown.append(part["task"])
        elif part["task"] is tasks[0]:
            shown.append(_plan_of(stream, tasks, ended=ended))
    if stream["plan"] and not tasks:
        shown.insert(0, _plan_of(stream, [], ended=ended))
    return shown


def _plan_of(stream: Document, tasks: list[Document], *, ended: bool) -> Document:
    title = stream["plan"] or (tasks[-1]["title"] if tasks else "")
    if ended and any(task["status"] in UNFINISHED for task in tasks):
        title = BROKEN_PLAN
    bare = [{key: value for key, value in task.items() if key not in ("type", "block_id")} for task in tasks]
    return {"type": "plan", "title": title, "tasks": bare, "block_id": "plan"}
