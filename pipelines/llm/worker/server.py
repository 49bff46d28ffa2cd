"""The HTTP side of the model process: chat completions, models, health, on loopback or a UNIX socket."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

from aiohttp import web
from yarl import URL

from pipelines.core.errors import Refused
from pipelines.llm.worker import wire
from pipelines.llm.worker.chat import NotRendered, Segment, Writer
from pipelines.llm.worker.scheduler import Busy, Job, Said, Scheduler

UNIX = "unix:"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
LARGEST_BODY = 1 << 20
RETRY_AFTER = "2"
CLOSING_SECONDS = 1.0


class Vocabulary(Protocol):
    """What the server itself needs of the weights; safe beside the scheduler's thread."""

    def tokens(self, text: str, *, control: bool) -> list[int]:
        """The text's tokens."""
        ...

    def translate(self, schema: dict[str, Any]) -> str:
        """The grammar of a JSON Schema. Raises ValueError."""
        ...


class Server:
    """Turns requests into jobs of the scheduler, and what those say into answers."""

    def __init__(self, name: str, scheduler: Scheduler, vocabulary: Vocabulary, write: Writer) -> None:
        self._name = name
        self._scheduler = scheduler
        self._vocabulary = vocabulary
        self._write = write

    def app(self) -> web.Application:
        """The routes."""
        app = web.Application(client_max_size=LARGEST_BODY, middlewares=[_from_here])
        app.add_routes(
            [
                web.get("/health", self.health),
                web.get("/v1/models", self.models),
                web.post("/v1/chat/completions", self.complete),
            ]
        )
        return app

    async def health(self, request: web.Request) -> web.Response:
        """Which model is served, and how busy it is."""
        running, waiting = self._scheduler.load()
        return web.json_response({"status": "ok", "model": self._name, "running": running, "waiting": waiting})

    async def models(self, request: web.Request) -> web.Response:
        """The one model."""
        entry = {"id": self._name, "object": "model", "created": 0, "owned_by": "leadhand"}
        return web.json_response({"object": "list", "data": [entry]})

    async def complete(self, request: web.Request) -> web.StreamResponse:
        """Answer; whoever leaves before the end is no longer computed for."""
        heard: asyncio.Queue[Said] = asyncio.Queue()
        try:
            asked = wire.read(await _json(request))
            job = await self._job(asked, heard)
            self._scheduler.submit(job)
        except (wire.BadRequest, NotRendered, ValueError) as bad:
            return web.json_response(wire.error(str(bad), "invalid_request_error"), status=400)
        except Busy:
            words = wire.error("Too many requests are waiting already.", "rate_limit_error")
            return web.json_response(words, status=429, headers={"Retry-After": RETRY_AFTER})
        try:
            return await (self._stream if asked.stream else self._whole)(request, asked, job, heard)
        finally:
            job.cancel()

    async def _job(self, asked: wire.Asked, heard: asyncio.Queue[Said]) -> Job:
        loop = asyncio.get_running_loop()
        messages = [turn.message() for turn in asked.messages]
        segments = await asyncio.to_thread(self._write, messages)
        schema = asked.schema_asked
        return Job(
            prompt=await asyncio.to_thread(self._tokens, segments),
            limit=asked.limit,
            taste=asked.taste(),
            hear=lambda said: _pass_on(loop, heard, said),
            rules=await asyncio.to_thread(self._vocabulary.translate, schema) if schema is not None else None,
            stops=asked.stops,
        )

    def _tokens(self, segments: list[Segment]) -> list[int]:
        return [
            token
            for segment in segments
            if segment.text
            for token in self._vocabulary.tokens(segment.text, control=segment.control)
        ]

    async def _whole(
        self, request: web.Request, asked: wire.Asked, job: Job, heard: asyncio.Queue[Said]
    ) -> web.StreamResponse:
        text = ""
        async for said in _until_end(heard):
            text += said.text
        if said.reason == "error":
            return web.json_response(wire.error(said.trouble, "server_error"), status=500)
        tokens = wire.usage(len(job.prompt), job.made)
        return web.json_response(wire.whole(_key(), self._name, text, said.reason or "stop", tokens))

    async def _stream(
        self, request: web.Request, asked: wire.Asked, job: Job, heard: asyncio.Queue[Said]
    ) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        key = _key()
        async for said in _until_end(heard):
            if said.reason == "error":
                await _send(response, wire.error(said.trouble, "server_error"))
                return response
            await _send(response, wire.chunk(key, self._name, said.text, said.reason))
        if asked.stream_options and asked.stream_options.include_usage:
            await _send(response, wire.count(key, self._name, wire.usage(len(job.prompt), job.made)))
        await response.write(b"data: [DONE]\n\n")
        return response


@asynccontextmanager
async def listening(app: web.Application, address: str) -> AsyncIterator[None]:
    """Serve at `unix:PATH`, for the owner alone, or at `http://127.0.0.1:PORT`. Raises Refused."""
    # Without this a handler would not notice that its client has left.
    runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=CLOSING_SECONDS)
    await runner.setup()
    try:
        await _open(runner, address)
        yield
    finally:
        await runner.cleanup()


async def _open(runner: web.AppRunner, address: str) -> None:
    # The socket is born closed to everybody else.
    before = os.umask(0o177)
    try:
        await _site(runner, address).start()
    except OSError as error:
        raise Refused(f"LEADHAND_MODEL_URL: {address} cannot be served ({error.strerror or error}).") from None
    finally:
        os.umask(before)


def _site(runner: web.AppRunner, address: str) -> web.BaseSite:
    if address.startswith(UNIX):
        path = Path(address.removeprefix(UNIX))
        if path.is_socket():
            path.unlink()
        return web.UnixSite(runner, str(path))
    url = _url(address)
    if url.scheme != "http" or url.host not in LOOPBACK or url.port is None:
        raise Refused(f"LEADHAND_MODEL_URL: {address} is neither unix:PATH nor http://127.0.0.1:PORT/v1.")
    return web.TCPSite(runner, url.host, url.port)


def _url(address: str) -> URL:
    try:
        return URL(address)
    except ValueError:
        return URL()


@web.middleware
async def _from_here(request: web.Request, handler: Any) -> web.StreamResponse:
    """A page of another origin must not use the model: no foreign host name, no browser."""
    if request.url.host not in LOOPBACK or "Origin" in request.headers:
        return web.json_response(wire.error("Not from here.", "permission_error"), status=403)
    answer: web.StreamResponse = await handler(request)
    return answer


async def _json(request: web.Request) -> object:
    try:
        body: object = json.loads(await request.read())
    except (ValueError, RecursionError):
        raise wire.BadRequest("the body is not JSON") from None
    return body


async def _until_end(heard: asyncio.Queue[Said]) -> AsyncIterator[Said]:
    while True:
        said = await heard.get()
        yield said
        if said.reason:
            return


async def _send(response: web.StreamResponse, body: dict[str, Any]) -> None:
    await response.write(b"data: " + json.dumps(body).encode() + b"\n\n")


def _pass_on(loop: asyncio.AbstractEventLoop, heard: asyncio.Queue[Said], said: Said) -> None:
    loop.call_soon_threadsafe(heard.put_nowait, said)


def _key() -> str:
    return f"chatcmpl-{secrets.token_hex(12)}"
