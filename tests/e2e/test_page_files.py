"""Files on the page: attached by button, drop and paste, shown in place, kept by download."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Locator, Page, expect

from bot.playground.server import Playground

OpenPage = Callable[..., Awaitable[Page]]
Control = Callable[..., Awaitable[dict[str, Any]]]

pytestmark = pytest.mark.browser

HAND_OVER = """
(field, [how, name, type, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type }));
  const options = { bubbles: true, cancelable: true, clipboardData: data, dataTransfer: data };
  field.dispatchEvent(how === "paste" ? new ClipboardEvent(how, options) : new DragEvent(how, options));
}
"""


def picture() -> bytes:
    """A PNG of 4 by 3 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = zlib.compress(b"".join(b"\0" + bytes([200, 60, 90] * 4) for _ in range(3)))
    head = struct.pack(">IIBBBBB", 4, 3, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


async def hand_over(field: Locator, how: str, name: str) -> None:
    await field.evaluate(HAND_OVER, [how, name, "text/plain", f"the words of {name}"])


async def test_files_are_attached_sent_shown_and_kept(open_page: OpenPage, control: Control) -> None:
    page = await open_page()
    field, pending = page.get_by_test_id("composer"), page.get_by_test_id("pending-files").first
    shot = {"name": "crash.png", "mimeType": "image/png", "buffer": picture()}
    await page.get_by_test_id("file-input").first.set_input_files([shot])
    await hand_over(field, "drop", "console.log")
    await hand_over(field, "paste", "notes.txt")
    await hand_over(field, "drop", "wrong.txt")
    await expect(pending.locator(".file-name")).to_have_text(["crash.png", "console.log", "notes.txt", "wrong.txt"])
    await pending.get_by_role("button", name="Remove wrong.txt").click()
    await field.fill("this is what I see")
    await field.press("Enter")
    await expect(pending.locator(".file-name")).to_have_count(0)
    sent = page.locator(".channel").get_by_test_id("message").last
    await expect(sent).to_contain_text("this is what I see")
    image = sent.get_by_alt_text("crash.png")
    await expect(image).to_be_visible()
    assert await image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 4
    async with page.expect_download() as started:
        await sent.get_by_role("link", name="Download notes.txt").click()
    download = await started.value
    assert download.suggested_filename == "notes.txt"
    assert (await download.path()).read_text() == "the words of notes.txt"
    stored = (await control("messages/C0GENERAL"))["messages"][-1]
    assert [one["name"] for one in stored["files"]] == ["crash.png", "console.log", "notes.txt"]


async def test_a_file_alone_is_sent_into_a_thread(open_page: OpenPage, control: Control) -> None:
    page = await open_page()
    root = page.locator(".channel").get_by_test_id("message").last
    await root.hover()
    await root.get_by_test_id("message-thread").click()
    thread = page.get_by_test_id("thread")
    await hand_over(page.get_by_test_id("thread-composer"), "drop", "alone.txt")
    await page.get_by_test_id("thread-composer").press("Enter")
    await expect(thread.get_by_test_id("file")).to_contain_text("alone.txt")
    stored = (await control("messages/C0GENERAL"))["messages"][-1]
    assert (stored["text"], stored["thread_ts"]) == ("", await root.get_attribute("data-ts"))


async def test_a_card_shows_its_cover_and_what_is_attached(
    open_page: OpenPage, control: Control, playground: Playground
) -> None:
    board = (await control("state"))["board"]
    key = f"key={board['key']}&token={board['token']}"
    async with aiohttp.ClientSession(f"{playground.url}/1/") as trello:
        async with trello.get(f"boards/{board['id']}/cards?{key}") as answer:
            card = (await answer.json())[0]
        for name, kind, content in (("crash.png", "image/png", picture()), ("trace.txt", "text/plain", b"at 3")):
            form = aiohttp.FormData({"setCover": str(kind == "image/png").lower()})
            form.add_field("file", content, filename=name, content_type=kind)
            async with trello.post(f"cards/{card['id']}/attachments?{key}", data=form) as answer:
                assert answer.status == 200, await answer.text()
    page = await open_page()
    tile = page.locator(f"[data-card-id='{card['id']}']")
    await expect(tile.locator(".card-cover")).to_be_visible()
    await expect(tile.get_by_title("2 attachments")).to_be_visible()
    await tile.click()
    shown = page.get_by_test_id("card-detail").get_by_test_id("attachment")
    await expect(shown).to_have_count(2)
    assert await shown.first.get_by_alt_text("crash.png").evaluate("image => image.decode().then(() => 1)") == 1
    await expect(shown.last).to_contain_text("trace.txt")
    await expect(shown.last.get_by_role("link", name="Download trace.txt")).to_be_visible()
