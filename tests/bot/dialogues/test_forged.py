"""A thousand requests that Slack never sent: none has an effect, none makes the door fail, none gets into the log."""

import asyncio
import json
import logging
from typing import Any

import pytest
from sqlalchemy import func, select

from storage.models import audit, inbox
from tests.forgery import CANARY, Request, envelopes, genuine, hostile, sent

pytestmark = pytest.mark.asyncio(loop_scope="module")

AT_ONCE = 10


async def post(team: Any, request: Request) -> int:
    address = f"http://127.0.0.1:{team.process.port}/slack/events"
    async with team.session.post(address, data=request.body, headers=request.headers) as answer:
        await answer.read()
        return int(answer.status)


async def rows(team: Any) -> tuple[int, int]:
    async with team.parts.database.session() as session:
        kept, done = [await session.scalar(select(func.count()).select_from(table)) for table in (inbox, audit)]
    return kept, done


def wire(team: Any) -> Any:
    """The SDK's client of one socket; None over HTTP."""
    sockets = team.process.link.sockets
    return sockets.connections[0].client if sockets else None


async def send_all(team: Any, count: int, statuses: list[int]) -> None:
    """Over HTTP, several at once; into the socket one after the other, as a socket brings them."""
    client = wire(team)
    if client:
        for text in envelopes(count, team.bot):
            await client.enqueue_message(text)

        async def taken() -> bool:
            return bool(client.message_queue.empty())

        await team.until(taken, "every envelope to be read")
        return
    waiting = hostile(count, team.bot)

    async def work() -> None:
        for request in waiting:
            statuses.append(await post(team, request))

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))


async def test_a_thousand_forged_or_malformed_requests_do_nothing(team: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    before = await rows(team)
    statuses: list[int] = []
    await send_all(team, 1000, statuses)
    assert await rows(team) == before
    assert all(200 <= status < 500 for status in statuses)
    if statuses:
        assert len(statuses) == 1000
        assert {401, 400, 413, 415} <= set(statuses)
        assert statuses.count(200) < 50
    told = "\n".join(caplog.handler.format(record) for record in caplog.records)
    assert "refused" in told
    assert CANARY not in told


async def test_what_they_imitate_has_its_effects_still(team: Any) -> None:
    before, _ = await rows(team)
    for payload in genuine(77_777, team.bot):
        await deliver(team, payload)

    async def kept() -> bool:
        return (await rows(team))[0] == before + 6

    await team.until(kept, "six arrivals")


async def deliver(team: Any, payload: Any) -> None:
    client = wire(team)
    if client is None:
        assert await post(team, sent(payload)) == 200
        return
    kind = "slash_commands" if "command" in payload else "interactive"
    name = "events_api" if payload.get("type") == "event_callback" else kind
    await client.enqueue_message(json.dumps({"type": name, "envelope_id": "e", "payload": payload}))
