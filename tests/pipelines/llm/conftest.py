"""A server of our own that speaks OpenAI's wire format, and fails on demand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

Json = dict[str, Any]
WORDS = "The spinner never stops."
SHAPED = {"type": "bug"}


class WireServer:
    """Answers chat completions. `faults` are used up one a request; after them all is well."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.asked: list[Json] = []
        self.arrived = asyncio.Event()
        self.cancelled = asyncio.Event()
        self.released = asyncio.Event()
        self.url = ""
        self.app = web.Application()
        self.app.router.add_post("/v1/chat/completions", self._complete)
        self.app.router.add_get("/v1/models", self._models)
        self.runner = web.AppRunner(self.app, shutdown_timeout=0.1, handler_cancellation=True)

    async def _models(self, _: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": []})

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.asked.append(body)
        self.arrived.set()
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "hang":
            await self._hang()
        if fault in REFUSALS:
            return REFUSALS[fault]()
        return await (self._stream(request, fault) if body.get("stream") else self._whole(body, fault))

    async def _hang(self) -> None:
        try:
            await self.released.wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise

    async def _whole(self, body: Json, fault: str) -> web.Response:
        text = json.dumps(SHAPED) if "response_format" in body else WORDS
        message: Json = {"role": "assistant", "content": {"empty": "  ", "null": None}.get(fault, text)}
        if fault == "declined":
            message |= {"content": None, "refusal": "I cannot help with that."}
        finish = {"length": "length", "filtered": "content_filter"}.get(fault, "stop")
        choices = [] if fault == "no choices" else [{"index": 0, "message": message, "finish_reason": finish}]
        usage = {} if fault == "no usage" else {"usage": {"prompt_tokens": 12, "completion_tokens": 5}}
        return web.json_response({"id": "1", "object": "chat.completion", "choices": choices, **usage})

    async def _stream(self, request: web.Request, fault: str) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await answer.prepare(request)
        pieces = WORDS.split(" ")
        for at, piece in enumerate(pieces):
            await _send(answer, {"delta": {"content": piece + " " * (at < len(pieces) - 1)}, "finish_reason": None})
            if at == 1 and fault == "break off":
                assert request.transport
                request.transport.close()
                return answer
            if at == 1 and fault == "hang midway":
                await self._hang()
            if at == 1 and fault == "garbage midway":
                await answer.write(b"data: }}garbage\n\n")
            if at == 1 and fault == "end midway":
                return answer
        await _send(answer, {"delta": {}, "finish_reason": "length" if fault == "length" else "stop"})
        await answer.write(b"data: [DONE]\n\n")
        return answer


async def _send(answer: web.StreamResponse, choice: Json) -> None:
    chunk = {"id": "1", "object": "chat.completion.chunk", "choices": [{"index": 0, **choice}]}
    await answer.write(f"data: {json.dumps(chunk)}\n\n".encode())


def _error(status: int, code: str = "", **headers: str) -> web.Response:
    return web.json_response({"error": {"message": "no", "code": code}}, status=status, headers=headers)


REFUSALS: dict[str, Callable[[], web.Response]] = {
    "429": lambda: _error(429, **{"Retry-After": "0.3"}),
    "429 for an hour": lambda: _error(429, **{"Retry-After": "3600"}),
    "429 dated": lambda: _error(429, **{"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}),
    "quota": lambda: _error(429, "insufficient_quota"),
    "500": lambda: _error(500),
    "529": lambda: _error(529),
    "400": lambda: _error(400),
    "401": lambda: _error(401),
    "404": lambda: _error(404),
    "html": lambda: web.Response(text="<html>502 from a proxy</html>", content_type="text/html"),
    "garbage": lambda: web.Response(text="{{{", content_type="application/json"),
    "list": lambda: web.json_response([1, 2]),
}


@pytest.fixture
async def wire() -> AsyncIterator[WireServer]:
    """The server, listening at `wire.url`."""
    server = WireServer()
    await server.runner.setup()
    await web.TCPSite(server.runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{server.runner.addresses[0][1]}/v1"
    yield server
    server.released.set()
    await server.runner.cleanup()


@pytest.fixture
def socket_path(tmp_path: Path) -> Path:
    return tmp_path / "model.sock"
