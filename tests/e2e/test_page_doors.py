"""An app's other doors in the page, with a stock Bolt app that knows nothing of ours: the menu of a message."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import Playground

OpenPage = Callable[..., Awaitable[Page]]

pytestmark = pytest.mark.browser


def garden_app(url: str) -> AsyncApp:
    """Answers a shortcut with a whisper."""
    app = AsyncApp(client=AsyncWebClient("xoxb-playground", base_url=f"{url}/api/"), signing_secret="unused")

    @app.shortcut("ticket_from_message")
    async def on_shortcut(ack: Any, shortcut: dict[str, Any], respond: Any) -> None:
        await ack()
        await respond(f"Planted: {shortcut['message']['text']}")

    return app


@pytest.fixture
async def garden(playground: Playground) -> AsyncIterator[None]:
    handler = AsyncSocketModeHandler(garden_app(playground.url), "xapp-playground")
    await handler.connect_async()
    yield
    await handler.close_async()


async def test_the_menu_of_anybodys_message_offers_the_shortcuts(open_page: OpenPage, garden: None) -> None:
    page = await open_page()
    theirs = page.get_by_test_id("message").filter(has_text="lunch at the Syrian place")
    await theirs.hover()
    await theirs.get_by_test_id("message-more").click()
    menu = page.get_by_role("menu", name="More actions")
    await expect(menu.get_by_test_id("message-edit")).to_have_count(0)
    await menu.get_by_test_id("shortcut-ticket_from_message").click()
    await expect(page.get_by_test_id("message").filter(has_text="Planted: lunch")).to_contain_text(
        "Only visible to you"
    )


async def test_the_menu_of_ones_own_message_has_both(open_page: OpenPage, garden: None) -> None:
    page = await open_page()
    await page.get_by_test_id("composer").fill("the gate squeaks")
    await page.keyboard.press("Enter")
    mine = page.get_by_test_id("message").filter(has_text="the gate squeaks")
    await mine.hover()
    await mine.get_by_test_id("message-more").click()
    await expect(page.get_by_test_id("message-edit")).to_be_visible()
    await page.keyboard.press("Home")
    await expect(page.get_by_test_id("shortcut-ticket_from_message")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Planted: the gate squeaks")).to_be_visible()
