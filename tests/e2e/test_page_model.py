"""A model that comes late, on the page: progress, takeover, the label of each draft; and the lack of a compiler."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from playwright.async_api import Browser, Locator, Page, expect

from bot.app import make_parts
from bot.playground.server import Playground
from bot.process import Process, Role
from bot.settings import Settings

OpenPage = Callable[..., Awaitable[Page]]
Control = Callable[..., Awaitable[dict[str, Any]]]

pytestmark = pytest.mark.browser

MODEL = "late-model"
BEFORE, AFTER = "hey all, another checkout one", "app crashes when I open the Damage report screen"
BY_RULES = "Drafted by rules, without a model"
TITLE = "Damage report: app crashes on a photo in landscape"
WRITTEN = {
    "description": "The app crashes on the Damage report screen, a flibberwock end.",
    "steps": ["Open the Damage report screen", "Take a photo in landscape"],
    "expected": "The photo is taken.",
    "actual": "The app goes straight back to the home screen.",
    "environment": "Fairphone 5, Android 13, 4.12.1",
    "acceptance_criteria": ["A photo in landscape is taken without a crash"],
    "title": TITLE,
}


class LateModel:
    """A model process that is not there until `start`; it says the type at once, and the fields when `released`."""

    def __init__(self, socket_path: Path) -> None:
        self.address = f"unix:{socket_path}"
        self.released = asyncio.Event()
        self._path = str(socket_path)
        app = web.Application()
        app.router.add_get("/health", self._well)
        app.router.add_get("/v1/models", self._well)
        app.router.add_post("/v1/chat/completions", self._complete)
        self.runner = web.AppRunner(app, shutdown_timeout=0.1)

    async def start(self) -> None:
        await self.runner.setup()
        await web.UnixSite(self.runner, self._path).start()

    async def _well(self, _: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": []})

    async def _complete(self, request: web.Request) -> web.Response:
        body = await request.json()
        asks_type = list(body["response_format"]["json_schema"]["schema"]["properties"]) == ["type"]
        if not asks_type:
            await self.released.wait()
        text = json.dumps({"type": "bug"} if asks_type else WRITTEN)
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
        usage = {"prompt_tokens": 12, "completion_tokens": 5}
        return web.json_response({"id": "1", "object": "chat.completion", "choices": [choice], "usage": usage})


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder with a path that is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="lh") as folder:
        yield Path(folder)


@pytest.fixture
async def model(short: Path) -> AsyncIterator[LateModel]:
    late = LateModel(short / "model")
    yield late
    late.released.set()
    await late.runner.cleanup()


@pytest.fixture
async def bot(playground: Playground, model: LateModel, tmp_path: Path) -> AsyncIterator[Process]:
    surroundings = {
        **playground.environment(),
        **{"LEADHAND_DATA": str(tmp_path), "PORT": "0"},
        **{"LEADHAND_MODEL": f"local:{MODEL}", "LEADHAND_MODEL_URL": model.address},
    }
    async with aiohttp.ClientSession() as session:
        process = Process(make_parts(Settings(_env_file=None, **surroundings), session), Role(hears=True, works=True))
        await process.start()
        yield process
        await process.stop()


async def draft_of(page: Page, text: str) -> Locator:
    """React with :ticket: to a message of #support; the draft in its thread."""
    await page.get_by_test_id("channel-support").click()
    message = page.get_by_role("log").first.get_by_test_id("message").filter(has_text=text)
    await message.hover()
    await message.get_by_test_id("message-react-ticket").click()
    await message.get_by_test_id("open-thread").click()
    draft = page.get_by_test_id("thread").get_by_test_id("message").filter(has_text="Drafted ")
    await expect(draft).to_have_count(1)
    return draft


async def test_a_model_that_comes_late_takes_over_without_a_restart(
    bot: Process, model: LateModel, open_page: OpenPage, control: Control
) -> None:
    page = await open_page()
    bar = page.get_by_test_id("notice")
    await control("notice", text=f"Loading the model {MODEL}", progress=0.4)
    await expect(bar).to_contain_text(f"Loading the model {MODEL}")
    assert await bar.get_by_role("progressbar").evaluate("bar => bar.value") == 0.4

    first = await draft_of(page, BEFORE)
    await expect(first).to_contain_text(BY_RULES)
    await expect(first).not_to_contain_text("is working on a better one")
    await expect(first.get_by_role("button", name="File", exact=True)).to_be_visible()
    await expect(bar).to_be_visible()

    await model.start()
    await control("notice", text="")
    await expect(bar).to_be_hidden()

    second = await draft_of(page, AFTER)
    await expect(second).to_contain_text(BY_RULES)
    await expect(second).to_contain_text(f"{MODEL} on this machine is working on a better one")
    await expect(second).not_to_contain_text("flibberwock")
    place = await second.get_attribute("data-ts")
    assert place

    model.released.set()
    await expect(second).to_contain_text(f"Drafted with {MODEL} on this machine, facts checked against the thread")
    await expect(second).to_contain_text("flibberwock")
    await expect(second).not_to_contain_text("Drafted by rules")
    assert await second.get_attribute("data-ts") == place, "one message, improved in place"

    await second.get_by_role("button", name="File", exact=True).click()
    await expect(page.get_by_test_id("card").filter(has_text=TITLE)).to_be_visible()


@asynccontextmanager
async def tried(folder: Path, **overrides: str) -> AsyncIterator[str]:
    """`leadhand try` as its own process, and the address of its page."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {"LEADHAND_CACHE": str(folder / "cache"), "LEADHAND_DATA": str(folder / "data"), "PORT": str(port)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "try"),
        env={"HOME": str(folder), "PYTHONPATH": str(Path.cwd()), **own, **overrides},
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        await until_open(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.kill(process.pid, signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), 30) == 0


async def until_open(port: int) -> None:
    for _ in range(300):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
            continue
        writer.close()
        await writer.wait_closed()
        return
    raise AssertionError("the page is not served")


@pytest.mark.slow
async def test_without_a_compiler_the_page_names_the_debian_package_and_drafts_go_on(
    browser: Browser, tmp_path: Path
) -> None:
    async with tried(tmp_path, PATH=str(tmp_path)) as address:
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        await page.goto(address)
        bar = page.get_by_test_id("notice")
        await expect(bar).to_contain_text("install the Debian package g++ (apt-get install g++)")
        await expect(bar).to_contain_text("Until then, drafts are written without a model.")
        await expect(bar.get_by_role("progressbar")).to_have_count(0)
        await expect(page.get_by_test_id("bot-state")).to_contain_text("connected", timeout=20_000)
        await expect(await draft_of(page, BEFORE)).to_contain_text(BY_RULES)
        await page.close()
