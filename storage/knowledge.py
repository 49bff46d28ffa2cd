"""What is known of repositories: their files, passages and commits, and full-text search over them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Text,
    cast,
    delete,
    func,
    insert,
    literal,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database
from storage.models import passage, repository, source_file, utc_now
from storage.statements import upsert

CHUNK = 400  # rows of one transaction: SQLite lets one writer in, and arrivals must not wait for an index
NAMES = 500  # values of one IN (...)


@dataclass(frozen=True)
class RepositoryRow:
    """A repository at the commit that it was read at; `web` begins the address of a file, or is empty."""

    name: str
    commit: str
    web: str
    indexed_at: datetime


@dataclass(frozen=True)
class NewPassage:
    """A piece to store. `kind`: code, doc, file or commit; lines count from 1; `words` are split by spaces."""

    kind: str
    path: str
    words: str
    size: int
    first_line: int = 0
    last_line: int = 0
    title: str = ""
    text: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Passage(NewPassage):
    """A piece that was found."""

    id: int = 0
    repository: str = ""


@dataclass(frozen=True)
class FileRow:
    """A file that was read; `imports` as they are written in it."""

    path: str
    blob: str
    imports: list[str]


@dataclass(frozen=True)
class Counts:
    """How many passages there are, and how many hold each term."""

    passages: int
    holding: Mapping[str, int]


class Knowledge:
    """Repositories and what is searched in them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sqlite = database.dialect == "sqlite"

    async def repositories(self) -> list[RepositoryRow]:
        """Every repository, by name."""
        async with self._database.session() as session:
            rows = (await session.execute(select(repository).order_by(repository.c.name))).mappings().all()
        return [RepositoryRow(**row) for row in rows]

    async def mark(self, name: str, commit: str, web: str) -> None:
        """Say that the repository is known as it is at this commit."""
        row = {"name": name, "commit": commit, "web": web, "indexed_at": utc_now()}
        async with self._database.begin() as session:
            await session.execute(upsert(self._database.dialect, repository), row)

    async def drop(self, name: str) -> None:
        """Forget a repository."""
        async with self._database.begin() as session:
            for table, column in (
                (passage, passage.c.repository),
                (source_file, source_file.c.repository),
                (repository, repository.c.name),
            ):
                await session.execute(delete(table).where(column == name))

    async def files(self, name: str) -> list[FileRow]:
        """The files that were read, by path."""
        columns = (source_file.c.path, source_file.c.blob, source_file.c.imports)
        wanted = select(*columns).where(source_file.c.repository == name).order_by(source_file.c.path)
        async with self._database.session() as session:
            return [FileRow(*row) for row in (await session.execute(wanted)).all()]

    async def remove(self, name: str, paths: Collection[str]) -> None:
        """Forget files that are gone."""
        for some in _chunks(sorted(paths), NAMES):
            async with self._database.begin() as session:
                await self._alone(session, name)
                await self._clear(session, name, some)

    async def put(self, name: str, files: Sequence[FileRow], passages: Sequence[NewPassage]) -> None:
        """Store files with all their passages, in place of what was known of them; safe to repeat."""
        async with self._database.begin() as session:
            await self._alone(session, name)
            await self._clear(session, name, [file.path for file in files])
            if files:
                await session.execute(insert(source_file), [{"repository": name, **asdict(file)} for file in files])
            await self._add(session, name, passages)

    async def put_commits(self, name: str, commits: Sequence[NewPassage]) -> None:
        """Store commits, `path` being the commit's id; those that are known stay as they are."""
        for some in _chunks(commits, CHUNK):
            async with self._database.begin() as session:
                await self._alone(session, name)
                ids = [commit.path for commit in some]
                here = (passage.c.repository == name, passage.c.kind == "commit", passage.c.path.in_(ids))
                known = set(await session.scalars(select(passage.c.path).where(*here)))
                await self._add(session, name, [commit for commit in some if commit.path not in known])

    async def commits(self, name: str) -> list[Passage]:
        """Every commit that is known, without its words."""
        here = (passage.c.repository == name, passage.c.kind == "commit")
        columns = (passage.c.path, passage.c.title, passage.c.detail)
        async with self._database.session() as session:
            rows = (await session.execute(select(*columns).where(*here))).all()
        return [Passage("commit", path, "", 0, title=title, detail=detail) for path, title, detail in rows]

    async def titles(self, name: str, titles: Collection[str]) -> list[tuple[str, str]]:
        """Title and path of the code passages whose title ends in one of these names."""
        last = [passage.c.title == title for title in titles]
        inner = [passage.c.title.endswith(f".{title}", autoescape=True) for title in titles]
        if not titles:
            return []
        here = select(passage.c.title, passage.c.path).where(passage.c.repository == name, passage.c.kind == "code")
        async with self._database.session() as session:
            found = (await session.execute(here.where(_any([*last, *inner])))).all()
        return [(str(title), str(path)) for title, path in found]

    async def counts(self, terms: Collection[str]) -> Counts:
        """How rare each term is, over everything that is known."""
        async with self._database.session() as session:
            total = await session.scalar(select(func.count()).select_from(passage)) or 0
            holding = {term: await self._holding(session, term) for term in terms}
        return Counts(total, holding)

    async def _holding(self, session: AsyncSession, term: str) -> int:
        if self._sqlite:
            counted = text("SELECT doc FROM passage_search_terms WHERE term = :term")
            return await session.scalar(counted, {"term": term}) or 0
        return await session.scalar(select(func.count()).select_from(passage).where(_holds(term))) or 0

    async def search(
        self, weights: Mapping[str, float], kinds: Collection[str], limit: int, names: Collection[str] = ()
    ) -> list[Passage]:
        """The passages that hold some of the terms, those with the heaviest first; `names`: these repositories only."""
        if not weights:
            return []
        wanted = select(passage).where(passage.c.kind.in_(sorted(kinds))).limit(limit)
        if names:
            wanted = wanted.where(passage.c.repository.in_(sorted(names)))
        if self._sqlite:
            wanted = wanted.join(text("passage_search"), text("passage_search.rowid = passage.id"))
            wanted = wanted.where(text("passage_search MATCH :query").bindparams(query=_fts5(weights)))
            wanted = wanted.order_by(text("bm25(passage_search)"), passage.c.id)
        else:
            score = sum(
                (cast(_holds(term), Integer) * weight for term, weight in weights.items()),
                start=literal_column("0.0"),
            )
            wanted = wanted.where(_any([_holds(term) for term in weights]))
            wanted = wanted.order_by(score.desc(), passage.c.size, passage.c.id)
        async with self._database.session() as session:
            return [_passage(row) for row in (await session.execute(wanted)).all()]

    async def _add(self, session: AsyncSession, name: str, passages: Iterable[NewPassage]) -> None:
        for some in _chunks([{"repository": name, **asdict(made)} for made in passages], CHUNK):
            await session.execute(insert(passage), some)

    async def _clear(self, session: AsyncSession, name: str, paths: Sequence[str]) -> None:
        for some in _chunks(paths, NAMES):
            pieces = (passage.c.repository == name, passage.c.kind != "commit", passage.c.path.in_(some))
            await session.execute(delete(passage).where(*pieces))
            files = (source_file.c.repository == name, source_file.c.path.in_(some))
            await session.execute(delete(source_file).where(*files))

    async def _alone(self, session: AsyncSession, name: str) -> None:
        """Two processes that index one repository take turns."""
        if not self._sqlite:
            await session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": f"index:{name}"})


# As the migration writes it, or the index is not used.
_VECTOR = "array_to_tsvector(string_to_array(words, ' '))"


def _holds(term: str) -> ColumnElement[bool]:
    lexeme = "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"
    return literal_column(_VECTOR, Text).op("@@", is_comparison=True)(cast(literal(lexeme), TSQUERY))


def _any(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    first, *rest = conditions
    for condition in rest:
        first = first | condition
    return first


def _fts5(terms: Iterable[str]) -> str:
    return " OR ".join('"' + term.replace('"', '""') + '"' for term in terms)


def _passage(row: Row[Any]) -> Passage:
    return Passage(**row._mapping)


def _chunks(items: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    return (items[at : at + size] for at in range(0, len(items), size))
