"""Looks at this machine: the data folder, the database, the model, the repositories."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import aiohttp

from bot.doctor.finding import Finding, note, trouble, well
from bot.models import is_up, local_name
from bot.modelserver import list_models
from bot.settings import Settings
from pipelines.core.errors import TellPerson, TryAgain
from pipelines.knowledge.git import RepositoryTrouble, reach
from pipelines.knowledge.git import shown as named
from pipelines.llm.catalogue import known, own_file
from pipelines.llm.engine import is_built
from pipelines.llm.fetch import is_whole
from storage.migration import check_version


async def look_at_data(settings: Settings, session: aiohttp.ClientSession) -> list[Finding]:
    """Whether the data folder can be written, or made."""
    folder = await asyncio.to_thread(settings.data.absolute)
    if await asyncio.to_thread(_is_writable, folder):
        return [well("data", f"{folder} can be written.")]
    return [trouble("data", f"{folder} cannot be written.", "Make it writable, or set LEADHAND_DATA.")]


def _is_writable(folder: Path) -> bool:
    """Of the folder itself, or of the nearest one above it that is there. Tried, since rights alone do not tell."""
    while not folder.exists():
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


async def look_at_database(settings: Settings, session: aiohttp.ClientSession) -> list[Finding]:
    """Whether the database answers, and is of this version. Raises StorageRefused."""
    own = settings.data / "leadhand.db"
    if not settings.database_url and not await asyncio.to_thread(own.exists):
        return [trouble("database", "There is none yet.", "Make it: leadhand migrate")]
    await check_version(settings.database)
    return [well("database", "It is reachable, and of this version.")]


async def look_at_model(settings: Settings, session: aiohttp.ClientSession) -> list[Finding]:
    """Whether the model of the settings could be used now."""
    provider, _, name = settings.model.partition(":")
    match provider:
        case "local":
            return [await _look_at_local(settings)]
        case "openai":
            return [await _look_at_server(settings, session, name)]
        case "scripted":
            return [_look_at_script(name)]
        case _:
            words = "None is set: drafts are made by rules, which is quick, and plain."
            return [note("model", words, "See docs/how-to/local-model.md.")]


async def _look_at_local(settings: Settings) -> Finding:
    name = local_name(settings.model)
    if await is_up(settings.model_url):
        return well("model", f"{name} runs.")
    if not is_built(settings.cache_folder):
        return note("model", "llama.cpp is not built yet.", "Start leadhand model: it builds and fetches first.")
    if own_file(name) is None and not await is_whole(known(name), settings.cache_folder):
        return note("model", f"The model {name} is not here.", f"Fetch it: leadhand model pull {name}")
    return note("model", f"{name} is ready and does not run.", "Start leadhand model beside the bot.")


async def _look_at_server(settings: Settings, session: aiohttp.ClientSession, name: str) -> Finding:
    base = settings.openai_base_url.rstrip("/")
    try:
        names = await list_models(session, base, settings.openai_api_key.get_secret_value())
    except (TellPerson, TryAgain) as failure:
        return trouble("model", f"{base}: {failure}", "Until then drafts are made by rules. See OPENAI_BASE_URL.")
    if names and name not in names:
        return trouble("model", f"{base} has no model {name}.", f"Set LEADHAND_MODEL to one of: {', '.join(names[:8])}")
    return well("model", f"{base} answers{f', and has {name}' if names else ''}.")


def _look_at_script(name: str) -> Finding:
    if Path(name).is_file():
        return well("model", f"Answers come from {name}.")
    return trouble("model", f"There is no file {name}.", "Set LEADHAND_MODEL to scripted:FILE of one that is there.")


async def look_at_repositories(settings: Settings, session: aiohttp.ClientSession) -> list[Finding]:
    """Whether each repository can be read from here."""
    if not settings.repos:
        words = "None is set: questions have nothing to be answered from."
        return [note("repositories", words, "Set LEADHAND_REPOS to paths or clone URLs.")]
    return [await _look_at_one(place) for place in settings.repos]


async def _look_at_one(place: str) -> Finding:
    name = f"repository {named(place)}"
    try:
        await reach(place)
    except RepositoryTrouble as failure:
        return trouble(name, str(failure), "Correct LEADHAND_REPOS, or let this machine read it.")
    return well(name, "It can be read.")
