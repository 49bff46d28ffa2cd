"""The protocol model, built and fetched for real into LEADHAND_CACHE; without a compiler these tests fail."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from pipelines.llm.catalogue import SMOL
from pipelines.llm.engine import build_engine
from pipelines.llm.fetch import fetch


@dataclass(frozen=True)
class Files:
    """What a model process is started with."""

    engine: Path
    file: Path


@pytest.fixture(scope="session")
def files() -> Files:
    cache = Path(os.environ.get("LEADHAND_CACHE") or Path.home() / ".cache" / "leadhand")
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _prepare(cache)).result()


async def _prepare(cache: Path) -> Files:
    def tell(text: str, progress: float | None) -> None:
        sys.__stderr__.write(f"{text}\n")  # type: ignore[union-attr]

    return Files(await build_engine(cache, tell), await fetch(SMOL, cache, tell))


@pytest.fixture
def address() -> Iterator[str]:
    """A socket with a short path: longer ones than about 100 letters cannot be bound."""
    with tempfile.TemporaryDirectory(prefix="lh") as folder:
        yield f"unix:{folder}/s"


class Worker:
    """A running model process and a client of it."""

    def __init__(self, process: asyncio.subprocess.Process, session: aiohttp.ClientSession) -> None:
        self.process = process
        self.session = session

    def post(self, **body: Any) -> Any:
        """A request for an answer, as a context."""
        return self.session.post("http://localhost/v1/chat/completions", json=body)

    async def health(self) -> Any:
        async with self.session.get("http://localhost/health") as answer:
            return await answer.json()

    def seconds_used(self) -> float:
        """Processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.fixture
async def worker(files: Files, address: str) -> AsyncIterator[Worker]:
    async with working(files, address) as started:
        yield started


@asynccontextmanager
async def working(files: Files, address: str) -> AsyncIterator[Worker]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "pipelines.llm.worker", "--engine", str(files.engine), "--file", str(files.file),
        "--name", "tiny", "--address", address, "--until-eof", stdin=asyncio.subprocess.PIPE,
    )  # fmt: skip
    connector = aiohttp.UnixConnector(address.removeprefix("unix:"))
    async with aiohttp.ClientSession(connector=connector) as session:
        started = Worker(process, session)
        await _up(started)
        try:
            yield started
        finally:
            if process.returncode is None:
                assert process.stdin
                process.stdin.close()
            await asyncio.wait_for(process.wait(), 10)


async def _up(worker: Worker) -> None:
    async with asyncio.timeout(60):
        while True:
            assert worker.process.returncode is None, "the worker ended at its start"
            try:
                await worker.health()
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)
            else:
                return
