"""kill -9 of a process that runs a workflow: what it finished is kept, what it began is done again."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from storage.engine import Engine, Run

pytestmark = pytest.mark.slow

PROGRAM = Path(__file__).with_name("engine_process.py")
END = "end k1 argument: result of first, the card is gone, result of second, result of third"

Start = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def start(database_url: str, log: Path) -> Iterator[Start]:
    processes: list[subprocess.Popen[str]] = []

    def started(halt: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, str(PROGRAM), database_url, str(log), halt],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
        processes.append(process)
        return process

    yield started
    for process in processes:
        process.kill()
        process.communicate()


def kill_at(start: Start, halt: str) -> None:
    process = start(halt)
    assert process.stdout is not None
    assert process.stdout.readline() == "halted\n"
    process.kill()
    assert process.wait(10) == -9


def acts(log: Path) -> list[str]:
    return log.read_text().splitlines()


def test_killed_at_five_places_it_ends_as_if_never_killed(start: Start, log: Path) -> None:
    done: list[str] = []
    for halt, news in (
        ("first", ["first"]),
        ("fail", ["first", "fail"]),
        ("second", ["fail", "second"]),
        ("sleep", ["second"]),
        ("third", ["third"]),
    ):
        kill_at(start, halt)
        done += news
        assert acts(log) == done
    output, _ = start("nowhere").communicate(timeout=30)
    assert output == "done\n"
    assert acts(log) == [*done, "third", END]


@pytest.mark.parametrize("dialect", ["postgresql"])
async def test_a_living_peer_takes_over(start: Start, log: Path, database_url: str) -> None:
    goes_on = asyncio.Event()

    async def errand(run: Run, argument: str) -> None:
        result = await run.step("first", partial(_never, "first"))
        assert result == "result of first"
        goes_on.set()

    peer = Engine(database_url, {"errand": errand}, executor="peer", sweep_seconds=0.2)
    await peer.launch()
    process = start("second")
    assert process.stdout is not None
    assert await asyncio.to_thread(process.stdout.readline) == "halted\n"
    # Alive, though silent: its work is its own.
    await asyncio.sleep(1.0)
    assert not goes_on.is_set()
    process.kill()
    await asyncio.wait_for(goes_on.wait(), 15)
    await peer.close(1)
    assert acts(log) == ["first", "fail", "second"]


async def _never(name: str) -> str:
    raise AssertionError(f"{name} was done again")
