"""What the work on tickets uses, and who may decide."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from pipelines.core.asks import Ask, Place
from pipelines.core.boards import Tracker
from pipelines.core.chat import Chat
from pipelines.core.tickets import Draft
from storage.audit import Audit
from storage.drafts import Drafts
from storage.inbox import Inbox
from storage.links import Links
from storage.reactions import Reactions
from storage.threads import Threads
from storage.traces import Traces

Composer = Callable[..., Draft]


class Writer(Protocol):
    """Writes better drafts than code alone can, where there is a model."""

    async def ready(self) -> str:
        """The name of the model that could write now; empty when there is none."""
        ...

    async def improve(self, draft: Draft, ask: Ask, focus: str | None) -> Draft:
        """The better draft; the same one, with an engine that says why, when there is none. Never raises."""
        ...


@dataclass(frozen=True)
class Filing:
    """Who may file, and where a draft is filed at once. Empty `approvers`: every member of the channel may.

    `directly` says of a team's channel whether it files what is asked for without a press.
    """

    directly: Callable[[str, str], Awaitable[bool]]
    approvers: frozenset[str] = frozenset()

    def allows(self, user: str) -> bool:
        """Whether this person may decide about drafts."""
        return not self.approvers or user in self.approvers

    async def at_once(self, place: Place, user: str) -> bool:
        """Whether what this person asks for there is filed without a press."""
        return self.allows(user) and await self.directly(place.team, place.channel)


@dataclass(frozen=True)
class Desk:
    """What the work on a ticket uses."""

    chat: Chat
    tracker: Tracker
    drafts: Drafts
    links: Links
    threads: Threads
    audit: Audit
    filing: Filing
    compose: Composer
    writer: Writer
    inbox: Inbox
    reactions: Reactions
    traces: Traces
