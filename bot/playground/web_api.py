"""Slack's Web API over HTTP: who asks, with which arguments, and Slack's answer."""

import json
from dataclasses import replace
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.playground.calls import Call
from bot.playground.credentials import Credentials
from bot.playground.faults import RETRY_AFTER_SECONDS, SLACK_CODES, Faults, play
from bot.playground.journal import Journal
from bot.playground.methods import METHODS
from bot.playground.refusal import Refused
from bot.playground.responses import Responses
from bot.playground.store import Document

SCOPES = (
    "app_mentions:read,assistant:write,channels:history,channels:join,channels:read,chat:write,commands,emoji:read,groups:history,"
    "groups:read,im:history,im:read,im:write,reactions:read,reactions:write,team:read,users:read,users:read.email"
)
APP_TOKEN_METHODS = {"apps.connections.open"}
OPEN_METHODS = {"api.test"}


class WebApi:
    """Answers `/api/METHOD`, and POSTs to response_urls."""

    def __init__(
        self, call: Call, responses: Responses, credentials: Credentials, faults: Faults, journal: Journal
    ) -> None:
        self._call = call
        self._responses = responses
        self._credentials = credentials
        self._faults = faults
        self._journal = journal

    def routes(self) -> list[web.RouteDef]:
        """The routes of the Web API, of response_urls and of Socket Mode."""
        return [
            web.route("*", "/api/{method}", self.serve),
            web.post("/actions/{team}/{token}", self.serve_response_url),
            web.get("/link/", self._call.link.serve_socket),
        ]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one call, or play the fault that was ordered for it."""
        method = request.match_info["method"]
        fault = await self._faults.take("slack", method)
        if fault and fault.kind in SLACK_CODES:
            self._journal.note("web_api", "from_app", f"{method}: {fault.kind}", {"fault": fault.kind})
            return web.json_response(Refused(fault.kind).answer())

        async def answer() -> web.StreamResponse:
            return await self._answer(method, request)

        return await play(fault, request, answer, _refusal)

    async def _answer(self, method: str, request: web.Request) -> web.StreamResponse:
        arguments: Document = {}
        try:
            arguments = await read_arguments(request)
            body: Document = {"ok": True, **self._run(method, _token(request, arguments), arguments)}
        except Refused as refusal:
            body = refusal.answer()
        except RecursionError:
            body = Refused("invalid_arguments").answer()
        shown = {key: value for key, value in arguments.items() if key != "token"}
        outcome = "ok" if body["ok"] else body["error"]
        self._journal.note("web_api", "from_app", f"{method}: {outcome}", {"arguments": shown, "answer": body})
        return web.json_response(body, headers={"x-oauth-scopes": SCOPES, "x-accepted-oauth-scopes": ""})

    def _run(self, method: str, token: str, arguments: Document) -> Document:
        act = METHODS.get(method)
        if act is None:
            raise Refused("unknown_method", req_method=method)
        if method not in OPEN_METHODS:
            self._authorize(method, token)
        return act(replace(self._call, arguments=arguments))

    def _authorize(self, method: str, token: str) -> None:
        if not token:
            raise Refused("not_authed")
        if token not in (self._credentials.bot_token, self._credentials.app_token):
            raise Refused("invalid_auth")
        if (token == self._credentials.app_token) != (method in APP_TOKEN_METHODS):
            raise Refused("not_allowed_token_type")

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
            self._responses.use(request.match_info["token"], body)
        except Refused as refusal:
            self._journal.note("response_url", "from_app", refusal.code, body)
            return web.json_response(refusal.answer(), status=404 if refusal.code.endswith("_url") else 400)
        self._journal.note("response_url", "from_app", "ok", body)
        return web.Response(text="ok")


def _refusal(status: int) -> web.StreamResponse:
    if status == 429:
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
    return web.json_response({"ok": False, "error": "internal_error"}, status=status)


def _token(request: web.Request, arguments: Document) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else str(arguments.get("token") or "")


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
