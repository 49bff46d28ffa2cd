"""Trello alone: finding the board, labels, faults on the wire, refusals, webhooks, and secrets in no text."""

from __future__ import annotations

import asyncio
import logging
import threading
import traceback
from typing import Any

import pytest

from pipelines.core.boards import NewCard
from pipelines.core.errors import LeadhandError, TellPerson, TryAgain
from pipelines.trackers import trello
from pipelines.trackers.trello_wire import Patience, Secrets, TrelloSession


def card(marker: str = "leadhand:d1", labels: tuple[str, ...] = ()) -> NewCard:
    return NewCard(name="A card", description=f"text {marker}", marker=marker, labels=labels)


async def get(http: Any, path: str) -> Any:
    async with http.get(path) as answer:
        return await answer.json()


async def board_of(http: Any) -> dict[str, Any]:
    state = await get(http, "/_control/state")
    return await get(http, f"/1/boards/{state['board']['id']}")


async def test_a_board_is_found_by_id_short_link_address_name_or_being_the_only_one(connect: Any, http: Any) -> None:
    board = await board_of(http)
    addresses = [board["url"], f"https://trello.com/b/{board['shortLink']}/any-name"]
    for wanted in ["", board["id"], board["shortLink"], board["name"].upper(), *addresses]:
        assert await connect(board=wanted).check() == board["name"], wanted


async def test_a_board_that_is_not_there_or_not_the_only_one(connect: Any, http: Any) -> None:
    for wanted in ("Nothing", "0123456789abcdef01234567", "aBcDeFgH", "https://trello.com/b/aBcDeFgH/x"):
        with pytest.raises(TellPerson, match=r"TRELLO_BOARD.*Larkspur product"):
            await connect(board=wanted).check()
    async with http.post("/1/boards", json={"name": "Second"}):
        pass
    with pytest.raises(TellPerson, match=r"Several.*'Larkspur product', 'Second'.*TRELLO_BOARD"):
        await connect().create(card())
    assert await connect(board="second").check() == "Second"


async def test_a_board_that_vanishes_is_told_and_looked_for_again(connect: Any, http: Any) -> None:
    async with http.post("/1/boards", json={"name": "Second"}) as answer:
        second = await answer.json()
    tracker = connect(board="Second")
    assert (await tracker.create(card())).list_name == "To Do"
    async with http.delete(f"/1/boards/{second['id']}"):
        pass
    with pytest.raises(TellPerson, match="TRELLO_BOARD"):
        await tracker.check()
    async with http.post("/1/boards", json={"name": "Second"}):
        pass
    assert await tracker.check() == "Second"


async def test_cards_go_to_the_named_list_or_its_id(connect: Any, http: Any) -> None:
    board = await board_of(http)
    lists = {item["name"]: item["id"] for item in await get(http, f"/1/boards/{board['id']}/lists")}
    for number, wanted in enumerate(("backlog", lists["Backlog"])):
        assert (await connect(list_name=wanted).create(card(f"leadhand:d{number}"))).list_name == "Backlog"


async def test_labels_are_matched_by_name_or_made_once(connect: Any, http: Any) -> None:
    board, tracker = await board_of(http), connect()
    for number in range(2):
        await tracker.create(card(f"leadhand:d{number}", labels=("BUG", "Checkout")))
    labels = [label["name"] for label in await get(http, f"/1/boards/{board['id']}/labels")]
    assert labels == ["bug", "idea", "feedback", "question", "docs", "task", "Checkout"]
    made = [item for item in await get(http, f"/1/boards/{board['id']}/cards") if "leadhand:" in item["desc"]]
    assert [[label["name"] for label in item["labels"]] for item in made] == [["bug", "Checkout"]] * 2


async def test_a_renamed_list_and_a_deleted_label_are_noticed(connect: Any, http: Any) -> None:
    board, tracker = await board_of(http), connect()
    await tracker.create(card("leadhand:d1", labels=("bug",)))
    (bug,) = [label for label in await get(http, f"/1/boards/{board['id']}/labels") if label["name"] == "bug"]
    async with http.delete(f"/1/labels/{bug['id']}"):
        pass
    with pytest.raises(TellPerson):
        await tracker.create(card("leadhand:d2", labels=("bug",)))
    assert await tracker.create(card("leadhand:d2", labels=("bug",)))


@pytest.mark.parametrize(
    ("key", "token", "names"),
    [("wrong-key", "playground", "TRELLO_API_KEY"), ("playground", "wrong-token", "TRELLO_TOKEN")],
)
async def test_a_refused_key_or_token_names_its_setting(connect: Any, key: str, token: str, names: str) -> None:
    tracker = connect(key, token)
    for call in (tracker.check(), tracker.create(card()), tracker.get("0" * 24), tracker.moves("2020-01-01")):
        with pytest.raises(TellPerson, match=names):
            await call


async def test_a_key_that_no_header_can_carry_is_told(connect: Any) -> None:
    for key in ("", "ключ", "two words", 'quo"te', "new\nline"):
        with pytest.raises(TellPerson, match="TRELLO_API_KEY"):
            await connect(key).check()


async def test_one_429_passes_unnoticed_and_asks_for_no_second_card(connect: Any, http: Any, order_fault: Any) -> None:
    await order_fault("429")
    made = await connect().create(card())
    assert made.list_name == "Inbox"
    await order_fault("429")
    with pytest.raises(TryAgain) as refused:
        await connect(patience=Patience(longest=0.5)).create(card("leadhand:d2"))
    assert refused.value.sure
    assert refused.value.after == 1.0


@pytest.mark.parametrize("kind", ["500", "drop", "garbage", "hang", "lost_reply"])
async def test_reading_is_repeated_and_creating_is_not(connect: Any, order_fault: Any, http: Any, kind: str) -> None:
    tracker = connect(patience=Patience(connect=1.0, read=0.3, first_pause=0.01))
    made = await tracker.create(card())
    await order_fault(kind, times=2, method="GET /1/cards")
    assert await tracker.get(made.id) == made
    await order_fault(kind)
    with pytest.raises(TryAgain) as unclear:
        await tracker.create(card("leadhand:d2"))
    assert not unclear.value.sure
    again = await tracker.create(card("leadhand:d2"))
    board = await board_of(http)
    marked = [item for item in await get(http, f"/1/boards/{board['id']}/cards") if "leadhand:d2" in item["desc"]]
    assert [item["id"] for item in marked] == [again.id]


async def test_a_fault_while_looking_means_that_nothing_was_done(connect: Any, order_fault: Any) -> None:
    tracker = connect()
    await tracker.check()
    await order_fault("500", times=3, method="GET /1/boards")
    with pytest.raises(TryAgain, match="HTTP 500") as fault:
        await tracker.create(card())
    assert fault.value.sure


async def test_a_board_that_never_answered_is_a_try_again_and_connecting_contacts_nobody() -> None:
    tracker = trello.connect("k", "t", api_url="http://127.0.0.1:9/1", patience=Patience(first_pause=0.01))
    for call in (tracker.check(), tracker.create(card()), tracker.moves("2020-01-01"), tracker.watch("http://x")):
        with pytest.raises(TryAgain, match="Trello") as fault:
            await call
        assert fault.value.sure
    await tracker.close()
    with pytest.raises(TryAgain, match="closed"):
        await tracker.check()


async def test_closing_ends_the_pauses_and_the_threads(connect: Any, order_fault: Any) -> None:
    before = _own_threads()
    tracker = connect(patience=Patience(first_pause=5.0))
    await order_fault("500", times=5, method="*")
    waiting = asyncio.create_task(tracker.check())
    await asyncio.sleep(0.2)
    await asyncio.wait_for(tracker.close(), 1.0)
    with pytest.raises(TryAgain):
        await waiting
    assert _own_threads() == before


def _own_threads() -> set[str]:
    """Threads that a tracker started; other parts of the process have theirs."""
    return {thread.name for thread in threading.enumerate() if thread.name.startswith("trello")}


async def test_a_cancelled_creation_still_comes_before_the_next_one(connect: Any, http: Any) -> None:
    tracker, board = connect(), await board_of(http)
    first = asyncio.create_task(tracker.create(card()))
    await asyncio.sleep(0.005)
    first.cancel()
    await tracker.create(card())
    cards = [item for item in await get(http, f"/1/boards/{board['id']}/cards") if "leadhand:d1" in item["desc"]]
    assert len(cards) == 1


async def test_watching_is_registered_once_and_reports_are_verified(connect: Any, http: Any, ear: Any) -> None:
    tracker = connect()
    for _ in range(2):
        await tracker.watch(ear.url)
    (hook,) = await get(http, "/1/tokens/playground/webhooks")
    made = await tracker.create(card())
    body, signature = await ear.next()
    assert tracker.verify(body, signature, ear.url)
    assert not tracker.verify(body, signature, ear.url + "x")
    assert tracker.read_moves(body) == []
    async with http.put(f"/1/webhooks/{hook['id']}", json={"active": False}):
        pass
    await tracker.watch(ear.url)
    assert (await get(http, f"/1/webhooks/{hook['id']}"))["active"]
    lists = await get(http, f"/1/boards/{hook['idModel']}/lists")
    done = next(item["id"] for item in lists if item["name"] == "Done")
    async with http.put(f"/1/cards/{made.id}", json={"idList": done}, headers={"X-Playground-User": "U0MIRA"}):
        pass
    (move,) = tracker.read_moves((await ear.next())[0])
    assert (move.card_id, move.list_name, move.done, move.by) == (made.id, "Done", True, "Mira Okafor")
    assert await tracker.moves("2020-01-01T00:00:00Z") == [move]


async def test_watching_with_an_address_that_does_not_answer_names_the_setting(connect: Any, ear: Any) -> None:
    ear.status = 503
    for url in (ear.url, "http://127.0.0.1:9/hooks/trello"):
        with pytest.raises(TellPerson, match=r"did not return 200.*LEADHAND_PUBLIC_URL"):
            await connect().watch(url)


async def test_key_token_and_secret_stand_in_no_error_log_or_repr(
    connect: Any, order_fault: Any, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = ("key-5ecre7", "token-5ecre7", "api-5ecre7")
    caplog.set_level(logging.DEBUG)
    dead = "http://127.0.0.1:9/1"
    texts = []
    for settings in ({}, {"api_url": dead}):
        tracker = connect(*secrets[:2], api_secret=secrets[2], **settings)
        texts.append(repr(tracker) + repr(vars(tracker)))
        for call in (tracker.check(), tracker.create(card()), tracker.watch("http://127.0.0.1:9/")):
            with pytest.raises(LeadhandError) as error:
                await call
            texts.append("".join(traceback.format_exception(error.value)) + repr(error.value))
            assert error.value.__context__ is None or secrets[1] not in repr(error.value.__context__)
    good = connect(api_secret=secrets[2])
    for kind in ("500", "drop"):
        await order_fault(kind, times=5, method="GET /1/tokens")
        with pytest.raises(TryAgain) as error:
            await good.watch("http://127.0.0.1:9/")
        texts.append("".join(traceback.format_exception(error.value)))
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert "/tokens/***/webhooks" in logged, "the library's own line was seen, and masked"
    for text in [*texts, logged]:
        for secret in secrets:
            assert secret not in text


def test_calls_to_other_addresses_are_refused_and_netrc_does_not_matter() -> None:
    session = TrelloSession(Secrets("k", "t", "s"), "https://api.trello.com/1", Patience())
    with pytest.raises(ValueError, match="not Trello's"):
        session.get("https://evil.example/1/boards")
    sent = session.prepare_request(trello.pytrello.trelloclient.requests.Request("GET", "https://api.trello.com/1/x"))
    assert sent.headers["Authorization"] == 'OAuth oauth_consumer_key="k", oauth_token="t"'
    session.close()
