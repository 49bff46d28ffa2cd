"""Holds a ticket against its thread: every fact in it must stand there, what does not is taken out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipelines.core.tickets import NOT_STATED, TITLE_MIN, Fact, Message, Ticket
from pipelines.drafting.facts import of_line

_CHECKED = ("version", "path", "url", "error", "number", "id", "quote", "time")
_DIGITS = re.compile(r"\d+(?:[.,:]\d+)*")


def verified(ticket: Ticket, messages: Sequence[Message], request: str = "") -> Ticket:
    """Return the ticket without lines and sentences that state a fact which the thread and request do not.

    A title with such a fact loses the fact; a section that loses everything becomes `Not stated`.
    """
    ground = _ground([*(message.text for message in messages), *(message.name for message in messages), request])
    sections = {name: _cleaned(text, ground) for name, text in ticket.sections.items()}
    facts = tuple(fact for fact in ticket.facts if _folded(fact.text) in ground)
    return ticket.model_copy(
        update={"title": _cleaned_title(ticket.title, ground), "sections": sections, "facts": facts}
    )


def invented(text: str, messages: Sequence[Message], request: str = "") -> list[Fact]:
    """Return the facts of a text that neither the messages nor the request hold."""
    return _strangers(
        text, _ground([*(message.text for message in messages), *(message.name for message in messages), request])
    )


def _strangers(text: str, ground: str) -> list[Fact]:
    found = [fact for line in text.splitlines() for fact in of_line(line, "")]
    return [fact for fact in found if fact.kind in _CHECKED and not _stands(fact, ground)]


def _stands(fact: Fact, ground: str) -> bool:
    said = _folded(fact.text)
    if said in ground or said.strip("\"'`“”„«»「」 ") in ground:
        return True
    numbers = _DIGITS.findall(said)
    words = re.findall(r"[^\W\d_]{2,}", said)
    soft = fact.kind in ("error", "quote", "number", "time", "version")
    return soft and all(_number_stands(number, ground) for number in numbers) and all(word in ground for word in words)


def _number_stands(number: str, ground: str) -> bool:
    return re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", ground) is not None


def _ground(texts: Iterable[str]) -> str:
    return _folded("\n".join(texts))


def _folded(text: str) -> str:
    return " ".join(text.replace("’", "'").casefold().split())


def _cleaned(text: str, ground: str) -> str:
    lines = [kept for line in text.splitlines() if (kept := _cleaned_line(line, ground))]
    return "\n".join(lines) or (NOT_STATED if text else "")


def _cleaned_line(line: str, ground: str) -> str:
    if not _strangers(line, ground):
        return line
    parts = re.split(r"(?<=[.!?;])\s+", line)
    return " ".join(part for part in parts if not _strangers(part, ground))


def _cleaned_title(title: str, ground: str) -> str:
    for fact in _strangers(title, ground):
        title = re.sub(rf"\s*(?:\b(?:on|in|with|after|for|at|to|from)\s)?{re.escape(fact.text)}", "", title)
    title = " ".join(title.split()).strip(" .,;:-")
    return title if len(title) >= TITLE_MIN else f"Ticket from the thread: {title}".strip(" :")
