"""App Home: a person opened one of its tabs; nothing is kept, since the next opening tells it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.slack.arrivals import team_of
from bot.slack.front import Front


async def on_home_opened(front: Front, body: Mapping[str, Any]) -> None:
    """Show the home tab, or offer words at the first opening of the messages tab."""
    event = body["event"]
    if event.get("tab") == "messages":
        front.home.greet(team_of(body), event["user"], event["channel"])
    else:
        front.home.opened(team_of(body), event["user"])
