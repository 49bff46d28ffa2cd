"""Rules that every tracker shares: a card's marker, the length of its text, and lists that mean finished."""

from __future__ import annotations

import re

DESCRIPTION_LIMIT = 16_384
"""Trello's limit of a card's description, counted like JavaScript does: in UTF-16 units."""

CARD_GONE = "That card is gone from the board."

_DONE_WORDS = "done|closed|released|shipped|fixed|completed?|live|resolved"
_DONE = re.compile(rf"\b(?:{_DONE_WORDS})\b", re.IGNORECASE)
_NOT_YET = re.compile(r"\b(?:not|to be|ready|almost|nearly|waiting|pending|issues?|bugs?)\b", re.IGNORECASE)
_FENCE = re.compile(r"^\s*```", re.MULTILINE)


def means_done(list_name: str) -> bool:
    """Whether cards in a list of this name are finished: a word says done, closed and so on, none takes it back."""
    return _DONE.search(list_name) is not None and _NOT_YET.search(list_name) is None


def carries(description: str, marker: str) -> bool:
    """Whether the description holds the marker as a whole, not as the start of a longer one."""
    if marker not in description:
        return False
    return re.search(rf"(?<![\w-]){re.escape(marker)}(?![\w-])", description) is not None


def fit(description: str, marker: str, limit: int = DESCRIPTION_LIMIT) -> str:
    """The description with its marker, cut to `limit` UTF-16 units; a cut is said in the text, the marker stays."""
    text = description if carries(description, marker) else f"{description.rstrip()}\n\n{marker}"
    if _units(text) <= limit:
        return text
    ending = f"\n\n_Cut here: the board allows {limit:,} characters, this text had {_units(text):,}._\n\n"
    ending += _marker_line(text, marker)
    return _head(text, limit - _units(ending) - 8) + ending


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _marker_line(text: str, marker: str) -> str:
    line = next(line for line in text.splitlines() if carries(line, marker))
    return line if len(line) <= 1_000 else marker


def _head(text: str, room: int) -> str:
    """The first `room` units, ending at a line where one is near, with an open code block closed."""
    head = text.encode("utf-16-le", "surrogatepass")[: room * 2].decode("utf-16-le", "ignore")
    last_line = head.rfind("\n")
    if last_line > len(head) - 200:
        head = head[:last_line]
    return head.rstrip() + ("\n```" if len(_FENCE.findall(head)) % 2 else "")
