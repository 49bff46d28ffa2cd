"""The record of what passed between playground and app, newest kept."""

from collections import deque
from typing import Any, Literal

Direction = Literal["to_app", "from_app"]

KEPT = 1000


class Journal:
    """A ring of the last deliveries and Web API calls, for GET /_control/log."""

    def __init__(self) -> None:
        self._lines: deque[dict[str, Any]] = deque(maxlen=KEPT)

    def note(self, kind: str, direction: Direction, summary: str, detail: Any = None) -> None:
        """Add one line; `detail` is anything that JSON can hold."""
        self._lines.append({"kind": kind, "direction": direction, "summary": summary, "detail": detail})

    def lines(self) -> list[dict[str, Any]]:
        """The lines, oldest first."""
        return list(self._lines)

    def clear(self) -> None:
        """Forget every line."""
        self._lines.clear()
