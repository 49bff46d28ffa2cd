"""Ten seeded messy threads: each fact stands in the section where a reader looks for it, each title is a headline."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pipelines.core.tickets import NOT_STATED, TEMPLATES, TITLE_MAX, TITLE_MIN, Draft, Message
from pipelines.drafting.card import card_text
from pipelines.drafting.compose import compose
from pipelines.drafting.neutral import FIRST_PERSON
from pipelines.drafting.title import opens
from pipelines.drafting.verify import invented

SEEDS = sorted((Path(__file__).parent / "threads").glob("*.json"))
CHATTER = re.compile(r"(?i)\b(?:lol|hey|hi team|thx|thanks|oops|ouch|\+1|fyi|same here|good question)\b|:[a-z]+:")


def seed(path: Path) -> tuple[dict[str, Any], list[Message], Draft]:
    told = json.loads(path.read_text(encoding="utf-8"))
    messages = [Message(**message) for message in told["thread"]]
    return told, messages, compose(messages, told.get("focus"))


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_each_fact_stands_where_it_belongs(path: Path) -> None:
    told, _, draft = seed(path)
    ticket = draft.tickets[0]
    assert (draft.action, ticket.type) == ("draft", told["type"])
    texts = {"title": ticket.title, **ticket.sections}
    lost = [
        fact
        for fact, places in told["facts"].items()
        if not any(fact.lower() in texts[place].lower() for place in places)
    ]
    assert lost == [], texts


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_titles_are_headlines(path: Path) -> None:
    _, messages, draft = seed(path)
    title = draft.tickets[0].title
    assert TITLE_MIN <= len(title) <= TITLE_MAX
    assert not opens(title, messages)
    assert not FIRST_PERSON.search(title)
    assert not CHATTER.search(title)
    assert title.lower() not in ("bug report", "problem", "something is broken", "does not work")


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_sections_differ_invent_nothing_and_carry_no_chatter(path: Path) -> None:
    _, messages, draft = seed(path)
    ticket = draft.tickets[0]
    assert tuple(ticket.sections) == tuple(field.name for field in TEMPLATES[ticket.type])
    real = [text for text in ticket.sections.values() if text != NOT_STATED]
    assert len(real) == len(set(real)) >= 3
    told = "\n".join((ticket.title, *real))
    assert invented(told, messages) == []
    assert not CHATTER.search(told), told
    assert "urgent" not in told
    assert "@channel" not in told


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_the_card_quotes_every_message(path: Path) -> None:
    _, messages, draft = seed(path)
    card = card_text(draft.tickets[0], marker="leadhand:1")
    assert card.endswith("\nleadhand:1")
    for message in messages:
        first_line = re.sub(r"@\w+", "", message.text.splitlines()[0]).split()[0]
        assert first_line in card
        assert f"**{message.name}**" in card
