"""Cursors: how Slack cuts a long list into pages."""

import base64
import binascii

from bot.playground.calls import Call
from bot.playground.refusal import Refused
from bot.playground.store import Document


def encode(position: str) -> str:
    """A cursor that names where the next page starts."""
    return base64.urlsafe_b64encode(f"next:{position}".encode()).decode()


def decode(cursor: str) -> str:
    """The position in a cursor. Raises Refused invalid_cursor."""
    try:
        text = base64.urlsafe_b64decode(cursor.encode()).decode()
    except (binascii.Error, ValueError):
        raise Refused("invalid_cursor") from None
    if not text.startswith("next:"):
        raise Refused("invalid_cursor")
    return text.removeprefix("next:")


def cut(call: Call, items: list[Document], default: int) -> tuple[list[Document], Document]:
    """One page of a list whose items have ids, and the response_metadata."""
    limit = call.number("limit", default, 1000)
    start = 0
    if call.text("cursor"):
        first = decode(call.text("cursor"))
        start = next((place for place, item in enumerate(items) if item["id"] == first), len(items))
    page, rest = items[start : start + limit], items[start + limit :]
    return page, {"next_cursor": encode(rest[0]["id"]) if rest else ""}
