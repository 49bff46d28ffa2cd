"""How fast the door is: signed events on disk before the acknowledgement, beside a bare Bolt app that only acks."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import aiohttp
from running import resident

from bot.playground.server import start

SECRET = b"playground-signing-secret"
ADDRESS = "/slack/events"
AT_ONCE = 32
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Sizes:
    """How much is sent: for `make bench`, and less for a test."""

    warm: int = 2000
    events: int = 1500
    rounds: int = 9
    paced: int = 500
    commands: int = 300
    memory: int = 50_000


class Speed(NamedTuple):
    """One app: events per second of its processor time, milliseconds to the acknowledgement."""

    rate: float
    p50: float
    p99: float
    command: float


class Served(NamedTuple):
    """A process that is measured."""

    pid: int
    session: aiohttp.ClientSession
    url: str

    def spent(self) -> float:
        """Seconds of processor time, all threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    async def post(self, request: tuple[bytes, dict[str, str]]) -> float:
        """Seconds until the acknowledgement."""
        started = time.perf_counter()
        async with self.session.post(self.url, data=request[0], headers=request[1]) as answer:
            await answer.read()
            if answer.status != 200:
                raise RuntimeError(f"the app answered {answer.status}")
        return time.perf_counter() - started


def event(number: int) -> tuple[bytes, dict[str, str]]:
    """A mention as Slack sends it, of a usual size."""
    said = {
        "type": "app_mention", "user": "U0MIRA", "ts": f"1700000000.{number:06}", "client_msg_id": f"m-{number}",
        "text": f"<@U0LEADHAND> ticket the export of order {number} hangs on Safari 17.4 since release 3.9.1",
        "team": "T0", "channel": "C0SUPPORT", "event_ts": f"1700000000.{number:06}",
        "blocks": [{"type": "rich_text", "block_id": "x", "elements": [{"type": "rich_text_section", "elements": [
            {"type": "user", "user_id": "U0LEADHAND"}, {"type": "text", "text": " ticket the export hangs"}]}]}],
    }  # fmt: skip
    body = {
        "token": "t", "team_id": "T0", "api_app_id": "A0", "event": said, "type": "event_callback",
        "event_id": f"Ev{number}", "event_time": 1700000000, "is_ext_shared_channel": False,
        "authorizations": [{"enterprise_id": None, "team_id": "T0", "user_id": "U0LEADHAND", "is_bot": True,
                            "is_enterprise_install": False}],
    }  # fmt: skip
    return signed(json.dumps(body).encode(), "application/json")


def command(number: int) -> tuple[bytes, dict[str, str]]:
    """A slash command as Slack sends it."""
    fields = {
        "token": "t", "team_id": "T0", "channel_id": "C0SUPPORT", "user_id": "U0MIRA", "command": "/ticket",
        "text": f"the export of order {number} hangs", "response_url": "http://127.0.0.1:9/",
        "trigger_id": f"1.{number}",
    }  # fmt: skip
    return signed(urlencode(fields).encode(), "application/x-www-form-urlencoded")


def signed(body: bytes, content_type: str) -> tuple[bytes, dict[str, str]]:
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET, f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    named = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}
    return body, {"Content-Type": content_type, **named}


async def measure(sizes: Sizes) -> tuple[Speed, Speed, tuple[float, float]]:
    """leadhand, the bare app, and leadhand's resident megabytes after the first events and after all."""
    with tempfile.TemporaryDirectory() as folder:
        playground = await start("127.0.0.1", 0, Path(folder) / "playground.db")
        try:
            api = f"{playground.url}/api/"
            async with served("leadhand", api, folder) as ours, served("bare", api, folder) as bare:
                speeds = await compare(ours, bare, sizes)
            async with served("leadhand", api, f"{folder}/memory") as ours:
                return *speeds, await grow(ours, sizes)
        finally:
            await playground.close()


async def compare(ours: Served, bare: Served, sizes: Sizes) -> tuple[Speed, Speed]:
    """In turns, so that both meet the same other load."""
    numbers = iter(range(10**9))
    rates: dict[int, list[float]] = {ours.pid: [], bare.pid: []}
    for app in (ours, bare):
        await send(app, sizes.warm, numbers)
    for _ in range(sizes.rounds):
        for app in (ours, bare):
            rates[app.pid].append(await rate(app, sizes.events, numbers))
    return (
        await _speed(ours, statistics.median(rates[ours.pid]), sizes, numbers),
        await _speed(bare, statistics.median(rates[bare.pid]), sizes, numbers),
    )


async def rate(app: Served, count: int, numbers: Iterator[int]) -> float:
    """Events per second of the app's own processor time."""
    before = app.spent()
    await send(app, count, numbers)
    return count / (app.spent() - before)


async def send(app: Served, count: int, numbers: Iterator[int]) -> None:
    """As fast as they are taken, `AT_ONCE` at a time."""
    waiting = (event(next(numbers)) for _ in range(count))

    async def work() -> None:
        for request in waiting:
            await app.post(request)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))


async def _speed(app: Served, rate: float, sizes: Sizes, numbers: Iterator[int]) -> Speed:
    waits = await paced(app, sizes.paced, 50, numbers)
    commands = sorted([await app.post(command(next(numbers))) for _ in range(sizes.commands)])
    cuts = statistics.quantiles(waits, n=100)
    return Speed(rate, cuts[49] * 1000, cuts[98] * 1000, statistics.median(commands) * 1000)


async def paced(app: Served, count: int, a_second: int, numbers: Iterator[int]) -> list[float]:
    """Seconds to each acknowledgement, at so many events a second, whether or not the last one was answered."""
    started = time.perf_counter()
    tasks = []
    for sent in range(count):
        await asyncio.sleep(max(0.0, started + sent / a_second - time.perf_counter()))
        tasks.append(asyncio.create_task(app.post(event(next(numbers)))))
    return list(await asyncio.gather(*tasks))


async def grow(app: Served, sizes: Sizes) -> tuple[float, float]:
    """Resident megabytes after a tenth of the events, and after all."""
    numbers = iter(range(10**9))
    await send(app, sizes.memory // 10, numbers)
    early = resident(app.pid) / 1024
    await send(app, sizes.memory - sizes.memory // 10, numbers)
    return early, resident(app.pid) / 1024


@contextlib.asynccontextmanager
async def served(kind: str, api: str, folder: str) -> AsyncIterator[Served]:
    """The app in a process of its own."""
    process = await asyncio.to_thread(_launch, kind, api, folder)
    try:
        port = int(await asyncio.to_thread(process.stdout.readline))
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            yield Served(process.pid, session, f"http://127.0.0.1:{port}{ADDRESS}")
    finally:
        # Closes its standard input, which ends it.
        await asyncio.to_thread(process.communicate, None, 30)


def _launch(kind: str, api: str, folder: str) -> subprocess.Popen[bytes]:
    Path(folder).mkdir(exist_ok=True)
    here = Path(__file__)
    return subprocess.Popen(
        [sys.executable, here.with_name("door_app.py"), kind, api, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=here.resolve().parents[2],
        env={**os.environ, "PYTHONPATH": "."},
    )
