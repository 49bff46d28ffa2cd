"""Who may have what done, as tables."""

from __future__ import annotations

import pytest

from pipelines.policy.callers import BOT_TURNS, Caller, Kind, Profile, hush, kind_of, refuse
from pipelines.policy.choices import Admitted, Defaults, rules

RULES = rules({}, Defaults(bots=frozenset({"B1", "A1"})))


@pytest.mark.parametrize(
    ("profile", "kind"),
    [
        ({}, "member"),
        ({"team": "T1"}, "member"),
        ({"is_guest": True}, "guest"),
        ({"team": "T2"}, "stranger"),
        ({"is_stranger": True}, "stranger"),
        ({"team": "T2", "is_guest": True}, "stranger"),
        ({"team": "T2", "enterprise": "E1"}, "member"),
        ({"team": "T2", "enterprise": "E2"}, "stranger"),
        ({"deleted": True, "is_guest": True}, "deactivated"),
        ({"is_bot": True}, "bot"),
    ],
)
def test_what_somebody_is(profile: dict[str, str | bool], kind: Kind) -> None:
    assert kind_of(Profile(user="U1", name="x", **profile), "T1", "E1") == kind  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "may", "act", "allowed", "told"),
    [
        ("member", "nothing", "ticket.file", True, False),
        ("guest", "nothing", "ticket.draft", False, True),
        ("guest", "report", "ticket.draft", True, False),
        ("guest", "report", "qa.answer", False, True),
        ("guest", "report", "ticket.file", False, True),
        ("guest", "report", "help.help", True, False),
        ("guest", "everything", "ticket.file", True, False),
        ("stranger", "nothing", "help.help", False, True),
        ("stranger", "report", "feedback.vote", True, False),
        ("stranger", "report", "triage.assess", False, True),
        ("stranger", "everything", "qa.answer", True, False),
        ("deactivated", "everything", "help.help", False, False),
    ],
)
def test_people(kind: Kind, may: Admitted, act: str, allowed: bool, told: bool) -> None:
    refusal = refuse(Caller(kind=kind), act, RULES.model_copy(update={"guests": may, "strangers": may}))
    assert (refusal is None) is allowed
    assert bool(refusal and refusal.words) is told


@pytest.mark.parametrize(
    ("ids", "turns", "allowed"),
    [
        ({"B1"}, 0, True),
        ({"B9", "A1", "U9"}, BOT_TURNS - 1, True),
        ({"B1"}, BOT_TURNS, False),
        ({"B9", "U9"}, 0, False),
        (set(), 0, False),
    ],
)
def test_bots_are_refused_in_silence(ids: set[str], turns: int, allowed: bool) -> None:
    refusal = refuse(Caller(kind="bot", ids=frozenset(ids), turns=turns), "qa.answer", RULES)
    assert (refusal is None) is allowed
    assert refusal is None or refusal.words == ""


@pytest.mark.parametrize(
    ("door", "act", "goes_on", "told"),
    [
        ("mention", "qa.answer", False, False),
        ("mention", "help.help", False, False),
        ("reaction", "ticket.draft", False, False),
        ("continuation", "follow_up.go_on", False, False),
        ("command", "qa.answer", True, False),
        ("command", "preferences.unmute", True, False),
        ("command", "ticket.draft", False, True),
        ("shortcut", "ticket.draft", False, True),
        ("press", "ticket.file", True, False),
        ("form", "ticket.revise", True, False),
        ("form", "ticket.draft", False, True),
    ],
)
def test_a_muted_channel_hears_nothing(door: str, act: str, goes_on: bool, told: bool) -> None:
    refusal = hush(door, act, RULES.model_copy(update={"muted": True}))
    assert (refusal is None) is goes_on
    assert bool(refusal and refusal.words) is told
    assert hush(door, act, RULES) is None
