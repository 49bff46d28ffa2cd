"""The part of a thread that a model reads: what fits, without orders to the bot."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.core.tickets import Message
from pipelines.drafting.sentences import is_order, split

# About 1,500 tokens: some twenty seconds of reading for a small model on two cores.
_CHARACTERS, _MESSAGE_CHARACTERS = 6_000, 2_500


def readable(messages: Sequence[Message], focus: str | None, request: str) -> tuple[Message, ...]:
    """Return the messages to read, oldest first: the first, the focus, the newest that fit, and the request."""
    said = [*messages, *([Message(user="", ts="", text=request)] if request.strip() else [])]
    bounded = [_shortened(message) for message in said]
    first = [at for at, message in enumerate(bounded) if at == 0 or message.ts == focus]
    kept: set[int] = set()
    left = _CHARACTERS
    for at in [*first, *reversed(range(len(bounded)))]:
        if at not in kept and bounded[at].text.strip() and len(bounded[at].text) <= left:
            kept.add(at)
            left -= len(bounded[at].text)
    return tuple(bounded[at] for at in sorted(kept))


def shown(messages: Sequence[Message]) -> str:
    """The messages as lines, each with its speaker."""
    return "\n".join(speaker_line(message) for message in messages)


def speaker_line(message: Message) -> str:
    """One message with its speaker's name."""
    return f"{message.name or 'Request'}: {message.text}"


def _shortened(message: Message) -> Message:
    lines = [" ".join(part for part in split(line) if not is_order(part)) if is_order(line) else line
             for line in message.text.splitlines()]  # fmt: skip
    return message.model_copy(update={"text": "\n".join(filter(None, lines))[:_MESSAGE_CHARACTERS]})
