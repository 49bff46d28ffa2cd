"""What the bot can do without, and does better with: a model, and repositories to answer from."""

from __future__ import annotations

from pathlib import Path

import aiohttp

from bot.modelserver import list_models
from bot.setup.sitting import Sitting
from pipelines.core.errors import TellPerson, TryAgain
from pipelines.knowledge.git import RepositoryTrouble, is_address, reach
from pipelines.llm.catalogue import CATALOGUE, DEFAULT

OPENAI = "https://api.openai.com/v1"
MOST_SHOWN = 30


async def lead_model(sitting: Sitting, session: aiohttp.ClientSession) -> None:
    """None, the local one, or one behind OpenAI's wire format."""
    sitting.step("5. A language model")
    while not await _choose_model(sitting, session):
        pass


async def _choose_model(sitting: Sitting, session: aiohttp.ClientSession) -> bool:
    """Whether the choice can be kept."""
    kept = sitting.value("LEADHAND_MODEL")
    megabytes = CATALOGUE[DEFAULT].size // 1_000_000
    options = [
        "none: drafts by rules, at once",
        f"a local one on this machine ({DEFAULT}, {megabytes} MB): nothing leaves it",
        "OpenAI, or any server that speaks its wire format",
    ]
    if kept:
        options.insert(0, f"keep {kept}")
    match await sitting.terminal.choose("Model", options) - bool(kept):
        case 0:
            sitting.keep(LEADHAND_MODEL="none")
        case 1:
            sitting.keep(LEADHAND_MODEL=f"local:{DEFAULT}")
            sitting.say("ok: start it beside the bot with `leadhand model`; it builds and fetches what it needs first.")
        case 2:
            return await _remote(sitting, session)
    return True


async def _remote(sitting: Sitting, session: aiohttp.ClientSession) -> bool:
    """Keep a model of a server; False where nobody answers there, which was said."""
    base = await sitting.terminal.ask("Its address, with /v1", sitting.value("OPENAI_BASE_URL") or OPENAI)
    base = base.rstrip("/")

    async def check(key: str) -> list[str]:
        return await list_models(session, base, key)

    try:
        names = await check("")
    except TryAgain as failure:
        sitting.say(f"No: {failure}")
        return False
    except TellPerson:
        names = await sitting.key("OPENAI_API_KEY", "Its key", check)
    if names and len(names) <= MOST_SHOWN:
        name = names[await sitting.terminal.choose("Model", names)]
    else:
        name = await _typed_name(sitting, names)
    sitting.keep(OPENAI_BASE_URL=base, LEADHAND_MODEL=f"openai:{name}")
    sitting.say(f"ok: {name}")
    return True


async def _typed_name(sitting: Sitting, names: list[str]) -> str:
    while True:
        name = await sitting.terminal.ask("The model's name")
        if name and (not names or name in names):
            return name
        sitting.say("No: the server has no model of that name." if name else "Type the name of a model.")


async def lead_repositories(sitting: Sitting) -> None:
    """Where answers come from; each place is tried before it is kept."""
    sitting.step("6. Repositories to answer from")
    while True:
        given = await sitting.terminal.ask(
            "Paths or clone URLs, separated by commas; Enter for " + ("what is there" if _kept(sitting) else "none"),
        )
        places = [place.strip() for place in given.split(",") if place.strip()]
        if not places:
            return
        troubles = [trouble for place in places if (trouble := await _trouble(place))]
        for trouble in troubles:
            sitting.say(f"No: {trouble}")
        if not troubles:
            sitting.keep(LEADHAND_REPOS=",".join(_absolute(place) for place in places))
            sitting.say("ok. Everybody who may ask the bot may read what it answers from them.")
            return


def _kept(sitting: Sitting) -> str:
    return sitting.value("LEADHAND_REPOS")


async def _trouble(place: str) -> str:
    try:
        await reach(_absolute(place))
    except RepositoryTrouble as trouble:
        return str(trouble)
    return ""


def _absolute(place: str) -> str:
    return place if is_address(place) else str(Path(place).expanduser().absolute())
