"""What is chosen where, and which choice counts."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.policy.choices import CHOICES, Defaults, Rules, opted_out, read_choice, rules, tell
from storage.preferences import Scope

DEFAULTS = Defaults(bots=frozenset({"B0DEPLOY"}))
CHOSEN: dict[Any, Any] = {
    ("workspace", "", "emoji"): ["ticket", "bug"],
    ("channel", "C1", "emoji"): ["beetle"],
    ("workspace", "", "filing"): "direct",
    ("channel", "C1", "muted"): True,
    ("workspace", "", "bots"): ["A0CI"],
    ("person", "U1", "language"): "de",
    ("channel", "C1", "language"): "fr",
    ("person", "U2", "opted_out"): True,
    ("person", "U3", "opted_out"): False,
    # Chosen where it does not belong: never counts.
    ("person", "U1", "muted"): True,
}


@pytest.mark.parametrize(
    ("channel", "user", "what", "value"),
    [
        ("C1", "", "emoji", ("beetle",)),
        ("C2", "", "emoji", ("ticket", "bug")),
        ("C1", "", "filing", "direct"),
        ("C1", "", "muted", True),
        ("C2", "U1", "muted", False),
        ("C2", "U1", "language", "de"),
        ("C1", "U1", "language", "de"),
        ("C1", "U9", "language", "fr"),
        ("C2", "U9", "language", "auto"),
        ("C2", "", "bots", frozenset({"B0DEPLOY", "A0CI"})),
        ("C2", "U2", "opted_out", True),
        ("C2", "U3", "opted_out", False),
        ("C2", "", "guests", "report"),
        ("C2", "", "strangers", "nothing"),
        ("C2", "", "goes_on", True),
    ],
)
def test_the_nearest_choice_counts(channel: str, user: str, what: str, value: Any) -> None:
    assert getattr(rules(CHOSEN, DEFAULTS, channel, user), what) == value


def test_nothing_chosen_is_the_settings_of_the_process() -> None:
    assert rules({}, DEFAULTS, "C1", "U1") == Rules(
        emoji=("ticket",),
        triage_emoji=("triage",),
        filing="preview",
        guests="report",
        strangers="nothing",
        bots=frozenset({"B0DEPLOY"}),
    )


def test_who_opted_out() -> None:
    assert opted_out(CHOSEN) == {"U2"}


@pytest.mark.parametrize(
    ("emoji", "means"),
    [("ticket", "ticket"), ("bug", "ticket"), ("bug::skin-tone-3", "ticket"), ("triage", "triage"), ("eyes", "")],
)
def test_what_an_emoji_means(emoji: str, means: str) -> None:
    assert rules(CHOSEN, DEFAULTS, "C2").meaning(emoji) == means


@pytest.mark.parametrize(
    ("scope", "name", "typed", "value", "told"),
    [
        ("channel", "emoji", ":ticket:, :bug:", ["ticket", "bug"], ":ticket:, :bug:"),
        ("channel", "emoji", "Ticket :BUG: ticket", ["ticket", "bug"], ":ticket:, :bug:"),
        ("workspace", "triage_emoji", ":+1:", ["+1"], ":+1:"),
        ("channel", "muted", "on", True, "on"),
        ("channel", "continue", "No", False, "off"),
        ("workspace", "filing", "DIRECT", "direct", "direct"),
        ("workspace", "bots", "<@U0CIBOT> B123 A9", ["U0CIBOT", "B123", "A9"], None),
        ("workspace", "bots", "B123, U0CIBOT", ["B123", "U0CIBOT"], "B123, U0CIBOT"),
        ("workspace", "bots", "none", [], "none"),
        ("person", "language", "de", "de", "de"),
        ("channel", "emoji", "default", None, None),
    ],
)
def test_what_is_typed_becomes_a_value(scope: Scope, name: str, typed: str, value: Any, told: str | None) -> None:
    if name == "bots" and told is None:
        with pytest.raises(ValueError, match="Name bots"):
            read_choice(scope, name, typed)
        return
    assert read_choice(scope, name, typed) == value
    if told is not None:
        assert tell(name, value) == told


@pytest.mark.parametrize(
    ("scope", "name", "typed", "sentence"),
    [
        ("channel", "emoji", "", "one to 10 emoji"),
        ("channel", "emoji", "not an emoji!", "one to 10 emoji"),
        ("channel", "emoji", " ".join(f"e{n}" for n in range(11)), "one to 10 emoji"),
        ("channel", "muted", "maybe", "`on` or `off`"),
        ("workspace", "muted", "on", "for this channel"),
        ("channel", "filing", "later", "`preview`, `direct`"),
        ("workspace", "guests", "some", "`nothing`, `report`, `everything`"),
        ("channel", "bots", "B123", "for this workspace"),
        ("person", "colour", "red", "I know no setting"),
    ],
)
def test_what_makes_no_sense_is_said(scope: Scope, name: str, typed: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read_choice(scope, name, typed)


def test_no_language_is_offered_that_is_not_a_code() -> None:
    assert all(choice.says and choice.scopes for choice in CHOICES.values())
