"""App Home as Block Kit: what waits, what was done, what the set-up lacks, help. A pure builder, tested alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.slack.blocks import TYPE_SIGNS, Block, context, section
from bot.slack.text import cut, escape, link

SHOWN_OPEN, SHOWN_DONE = 10, 10
TITLE_LIMIT = 150
STATES = {
    "open": ":memo: Draft",
    "filing": ":hourglass_flowing_sand: Being filed",
    "filed": ":white_check_mark: Filed",
    "discarded": ":wastebasket: Discarded",
    "undone": ":leftwards_arrow_with_hook: Taken back",
}
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


@dataclass(frozen=True)
class Entry:
    """A draft as Home tells of it: `link` leads to the draft in its thread, `card_url` to the card."""

    title: str
    type: str
    state: str
    channel: str
    requested_by: str
    at: datetime
    link: str = ""
    card_url: str = ""


def home_view(entries: Sequence[Entry], lacks: Sequence[Lack], helps: Sequence[str]) -> dict[str, Any]:
    """The home tab of one person; `entries` newest first, and only those that this person may see."""
    waiting = [entry for entry in entries if entry.state in {"open", "filing"}]
    done = [entry for entry in entries if entry.state not in {"open", "filing"}]
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
    told = [
        section(f":wrench: *{lack.name}*: {lack.words}\nSet {_names(lack.settings)}; see `{lack.page}`.")
        for lack in lacks
    ]
    return [_header("To complete the set-up"), *told]


def _names(settings: Sequence[str]) -> str:
    *first, last = [f"`{name}`" for name in settings]
    return f"{', '.join(first)} and {last}" if first else last


def _list(entries: Sequence[Entry], limit: int, nothing: str) -> list[Block]:
    if not entries:
        return [context(nothing)]
    blocks = [block for entry in entries[:limit] for block in _entry(entry)]
    more = len(entries) - limit
    return [*blocks, context(f"And {more} more.")] if more > 0 else blocks


def _entry(entry: Entry) -> tuple[Block, Block]:
    title = cut(entry.title, TITLE_LIMIT)
    address = entry.card_url or entry.link
    shown = link(address, title) if address else escape(title)
    where = f"<#{entry.channel}>" if not entry.channel.startswith("D") else "a direct message"
    seconds = int(entry.at.timestamp())
    about = [
        TYPE_SIGNS.get(entry.type, ""),
        f"{link(entry.link, 'thread')} in {where}" if entry.link else where,
        f"asked for by <@{entry.requested_by}>",
        f"<!date^{seconds}^{{date_short_pretty}} {{time}}|{entry.at:%Y-%m-%d %H:%M} UTC>",
    ]
    return section(f"{STATES[entry.state]}: {shown}"), context(" · ".join(filter(None, about)))
