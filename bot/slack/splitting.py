"""Cuts Markdown into parts that Slack takes: at the best border there is, with fences whole and nothing lost.

A part is `opened + body + closed`. The bodies joined are the text; what was added, to close a fence at the end of one
part and to open it again at the beginning of the next, stands beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

# Slack takes 12,000 characters a message and 3,000 a section (docs.slack.dev); room is left for what comes after.
MESSAGE_PART = 11_000
SECTION_PART = 2_900
# From this share of the limit on, a growing text takes the next border between paragraphs.
SOFT = 0.8
# A fence with more marks than this share of the limit could not be opened again: it is text.
LONGEST_FENCE = 1 / 16
SHOWN_INFO = 60
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})([^\r\n]*)")
_MAYBE_FENCE = re.compile(r"[ \t]*(?:[`~]|$)")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_BORDER = re.compile(r"(?<=[^\S\r\n])(?=\S)|(?<=[^\S\r\n])$")
# Never first in a part: what joins or changes the character before it, and the second half of a torn pair.
_CLINGS = re.compile("[\u0300-\u036f\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\udc00-\udfff\n]")


def width(text: str) -> int:
    """Length as JavaScript counts it, the longest of the usual ways: two for what lies beyond the basic plane."""
    return len(text) + sum(char > "\uffff" for char in text) if not text.isascii() else len(text)


@dataclass(frozen=True)
class Fence:
    """An open code fence: its marks, and the line that opens it again."""

    marks: str
    opening: str

    def is_closed_by(self, line: str) -> bool:
        """Whether the line ends it (CommonMark 4.5, any indentation)."""
        bare = line.strip()
        return len(bare) >= len(self.marks) and set(bare) == {self.marks[0]}


@dataclass
class Part:
    """One message or section."""

    opened: str = ""
    body: str = ""
    closed: str = ""

    @property
    def text(self) -> str:
        """What is sent."""
        return self.opened + self.body + self.closed


@dataclass
class Splitter:
    """Takes a text piece by piece. `parts` only ever grow at their ends, and only the last one grows.

    `soft`: from this width on, the next border between paragraphs is taken.
    """

    limit: int = MESSAGE_PART
    soft: int = 0
    parts: list[Part] = field(default_factory=lambda: [Part()])
    _held: str = ""
    _width: int = 0
    _fence: Fence | None = None
    _inside_line: bool = False
    _after_blank: bool = False

    def __post_init__(self) -> None:
        self.soft = self.soft or int(self.limit * SOFT)

    def feed(self, text: str) -> None:
        """Take more. A word that may go on, and a line that may become a fence, are held back."""
        self._held += text
        self._place(final=False)

    def close(self) -> None:
        """Nothing more comes: place what was held back, and close what is open."""
        self._place(final=True)
        if len(self.parts) > 1 and not self.parts[-1].body:
            self.parts.pop()
        self.parts[-1].closed = self.parts[-1].closed or self._closing()
        self._width = width(self.parts[-1].text)

    def closed_text(self) -> str:
        """The last part as it would be if nothing more came."""
        return self.parts[-1].text + self._closing()

    def add_last(self, text: str) -> None:
        """Add words below a closed text, in a new part where there is no room."""
        if self._width + width(text) > self.limit:
            self.parts.append(Part())
        self.parts[-1].closed += text

    def roll(self) -> None:
        """End this part here, and go on in a new one."""
        self.parts[-1].closed = self._closing()
        opened = self._fence.opening if self._fence else ""
        self.parts.append(Part(opened=opened))
        self._width = width(opened)

    def make_room(self, wanted: int) -> None:
        """Go on in a new part where this one has no room for that much and a new one has."""
        if self.parts[-1].body and self._width + wanted > self.limit and wanted <= self.limit:
            self.roll()

    def _closing(self) -> str:
        if self._fence is None:
            return ""
        return ("" if self.parts[-1].text.endswith("\n") else "\n") + self._fence.marks

    def _room(self) -> int:
        """What fits still, with the line that would close the fence."""
        return self.limit - self._width - (len(self._fence.marks) + 2 if self._fence else 0)

    def _place(self, *, final: bool) -> None:
        while self._held:
            taken = self._next(final=final)
            if not taken:
                return
            self._held = self._held[len(taken) :]
            if self._inside_line:
                self._add(taken)
            else:
                self._begin_line(taken)
            self._inside_line = not taken.endswith("\n")

    def _next(self, *, final: bool) -> str:
        """The rest of the line; where its end is not known yet, its whole words."""
        end = self._held.find("\n")
        if end >= 0:
            return self._held[: end + 1]
        if final:
            return self._held
        if not self._inside_line and (_MAYBE_FENCE.match(self._held) or self._fence):
            return "" if len(self._held) < self.limit else self._held[: self.limit // 2]
        borders = [found.start() for found in _BORDER.finditer(self._held)]
        if borders:
            return self._held[: borders[-1]]
        return self._held[: self.limit // 2] if len(self._held) >= self.limit else ""

    def _begin_line(self, line: str) -> None:
        """A border: the line goes here or opens the next part."""
        if self._fence is not None:
            self._continue_fence(self._fence, line)
            return
        opened = self._opened_by(line)
        if (self._after_blank or opened) and self._width >= self.soft and line.strip():
            self.roll()
        self._after_blank = not line.strip()
        if opened is None:
            self._add_line(line)
            return
        self.make_room(width(line) + len(opened.marks) + 2)
        self._append(line)
        self._fence = opened

    def _continue_fence(self, fence: Fence, line: str) -> None:
        if fence.is_closed_by(line):
            if width(line) > self._room() + len(fence.marks) + 2:
                self.roll()
            self._append(line)
            self._fence, self._after_blank = None, True
            return
        self._add_line(line)

    def _add_line(self, line: str) -> None:
        if width(line) > self._room() and self.parts[-1].body and self._fits_alone(line):
            self.roll()
        self._add(line)

    def _fits_alone(self, line: str) -> bool:
        around = width(self._fence.opening) + len(self._fence.marks) + 2 if self._fence else 0
        return width(line) + around <= self.limit

    def _opened_by(self, line: str) -> Fence | None:
        found = _FENCE.match(line)
        if found is None or not line.endswith("\n"):
            return None
        marks, info = found[1], found[2].strip()
        if (marks[0] == "`" and "`" in info) or width(line) > self.limit // 2:
            return None
        if len(marks) > self.limit * LONGEST_FENCE:
            return None
        shown = info if len(info) <= SHOWN_INFO else info.split()[0][:SHOWN_INFO]
        return Fence(marks, f"{marks}{shown}\n")

    def _add(self, text: str) -> None:
        """Text without a better border in it than one between words."""
        while width(text) > (room := self._room()):
            at = _cut(text, room)
            if at == 0 and self.parts[-1].body:
                self.roll()
                continue
            at = at or _whole_character(text)
            self._append(text[:at])
            text = text[at:]
            if text:
                self.roll()
        self._append(text)

    def _append(self, text: str) -> None:
        self.parts[-1].body += text
        self._width += width(text)


def split(text: str, limit: int = MESSAGE_PART) -> list[Part]:
    """The text in parts; a paragraph, a list, a table or a fence is whole where it fits into one."""
    splitter = Splitter(limit, soft=limit)
    for block in _blocks(text):
        splitter.make_room(width(block.rstrip("\r\n")))
        splitter.feed(block)
    splitter.close()
    return [part for part in splitter.parts if part.body]


def _blocks(text: str) -> Iterator[str]:
    """Lines up to a blank one, and fences up to their end."""
    block, fence = "", None
    for line in _LINE.findall(text):
        block += line
        if fence is not None:
            ended = fence.is_closed_by(line)
            fence = None if ended else fence
        else:
            ended = not line.strip()
            found = _FENCE.match(line)
            fence = Fence(found[1], "") if found else None
        if ended:
            yield block
            block = ""
    if block:
        yield block


def _cut(text: str, room: int) -> int:
    """Where to cut: after the last word that fits, else after the last character; 0 where there is no room."""
    at = _characters(text, room)
    if at >= len(text):
        return len(text)
    words = [found.start() for found in _BORDER.finditer(text, max(0, at - 400), at)]
    for word in reversed(words):
        if word > 0 and not _FENCE.match(text, word):
            return word
    while 0 < at < len(text) and _tears(text, at):
        at -= 1
    return at


def _tears(text: str, at: int) -> bool:
    """Whether a cut there tears a character, or makes a fence of marks that stand inside a line."""
    return bool(_CLINGS.match(text[at]) or text[at - 1] == "\u200d" or _FENCE.match(text, at))


def _characters(text: str, room: int) -> int:
    """How many characters are at most that wide."""
    if room <= 0:
        return 0
    at, used = 0, 0
    for char in text:
        used += 1 + (char > "\uffff")
        if used > room:
            break
        at += 1
    return at


def _whole_character(text: str) -> int:
    """The length of the first character with all that clings to it, however little room there is."""
    at = 1
    while at < len(text) and at < 16 and _tears(text, at):
        at += 1
    return at
