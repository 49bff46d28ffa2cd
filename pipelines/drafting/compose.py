"""Turns a thread into a draft by code alone: mask, gate, type, facts, template, title, check."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.core.tickets import Draft, Message, Ticket
from pipelines.drafting import gate, kind, questions, sections, title, verify
from pipelines.drafting.mask import mask
from pipelines.drafting.reading import understand
from pipelines.drafting.sentences import is_order, read_all

# What is read by code: the newest messages of a thread that has more than this, and the one reacted to.
_MESSAGES, _CHARACTERS = 60, 24_000


def compose(thread: Sequence[Message], focus_ts: str | None = None, request: str | None = None) -> Draft:
    """Return the draft of a thread: one ticket with its questions, or a polite question or refusal.

    `thread` is oldest first; `focus_ts` names the message that was reacted to; `request` is the text that came
    with the command, and may be all there is. Nothing in any of them is obeyed.
    """
    messages = [message.model_copy(update={"text": mask(message.text)}) for message in thread]
    asked = mask(request or "")
    read = _bounded([*messages, *_as_message(asked, messages)], focus_ts)
    told = read_all(read)
    refused = gate.check(read, told)
    if refused:
        return refused
    tickets, asks = zip(*(_ticket(problem, focus_ts, messages, asked) for problem in _problems(read)), strict=True)
    return Draft(action="draft", tickets=tickets, questions=tuple(each for some in asks for each in some)[:3])


def _problems(messages: list[Message]) -> list[list[Message]]:
    """The separate problems of a thread, each with its messages: one, until a thread is taken apart."""
    return [messages]


def _ticket(
    read: list[Message], focus_ts: str | None, messages: Sequence[Message], request: str
) -> tuple[Ticket, tuple[str, ...]]:
    told = read_all(read)
    reading = understand(read, told, kind.decide(told, focus_ts).type, focus_ts)
    headline = title.title(reading)
    ticket = Ticket(
        title=headline,
        type=reading.type,
        sections=sections.fill(reading, headline),
        sources=tuple(messages),
        facts=reading.facts,
    )
    checked = verify.verified(ticket, read, request)
    return checked, questions.ask(reading, checked.sections)


def _as_message(request: str, messages: Sequence[Message]) -> list[Message]:
    """The request as a message of its own, unless the thread holds its words already."""
    text = " ".join(request.split())
    if not text or any(text.casefold() in " ".join(message.text.split()).casefold() for message in messages):
        return []
    return [Message(user="", ts="", text=request)]


def _bounded(messages: list[Message], focus_ts: str | None) -> list[Message]:
    """The messages to read: the last sixty and the focus, within a total of characters."""
    kept = [
        each for at, each in enumerate(messages) if at == 0 or each.ts == focus_ts or len(messages) - at <= _MESSAGES
    ]
    left = _CHARACTERS
    bounded = []
    for message in kept:
        text = message.text[:left]
        left -= len(text)
        if text or is_order(message.text[:1]):
            bounded.append(message.model_copy(update={"text": text}))
    return bounded
