"""The local model's commands and its life beside a bot, with real processes."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.models import Companion, Prepared, is_up, local_name
from bot.settings import Settings
from pipelines.llm.catalogue import SMOL
from pipelines.llm.engine import build_engine
from pipelines.llm.fetch import fetch

pytestmark = pytest.mark.slow

PATIENCE = 60.0
BARE = {"HOME": os.environ.get("HOME", "/"), "PYTHONPATH": str(Path.cwd())}
CACHE = Path(os.environ.get("LEADHAND_CACHE") or Path.home() / ".cache" / "leadhand")
Leadhand = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
async def cache() -> Path:
    """The wheel and the protocol model, made once for all tests of this machine."""
    await build_engine(CACHE, quiet)
    await fetch(SMOL, CACHE, quiet)
    return CACHE


def quiet(text: str, progress: float | None) -> None:
    pass


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder with a path that is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="lh") as folder:
        yield Path(folder)


@pytest.fixture
def leadhand(tmp_path: Path) -> Leadhand:
    """Runs a command to its end: exit status and what it said."""

    async def run(*arguments: str, **overrides: str) -> tuple[int, str]:
        process = await start(tmp_path, *arguments, **overrides)
        said, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
        assert process.returncode is not None
        return process.returncode, said.decode()

    return run


async def start(folder: Path, *arguments: str, **overrides: str) -> asyncio.subprocess.Process:
    own = {"LEADHAND_CACHE": str(folder / "cache"), "LEADHAND_DATA": str(folder / "data")}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        env={**BARE, "PATH": os.environ["PATH"], **own, **overrides},
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def test_the_list_names_each_model_and_whether_it_is_here(leadhand: Leadhand, cache: Path) -> None:
    status, said = await leadhand("model", "list")
    assert status == 0
    assert [line.split()[0] for line in said.splitlines()] == ["qwen2.5-coder-1.5b", "smollm2-135m"]
    assert said.count("not fetched") == 2
    _, said = await leadhand("model", "list", LEADHAND_CACHE=str(cache))
    assert "Apache-2.0  here" in said.splitlines()[1]


async def test_check_says_what_is_missing_and_how_to_get_it(leadhand: Leadhand, cache: Path) -> None:
    status, said = await leadhand("model", "check", SMOL.name)
    assert status == 1
    assert "llama.cpp is not built yet" in said
    assert f"leadhand model pull {SMOL.name}" in said
    status, said = await leadhand("model", "check", SMOL.name, LEADHAND_CACHE=str(cache))
    assert (status, said) == (0, f"The model {SMOL.name} is ready to start.\n")


@pytest.mark.parametrize(
    ("arguments", "overrides", "words"),
    [
        (("model",), {}, "LEADHAND_MODEL names no local model"),
        (("model",), {"LEADHAND_MODEL": "local:nobody"}, "There is no model 'nobody' in the catalogue"),
        (("model",), {"LEADHAND_MODEL": "local:/nowhere/x.gguf"}, "cannot be read"),
        (("model", "pull", "nobody"), {}, "qwen2.5-coder-1.5b, smollm2-135m"),
        (("model",), {"LEADHAND_MODEL": f"local:{SMOL.name}", "PATH": ""}, "install the Debian package g++"),
        (("model", "check", SMOL.name), {"PATH": ""}, "install the Debian package g++"),
    ],
)
async def test_what_cannot_be_is_one_sentence(
    leadhand: Leadhand, arguments: tuple[str, ...], overrides: dict[str, str], words: str
) -> None:
    status, said = await leadhand(*arguments, **overrides)
    assert status == 2, said
    assert said.startswith("leadhand: ")
    assert words in said
    assert said.count("\n") == 1, said


async def test_the_model_command_becomes_a_process_that_has_no_secrets(
    cache: Path, tmp_path: Path, short: Path
) -> None:
    address = f"unix:{short}/s"
    own = {"LEADHAND_CACHE": str(cache), "LEADHAND_MODEL": f"local:{SMOL.name}", "LEADHAND_MODEL_URL": address}
    process = await start(tmp_path, "model", SLACK_BOT_TOKEN="xoxb-obviously-fake", **own)
    await until_up(address)
    assert "xoxb" not in environment_of(process.pid)
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
    assert not await is_up(address)


async def test_a_model_of_ones_own_is_served_on_a_port(cache: Path, tmp_path: Path) -> None:
    own = tmp_path / "mine.gguf"
    shutil.copy(SMOL.path(cache), own)
    address = f"http://127.0.0.1:{free_port()}/v1"
    overrides = {"LEADHAND_CACHE": str(cache), "LEADHAND_MODEL": f"local:{own}", "LEADHAND_MODEL_URL": address}
    process = await start(tmp_path, "model", **overrides)
    await until_up(address)
    async with aiohttp.ClientSession() as session, session.get(f"{address}/models") as answer:
        assert (await answer.json())["data"][0]["id"] == "mine"
    process.terminate()
    await asyncio.wait_for(process.wait(), PATIENCE)


async def test_an_address_elsewhere_is_refused(leadhand: Leadhand, cache: Path) -> None:
    own = {"LEADHAND_CACHE": str(cache), "LEADHAND_MODEL": f"local:{SMOL.name}"}
    for address in ("http://0.0.0.0:8099/v1", "https://127.0.0.1:8099", "nonsense", "http://["):
        status, said = await leadhand("model", LEADHAND_MODEL_URL=address, **own)
        assert status == 2, said
        assert "LEADHAND_MODEL_URL" in said


class Told:
    """What a companion reports."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._news = asyncio.Event()

    async def hear(self, text: str, progress: float | None) -> None:
        self.lines.append(text)
        self._news.set()

    async def until(self, words: str, times: int = 1) -> None:
        async with asyncio.timeout(PATIENCE):
            while sum(words in line for line in self.lines) < times:
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def accompanied(cache: Path, name: str, address: str) -> AsyncIterator[Told]:
    told = Told()
    settings = Settings(_env_file=None, LEADHAND_CACHE=str(cache))
    task = asyncio.create_task(Companion(settings, name, address, told.hear).keep())
    try:
        yield told
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_killed_model_comes_back_and_a_stopped_one_is_gone(cache: Path, short: Path) -> None:
    address = f"unix:{short}/s"
    async with accompanied(cache, SMOL.name, address) as told:
        await told.until("is ready and joins in")
        os.kill(await pid_at(address), signal.SIGKILL)
        await told.until("ended (status -9); starting it again")
        await told.until("is ready and joins in", times=2)
        assert await is_up(address)
    assert not await is_up(address)


async def test_without_a_compiler_the_page_names_the_package(
    tmp_path: Path, short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    async with accompanied(tmp_path, SMOL.name, f"unix:{short}/s") as told:
        await told.until("install the Debian package g++")
    assert told.lines[-1].endswith("Until then, drafts are written without a model.")


def test_the_first_local_name_of_a_chain_counts() -> None:
    assert local_name("openai:gpt, local:one,local:two") == "one"
    assert local_name("none") == local_name("") == ""


def test_the_command_line_of_the_process_holds_all_it_needs(tmp_path: Path) -> None:
    command = Prepared(tmp_path / "engine", tmp_path / "file.gguf", "name").command("unix:/s", until_eof=True)
    assert command[:3] == [sys.executable, "-m", "pipelines.llm.worker"]
    assert command[-1] == "--until-eof"


async def until_up(address: str) -> None:
    for _ in range(600):
        if await is_up(address):
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the model process does not answer")


def environment_of(pid: int) -> str:
    return Path(f"/proc/{pid}/environ").read_text("utf-8")


async def pid_at(address: str) -> int:
    """The process that listens there, as the kernel knows it."""
    _, writer = await asyncio.open_unix_connection(address.removeprefix("unix:"))
    raw = writer.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    writer.close()
    await writer.wait_closed()
    return int.from_bytes(raw[:4], sys.byteorder)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
