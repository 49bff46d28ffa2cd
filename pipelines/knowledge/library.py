"""The repositories that may be asked: opened, indexed, kept fresh, their files read at the commit of the answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipelines.knowledge.git import RepositoryTrouble, Source, open_source, shown
from pipelines.knowledge.graph import Graph, import_graph
from pipelines.knowledge.indexing import Indexed, index
from storage.knowledge import Knowledge

log = logging.getLogger(__name__)

EVERY = 300.0  # seconds


@dataclass
class Library:
    """Repositories by name. Nothing is read before `refresh`; `folder` holds what is fetched.

    `keeps_others` leaves alone what is known of repositories that are not among `places`.
    """

    places: Sequence[str]
    folder: Path
    knowledge: Knowledge
    keeps_others: bool = False
    sources: dict[str, Source] = field(default_factory=dict)
    troubles: dict[str, str] = field(default_factory=dict)
    _graphs: dict[str, tuple[str, Graph]] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def refresh(self) -> list[Indexed]:
        """Bring every repository to its present commit; what fails is kept in `troubles` and the rest goes on."""
        async with self._turn:
            done = [await self._one(place) for place in self.places]
            await self._forget_others()
        return [indexed for indexed in done if indexed]

    async def ready(self) -> bool:
        """Have the repositories open; False while none can be read. Indexes those that were never asked yet."""
        if self.places and not self.sources:
            await self.refresh()
        return bool(self.sources)

    async def keep_fresh(self) -> None:
        """Refresh now and every few minutes, for as long as it is not cancelled."""
        while True:
            try:
                await self.refresh()
            except Exception:
                log.exception("the repositories could not be refreshed", extra={"action": "index"})
            await asyncio.sleep(EVERY)

    async def graph(self, name: str) -> Graph:
        """The import graph of a repository at its present commit; made once for each."""
        commit = self.sources[name].commit
        known = self._graphs.get(name)
        if known is None or known[0] != commit:
            files = await self.knowledge.files(name)
            known = (commit, await asyncio.to_thread(import_graph, files))
            self._graphs[name] = known
        return known[1]

    async def _one(self, place: str) -> Indexed | None:
        try:
            source = self._named(await open_source(place, self.folder))
            done = await index(source, self.knowledge)
        except RepositoryTrouble as trouble:
            self.troubles[shown(place)] = str(trouble)
            log.warning("a repository cannot be read: %s", trouble, extra={"action": "index"})
            return None
        self.troubles.pop(shown(place), None)
        self.sources[source.name] = source
        return done

    def _named(self, source: Source) -> Source:
        """Two repositories of one name are told apart by the folder that we read them through."""
        other = self.sources.get(source.name)
        if other is None or other.git_dir == source.git_dir:
            return source
        return replace(source, name=source.git_dir.stem)

    async def _forget_others(self) -> None:
        """What was taken out of the settings is no longer known; what cannot be read just now is kept."""
        if self.troubles or self.keeps_others:
            return
        for row in await self.knowledge.repositories():
            if row.name not in self.sources:
                await self.knowledge.drop(row.name)
