"""One call of the board's API: who makes it and with which values, read as leniently as Trello reads them."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

Json = dict[str, Any]
Rows = list[Json]

TEXT_LIMIT = 16_384
LARGEST_UPLOAD = 10 * 1024 * 1024


class Refusal(Exception):
    """A call that is not served: Trello's status and its plain text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


INVALID_ID = "invalid id"
NOT_FOUND = "The requested resource was not found."


@dataclass(frozen=True)
class Upload:
    """A file that a call carries."""

    name: str
    mimetype: str
    content: bytes


@dataclass(frozen=True)
class Call:
    """The values of query and body together, the parts of the path by name, the member who acts, our origin."""

    params: Mapping[str, Any]
    path: Mapping[str, str]
    member: str
    origin: str
    token: str

    def has(self, name: str) -> bool:
        """Whether the value was sent at all; a sent null counts."""
        return name in self.params

    def text(self, name: str, default: str = "", limit: int = TEXT_LIMIT) -> str:
        """A text, refused like Trello does when it is none or too long (in UTF-16 units)."""
        value = self.params.get(name)
        if value is None:
            return default
        if isinstance(value, (dict, list, Upload)) or len(str(value).encode("utf-16-le", "replace")) > limit * 2:
            raise Refusal(400, f"invalid value for {name}")
        return str(value)

    def flag(self, name: str, default: bool = False) -> bool:
        """A yes or no, as JSON or as a word."""
        value = self.params.get(name)
        if value is None or value == "":
            return default
        word = str(value).lower()
        if word not in {"true", "false", "1", "0"}:
            raise Refusal(400, f"invalid value for {name}")
        return word in {"true", "1"}

    def ids(self, name: str) -> list[str]:
        """Ids as a list or separated by commas."""
        value = self.params.get(name) or []
        parts = value if isinstance(value, list) else str(value).split(",")
        return [str(part).strip() for part in parts if str(part).strip()]

    def number(self, name: str, default: int, largest: int) -> int:
        """A count from 0 to `largest`."""
        try:
            number = int(self.params.get(name) or default)
        except (TypeError, ValueError):
            raise Refusal(400, f"invalid value for {name}") from None
        if not 0 <= number <= largest:
            raise Refusal(400, f"invalid value for {name}")
        return number


def place(pos: object, others: Iterable[float]) -> float:
    """A position among the others: "top", "bottom" (also for none) or a positive number."""
    taken = list(others)
    if pos in (None, "", "bottom"):
        return max(taken, default=0.0) + 16_384
    if pos == "top":
        return min(taken, default=32_768.0) / 2
    try:
        number = float(str(pos))
    except ValueError:
        raise Refusal(400, "invalid value for pos") from None
    if not math.isfinite(number) or number < 0:
        raise Refusal(400, "invalid value for pos")
    return number


async def read_params(request: web.Request) -> Json:
    """Query and body in one, the body's values first. Raises Refusal for a body that is neither JSON nor a form."""
    params: Json = dict(request.query)
    if not request.can_read_body:
        return params
    if request.content_type == "application/json":
        return params | _json_object(await request.read())
    if request.content_type == "application/x-www-form-urlencoded":
        return params | await _read_form(request)
    if request.content_type == "multipart/form-data":
        return params | await _read_parts(request)
    if not await request.read():
        return params
    raise Refusal(415, "Send the values as JSON or as a form.")


async def _read_form(request: web.Request) -> Json:
    try:
        form = await request.post()
    except (ValueError, LookupError):
        raise Refusal(400, "Error parsing body: invalid form data") from None
    return {name: value for name, value in form.items() if isinstance(value, str)}


async def _read_parts(request: web.Request) -> Json:
    parts: Json = {}
    try:
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader):
                parts[part.name or ""] = _part(part, await _read_part(part))
    except (ValueError, LookupError, AssertionError, HttpProcessingError):
        raise Refusal(400, "Error parsing body: invalid form data") from None
    return parts


async def _read_part(part: BodyPartReader) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk(65_536):
        content += chunk
        if len(content) > LARGEST_UPLOAD:
            raise Refusal(413, "Request Entity Too Large")
    return bytes(part.decode(bytes(content)))


def _part(part: BodyPartReader, content: bytes) -> Upload | str:
    if part.name != "file":
        return content.decode(errors="replace")
    return Upload(part.filename or "file", part.headers.get("Content-Type", ""), content)


def _json_object(body: bytes) -> Json:
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        raise Refusal(400, "Error parsing body: invalid JSON") from None
    if not isinstance(value, dict):
        raise Refusal(400, "Error parsing body: not a JSON object")
    return value
