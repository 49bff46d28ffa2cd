"""Which emoji a workspace has, asked of Slack and kept for a while."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from slack_sdk.errors import SlackApiError

from bot.slack.trouble import translate
from bot.slack.workspaces import Workspaces

LIVES = 300.0


class Emoji:
    """Emoji by workspace. Where Slack does not list them, any name passes: a typo then makes no ticket, no more."""

    def __init__(self, workspaces: Workspaces, clock: Callable[[], float] = time.monotonic) -> None:
        self._workspaces = workspaces
        self._clock = clock
        self._kept: dict[str, tuple[float, frozenset[str]]] = {}

    async def unknown(self, team: str, names: Sequence[str]) -> list[str]:
        """Those of the names that the workspace does not have. Raises TryAgain where Slack does not answer."""
        known = await self._known(team)
        return [name for name in names if name not in known] if known else []

    async def _known(self, team: str) -> frozenset[str]:
        kept = self._kept.get(team)
        if kept and self._clock() - kept[0] < LIVES:
            return kept[1]
        workspace = await self._workspaces.of(team)
        try:
            answer = await workspace.client.emoji_list(include_categories=True)
        except SlackApiError as error:
            if str(error.response.get("error")) not in {"unknown_method", "missing_scope", "not_allowed_token_type"}:
                raise translate(error) from error
            return frozenset()
        except (OSError, TimeoutError) as error:
            raise translate(error) from error
        standard = {str(name) for category in answer.get("categories") or () for name in category["emoji_names"]}
        # Without the standard ones nothing can be said of a name that is not custom.
        known = frozenset(standard | set(answer.get("emoji") or ())) if standard else frozenset()
        self._kept[team] = (self._clock(), known)
        return known
