"""Trouble on order, as control verbs: faults, rate limits, connections that end or fall silent."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.playground.faults import RETRY_AFTER_SECONDS, Fault, Faults
from bot.playground.rates import Rates
from bot.playground.refusal import Impossible
from bot.playground.sockets import REASONS, Sockets
from bot.playground.store import Document


class Weather:
    """Each verb takes a JSON object and answers one; it raises Impossible with a code and plain words."""

    def __init__(self, sockets: Sockets, faults: Faults, rates: Rates) -> None:
        self._sockets = sockets
        self._faults = faults
        self._rates = rates

    def verbs(self) -> dict[str, Callable[[Document], Awaitable[Document]]]:
        """Every verb by its name."""
        return {
            "disconnect": self.disconnect,
            "fault": self.fault,
            "rate-limits": self.rate_limits,
            "wedge": self.wedge,
        }

    async def disconnect(self, body: Document) -> Document:
        """Ask the app's sockets to leave and connect anew, as Slack does every few hours."""
        reason = body.get("reason", "refresh_requested")
        if reason not in REASONS:
            raise Impossible("invalid_reason", f"reason must be one of {', '.join(REASONS)}.")
        return {"connections": await self._sockets.disconnect(reason, _connection(body))}

    async def wedge(self, body: Document) -> Document:
        """Let connections fall silent: open, but nothing is delivered and no ping answered; `on`: false heals them.

        With `next` it is as many of those that will be opened: they are greeted, then silent.
        """
        if "next" in body:
            self._sockets.wedge_next(_count(body["next"], "next"))
            return {"connections": 0}
        wedged = body.get("on", True) is not False
        return {"connections": self._sockets.wedge(_connection(body), wedged=wedged)}

    async def fault(self, body: Document) -> Document:
        """Order a fault."""
        counts = {name: body.get(name, default) for name, default in COUNTS.items()}
        if not all(_is_count(value) for value in counts.values()):
            raise Impossible("invalid_fault", f"{', '.join(COUNTS)} must be whole numbers.")
        kind, method = str(body.get("kind")), str(body.get("method") or "*")
        try:
            self._faults.add(Fault(str(body.get("target")), method, kind, **counts))
        except ValueError as error:
            raise Impossible("invalid_fault", f"{error}.") from None
        return {}

    async def rate_limits(self, body: Document) -> Document:
        """Keep Slack's rate limits, or with `on`: false none; `methods` puts others in their place."""
        given = body.get("methods", {})
        if not isinstance(given, dict):
            raise Impossible("invalid_limit", "methods must be an object.")
        own = {str(method): _limit(limit) for method, limit in given.items()}
        self._rates.switch(None if body.get("on") is False else own)
        return {}


COUNTS = {"times": 1, "after": 0, "retry_after": RETRY_AFTER_SECONDS}


def _connection(body: Document) -> int | None:
    return _count(body["connection"], "connection") if body.get("connection") is not None else None


def _count(value: Any, name: str) -> int:
    if not _is_count(value) or value < 0:
        raise Impossible("invalid_connection", f"{name} must be a whole number.")
    return int(value)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _limit(limit: Any) -> tuple[float, float]:
    given = limit if isinstance(limit, dict) else {}
    minute = _number(given.get("per_minute"))
    burst = _number(given.get("burst", minute))
    if minute <= 0 or burst < 1:
        raise Impossible("invalid_limit", "A limit is {per_minute, burst?}, more than 0 and at least 1.")
    return minute, burst


def _number(value: Any) -> float:
    """The number, 0 for anything else or for too large a one."""
    fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e9
    return float(value) if fits else 0.0
