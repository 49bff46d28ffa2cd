"""What one look of the doctor found, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "note", "trouble"]
NOTHING = "Nothing to do."


@dataclass(frozen=True)
class Finding:
    """`note` is worth knowing and stops nothing; `trouble` has to be mended."""

    name: str
    state: State
    words: str
    todo: str = NOTHING

    def line(self) -> str:
        """For a person."""
        return f"{self.state:<8} {self.name}: {self.words} {self.todo}"


def well(name: str, words: str) -> Finding:
    """All is as it should be."""
    return Finding(name, "ok", words)


def note(name: str, words: str, todo: str) -> Finding:
    """It works, and could be better."""
    return Finding(name, "note", words, todo)


def trouble(name: str, words: str, todo: str) -> Finding:
    """It does not work."""
    return Finding(name, "trouble", words, todo)
