"""Checks Slack's signature over the raw body before anything reads it.

Bolt checks it, too, but parses the body first, and answers 500 to a header that is no number or not ASCII.
Source of the scheme: docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable, Mapping

WINDOW = 300


def refuse(headers: Mapping[str, str], body: bytes, secret: str, clock: Callable[[], float] = time.time) -> str | None:
    """Why the request is not Slack's, None when it is: constant time, 300 seconds old at most."""
    stamp, signature = headers.get("X-Slack-Request-Timestamp", ""), headers.get("X-Slack-Signature", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return "no timestamp"
    if abs(clock() - int(stamp)) > WINDOW:
        return "too old"
    expected = "v0=" + hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), signature.encode(errors="replace")):
        return "wrong signature"
    return None
