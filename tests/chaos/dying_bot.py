"""A bot that dies by its own kill -9 at a named boundary, and leaves word of where: run by test_kill.py.

Usage: dying_bot.py BOUNDARY WORD_FILE; the settings come from the environment.
"""

import asyncio
import dataclasses
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from bot.app import make_parts
from bot.process import Process, Role
from bot.settings import read_settings

BOUNDARY, WORD_FILE = sys.argv[1], Path(sys.argv[2])


def die(where: str) -> None:
    """Leave word on disk and be gone: no handler, no flush, no goodbye."""
    with WORD_FILE.open("w") as file:
        file.write(where)
        file.flush()
        os.fsync(file.fileno())
    os.kill(os.getpid(), signal.SIGKILL)


def deadly(name: str, call: Callable[..., Awaitable[Any]], when: Callable[..., bool] = lambda *a, **k: True) -> Any:
    async def called(*args: Any, **kwargs: Any) -> Any:
        if when(*args, **kwargs) and f"before {name}" == BOUNDARY:
            die(BOUNDARY)
        result = await call(*args, **kwargs)
        if when(*args, **kwargs) and f"after {name}" == BOUNDARY:
            die(BOUNDARY)
        return result

    return called


class Replaced:
    """A part with some of its methods replaced; everything else is the part's own."""

    def __init__(self, part: Any, **methods: Any) -> None:
        self._part = part
        self._methods = methods

    def __getattr__(self, name: str) -> Any:
        return self._methods.get(name) or getattr(self._part, name)


def is_reaction(arrival: Any) -> bool:
    return bool(arrival.kind == "reaction")


def is_news(**call: Any) -> bool:
    return "Done:" in call["text"]


def is_link(**call: Any) -> bool:
    return "Filed" in call["text"]


async def main() -> None:
    async with aiohttp.ClientSession() as session:
        parts = make_parts(read_settings(), session)
        taken = asyncio.Event()

        async def add(arrival: Any) -> bool:
            new = await parts.inbox.add(arrival)
            if is_reaction(arrival):
                taken.set()
            return new

        client = parts.workspaces.client
        posting = deadly("post", client.chat_postMessage, lambda **call: not is_news(**call))
        client.chat_postMessage = deadly("news", posting, is_news)
        client.chat_update = deadly("link", client.chat_update, is_link)
        process = Process(
            dataclasses.replace(
                parts,
                inbox=Replaced(parts.inbox, add=deadly("commit", add, is_reaction)),
                tracker=Replaced(
                    parts.tracker,
                    create=deadly("card", parts.tracker.create),
                    archive=deadly("archive", parts.tracker.archive),
                ),
                links=Replaced(parts.links, add=deadly("note", parts.links.add)),
            ),
            Role(hears=True, works=True),
        )
        acknowledge = SocketModeClient.send_socket_mode_response
        SocketModeClient.send_socket_mode_response = deadly("ack", acknowledge, lambda *_: taken.is_set())
        await process.start()
        await asyncio.Event().wait()


asyncio.run(main())
