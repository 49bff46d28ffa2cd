"""Choices: stored, taken back, kept apart, and never older than a few seconds."""

from __future__ import annotations

import asyncio

from storage.database import Database
from storage.preferences import LIVES, Preferences

EMOJI = ("channel", "C1", "emoji")


async def test_a_choice_is_stored_replaced_and_taken_back(database: Database) -> None:
    choices = Preferences(database)
    assert await choices.of("T1") == {}
    await choices.put("T1", EMOJI, ["ticket", "bug"], "U1")
    await choices.put("T1", ("workspace", "", "filing"), "direct", "U1")
    await choices.put("T1", EMOJI, ["bug"], "U2")
    assert await choices.of("T1") == {EMOJI: ["bug"], ("workspace", "", "filing"): "direct"}
    await choices.put("T1", EMOJI, None, "U2")
    assert await choices.of("T1") == {("workspace", "", "filing"): "direct"}


async def test_workspaces_channels_and_people_are_kept_apart(database: Database) -> None:
    choices = Preferences(database)
    await choices.put("T1", ("channel", "X1", "muted"), True, "U1")
    await choices.put("T1", ("person", "X1", "muted"), False, "U1")
    await choices.put("T2", ("channel", "X1", "muted"), False, "U1")
    assert await choices.of("T1") == {("channel", "X1", "muted"): True, ("person", "X1", "muted"): False}
    assert await choices.of("T2") == {("channel", "X1", "muted"): False}


async def test_what_another_process_changed_is_seen_after_a_few_seconds(database: Database) -> None:
    now = [0.0]
    here, there = Preferences(database, clock=lambda: now[0]), Preferences(database)
    assert await here.of("T1") == {}
    await there.put("T1", EMOJI, ["bug"], "U1")
    now[0] = LIVES - 0.1
    assert await here.of("T1") == {}, "kept"
    now[0] = LIVES
    assert await here.of("T1") == {EMOJI: ["bug"]}


async def test_what_was_read_before_a_choice_is_not_kept_after_it(database: Database) -> None:
    choices = Preferences(database)
    for number in range(5):
        value = [f"emoji{number}"]
        await asyncio.gather(choices.of("T1"), choices.put("T1", EMOJI, value, "U1"), choices.of("T1"))
        assert (await choices.of("T1"))[EMOJI] == value
