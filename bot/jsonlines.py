"""JSON lines in, JSON lines out: one object asked, one answered, a bad line said on its own line."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, TextIO

from pipelines.core.errors import LeadhandError

log = logging.getLogger(__name__)

Line = Mapping[str, Any]
Answering = Callable[[Line], Awaitable[Line]]


class BadLine(LeadhandError):
    """A line that cannot be answered; its text says what is wrong with it."""


async def answer_lines(answering: Answering, source: Iterable[str], sink: TextIO, progress: TextIO) -> int:
    """Answer each line of `source` on `sink`, in order; 1 when a line was bad, else 0.

    `answering` gets the object and returns the answer without its `id`, or raises BadLine. What is done is counted
    on `progress`, which is a terminal or stays empty. Empty lines are passed over.
    """
    status = 0
    for number, text in enumerate(filter(str.strip, source), 1):
        answer = await _answer(answering, text)
        status = max(status, int("error" in answer))
        sink.write(json.dumps(answer, ensure_ascii=False) + "\n")
        sink.flush()
        if progress.isatty():
            progress.write(f"\r{number} lines")
            progress.flush()
    if progress.isatty():
        progress.write("\n")
    return status


async def _answer(answering: Answering, text: str) -> dict[str, Any]:
    name: Any = None
    try:
        line = _read(text)
        name = line.get("id")
        return {"id": name, **await answering(line)}
    except LeadhandError as trouble:
        return {"id": name, "error": str(trouble)}
    except Exception:
        log.exception("a line failed", extra={"action": "jsonlines"})
        return {"id": name, "error": "Something broke on this line; the log has the details."}


def _read(text: str) -> dict[str, Any]:
    try:
        line = json.loads(text)
    except (ValueError, RecursionError):
        raise BadLine("This line is not JSON.") from None
    if not isinstance(line, dict):
        raise BadLine("This line is not a JSON object.")
    return line


def text_of(line: Line, name: str, *, needed: bool = True) -> str:
    """A field that is text. Raises BadLine where it is something else, or empty although it is needed."""
    value = line.get(name)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or (needed and not value.strip()):
        raise BadLine(f'"{name}" must be a text.')
    return value
