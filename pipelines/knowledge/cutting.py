"""Cuts a file into passages: code by its definitions, Markdown by its headings, the rest at blank lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from pipelines.knowledge.syntax import Definition, definitions

LONGEST = 60  # lines of one passage
PROSE = frozenset({"md", "markdown", "mdx", "rst", "txt", "adoc"})
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_LEADING = ("#", "//", "/*", "*", "@", '"""', "--")
_IMPORT = {
    "python": re.compile(r"^\s*(?:from\s+([.\w]+)\s+import\s+([\w, ]+)|import\s+([\w., ]+))", re.MULTILINE),
    "script": re.compile(r"""(?:\bfrom|\brequire\(|\bimport\(|^\s*import)\s*['"]([^'"\n]{1,200})['"]""", re.MULTILINE),
    "go": re.compile(r"""^(?:import\s+)?\s*(?:[\w.]+\s+)?"([\w./-]{1,200})"\s*$""", re.MULTILINE),
}
_READS = {"py": "python", "pyi": "python", "go": "go"} | dict.fromkeys(
    ("js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "vue", "svelte"), "script"
)


@dataclass(frozen=True)
class Piece:
    """Lines `first` to `last`, counted from 1; `title` names the definition or the headings above."""

    first: int
    last: int
    title: str = ""


def suffix_of(path: str) -> str:
    """The ending of the file's name, without its dot, in lower case."""
    return PurePosixPath(path).suffix.removeprefix(".").lower()


def is_prose(path: str) -> bool:
    """Whether the file is documentation rather than code."""
    return suffix_of(path) in PROSE or PurePosixPath(path).name.upper() in {"README", "CHANGELOG", "LICENSE"}


def cut(path: str, text: str) -> list[Piece]:
    """The passages of a file; together they hold each of its lines that is not blank."""
    lines = lines_of(text)
    if is_prose(path):
        return [piece for section in _sections(lines) for piece in _split(section, lines)]
    found = definitions(suffix_of(path), text.encode("utf-8", "replace"))
    whole = Piece(1, len(lines))
    pieces = _around(whole, found, lines, "") if found else [whole]
    return [part for piece in pieces for part in _split(piece, lines)]


def lines_of(text: str) -> list[str]:
    """Lines as editors and git hosts count them: only a line feed ends one."""
    lines = text.split("\n")
    return lines[:-1] if lines and not lines[-1] else lines


def imports(path: str, text: str) -> list[str]:
    """What the file imports, as it is written there; a name taken from a Python module follows it after a dot."""
    kind = _READS.get(suffix_of(path), "")
    if not kind:
        return []
    found: list[str] = []
    for match in _IMPORT[kind].finditer(text):
        found += _python(*match.groups()) if kind == "python" else [match[1]]
    return list(dict.fromkeys(found))


def _python(module: str | None, names: str | None, plain: str | None) -> list[str]:
    if module:
        dot = "" if module.endswith(".") else "."
        return [module, *(f"{module}{dot}{name.split()[0]}" for name in (names or "").split(",") if name.strip())]
    return [name.split()[0] for name in (plain or "").split(",") if name.strip()]


def _around(whole: Piece, found: Sequence[Definition], lines: Sequence[str], trail: str) -> Iterator[Piece]:
    """The definitions within `whole`, and what lies between them."""
    at = whole.first
    for one in found:
        first = max(at, _with_comment(one.first, lines))
        if first > at:
            yield Piece(at, first - 1, trail)
        if one.last >= first:
            name = f"{trail}.{one.name}" if trail else one.name
            piece = Piece(first, one.last, name)
            yield from _around(piece, one.inner, lines, name) if one.inner else [piece]
        at = max(at, one.last + 1)
    if at <= whole.last:
        yield Piece(at, whole.last, trail)


def _with_comment(first: int, lines: Sequence[str]) -> int:
    """The line at which the comment right above a definition begins."""
    while first > 1 and lines[first - 2].strip().startswith(_LEADING):
        first -= 1
    return first


def _sections(lines: Sequence[str]) -> Iterator[Piece]:
    trail: list[tuple[int, str]] = []
    first, fenced = 1, False
    for number, line in enumerate(lines, 1):
        fenced ^= bool(_FENCE.match(line))
        heading = None if fenced else _HEADING.match(line)
        if heading:
            if number > first:
                yield Piece(first, number - 1, " > ".join(name for _, name in trail))
            trail = [(level, name) for level, name in trail if level < len(heading[1])]
            trail.append((len(heading[1]), heading[2]))
            first = number
    yield Piece(first, len(lines), " > ".join(name for _, name in trail))


def _split(piece: Piece, lines: Sequence[str]) -> Iterator[Piece]:
    """The piece without blank lines at its ends, in parts of at most LONGEST lines, cut at blank lines."""
    first, last = piece.first, piece.last
    while first <= last and not lines[first - 1].strip():
        first += 1
    while last >= first and not lines[last - 1].strip():
        last -= 1
    while last - first >= LONGEST:
        blank = [at for at in range(first + LONGEST // 2, first + LONGEST) if not lines[at - 1].strip()]
        end = blank[-1] if blank else first + LONGEST - 1
        yield from _split(Piece(first, end, piece.title), lines)
        first = end + 1
    if first <= last:
        yield Piece(first, last, piece.title)
