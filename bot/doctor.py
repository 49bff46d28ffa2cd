"""`leadhand doctor`: looks at each thing the bot depends on and says what to do about it."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable

import aiohttp

from bot.app import make_tracker
from bot.oauth import check_oauth, make_own, make_tenancy
from bot.settings import Settings
from bot.slack.client import try_workspaces, whose_token
from bot.slack.install import INSTALL
from pipelines.core.errors import LeadhandError, TellPerson
from storage.audit import Audit
from storage.database import Database
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
    over = "Socket Mode" if settings.slack_app_token.get_secret_value() else "signed HTTP"
    async with aiohttp.ClientSession() as session:
        if settings.has_oauth:
            return f"{await _workspaces(settings, session)}, over {over}"
        who = await whose_token(make_own(settings, session).client)
    return f"the token works, as {who}, over {over}"


async def _workspaces(settings: Settings, session: aiohttp.ClientSession) -> str:
    """Each installation, tried. Raises TellPerson that names those whose token does not work."""
    check_oauth(settings)
    await check_version(settings.database)
    database = Database.connect(settings.database)
    try:
        found = await try_workspaces(make_tenancy(settings, database, Audit(database), session).workspaces)
    finally:
        await database.close()
    if not found:
        origin = settings.public_url.rstrip("/") or "the address of this bot, and there "
        return f"OAuth is set up, and no workspace has installed the app yet: open {origin}{INSTALL}"
    if troubles := [f"{team}: {words}" for team, words in found.items() if words]:
        raise TellPerson("; ".join(troubles))
    anybody = "" if settings.workspaces else "; any other may install it too, for LEADHAND_WORKSPACES is empty"
    return f"installed in {', '.join(found)}, and each token works{anybody}"


async def _trello(settings: Settings) -> str:
    tracker = make_tracker(settings)
    try:
        return f"the board is {await tracker.check()}"
    finally:
        await tracker.close()
