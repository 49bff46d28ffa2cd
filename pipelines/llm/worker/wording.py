"""Turns token bytes into text that can be sent: whole characters, and nothing of a stop word."""

from __future__ import annotations

import codecs
from collections.abc import Sequence


class Wording:
    """The text of one answer as it grows."""

    def __init__(self, stops: Sequence[str] = ()) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._stops = [stop for stop in stops if stop]
        self._held = ""
        self.stopped = False

    def add(self, piece: bytes) -> str:
        """What can be sent now; `stopped` is set once a stop word came, and nothing follows it."""
        self._held += self._decoder.decode(piece)
        ends = [at for stop in self._stops if (at := self._held.find(stop)) >= 0]
        if ends:
            self.stopped = True
            return self._give(min(ends))
        return self._give(len(self._held) - self._unsure())

    def rest(self) -> str:
        """What was held back, at the end of the answer."""
        return "" if self.stopped else self._give(len(self._held)) + self._decoder.decode(b"", final=True)

    def _unsure(self) -> int:
        """How much of the end may be the beginning of a stop word."""
        longest = max(map(len, self._stops), default=1) - 1
        for size in range(min(longest, len(self._held)), 0, -1):
            if any(stop.startswith(self._held[-size:]) for stop in self._stops):
                return size
        return 0

    def _give(self, count: int) -> str:
        given, self._held = self._held[:count], self._held[count:]
        return given
