"""Looks at the Trello board: the keys, the board and its list, and how the bot hears of moves."""

from __future__ import annotations

import asyncio
from contextlib import closing

import aiohttp

from bot.app import make_tracker
from bot.doctor.finding import Finding, note, trouble, well
from bot.process import HOOK
from bot.settings import Settings
from pipelines.trackers.trello_account import Account, Hook

SETUP = "Run leadhand setup."


async def look(settings: Settings, session: aiohttp.ClientSession) -> list[Finding]:
    """The board, its list, its web hook. Raises TellPerson or TryAgain for a board that cannot be used."""
    if not settings.has_trello:
        return [note("trello", "No board is set: the bot drafts and cannot file.", SETUP)]
    tracker = make_tracker(settings)
    try:
        name = await tracker.check()
    finally:
        await tracker.close()
    target = f"the list {settings.trello_list}" if settings.trello_list else "its first list"
    return [well("trello", f"The board is {name}; new cards go to {target}."), await _look_at_hook(settings)]


async def _look_at_hook(settings: Settings) -> Finding:
    if not settings.public_url:
        return well("trello hook", "No public address: the board is asked every 15 seconds what has moved.")
    if not settings.trello_api_secret.get_secret_value():
        words = "TRELLO_API_SECRET is not set, so that Trello's reports cannot be checked."
        return trouble("trello hook", words, "Copy the secret below the API key. " + SETUP)
    callback = settings.public_url.rstrip("/") + HOOK
    ours = [hook for hook in await asyncio.to_thread(_hooks, settings) if hook.url == callback]
    if not ours:
        return note("trello hook", f"Trello does not report to {callback} yet.", "The bot asks it to when it starts.")
    if not any(hook.active for hook in ours):
        words = f"Trello has given up reporting to {callback}: it could not be reached."
        return trouble("trello hook", words, "Let your proxy pass it on to the bot's PORT, and start the bot again.")
    return well("trello hook", f"Trello reports to {callback}.")


def _hooks(settings: Settings) -> list[Hook]:
    key, token = settings.trello_api_key.get_secret_value(), settings.trello_token.get_secret_value()
    with closing(Account(key, token, settings.trello_api_url)) as account:
        return account.hooks()
