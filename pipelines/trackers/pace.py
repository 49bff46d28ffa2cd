"""Token buckets that keep calls under a board's rate limits, shared by every thread that calls it."""

from __future__ import annotations

import threading
import time


class Pace:
    """At most `calls` at once and `calls` per `seconds` on the long run; threads wait their turn."""

    def __init__(self, calls: int, seconds: float) -> None:
        self._calls = float(calls)
        self._rate = calls / seconds
        self._left = float(calls)
        self._read_at = time.monotonic()
        self._lock = threading.Lock()

    def reserve(self) -> float:
        """Take one call; answers the seconds to wait before it may be made."""
        with self._lock:
            now = time.monotonic()
            self._left = min(self._calls, self._left + (now - self._read_at) * self._rate)
            self._read_at = now
            self._left -= 1
            return max(0.0, -self._left / self._rate)

    def give_back(self) -> None:
        """Undo a reservation whose call was not made."""
        with self._lock:
            self._left += 1
