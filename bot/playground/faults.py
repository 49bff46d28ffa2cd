"""Faults ordered by a test: which call fails next, how, and how often."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, get_args

from aiohttp import web

Kind = Literal["429", "500", "lost_reply", "drop", "hang", "garbage"]
Target = Literal["slack", "trello", "model"]

KINDS: tuple[str, ...] = get_args(Kind)
TARGETS: tuple[str, ...] = get_args(Target)
SLACK_CODE = re.compile(r"[a-z]+(_[a-z]+)+|ratelimited")
ANY_METHOD = "*"
HANG_SECONDS = 600.0
RETRY_AFTER_SECONDS = 1


@dataclass
class Fault:
    """One order: after `after` untouched calls of `method`, the next `times` calls fail as `kind` says.

    `method` is `*`, or how the call's name begins: `chat.postMessage`, `POST /1/cards`.

    429 and 500 refuse and do nothing; lost_reply does the work, then drops the connection; drop does nothing
    and drops it; hang does nothing and never answers; garbage does nothing and answers a page of HTML. A kind in the
    form of Slack's error codes refuses with it, as a workspace or an emulator does that lacks a method or a block.
    `retry_after` are the seconds that a 429 names.
    """

    target: str
    method: str
    kind: str
    times: int = 1
    after: int = 0
    retry_after: int = RETRY_AFTER_SECONDS

    @property
    def code(self) -> str:
        """The error code of Slack's that it refuses with, if that is its kind."""
        return "" if self.kind in KINDS else self.kind


class Faults:
    """The orders still open, first come first served. They are not kept over a restart."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Order a fault. Raises ValueError, in plain words, for an unknown target or kind or a bad count."""
        if fault.target not in TARGETS:
            raise ValueError(f"target must be one of {', '.join(TARGETS)}")
        if fault.code and not SLACK_CODE.fullmatch(fault.kind):
            raise ValueError(f"kind must be one of {', '.join(KINDS)}, or an error code of Slack's")
        if fault.code and fault.target != "slack":
            raise ValueError(f"{fault.kind} is an answer of slack alone")
        if fault.times < 1 or fault.after < 0 or fault.retry_after < 0:
            raise ValueError("times must be 1 or more, after and retry_after 0 or more")
        self._orders.append(fault)

    async def take(self, target: str, method: str) -> Fault | None:
        """The fault that this call of `method` must play, or None. Counts the call."""
        for fault in self._orders:
            if fault.target == target and (fault.method == ANY_METHOD or method.startswith(fault.method)):
                return self._count(fault)
        return None

    def _count(self, fault: Fault) -> Fault | None:
        if fault.after > 0:
            fault.after -= 1
            return None
        fault.times -= 1
        if fault.times == 0:
            self._orders.remove(fault)
        return fault

    def clear(self) -> None:
        """Forget every order."""
        self._orders.clear()


async def play(
    fault: Fault | None,
    request: web.Request,
    serve: Callable[[], Awaitable[web.StreamResponse]],
    refuse: Callable[[int, int], web.StreamResponse],
) -> web.StreamResponse:
    """Answer the request as the fault says: `serve` does the work, `refuse` words a 429 or a 500 with its pause."""
    kind = fault.kind if fault else None
    if fault and kind in ("429", "500"):
        return refuse(int(kind), fault.retry_after)
    if kind == "garbage":
        return web.Response(text="<html><body>Bad gateway</body></html>", content_type="text/html")
    if kind == "hang":
        await asyncio.sleep(HANG_SECONDS)
    if kind in (None, "lost_reply"):
        response = await serve()
        if kind is None:
            return response
    return _cut(request)


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
