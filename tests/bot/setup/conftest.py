"""A person at a real pseudo-terminal, answering `leadhand setup` against the playground."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import signal
import sys
import termios
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.playground.server import Playground, start
from bot.settings import Settings
from bot.setup.envfile import EnvFile
from bot.setup.sitting import Sitting
from bot.setup.terminal import Terminal
from bot.slack.keys import Keys

PATIENCE = 30.0


class Person:
    """Reads what the terminal shows, and types."""

    def __init__(self, master: int, process: asyncio.subprocess.Process | None = None) -> None:
        self._process = process
        self.seen = ""
        self._read_to = 0
        self._master = master
        self._news = asyncio.Event()
        asyncio.get_running_loop().add_reader(master, self._take)

    def _take(self) -> None:
        try:
            data = os.read(self._master, 65536)
        except OSError:
            data = b""
        if not data:
            asyncio.get_running_loop().remove_reader(self._master)
        self.seen += data.decode().replace("\r\n", "\n")
        self._news.set()

    async def reads(self, words: str) -> str:
        """Wait until the words are shown after what was read before; everything up to them."""
        while (place := self.seen.find(words, self._read_to)) < 0:
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), PATIENCE if self._is_there() else 0.5)
            except TimeoutError:
                raise AssertionError(f"not shown: {words!r}, but {self.seen[self._read_to :]!r}") from None
        read, self._read_to = self.seen[self._read_to : place + len(words)], place + len(words)
        return read

    def types(self, text: str) -> None:
        os.write(self._master, f"{text}\n".encode())

    async def answers(self, *turns: str | tuple[str, str]) -> None:
        """Each question with what is typed at it once it is put; a text alone is only read."""
        for turn in turns:
            question, answer = (turn, None) if isinstance(turn, str) else turn
            await self.reads(question)
            if answer is not None:
                await self.reads(": ")
                self.types(answer)

    def ends_input(self) -> None:
        os.write(self._master, b"\x04")

    def interrupts(self) -> None:
        os.write(self._master, b"\x03")

    def _is_there(self) -> bool:
        return self._process is None or self._process.returncode is None

    async def ends(self) -> int:
        assert self._process is not None
        return await asyncio.wait_for(self._process.wait(), PATIENCE)

    async def leave(self) -> None:
        asyncio.get_running_loop().remove_reader(self._master)
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
            await self._process.wait()
        os.close(self._master)


@pytest.fixture
async def playground(tmp_path: Path) -> AsyncIterator[Playground]:
    running = await start("127.0.0.1", 0, tmp_path / "playground.db")
    yield running
    await running.close()


@pytest.fixture
def bare(playground: Playground, tmp_path: Path) -> dict[str, str]:
    """A shell that knows where Slack and Trello are, and nothing else."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    led = {name: value for name, value in playground.environment().items() if name.endswith("_API_URL")}
    return {**kept, **led, "PYTHONPATH": str(Path.cwd()), "LEADHAND_DATA": str(tmp_path / "data")}


@pytest.fixture
async def sit_down(bare: Mapping[str, str], tmp_path: Path) -> AsyncIterator[Callable[..., Awaitable[Person]]]:
    """Starts a command, `leadhand setup` unless named, at a terminal of its own, in a folder of its own."""
    people: list[Person] = []

    def own_terminal() -> None:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    async def begin(*command: str, **more: str) -> Person:
        master, slave = pty.openpty()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *(command or ("setup",))),
            env={**bare, **more},
            cwd=tmp_path,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=own_terminal,
        )
        os.close(slave)
        people.append(Person(master, process))
        return people[-1]

    yield begin
    for person in people:
        await person.leave()


@pytest.fixture
async def sitting(
    bare: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Sitting, Person]]:
    """A sitting in this process, at a real pseudo-terminal, and the person at its other end."""
    monkeypatch.chdir(tmp_path)
    master, slave = pty.openpty()
    settings = Settings(_env_file=None, **bare)  # type: ignore[call-arg]
    async with aiohttp.ClientSession() as session:
        with os.fdopen(slave, closefd=True) as incoming, os.fdopen(os.dup(slave), "w") as outgoing:
            keys = Keys(settings.slack_api_url, session)
            made = Sitting(Terminal(incoming, outgoing), EnvFile(tmp_path / ".env"), settings, keys, {})
            person = Person(master)
            yield made, person
            await person.leave()


@pytest.fixture
def control(playground: Playground) -> Callable[..., Awaitable[Any]]:
    """A control verb of the playground."""

    async def act(verb: str, **body: Any) -> Any:
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{playground.url}/_control/{verb}", json=body) as answer,
        ):
            return await answer.json()

    return act
