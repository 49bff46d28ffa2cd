"""Trigger ids: a person's act that entitles the app to open one modal within three seconds."""

import re
import time
from dataclasses import dataclass

from bot.playground.refusal import Refused
from bot.playground.timing import Timing
from bot.playground.workspace import mint

KEPT = 1000


@dataclass
class Trigger:
    """Whose act it was, until when it counts (monotonic seconds), and whether it was exchanged."""

    user: str
    until: float
    used: bool = False


class Triggers:
    """Issues and takes back trigger ids."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._issued: dict[str, Trigger] = {}

    def issue(self, user: str) -> str:
        """A new trigger id, in Slack's form."""
        trigger_id = f"{time.time_ns() // 1000}.{len(self._issued) + 1}.{mint('').lower()}"
        self._issued[trigger_id] = Trigger(user, time.monotonic() + self._timing.trigger)
        while len(self._issued) > KEPT:
            self._issued.pop(next(iter(self._issued)))
        return trigger_id

    def exchange(self, trigger_id: str) -> Trigger:
        """Whose act this was. Raises Refused: invalid, expired or exchanged before."""
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            known_form = re.fullmatch(r"\d+\.\d+\.[0-9a-z]+", trigger_id)
            raise Refused("expired_trigger_id" if known_form else "invalid_trigger_id")
        if time.monotonic() > trigger.until:
            raise Refused("expired_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        return trigger
