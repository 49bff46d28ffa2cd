"""A running playground and a headless Chromium that looks at it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Browser, Page, Request, async_playwright

from bot.playground.server import Playground, start

FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--force-prefers-reduced-motion"]

OpenPage = Callable[..., Awaitable[Page]]
Control = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def chromium() -> str:
    """The path of Debian's Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.fail("The browser tests need Chromium: install the Debian package chromium (apt-get install chromium).")
    return found


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """A headless browser; a page that did not open within its patience fails the test."""
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        await launched.close()


@pytest.fixture
async def playground(tmp_path: Path) -> AsyncIterator[Playground]:
    """The playground on a free port with the sample company."""
    running = await start("127.0.0.1", 0, tmp_path / "playground.db")
    yield running
    await running.close()


@pytest.fixture
async def control(playground: Playground) -> AsyncIterator[Control]:
    """Calls the server as a driver does: a verb with its body by POST, or a path without one by GET."""
    async with aiohttp.ClientSession(playground.url) as session:

        async def call(verb: str, **body: Any) -> dict[str, Any]:
            asked = session.post(f"/_control/{verb}", json=body) if body else session.get(f"/_control/{verb}")
            async with asked as answer:
                reply: dict[str, Any] = await answer.json()
                assert reply["ok"], reply
                return reply

        yield call


@pytest.fixture
async def open_page(browser: Browser, playground: Playground) -> AsyncIterator[OpenPage]:
    """Opens the page at a path; afterwards no script may have failed and nothing may have been asked elsewhere."""
    complaints: list[str] = []

    def check(request: Request) -> None:
        if not request.url.removeprefix("blob:").startswith(playground.url):
            complaints.append(f"asked {request.url}")

    async def open_at(path: str = "/", width: int = 1440, height: int = 900, **options: Any) -> Page:
        context = await browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(8_000)
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"failed: {error}"))
        page.on("dialog", lambda dialog: complaints.append(f"alerted: {dialog.message}"))
        page.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
        page.on("request", check)
        await page.goto(playground.url + path)
        await page.get_by_test_id("card").first.wait_for()
        await page.get_by_test_id("message").first.wait_for()
        return page

    yield open_at
    assert complaints == []
