"""Files: uploaded by the stock client, sent by people, given to bearers of a token alone."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import start

G = "C0GENERAL"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
BEARER = {"Authorization": "Bearer xoxb-playground"}


@pytest.fixture
def client(playground: Any) -> AsyncWebClient:
    return AsyncWebClient("xoxb-playground", base_url=f"{playground.url}/api/")


def picture(name: str = "shot.png", content: bytes = PNG) -> dict[str, str]:
    return {"name": name, "mimetype": "image/png", "content_base64": base64.b64encode(content).decode()}


async def fetch(driver: Any, url: str, **headers: str) -> tuple[int, bytes]:
    async with driver.session.get(url, headers=headers, allow_redirects=False) as response:
        return response.status, await response.read()


async def test_the_stock_client_uploads_and_shares(client: AsyncWebClient, driver: Any) -> None:
    root = await driver.say("send me the log")
    done = await client.files_upload_v2(
        channel=G, thread_ts=root["ts"], filename="run.log", content="line one", title="The log", initial_comment="here"
    )
    about = done["file"]
    assert (about["name"], about["title"], about["mode"]) == ("run.log", "The log", "hosted")
    shared = (await driver.messages())[-1]
    assert (shared["subtype"], shared["text"], shared["thread_ts"]) == ("file_share", "here", root["ts"])
    assert (shared["user"], [file["id"] for file in shared["files"]]) == ("U0LEADHAND", [about["id"]])
    info = await client.files_info(file=about["id"])
    assert (info["file"]["size"], info["file"]["channels"]) == (8, [G])
    assert await fetch(driver, info["file"]["url_private"], **BEARER) == (200, b"line one")
    await client.files_delete(file=about["id"])
    with pytest.raises(SlackApiError, match="file_not_found"):
        await client.files_info(file=about["id"])
    assert (await driver.messages())[-1]["files"] == [{"id": about["id"], "mode": "tombstone"}]
    assert (await fetch(driver, info["file"]["url_private"], **BEARER))[0] == 302


async def test_several_files_and_none_shared(client: AsyncWebClient, driver: Any) -> None:
    two = [{"filename": "a.txt", "content": "a"}, {"filename": "b.txt", "content": "bb"}]
    done = await client.files_upload_v2(file_uploads=two, channel=G)
    assert [file["name"] for file in done["files"]] == ["a.txt", "b.txt"]
    assert len((await driver.messages())[-1]["files"]) == 2
    count = len(await driver.messages(limit=1000))
    alone = await client.files_upload_v2(filename="c.txt", content="ccc")
    assert len(await driver.messages(limit=1000)) == count
    assert (await client.files_info(file=alone["file"]["id"]))["file"]["channels"] == []


async def test_a_persons_picture_reaches_the_app(driver: Any, sample: Any) -> None:
    sent = await driver.say("", files=[picture()])
    assert sent["text"] == ""

    async def heard() -> Any:
        return next((event for event in sample.heard if event.get("subtype") == "file_share"), None)

    (file,) = (await driver.until(heard, "the picture"))["files"]
    assert (file["mimetype"], file["filetype"], file["size"]) == ("image/png", "png", len(PNG))
    assert await fetch(driver, file["url_private_download"], **BEARER) == (200, PNG)
    for headers in ({}, {"Authorization": "Bearer xoxb-other"}, {"Authorization": "Basic xoxb-playground"}):
        status, body = await fetch(driver, file["url_private"], **headers)
        assert (status, PNG in body) == (302, False), "as Slack: no token leads to a page"
    async with driver.session.get(f"{driver.url}/_control/files/{file['id']}") as shown:
        assert (shown.content_type, await shown.read()) == ("image/png", PNG)
        assert "sandbox" in shown.headers["Content-Security-Policy"]


async def test_what_the_app_may_not_see(client: AsyncWebClient, driver: Any) -> None:
    message = (await driver.act("message", channel="C0LEADS", user="U0RUTH", text="secret", files=[picture()]))[
        "message"
    ]
    (file,) = message["files"]
    with pytest.raises(SlackApiError, match="file_not_found"):
        await client.files_info(file=file["id"])
    assert (await fetch(driver, file["url_private"], **BEARER))[0] == 302
    sent = await driver.say("mine", files=[picture()])
    with pytest.raises(SlackApiError, match="cant_delete_file"):
        await client.files_delete(file=sent["files"][0]["id"])
    stranger = (await driver.act("user", name="olga", team_id="T0PARTNER"))["user"]["id"]
    (stub,) = (await driver.say("from outside", user=stranger, files=[picture()]))["files"]
    assert stub["file_access"] == "check_file_info"
    assert (await client.files_info(file=stub["id"]))["file"]["name"] == "shot.png"


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("files.getUploadURLExternal", {"filename": "a"}, "invalid_arguments"),
    ("files.getUploadURLExternal", {"filename": "a", "length": 0}, "invalid_arguments"),
    ("files.getUploadURLExternal", {"filename": "a", "length": "many"}, "invalid_arguments"),
    ("files.getUploadURLExternal", {"filename": "a", "length": 10**9}, "invalid_arguments"),
    ("files.completeUploadExternal", {}, "invalid_arguments"),
    ("files.completeUploadExternal", {"files": [{"title": "x"}]}, "invalid_arguments"),
    ("files.completeUploadExternal", {"files": [{"id": "F0NOWHERE"}]}, "file_not_found"),
    ("files.completeUploadExternal", {"files": "nonsense"}, "invalid_json"),
    ("files.info", {"file": "F0NOWHERE"}, "file_not_found"),
    ("files.delete", {"file": "F0NOWHERE"}, "file_not_found"),
]


async def test_refusals_are_slacks_own(driver: Any) -> None:
    answers = [(method, given, (await driver.call(method, **given))["error"]) for method, given, _ in REFUSED]
    assert answers == REFUSED
    place = await driver.call("files.getUploadURLExternal", filename="a", length=3)
    files = [{"id": place["file_id"]}]
    early = await driver.call("files.completeUploadExternal", files=files)
    assert early["error"] == "file_not_found", "nothing was uploaded yet"
    for status in (200, 404):
        async with driver.session.post(place["upload_url"], data=b"abc") as response:
            assert response.status == status, "an upload URL takes one upload"
    wrong = await driver.call("files.completeUploadExternal", files=files, channel_id="C0NOWHERE")
    assert wrong["error"] == "channel_not_found"
    assert (await driver.call("files.completeUploadExternal", files=files, channel_id=G))["ok"]
    for bad in ("x", [7], [{"name": ""}], [{"name": "a", "content_base64": "%"}]):
        answer = await driver.act("message", channel=G, user="U0MIRA", text="x", files=bad)
        assert answer["error"] == "invalid_files", bad


async def test_files_survive_a_restart(tmp_path: Path, drive: Callable[[str], Any]) -> None:
    first = await start("127.0.0.1", 0, tmp_path / "state.db")
    await drive(first.url).say("keep this", files=[picture()])
    await first.close()
    second = await start("127.0.0.1", 0, tmp_path / "state.db")
    driver = drive(second.url)
    (file,) = (await driver.messages())[-1]["files"]
    assert file["url_private"].startswith(second.url), "links lead to where the server is now"
    assert await fetch(driver, file["url_private"], **BEARER) == (200, PNG)
    await driver.act("reset")
    assert (await fetch(driver, file["url_private"], **BEARER))[0] == 302
    await second.close()
