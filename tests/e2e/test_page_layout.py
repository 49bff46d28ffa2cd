"""The panes of the page in wide and narrow windows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Locator, Page, expect

OpenPage = Callable[..., Awaitable[Page]]

pytestmark = pytest.mark.browser


def message(page: Page, text: str) -> Locator:
    return page.locator(".channel").get_by_test_id("message").filter(has_text=text).last


async def test_a_thread_stands_beside_its_channel_where_there_is_room(open_page: OpenPage) -> None:
    page = await open_page()
    await page.get_by_test_id("channel-support").click()
    await message(page, "the CSV export").get_by_test_id("open-thread").click()
    thread, spoken = page.get_by_test_id("thread"), message(page, "app crashes when I open")
    for width, beside in ((1920, True), (1440, True), (1100, False)):
        await page.set_viewport_size({"width": width, "height": 900})
        panes = await page.locator(".channel").bounding_box(), await thread.bounding_box()
        assert panes[0]
        assert panes[1]
        assert (panes[0]["x"] + panes[0]["width"] <= panes[1]["x"] + 1) == beside, width
        if beside:
            await spoken.hover()
            await spoken.get_by_test_id("message-react-eyes").hover()


async def test_a_narrow_window_shows_one_half_at_a_time(open_page: OpenPage) -> None:
    page = await open_page(width=1024, height=700)
    await page.set_viewport_size({"width": 420, "height": 800})
    board, composer = page.get_by_test_id("board"), page.get_by_test_id("composer")
    await expect(board).to_be_hidden()
    await page.get_by_role("button", name="Channels").click()
    await expect(page.get_by_test_id("channel-general")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("channel-support")).to_be_hidden()
    await page.get_by_role("button", name="Channels").click()
    await page.get_by_test_id("channel-support").click()
    await expect(composer).to_have_attribute("placeholder", "Message #support")
    await page.get_by_test_id("tab-board").click()
    await expect(board).to_be_visible()
    await expect(composer).to_be_hidden()
