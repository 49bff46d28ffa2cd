"""The app was removed from a workspace, or its token revoked: no token is left to hear anything else with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.slack.arrivals import team_of
from bot.slack.front import Front

REMOVALS = frozenset({"app_uninstalled", "tokens_revoked"})


async def on_removal(front: Front, body: Mapping[str, Any]) -> None:
    """Erase what is left. Which token was revoked Slack does not say: the one that is kept is tried first."""
    at = body.get("event_time") if body["event"]["type"] == "app_uninstalled" else None
    await front.workspaces.removed(team_of(body), float(at) if isinstance(at, int | float) else 0.0)
