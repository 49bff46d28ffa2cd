"""A stock py-trello script, with nothing of ours but the server: it walks the whole board."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from aiohttp import web
from trello import ResourceUnavailable, TrelloClient, Unauthorized

from bot.playground.server import Playground, start

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


class Redirected(requests.Session):
    """Sends what py-trello sends to Trello's two hosts to another origin, and changes nothing else."""

    def __init__(self, origin: str) -> None:
        super().__init__()
        self.trust_env = False
        self._origin = origin

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        for host in ("https://api.trello.com", "https://trello.com"):
            url = url.replace(host, self._origin)
        return super().request(method, url, *args, **kwargs)


@pytest.fixture
async def playground(tmp_path: Path) -> AsyncIterator[Playground]:
    running = await start("127.0.0.1", 0, tmp_path / "playground.db")
    yield running
    await running.close()


@pytest.fixture
async def script(playground: Playground) -> AsyncIterator[Any]:
    """Runs a function of a py-trello client in a thread."""
    with Redirected(playground.url) as session:
        client = TrelloClient("playground", "playground", http_service=session)

        async def run(steps: Any, *values: Any) -> Any:
            return await asyncio.to_thread(steps, client, *values)

        yield run


def walk_the_board(client: Any) -> None:
    (board,) = client.list_boards(board_filter="open")
    assert client.get_board(board.id) == board
    assert [item.name for item in board.open_lists()] == ["Inbox", "Backlog", "Doing", "Review", "Done"]
    assert board.closed_lists() == []
    cards = board.open_cards()
    assert len(cards) == 10
    assert {card.name for card in cards} == {card.name for item in board.all_lists() for card in item.list_cards()}
    assert sorted(label.name for label in board.get_labels()) == ["bug", "docs", "feedback", "idea", "question", "task"]
    members = {member.full_name: member for member in board.all_members()}
    assert {"leadhand", "Mira Okafor", "Tomás Herrera"} < set(members)
    assert [member.full_name for member in board.admin_members()] == ["leadhand"]
    assert client.get_member("me").username == "leadhand"
    assert len(members["Wei Zhang"].fetch_cards()) == 1
    assert board.get_custom_field_definitions() == []
    assert len(board.get_checklists()) == 1
    assert client.list_organizations() == []
    assert board.date_last_activity.tzinfo is not None


def read_a_card(client: Any) -> None:
    (board,) = client.list_boards()
    card = next(card for card in board.open_cards() if card.name.startswith("Checkout creates"))
    card.fetch()
    assert [(item["name"][:9], item["checked"]) for item in card.checklists[0].items][:3] == [
        ("Find the ", True),
        ("Refund th", True),
        ("Idempoten", False),
    ]
    assert card.countCheckItems == 4
    assert [comment["memberCreator"]["fullName"] for comment in card.comments] == ["Mira Okafor", "Tomás Herrera"]
    assert card.due_date > datetime.now(UTC)
    assert card.attachments == []
    assert card.plugin_data == []
    assert client.get_card(card.id).trello_list.name == "Doing"
    assert board.get_card(card.id).short_url == card.short_url
    assert card.card_created_date < datetime.now()


def make_and_change_a_card(client: Any) -> None:
    (board,) = client.list_boards()
    inbox, backlog, *_, done = board.open_lists()
    bug = next(label for label in board.get_labels() if label.name == "bug")
    wei = next(member for member in board.all_members() if member.full_name == "Wei Zhang")
    card = inbox.add_card("Bell too quiet", "desc", labels=[bug], position="top", assign=[wei])
    assert inbox.list_cards()[0] == card
    assert ([label.name for label in card.labels], card.member_id, card.due) == (["bug"], [wei.id], None)
    card.set_name("Bell is too quiet")
    card.set_description("Nobody hears it.")
    card.set_due(datetime(2027, 1, 2, tzinfo=UTC))
    card.set_due_complete()
    card.remove_label(bug)
    card.create_label("sound", "lime")
    card.remove_member(wei)
    card.assign(wei.id)
    card.comment("first")
    second = card.comment("secnd")
    card.update_comment(second["id"], "second")
    card.attach(name="the bell", url="https://shop.larkspur.example/bell")
    steps = card.add_checklist("Steps", ["buy", "mount"], [True])
    steps.set_checklist_item("mount", True)
    steps.rename_checklist_item("mount", "mount it")
    steps.add_checklist_item("ring")
    steps.delete_checklist_item("buy")
    steps.rename("To do")
    card.change_list(backlog.id)
    card.change_list(done.id)
    card.set_pos("bottom")
    card = client.get_card(card.id)
    assert (card.name, card.desc, card.due, card.idList) == (
        "Bell is too quiet",
        "Nobody hears it.",
        "2027-01-02T00:00:00.000Z",
        done.id,
    )
    assert ([label.name for label in card.labels], card.idMembers) == (["sound"], [wei.id])
    assert [comment["data"]["text"] for comment in card.comments] == ["first", "second"]
    assert [(a["name"], a["url"]) for a in card.attachments] == [("the bell", "https://shop.larkspur.example/bell")]
    assert card.get_attachments()[0].name == "the bell"
    (kept,) = card.checklists
    assert (kept.name, [(item["name"], item["checked"]) for item in kept.items]) == (
        "To do",
        [("mount it", True), ("ring", False)],
    )
    assert (card.badges["checkItems"], card.badges["checkItemsChecked"], card.badges["comments"]) == (2, 1, 2)
    assert [move[:2] for move in card.listCardMove_date()] == [["Backlog", "Done"], ["Inbox", "Backlog"]]
    assert done.list_cards()[-1] == card
    kept.delete()
    card.delete_comment(second)
    card.set_closed(True)
    assert card not in done.list_cards()
    assert card in board.closed_cards()
    card.delete()
    with pytest.raises(ResourceUnavailable, match="The requested resource was not found"):
        client.get_card(card.id)


def attach_files(client: Any) -> None:
    (board,) = client.list_boards()
    card = board.open_lists()[0].add_card("With a picture")
    card.attach(name="shot.png", mimeType="image/png", file=io.BytesIO(PNG))
    card.attach(name="run.txt", file=io.BytesIO(b"line one"))
    card.attach(name="page", url="https://shop.larkspur.example/", setCover=False)
    shot, log, page = client.get_card(card.id).get_attachments()
    assert (shot.name, shot.mime_type, shot.bytes, shot.is_upload) == ("shot.png", "image/png", len(PNG), True)
    assert (log.name, log.mime_type, page.is_upload) == ("run.txt", "text/plain", False)
    got = client.http_service.get(shot.url, auth=client.oauth)
    assert (got.status_code, got.content, got.headers["Content-Type"]) == (200, PNG, "image/png")
    card.remove_attachment(shot.id)
    assert client.http_service.get(shot.url, auth=client.oauth).status_code == 404
    assert [item.name for item in card.get_attachments()] == ["run.txt", "page"]


def change_lists_and_labels(client: Any) -> None:
    (board,) = client.list_boards()
    ideas = board.add_list("Ideas", pos="top")
    assert board.open_lists()[0] == ideas
    ideas.set_name("Some day")
    ideas.add_card("one")
    ideas.add_card("two", position="top")
    assert [card.name for card in ideas.list_cards()] == ["two", "one"]
    assert [card.name for card in ideas.list_cards_iter(batch=1)] == ["two", "one"]
    ideas.move_all_cards(board.open_lists()[1])
    assert ideas.cardsCnt() == 0
    ideas.add_card("three")
    ideas.archive_all_cards()
    assert ideas.list_cards() == []
    ideas.close()
    assert [item.name for item in board.closed_lists()] == ["Some day"]
    label = board.add_label("urgent", "black")
    assert client.get_label(label.id, board.id).name == "urgent"
    assert board.get_label(label.id).color == "black"
    board.delete_label(label.id)
    assert "urgent" not in {label.name for label in board.get_labels()}
    kinds = [action["type"] for action in board.fetch_actions("createList,updateList,deleteLabel")]
    assert kinds == ["deleteLabel", "updateList", "updateList", "createList"]
    second = client.add_board("Second", default_lists=False)
    assert second.all_lists() == []
    second.set_name("Other")
    second.close()
    assert [board.name for board in client.list_boards("closed")] == ["Other"]
    second.delete()


def search_it(client: Any) -> None:
    def found(query: str, **more: Any) -> list[str]:
        return [item.name for item in client.search(query, models=["cards"], **more)]

    (board,) = client.list_boards()
    assert found("UNLOCK command") == ["Show an error when an unlock command times out"]
    assert found("oostkade", board_ids=[board.id]) == ["Receipt e-mail shows last year's company address"]
    assert found('"does not read the settings"') == ["Receipt e-mail shows last year's company address"]
    assert found("label:bug list:Done") == ["Password mail arrives an hour late"]
    assert found("is:archived mail") == []
    assert len(found("is:open", cards_limit=3)) == 3
    assert found("nothing-like-it") == []
    assert client.search("larkspur", models=["boards"]) == [board]
    assert [member.full_name for member in client.search("okafor", models=["members"])] == ["Mira Okafor"]


def watch_it(client: Any, callback: str) -> None:
    (board,) = client.list_boards()
    hook = client.create_hook(callback, board.id, desc="mine")
    assert [(found.id, found.callback_url, found.active) for found in client.list_hooks()] == [
        (hook.id, callback, True)
    ]
    with pytest.raises(Exception, match="already exists"):
        client.create_hook(callback, board.id)
    with pytest.raises(
        Exception, match=r"URL \(http://127\.0\.0\.1:9/\) did not return 200 status code, got no answer"
    ):
        client.create_hook("http://127.0.0.1:9/", board.id)
    hook.delete()
    assert client.list_hooks() == []


@pytest.mark.parametrize(
    "steps",
    [walk_the_board, read_a_card, make_and_change_a_card, attach_files, change_lists_and_labels, search_it],
)
async def test_a_stock_script_works(script: Any, steps: Any) -> None:
    await script(steps)


async def test_a_stock_script_registers_webhooks(script: Any) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response()

    application = web.Application()
    application.router.add_route("*", "/", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await script(watch_it, f"http://127.0.0.1:{runner.addresses[0][1]}/")
    await runner.cleanup()


async def test_a_wrong_key_or_token_is_unauthorized(playground: Playground) -> None:
    def call(key: str, token: str) -> None:
        with Redirected(playground.url) as session:
            TrelloClient(key, token, http_service=session).list_boards()

    for key, token, words in (("x", "playground", "invalid key"), ("playground", "x", "invalid token")):
        with pytest.raises(Unauthorized, match=words):
            await asyncio.to_thread(call, key, token)
