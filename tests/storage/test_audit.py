"""One line for each act, once for each key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from storage.audit import Audit
from storage.database import Database

ACT: dict[str, Any] = {"actor": "U1", "action": "file", "target": "draft abc", "outcome": "ok"}


@pytest.fixture
def audit(database: Database) -> Audit:
    return Audit(database)


async def test_a_line_says_who_what_when_and_why(audit: Audit) -> None:
    await audit.record(**ACT, key="k", reason="pressed File", detail={"card": "c1", "cost": 0.5})
    (row,) = await audit.entries()
    assert (row.actor, row.action, row.target, row.outcome) == ("U1", "file", "draft abc", "ok")
    assert (row.key, row.reason, row.detail) == ("k", "pressed File", {"card": "c1", "cost": 0.5})
    assert timedelta() <= datetime.now(UTC) - row.at < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("second", "lines"),
    [
        ({"key": "k"}, 1),
        ({"key": "k", "outcome": "failed"}, 1),
        ({"key": "k", "action": "undo"}, 2),
        ({"key": "l"}, 2),
        ({}, 2),
    ],
)
async def test_the_same_act_under_the_same_key_is_one_line(audit: Audit, second: dict[str, Any], lines: int) -> None:
    await audit.record(**ACT, key="k")
    await audit.record(**{**ACT, **second})
    assert len(await audit.entries()) == lines


async def test_acts_without_a_key_are_all_kept(audit: Audit) -> None:
    for _ in range(3):
        await audit.record(**ACT)
    assert [row.key for row in await audit.entries()] == ["", "", ""]


async def test_the_latest_come_first_and_can_be_filtered(audit: Audit) -> None:
    for n, outcome in enumerate(["ok", "refused", "ok", "ok"]):
        await audit.record(**{**ACT, "target": str(n), "outcome": outcome, "key": f"k{n}"})
    assert [row.target for row in await audit.entries()] == ["3", "2", "1", "0"]
    assert [row.target for row in await audit.entries(limit=2, outcome="ok")] == ["3", "2"]
    assert [row.target for row in await audit.entries(outcome="ok", key="k0")] == ["0"]
    assert await audit.entries(actor="U9") == []
    with pytest.raises(ValueError, match="no filter colour"):
        await audit.entries(colour="red")


async def test_lines_are_counted_by_action_and_the_latest_of_some_are_read(audit: Audit) -> None:
    start = datetime.now(UTC) - timedelta(seconds=1)
    for number, action in enumerate(["file", "undo", "file", "other"]):
        await audit.record(**{**ACT, "action": action, "target": str(number)})
    assert await audit.counts({"file", "undo", "never"}, start) == {"file": 2, "undo": 1}
    assert await audit.counts({"file"}, start + timedelta(minutes=1)) == {}
    assert [row.target for row in await audit.latest({"file", "undo"}, 2)] == ["2", "1"]
