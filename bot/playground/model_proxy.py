"""A way to a language model that fails on order: `/model/...` passes every call on to an address that a test sets."""

import contextlib

import aiohttp
from aiohttp import web
from yarl import URL

from bot.playground.faults import Faults, play
from bot.playground.journal import Journal
from bot.playground.refusal import Impossible
from bot.playground.store import Document, Store

# Those that belong to one connection alone, or that aiohttp makes itself.
NOT_PASSED_ON = {"host", "connection", "content-length", "transfer-encoding", "content-encoding", "keep-alive"}


class ModelProxy:
    """Passes calls on as they come, streamed answers too; faults are of target `model`, methods like `POST /v1/...`."""

    def __init__(self, store: Store, faults: Faults, journal: Journal) -> None:
        self._settings = store.table("setting")
        self._faults = faults
        self._journal = journal
        self._session: aiohttp.ClientSession | None = None

    def routes(self) -> list[web.RouteDef]:
        """The routes of the model."""
        return [web.route("*", "/model/{path:.*}", self.serve)]

    async def point(self, body: Document) -> Document:
        """Say where the model listens; null forgets it."""
        url = body.get("url")
        if url is not None and not _is_address(url):
            raise Impossible("invalid_url", "url must be an http URL or null.")
        self._settings.put("model", {"url": url})
        return {"url": url}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Pass one call on, or play the fault that was ordered for it."""
        name = f"{request.method} /{request.match_info['path']}"
        fault = await self._faults.take("model", name)
        outcome = fault.kind if fault else "passed on"
        self._journal.note("model", "from_app", f"{name}: {outcome}")
        return await play(fault, request, lambda: self._pass_on(request, lost=fault is not None), _refusal)

    async def _pass_on(self, request: web.Request, *, lost: bool) -> web.StreamResponse:
        """The model's answer, as it comes; one that is to be `lost` is not sent."""
        url = (self._settings.get("model") or {}).get("url")
        if url is None:
            return _error(503, "No model is set: POST its url to /_control/model.")
        target = f"{url.rstrip('/')}/{request.match_info['path']}"
        headers = {key: value for key, value in request.headers.items() if key.lower() not in NOT_PASSED_ON}
        body = await request.read()
        try:
            async with self._client().request(
                request.method, target, params=request.query, data=body or None, headers=headers
            ) as answer:
                return await (_swallow(answer) if lost else _stream(request, answer))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return _error(502, f"The model did not answer: {type(error).__name__}.")

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            # A model may think for long; its client decides how long to wait.
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))
        return self._session

    async def close(self) -> None:
        """End every connection to the model."""
        if self._session is not None:
            await self._session.close()


async def _stream(request: web.Request, answer: aiohttp.ClientResponse) -> web.StreamResponse:
    passed = {key: value for key, value in answer.headers.items() if key.lower() not in NOT_PASSED_ON}
    response = web.StreamResponse(status=answer.status, headers=passed)
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):
        async for chunk in answer.content.iter_any():
            await response.write(chunk)
        await response.write_eof()
    return response


async def _swallow(answer: aiohttp.ClientResponse) -> web.StreamResponse:
    await answer.read()
    return web.Response()


def _refusal(status: int, pause: int) -> web.StreamResponse:
    answer = _error(status, "Rate limit exceeded" if status == 429 else "The server had an error")
    if status == 429:
        answer.headers["Retry-After"] = str(pause)
    return answer


def _error(status: int, message: str) -> web.Response:
    return web.json_response({"error": {"message": message, "type": "playground", "code": status}}, status=status)


def _is_address(url: object) -> bool:
    try:
        return isinstance(url, str) and URL(url).scheme in ("http", "https") and bool(URL(url).host)
    except ValueError:
        return False
