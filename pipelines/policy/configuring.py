"""Who may choose what: for oneself everybody, for a channel its creator, for all of it the workspace's admins."""

from __future__ import annotations

from typing import Literal

from pipelines.core.tickets import Frozen
from storage.preferences import Scope

Configurers = Literal["creators", "members", "admins"]
"""Who chooses for a channel beside admins and approvers: its creator, every member of it, nobody."""

ADMINS_ONLY = (
    "Only admins and owners of the workspace choose this, and whoever LEADHAND_APPROVERS names. Ask one of them."
)
CREATOR = (
    "Only whoever created this channel chooses this, admins of the workspace, and whoever LEADHAND_APPROVERS names. "
    "Ask one of them."
)
MEMBERS = "Only members of this channel choose this. Join it first."
SELF = "That is for each person to choose."


class Asker(Frozen):
    """Who wants to choose, and what they are to the place."""

    user: str
    is_admin: bool = False
    is_creator: bool = False
    is_member: bool = False
    is_full: bool = True
    """Neither a guest nor of another workspace."""


def why_not(
    scope: Scope,
    subject: str,
    asker: Asker,
    *,
    policy: Configurers = "creators",
    approvers: frozenset[str] = frozenset(),
) -> str:
    """Why this person may not choose for this subject; empty when they may."""
    if scope == "person":
        return "" if subject == asker.user else SELF
    if (asker.is_admin and asker.is_full) or asker.user in approvers:
        return ""
    if scope == "workspace" or policy == "admins" or not asker.is_full:
        return ADMINS_ONLY
    if policy == "members":
        return "" if asker.is_member else MEMBERS
    return "" if asker.is_creator else CREATOR
