"""What the work on tickets uses, and who may decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipelines.core.boards import Tracker
from pipelines.core.chat import Chat
from pipelines.core.tickets import Draft
from storage.audit import Audit
from storage.drafts import Drafts
from storage.links import Links
from storage.threads import Threads

Composer = Callable[..., Draft]


@dataclass(frozen=True)
class Filing:
    """Who may file, and whether a draft is filed at once. Empty `approvers`: every member of the channel may."""

    direct: bool = False
    approvers: frozenset[str] = frozenset()

    def allows(self, user: str) -> bool:
        """Whether this person may decide about drafts."""
        return not self.approvers or user in self.approvers


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
