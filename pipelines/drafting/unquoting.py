"""Takes the quote of one message out of a card's description, with every line that repeats it."""

from __future__ import annotations

import re

_WORD = re.compile(r"\w+")
_MARK = re.compile(r"^\s*(?:[-*•]|\d+\.)\s+")
# So many words in a row are repeated, not said again by chance.
_RUN = 4
TAKEN_OUT = "_Taken out: it was said in a message that is deleted._"


def without_message(description: str, ts: str) -> str:
    """The description without the message of that ts, which its permalink names; unchanged where it is not quoted."""
    head = re.compile(rf"^\*\*.*/p{re.escape(ts.replace('.', ''))}(?!\d)")
    return _without(description, head)


def without_request(description: str) -> str:
    """The description without the words that came with the command; unchanged where there are none."""
    return _without(description, re.compile(r"^\*\*.*\*\* \(request\)$"))


def _without(description: str, head: re.Pattern[str]) -> str:
    lines = description.split("\n")
    start = next((at for at, line in enumerate(lines) if head.match(line)), None)
    if start is None:
        return description
    end = start + 1
    while end < len(lines) and lines[end].startswith(">"):
        end += 1
    quoted = [line.lstrip("> ") for line in lines[start + 1 : end]]
    others = [*lines[:start], *lines[end + 1 if lines[end : end + 1] == [""] else end :]]
    return "\n".join(_cleaned(others, quoted)).strip("\n")


def _cleaned(lines: list[str], quoted: list[str]) -> list[str]:
    said = " ".join(_WORD.findall(" ".join(quoted).casefold()))
    kept: list[str] = []
    for line in lines:
        if not _repeats(line, said):
            kept.append(line)
        elif kept[-1:] != [TAKEN_OUT]:
            kept.append(TAKEN_OUT)
    return kept


def _repeats(line: str, said: str) -> bool:
    """Whether the line says what was quoted: all of it, or a run of its words. Headings and quotes of others stay."""
    if line.startswith(("#", ">", "**", "[")):
        return False
    words = _WORD.findall(_MARK.sub("", line).casefold())
    if not words:
        return False
    runs = [" ".join(words[at : at + _RUN]) for at in range(max(1, len(words) - _RUN + 1))]
    return any(f" {run} " in f" {said} " for run in runs)
