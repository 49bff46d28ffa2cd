"""Whether Slack would take these blocks: the rules of Block Kit for the blocks of messages and modals."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from bot.playground.elements import (
    ACCESSORIES,
    ACTION_ELEMENTS,
    INPUT_ELEMENTS,
    TASK_STATUSES,
    check_element,
    check_sources,
)
from bot.playground.schema import Problem, at, check_string, check_text, check_url, wrong_type

Block = dict[str, Any]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
PLAN_TASKS = 50
MARKDOWN_CHARACTERS = 12_000
# Measured by users of Slack's own SDK (slackapi/bolt-js issue 2509): the whole of a message's blocks.
BLOCKS_CHARACTERS = 13_200


def message_problems(blocks: Any) -> list[Problem]:
    """What Slack would refuse in the blocks of a message, in its words; an empty list means they pass."""
    return _list_problems(blocks, "/blocks", MESSAGE_BLOCKS, MESSAGE_CHECKS)


def view_problems(blocks: Any, pointer: str) -> list[Problem]:
    """The same for the blocks of a modal or of App Home."""
    return _list_problems(blocks, pointer, VIEW_BLOCKS, VIEW_CHECKS)


def characters(blocks: list[Block]) -> int:
    """How many characters of text stand in the blocks."""
    return sum(_characters(block) for block in blocks)


def _characters(value: Any) -> int:
    if isinstance(value, dict):
        return sum(
            len(inner) if key in ("text", "alt_text") and isinstance(inner, str) else _characters(inner)
            for key, inner in value.items()
        )
    return sum(_characters(inner) for inner in value) if isinstance(value, list) else 0


def _list_problems(
    blocks: Any, pointer: str, limit: int, checks: dict[str, Callable[[Block, str], Iterator[Problem]]]
) -> list[Problem]:
    if not isinstance(blocks, list):
        return [at(pointer, "must be an array")]
    if len(blocks) > limit:
        return [at(pointer, f"no more than {limit} items allowed")]
    problems: list[Problem] = []
    for index, block in enumerate(blocks):
        problems += _block_problems(block, f"{pointer}/{index}", checks)
    return problems or list(_repeated_ids(blocks, pointer))


def _block_problems(
    block: Any, pointer: str, checks: dict[str, Callable[[Block, str], Iterator[Problem]]]
) -> list[Problem]:
    if not isinstance(block, dict):
        return [at(pointer, "must be an object")]
    check = checks.get(str(block.get("type")))
    if check is None:
        return [at(f"{pointer}/type", f"unsupported type: {block.get('type')}")]
    return [*check_string(block, "block_id", pointer, 255, required=False), *check(block, pointer)]


def _repeated_ids(blocks: list[Block], pointer: str) -> Iterator[Problem]:
    counted = Counter(block["block_id"] for block in blocks if block.get("block_id"))
    for block_id, count in counted.items():
        if count > 1:
            yield at(pointer, f"block_id already exists: {block_id}")


def _section(block: Block, pointer: str) -> Iterator[Problem]:
    fields = block.get("fields")
    if block.get("text") is None and fields is None:
        yield at(pointer, "missing required field: text or fields")
    if block.get("text") is not None:
        yield from check_text(block["text"], f"{pointer}/text", 3000)
    if fields is not None:
        yield from _section_fields(fields, f"{pointer}/fields")
    if block.get("accessory") is not None:
        yield from check_element(block["accessory"], f"{pointer}/accessory", ACCESSORIES)


def _section_fields(fields: Any, pointer: str) -> Iterator[Problem]:
    if not isinstance(fields, list) or not 1 <= len(fields) <= 10:
        yield at(pointer, "must be an array of 1 to 10 items")
        return
    for index, field in enumerate(fields):
        yield from check_text(field, f"{pointer}/{index}", 2000)


def _header(block: Block, pointer: str) -> Iterator[Problem]:
    yield from check_text(block.get("text"), f"{pointer}/text", 150, plain=True)


def _divider(block: Block, pointer: str) -> Iterator[Problem]:
    unknown = set(block) - {"type", "block_id"}
    if unknown:
        yield at(pointer, f"no more properties allowed, found {', '.join(sorted(unknown))}")


def _context(block: Block, pointer: str) -> Iterator[Problem]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= 10:
        yield at(f"{pointer}/elements", "must be an array of 1 to 10 items")
        return
    for index, element in enumerate(elements):
        place = f"{pointer}/elements/{index}"
        if isinstance(element, dict) and element.get("type") == "image":
            yield from _picture(element, place)
        else:
            yield from check_text(element, place, 3000)


def _actions(block: Block, pointer: str) -> Iterator[Problem]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= 25:
        yield at(f"{pointer}/elements", "must be an array of 1 to 25 items")
        return
    for index, element in enumerate(elements):
        yield from check_element(element, f"{pointer}/elements/{index}", ACTION_ELEMENTS)
    ids = Counter(
        str(element["action_id"]) for element in elements if isinstance(element, dict) and "action_id" in element
    )
    for action_id, count in ids.items():
        if count > 1:
            yield at(f"{pointer}/elements", f"action_id already exists: {action_id}")


def _input(block: Block, pointer: str) -> Iterator[Problem]:
    yield from check_text(block.get("label"), f"{pointer}/label", 2000, plain=True)
    if block.get("hint") is not None:
        yield from check_text(block["hint"], f"{pointer}/hint", 2000, plain=True)
    for key in ("optional", "dispatch_action"):
        if key in block and not isinstance(block[key], bool):
            yield wrong_type(f"{pointer}/{key}", "boolean")
    yield from check_element(block.get("element"), f"{pointer}/element", INPUT_ELEMENTS)


def _image(block: Block, pointer: str) -> Iterator[Problem]:
    yield from _picture(block, pointer)
    if block.get("title") is not None:
        yield from check_text(block["title"], f"{pointer}/title", 2000, plain=True)


def _picture(element: Block, pointer: str) -> Iterator[Problem]:
    yield from check_string(element, "alt_text", pointer, 2000)
    yield from check_string(element, "image_url", pointer, 3000)
    yield from check_url(element, "image_url", pointer)


def _markdown(block: Block, pointer: str) -> Iterator[Problem]:
    yield from check_string(block, "text", pointer, MARKDOWN_CHARACTERS)


def _context_actions(block: Block, pointer: str) -> Iterator[Problem]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= 5:
        yield at(f"{pointer}/elements", "must be an array of 1 to 5 items")
        return
    for index, element in enumerate(elements):
        yield from check_element(element, f"{pointer}/elements/{index}", {"feedback_buttons", "icon_button"})


def _rich_text(block: Block, pointer: str) -> Iterator[Problem]:
    elements = block.get("elements")
    if not isinstance(elements, list):
        yield wrong_type(f"{pointer}/elements", "array")
        return
    for index, element in enumerate(elements):
        kind = element.get("type") if isinstance(element, dict) else None
        if not re.fullmatch(r"rich_text_(section|list|preformatted|quote)", str(kind)):
            yield at(f"{pointer}/elements/{index}/type", f"unsupported type: {kind}")


def _task_card(block: Block, pointer: str) -> Iterator[Problem]:
    yield from check_string(block, "task_id", pointer, 255)
    yield from check_string(block, "title", pointer, 3000)
    if block.get("status") not in (None, *TASK_STATUSES):
        yield at(f"{pointer}/status", f"must be one of {', '.join(TASK_STATUSES)}")
    for key in ("details", "output"):
        if block.get(key) is not None and not isinstance(block[key], dict):
            yield wrong_type(f"{pointer}/{key}", "object")
        elif block.get(key):
            yield from _rich_text(block[key], f"{pointer}/{key}")
    yield from check_sources(block.get("sources"), f"{pointer}/sources")


def _plan(block: Block, pointer: str) -> Iterator[Problem]:
    yield from check_string(block, "title", pointer, 3000)
    tasks = block.get("tasks", [])
    if not isinstance(tasks, list) or len(tasks) > PLAN_TASKS:
        yield at(f"{pointer}/tasks", f"must be an array of at most {PLAN_TASKS} items")
        return
    for index, task in enumerate(tasks):
        if isinstance(task, dict):
            yield from _task_card(task, f"{pointer}/tasks/{index}")
        else:
            yield wrong_type(f"{pointer}/tasks/{index}", "object")


SHARED_CHECKS: dict[str, Callable[[Block, str], Iterator[Problem]]] = {
    "section": _section,
    "header": _header,
    "divider": _divider,
    "context": _context,
    "actions": _actions,
    "image": _image,
    "rich_text": _rich_text,
    "input": _input,
}
MESSAGE_CHECKS = {
    **SHARED_CHECKS,
    "markdown": _markdown,
    "context_actions": _context_actions,
    "task_card": _task_card,
    "plan": _plan,
}
VIEW_CHECKS = SHARED_CHECKS
