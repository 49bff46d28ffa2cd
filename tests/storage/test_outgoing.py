"""Nothing is sent twice without a look first."""

from __future__ import annotations

import asyncio

import pytest

from storage.database import Database
from storage.outgoing import Claim, Outgoing

FIRST = Claim(first=True, ts="")
UNKNOWN = Claim(first=False, ts="")


@pytest.fixture
def outgoing(database: Database) -> Outgoing:
    return Outgoing(database)


async def test_sent_once(outgoing: Outgoing) -> None:
    assert await outgoing.claim("k", "C1", "chat.postMessage") == FIRST
    assert await outgoing.claim("k", "C1", "chat.postMessage") == UNKNOWN
    await outgoing.sent("k", "1.5")
    assert await outgoing.claim("k", "C1", "chat.postMessage") == Claim(first=False, ts="1.5")
    assert await outgoing.claim("l", "C1", "chat.postMessage") == FIRST


async def test_what_certainly_failed_is_claimed_anew(outgoing: Outgoing) -> None:
    await outgoing.claim("k", "C1", "chat.postMessage")
    await outgoing.clear("k")
    assert await outgoing.claim("k", "C1", "chat.postMessage") == FIRST
    await outgoing.clear("never claimed")


async def test_of_many_at_once_one_is_first(outgoing: Outgoing) -> None:
    claims = await asyncio.gather(*(outgoing.claim("k", "C1", "chat.postMessage") for _ in range(6)))
    assert sorted(claims, key=lambda claim: claim.first) == [UNKNOWN] * 5 + [FIRST]
