"""Change reports of a Trello-like board: their signature, and the card moves that they tell of."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from pipelines.core.boards import CardMove
from pipelines.trackers.marks import means_done


def sign(secret: str, body: bytes, callback_url: str) -> str:
    """Trello's X-Trello-Webhook: base64 of HMAC-SHA1 over the raw body and the exact callback URL."""
    digest = hmac.new(secret.encode(), body + callback_url.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def verify(secret: str, body: bytes, signature: str, callback_url: str) -> bool:
    """Whether the signature is the board's, compared in constant time; without a secret nothing is."""
    expected = sign(secret, body, callback_url).encode()
    same = hmac.compare_digest(expected, signature.encode("utf-8", "replace"))
    return same and bool(secret)


def read_report(body: bytes) -> list[CardMove]:
    """The moves in the body of a report; none for any other change. Raises ValueError on garbage."""
    report = json.loads(body)
    action = report.get("action") if isinstance(report, dict) else None
    if not isinstance(action, dict):
        raise ValueError("the change report holds no action")
    return read_actions([action])


def read_actions(actions: list[dict[str, Any]]) -> list[CardMove]:
    """The moves among Trello's actions, in their order. Raises ValueError where a move lacks its parts."""
    return [_move(action) for action in actions if _is_move(action)]


def _is_move(action: Mapping[str, Any]) -> bool:
    data = action.get("data")
    return action.get("type") == "updateCard" and isinstance(data, dict) and "listAfter" in data


def _move(action: Mapping[str, Any]) -> CardMove:
    try:
        list_name = str(action["data"]["listAfter"]["name"])
        return CardMove(
            id=str(action["id"]),
            card_id=str(action["data"]["card"]["id"]),
            list_name=list_name,
            done=means_done(list_name),
            by=str((action.get("memberCreator") or {}).get("fullName", "")),
            at=str(action.get("date", "")),
        )
    except (KeyError, TypeError, AttributeError):
        raise ValueError("the change report tells of a move without its card or list") from None
