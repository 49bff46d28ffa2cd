"""The commands about a repository: `index`, and `ask` and `locate` over JSON lines."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.jsonlines import Answering, Line, answer_lines, text_of
from bot.serving import run_migration
from bot.settings import Settings
from pipelines.core.chat import Answer
from pipelines.core.errors import Refused
from pipelines.knowledge.library import Library
from pipelines.knowledge.locating import locate
from pipelines.qa import find_answer
from storage.database import Database
from storage.knowledge import Knowledge
from storage.memory import memory_database

NOTHING_NAMED = "Name a repository: --repo DIR, or set LEADHAND_REPOS to paths or clone URLs."

LOCATED = 50  # files of one answer


async def run_index(settings: Settings, repo: str) -> int:
    """Index the repositories of the settings, or one; 1 when one of them cannot be read. Raises Refused."""
    places = (repo,) if repo else settings.repos
    if not places:
        raise Refused(NOTHING_NAMED)
    await run_migration(settings)
    database = Database.connect(settings.database)
    try:
        library = Library(places, settings.data / "repositories", Knowledge(database), keeps_others=bool(repo))
        for done in await library.refresh():
            sys.stdout.write(
                f"{done.name} at {done.commit[:7]}: {done.read} files read, {done.gone} gone, {done.commits} commits\n"
            )
    finally:
        await database.close()
    for place, trouble in library.troubles.items():
        sys.stderr.write(f"leadhand: {place}: {trouble}\n")
    return int(bool(library.troubles))


async def run_ask(settings: Settings, repo: str) -> int:
    """Answer questions from standard input; 1 when a line was bad. Raises Refused."""
    async with _in_memory(settings, repo) as library:

        async def ask(line: Line) -> Mapping[str, Any]:
            return _as_line(await find_answer(text_of(line, "question"), library))

        return await _lines(ask)


async def run_locate(settings: Settings, repo: str) -> int:
    """Rank files for tasks from standard input; 1 when a line was bad. Raises Refused."""
    async with _in_memory(settings, repo) as library:

        async def find(line: Line) -> Mapping[str, Any]:
            title, body = text_of(line, "title"), text_of(line, "body", needed=False)
            (name, *_) = library.sources
            files = (await locate(title, body, name, library.knowledge, await library.graph(name))).files[:LOCATED]
            return {"files": [file.path for file in files], "why": {file.path: list(file.signals) for file in files}}

        return await _lines(find)


def _as_line(answer: Answer) -> Mapping[str, Any]:
    cited = [
        {"path": one.path, "start": one.first, "end": one.last, "commit": one.commit, "quote": one.quote}
        for one in answer.citations
    ]
    text = "\n\n".join([answer.text, *(one.quote for one in answer.citations)])
    return {"answer": text, "citations": cited, "abstained": not cited}


async def _lines(answering: Answering) -> int:
    return await answer_lines(answering, sys.stdin, sys.stdout, sys.stderr)


@asynccontextmanager
async def _in_memory(settings: Settings, repo: str) -> AsyncIterator[Library]:
    """The repositories, indexed in memory; nothing stays behind. Raises Refused for one that cannot be read."""
    places = (repo,) if repo else settings.repos
    if not places:
        raise Refused(NOTHING_NAMED)
    with tempfile.TemporaryDirectory(prefix="leadhand-") as folder:
        async with memory_database() as database:
            library = Library(places, Path(folder), Knowledge(database))
            await library.refresh()
            if library.troubles:
                raise Refused(" ".join(library.troubles.values()))
            yield library
