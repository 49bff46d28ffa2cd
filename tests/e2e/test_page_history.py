"""A long history on the page: it is drawn in part and read on as one scrolls."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from bot.playground.server import start
from bot.playground.store import Store
from bot.playground.workspace import Workspace

pytestmark = pytest.mark.browser


def plant_many(state_file: Path, count: int) -> None:
    """Writes `count` messages into #incidents of a state file that has its company already."""
    store = Store(state_file)
    workspace = Workspace(store)
    with store.batch():
        for number in range(count):
            spoken = {"type": "message", "channel": "C0INCIDENTS", "user": "U0SAM", "text": f"line {number} of the log"}
            workspace.put_message({**spoken, "ts": f"{1_600_000_000 + number * 60}.000100"})
    store.close()


async def test_a_channel_of_5000_messages_draws_a_few_hundred(browser: Browser, tmp_path: Path) -> None:
    await (await start("127.0.0.1", 0, tmp_path / "many.db")).close()
    plant_many(tmp_path / "many.db", 5_000)
    running = await start("127.0.0.1", 0, tmp_path / "many.db")
    page = await browser.new_page()
    await page.goto(running.url)
    await page.get_by_test_id("channel-incidents").click()
    rows, scroller = page.locator(".channel").get_by_test_id("message"), page.locator(".timeline .scroller")
    await expect(page.get_by_role("heading", name="incidents")).to_be_visible()
    await rows.first.wait_for()
    assert await rows.count() <= 100
    for earlier in ("4850", "4750", "4650", "4550"):
        await scroller.evaluate("node => node.scrollTo(0, 0)")
        await expect(page.get_by_text(f"line {earlier} of the log")).to_be_attached()
        assert await rows.count() <= 300
        assert await scroller.evaluate("node => node.scrollTop") > 600
    await page.get_by_role("button", name="Newest messages").click()
    below = "node => node.scrollHeight - node.scrollTop - node.clientHeight"
    assert await scroller.evaluate(below) < 2
    assert await rows.count() <= 100
    await page.close()
    await running.close()
