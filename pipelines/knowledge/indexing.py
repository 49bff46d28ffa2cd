"""Brings what is known of a repository to its present commit; only what changed is read."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from pipelines.knowledge.cutting import cut, imports, is_prose, lines_of
from pipelines.knowledge.git import FILE_LIMIT, Commit, Entry, Source
from pipelines.knowledge.hiding import hide
from pipelines.knowledge.words import joined, words
from storage.knowledge import FileRow, Knowledge, NewPassage

TOGETHER = 40  # files stored in one transaction
LINE_LIMIT = 1_000  # characters; longer lines are made by machines
WORDS_LIMIT = 40_000  # words of one file
# What people did not write, or what says nothing about the code.
SKIPPED_FOLDERS = frozenset({"node_modules", "vendor", "dist", "build", "third_party", ".git", "__pycache__", "Pods"})
SKIPPED_SUFFIXES = (
    *(".lock", ".min.js", ".min.css", ".map", ".svg", ".csv", ".tsv", ".po", ".pot", ".snap", ".ipynb", ".sum"),
    *("package-lock.json", "pnpm-lock.yaml", ".geojson", ".pbxproj"),
)


@dataclass(frozen=True)
class Indexed:
    """What was done: files that were read anew, files that are gone, commits that are new."""

    name: str
    commit: str
    read: int
    gone: int
    commits: int


async def index(source: Source, knowledge: Knowledge) -> Indexed:
    """Read what changed since the last time. Safe to repeat, and to break off: the commit is marked at the end."""
    entries = [entry for entry in await source.entries() if is_wanted(entry)]
    known = {row.path: row.blob for row in await knowledge.files(source.name)}
    before = next((row.commit for row in await knowledge.repositories() if row.name == source.name), "")
    gone = set(known) - {entry.path for entry in entries}
    changed = [entry for entry in entries if known.get(entry.path) != entry.blob]
    await knowledge.remove(source.name, gone)
    await _read_files(source, changed, knowledge)
    commits = await source.history(before) if before != source.commit else []
    await knowledge.put_commits(source.name, await asyncio.to_thread(_commit_passages, commits))
    if before != source.commit or changed or gone:
        await knowledge.mark(source.name, source.commit, source.web)
    return Indexed(source.name, source.commit, len(changed), len(gone), len(commits))


def is_wanted(entry: Entry) -> bool:
    """Whether the file is text that somebody wrote, as far as its name and size say."""
    path = PurePosixPath(entry.path)
    return (
        0 < entry.size <= FILE_LIMIT
        and not SKIPPED_FOLDERS & set(path.parts[:-1])
        and not path.name.lower().endswith(SKIPPED_SUFFIXES)
    )


async def _read_files(source: Source, changed: Sequence[Entry], knowledge: Knowledge) -> None:
    waiting: list[tuple[Entry, bytes]] = []
    async for found in source.blobs(changed):
        waiting.append(found)
        if len(waiting) == TOGETHER:
            await _store(source.name, waiting, knowledge)
            waiting = []
    await _store(source.name, waiting, knowledge)


async def _store(name: str, found: Sequence[tuple[Entry, bytes]], knowledge: Knowledge) -> None:
    rows, passages = await asyncio.to_thread(_digest, found)
    await knowledge.put(name, rows, passages)


def _digest(found: Sequence[tuple[Entry, bytes]]) -> tuple[list[FileRow], list[NewPassage]]:
    rows: list[FileRow] = []
    passages: list[NewPassage] = []
    for entry, data in found:
        text = readable(data)
        rows.append(FileRow(entry.path, entry.blob, imports(entry.path, text) if text else []))
        if text:
            passages += file_passages(entry.path, text)
    return rows, passages


def readable(data: bytes) -> str:
    """The text of a file; empty for what is binary or made by a machine."""
    if b"\0" in data[:8000]:
        return ""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    return "" if any(len(line) > LINE_LIMIT for line in text.split("\n", 200)[:200]) else text


def file_passages(path: str, text: str) -> list[NewPassage]:
    """The passages of a file, and one for the whole that holds its words alone."""
    hidden = hide(text)
    lines = lines_of(hidden)
    named = words(path)
    kind = "doc" if is_prose(path) else "code"
    made: list[NewPassage] = []
    whole = list(named)
    for piece in cut(path, hidden):
        body = "\n".join(lines[piece.first - 1 : piece.last])
        inside = words(body)
        whole += inside
        told = [*words(piece.title), *named, *inside]
        made.append(
            NewPassage(kind, path, joined(told), len(told), piece.first, piece.last, title=piece.title, text=body)
        )
    whole = whole[:WORDS_LIMIT]
    return [*made, NewPassage("file", path, joined(whole), len(whole), 1, len(lines))]


def _commit_passages(commits: Sequence[Commit]) -> list[NewPassage]:
    return [_commit_passage(commit) for commit in commits]


def _commit_passage(commit: Commit) -> NewPassage:
    told = words(f"{commit.subject}\n{commit.body}")
    detail = {"author": commit.author, "at": commit.at, "files": list(commit.files[:200])}
    text = hide(commit.body)
    return NewPassage(
        "commit", commit.id, joined(told), len(told), title=hide(commit.subject), text=text, detail=detail
    )
