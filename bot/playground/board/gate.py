"""Who may call the board's API and how often: key, token, and Trello's limits of calls."""

import hmac
import ipaddress
import math
import re
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.playground.board.call import Refusal
from bot.playground.credentials import Credentials

PERSON = "X-Playground-User"
READING = {"GET", "HEAD"}

_OAUTH = re.compile(r'(oauth_consumer_key|oauth_token)="([^"]*)"')
_TOKEN_IN_PATH = re.compile(r"tokens/([^/]+)")


@dataclass(frozen=True)
class Limits:
    """Calls within `seconds` for one key and one token; Trello's own numbers unless told otherwise."""

    per_key: int = 300
    per_token: int = 100
    seconds: float = 10.0


class TooMany(Refusal):
    """A call over the limit; `wait` says in how many seconds the next one may come."""

    def __init__(self, error: str, wait: float) -> None:
        super().__init__(429, error)
        self.wait = max(1, math.ceil(wait))


class Gate:
    """Lets calls in, or raises Refusal with Trello's words."""

    def __init__(self, credentials: Credentials, limits: Limits) -> None:
        self._key = credentials.trello_key
        self._token = credentials.trello_token
        self._limits = limits
        self._of_key: deque[float] = deque()
        self._of_token: deque[float] = deque()

    def admit(self, request: web.Request, path: str, params: Mapping[str, Any]) -> None:
        """Check one call. Without a key the page acts for its persona, and on loopback a browser or curl may look."""
        key, token = _sent(request, path, params)
        looks = request.method in READING and _is_loopback(request.remote or "")
        if key is None and token is None and (PERSON in request.headers or looks):
            return
        if not _same(key, self._key):
            raise Refusal(401, "invalid key")
        if token is None:
            raise Refusal(401, "unauthorized permission requested")
        if not _same(token, self._token):
            raise Refusal(401, "invalid token")
        self._count(self._of_key, self._limits.per_key, "API_KEY_LIMIT_EXCEEDED")
        self._count(self._of_token, self._limits.per_token, "API_TOKEN_LIMIT_EXCEEDED")

    def _count(self, calls: deque[float], most: int, error: str) -> None:
        now = time.monotonic()
        while calls and calls[0] <= now - self._limits.seconds:
            calls.popleft()
        if len(calls) >= most:
            raise TooMany(error, calls[0] + self._limits.seconds - now)
        calls.append(now)


def is_client(request: web.Request) -> bool:
    """Whether an app calls: with a key, or where one is needed. Faults are for apps, the page must go on showing."""
    if "key" in request.query or "token" in request.query or "Authorization" in request.headers:
        return True
    return request.method not in READING and PERSON not in request.headers


def _sent(request: web.Request, path: str, params: Mapping[str, Any]) -> tuple[str | None, str | None]:
    header = dict(_OAUTH.findall(request.headers.get("Authorization", "")))
    in_path = _TOKEN_IN_PATH.match(path)
    key = params.get("key", header.get("oauth_consumer_key"))
    token = params.get("token", header.get("oauth_token", in_path[1] if in_path else None))
    return key, token


def _same(sent: object, wanted: str) -> bool:
    return hmac.compare_digest(str(sent).encode("utf-8", "replace"), wanted.encode())


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
