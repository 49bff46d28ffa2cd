"""Two sockets, what becomes of them, and that nobody notices."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.team import buttons, who

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def mode() -> str:
    return "socket"


def up(team: Any) -> int:
    return int(team.process.link.sockets.open_count)


async def test_two_sockets_are_open(team: Any) -> None:
    async def both() -> bool:
        return up(team) == 2

    await team.until(both, "two sockets")


async def test_reconnects_in_the_middle_of_a_run_lose_nothing_and_double_nothing(team: Any) -> None:
    asked: list[str] = []
    for number in range(12):
        asked.append(await team.says("mira", f"@leadhand ticket the export of order {team.order}-{number} hangs"))
        if number % 4 == 1:
            await team.control("disconnect", reason="refresh_requested")
    for number, ts in enumerate(asked):
        await team.hears(ts, f"{team.order}-{number}")
    await team.quiet()
    assert [len(await team.thread(ts)) for ts in asked] == [1] * len(asked)


async def test_a_connection_that_dies_is_replaced(team: Any) -> None:
    sockets = team.process.link.sockets
    doomed = sockets.connections[0]
    doomed._tasks()[0].cancel()

    async def replaced() -> bool:
        return doomed not in sockets.connections and up(team) == 2

    await team.until(replaced, "a new connection")
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    await team.hears(ts, team.order)


@pytest.mark.slow
async def test_a_wedged_socket_loses_nothing_and_is_replaced(team: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team, "patience", 40.0)

    async def both() -> bool:
        return up(team) == 2

    await team.until(both, "two sockets")
    sockets = team.process.link.sockets
    before = list(sockets.connections)
    wedged = (await team.get("/_control/state"))["connections"][0]["connection"]
    await team.control("wedge", connection=wedged)
    asked = [await team.says("mira", f"@leadhand ticket the export of order {team.order}-{n} hangs") for n in range(24)]

    async def replaced() -> bool:
        return len([one for one in before if one in sockets.connections]) <= 1 and up(team) == 2

    await team.until(replaced, "a new connection in place of the wedged one")
    for number, ts in enumerate(asked):
        await team.hears(ts, f"{team.order}-{number}")
    await team.quiet()
    assert [len(await team.thread(ts)) for ts in asked] == [1] * len(asked)


async def test_a_press_that_comes_by_both_sockets_opens_one_window_and_files_once(team: Any) -> None:
    async def both() -> bool:
        return up(team) == 2

    await team.until(both, "two sockets")
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    draft = await team.hears(ts, team.order)
    press = {
        "type": "block_actions",
        "team": {"id": team.parts.workspaces.people.team},
        "user": {"id": who("priya")},
        "channel": {"id": team.channel},
        "message": {"ts": draft["ts"], "thread_ts": ts},
        "trigger_id": "1.2.nobody-issued-this",
        "actions": [{"type": "button", "action_ts": "1.5", **_button(draft, "ticket_edit")}],
    }
    await to_every_socket(team, press)
    refused = "too long for Slack"
    await team.whispers("priya", refused)
    press["actions"] = [{"type": "button", "action_ts": "1.6", **_button(draft, "ticket_file")}]
    await to_every_socket(team, press)
    await team.hears(ts, "Filed")
    await team.quiet()
    told = (await team.get(f"/_control/ephemeral?user={who('priya')}"))["messages"]
    assert len([m for m in told if refused in m["text"] and m["ts"] > ts]) == 1
    assert len(await team.cards_like(team.order)) == 1


def _button(message: Any, action_id: str) -> dict[str, str]:
    value = next(e["value"] for e in buttons(message) if e["action_id"] == action_id)
    return {"action_id": action_id, "value": value}


async def to_every_socket(team: Any, payload: dict[str, Any]) -> None:
    """As an emulator does that sends each envelope to every connection."""
    for number, connection in enumerate(team.process.link.sockets.connections):
        envelope = {"type": "interactive", "envelope_id": f"copy-{number}", "payload": payload}
        await connection.client.enqueue_message(json.dumps(envelope))


async def test_stopping_while_asks_arrive_leaves_no_task_behind(open_team: Any) -> None:
    async with open_team() as other:
        for _ in range(5):
            await other.says("mira", f"@leadhand ticket the export of order {other.order} hangs")
    await asyncio.sleep(0)
    names = [str(task.get_coro()) for task in asyncio.all_tasks()]
    assert len([name for name in names if "receive_messages" in name]) <= 2
