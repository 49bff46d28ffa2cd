"""Things that break inside: the person hears of it, the draft stays usable, nothing is done twice."""

import dataclasses
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot import worker
from bot.app import Parts
from pipelines.core.boards import Card, NewCard
from storage.inbox import Arrival
from storage.stops import Stops

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Replaced:
    """A part with some methods replaced."""

    def __init__(self, part: Any, **methods: Any) -> None:
        self._part = part
        self._methods = methods

    def __getattr__(self, name: str) -> Any:
        return self._methods.get(name) or getattr(self._part, name)


async def test_a_bug_while_filing_hands_the_draft_back_and_names_an_id(open_team: Any) -> None:
    broken = [True]

    def change(parts: Parts) -> Parts:
        async def create(card: NewCard) -> Card:
            if broken.pop() if broken else False:
                raise ZeroDivisionError("secret words of an exception")
            return await parts.tracker.create(card)

        return dataclasses.replace(parts, tracker=Replaced(parts.tracker, create=create))

    async with open_team(change) as team:
        ts = await team.says("mira", team.report)
        await team.reacts("priya", ts)
        await team.presses("priya", await team.hears(ts, team.order), "ticket_file")
        back = await team.hears(ts, "something broke")
        assert "ticket_file" in str(back["blocks"])
        told = await team.whispers("priya", "(id ")
        assert "secret words" not in told + str(back)
        await team.presses("priya", back, "ticket_file")
        await team.hears(ts, "Filed")
        assert len(await team.cards_like(team.order)) == 1


async def test_an_arrival_that_cannot_be_read_ends_with_a_word_and_holds_up_nobody(open_team: Any) -> None:
    async with open_team() as team:
        named = {"team": "T0LARKSPUR", "channel": team.channel, "user": "U0MIRA"}
        await team.parts.inbox.add(Arrival("mention:of another version", "mention", named))
        await team.parts.inbox.add(Arrival("mention:of nobody", "mention", {}))
        assert "(id " in await team.whispers("mira", "Something broke on my side")
        await team.quiet()
        ts = await team.says("mira", "@leadhand")
        await team.hears(ts, "I am here")


async def test_whether_an_ask_was_stopped_may_be_unknown_for_a_moment(
    open_team: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any) -> None:
        raise OperationalError("SELECT", {}, Exception("the server closed the connection"))

    async with open_team() as team:
        monkeypatch.setattr(Stops, "get", away)
        ts = await team.says("mira", "@leadhand")
        await team.hears(ts, "I am here")


async def test_a_database_that_is_away_for_a_moment_is_waited_for(open_team: Any) -> None:
    times = [0]

    def change(parts: Parts) -> Parts:
        async def record(**row: Any) -> None:
            times[0] += 1
            if times[0] <= 3:
                raise OperationalError("INSERT", {}, Exception("database is locked"))
            await parts.audit.record(**row)

        return dataclasses.replace(parts, audit=Replaced(parts.audit, record=record))

    async with open_team(change) as team:
        ts = await team.says("mira", team.report)
        await team.reacts("priya", ts)
        await team.presses("priya", await team.hears(ts, team.order), "ticket_file")
        await team.hears(ts, "Filed")
        await team.quiet()
        assert times[0] > 3
        assert len(await team.thread(ts)) == 1
        assert len(await team.cards_like(team.order)) == 1


async def test_an_ask_whose_work_died_is_answered_for(open_team: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "LOOK_EVERY", 0.2)
    monkeypatch.setattr(worker, "LINGERS_AFTER", 0.2)
    broken = [True]

    def change(parts: Parts) -> Parts:
        async def record(**row: Any) -> None:
            if row["action"] == "ticket.draft" and broken:
                broken.pop()
                raise ZeroDivisionError("the record itself broke")
            await parts.audit.record(**row)

        return dataclasses.replace(parts, audit=Replaced(parts.audit, record=record))

    async with open_team(change) as team:
        ts = await team.says("mira", team.report)
        await team.reacts("priya", ts)
        await team.whispers("priya", "Something broke on my side")
        await team.ended("ticket.draft", "failed")
        await team.quiet()


async def test_undo_with_the_board_away_says_so_and_succeeds_later(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    await team.presses("priya", await team.hears(ts, team.order), "ticket_file")
    filed = await team.hears(ts, "Filed")
    await team.control("fault", target="trello", method="PUT /1/cards", kind="500", times=3, after=0)
    await team.presses("priya", filed, "ticket_undo")
    await team.hears(ts, "I keep trying")
    await team.hears(ts, "Taken back")
    assert await team.cards_like(team.order) == []


async def test_bare_addresses_and_channel_pings_of_people_stay_text(team: Any) -> None:
    ts = await team.says("mira", f"{team.report} see evil.example and @channel")
    await team.reacts("priya", ts)
    draft = await team.hears(ts, team.order)
    texts = [block["text"] for block in draft["blocks"] if block["type"] == "section"]
    assert texts
    assert all(text["verbatim"] is True for text in texts)
