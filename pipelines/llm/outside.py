"""Long work outside of this process: programs that leave nothing behind, one at a time over all processes."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import shutil
import signal
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

Tell = Callable[[str, float | None], None]
"""Told how far the work is: a line for people, and the share that is done from 0 to 1 where it is known."""

LONGEST_LINE = 1 << 20
KEPT_LINES = 200
ASK_AGAIN = 0.5
# What a program outside gets to see of our surroundings: never a token of ours.
SEEN = (
    *("PATH", "HOME", "LANG", "LC_", "PIP_", "SSL_", "REQUESTS_CA"),
    *("HTTP", "http", "NO_PROXY", "no_proxy", "ALL_PROXY"),
    *("CC", "CXX", "CFLAGS", "LDFLAGS", "CMAKE"),
)


def unheard(line: str) -> None:
    """Hear a line and do nothing."""


async def run(*command: str, scratch: Path, hear: Callable[[str], None] = unheard) -> tuple[int, list[str]]:
    """Run a program at low priority; its status and its last lines.

    Each line goes to `hear` as it comes. The program writes its temporary files under `scratch`, which the caller
    deletes; whoever is cancelled in here takes the program and all its children along.
    """
    process = await asyncio.create_subprocess_exec(
        *_politely(), *command,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        env=_surroundings(scratch), start_new_session=True, limit=LONGEST_LINE,
    )  # fmt: skip
    lines: deque[str] = deque(maxlen=KEPT_LINES)
    try:
        assert process.stdout is not None  # noqa: S101  # asked for as a pipe
        async for raw in process.stdout:
            line = raw.decode("utf-8", "replace").strip()
            lines.append(line)
            hear(line)
        return await process.wait(), list(lines)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def the_wheel(folder: Path) -> Path | None:
    """The one archive that pip put there."""
    wheels = list(folder.glob("*.whl"))
    return wheels[0] if len(wheels) == 1 else None


def last_line(said: list[str]) -> str:
    """What a program gave as its reason, for a person: its last error, else its last words."""
    words = [line for line in said if line]
    errors = [line for line in words if "error" in line.lower()]
    return (errors or words or ["it gave no reason."])[-1][:300]


def _surroundings(scratch: Path) -> dict[str, str]:
    return {**{name: value for name, value in os.environ.items() if name.startswith(SEEN)}, "TMPDIR": str(scratch)}


def _politely() -> list[str]:
    nice = shutil.which("nice")
    return [nice, "-n", "10"] if nice else []


@asynccontextmanager
async def alone(path: Path, tell: Tell) -> AsyncIterator[None]:
    """Wait until no other process is in here; the lock on the file ends with the process that holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        while not _take(lock):
            tell("Waiting for another leadhand that prepares the same", None)
            await asyncio.sleep(ASK_AGAIN)
        yield


def _take(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
