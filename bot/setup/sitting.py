"""One sitting at the terminal: what is there already, what is asked, and what is kept the moment it works."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from bot.settings import Settings
from bot.setup.envfile import EnvFile
from bot.setup.terminal import Terminal
from bot.slack.keys import Keys
from pipelines.core.errors import TellPerson, TryAgain

Found = TypeVar("Found")
Check = Callable[[str], Awaitable[Found]]
"""Tries a key: what it opens. Raises TellPerson with what is wrong and what to do, TryAgain where nobody answers."""

SHORTEST = 6
KINDS = {
    "xoxb-": "a bot token",
    "xapp-": "an app-level token",
    "xoxe.xoxp-": "an app configuration token",
    "xoxe.xoxb-": "a bot token that runs out after twelve hours (switch token rotation off, or install by OAuth)",
    "xoxe-": "a refresh token",
    "xoxp-": "a user's token",
    "xoxc-": "a browser's token",
}


@dataclass(frozen=True)
class Sitting:
    """The terminal, the file, and whoever can try a key."""

    terminal: Terminal
    env: EnvFile
    settings: Settings
    keys: Keys
    surroundings: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def value(self, name: str) -> str:
        """What the file says, else what the environment says."""
        return self.env.values().get(name) or self.surroundings.get(name, "")

    def keep(self, **values: str) -> None:
        """Write what works; it is in the file when this returns."""
        self.env.put(**values)

    def say(self, text: str = "") -> None:
        """Show a line."""
        self.terminal.say(f"  {text}" if text else "")

    def step(self, title: str) -> None:
        """Begin a part."""
        self.terminal.say(f"\n{title}")

    async def key(self, name: str, question: str, check: Check[Found]) -> Found:
        """Ask for a secret until one works, and keep it. Enter keeps the one that is there, or tries it once more."""
        known = self.value(name)
        found, known = await self._tried(check, known) if known else (None, "")
        if found is not None:
            self.say(f"{name} is there and works.")
        while True:
            by_enter = "" if not known else "; Enter keeps it" if found is not None else "; Enter tries it again"
            typed = _tidy(await self.terminal.secret(question + by_enter), name)
            given = typed or known
            if not given:
                self.say("Nothing was typed. Paste it, or press Ctrl-C and come back: everything so far is kept.")
                continue
            if typed or found is None:
                tried, again = await self._tried(check, given)
                if tried is None and found is not None:
                    continue  # the one that is there still works
                found, known = tried, again
            if found is not None:
                if given != self.env.values().get(name):
                    self.keep(**{name: given})
                return found

    async def _tried(self, check: Check[Found], given: str) -> tuple[Found | None, str]:
        """What the key opens, and the key; no key where it was refused, for it would be refused again."""
        try:
            return await check(given), given
        except TellPerson as refusal:
            self.say(f"No: {refusal}")
            return None, ""
        except TryAgain as fault:
            self.say(f"Not yet: {fault}")
            return None, given


def check_kind(value: str, prefix: str) -> None:
    """Raises TellPerson for a token of another kind than the one that begins with `prefix`."""
    if any(character.isspace() for character in value):
        raise TellPerson("There is a space in it: copy the token alone.")
    if value.startswith(prefix):
        return
    wanted = f"{KINDS[prefix]} is needed, which begins with {prefix}"
    known = next((kind for start, kind in KINDS.items() if value.startswith(start)), "")
    raise TellPerson(f"That is {known}. Here {wanted}" if known else f"That is no Slack token. Here {wanted}")


def _tidy(typed: str, name: str) -> str:
    """The key itself, where somebody pasted a line of a settings file, or quotes around it."""
    return typed.removeprefix("export ").removeprefix(f"{name}=").strip().strip("'\"")
