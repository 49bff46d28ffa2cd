"""kill -9 in the middle of an answer that people watch: the next process finishes the same answer."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.playground.server import Playground, start
from tests.team import Team

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).with_name("dying_bot.py")
PIECE = "Some words and more of them, and so on. \n"
FIRST, LATER = 300, 40


class Model:
    """An OpenAI-compatible server: the first answer goes on and on, later ones are short."""

    def __init__(self) -> None:
        self.asked = 0
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._complete)
        self.runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        self.url = ""

    async def start(self) -> None:
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}/v1"

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        first = self.asked == 1
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await answer.prepare(request)
        for _ in range(FIRST if first else LATER):
            await send(answer, {"delta": {"content": PIECE}, "finish_reason": None})
        while first:
            await asyncio.sleep(0.05)
            await send(answer, {"delta": {"content": "On. "}, "finish_reason": None})
        await send(answer, {"delta": {}, "finish_reason": "stop"})
        await answer.write(b"data: [DONE]\n\n")
        return answer


async def send(answer: web.StreamResponse, choice: dict[str, Any]) -> None:
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m"}
    await answer.write(b"data: " + json.dumps(chunk | {"choices": [{"index": 0, **choice}]}).encode() + b"\n\n")


@pytest.fixture
async def model() -> AsyncIterator[Model]:
    serving = Model()
    await serving.start()
    yield serving
    await serving.runner.cleanup()


@pytest.fixture
async def playground(tmp_path: Path) -> AsyncIterator[Playground]:
    running = await start("127.0.0.1", 0, tmp_path / "playground.db")
    yield running
    await running.close()


async def bot(playground: Playground, model: Model, folder: Path, url: str) -> asyncio.subprocess.Process:
    ours = {"LEADHAND_DATA": str(folder), "DATABASE_URL": url, "PORT": "0", "PYTHONPATH": "."}
    ours |= {"LEADHAND_MODEL": "openai:m", "OPENAI_BASE_URL": model.url}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(SCRIPT),
        "never",
        str(folder / "word"),
        env={**os.environ, **playground.environment(), **ours},
        stdin=asyncio.subprocess.DEVNULL,
    )


async def until_connected(team: Team, *, connected: bool = True) -> None:
    async def is_so() -> bool:
        return bool((await team.get("/_control/state"))["apps"][0]["connected"]) is connected

    await team.until(is_so, "the bot to connect" if connected else "the playground to notice")


async def test_the_next_process_finishes_the_same_answer(
    playground: Playground, model: Model, tmp_path: Path, sqlite_url: str
) -> None:
    async with aiohttp.ClientSession() as session:
        team = Team(playground.url, session)
        team.patience = 40.0
        await team.meet()
        dying = await bot(playground, model, tmp_path, sqlite_url)
        await until_connected(team)
        ts = await team.says("tomas", "@leadhand tell me everything")

        async def second_message() -> list[dict[str, Any]] | None:
            said = await team.thread(ts)
            return said if len(said) == 2 else None

        half = await team.until(second_message, "the answer to go on in a second message")
        dying.kill()
        await dying.wait()
        await until_connected(team, connected=False)

        again = await bot(playground, model, tmp_path, sqlite_url)
        try:
            await team.hears(ts, "Worded by m")

            async def alone() -> bool:
                return len(await team.thread(ts)) == 1

            await team.until(alone, "what the second answer does not need to go")
            (said,) = await team.thread(ts)
            assert said["ts"] == half[0]["ts"], "the same message"
            assert said.get("streaming_state") in (None, "completed")
            (told,) = (block for block in said["blocks"] if block["type"] == "markdown")
            assert told["text"].split() == (PIECE * LATER).split()
            assert model.asked == 2
            await team.until(lambda: _at_rest(team, ts), "the status to be taken back")
        finally:
            again.kill()
            await again.wait()


async def _at_rest(team: Team, ts: str) -> bool:
    shown = [one for one in (await team.get("/_control/state"))["sessions"] if one.get("thread_ts") == ts]
    return bool(shown) and all(one["status"] != "processing" for one in shown)
