"""A team in the playground and the real bot among them, in Socket Mode or over signed HTTP."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.app import make_parts
from bot.playground.server import start
from bot.process import Process, Role
from bot.settings import Settings

PATIENCE = 10.0
BOARD_CALLS = {"key": "playground", "token": "playground"}
Json = dict[str, Any]


class Team:
    """What people do and hear. Names are those of the sample company: mira, priya, tomas, ..."""

    def __init__(self, url: str, session: aiohttp.ClientSession, process: Process) -> None:
        self.url = url
        self.parts = process.parts
        self.process = process
        self._session = session

    async def meet(self) -> None:
        state = await self.get("/_control/state")
        self.support = next(c["id"] for c in state["channels"] if c["name"] == "support")
        self.bot = state["apps"][0]["botUserId"]
        self.board = state["board"]["id"]
        self.renew()

    def renew(self) -> None:
        """A report of its own for each test: an order number that no other text has."""
        self.channel = self.support
        self.order = str(secrets.randbelow(9_000_000) + 1_000_000)
        self.report = (
            f"hey, the CSV export of order {self.order} is broken again on Safari 17.4, the spinner never stops when "
            "I press Export on /orders. Console says: TypeError: rows is undefined"
        )
        self.since = time.time()

    async def get(self, path: str) -> Any:
        async with self._session.get(self.url + path) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def control(self, verb: str, **body: Any) -> Json:
        async with self._session.post(f"{self.url}/_control/{verb}", json=body) as answer:
            said: Json = await answer.json()
            assert said["ok"], (verb, said)
            return said

    async def says(self, user: str, text: str, thread: str = "") -> str:
        thread_ts = {"thread_ts": thread} if thread else {}
        said = await self.control("message", channel=self.channel, user=who(user), text=text, **thread_ts)
        return str(said["message"]["ts"])

    async def reacts(self, user: str, ts: str, name: str = "ticket", *, present: bool = True) -> None:
        await self.control("reaction", channel=self.channel, ts=ts, user=who(user), name=name, present=present)

    async def commands(self, user: str, command: str, text: str = "") -> Json:
        return await self.control("command", channel=self.channel, user=who(user), command=command, text=text)

    async def presses(self, user: str, message: Json, action_id: str) -> None:
        action = next(e for e in buttons(message) if e["action_id"] == action_id)
        await self.control(
            "interact",
            channel=self.channel,
            user=who(user),
            messageTs=message["ts"],
            action={"type": "button", "action_id": action_id, "value": action["value"]},
        )

    async def messages(self) -> list[Json]:
        return list((await self.get(f"/_control/messages/{self.channel}"))["messages"])

    async def thread(self, ts: str) -> list[Json]:
        """What the bot said in the thread."""
        return [m for m in await self.messages() if m.get("thread_ts") == ts and m.get("user") == self.bot]

    async def hears(self, ts: str, text: str = "") -> Json:
        """The bot's latest message in the thread that holds the text."""

        async def heard() -> Json | None:
            said = [m for m in await self.thread(ts) if text in seen(m)]
            return said[-1] if said else None

        return await self.until(heard, f"the bot to say {text!r}")

    async def whispers(self, user: str, text: str = "") -> str:
        """What the bot told one person alone."""

        async def heard() -> str | None:
            told = (await self.get(f"/_control/ephemeral?user={who(user)}"))["messages"]
            return next((seen(m) for m in reversed(told) if text in seen(m)), None)

        return await self.until(heard, f"a whisper to {user} with {text!r}")

    async def modal(self, user: str) -> Json:
        async def opened() -> Json | None:
            views = (await self.get("/_control/state"))["views"]
            return next((v["view"] for v in reversed(views) if v["user"] == who(user)), None)

        return await self.until(opened, f"a window for {user}")

    async def saves(self, user: str, view: Json, **changes: str) -> Json:
        """Save the window with some fields changed: by block id, the part after a dot suffices."""
        values = {block["block_id"]: typed(block, changes) for block in view["blocks"] if block["type"] == "input"}
        async with self._session.post(
            f"{self.url}/_control/submit-view", json={"user": who(user), "view_id": view["id"], "values": values}
        ) as answer:
            return dict(await answer.json())

    async def cards(self) -> list[Json]:
        return list(await self.get(f"/1/boards/{self.board}/cards/open"))

    async def cards_like(self, text: str) -> list[Json]:
        return [card for card in await self.cards() if text in card["name"] or text in card["desc"]]

    async def drags(self, user: str, card: Json, to: str) -> None:
        lists = await self.get(f"/1/boards/{self.board}/lists")
        target = next(entry["id"] for entry in lists if entry["name"] == to)
        async with self._session.put(
            f"{self.url}/1/cards/{card['id']}",
            params=BOARD_CALLS,
            json={"idList": target},
            headers={"X-Playground-User": who(user)},
        ) as answer:
            assert answer.status == 200, await answer.text()

    async def ended(self, action: str, outcome: str, at_least: int = 1) -> list[Any]:
        """Audit rows of asks that ended so."""

        async def rows() -> list[Any] | None:
            found = await self.parts.audit.entries(500, action=action, outcome=outcome)
            found = [row for row in found if row.at.timestamp() >= self.since - 0.001]
            return found if len(found) >= at_least else None

        return await self.until(rows, f"{action} to end as {outcome}")

    async def quiet(self) -> None:
        """Until every arrival is finished."""

        async def idle() -> bool:
            return await self.parts.inbox.unfinished_age() == 0.0

        await asyncio.sleep(0.15)
        await self.until(idle, "quiet")

    async def until(self, look: Callable[[], Awaitable[Any]], what: str) -> Any:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if found := await look():
                return found
            await asyncio.sleep(0.02)
        raise AssertionError(
            f"waited in vain for {what}; the bot said: {[seen(m)[:200] for m in await self.messages()][-4:]}"
        )


def who(name: str) -> str:
    return f"U0{name.upper()}"


def seen(message: Json) -> str:
    """All the text of a message."""
    return "\n".join([message.get("text", ""), *_texts(message.get("blocks") or [])])


def _texts(node: Any) -> list[str]:
    if isinstance(node, Mapping):
        own = [node["text"]] if isinstance(node.get("text"), str) else []
        return own + [text for value in node.values() for text in _texts(value)]
    return [text for entry in node for text in _texts(entry)] if isinstance(node, list) else []


def buttons(message: Json) -> list[Json]:
    return [e for block in message.get("blocks") or [] if block["type"] == "actions" for e in block["elements"]]


def typed(block: Json, changes: Mapping[str, str]) -> Json:
    element = block["element"]
    value = changes.get(block["block_id"], changes.get(block["block_id"].rpartition(".")[2]))
    if element["type"] == "static_select":
        option = element.get("initial_option")
        if value is not None:
            option = next(o for o in element["options"] if o["value"] == value)
        return {element["action_id"]: {"type": element["type"], "selected_option": option}}
    text = element.get("initial_value") if value is None else value
    return {element["action_id"]: {"type": element["type"], "value": text}}


Opened = Callable[..., Any]
BOTH = Role(hears=True, works=True)


@pytest.fixture(scope="module", params=["socket", "http"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def open_team(tmp_path_factory: pytest.TempPathFactory, mode: str) -> Opened:
    """Opens a playground with the bot on it; settings by name of their field's alias."""

    @asynccontextmanager
    async def opened(**overrides: str) -> AsyncIterator[Team]:
        folder = tmp_path_factory.mktemp("team")
        playground = await start("127.0.0.1", 0, folder / "playground.db")
        over_http = {"SLACK_APP_TOKEN": ""} if mode == "http" else {}
        surroundings = {**playground.environment(), "LEADHAND_DATA": str(folder), "PORT": "0", **over_http, **overrides}
        try:
            async with aiohttp.ClientSession() as session:
                process = Process(make_parts(Settings(_env_file=None, **surroundings), session), BOTH)
                await process.start()
                try:
                    yield await _meet(playground.url, session, process, mode)
                finally:
                    await process.stop()
        finally:
            await playground.close()

    return opened


async def _meet(url: str, session: aiohttp.ClientSession, process: Process, mode: str) -> Team:
    team = Team(url, session, process)
    if mode == "http":
        await team.control("app", events_url=f"http://127.0.0.1:{process.port}/slack/events")
    await team.meet()
    return team


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_team(open_team: Opened) -> AsyncIterator[Team]:
    async with open_team() as opened:
        yield opened


@pytest.fixture
def team(shared_team: Team) -> Team:
    """The module's team, in the support channel, with a report that nobody has made before."""
    shared_team.renew()
    return shared_team
