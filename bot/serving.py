"""The commands that run until they are told to stop: `serve`, `work`, and their orderly end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import aiohttp

from bot.app import make_parts
from bot.oauth import check_oauth
from bot.process import Process, Role
from bot.settings import Settings
from pipelines.core.errors import Refused
from storage.migration import migrate


async def run_process(settings: Settings, role: Role, *, until_eof: bool = False) -> None:
    """Serve until SIGINT or SIGTERM, or until standard input ends, which is how a parent's death is noticed."""
    check(settings, role)
    make_data_folder(settings)
    stop = stop_signal()
    if until_eof:
        stop_at_eof(stop)
    async with aiohttp.ClientSession() as session:
        process = Process(make_parts(settings, session), role, settings.host)
        if not await _started(process, stop):
            return
        where = f" (health: http://{settings.host}:{process.port}/readyz)" if role.hears else ""
        sys.stderr.write(f"leadhand is ready{where}\n")
        await stop.wait()
        await process.stop()


async def _started(process: Process, stop: asyncio.Event) -> bool:
    """Start, unless we are told to stop meanwhile: a slow start must not be deaf."""
    starting, stopping = asyncio.create_task(process.start()), asyncio.create_task(stop.wait())
    await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if stop.is_set() and not starting.done():
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        return False
    await starting
    return True


async def run_migration(settings: Settings) -> None:
    """Bring the database to this version. Raises StorageRefused with a plain sentence."""
    make_data_folder(settings)
    await migrate(settings.database)


def make_data_folder(settings: Settings) -> None:
    """Where the default database lies. Raises Refused."""
    if settings.database_url:
        return
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(
            f"The data folder {settings.data} cannot be made ({error.strerror}). Set LEADHAND_DATA to another."
        ) from None


def check(settings: Settings, role: Role) -> None:
    """What no process can do without. Raises Refused."""
    check_oauth(settings)
    if not settings.slack_bot_token.get_secret_value() and not settings.has_oauth:
        raise Refused(
            "SLACK_BOT_TOKEN is not set. Create a Slack app from manifest.json, install it and put its tokens into "
            ".env (docs/how-to/slack.md), or run `leadhand try`, which needs no account."
        )
    if role.hears and not (
        settings.slack_app_token.get_secret_value() or settings.slack_signing_secret.get_secret_value()
    ):
        raise Refused("Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET to be reached over HTTP.")
    if not (role.hears and role.works) and settings.database.startswith("sqlite"):
        raise Refused(
            "A SQLite database serves one process: run `leadhand serve --with-worker`, "
            "or set DATABASE_URL=postgresql://... for several."
        )


def stop_signal() -> asyncio.Event:
    """Set at the first SIGINT or SIGTERM; the second one ends the process at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_signal() -> None:
        if stop.is_set():
            os._exit(130)
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, on_signal)
    return stop


def stop_at_eof(stop: asyncio.Event) -> None:
    """Stop when standard input ends."""
    loop = asyncio.get_running_loop()

    def on_input() -> None:
        if not os.read(sys.stdin.fileno(), 4096):
            loop.remove_reader(sys.stdin.fileno())
            stop.set()

    loop.add_reader(sys.stdin.fileno(), on_input)
