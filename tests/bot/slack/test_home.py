"""App Home as a table: what it says in each state, and that Slack's limits hold whatever stands on it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.lacks import find_lacks
from bot.playground.blocks import characters, view_problems
from bot.settings import Settings
from bot.slack.home import Lack, home_view
from bot.slack.lately import Act, Use
from pipelines.core.chat import Entry

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
HELPS = ("*Tickets* - react with :ticket:.", "`/leadhand` - this.")
DRAFT = Entry(
    title="Orders: CSV export <hangs> on Safari",
    type="bug",
    state="open",
    channel="C1",
    requested_by="U1",
    at=AT,
    link="https://acme.slack.example/archives/C1/p1",
)


def entry(**changes: Any) -> Entry:
    return DRAFT.model_copy(update=changes)


def text(view: dict[str, Any]) -> str:
    return "\n".join(
        part["text"] if isinstance(part["text"], str) else part["text"]["text"]
        for block in view["blocks"]
        for part in [block.get("text"), *block.get("elements", [])]
        if part is not None
    )


@pytest.mark.parametrize(
    ("state", "card_url", "says", "leads_to"),
    [
        ("open", "", "Draft", DRAFT.link),
        ("filing", "", "Being filed", DRAFT.link),
        ("filed", "https://board.example/c/9", "Filed", "https://board.example/c/9"),
        ("discarded", "", "Discarded", DRAFT.link),
        ("undone", "", "Taken back", DRAFT.link),
        ("withdrawn", "", "Withdrawn", DRAFT.link),
    ],
)
def test_each_state_is_told_with_its_link(state: str, card_url: str, says: str, leads_to: str) -> None:
    said = text(home_view([entry(state=state, card_url=card_url)], (), HELPS))
    assert f"{says}: <{leads_to}|Orders: CSV export &lt;hangs&gt; on Safari>" in said
    assert f"<{DRAFT.link}|thread> in <#C1>" in said
    assert "asked for by <@U1>" in said
    assert ("Nothing waits" in said) == (state not in {"open", "filing"})
    assert ("Nothing yet." in said) == (state in {"open", "filing"})


def test_without_an_address_there_is_no_link_and_nothing_breaks_out_of_the_title() -> None:
    said = text(home_view([entry(link="", title="<!channel> & <https://evil.example|here>")], (), HELPS))
    assert "Draft: &lt;!channel&gt; &amp; &lt;https://evil.example|here&gt;" in said
    linked = text(home_view([entry(title="a|b> <!here>")], (), HELPS))
    assert "|a¦b&gt; &lt;!here&gt;>" in linked


def test_what_a_direct_message_was_about_names_no_channel() -> None:
    said = text(home_view([entry(channel="D1")], (), HELPS))
    assert "<#D1>" not in said
    assert "a direct message" in said


def test_an_empty_home_says_what_to_do() -> None:
    view = home_view([], (), HELPS)
    assert view["type"] == "home"
    said = text(view)
    assert "react to a message with :ticket:" in said.lower()
    assert "To complete the set-up" not in said
    assert all(help_text in said for help_text in HELPS)


def test_a_lack_names_its_settings_and_its_page() -> None:
    lack = Lack(
        "No board", "I cannot file.", ("TRELLO_API_KEY", "TRELLO_TOKEN", "TRELLO_BOARD"), "docs/how-to/trello.md"
    )
    said = text(home_view([], (lack,), HELPS))
    assert "Set `TRELLO_API_KEY`, `TRELLO_TOKEN` and `TRELLO_BOARD`; see `docs/how-to/trello.md`." in said


@pytest.mark.parametrize("count", [0, 1, 60])
def test_slack_takes_it_whatever_stands_on_it(count: int) -> None:
    long = [entry(title="x<" * 400, state=state) for state in ("open", "filed") for _ in range(count)]
    lacks = [Lack(f"Lack {n}", "w" * 200, ("A", "B"), "docs/x.md") for n in range(5)]
    view = home_view(long, lacks, HELPS)
    assert view_problems(view["blocks"], "/view/blocks") == []
    assert characters(view["blocks"]) < 40_000
    assert ("And 50 more." in text(view)) == (count == 60)


@pytest.mark.parametrize(
    ("surroundings", "lacking"),
    [
        ({}, {"No board", "No repository", "No model"}),
        ({"TRELLO_API_KEY": "k", "LEADHAND_REPOS": "/srv/shop"}, {"No board", "No model"}),
        ({"TRELLO_API_KEY": "k", "TRELLO_TOKEN": "t", "LEADHAND_MODEL": "local:m"}, {"No repository"}),
    ],
)
def test_what_is_set_is_not_lacking(surroundings: dict[str, str], lacking: set[str]) -> None:
    found = find_lacks(Settings(_env_file=None, **surroundings))
    assert {lack.name for lack in found} == lacking


def test_buttons_are_there_for_whoever_may_press_them() -> None:
    def labels(**changes: Any) -> list[str]:
        blocks = home_view([entry(**changes)], (), HELPS)["blocks"][1:]
        return [e["text"]["text"] for block in blocks if block["type"] == "actions" for e in block["elements"]]

    assert labels() == []
    assert labels(value="d1:abc") == ["Edit"]
    assert labels(value="d1:abc", decides=True) == ["File", "Edit", "Discard"]


def test_answers_triage_and_use_are_told() -> None:
    acts = [
        Act(kind="question", outcome="answered", channel="C1", user="U1", at=AT, link="https://acme.slack.example/1"),
        Act(kind="question", outcome="abstained", channel="D1", user="U1", at=AT),
        Act(kind="triage", outcome="assessed", channel="C1", user="U2", at=AT),
    ]
    use = Use(since="Today", asks={"drafts": 3, "questions": 1}, calls=2, tokens=12_345)
    view = home_view([], (), HELPS, acts, [use])
    said = text(view)
    assert ":speech_balloon: Answered · <https://acme.slack.example/1|thread> in <#C1> · asked for by <@U1>" in said
    assert "I did not know · a direct message" in said
    assert ":mag: Triaged · <#C1>" in said
    assert "*Today*\n• drafts: 3 · questions: 1 · model calls: 2 · tokens: 12,345" in said
    assert view_problems(view["blocks"], "/view/blocks") == []
