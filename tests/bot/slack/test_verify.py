"""Requests that Slack did not sign."""

import hashlib
import hmac

import pytest

from bot.slack.verify import refuse

SECRET = "fake-signing-secret"
NOW = 1_700_000_000.0


def signed(body: bytes, stamp: str, secret: str = SECRET) -> str:
    return "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()


def test_what_slack_signed_is_let_in() -> None:
    stamp = str(int(NOW))
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signed(b"{}", stamp)}
    assert refuse(headers, b"{}", SECRET, lambda: NOW) is None


@pytest.mark.parametrize(
    ("stamp", "signature"),
    [
        ("", ""),
        ("yesterday", "v0=1"),
        ("1e9", "v0=1"),
        ("-5", "v0=1"),
        ("9" * 400, "v0=1"),
        ("١٧٠٠٠٠٠٠٠٠", "v0=1"),
        (str(int(NOW) - 301), "good"),
        (str(int(NOW) + 301), "good"),
        (str(int(NOW)), ""),
        (str(int(NOW)), "v0=" + "0" * 64),
        (str(int(NOW)), "v0=é\udcff"),
        (str(int(NOW)), "foreign"),
        (str(int(NOW)), "other body"),
    ],
)
def test_what_slack_did_not_sign_is_refused(stamp: str, signature: str) -> None:
    made = {
        "good": lambda: signed(b"{}", stamp),
        "foreign": lambda: signed(b"{}", stamp, "another-secret"),
        "other body": lambda: signed(b"{ }", stamp),
    }.get(signature, lambda: signature)()
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": made}
    assert refuse(headers, b"{}", SECRET, lambda: NOW)
