"""The table of docs/reference/channel-changes.md: what becomes of drafts and cards when channels and people go."""

from __future__ import annotations

import asyncio
import dataclasses
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.slack.listeners.events import hear
from tests.team import seen, who

pytestmark = pytest.mark.asyncio(loop_scope="module")
PAGE = Path(__file__).parents[3] / "docs/reference/channel-changes.md"
HEAD = "| what happens | being made | open | being filed | news of its card | and then |"


def rows() -> list[list[str]]:
    lines = PAGE.read_text("utf-8").split(HEAD)[1].split("\n\n")[0].strip().splitlines()[1:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


class Held:
    """A part whose one method waits at a gate for the channel that is being tested."""

    def __init__(self, part: Any, method: str, stops: Callable[..., bool]) -> None:
        self._part, self._method, self._stops = part, method, stops
        self.armed, self.reached, self.go = False, asyncio.Event(), asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._part, name)
        return self._waiting(real) if name == self._method else real

    def _waiting(self, real: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def call(*args: Any, **more: Any) -> Any:
            if self.armed and self._stops(*args, **more):
                self.armed = False
                self.reached.set()
                await self.go.wait()
            return await real(*args, **more)

        return call

    def arm(self) -> None:
        self.armed, self.reached, self.go = True, asyncio.Event(), asyncio.Event()


def is_draft(*_: Any, key: str, **__: Any) -> bool:
    return key.startswith("draft:")


@pytest.fixture(scope="module")
def mode() -> str:
    """The doors make no difference here."""
    return "socket"


@dataclass
class Stage:
    team: Any
    post: Held
    create: Held


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(open_team: Any) -> AsyncIterator[Stage]:
    held: dict[str, Held] = {}

    def change(parts: Any) -> Any:
        held["post"] = Held(parts.chat, "post", is_draft)
        held["create"] = Held(parts.tracker, "create", lambda *_: True)
        return dataclasses.replace(parts, chat=held["post"], tracker=held["create"])

    async with open_team(change) as team:
        yield Stage(team, held["post"], held["create"])


class Case:
    """One row being played: four reports in a channel of its own, each at another point of its way."""

    def __init__(self, stage: Stage, name: str) -> None:
        self.team, self.stage, self.name = stage.team, stage, name
        self.reports: dict[str, str] = {}

    async def begin(self) -> None:
        made = await self.team.control("create-channel", name=self.name, user=who("mira"))
        self.channel = self.team.channel = made["channel"]["id"]
        for user in (self.team.bot, who("priya"), who("tomas")):
            await self.team.control("invite", channel=self.channel, user=user, by=who("mira"))
        await self._draft("open")
        await self.team.presses("priya", await self._draft("news"), "ticket_file")
        await self.team.hears(self.reports["news"], "Filed")
        waiting = await self._draft("filed")
        self.stage.create.arm()
        await self.team.presses("priya", waiting, "ticket_file")
        await self.stage.create.reached.wait()
        self.stage.post.arm()
        await self._report("made")
        await self.stage.post.reached.wait()

    async def _report(self, at: str) -> str:
        self.team.renew()
        self.team.channel = self.channel
        ts = self.reports[at] = str(await self.team.says("mira", self.team.report))
        await self.team.reacts("priya", ts)
        return ts

    async def _draft(self, at: str) -> Any:
        return await self.team.hears(await self._report(at), "Draft:")

    async def end(self) -> None:
        self.stage.create.go.set()
        self.stage.post.go.set()
        row = await self.row("news")
        (card,) = [card for card in await self.team.cards() if card["id"] == row.card_id]
        await self.team.drags("tomas", card, "Done")

    async def row(self, at: str) -> Any:
        drafts = await self.team.parts.drafts.of_channel("T0LARKSPUR", self.channel)
        return next(row for row in drafts if row.anchor_ts == self.reports[at])

    async def is_in(self, at: str, *states: str, unshown: bool | None = None) -> None:
        async def there() -> bool:
            row = await self.row(at)
            return row.state in states and (unshown is None or row.unshown is unshown)

        await self.team.until(there, f"{at} to be {states}")

    async def told(self, words: str) -> None:
        """Priya reads it in a direct message that says why."""
        opened = await self.team.control("open-dm", user=who("priya"), **{"with": self.team.bot})

        async def heard() -> bool:
            said = (await self.team.get(f"/_control/messages/{opened['channel']['id']}"))["messages"]
            return any(words in seen(m) and f"<#{self.channel}>" in seen(m) for m in said)

        await self.team.until(heard, f"a direct message with {words!r}")


CHANGES: dict[str, Callable[[Case], Awaitable[None]]] = {}
CELLS: dict[str, Callable[[Case], Awaitable[None]]] = {}


def change(name: str) -> Callable[[Any], Any]:
    return lambda play: CHANGES.setdefault(name, play)


def cell(name: str) -> Callable[[Any], Any]:
    return lambda see: CELLS.setdefault(name, see)


@change("nothing")
async def _nothing(case: Case) -> None:
    return None


@change("the bot is removed")
async def _removed(case: Case) -> None:
    await case.team.control("kick", channel=case.channel, user=case.team.bot, by=who("mira"))


@change("the bot is removed from a private channel")
async def _removed_in_private(case: Case) -> None:
    await _private(case)
    await _removed(case)


@change("the channel is archived")
async def _archived(case: Case) -> None:
    await case.team.control("archive", channel=case.channel, user=who("mira"))


@change("the channel is renamed")
async def _renamed(case: Case) -> None:
    await case.team.control("rename", channel=case.channel, name=f"{case.name}-renamed", user=who("mira"))


@change("the channel is made private")
async def _private(case: Case) -> None:
    await case.team.control("make-private", channel=case.channel, user=who("mira"))


@change("its asker leaves the channel")
async def _leaves(case: Case) -> None:
    await case.team.control("kick", channel=case.channel, user=who("priya"))


@change("its asker is deactivated")
async def _deactivated(case: Case) -> None:
    await case.team.control("user", user=who("priya"), deleted=True)


@change("the channel is deleted")
async def _deleted(case: Case) -> None:
    # Nothing is left to see, as for somebody who is not in a private channel.
    await _removed_in_private(case)
    gone = {"type": "channel_deleted", "channel": case.channel, "event_ts": "1795000000.000100"}
    await hear(case.team.process._front, {"team_id": "T0LARKSPUR", "event": gone})


@change("the app is uninstalled")
async def _uninstalled(case: Case) -> None:
    await case.team.control("uninstall")


@cell("made: posted")
async def _posted(case: Case) -> None:
    await case.team.hears(case.reports["made"], "Draft:")


@cell("made: told directly")
async def _draft_waits(case: Case) -> None:
    await case.told("I made the draft, and it waits")
    await case.is_in("made", "open", unshown=True)


@cell("made: withdrawn, told directly")
async def _draft_withdrawn(case: Case) -> None:
    await case.told("went with its messages")
    await case.is_in("made", "withdrawn")


@cell("made: kept")
async def _draft_kept(case: Case) -> None:
    await case.is_in("made", "open", unshown=True)


@cell("open: stays")
async def _stays(case: Case) -> None:
    await case.is_in("open", "open", unshown=False)


@cell("open: withdrawn, told directly")
async def _withdrawn(case: Case) -> None:
    await case.told("went with its messages")
    await case.is_in("open", "withdrawn")


@cell("filed: filed, shown")
async def _filed(case: Case) -> None:
    await case.team.hears(case.reports["filed"], "Filed")
    await case.is_in("filed", "filed", unshown=False)


@cell("filed: filed, told directly")
async def _filed_and_told(case: Case) -> None:
    await case.is_in("filed", "filed", unshown=True)
    await case.told("Filed")


@cell("filed: filed")
async def _filed_untold(case: Case) -> None:
    await case.is_in("filed", "filed", unshown=True)


@cell("news: told in the thread")
async def _news(case: Case) -> None:
    await case.team.hears(case.reports["news"], "Done:")


@cell("news: told directly")
async def _news_directly(case: Case) -> None:
    await case.told("Done:")


@cell("news: nobody to tell")
async def _no_news(case: Case) -> None:
    await case.team.ended("follow.moved", "told")


@cell("then: nothing waits")
async def _nothing_waits(case: Case) -> None:
    await case.team.quiet()


@cell("then: invited again: shown")
async def _invited_again(case: Case) -> None:
    await case.team.control("invite", channel=case.channel, user=case.team.bot, by=who("mira"))
    await case.team.hears(case.reports["made"], "Draft:")
    await case.team.hears(case.reports["filed"], "Filed")
    await case.is_in("made", "open", unshown=False)


@cell("then: unarchived: shown")
async def _unarchived(case: Case) -> None:
    await case.team.control("unarchive", channel=case.channel, user=who("mira"))
    await case.team.hears(case.reports["made"], "Draft:")
    await case.team.hears(case.reports["filed"], "Filed")


@cell("then: installed and invited again: shown")
async def _installed_again(case: Case) -> None:
    """Being invited again is another row's; here the work must be over, and know what it owes."""
    await case.team.quiet()
    owed = await case.team.parts.drafts.of_channel("T0LARKSPUR", case.channel, unshown=True)
    assert {row.anchor_ts for row in owed} >= {case.reports["made"], case.reports["filed"]}


@pytest.mark.parametrize("cells", rows(), ids=lambda cells: cells[0])
async def test_each_row_of_the_table_is_true(stage: Stage, cells: list[str]) -> None:
    what, *told = cells
    case = Case(stage, re.sub(r"\W+", "-", what))
    await case.begin()
    await CHANGES[what](case)
    await case.end()
    for at, said in zip(("made", "open", "filed", "news", "then"), told, strict=True):
        await CELLS[f"{at}: {said}"](case)
    if what == "its asker is deactivated":
        await stage.team.control("user", user=who("priya"), deleted=False)


async def test_every_check_stands_in_the_table() -> None:
    said = {f"{at}: {text}" for _, *told in rows() for at, text in zip(ORDER, told, strict=True)}
    assert set(CELLS) == said
    assert set(CHANGES) == {what for what, *_ in rows()}


ORDER = ("made", "open", "filed", "news", "then")
