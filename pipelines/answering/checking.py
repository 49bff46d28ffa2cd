"""Lets a model's words pass sentence by sentence: each must name a passage that exists, and nothing that none holds.

A mark [2] is what ties a sentence to its evidence. What stands in a paragraph before a marked sentence goes with it;
what comes after the last mark is not said. A name or a number that stands nowhere in the evidence takes its sentence
along. Marks are numbered anew in the order in which they are first used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.core.chat import Citation

_FENCE = re.compile(r"[ \t]*(```+|~~~+)")
_MARK = re.compile(r"\[(\d{1,2})\]")
_MARKS = re.compile(r"\[(\d{1,2}(?:\s*,\s*\d{1,2})+)\]")
_SENTENCE = re.compile(r"[.!?][\"')\]*_`]*(?:[ \t]*\[\d{1,2}\][.,]?)*[ \t]+(?=[^\s\[])")
_CODE = re.compile(r"`([^`\n]+)`")
# Names as code writes them, and numbers that say something.
_NAME = re.compile(r"[A-Za-z][\w-]*(?:[./][\w-]+)+|[A-Za-z]+_\w+|[a-z]+[A-Z]\w*|[A-Z][a-z]+[A-Z]\w*|\d[\d.,:]*\d|\d")
_WORD = re.compile(r"[A-Za-z_]\w+|\d+")
_ORDER = re.compile(r"^[ \t]*\d{1,2}[.)][ \t]", re.MULTILINE)


class Checker:
    """Takes a model's text as it comes; gives out what may be said. `cited` are the passages named so far, in order."""

    def __init__(self, passages: Sequence[Citation], known: str) -> None:
        self._passages = passages
        # Names may come from the evidence, and from what people said.
        held = "\n".join([known, *(f"{one.path}\n{one.quote}" for one in passages)]).lower()
        self._known = held
        self._words = set(_WORD.findall(held))
        self._raw = ""
        self._waiting = ""
        self._has_spoken = False
        self.cited: list[Citation] = []
        self.left_out = 0

    @property
    def marks(self) -> dict[str, str]:
        """The addresses of the marks so far."""
        return {str(number): one.url for number, one in enumerate(self.cited, 1) if one.url}

    def feed(self, piece: str) -> str:
        """More of the text; what of it may be said now."""
        self._raw += piece
        return self._pass(final=False)

    def close(self) -> str:
        """Nothing more comes; what may still be said."""
        return self._pass(final=True).rstrip()

    def _pass(self, *, final: bool) -> str:
        said = ""
        while (unit := self._next(final=final)) is not None:
            self._raw = self._raw[len(unit) :]
            said += self._take(unit)
        return said

    def _next(self, *, final: bool) -> str | None:
        """The next sentence, line or block of code; None where its end has not come."""
        line, newline, _ = self._raw.partition("\n")
        if fence := _FENCE.match(line):
            end = re.search(
                rf"^[ \t]*{fence[1][0]}{{{len(fence[1])},}}[ \t]*$\n?", self._raw[len(line) :], re.MULTILINE
            )
            if end and (final or end[0].endswith("\n")):
                return self._raw[: len(line) + end.end()]
            return self._raw or None if final else None
        if found := _SENTENCE.search(line):
            return line[: found.end()]
        if newline:
            return line + newline
        return self._raw or None if final else None

    def _take(self, unit: str) -> str:
        if not unit.strip():
            self._end_paragraph(unit)
            return ""
        unit = _MARKS.sub(lambda found: " ".join(f"[{number.strip()}]" for number in found[1].split(",")), unit)
        if not self._is_held(unit):
            self.left_out += 1
            return ""
        named = [int(number) for number in _MARK.findall(unit)]
        self._waiting += _MARK.sub(self._renumbered, unit)
        # Code that the passages hold is its own evidence.
        if not any(self._exists(number) for number in named) and not (_FENCE.match(unit) and self._has_spoken):
            return ""
        said, self._waiting = self._waiting if self._has_spoken else self._waiting.lstrip(), ""
        self._has_spoken = True
        return said

    def _end_paragraph(self, blank: str) -> None:
        """What waits for a mark waits no longer, but for a line that leads to what follows."""
        waits = self._waiting.strip()
        if waits and not waits.endswith((":", "**")) and not waits.startswith("#"):
            self.left_out += 1
            self._waiting = ""
        self._waiting += blank

    def _exists(self, number: int) -> bool:
        return 1 <= number <= len(self._passages)

    def _renumbered(self, found: re.Match[str]) -> str:
        number = int(found[1])
        if not self._exists(number):
            return ""
        passage = self._passages[number - 1]
        if passage not in self.cited:
            self.cited.append(passage)
        return f"[{self.cited.index(passage) + 1}]"

    def _is_held(self, unit: str) -> bool:
        """Whether every name and number of it stands in the evidence."""
        if _FENCE.match(unit):
            words = {word.lower() for word in _WORD.findall(unit.partition("\n")[2])}
            return len(words - self._words) <= len(words) // 10
        bare = _MARK.sub("", _ORDER.sub("", unit))
        names = {*_CODE.findall(bare), *_NAME.findall(_CODE.sub(" ", bare))}
        return all(self._knows(name.lower()) for name in names)

    def _knows(self, name: str) -> bool:
        if name in self._known or name.removesuffix("()") in self._known:
            return True
        parts = _WORD.findall(name)
        return bool(parts) and not name[0].isdigit() and all(part in self._words for part in parts)
