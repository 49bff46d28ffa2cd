"""The Trello board: key and token tried, board and list chosen from those that the token sees."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import TypeVar

from bot.setup.sitting import Sitting
from pipelines.core.errors import TellPerson
from pipelines.trackers.trello_account import Account, Named

WRONG_KEY = "Trello does not know this key: copy the API key, not the secret below it."
POWER_UPS = "https://trello.com/power-ups/admin"
Found = TypeVar("Found")


async def lead(sitting: Sitting) -> None:
    """From nothing to a board and a list, or to the choice to go without."""
    sitting.step("4. The Trello board")
    there = bool(sitting.value("TRELLO_TOKEN"))
    if not await sitting.terminal.agrees("File cards on a Trello board? (Without one the bot drafts)", default=True):
        if there:
            sitting.say("The Trello keys that are there stay as they are.")
        return
    sitting.say(f"{POWER_UPS}: New, any name and no iframe address; then API key, Generate a new API key.")
    key, token = await _keys(sitting)
    account = Account(key, token, sitting.settings.trello_api_url)
    with closing(account):
        board = await _choose(sitting, "TRELLO_BOARD", "Board", await _read(account.boards))
        await _choose(sitting, "TRELLO_LIST", "List for new cards", await _read(lambda: account.lists(board)))
    await _secret(sitting)


async def _keys(sitting: Sitting) -> tuple[str, str]:
    """Key and token, each tried as it is given: the key alone opens nothing, but Trello knows it or does not."""
    api_url = sitting.settings.trello_api_url

    async def check_key(key: str) -> str:
        _check_form(key)
        with closing(Account(key, "none", api_url)) as account:
            try:
                await _read(account.owner)
            except TellPerson as refusal:
                # The token that goes with it is none: any other refusal is as it should be.
                if "API key" in str(refusal):
                    raise TellPerson(WRONG_KEY) from None
        return key

    key = await sitting.key("TRELLO_API_KEY", "API key", check_key)
    sitting.say("Now the token: follow the link Token beside the key, as the member who shall make the cards; Allow.")

    async def check_token(token: str) -> str:
        _check_form(token)
        with closing(Account(key, token, api_url)) as account:
            try:
                return await _read(account.owner)
            except TellPerson:
                raise TellPerson("Trello refuses this token: make it by the link beside this very key.") from None

    owner = await sitting.key("TRELLO_TOKEN", "Token", check_token)
    sitting.say(f"ok: it is the token of {owner}")
    return key, sitting.value("TRELLO_TOKEN")


def _check_form(value: str) -> None:
    if not value.isascii() or any(character.isspace() or character == '"' for character in value):
        raise TellPerson("It holds a character that none has: copy it alone, without spaces.")


async def _choose(sitting: Sitting, name: str, question: str, found: Sequence[Named]) -> str:
    """The id of the board or list that was chosen. Raises TellPerson where there is none to choose."""
    if not found:
        raise TellPerson(f"{question}: the token sees none that is open. Make one in Trello, then run setup again.")
    kept = sitting.value(name)
    places = [place for place, one in enumerate(found) if kept and kept in (one.id, one.name)]
    chosen = found[await sitting.terminal.choose(question, [one.name for one in found], places[0] if places else 0)]
    if not places or found[places[0]] != chosen:
        sitting.keep(**{name: chosen.id})
    return chosen.id


async def _secret(sitting: Sitting) -> None:
    """Only a bot that Trello can reach needs the secret that signs its reports."""
    if not sitting.value("LEADHAND_PUBLIC_URL"):
        sitting.say("ok: leadhand asks the board every 15 seconds what has moved.")
        return

    async def check(secret: str) -> str:
        _check_form(secret)
        return secret

    sitting.say("Trello reports to your public address at once; the secret below the API key checks its signature.")
    await sitting.key("TRELLO_API_SECRET", "Secret", check)


async def _read(call: Callable[[], Found]) -> Found:
    return await asyncio.to_thread(call)
