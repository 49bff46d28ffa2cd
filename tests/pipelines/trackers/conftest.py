"""Boards to run the tracker contract on: one in memory, one in a real playground server behind py-trello."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.playground.server import Playground, start
from pipelines.core.boards import Tracker
from pipelines.trackers import memory, trello
from pipelines.trackers.trello_wire import Patience

KEY = TOKEN = "playground"
SECRET = "playground-secret"
QUICK = Patience(connect=1.0, read=1.0, longest=2.0, first_pause=0.01)


@dataclass
class Stage:
    """A tracker, and the board behind it as people and misfortune handle it."""

    tracker: Tracker
    fail: Callable[..., Awaitable[None]]
    """fail(kind, times=1, method="POST /1/cards"): order faults for the calls that come"""
    move: Callable[[str, str], Awaitable[None]]
    """move(card id, list name): Wei Zhang drags a card"""
    texts: Callable[[], Awaitable[list[str]]]
    """the descriptions of all open cards that hold a marker"""
    comments: Callable[[str], Awaitable[list[str]]]
    """what stands under a card, oldest first"""
    attachments: Callable[[str], Awaitable[list[str]]]
    """the names of what is attached to a card"""


@pytest.fixture
async def playground(tmp_path: Path) -> AsyncIterator[Playground]:
    running = await start("127.0.0.1", 0, tmp_path / "playground.db")
    yield running
    await running.close()


@pytest.fixture
async def http(playground: Playground) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f'OAuth oauth_consumer_key="{KEY}", oauth_token="{TOKEN}"'}
    async with aiohttp.ClientSession(playground.url, headers=headers) as session:
        yield session


@pytest.fixture
async def connect(playground: Playground) -> AsyncIterator[Callable[..., trello.TrelloTracker]]:
    """Makes trackers of the playground's board; every setting can be replaced."""
    opened: list[trello.TrelloTracker] = []

    def make(key: str = KEY, token: str = TOKEN, **settings: Any) -> trello.TrelloTracker:
        given = {"api_secret": SECRET, "api_url": f"{playground.url}/1", "patience": QUICK} | settings
        opened.append(trello.connect(key, token, **given))
        return opened[-1]

    yield make
    for tracker in opened:
        await tracker.close()


@pytest.fixture
async def order_fault(http: aiohttp.ClientSession) -> Callable[..., Awaitable[None]]:
    async def order(kind: str, times: int = 1, method: str = "POST /1/cards") -> None:
        fault = {"target": "trello", "method": method, "kind": kind, "times": times}
        async with http.post("/_control/fault", json=fault) as answer:
            assert (await answer.json())["ok"]

    return order


@pytest.fixture(params=["memory", "trello"])
def stage(request: pytest.FixtureRequest) -> Stage:
    """The same board twice: in memory, and over HTTP."""
    stage: Stage = request.getfixturevalue(f"{request.param}_stage")
    return stage


@pytest.fixture
def memory_stage() -> Stage:
    tracker = memory.connect(board="Larkspur product", secret=SECRET)

    async def fail(kind: memory.FaultKind, times: int = 1, method: str = "POST /1/cards") -> None:
        tracker.fail(kind, times)

    async def move(card_id: str, list_name: str) -> None:
        tracker.move(card_id, list_name, by="Wei Zhang")

    async def texts() -> list[str]:
        return tracker.descriptions()

    async def comments(card_id: str) -> list[str]:
        return tracker.comments.get(card_id, [])

    async def attachments(card_id: str) -> list[str]:
        return [each.name for each in tracker.attachments.get(card_id, [])]

    return Stage(tracker, fail, move, texts, comments, attachments)


@pytest.fixture
def trello_stage(
    connect: Callable[..., trello.TrelloTracker],
    http: aiohttp.ClientSession,
    order_fault: Callable[..., Awaitable[None]],
) -> Stage:
    async def get(path: str) -> Any:
        async with http.get(path) as answer:
            return await answer.json()

    async def board_id() -> str:
        return str((await get("/_control/state"))["board"]["id"])

    async def move(card_id: str, list_name: str) -> None:
        lists = {item["name"]: item["id"] for item in await get(f"/1/boards/{await board_id()}/lists")}
        person = {"X-Playground-User": "U0WEI"}
        async with http.put(f"/1/cards/{card_id}", json={"idList": lists[list_name]}, headers=person) as answer:
            assert answer.status == 200

    async def texts() -> list[str]:
        cards = await get(f"/1/boards/{await board_id()}/cards")
        return [card["desc"] for card in cards if "leadhand:" in card["desc"]]

    async def comments(card_id: str) -> list[str]:
        actions = await get(f"/1/cards/{card_id}/actions?filter=commentCard")
        return [action["data"]["text"] for action in reversed(actions)]

    async def attachments(card_id: str) -> list[str]:
        return [each["name"] for each in await get(f"/1/cards/{card_id}/attachments")]

    return Stage(connect(), order_fault, move, texts, comments, attachments)


class Ear:
    """A receiver of change reports; `status` is what it answers."""

    def __init__(self) -> None:
        self.url = ""
        self.status = 200
        self._heard: asyncio.Queue[tuple[bytes, str]] = asyncio.Queue()

    async def next(self) -> tuple[bytes, str]:
        """Body and signature of the next report."""
        return await asyncio.wait_for(self._heard.get(), 5)

    async def hear(self, request: web.Request) -> web.Response:
        if request.method == "POST" and self.status == 200:
            self._heard.put_nowait((await request.read(), request.headers["X-Trello-Webhook"]))
        return web.Response(status=self.status)


@pytest.fixture
async def ear() -> AsyncIterator[Ear]:
    ear = Ear()
    application = web.Application()
    application.router.add_route("*", "/hooks/trello", ear.hear)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    ear.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hooks/trello"
    yield ear
    await runner.cleanup()
