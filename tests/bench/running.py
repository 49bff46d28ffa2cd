"""A running `leadhand try` in a folder of its own, driven through the playground's control API."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import requests

T = TypeVar("T")

LEADHAND = Path(sys.executable).with_name("leadhand")
PATIENCE = 60.0
FROM_OUTSIDE = ("SLACK_", "TRELLO_", "LEADHAND_", "DATABASE_URL")


@dataclass(frozen=True)
class Running:
    """The process of `leadhand try` and where its page is."""

    process: subprocess.Popen[bytes]
    url: str

    def get(self, path: str) -> Any:
        """A JSON answer."""
        return requests.get(self.url + path, timeout=10).json()

    def control(self, verb: str, **fields: Any) -> Any:
        """Do something as a person in the workspace."""
        answer = requests.post(f"{self.url}/_control/{verb}", json=fields, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def messages(self, channel: str) -> list[Any]:
        """The channel's messages, oldest first, replies included."""
        return self.get(f"/_control/messages/{channel}")["messages"]

    def cards(self) -> list[Any]:
        """The open cards of the board."""
        board = self.get("/_control/state")["board"]
        keys = f"key={board['key']}&token={board['token']}"
        return self.get(f"/1/boards/{board['id']}/cards?{keys}")

    def is_connected(self) -> bool:
        """Whether the bot hears the workspace."""
        with contextlib.suppress(OSError):
            return any(app["connected"] for app in self.get("/_control/state")["apps"])
        return False


def wait_for(look: Callable[[], T], what: str, patience: float = PATIENCE, pause: float = 0.02) -> T:
    """Look until there is something; what was seen."""
    started = time.monotonic()
    while time.monotonic() - started < patience:
        if seen := look():
            return seen
        time.sleep(pause)
    raise TimeoutError(f"no {what} within {patience:.0f} s")


@contextlib.contextmanager
def running(data: Path, *, connected: bool = True) -> Iterator[Running]:
    """`leadhand try` on a free port, state in the folder `data`, without any setting of this shell."""
    port = free_port()
    bare = {name: value for name, value in os.environ.items() if not name.startswith(FROM_OUTSIDE)}
    process = subprocess.Popen(
        [LEADHAND, "try"],
        cwd=data.parent,
        env={**bare, "PORT": str(port), "LEADHAND_DATA": str(data), "LEADHAND_MODEL": "none"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    run = Running(process, f"http://127.0.0.1:{port}")
    try:
        if connected:
            wait_for(run.is_connected, "connected bot")
        yield run
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


def resident(pid: int) -> int:
    """Resident memory of a process in kB; OSError on a system without /proc."""
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def free_port() -> int:
    """A port that nobody has at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
