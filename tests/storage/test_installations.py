"""Workspaces and their sealed tokens: of two writers one wins, and no file shows a token."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.connection import sqlite_file
from storage.database import Database
from storage.installations import Installations, Tokens
from storage.models import install_attempt, installation, utc_now
from storage.sealing import Keyring, make_key

OLD, NEW = make_key(), make_key()
ABOUT = {"team": "T1", "name": "Larkspur", "bot_user": "U1", "scopes": "chat:write,commands", "installed_by": "U2"}
LASTING = Tokens("xoxb-lasting")
HOUR = timedelta(hours=1)


def rotating(number: int, hours: float = 12) -> Tokens:
    return Tokens(f"xoxe.xoxb-{number}", f"xoxe-{number}", utc_now() + hours * HOUR)


@pytest.fixture
def installations(database: Database) -> Installations:
    return Installations(database, Keyring([NEW, OLD]))


async def test_a_workspace_is_kept_as_it_was_installed(installations: Installations) -> None:
    assert await installations.get("T1") is None
    put = await installations.put(ABOUT, LASTING)
    assert await installations.get("T1") == put
    assert (put.name, put.bot_user, put.bot_id, put.tokens, put.version) == ("Larkspur", "U1", "", LASTING, 1)
    assert (put.removed_at, await installations.count()) == (None, 1)


async def test_a_second_install_replaces_the_first(installations: Installations) -> None:
    first = await installations.put(ABOUT, rotating(1))
    second = await installations.put({**ABOUT, "name": "Larkspur GmbH"}, LASTING)
    assert (second.name, second.tokens, second.version) == ("Larkspur GmbH", LASTING, 2)
    assert second.installed_at >= first.installed_at
    assert [one.team for one in await installations.all()] == ["T1"]


async def test_a_removed_workspace_keeps_its_name_and_no_token(installations: Installations) -> None:
    await installations.put(ABOUT, rotating(1))
    assert await installations.remove("T1")
    assert not await installations.remove("T1")
    assert not await installations.remove("T9")
    gone = await installations.get("T1")
    assert gone
    assert (gone.bot_user, gone.tokens) == ("U1", None)
    assert gone.removed_at
    assert (await installations.count(), await installations.all()) == (0, [])
    back = await installations.put(ABOUT, LASTING)
    assert (back.removed_at, back.tokens) == (None, LASTING)


async def test_tokens_that_end_soon_are_due(installations: Installations) -> None:
    await installations.put({**ABOUT, "team": "lasting"}, LASTING)
    await installations.put({**ABOUT, "team": "later"}, rotating(1))
    await installations.put({**ABOUT, "team": "soon"}, rotating(2, hours=1))
    await installations.put({**ABOUT, "team": "over"}, rotating(3, hours=-1))
    await installations.put({**ABOUT, "team": "gone"}, rotating(4, hours=1))
    await installations.remove("gone")
    assert await installations.due(utc_now() + 2 * HOUR) == ["over", "soon"]


async def test_of_twenty_who_want_to_renew_one_may(installations: Installations, database_url: str) -> None:
    put = await installations.put(ABOUT, rotating(1))
    elsewhere = Database.connect(database_url)
    stores = [installations, Installations(elsewhere, Keyring([NEW]))]
    claims = [stores[n % 2].claim("T1", put.version, f"renewer {n}", 30) for n in range(20)]
    won = await asyncio.gather(*claims)
    assert sum(won) == 1
    winner = won.index(True)
    assert await installations.claim("T1", put.version, f"renewer {winner}", 30), "a repeated step is the same claim"
    await installations.release("T1", "somebody else")
    assert not await installations.claim("T1", put.version, "another", 30)
    await installations.release("T1", f"renewer {winner}")
    assert await installations.claim("T1", put.version, "another", -1)
    assert await installations.claim("T1", put.version, "a third, after the second died", 30)
    await elsewhere.close()


async def test_new_tokens_are_kept_once(installations: Installations) -> None:
    put = await installations.put(ABOUT, rotating(1))
    new = rotating(2)
    assert await installations.renewed("T1", put.version, new)
    assert not await installations.renewed("T1", put.version, rotating(3))
    kept = await installations.get("T1")
    assert kept
    assert (kept.tokens, kept.version) == (new, put.version + 1)
    assert not await installations.claim("T1", put.version, "late", 30)
    assert await installations.claim("T1", kept.version, "in time", 30)


async def test_an_install_in_the_middle_of_a_renewal_wins(installations: Installations) -> None:
    put = await installations.put(ABOUT, rotating(1))
    assert await installations.claim("T1", put.version, "me", 30)
    await installations.put(ABOUT, rotating(2))
    assert not await installations.renewed("T1", put.version, rotating(3))
    kept = await installations.get("T1")
    assert kept
    assert kept.tokens
    assert kept.tokens.token == "xoxe.xoxb-2"


async def test_a_new_key_seals_everything_anew_and_the_old_one_can_go(database: Database) -> None:
    before = Installations(database, Keyring([OLD]))
    for team in ("T1", "T2"):
        await before.put({**ABOUT, "team": team}, rotating(1))
    await before.put({**ABOUT, "team": "T3"}, LASTING)
    both = Installations(database, Keyring([NEW, OLD]))
    assert await both.reseal() == 3
    assert await both.reseal() == 0
    after = Installations(database, Keyring([NEW]))
    assert [one.tokens.token for one in await after.all() if one.tokens] == ["xoxe.xoxb-1"] * 2 + ["xoxb-lasting"]
    assert [one.tokens for one in await before.all()] == [None] * 3


async def test_without_the_old_key_the_workspace_stays_and_its_token_is_unreadable(database: Database) -> None:
    await Installations(database, Keyring([OLD])).put(ABOUT, LASTING)
    lost = Installations(database, Keyring([NEW]))
    assert await lost.reseal() == 0
    (one,) = await lost.all()
    assert (one.team, one.tokens) == ("T1", None)


async def test_a_token_cannot_be_moved_to_another_workspace(installations: Installations, database: Database) -> None:
    await installations.put(ABOUT, LASTING)
    await installations.put({**ABOUT, "team": "T2"}, replace(LASTING, token="xoxb-of-another"))
    async with database.begin() as session:
        stolen = await session.scalar(select(installation.c.token).where(installation.c.team == "T2"))
        await session.execute(installation.update().where(installation.c.team == "T1").values(token=stolen))
    moved = await installations.get("T1")
    assert moved
    assert moved.tokens is None


def files(url: str) -> bytes:
    path = sqlite_file(url)
    assert path
    return path.read_bytes() + Path(f"{path}-wal").read_bytes()


async def test_no_file_of_the_database_shows_a_token(sqlite_url: str) -> None:
    database = Database.connect(sqlite_url)
    installations = Installations(database, Keyring([NEW]))
    tokens = Tokens("xoxe.xoxb-1-plain-to-see", "xoxe-1-plain-to-see", utc_now() + HOUR)
    put = await installations.put(ABOUT, tokens)
    await installations.renewed("T1", put.version, replace(tokens, token="xoxe.xoxb-2-plain-to-see"))
    raw = files(sqlite_url)
    assert b"plain-to-see" not in raw
    assert b"xoxb" not in raw
    assert b"xoxe" not in raw
    assert b"Larkspur" in raw
    await database.close()


async def test_a_state_is_good_once_wherever_it_comes_in(installations: Installations, database_url: str) -> None:
    elsewhere = Database.connect(database_url)
    stores = [installations, Installations(elsewhere, Keyring([NEW]))]
    soon = utc_now() + HOUR
    assert sum(await asyncio.gather(*(stores[n % 2].spend("state", soon) for n in range(10)))) == 1
    assert await installations.spend("another", utc_now() - HOUR)
    assert await installations.spend("a third", soon)
    async with elsewhere.session() as session:
        rows = (await session.execute(select(install_attempt.c.state))).scalars().all()
    assert len(rows) == 2, "the one that ran out is cleared away"
    assert "state" not in rows
    await elsewhere.close()
