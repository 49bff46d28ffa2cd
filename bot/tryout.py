"""`leadhand try`: the playground in this process, the bot beside it as a child, both stopped by one Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

import aiohttp

from bot.models import LOCAL, Companion, local_name
from bot.serving import stop_signal
from bot.settings import Settings
from pipelines.core.errors import Refused
from pipelines.llm.catalogue import DEFAULT

HOST = "127.0.0.1"
REFUSED = 2
STOP_WITHIN = 10.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0


class Playground(Protocol):
    """A running workspace and board."""

    url: str

    def environment(self) -> Mapping[str, str]:
        """The settings that lead a bot here."""
        ...

    async def close(self) -> None:
        """Stop."""
        ...


class StartPlayground(Protocol):
    """Starts one; raises OSError for a port that cannot be had."""

    def __call__(self, host: str, port: int, state_file: Path) -> Awaitable[Playground]:
        """Serve on host and port, state in the file."""
        ...


BuildRepository = Callable[[Path], Awaitable[Path | None]]
"""Makes the sample company's repository in a folder; None without git."""


async def run(settings: Settings, start: StartPlayground, build_repository: BuildRepository) -> int:
    """Serve the page and keep a bot running on it until Ctrl-C. Raises Refused with a plain sentence."""
    stop = stop_signal()
    folder = _folder(settings)
    playground = await _start(start, settings, folder)
    try:
        say(f"\n  leadhand playground   {playground.url}\n  data                  {folder} (make clean forgets it)")
        say("  your own Slack        leadhand setup (docs/how-to/slack.md)")
        say("  stop                  Ctrl-C\n")
        if sys.stdout.isatty():
            await asyncio.to_thread(webbrowser.open, playground.url)
        async with _model_beside(settings, playground) as model:
            repos = await _repositories(settings, folder, build_repository)
            return await _keep_bot(_bot_environment(playground, folder) | model | repos, stop)
    finally:
        await playground.close()


async def _repositories(settings: Settings, folder: Path, build: BuildRepository) -> dict[str, str]:
    """The repositories of the settings, if there are any; else the sample company's."""
    if settings.repos:
        return {"LEADHAND_REPOS": ",".join(settings.repos)}
    built = await build(folder)
    if built is None:
        say("  no sample repository: git is missing (apt-get install git), so questions have nothing to answer from")
    return {"LEADHAND_REPOS": str(built or "")}


async def run_playground(settings: Settings, start: StartPlayground, events_url: str) -> int:
    """Serve the playground alone until Ctrl-C, and print the settings that lead a bot to it."""
    stop = stop_signal()
    playground = await _start(start, settings, _folder(settings))
    try:
        await _deliver_to(playground, events_url)
        say(f"leadhand playground on {playground.url}; a bot finds it by these settings:")
        for name, value in playground.environment().items():
            # A token that was set may be a real one: it is accepted here, never shown.
            say(f"{name} as it is set here" if value in settings.secrets else f"{name}={value}")
        await stop.wait()
        return 0
    finally:
        await playground.close()


def say(line: str) -> None:
    """A line for the person at the terminal."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _folder(settings: Settings) -> Path:
    folder = settings.data / "playground"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(
            f"The data folder {folder} cannot be made ({error.strerror}). Make it writable, or set LEADHAND_DATA."
        ) from None
    if not os.access(folder, os.W_OK):
        raise Refused(f"The data folder {folder} cannot be written. Make it writable, or set LEADHAND_DATA to another.")
    return folder


async def _deliver_to(playground: Playground, events_url: str) -> None:
    """Have Slack's events come signed over HTTP; to nowhere, and then by socket, where no address is given."""
    async with aiohttp.ClientSession() as session:
        await session.post(f"{playground.url}/_control/app", json={"events_url": events_url or None})


async def _start(start: StartPlayground, settings: Settings, folder: Path) -> Playground:
    try:
        return await start(HOST, settings.port, folder / "playground.db")
    except OSError as error:
        raise Refused(
            f"Port {settings.port} cannot be used ({error.strerror or error}). Stop the program that has it, or "
            f"choose another: make try PORT={settings.port + 1}"
        ) from None


@asynccontextmanager
async def _model_beside(settings: Settings, playground: Playground) -> AsyncIterator[dict[str, str]]:
    """Prepare the local model in the background; the settings that lead the bot to it, which never waits for it."""
    # Whoever says nothing gets the model; `none` is a choice that is said.
    model = settings.model if "model" in settings.model_fields_set else LOCAL + DEFAULT
    name = local_name(model)
    if not name:
        yield {}
        return
    # A socket's path must be short, which the data folder's need not be.
    with tempfile.TemporaryDirectory(prefix="leadhand-") as folder:
        address = f"unix:{folder}/model"

        async def report(text: str, progress: float | None) -> None:
            if text:
                say(text if progress is None else f"{progress:4.0%}  {text}")
            await _notice(playground, text, progress)

        companion = asyncio.create_task(Companion(settings, name, address, report).keep())
        try:
            yield {"LEADHAND_MODEL": model, "LEADHAND_MODEL_URL": address}
        finally:
            companion.cancel()
            await asyncio.gather(companion, return_exceptions=True)


async def _notice(playground: Playground, text: str, progress: float | None) -> None:
    """Show it on the page, too."""
    async with aiohttp.ClientSession() as session:
        await session.post(f"{playground.url}/_control/notice", json={"text": text, "progress": progress})


async def _keep_bot(environment: Mapping[str, str], stop: asyncio.Event) -> int:
    """Run the bot, again whenever it dies; a bot that refuses to start has said why."""
    pause = FIRST_PAUSE
    while True:
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "serve", "--with-worker", "--until-eof",
            stdin=asyncio.subprocess.PIPE, env=environment, start_new_session=True,
        )  # fmt: skip
        status = await _wait(bot, stop)
        if stop.is_set():
            return 0
        if status == REFUSED:
            return REFUSED
        say(f"The bot ended (status {status}); starting it again.")
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


async def _wait(bot: asyncio.subprocess.Process, stop: asyncio.Event) -> int:
    ended, stopped = asyncio.create_task(bot.wait()), asyncio.create_task(stop.wait())
    await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not ended.done():
        assert bot.stdin is not None  # noqa: S101  # asked for as a pipe
        bot.stdin.close()
        try:
            await asyncio.wait_for(asyncio.shield(ended), STOP_WITHIN)
        except TimeoutError:
            bot.kill()
    return await ended


def _bot_environment(playground: Playground, folder: Path) -> dict[str, str]:
    """The surroundings of the child: our own, with every road leading to the playground and none to real accounts."""
    return {
        **os.environ,
        **playground.environment(),
        "LEADHAND_DATA": str(folder),
        "DATABASE_URL": "",
        "LEADHAND_APPROVERS": "",
        "SLACK_CLIENT_ID": "",
        "SLACK_CLIENT_SECRET": "",
        "LEADHAND_HOST": HOST,
        "LEADHAND_PUBLIC_URL": "",
        "TRELLO_LIST": "",
        "PORT": str(_free_port()),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
