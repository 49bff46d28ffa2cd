"""The local model's commands: `leadhand model`, `model list|pull|check`; and its life beside `leadhand try`."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.settings import Settings
from pipelines.core.errors import Refused
from pipelines.llm.catalogue import CATALOGUE, DEFAULT, known, own_file
from pipelines.llm.engine import build_engine, check_compiler, is_built
from pipelines.llm.fetch import fetch, is_whole
from pipelines.llm.outside import Tell

LOCAL = "local:"
UNIX = "unix:"
REFUSED = 2
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STOP_WITHIN = 5.0
ASK_AGAIN = 0.2
READ_WITHIN = 15.0
# What the model process gets to see of our surroundings: never a token.
SEEN = ("PATH", "HOME", "LANG", "LC_", "TMPDIR", "OMP_", "PYTHON")

Report = Callable[[str, float | None], Awaitable[None]]
"""Told what a person should know: a line, and the share that is done if known; an empty line takes the last away."""


@dataclass(frozen=True)
class Prepared:
    """All that the model process needs."""

    engine: Path
    file: Path
    name: str

    def command(self, address: str, *, until_eof: bool) -> list[str]:
        """The command line of the model process."""
        return [
            *(sys.executable, "-m", "pipelines.llm.worker", "--engine", str(self.engine), "--file", str(self.file)),
            *("--name", self.name, "--address", address),
            *(["--until-eof"] if until_eof else []),
        ]


async def run(settings: Settings, action: str | None, name: str | None) -> int:
    """One of the commands. Raises Refused with a plain sentence."""
    match action:
        case "list":
            return await show(settings)
        case "pull":
            await fetch(known(name or DEFAULT), settings.cache_folder, say_once())
            return 0
        case "check":
            return await check(settings, name)
        case _:
            return await serve(settings)


async def show(settings: Settings) -> int:
    """The models of the catalogue, and which of them are here."""
    for model in CATALOGUE.values():
        state = "here" if await is_whole(model, settings.cache_folder) else "not fetched"
        line = f"{model.name:<20} {model.size / 1e6:6.0f} MB  {model.licence}  {state:<12} {model.use}"
        sys.stdout.write(line + "\n")
    return 0


async def check(settings: Settings, name: str | None) -> int:
    """Whether the local model could start at once; status 1 and what to do where it could not."""
    name = name or local_name(settings.model) or DEFAULT
    lacking = []
    if not is_built(settings.cache_folder):
        check_compiler()
        lacking.append("llama.cpp is not built yet: `leadhand model` and `make try` build it.")
    if own_file(name) is None and not await is_whole(known(name), settings.cache_folder):
        lacking.append(f"The model {name} is not here, or is not whole: leadhand model pull {name}")
    sys.stdout.write("\n".join(lacking or [f"The model {name} is ready to start."]) + "\n")
    return 1 if lacking else 0


async def serve(settings: Settings) -> int:
    """Prepare what is missing, then become the model process."""
    name = local_name(settings.model)
    if not name:
        raise Refused(
            f"LEADHAND_MODEL names no local model: set it to local:NAME (local:{DEFAULT}) or local:PATH of a GGUF file."
        )
    prepared = await prepare(settings, name, say_once())
    sys.stderr.write(f"leadhand model {prepared.name} on {settings.model_url}\n")
    command = prepared.command(settings.model_url, until_eof=False)
    os.execve(command[0], command, surroundings())  # noqa: S606  # our own module, in our own interpreter


def local_name(model: str) -> str:
    """NAME or PATH of the first `local:` in the chain, empty where there is none."""
    names = [part.strip() for part in model.split(",")]
    return next((name.removeprefix(LOCAL) for name in names if name.startswith(LOCAL)), "")


async def prepare(settings: Settings, name: str, tell: Tell) -> Prepared:
    """Build and fetch what is missing. Raises Refused with a plain sentence."""
    file = own_file(name)
    model = None if file else known(name)
    engine = await build_engine(settings.cache_folder, tell)
    if model:
        file = await fetch(model, settings.cache_folder, tell)
    assert file is not None  # noqa: S101  # it is one or the other
    return Prepared(engine, file, Path(name).name.removesuffix(".gguf"))


class Companion:
    """The local model beside a bot: prepared while the bot works without it, started again whenever it dies."""

    def __init__(self, settings: Settings, name: str, address: str, report: Report) -> None:
        self._settings = settings
        self._name = name
        self._address = address
        self._report = report
        self._told: asyncio.Queue[tuple[str, float | None]] = asyncio.Queue()

    async def keep(self) -> None:
        """Run until cancelled; what makes it impossible is reported once, and the bot goes on without a model."""
        teller = asyncio.create_task(self._pass_on())
        try:
            prepared = await prepare(self._settings, self._name, self._tell)
            await self._supervise(prepared)
        except Refused as refusal:
            self._tell(f"{refusal} Until then, drafts are written without a model.", None)
            await self._told.join()
        finally:
            teller.cancel()

    def _tell(self, text: str, progress: float | None) -> None:
        self._told.put_nowait((text, progress))

    async def _pass_on(self) -> None:
        last: tuple[str, float | None] = ("", None)
        while True:
            told = await self._told.get()
            if told != last:
                await self._report(*told)
                last = told
            self._told.task_done()

    async def _supervise(self, prepared: Prepared) -> None:
        pause = FIRST_PAUSE
        while True:
            process = await asyncio.create_subprocess_exec(
                *prepared.command(self._address, until_eof=True),
                stdin=asyncio.subprocess.PIPE, env=surroundings(), start_new_session=True,
            )  # fmt: skip
            ready = asyncio.create_task(self._announce(prepared.name))
            try:
                status = await process.wait()
            finally:
                ready.cancel()
                await _end(process)
            if status == REFUSED:
                raise Refused(f"The model {prepared.name} cannot be served; the terminal says why.")
            self._tell(f"The model {prepared.name} ended (status {status}); starting it again.", None)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _announce(self, name: str) -> None:
        """Say it once the process answers."""
        self._tell(f"Loading the model {name}", None)
        while not await is_up(self._address):  # noqa: ASYNC110  # another process: no event tells of it
            await asyncio.sleep(ASK_AGAIN)
        self._tell(f"The model {name} is ready and joins in.", None)
        await asyncio.sleep(READ_WITHIN)
        self._tell("", None)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    assert process.stdin is not None  # noqa: S101  # asked for as a pipe
    process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), STOP_WITHIN)
    except TimeoutError:
        process.kill()
        await process.wait()


async def is_up(address: str) -> bool:
    """Whether a model process answers there."""
    over_socket = address.startswith(UNIX)
    connector = aiohttp.UnixConnector(address.removeprefix(UNIX)) if over_socket else aiohttp.TCPConnector()
    origin = "http://127.0.0.1" if over_socket else address.removesuffix("/").removesuffix("/v1")
    limit = aiohttp.ClientTimeout(total=2)
    try:
        async with (
            aiohttp.ClientSession(connector=connector, timeout=limit) as session,
            session.get(f"{origin}/health") as answer,
        ):
            return answer.status == 200
    except (aiohttp.ClientError, OSError, TimeoutError):
        return False


def surroundings() -> Mapping[str, str]:
    """The environment of the model process."""
    return {name: value for name, value in os.environ.items() if name.startswith(SEEN)}


def say_once() -> Tell:
    """Writes each new line to standard error, not the same again and again."""
    last = ""

    def tell(text: str, progress: float | None) -> None:
        nonlocal last
        if text != last:
            sys.stderr.write(f"{text}\n" if progress is None else f"{progress:4.0%}  {text}\n")
        last = text

    return tell
