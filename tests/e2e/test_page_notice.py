"""The bar on top of the page: it comes, grows, is there for a page that opens later, and goes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect

OpenPage = Callable[..., Awaitable[Page]]
Control = Callable[..., Awaitable[dict[str, Any]]]

pytestmark = pytest.mark.browser


async def test_a_notice_comes_grows_and_goes(open_page: OpenPage, control: Control) -> None:
    page = await open_page()
    bar = page.get_by_test_id("notice")
    await expect(page.get_by_role("navigation").first).to_be_visible()
    await expect(bar).to_be_hidden()
    for share in (0.25, 0.75):
        await control("notice", text=f"Building <b>{share}</b>", progress=share)
        await expect(bar).to_contain_text(f"Building <b>{share}</b>")
        assert await bar.get_by_role("progressbar").evaluate("bar => bar.value") == share
    later = await open_page()
    await expect(later.get_by_test_id("notice")).to_contain_text("0.75")
    await control("notice", text="Ready.")
    await expect(bar).to_have_text("Ready.")
    await expect(bar.get_by_role("progressbar")).to_have_count(0)
    await control("notice", text="")
    await expect(bar).to_be_hidden()
    await expect(later.get_by_test_id("notice")).to_be_hidden()


async def test_a_notice_can_be_put_away_and_the_next_one_shows_again(open_page: OpenPage, control: Control) -> None:
    page = await open_page()
    bar = page.get_by_test_id("notice")
    await control("notice", text="No compiler.")
    await bar.get_by_role("button", name="Dismiss").click()
    await expect(bar).to_be_hidden()
    await control("notice", text="Something else.")
    await expect(bar).to_be_visible()
