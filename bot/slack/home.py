"""App Home as Block Kit: what waits, what was done, what the set-up lacks, help. A pure builder, tested alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.blocks import Block, button, context, entry, origin, section
from bot.slack.lately import Act, Use
from pipelines.core.chat import Entry

SHOWN_OPEN, SHOWN_DONE = 10, 10
UNKNOWING = ":grey_question: Not answered: I did not know"
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


def home_view(
    entries: Sequence[Entry],
    lacks: Sequence[Lack],
    helps: Sequence[str],
    acts: Sequence[Act] = (),
    uses: Sequence[Use] = (),
) -> dict[str, Any]:
    """The home tab of one person; `entries` and `acts` newest first, and only those that this person may see."""
    new_ticket = button("ticket_new", "New ticket", "home")
    waiting = [one for one in entries if one.state in {"open", "filing"}]
    done = [one for one in entries if one.state not in {"open", "filing"}]
    blocks = [
        {"type": "actions", "block_id": "home", "elements": [new_ticket, button("settings_open", "Settings", "home")]},
        *_lacking(lacks),
        _header("Waiting for a decision"),
        *_list(waiting, SHOWN_OPEN, "Nothing waits. React to a message with :ticket: and its draft stands here."),
        _header("Done lately"),
        *_list(done, SHOWN_DONE, "Nothing yet."),
        *_acts(acts),
        *_uses(uses),
        _header("What I can do"),
        *(section(text) for text in helps),
    ]
    return {"type": "home", "callback_id": "home", "blocks": blocks}


def _acts(acts: Sequence[Act]) -> list[Block]:
    if not acts:
        return []
    told = [context(" · ".join([_sign(one), *origin(one.channel, one.link, one.user, one.at)])) for one in acts]
    return [_header("Questions and triage lately"), *told]


def _sign(one: Act) -> str:
    if one.outcome == "abstained":
        return UNKNOWING
    return ":mag: Triaged" if one.kind == "triage" else ":speech_balloon: Answered"


def _uses(uses: Sequence[Use]) -> list[Block]:
    if not uses:
        return []
    told = [section(f"*{use.since}*\n• " + " · ".join(_counts(use))) for use in uses]
    return [_header("How much I am used"), *told]


def _counts(use: Use) -> list[str]:
    asks = [f"{kind}: {count}" for kind, count in use.asks.items()]
    return [*asks, f"model calls: {use.calls}", f"tokens: {use.tokens:,}"]


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
    blocks = [block for one in entries[:limit] for block in (*entry(one), *_buttons(one))]
    more = len(entries) - limit
    return [*blocks, context(f"And {more} more.")] if more > 0 else blocks


def _buttons(one: Entry) -> list[Block]:
    """The same buttons as under the draft itself."""
    if not one.value:
        return []
    edit = button("ticket_edit", "Edit", one.value)
    file, discard = button("ticket_file", "File", one.value, "primary"), button("ticket_discard", "Discard", one.value)
    elements = [file, edit, discard] if one.decides else [edit]
    return [{"type": "actions", "block_id": f"draft.{one.value.partition(':')[0]}", "elements": elements}]
