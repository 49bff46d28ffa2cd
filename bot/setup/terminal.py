"""A person at a terminal: asked in words, secrets typed unseen, choices by number."""

from __future__ import annotations

import asyncio
import os
import sys
import termios
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

from pipelines.core.errors import Refused

LONGEST_LINE = 4096
YES = {"y", "yes"}
NO = {"n", "no"}


class Stopped(Refused):
    """The person ended the input."""


class Terminal:
    """Asks on one terminal. Reading waits for the event loop, so that Ctrl-C ends it at once."""

    def __init__(self, incoming: TextIO = sys.stdin, outgoing: TextIO = sys.stdout) -> None:
        self._descriptor = incoming.fileno()
        self._outgoing = outgoing

    def say(self, text: str = "") -> None:
        """Show a line."""
        self._outgoing.write(text + "\n")
        self._outgoing.flush()

    async def ask(self, question: str, default: str = "") -> str:
        """An answer that may be seen; Enter takes the default."""
        shown = f"{question} [{default}]: " if default else f"{question}: "
        return (await self._line(shown)).strip() or default

    async def secret(self, question: str) -> str:
        """An answer that is not shown."""
        with self._unseen():
            answer = await self._line(f"{question} (not shown): ")
        self.say()
        return answer.strip()

    async def choose(self, question: str, options: Sequence[str], default: int = 0) -> int:
        """The place of the option that was chosen by its number."""
        for number, option in enumerate(options, 1):
            self.say(f"  {number}) {option}")
        while True:
            answer = await self.ask(question, str(default + 1))
            if answer.isdecimal() and 1 <= int(answer) <= len(options):
                return int(answer) - 1
            self.say(f"  Type a number from 1 to {len(options)}, or press Enter for {default + 1}.")

    async def agrees(self, question: str, *, default: bool) -> bool:
        """Yes or no."""
        while True:
            answer = (await self.ask(question, "Y/n" if default else "y/N")).lower()
            if answer in YES or answer in NO:
                return answer in YES
            if answer in {"y/n"}:
                return default
            self.say("  Type y or n.")

    async def _line(self, prompt: str) -> str:
        self._outgoing.write(prompt)
        self._outgoing.flush()
        loop = asyncio.get_running_loop()
        ready: asyncio.Future[None] = loop.create_future()
        loop.add_reader(self._descriptor, _settle, ready)
        try:
            await ready
        finally:
            loop.remove_reader(self._descriptor)
        # A terminal hands over whole lines, and nothing at all when its input has ended.
        line = os.read(self._descriptor, LONGEST_LINE)
        if not line:
            raise Stopped("The input ended.")
        return line.decode("utf-8", "replace").rstrip("\r\n")

    @contextmanager
    def _unseen(self) -> Iterator[None]:
        before = termios.tcgetattr(self._descriptor)
        hidden = termios.tcgetattr(self._descriptor)
        hidden[3] &= ~termios.ECHO
        # What was typed ahead was not meant for a question that nobody had read.
        termios.tcsetattr(self._descriptor, termios.TCSAFLUSH, hidden)
        try:
            yield
        finally:
            termios.tcsetattr(self._descriptor, termios.TCSADRAIN, before)


def _settle(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
