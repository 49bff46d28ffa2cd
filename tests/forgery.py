"""Requests that Slack never sent: a seeded generator of forged and malformed ones, and the real ones they imitate."""

from __future__ import annotations

import copy
import gzip
import hashlib
import hmac
import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

CANARY = "canary-5e1f00d"
SECRET = "playground-signing-secret"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
TEAM, CHANNEL, PERSON = "T0PLAYGROUND", "C0SUPPORT", "U0MIRA"
Json = dict[str, Any]


@dataclass
class Request:
    """One POST to /slack/events."""

    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def signed(body: bytes, content_type: str = JSON, secret: str = SECRET, age: float = 0) -> Request:
    stamp = str(int(time.time() - age))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return Request(
        body,
        {"Content-Type": content_type, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"},
    )


def sent(payload: Json) -> Request:
    """The payload as Slack sends one of its kind."""
    if "command" in payload:
        return signed(urlencode(payload, doseq=True).encode(), FORM)
    if payload.get("type") == "event_callback":
        return signed(json.dumps(payload).encode())
    return signed(urlencode({"payload": json.dumps(payload)}).encode(), FORM)


def genuine(number: int, bot: str) -> list[Json]:
    """One payload of each kind that has an effect; `number` makes them facts of their own."""
    ts, at = f"17000{number:05}.000100", f"17001{number:05}.000200"
    text = f"<@{bot}> ticket the export hangs on Safari {CANARY}"
    person = {"id": PERSON, "name": CANARY}
    around = {"team": {"id": TEAM}, "channel": {"id": CHANNEL}, "user": person, "trigger_id": f"{number}.1.x"}
    event = {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{number}", "api_app_id": "A1"}
    said = {"type": "message", "channel": CHANNEL, "channel_type": "channel", "user": PERSON, "ts": ts, "text": text}
    item = {"type": "message", "channel": CHANNEL, "ts": ts}
    reacted = {"type": "reaction_added", "user": PERSON, "reaction": "ticket", "item": item, "event_ts": at}
    message = {"ts": ts, "text": CANARY, "type": "message"}
    pressed = {"type": "button", "action_id": "ticket_file", "action_ts": at, "value": f"{CANARY}:0"}
    return [
        {**event, "event": said},
        {**event, "event": {**said, "type": "app_mention", "ts": at}},
        {**event, "event": reacted},
        {
            "command": "/ticket", "text": text, "team_id": TEAM, "channel_id": CHANNEL, "user_id": PERSON,
            "trigger_id": f"{number}.2.x", "response_url": "http://127.0.0.1:9/never",
        },
        {"type": "block_actions", **around, "message": message, "actions": [pressed]},
        {"type": "message_action", **around, "message": message, "callback_id": "ticket_from_message", "action_ts": at},
    ]  # fmt: skip


# The fields without which each of `genuine` makes no sense.
VITAL = [
    [("event",), ("event", "type"), ("event", "channel"), ("event", "ts")],
    [("event",), ("event", "type"), ("event", "channel"), ("event", "ts")],
    [("event", "item"), ("event", "item", "channel"), ("event", "item", "ts"), ("event", "user")],
    [("team_id",), ("channel_id",), ("user_id",), ("trigger_id",)],
    [("user",), ("user", "id"), ("actions",), ("actions", 0), ("actions", 0, "action_ts")],
    [("user",), ("user", "id"), ("message",), ("message", "ts"), ("callback_id",), ("action_ts",), ("channel", "id")],
]  # fmt: skip
WRONG: list[Callable[[random.Random], Any]] = [
    lambda dice: None,
    lambda dice: [],
    lambda dice: [[CANARY] * dice.randrange(1, 9)],
    lambda dice: {},
    lambda dice: {CANARY: dice.random()},
    lambda dice: dice.randrange(-(10**12), 10**12),
    lambda dice: 10 ** dice.randrange(20, 4000),
    lambda dice: 1e300 * dice.random(),
    lambda dice: True,
    lambda dice: "",
    lambda dice: f" {CANARY} \ud800 \x00",
    lambda dice: CANARY * 5000 + "é",
    lambda dice: _nested(dice.randrange(2, 400)),
]


def _nested(depth: int) -> Any:
    value: Any = CANARY
    for _ in range(depth):
        value = [value]
    return value


def broken(payload: Json, path: tuple[Any, ...], value: Any) -> Json:
    """The payload with the value at the path, or without that field where the value is None."""
    made = copy.deepcopy(payload)
    *way, last = path
    spot: Any = made
    for step in way:
        spot = spot[step]
    if value is None and isinstance(spot, dict):
        del spot[last]
    else:
        spot[last] = value
    return made


def misshapen(dice: random.Random, number: int, bot: str) -> Json:
    """A payload with one vital field gone or of a wrong kind."""
    which = dice.randrange(len(VITAL))
    payload = genuine(number, bot)[which]
    value = dice.choice(WRONG)(dice)
    if "command" in payload:
        # A form has words only.
        value = dice.choice([None, "", "two words", "é", "x" * 300])
    return broken(payload, dice.choice(VITAL[which]), value)


def _forged(dice: random.Random, real: Request) -> Request:
    headers, body = dict(real.headers), real.body
    stamp, signature = "X-Slack-Request-Timestamp", "X-Slack-Signature"
    match dice.randrange(9):
        case 0:
            del headers[signature]
        case 1:
            del headers[stamp]
        case 2:
            headers[stamp] = dice.choice(["", "soon", "-1", "1e9", "9" * 300, " 1", "0x10", "١٢", CANARY])
        case 3:
            headers[signature] = dice.choice(["", "v0=", "v1=" + "0" * 64, "é" * 60, CANARY, "v0=" + "0" * 10_000])
        case 4:
            body += b" "
        case 5:
            return signed(body, headers["Content-Type"], secret="another-secret")
        case 6:
            return signed(body, headers["Content-Type"], age=dice.choice([301, 4000, -301, 10**9]))
        case 7:
            headers = {"Content-Type": headers["Content-Type"]}
        case _:
            headers[stamp] = str(int(headers[stamp]) - dice.randrange(1, 200))
    return Request(body, headers)


def _garbled(dice: random.Random, real: Request) -> Request:
    """Signed as it should be, and not readable."""
    body = real.body
    made = [
        lambda: signed(body[: dice.randrange(1, len(body) - 1)], JSON),
        lambda: signed(body + dice.randbytes(8) + b"\xff", JSON),
        lambda: signed(body.decode().encode(dice.choice(["utf-16", "utf-32"])), JSON),
        lambda: signed(b'{"a":' * dice.randrange(2000, 9000) + CANARY.encode(), dice.choice([JSON, FORM])),
        lambda: signed(body, dice.choice(["text/plain", "multipart/form-data; boundary=x", "image/png", "x", ""])),
        lambda: _packed(gzip.compress(body)[: -dice.randrange(1, 20)]),
        lambda: signed(b'{"%s": %s}' % (CANARY.encode(), b"7" * dice.randrange(5000, 9000)), JSON),
        lambda: signed(dice.choice([b"", b"[]", b"null", b"payload=%5B%5D", b"%s=%%ff" % CANARY.encode()]), FORM),
    ]
    return dice.choice(made)()


def _packed(body: bytes) -> Request:
    made = signed(body)
    made.headers["Content-Encoding"] = "gzip"
    return made


def hostile(count: int, bot: str, seed: int = 4) -> Iterator[Request]:
    """Forged, garbled and misshapen requests in turn, and every hundredth far too large."""
    dice = random.Random(seed)  # noqa: S311  # a test's dice
    for number in range(count):
        real = sent(dice.choice(genuine(number, bot)))
        if number % 100 == 99:
            yield signed(CANARY.encode() * 60_000, dice.choice([JSON, FORM]))
        elif number % 3 == 0:
            yield _forged(dice, real)
        elif number % 3 == 1:
            yield _garbled(dice, real)
        else:
            yield sent(misshapen(dice, number, bot))


def envelopes(count: int, bot: str, seed: int = 4) -> Iterator[str]:
    """What a socket could bring instead of envelopes."""
    dice = random.Random(seed)  # noqa: S311  # a test's dice
    for number in range(count):
        payload: Any = misshapen(dice, number, bot)
        envelope: Mapping[str, Any] = {"type": _envelope_type(payload), "envelope_id": f"e{number}", "payload": payload}
        text = json.dumps(envelope)
        yield dice.choice(
            [
                text,
                text,
                text,
                text[: dice.randrange(1, len(text))],
                json.dumps({**envelope, "payload": dice.choice(WRONG)(dice)}),
                json.dumps({**envelope, "type": dice.choice(WRONG)(dice)}),
                json.dumps([CANARY]),
                '{"a":' * 5000 + CANARY,
                "\x00" + CANARY,
            ]
        )


def _envelope_type(payload: Json) -> str:
    if "command" in payload:
        return "slash_commands"
    return "events_api" if payload.get("type") == "event_callback" else "interactive"
