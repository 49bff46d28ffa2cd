"""Trouble on order: connections that end or fall silent, rate limits, faults with a pause or a code of Slack's."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import start
from bot.playground.store import Store

G = "C0GENERAL"


@pytest.fixture
def client(playground: Any) -> AsyncWebClient:
    return AsyncWebClient("xoxb-playground", base_url=f"{playground.url}/api/")


async def open_socket(driver: Any) -> Any:
    url = (await driver.call("apps.connections.open", token="xapp-playground"))["url"]
    ws = await driver.session.ws_connect(url, autoping=False)
    assert (await ws.receive_json(timeout=1))["type"] == "hello"
    return ws


async def connections(driver: Any) -> list[bool]:
    return [one["wedged"] for one in (await driver.read("state"))["connections"]]


async def test_events_are_spread_and_a_repetition_goes_to_another_connection(driver: Any) -> None:
    one, other = await open_socket(driver), await open_socket(driver)
    await driver.say("nobody acknowledges this")
    first = await one.receive_json(timeout=1)
    second = await other.receive_json(timeout=2)
    assert second["payload"] == first["payload"]
    assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")
    await other.send_json({"envelope_id": second["envelope_id"]})
    with pytest.raises(TimeoutError):
        await one.receive_json(timeout=0.5)
    await one.close()
    await other.close()


async def test_a_wedged_connection_is_open_and_silent(driver: Any) -> None:
    one, other = await open_socket(driver), await open_socket(driver)
    await one.ping(b"well?")
    assert (await one.receive(timeout=1)).data == b"well?"
    name = (await driver.read("state"))["connections"][0]["connection"]
    assert (await driver.act("wedge", connection=name))["connections"] == 1
    assert await connections(driver) == [True, False]
    await one.ping(b"still?")
    await driver.say("to the one or to the other")
    heard = await other.receive_json(timeout=2)
    await other.send_json({"envelope_id": heard["envelope_id"]})
    with pytest.raises(TimeoutError):
        await one.receive(timeout=0.2)
    assert not one.closed
    assert (await driver.act("wedge", on=False))["connections"] == 2
    await one.ping(b"again?")
    assert (await one.receive(timeout=1)).data == b"again?"
    await one.close()
    await other.close()


async def test_the_next_connections_are_greeted_and_then_silent(driver: Any) -> None:
    assert (await driver.act("wedge", next=1))["ok"]
    one, other = await open_socket(driver), await open_socket(driver)
    assert await connections(driver) == [True, False]
    assert (await driver.read("state"))["apps"][0]["connected"], "nothing shows it but its silence"
    await one.close()
    await other.close()
    for wrong in ({"next": -1}, {"next": "two"}, {"connection": True}):
        assert (await driver.act("wedge", **wrong))["error"] == "invalid_connection"


async def test_connections_are_warned_refreshed_and_disabled(driver: Any) -> None:
    one, other = await open_socket(driver), await open_socket(driver)
    name = (await driver.read("state"))["connections"][1]["connection"]
    assert (await driver.act("disconnect", reason="warning"))["connections"] == 2
    assert [(await ws.receive_json(timeout=1))["reason"] for ws in (one, other)] == ["warning"] * 2
    assert (await driver.act("disconnect", reason="link_disabled", connection=name))["connections"] == 1
    assert (await other.receive_json(timeout=1))["reason"] == "link_disabled"
    assert (await other.receive(timeout=1)).data == 1000, "the connection is closed"
    assert not one.closed
    assert (await driver.act("disconnect", reason="boredom"))["error"] == "invalid_reason"
    await one.close()


async def test_slacks_rate_limits_are_kept_on_request(client: AsyncWebClient, driver: Any) -> None:
    for number in range(6):
        assert (await client.chat_postMessage(channel=G, text=f"free {number}"))["ok"], "off by default"
    assert (await driver.act("rate-limits"))["ok"]
    for _ in range(3):
        await client.chat_postMessage(channel=G, text="in a burst")
    with pytest.raises(SlackApiError, match="ratelimited") as refused:
        await client.chat_postMessage(channel=G, text="one too many")
    assert (refused.value.response.status_code, refused.value.response.headers["Retry-After"]) == (429, "1")
    assert (await client.chat_postMessage(channel="C0DEV", text="another channel"))["ok"]
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=2))
    assert (await client.chat_postMessage(channel=G, text="patient"))["ok"]
    await driver.act("rate-limits", methods={"auth.test": {"per_minute": 1}})
    assert (await driver.call("auth.test"))["ok"]
    async with driver.session.get(f"{driver.url}/api/auth.test?token=xoxb-playground") as again:
        assert (again.status, again.headers["Retry-After"]) == (429, "60")
    await driver.act("rate-limits", on=False)
    assert (await driver.call("auth.test"))["ok"]
    for wrong in (
        [],
        {"auth.test": {}},
        {"auth.test": {"per_minute": 0}},
        {"auth.test": {"per_minute": 1, "burst": 0}},
    ):
        assert (await driver.act("rate-limits", methods=wrong))["error"] == "invalid_limit", wrong


async def test_a_fault_names_its_pause_or_a_code_of_slacks(driver: Any) -> None:
    await driver.act("fault", target="slack", method="auth.test", kind="429", retry_after=7)
    async with driver.session.get(f"{driver.url}/api/auth.test?token=xoxb-playground") as refused:
        assert (refused.status, refused.headers["Retry-After"]) == (429, "7")
    await driver.act("fault", target="slack", method="chat.postMessage", kind="restricted_action")
    assert (await driver.call("chat.postMessage", channel=G, text="x"))["error"] == "restricted_action"
    for wrong in ({"kind": "nonsense"}, {"target": "trello", "kind": "is_archived"}, {"retry_after": -1}):
        order = {"target": "slack", "method": "auth.test", "kind": "429", **wrong}
        assert (await driver.act("fault", **order))["error"] == "invalid_fault", wrong


async def test_faults_of_uploads_and_downloads(client: AsyncWebClient, driver: Any) -> None:
    await driver.act("fault", target="slack", method="upload_url", kind="500")
    with pytest.raises(Exception, match="Failed to upload"):
        await client.files_upload_v2(filename="a.txt", content="a", channel=G)
    done = await client.files_upload_v2(filename="a.txt", content="a", channel=G)
    await driver.act("fault", target="slack", method="url_private", kind="garbage")
    headers = {"Authorization": "Bearer xoxb-playground"}
    async with driver.session.get(done["file"]["url_private"], headers=headers) as response:
        assert response.content_type == "text/html"


@pytest.fixture
async def model() -> AsyncIterator[str]:
    """The base URL of a model that says back what it was asked, in two pieces."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Asked": request.path_qs})
        await response.prepare(request)
        await response.write(b"data: " + request.headers["Authorization"].encode())
        await response.write(b" " + await request.read())
        return response

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_a_model_fails_on_order(driver: Any, model: str) -> None:
    where, headers = f"{driver.url}/model/v1/chat/completions?n=1", {"Authorization": "Bearer k"}

    async def ask() -> tuple[int, str]:
        async with driver.session.post(where, json={"q": 1}, headers=headers) as answer:
            return answer.status, await answer.text()

    assert (await ask())[0] == 503, "no model is set"
    assert (await driver.act("model", url="nowhere"))["error"] == "invalid_url"
    assert (await driver.act("model", url="http://127.0.0.1:1"))["ok"]
    assert (await ask())[0] == 502
    assert (await driver.act("model", url=model))["ok"]
    async with driver.session.post(where, json={"q": 1}, headers=headers) as answer:
        assert (answer.content_type, answer.headers["X-Asked"]) == ("text/event-stream", "/v1/chat/completions?n=1")
        assert await answer.text() == 'data: Bearer k {"q": 1}'
    for kind, status in (("429", 429), ("500", 500), ("garbage", 200)):
        await driver.act("fault", target="model", method="POST /v1/chat", kind=kind)
        found, text = await ask()
        assert (found, "Bearer k" in text) == (status, False), kind
    for kind in ("drop", "lost_reply"):
        await driver.act("fault", target="model", method="*", kind=kind)
        with pytest.raises(aiohttp.ClientError):
            await ask()
    assert (await ask())[0] == 200


async def open_stack(driver: Any, client: AsyncWebClient, sample: Any) -> list[Any]:
    """Two modals of the stock sample, one on the other."""
    await driver.say("@leadhand a form please")
    reply = await driver.find("I hear you")
    action = {"type": "button", "action_id": "open_form"}
    await driver.act("interact", channel=G, messageTs=reply["ts"], user="U0MIRA", action=action)
    below = await driver.top_view("A form")
    press = {"type": "plain_text_input", "action_id": "title", "value": "x"}
    await driver.act("interact", user="U0MIRA", view_id=below["id"], action=press)

    async def pressed() -> Any:
        return next((one for one in sample.heard if one.get("type") == "block_actions" and "view" in one), None)

    trigger = (await driver.until(pressed, "the press"))["trigger_id"]
    view = {"type": "modal", "callback_id": "form", "notify_on_close": True, "blocks": []}
    title = {"type": "plain_text", "text": "Above"}
    above = await client.views_push(trigger_id=trigger, view={**view, "title": title})
    return [below["id"], above["view"]["id"]]


@pytest.mark.parametrize("clear", [False, True])
async def test_closing_is_told_where_the_view_asks_for_it(driver: Any, client: Any, sample: Any, clear: bool) -> None:
    below, above = await open_stack(driver, client, sample)
    await driver.act("close-view", user="U0MIRA", view_id=above, clear=clear)
    wanted = [above, below] if clear else [above]

    async def closed() -> bool:
        return len([one for one in sample.heard if one["type"] == "view_closed"]) == len(wanted)

    await driver.until(closed, "view_closed")
    heard = [(one["view"]["id"], one["is_cleared"]) for one in sample.heard if one["type"] == "view_closed"]
    assert heard == [(view, clear) for view in wanted]
    assert [one["id"] for one in (await driver.read("state"))["views"]] == ([] if clear else [below])


async def test_an_older_state_file_is_opened(tmp_path: Path, drive: Any) -> None:
    first = await start("127.0.0.1", 0, tmp_path / "state.db")
    await drive(first.url).say("from before")
    await first.close()
    with sqlite3.connect(tmp_path / "state.db") as database:
        database.execute("DROP TABLE blob")
        database.execute("DELETE FROM document WHERE kind IN ('stream', 'session', 'file')")
    database.close()
    second = await start("127.0.0.1", 0, tmp_path / "state.db")
    assert (await drive(second.url).messages())[-1]["text"] == "from before"
    assert (await drive(second.url).act("message", channel=G, user="U0MIRA", text="x", files=[{"name": "a"}]))["ok"]
    await second.close()


def test_bytes_lie_beside_the_tables(tmp_path: Path) -> None:
    store = Store(tmp_path / "state.db")
    store.put_blob("T1/F1", b"one")
    store.put_blob("T2/F1", b"two")
    store.delete_blobs("T1/")
    assert (store.get_blob("T1/F1"), store.get_blob("T2/F1")) == (None, b"two")
    store.delete_blob("T2/F1")
    assert store.get_blob("T2/F1") is None
    store.close()
