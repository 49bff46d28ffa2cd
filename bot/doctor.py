"""`leadhand doctor`: looks at each thing the bot depends on and says what to do about it."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable

import aiohttp

from bot.app import make_tracker
from bot.oauth import make_own
from bot.settings import Settings
from bot.slack.client import whose_token
from pipelines.core.errors import LeadhandError
from storage.errors import StorageRefused
from storage.migration import check_version


async def run(settings: Settings) -> int:
    """Print a line for each check; 0 when all is well, 1 when something needs a hand."""
    checks: dict[str, Callable[[Settings], Awaitable[str]]] = {
        "database": _database,
        "slack": _slack,
        "trello": _trello,
    }
    status = 0
    for name, check in checks.items():
        try:
            line = f"ok       {name}: {await check(settings)}"
        except (LeadhandError, StorageRefused) as failure:
            line, status = f"trouble  {name}: {failure}", 1
        sys.stdout.write(line + "\n")
    return status


async def _database(settings: Settings) -> str:
    await check_version(settings.database)
    return "reachable, and of this version"


async def _slack(settings: Settings) -> str:
    async with aiohttp.ClientSession() as session:
        who = await whose_token(make_own(settings, session).client)
    over = "Socket Mode" if settings.slack_app_token.get_secret_value() else "signed HTTP"
    return f"the token works, as {who}, over {over}"


async def _trello(settings: Settings) -> str:
    tracker = make_tracker(settings)
    try:
        return f"the board is {await tracker.check()}"
    finally:
        await tracker.close()
