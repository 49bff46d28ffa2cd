"""A running bot: what `serve` and `work` start, watch over and stop."""

from __future__ import annotations

import asyncio
import functools
import ipaddress
import logging
import os
import socket
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.app import Parts, find_stoppable, wire_abilities
from bot.boardwatch import BoardWatch
from bot.running import Running
from bot.slack.bolt import build_app
from bot.slack.catchup import CatchUp
from bot.slack.door import SlackLink
from bot.slack.follower import Follower
from bot.slack.front import Front
from bot.slack.http import http_door
from bot.slack.install import INSTALL, REDIRECT, Installer
from bot.slack.listeners.events import hear
from bot.slack.text import host
from bot.slack.workspaces import Workspaces
from bot.stopping import OneStopper
from bot.watchdog import STEP_SECONDS, Watchdog
from bot.web import Check, Doors, build, listen
from bot.worker import APOLOGY, ENDING, WORKFLOW, Dispatcher, Handler
from pipelines.core.errors import TellPerson, TryAgain
from pipelines.trackers import absent
from storage.engine import Engine
from storage.migration import check_version, migrate
from storage.stops import Stops

log = logging.getLogger(__name__)

GRACE = 5.0
STUCK_AFTER = 300.0
HOOK = "/hooks/trello"


@dataclass(frozen=True)
class Role:
    """What a process does: `hears` Slack and web hooks, `works` on asks, or both."""

    hears: bool
    works: bool


class Process:
    """One leadhand process, from start to stop."""

    def __init__(self, parts: Parts, role: Role, address: str = "127.0.0.1") -> None:
        self.parts = parts
        self._role = role
        self._address = address
        self._tasks: list[asyncio.Task[None]] = []
        self._stack = AsyncExitStack()
        self.watch: BoardWatch | None = None
        stops = Stops(parts.database)
        running = Running(stops)
        patience = max(STEP_SECONDS, 2 * parts.settings.model_seconds)
        self._watchdog = Watchdog(running, stops, parts.chat, patience)
        handler = self._make_handler(stops, running)
        self._engine = Engine(
            parts.settings.database,
            {WORKFLOW: handler.handle, APOLOGY: handler.apologise, ENDING: handler.end},
            executor=f"{socket.gethostname()}-{os.getpid()}",
            expected=(TryAgain, TellPerson),
            away=TryAgain("The database is not answering."),
        )
        self._dispatcher = Dispatcher(parts.inbox, self._engine)
        self._front = make_front(parts, self._dispatcher.poke)
        secret = parts.settings.slack_signing_secret.get_secret_value()
        self._slack = build_app(parts.workspaces.client, secret, self._front)
        app_token = parts.settings.slack_app_token.get_secret_value() if role.hears else ""
        self.link = SlackLink(self._slack, parts.workspaces, app_token, on_contact=self._begin)
        if role.hears:
            parts.condition.slack = self.link.describe
        self._catch_up = CatchUp(
            parts.workspaces,
            parts.inbox,
            parts.notes,
            parts.threads,
            hear=functools.partial(hear, self._front),
            check=self.link.check,
        )
        self.port = 0

    def _make_handler(self, stops: Stops, running: Running) -> Handler:
        parts = self.parts
        stopper = OneStopper(parts.inbox, parts.router, stops, running, find_stoppable(parts.modules))
        abilities, endings = wire_abilities(parts, stopper)
        return Handler(
            parts.inbox,
            parts.router,
            abilities,
            parts.chat,
            parts.audit,
            admission=parts.admission,
            running=running,
            stops=stops,
            endings=endings,
            begin=lambda name, key: self._engine.start(name, key, key),
            changed=parts.home.changed,
        )

    async def start(self) -> None:
        """Bind, open, connect. Raises Refused or StorageRefused with a plain sentence, everything let go again."""
        try:
            await self._open()
        except BaseException:
            await self.stop()
            raise

    async def _open(self) -> None:
        parts = self.parts
        self._stack.push_async_callback(parts.database.close)
        self._stack.push_async_callback(parts.chat.close)
        self._stack.push_async_callback(parts.tracker.close)
        self._stack.push_async_callback(parts.models.close)
        self._stack.push_async_callback(self.link.close)
        if self._role.hears:
            await self._listen()
        # Before anything is written: a token that Slack refuses ends the start here.
        await self.link.check_tokens()
        await self._open_database()
        self._stack.push_async_callback(parts.workspaces.close)
        await parts.workspaces.open()
        self._keep(parts.workspaces.run())
        self._stack.push_async_callback(parts.inbox.close)
        self._stack.push_async_callback(parts.home.close)
        if self._role.works:
            await self._engine.launch()
            self._stack.push_async_callback(self._engine.close, GRACE)
            if parts.library.places:
                self._keep(parts.library.keep_fresh())
        self._stack.push_async_callback(self._front.close)
        self._stack.push_async_callback(self.link.close)
        if not await self.link.first_contact():
            log.warning("Slack does not answer; trying until it does", extra={"action": "slack.connect"})
            self._keep(self.link.run())

    async def _open_database(self) -> None:
        both = self._role.hears and self._role.works
        await (migrate if both else check_version)(self.parts.settings.database)

    async def _listen(self) -> None:
        settings = self.parts.settings
        secret = settings.slack_signing_secret.get_secret_value()
        over_http = not settings.slack_app_token.get_secret_value()
        installer = self.parts.installer
        doors = Doors(
            checks=self._checks(),
            remarks=self._remarks(),
            pages={INSTALL: installer.start, REDIRECT: installer.finish} if installer else {},
            slack=http_door(self._slack, secret) if over_http else None,
            board=self._on_board if settings.has_trello else None,
        )
        runner, self.port = await listen(build(doors), self._address, settings.port)
        self._stack.push_async_callback(runner.cleanup)
        if installer:
            installer.origin = self._origin(settings.slack_api_url)
        if settings.has_trello:
            parts = self.parts
            callback = self._callback()
            self.watch = BoardWatch(parts.tracker, parts.links, parts.notes, self._front.take, callback)

    def _callback(self) -> str:
        """Where the board can reach us; empty when it cannot, and then it is only asked."""
        origin = self._origin(self.parts.settings.trello_api_url)
        return origin and origin + HOOK

    def _origin(self, their_address: str) -> str:
        """Our address for somebody at that address; empty when we do not know it."""
        if self.parts.settings.public_url:
            return self.parts.settings.public_url.rstrip("/")
        return f"http://{self._address}:{self.port}" if is_loopback(their_address) else ""

    def _begin(self) -> None:
        """Slack knows us: work can start."""
        if self._role.works:
            self._keep(self._dispatcher.run())
            self._keep(self._watchdog.run())
        if self._role.hears:
            self._keep(self._catch_up.run())
        if self.watch:
            self._keep(self.watch.run())

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(work))

    async def _on_board(self, request: web.Request) -> web.Response:
        body = await request.read()
        if self.watch is None or not self.watch.verify(body, request.headers.get("X-Trello-Webhook", "")):
            return web.json_response({"error": "wrong signature"}, status=401)
        try:
            await self.watch.report(body)
        except ValueError:
            return web.json_response({"error": "not readable"}, status=400)
        return web.json_response({"ok": True})

    def _checks(self) -> dict[str, Check]:
        checks: dict[str, Check] = {"database": self._check_database, "slack": self.link.check}
        if self._role.works:
            checks["work"] = self._check_work
        if self.parts.settings.has_trello:
            checks["trello"] = self._check_board
        return checks

    def _remarks(self) -> dict[str, Check]:
        remarks: dict[str, Check] = {}
        if not self.parts.settings.has_trello:
            remarks["trello"] = _no_board
        if installer := self.parts.installer:
            remarks["workspaces"] = functools.partial(_count_workspaces, self.parts.workspaces, installer)
        return remarks

    async def _check_database(self) -> str:
        try:
            await self.parts.database.check()
        except Exception:
            log.exception("the database check failed", extra={"action": "ready"})
            return "The database cannot be written."
        return ""

    async def _check_work(self) -> str:
        if not await self._engine.healthy():
            return "The engine is not running."
        age = await self.parts.inbox.unfinished_age()
        return f"The oldest ask has waited for {age:.0f} seconds." if age > STUCK_AFTER else ""

    async def _check_board(self) -> str:
        return self.watch.trouble if self.watch else "The board has not been asked yet."

    async def stop(self) -> None:
        """Stop hearing, give work a few seconds to finish, close everything; what is left goes on at the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        await self._stack.aclose()


async def _no_board() -> str:
    return absent.WORDS


async def _count_workspaces(workspaces: Workspaces, installer: Installer) -> str:
    remark = await workspaces.remark()
    return remark or f"No workspace has installed the app yet: open {installer.address}."


def make_front(parts: Parts, poke: Callable[[], None]) -> Front:
    """What the listeners use, made of the parts; `poke` wakes the worker."""
    return Front(
        inbox=parts.inbox,
        threads=parts.threads,
        drafts=parts.drafts,
        router=parts.router,
        workspaces=parts.workspaces,
        chat=parts.chat,
        home=parts.home,
        voice=parts.voice,
        house=parts.house,
        admission=parts.admission,
        follower=Follower(parts.talks, parts.house),
        audit=parts.audit,
        poke=poke,
    )


def is_loopback(address: str) -> bool:
    """Whether the address is on this machine."""
    name = host(address)
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
