"""The HTTP side of py-trello: one session with time-outs, pacing, retries of reads, and no secret in any text."""

from __future__ import annotations

import logging
import math
import random
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from pipelines.core.errors import TellPerson, TryAgain
from pipelines.trackers.pace import Pace

HOSTS = ("https://api.trello.com/1", "https://trello.com/1")
"""The two addresses that py-trello has built in; every call to them goes to the configured one."""

_KEY = re.compile(r"[!#-~]+")
_HTTP_LOG = "urllib3.connectionpool"


class NotThere(TellPerson):
    """What was asked for is not on the board, or hidden from this token."""


class RejectedCall(TellPerson):
    """Trello understood the call and will not do it; `reason` is Trello's own text."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Trello does not accept this: {reason}")
        self.reason = reason


@dataclass(frozen=True)
class Secrets:
    """Key, token and API secret of the board; never shown by repr."""

    key: str = field(repr=False)
    token: str = field(repr=False)
    api_secret: str = field(repr=False)

    def hide(self, text: str) -> str:
        """The text without any of the three."""
        for secret in sorted({self.key, self.token, self.api_secret}, key=len, reverse=True):
            text = text.replace(secret, "***") if secret else text
        return text


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds: `connect`, `read` (a silent answer), `longest` (any pause between two tries)."""

    connect: float = 5.0
    read: float = 20.0
    longest: float = 12.0
    first_pause: float = 0.3
    tries: int = 3


class _Authorization(AuthBase):
    """Puts key and token into the header; as `auth` it also keeps a .netrc file from replacing them."""

    def __init__(self, secrets: Secrets) -> None:
        self._header = f'OAuth oauth_consumer_key="{secrets.key}", oauth_token="{secrets.token}"'

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._header
        return request


class _LogFilter(logging.Filter):
    """Hides the token in the HTTP library's own lines: py-trello puts it into the path of webhook calls."""

    def __init__(self, secrets: Secrets) -> None:
        super().__init__()
        self._secrets = secrets

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self._secrets.hide(record.getMessage()), ()
        return True


class TrelloSession(requests.Session):
    """The `http_service` of py-trello. Raises TryAgain, TellPerson, NotThere or RejectedCall, never a raw error."""

    def __init__(self, secrets: Secrets, api_url: str, patience: Patience, *, connections: int = 4) -> None:
        super().__init__()
        self._secrets = secrets
        self._api_url = api_url.rstrip("/")
        self._patience = patience
        self._stop = threading.Event()
        # Trello's limits: 100 per 10 s and token, 100 per 900 s on /members; a little room for other users of it.
        self._pace, self._members_pace = Pace(90, 10), Pace(90, 900)
        self._log_filter = _LogFilter(secrets)
        self.auth = _Authorization(secrets)
        self.trust_env = urlsplit(api_url).hostname not in {"127.0.0.1", "localhost", "::1"}
        adapter = HTTPAdapter(pool_connections=1, pool_maxsize=connections)
        self.mount("https://", adapter)
        self.mount("http://", adapter)
        logging.getLogger(_HTTP_LOG).addFilter(self._log_filter)

    def close(self) -> None:
        """Wake every pause, so that its call ends in TryAgain, and let go of the connections."""
        self._stop.set()
        logging.getLogger(_HTTP_LOG).removeFilter(self._log_filter)
        super().close()

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """One call of py-trello, repeated where that is harmless: reads after any fault, anything after a 429."""
        method, path = str(method), self._path(str(url))
        if not (_KEY.fullmatch(self._secrets.key) and _KEY.fullmatch(self._secrets.token)):
            raise TellPerson("TRELLO_API_KEY or TRELLO_TOKEN holds a character that none has: copy both again.")
        for name in ("params", "data"):
            if isinstance(kwargs.get(name), Mapping):
                kwargs[name] = {k: v for k, v in kwargs[name].items() if k not in {"key", "token"}}
        kwargs |= {"auth": None, "timeout": (self._patience.connect, self._patience.read), "allow_redirects": False}
        for attempt in range(1, self._patience.tries + 1):
            self._wait_turn(path)
            answer = self._once(method, path, kwargs)
            if not isinstance(answer, TryAgain):
                return answer
            if attempt == self._patience.tries or not self._may_repeat(method, answer):
                raise answer
            self._pause(answer, attempt)
        raise AssertionError("the last attempt answers or raises")

    def _path(self, url: str) -> str:
        for host in HOSTS:
            if url.startswith(host + "/"):
                return url.removeprefix(host)
        raise ValueError("py-trello called an address that is not Trello's")

    def _wait_turn(self, path: str) -> None:
        paces = [self._pace] + ([self._members_pace] if path.startswith("/members") else [])
        wait = max(pace.reserve() for pace in paces)
        if wait > self._patience.longest:
            for pace in paces:
                pace.give_back()
            raise TryAgain("Trello's limit of calls is used up for now.", wait, sure=True)
        if self._stop.wait(wait):
            raise TryAgain("The connection to Trello was closed.", sure=True)

    def _once(self, method: str, path: str, kwargs: dict[str, Any]) -> requests.Response | TryAgain:
        """The answer, or the passing fault as a value: raised later, it carries no chain that shows the address."""
        sure = method == "GET"
        try:
            answer = super().request(method, self._api_url + path, **kwargs)
        except (requests.ConnectTimeout, requests.exceptions.ProxyError):
            return TryAgain("Trello cannot be reached.", sure=True)
        except requests.Timeout:
            return TryAgain("Trello did not answer in time.", sure=sure)
        except requests.ConnectionError as error:
            return TryAgain("The connection to Trello broke off.", sure=sure or _never_left(error))
        except requests.RequestException:
            return TryAgain("Trello's answer broke off.", sure=sure)
        return self._judge(answer, sure)

    def _judge(self, answer: requests.Response, sure: bool) -> requests.Response | TryAgain:
        status = answer.status_code
        if status == 200:
            return answer if _is_json(answer) else TryAgain("Trello's answer could not be read.", sure=sure)
        if status == 429:
            return TryAgain("Trello asks for fewer calls.", _retry_after(answer), sure=True)
        if status >= 500 or status == 408:
            return TryAgain(f"Trello has a fault (HTTP {status}).", _retry_after(answer), sure=sure)
        raise self._final(status, self._secrets.hide(answer.text).strip()[:300])

    def _final(self, status: int, reason: str) -> TellPerson:
        if status == 401 and "key" in reason:
            return TellPerson("Trello does not know the API key: check TRELLO_API_KEY.")
        if status in {401, 403}:
            return TellPerson(
                f"Trello refused ({reason or status}): check that TRELLO_TOKEN belongs to TRELLO_API_KEY, "
                "has not expired, and may read and write the board."
            )
        if status == 404 or (status == 400 and reason.startswith("invalid id")):
            return NotThere(f"Trello does not find it: {reason}")
        return RejectedCall(reason or f"HTTP {status}")

    def _may_repeat(self, method: str, fault: TryAgain) -> bool:
        return method == "GET" or fault.sure

    def _pause(self, fault: TryAgain, attempt: int) -> None:
        growing = self._patience.first_pause * 2 ** (attempt - 1) * random.uniform(1.0, 1.5)  # noqa: S311 - no secret
        pause = max(fault.after, growing)
        if pause > self._patience.longest or self._stop.wait(pause):
            raise fault


def _never_left(error: requests.ConnectionError) -> bool:
    """Whether no connection was made at all, so that nothing can have been done."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return type(reason).__name__ in {"NewConnectionError", "ConnectTimeoutError", "NameResolutionError"}


def _is_json(answer: requests.Response) -> bool:
    try:
        answer.json()
    except requests.JSONDecodeError:
        return False
    return True


def _retry_after(answer: requests.Response) -> float:
    """Seconds that the answer asks to wait; 0 where it does not say (a date is not used by Trello)."""
    try:
        seconds = float(answer.headers.get("Retry-After", "0"))
    except ValueError:
        return 0.0
    return seconds if math.isfinite(seconds) and seconds > 0 else 0.0
