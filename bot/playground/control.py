"""The control API: what a person at the page, or a driver in a test, can do in the workspace."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from yarl import URL

from bot.playground.faults import Faults
from bot.playground.feed import Feed
from bot.playground.journal import Journal
from bot.playground.link import Link
from bot.playground.manifest import AppConfig
from bot.playground.model_proxy import ModelProxy
from bot.playground.outbox import Outbox
from bot.playground.rates import Rates
from bot.playground.refusal import Impossible
from bot.playground.rooms import Room, Rooms
from bot.playground.store import Document
from bot.playground.tenancy import Tenancy
from bot.playground.weather import Weather

Verb = Callable[[Document], Awaitable[Document]]
LONGEST_NOTICE = 500
NEED_THE_APP = {"command", "interact", "shortcut", "submit-view", "open-home"}


class Control:
    """Answers `/_control/...`: verbs by POST of JSON, reading by GET."""

    def __init__(
        self,
        *,
        rooms: Rooms,
        tenancy: Tenancy,
        config: AppConfig,
        outbox: Outbox,
        link: Link,
        model: ModelProxy,
        feed: Feed,
        faults: Faults,
        rates: Rates,
        journal: Journal,
        reset: Callable[[], Awaitable[None]],
    ) -> None:
        self._rooms = rooms
        self._config = config
        self._outbox = outbox
        self._link = link
        self._feed = feed
        self._journal = journal
        self._reset = reset
        self._notice: Document | None = None
        self._verbs: dict[str, Verb] = {
            **{name: self._person(name) for name in rooms.first.acts.verbs()},
            **tenancy.verbs(),
            "app": self.app,
            "model": model.point,
            **Weather(link.sockets, faults, rates).verbs(),
            "notice": self.notice,
            "redeliver": self.redeliver,
            "reset": self.reset,
        }

    def routes(self) -> list[web.RouteDef]:
        """The routes of the control API."""
        return [
            web.get("/_control/state", self.read_state),
            web.get("/_control/messages/{channel}", self.read_messages),
            web.get("/_control/ephemeral", self.read_ephemeral),
            web.get("/_control/log", self.read_log),
            web.get("/_control/feed", self._feed.stream),
            web.post("/_control/{verb}", self.serve),
        ]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Do one verb."""
        verb = self._verbs.get(request.match_info["verb"])
        if verb is None:
            known = ", ".join(sorted(self._verbs))
            return _answer(Impossible("unknown_verb", f"The verbs are {known}.").answer(), 404)
        if request.content_type != "application/json":
            return _answer(Impossible("wrong_content_type", "Send JSON as application/json.").answer(), 415)
        try:
            return _answer({"ok": True, **await verb(await _read(request))}, 200)
        except Impossible as impossible:
            return _answer(impossible.answer(), 400)

    def _person(self, name: str) -> Verb:
        """A verb of a person, done in the workspace that it is about."""

        async def act(body: Document) -> Document:
            room = self._rooms.meant(body)
            if name in NEED_THE_APP and not room.workspace.installed:
                raise Impossible("app_not_installed", "leadhand is not installed in this workspace.")
            return await room.acts.verbs()[name](body)

        return act

    async def app(self, body: Document) -> Document:
        """Set the URL for signed HTTP delivery; None goes back to Socket Mode. Or switch `token_rotation`.

        A URL that answers must send Slack's challenge back; one that nobody serves yet is taken unverified.
        """
        if "token_rotation" in body:
            self._config.rotate(body["token_rotation"] is True)
        if "token_rotation" in body and "events_url" not in body:
            return {"mode": self._link.mode, "verified": False}
        url = body.get("events_url")
        verified = False
        if url is not None:
            if not _is_web_address(url):
                raise Impossible("invalid_url", "events_url must be an http URL or null.")
            verified = await self._verify(url)
        self._link.set_url(url)
        if verified:
            self._link.wake()
        return {"mode": self._link.mode, "verified": verified}

    async def _verify(self, url: str) -> bool:
        try:
            return await self._link.challenge(url)
        except ValueError as error:
            raise Impossible("url_verification_failed", f"{error}.") from None

    async def notice(self, body: Document) -> Document:
        """Show a line on top of the page until the next one: how far something is, or what is the matter.

        `progress`, from 0 to 1, draws a bar; an empty text takes the line away.
        """
        text, progress = body.get("text"), body.get("progress")
        if not isinstance(text, str) or len(text) > LONGEST_NOTICE:
            raise Impossible("invalid_notice", f"text must be a text of at most {LONGEST_NOTICE} characters.")
        if progress is not None and not (_is_number(progress) and 0 <= progress <= 1):
            raise Impossible("invalid_notice", "progress must be a number from 0 to 1.")
        self._notice = {"text": text, "progress": progress} if text else None
        self._feed.publish({"type": "notice", "notice": self._notice})
        return {}

    async def redeliver(self, body: Document) -> Document:
        """Deliver one of the last events again, under the same or a fresh event id."""
        event_id = body.get("event_id")
        if event_id is None and not body.get("last"):
            raise Impossible("event_not_found", "Name an event_id, or say last: true.")
        payload = self._outbox.repeat(event_id and str(event_id), fresh_id=bool(body.get("new_event_id")))
        if payload is None:
            raise Impossible("event_not_found", "No such event was delivered lately.")
        return {"event_id": payload["event_id"]}

    async def reset(self, body: Document) -> Document:
        """Go back to the seed."""
        await self._reset()
        return {}

    def _room(self, request: web.Request) -> Room:
        return self._rooms.meant(dict(request.query))

    async def read_state(self, request: web.Request) -> web.StreamResponse:
        """Serve GET /_control/state?team=T; unless named, the first workspace."""
        state = self._room(request).state.describe()
        shared = {"teams": self._rooms.describe(), "connections": self._link.sockets.describe()}
        return _answer({"ok": True, "notice": self._notice, **state, **shared}, 200)

    async def read_messages(self, request: web.Request) -> web.StreamResponse:
        """Serve GET /_control/messages/CHANNEL?limit=N&before=TS."""
        limit = request.query.get("limit", "")
        if limit and not (limit.isdecimal() and len(limit) < 10):
            return _answer(Impossible("invalid_limit", "limit must be a whole number.").answer(), 400)
        try:
            channel = request.match_info["channel"]
            room = self._rooms.meant({"channel": channel})
            messages = room.state.messages(channel, int(limit or 0), request.query.get("before", ""))
        except Impossible as impossible:
            return _answer(impossible.answer(), 400)
        return _answer({"ok": True, "messages": messages}, 200)

    async def read_ephemeral(self, request: web.Request) -> web.StreamResponse:
        """Serve GET /_control/ephemeral?user=U."""
        user = request.query.get("user")
        return _answer({"ok": True, "messages": self._room(request).state.ephemeral(user)}, 200)

    async def read_log(self, request: web.Request) -> web.StreamResponse:
        """Serve GET /_control/log."""
        return _answer({"ok": True, "log": self._journal.lines()}, 200)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_web_address(url: Any) -> bool:
    try:
        return isinstance(url, str) and URL(url).scheme in ("http", "https") and bool(URL(url).host)
    except ValueError:
        return False


async def _read(request: web.Request) -> Document:
    body = await request.read()
    try:
        value: Any = json.loads(body) if body else {}
    except (ValueError, RecursionError):
        raise Impossible("invalid_json", "The body is not JSON.") from None
    if not isinstance(value, dict):
        raise Impossible("invalid_json", "The body must be a JSON object.")
    return value


def _answer(body: Document, status: int) -> web.Response:
    return web.json_response(body, status=status)
