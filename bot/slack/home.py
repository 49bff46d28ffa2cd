"""App Home as Block Kit: what waits, what was done, what the set-up lacks, help. A pure builder, tested alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.blocks import Block, context, entry, section
from pipelines.core.chat import Entry

SHOWN_OPEN, SHOWN_DONE = 10, 10
# What Slack offers to whoever opens the messages tab: the manifest has the same.
PROMPTS = (
    {"title": "What can you do?", "message": "help"},
    {
        "title": "Draft a ticket from an example",
        "message": "ticket The CSV export on /orders hangs on Safari 17.4 since release 3.9.1",
    },
)


@dataclass(frozen=True)
class Lack:
    """Something that the set-up lacks: what cannot be done without it, which settings give it, where to read on."""

    name: str
    words: str
    settings: tuple[str, ...]
    page: str


def home_view(entries: Sequence[Entry], lacks: Sequence[Lack], helps: Sequence[str]) -> dict[str, Any]:
    """The home tab of one person; `entries` newest first, and only those that this person may see."""
    waiting = [one for one in entries if one.state in {"open", "filing"}]
    done = [one for one in entries if one.state not in {"open", "filing"}]
    blocks = [
        *_lacking(lacks),
        _header("Waiting for a decision"),
        *_list(waiting, SHOWN_OPEN, "Nothing waits. React to a message with :ticket: and its draft stands here."),
        _header("Done lately"),
        *_list(done, SHOWN_DONE, "Nothing yet."),
        _header("What I can do"),
        *(section(text) for text in helps),
    ]
    return {"type": "home", "callback_id": "home", "blocks": blocks}


def _header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": text}}


def _lacking(lacks: Sequence[Lack]) -> list[Block]:
    if not lacks:
        return []
    told = [section(f":wrench: *{lack.name}*: {advice(lack)}") for lack in lacks]
    return [_header("To complete the set-up"), *told]


def advice(lack: Lack) -> str:
    """What cannot be done, and what to set."""
    return f"{lack.words}\nSet {_names(lack.settings)}; see `{lack.page}`."


def _names(settings: Sequence[str]) -> str:
    *first, last = [f"`{name}`" for name in settings]
    return f"{', '.join(first)} and {last}" if first else last


def _list(entries: Sequence[Entry], limit: int, nothing: str) -> list[Block]:
    if not entries:
        return [context(nothing)]
    blocks = [block for one in entries[:limit] for block in entry(one)]
    more = len(entries) - limit
    return [*blocks, context(f"And {more} more.")] if more > 0 else blocks
