"""Slack's Web API over HTTP: who asks, with which arguments, and Slack's answer."""

import base64
import json
from dataclasses import replace
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.playground.calls import Call, Method
from bot.playground.faults import Faults, play
from bot.playground.installs import Bearer, Installs
from bot.playground.journal import Journal
from bot.playground.methods import METHODS
from bot.playground.rates import Rates
from bot.playground.refusal import Refused
from bot.playground.rooms import Rooms
from bot.playground.store import Document

NOBODY = Bearer("bot", "", "")
KIND_OF = {"apps.connections.open": "app"} | dict.fromkeys(
    ("apps.manifest.create", "apps.manifest.export", "apps.manifest.update", "apps.manifest.validate"), "config"
)
OPEN_METHODS = {"api.test", "oauth.v2.access", "oauth.v2.exchange", "tooling.tokens.rotate"}
# The one scope that a method asks for, of those whose need does not depend on the kind of channel.
NEEDED_SCOPES = {
    "agents.sessions.rename": "chat:write",
    "agents.sessions.setStatus": "chat:write",
    "assistant.threads.setTitle": "assistant:write",
    "chat.appendStream": "chat:write",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.startStream": "chat:write",
    "chat.stopStream": "chat:write",
    "chat.update": "chat:write",
    "emoji.list": "emoji:read",
    "files.completeUploadExternal": "files:write",
    "files.delete": "files:write",
    "files.getUploadURLExternal": "files:write",
    "files.info": "files:read",
    "reactions.add": "reactions:write",
    "reactions.get": "reactions:read",
    "reactions.remove": "reactions:write",
    "team.info": "team:read",
    "users.info": "users:read",
    "users.list": "users:read",
}
SECRET = {"access_token", "refresh_token", "token", "credentials"}
HIDDEN = {"token", "client_secret", "refresh_token", "code"}


class WebApi:
    """Answers `/api/METHOD`, and POSTs to response_urls."""

    def __init__(
        self,
        *,
        rooms: Rooms,
        installs: Installs,
        methods: dict[str, Method],
        faults: Faults,
        rates: Rates,
        journal: Journal,
    ) -> None:
        self._rooms = rooms
        self._installs = installs
        self._methods = {**METHODS, **methods}
        self._faults = faults
        self._rates = rates
        self._journal = journal

    def routes(self) -> list[web.RouteDef]:
        """The routes of the Web API, of response_urls and of Socket Mode."""
        return [
            web.route("*", "/api/{method}", self.serve),
            web.post("/actions/{team}/{token}", self.serve_response_url),
            web.get("/link/", self._rooms.first.call.link.serve_socket),
        ]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one call, or play the fault that was ordered for it."""
        method = request.match_info["method"]
        fault = await self._faults.take("slack", method)
        if fault and fault.code:
            self._journal.note("web_api", "from_app", f"{method}: {fault.code}", {"fault": fault.code})
            return web.json_response(Refused(fault.code).answer())

        async def answer() -> web.StreamResponse:
            return await self._answer(method, request)

        return await play(fault, request, answer, _refusal)

    async def _answer(self, method: str, request: web.Request) -> web.StreamResponse:
        arguments: Document = {}
        bearer = NOBODY
        try:
            arguments = {**await read_arguments(request), **_client(request)}
            token = _token(request, arguments)
            act = self._find(method)
            bearer = self._authorize(method, token)
            pause = self._rates.wait(bearer.team, method, str(arguments.get("channel")))
            if pause:
                self._journal.note("web_api", "from_app", f"{method}: ratelimited", {"retry_after": pause})
                return _refusal(429, pause)
            call = self._rooms.of(bearer.team) or self._rooms.first
            body: Document = {"ok": True, **act(_call(call.call, arguments, token, bearer))}
        except Refused as refusal:
            body = refusal.answer()
        except RecursionError:
            body = Refused("invalid_arguments").answer()
        shown = {key: value for key, value in arguments.items() if key not in HIDDEN}
        outcome = "ok" if body["ok"] else body["error"]
        self._journal.note("web_api", "from_app", f"{method}: {outcome}", {"arguments": shown, "answer": _masked(body)})
        return web.json_response(body, headers=_scopes(bearer))

    def _find(self, method: str) -> Method:
        act = self._methods.get(method)
        if act is None:
            raise Refused("unknown_method", req_method=method)
        return act

    def _authorize(self, method: str, token: str) -> Bearer:
        if method in OPEN_METHODS:
            return NOBODY
        if not token:
            raise Refused("not_authed")
        bearer = self._installs.bearer(token)
        if bearer.kind != KIND_OF.get(method, "bot"):
            raise Refused("not_allowed_token_type")
        needed = NEEDED_SCOPES.get(method, "")
        if needed and needed not in bearer.scopes.split(","):
            raise Refused("missing_scope", needed=needed, provided=bearer.scopes)
        return bearer

    async def serve_response_url(self, request: web.Request) -> web.StreamResponse:
        """Answer a POST to a response_url; the fault method is `response_url`."""
        fault = await self._faults.take("slack", "response_url")

        async def answer() -> web.StreamResponse:
            return await self._respond(request)

        return await play(fault, request, answer, _refusal)

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        body: Document = {}
        try:
            body = await read_arguments(request)
            room = self._rooms.of(request.match_info["team"])
            if room is None:
                raise Refused("expired_url")
            room.responses.use(request.match_info["token"], body)
        except Refused as refusal:
            self._journal.note("response_url", "from_app", refusal.code, body)
            return web.json_response(refusal.answer(), status=404 if refusal.code.endswith("_url") else 400)
        self._journal.note("response_url", "from_app", "ok", body)
        return web.Response(text="ok")


def _call(blank: Call, arguments: Document, token: str, bearer: Bearer) -> Call:
    return replace(blank, arguments=arguments, token=token, scopes=frozenset(bearer.scopes.split(",")))


def _refusal(status: int, pause: int) -> web.StreamResponse:
    if status == 429:
        headers = {"Retry-After": str(pause)}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
    return web.json_response({"ok": False, "error": "internal_error"}, status=status)


def _token(request: web.Request, arguments: Document) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else str(arguments.get("token") or "")


def _client(request: web.Request) -> Document:
    """Client id and secret where they come by HTTP Basic authentication, as Slack prefers."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client_id, _, client_secret = base64.b64decode(given.strip(), validate=True).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": client_id, "client_secret": client_secret}


def _scopes(bearer: Bearer) -> dict[str, str]:
    return {"x-oauth-scopes": bearer.scopes, "x-accepted-oauth-scopes": ""}


def _masked(answer: Document) -> Document:
    """The answer for the log, without tokens that only its receiver may see."""
    return {key: "..." if key in SECRET else value for key, value in answer.items()}


async def read_arguments(request: web.Request) -> Document:
    """Query and body in one object. Raises Refused for a body that is not what its type says."""
    arguments: Document = dict(request.query)
    if request.content_type == "application/json":
        return {**arguments, **_json_object(await request.read())}
    if request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return {**arguments, **await _form(request)}
    return arguments


def _json_object(body: bytes) -> Document:
    if not body:
        return {}
    try:
        value: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused("invalid_json") from None
    if not isinstance(value, dict):
        raise Refused("json_not_object")
    return value


async def _form(request: web.Request) -> Document:
    try:
        fields = await request.post()
    except (ValueError, LookupError, AssertionError, HttpProcessingError):
        raise Refused("invalid_form_data") from None
    return {key: value for key, value in fields.items() if isinstance(value, str)}
