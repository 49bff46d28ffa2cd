"""The board's API as Trello words it: shapes, refusals, limits, webhooks, faults, and what survives a restart."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.playground.board.gate import Limits
from bot.playground.board.routes import Board, routes
from bot.playground.credentials import Credentials
from bot.playground.faults import Fault, Faults
from bot.playground.feed import Feed
from bot.playground.store import Store

KEYS = {"key": "playground", "token": "playground"}
UNKNOWN = "0123456789abcdef01234567"


class Served:
    """A board on a port of its own, with what a test needs of it."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._limits = limits
        self._folder = folder
        self.feed = Feed()
        self.faults = Faults()

    async def start(self) -> None:
        self._store = Store(self._folder / "board.db")
        self.board: Board = routes(self._store, self.feed, Credentials(), self.faults, limits=self._limits)
        await self.board.seed()
        application = web.Application()
        application.add_routes(self.board.routes)
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._http = aiohttp.ClientSession(f"http://127.0.0.1:{self._runner.addresses[0][1]}")
        self.id = self.board.describe()["id"]

    async def stop(self) -> None:
        await self._http.close()
        await self._runner.cleanup()
        await self.board.close()
        self._store.close()

    async def raw(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        """Status and body, parsed where it is JSON."""
        async with self._http.request(method, path, **more) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if answer.content_type == "application/json" else text

    async def ok(self, method: str, path: str, values: Any = None, user: str = "", **query: Any) -> Any:
        """The body of a call that must succeed, made with key and token."""
        headers = {"X-Playground-User": user} if user else {}
        status, body = await self.raw(method, path, json=values, params=KEYS | query, headers=headers)
        assert status == 200, body
        return body

    async def list_id(self, name: str) -> str:
        return next(item["id"] for item in await self.ok("GET", f"/1/boards/{self.id}/lists") if item["name"] == name)

    async def new_card(self, name: str = "A card", **values: Any) -> Any:
        return await self.ok("POST", "/1/cards", {"idList": await self.list_id("Inbox"), "name": name} | values)


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    served = Served(tmp_path, Limits())
    await served.start()
    yield served
    await served.stop()


class Receiver:
    """Takes change reports; `status` is what it answers to POST."""

    def __init__(self) -> None:
        self.status = 200
        self.reports: asyncio.Queue[tuple[bytes, str]] = asyncio.Queue()
        self.refused = asyncio.Event()

    async def start(self, port: int = 0) -> None:
        application = web.Application()
        application.router.add_route("*", "/hook", self._take)
        self._runner = web.AppRunner(application)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self.port}/hook"

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        if request.method == "HEAD":
            return web.Response()
        if self.status == 200:
            self.reports.put_nowait((await request.read(), request.headers["X-Trello-Webhook"]))
        else:
            self.refused.set()
        return web.Response(status=self.status)

    async def next(self) -> dict[str, Any]:
        body, _ = await asyncio.wait_for(self.reports.get(), 5)
        report: dict[str, Any] = json.loads(body)
        return report


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    await receiver.start()
    yield receiver
    await receiver.stop()


CARD_FIELDS = {"id", "badges", "checkItemStates", "closed", "dueComplete", "dateLastActivity", "desc", "descData"}
CARD_FIELDS |= {"due", "dueReminder", "email", "idBoard", "idChecklists", "idList", "idMembers", "idMembersVoted"}
CARD_FIELDS |= {"idShort", "idAttachmentCover", "labels", "idLabels", "manualCoverAttachment", "name", "pos"}
CARD_FIELDS |= {"shortLink", "shortUrl", "start", "subscribed", "url", "cover", "isTemplate", "cardRole"}
ACTION_FIELDS = {"id", "idMemberCreator", "data", "appCreator", "type", "date", "memberCreator"}


async def test_every_card_has_every_field_and_an_address_on_this_server(served: Served) -> None:
    for path in (f"/1/boards/{served.id}/cards", f"/1/lists/{await served.list_id('Doing')}/cards/"):
        for card in await served.ok("GET", path):
            assert set(card) >= CARD_FIELDS
            assert card["url"].startswith(f"{card['shortUrl']}/{card['idShort']}-")
            assert card["shortUrl"].startswith("http://127.0.0.1:")
            assert f"/c/{card['shortLink']}" in card["shortUrl"]
            assert {len(card["id"]), len(card["idList"])} == {24}
            assert {"checkItems", "comments", "attachments", "description"} <= set(card["badges"])
    one = await served.ok("GET", f"/1/cards/{card['shortLink']}", fields="name,url")
    assert set(one) == {"id", "name", "url"}


async def test_a_board_brings_what_is_asked_for_in_one_call(served: Served) -> None:
    nested = {"lists": "open", "cards": "open", "labels": "all", "members": "all", "card_fields": "name,idList"}
    board = await served.ok("GET", f"/1/boards/{served.id}", None, **nested)
    sizes = {name: len(board[name]) for name in ("lists", "cards", "labels", "members")}
    assert sizes == {"lists": 5, "cards": 10, "labels": 6, "members": 9}
    assert set(board["cards"][0]) == {"id", "name", "idList"}
    assert not {"lists", "cards"} & set(await served.ok("GET", f"/1/boards/{served.id}", None, lists="none"))
    card = await served.new_card(idMembers=[board["members"][1]["id"]])
    await served.ok("POST", f"/1/cards/{card['id']}/actions/comments", {"text": "hello"}, user="U0ELLA")
    full = await served.ok("GET", f"/1/cards/{card['id']}", None, actions="commentCard", members="true", list="true")
    assert (full["actions"][0]["data"]["text"], full["list"]["name"]) == ("hello", "Inbox")
    assert full["members"][0]["fullName"] == "Mira Okafor"
    assert set(full["actions"][0]) >= ACTION_FIELDS


async def test_values_come_by_query_by_form_and_by_json(served: Served) -> None:
    inbox = await served.list_id("Inbox")
    values = {"idList": inbox, "name": "x", "due": "null", "pos": "top"}
    for way in ({"params": KEYS | values}, {"data": KEYS | values}, {"json": KEYS | values}):
        status, card = await served.raw("POST", "/1/cards/", **way)
        assert (status, card["name"], card["due"]) == (200, "x", None)
        first = (await served.ok("GET", f"/1/lists/{inbox}/cards"))[0]
        assert first["id"] == card["id"]


Refused = tuple[str, str, Any, int, str]
REFUSALS: list[Refused] = [
    ("GET", "/1/boards/nope", None, 400, "invalid id"),
    ("GET", f"/1/boards/{UNKNOWN}", None, 404, "The requested resource was not found."),
    ("GET", f"/1/cards/{UNKNOWN}", None, 404, "The requested resource was not found."),
    ("GET", "/1/cards/xyz", None, 400, "invalid id"),
    ("PUT", f"/1/cards/{UNKNOWN}", {"name": "x"}, 404, "The requested resource was not found."),
    ("DELETE", f"/1/cards/{UNKNOWN}", None, 404, "The requested resource was not found."),
    ("GET", "/1/lists/xyz/cards", None, 400, "invalid id"),
    ("POST", "/1/cards", {"name": "x"}, 400, "invalid value for idList"),
    ("POST", "/1/cards", {"name": "x", "idList": UNKNOWN}, 400, "invalid value for idList"),
    ("POST", "/1/cards", {"idList": "INBOX", "desc": "x" * 16_385}, 400, "invalid value for desc"),
    ("POST", "/1/cards", {"idList": "INBOX", "desc": {"a": 1}}, 400, "invalid value for desc"),
    ("POST", "/1/cards", {"idList": "INBOX", "pos": "middle"}, 400, "invalid value for pos"),
    ("POST", "/1/cards", {"idList": "INBOX", "pos": "nan"}, 400, "invalid value for pos"),
    ("POST", "/1/cards", {"idList": "INBOX", "due": "tomorrow"}, 400, "invalid value for due"),
    ("POST", "/1/cards", {"idList": "INBOX", "idLabels": UNKNOWN}, 400, "invalid value for idLabels"),
    ("POST", "/1/cards", {"idList": "INBOX", "idMembers": ["nobody"]}, 400, "invalid value for idMembers"),
    ("POST", "/1/lists", {"name": "x"}, 400, "invalid value for idBoard"),
    ("POST", "/1/labels", {"name": "x", "color": "teal", "idBoard": "BOARD"}, 400, "invalid value for color"),
    ("GET", "/1/boards/BOARD/cards/?filter=some", None, 400, "invalid value for filter"),
    ("GET", "/1/boards/BOARD/actions?limit=9999", None, 400, "invalid value for limit"),
    ("GET", "/1/boards/BOARD/actions?since=soon", None, 400, "invalid value for since"),
    ("POST", "/1/webhooks", {"callbackURL": "ftp://x", "idModel": "BOARD"}, 400, "invalid value for callbackURL"),
    ("GET", "/1/search", None, 400, "invalid value for query"),
    ("GET", "/1/tokens/another/webhooks", None, 404, "token not found"),
    ("GET", "/1/nothing/here", None, 404, "Cannot GET /1/nothing/here"),
    ("POST", "/1/cards", [1], 400, "Error parsing body: not a JSON object"),
]


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: f"{case[0]} {case[1][:24]} {case[4][:28]}")
async def test_a_bad_call_is_refused_in_trellos_words(served: Served, case: Refused) -> None:
    method, path, values, status, text = case
    if isinstance(values, dict):
        known = {"INBOX": await served.list_id("Inbox"), "BOARD": served.id}
        values = {name: known.get(value, value) if isinstance(value, str) else value for name, value in values.items()}
    path = path.replace("BOARD", served.id)
    cards = len(await served.ok("GET", f"/1/boards/{served.id}/cards"))
    assert await served.raw(method, path, json=values, params=KEYS) == (status, text)
    assert len(await served.ok("GET", f"/1/boards/{served.id}/cards")) == cards, "nothing half-done"


HEADER = 'OAuth oauth_consumer_key="{}", oauth_token="{}"'


async def test_keys_come_by_query_or_header_and_reading_needs_none_on_loopback(served: Served) -> None:
    card = await served.new_card()
    read, write = f"/1/boards/{served.id}", f"/1/cards/{card['id']}"
    ways: list[tuple[dict[str, str], str, int, str]] = [
        ({}, "", 401, "invalid key"),
        ({"key": "playground"}, "", 401, "unauthorized permission requested"),
        ({"key": "x", "token": "playground"}, "", 401, "invalid key"),
        ({"key": "playground", "token": "x"}, "", 401, "invalid token"),
        ({}, HEADER.format("playground", "x"), 401, "invalid token"),
        ({}, HEADER.format("x", "playground"), 401, "invalid key"),
        ({}, HEADER.format("playground", "playground"), 200, ""),
        (KEYS, "", 200, ""),
    ]
    for query, header, status, text in ways:
        headers = {"Authorization": header} if header else {}
        got, body = await served.raw("PUT", write, params=query | {"name": "n"}, headers=headers)
        assert (got, body if got != 200 else "") == (status, text), (query, header)
        got, _ = await served.raw("GET", read, params=query, headers=headers)
        assert got == (200 if not query and not header else status)


async def test_calls_over_the_limit_are_refused_until_the_window_has_passed(tmp_path: Path) -> None:
    served = Served(tmp_path, Limits(per_key=50, per_token=3, seconds=0.3))
    await served.start()
    path = f"/1/boards/{served.id}"
    assert [(await served.raw("GET", path, params=KEYS))[0] for _ in range(4)] == [200, 200, 200, 429]
    status, body = await served.raw("GET", path, params=KEYS)
    assert (status, body) == (429, {"error": "API_TOKEN_LIMIT_EXCEEDED", "message": "Rate limit exceeded"})
    assert (await served.raw("GET", path))[0] == 200, "looking without a key is not counted"
    await asyncio.sleep(0.35)
    assert (await served.raw("GET", path, params=KEYS))[0] == 200
    await served.stop()


async def test_actions_tell_what_happened_by_kind_since_and_before(served: Served) -> None:
    card = await served.new_card()
    start = datetime.now(UTC).isoformat()
    for name in ("Doing", "Done"):
        await served.ok("PUT", f"/1/cards/{card['id']}", {"idList": await served.list_id(name)}, user="U0WEI")
    await served.ok("PUT", f"/1/cards/{card['id']}", {"name": "Other", "closed": True})
    path = f"/1/boards/{served.id}/actions"
    moves = await served.ok("GET", path, None, filter="updateCard:idList")
    told = [(act["data"]["listBefore"]["name"], act["data"]["listAfter"]["name"]) for act in moves]
    assert told == [("Doing", "Done"), ("Inbox", "Doing")]
    assert moves[0]["memberCreator"]["fullName"] == "Wei Zhang"
    assert moves[0]["data"]["old"] == {"idList": await served.list_id("Doing")}
    later = await served.ok("GET", path, None, filter="updateCard:idList", since=moves[1]["date"])
    assert [act["id"] for act in later] == [moves[0]["id"]]
    earlier = await served.ok("GET", path, None, filter="updateCard:idList", before=moves[0]["id"])
    assert [act["id"] for act in earlier] == [moves[1]["id"]]
    newest = await served.ok("GET", path, None, since=start, limit=3)
    assert [sorted(act["data"]["old"]) for act in newest] == [["closed"], ["name"], ["idList"]]
    assert [act["type"] for act in await served.ok("GET", path, None, filter="createCard", limit=1)] == ["createCard"]
    assert len({act["date"] for act in await served.ok("GET", path)}) == len(await served.ok("GET", path))


async def test_moves_are_reported_signed_to_those_who_watch_the_board(served: Served, receiver: Receiver) -> None:
    values = {"callbackURL": receiver.url, "idModel": served.id, "description": "d"}
    await served.ok("POST", "/1/webhooks", values)
    card = await served.new_card("Bell")
    body, signature = await asyncio.wait_for(receiver.reports.get(), 5)
    digest = hmac.new(b"playground-secret", body + receiver.url.encode(), hashlib.sha1).digest()
    assert signature == base64.b64encode(digest).decode()
    created = json.loads(body)
    assert (created["action"]["type"], created["model"]["id"]) == ("createCard", served.id)
    await served.ok(
        "PUT", f"/1/cards/{card['id']}", {"idList": await served.list_id("Done"), "pos": "top"}, user="U0SAM"
    )
    action = (await receiver.next())["action"]
    assert (action["type"], action["data"]["listAfter"]["name"]) == ("updateCard", "Done")
    assert action["memberCreator"]["fullName"] == "Sam Adeyemi"
    await served.ok("POST", f"/1/cards/{card['id']}/actions/comments", {"text": "hi"})
    assert (await receiver.next())["action"]["data"]["text"] == "hi"
    await served.ok("DELETE", f"/1/cards/{card['id']}")
    assert (await receiver.next())["action"]["type"] == "deleteCard"
    assert receiver.reports.empty()


async def test_a_report_waits_for_a_receiver_that_restarts_and_for_our_own_restart(
    served: Served, receiver: Receiver
) -> None:
    await served.ok("POST", "/1/webhooks", {"callbackURL": receiver.url, "idModel": served.id})
    receiver.status = 500
    await served.new_card("one")
    await asyncio.wait_for(receiver.refused.wait(), 5)
    await receiver.stop()
    await served.new_card("two")
    await served.stop()
    receiver.status = 200
    await receiver.start(receiver.port)
    await served.start()
    names = [(await receiver.next())["action"]["data"]["card"]["name"] for _ in range(2)]
    assert names == ["one", "two"]


async def test_everything_is_still_there_after_a_restart_and_a_reset_brings_the_seed_back(served: Served) -> None:
    card = await served.new_card("kept")
    before = await served.ok("GET", f"/1/boards/{served.id}/cards")
    await served.stop()
    await served.start()
    after = await served.ok("GET", f"/1/boards/{served.id}/cards")
    assert [item["id"] for item in after] == [item["id"] for item in before]
    same, lists = served.id, await served.ok("GET", f"/1/boards/{served.id}/lists")
    await served.board.reset()
    assert served.board.describe()["id"] == same
    assert await served.ok("GET", f"/1/boards/{same}/lists") == lists
    assert (await served.raw("GET", f"/1/cards/{card['id']}"))[0] == 404
    assert len(await served.ok("GET", f"/1/boards/{same}/cards")) == 10


async def test_the_feed_tells_the_page_of_every_change(served: Served) -> None:
    with served.feed.listen() as events:
        card = await served.new_card("Bell")
        await served.ok("PUT", f"/1/cards/{card['id']}", {"name": "Bell!"}, user="U0ELLA")
        await served.raw("PUT", f"/1/cards/{card['id']}", params=KEYS, json={"due": "never"})
        told = [events.get_nowait() for _ in range(events.qsize())]
    assert [(event["type"], event["action"]["type"]) for event in told if event] == [
        ("board", "createCard"),
        ("board", "updateCard"),
    ]
    assert told[1] is not None
    assert told[1]["action"]["memberCreator"]["fullName"] == "Ella Novak"


FAULTS: dict[str, Callable[[int, Any], bool]] = {
    "429": lambda status, body: status == 429 and body["error"] == "API_TOKEN_LIMIT_EXCEEDED",
    "500": lambda status, body: status == 500,
    "garbage": lambda status, body: status == 200 and "<html>" in body,
}


async def test_ordered_faults_are_played_and_only_a_lost_reply_leaves_a_card(served: Served) -> None:
    values = {"idList": await served.list_id("Inbox"), "name": "faulty"}
    for kind, is_played in FAULTS.items():
        served.faults.add(Fault("trello", "POST /1/cards", kind))
        assert is_played(*await served.raw("POST", "/1/cards", params=KEYS, json=values)), kind
    for kind in ("drop", "lost_reply"):
        served.faults.add(Fault("trello", "POST /1/cards", kind))
        with pytest.raises(aiohttp.ClientError):
            await served.raw("POST", "/1/cards", params=KEYS, json=values)
    names = [card["name"] for card in await served.ok("GET", f"/1/boards/{served.id}/cards")]
    assert names.count("faulty") == 1
    served.faults.add(Fault("trello", "PUT /1/cards", "500", times=1, after=1))
    served.faults.add(Fault("trello", "*", "500", times=1, after=3))
    card = await served.new_card()
    path = f"/1/cards/{card['id']}"
    assert [(await served.raw("PUT", path, params=KEYS))[0] for _ in range(3)] == [200, 500, 200]
    assert (await served.raw("GET", path, params=KEYS))[0] == 500


async def test_faults_and_limits_are_for_apps_not_for_the_page(served: Served) -> None:
    inbox = await served.list_id("Inbox")
    card = {"idList": inbox, "name": "by hand"}
    page: dict[str, Any] = {"headers": {"X-Playground-User": "U0ELLA"}}
    served.faults.add(Fault("trello", "*", "500", times=4))
    for _ in range(110):
        assert (await served.raw("GET", f"/1/lists/{inbox}", **page))[0] == 200
    status, made = await served.raw("POST", "/1/cards", json=card, **page)
    assert (status, made["name"]) == (200, "by hand")
    author = (await served.raw("GET", f"/1/cards/{made['id']}/actions?filter=all"))[1][0]["memberCreator"]
    assert author["fullName"] == "Ella Novak", "looking without a key meets no fault either"
    login = 'OAuth oauth_consumer_key="playground", oauth_token="playground"'
    for with_key in (
        {"params": KEYS, "json": card},
        {"params": KEYS, "json": card, **page},
        {"headers": {"Authorization": login}, "json": card},
        {"json": card | KEYS},
    ):
        assert await served.raw("POST", "/1/cards", **with_key) == (500, "Internal Server Error"), with_key
    assert (await served.raw("POST", "/1/cards", json=card))[0] == 401


async def test_a_stranger_cannot_act_for_a_persona_that_is_not_there(served: Served) -> None:
    headers = {"X-Playground-User": "U0NOBODY"}
    assert await served.raw("POST", "/1/cards", params=KEYS, headers=headers) == (
        400,
        "invalid value for X-Playground-User",
    )
