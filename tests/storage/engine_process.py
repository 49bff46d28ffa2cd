"""A process of its own that runs one workflow on the durable engine, made to be killed.

Usage: python engine_process.py URL LOG HALT: every act is a line in LOG; with HALT naming one, the process stands
still right after that act, before the engine knows of it.
"""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from pathlib import Path

from storage.engine import Engine, Run


class Absent(Exception):
    """An expected failure."""


def note(log: Path, line: str) -> None:
    with log.open("a") as lines:
        lines.write(line + "\n")


async def act(log: Path, halt: str, name: str) -> str:
    await asyncio.to_thread(note, log, name)
    if name == halt:
        print("halted", flush=True)
        await asyncio.sleep(60)
    if name == "fail":
        raise Absent("the card is gone")
    return f"result of {name}"


async def errand(log: Path, halt: str, run: Run, argument: str) -> None:
    first = await run.step("first", partial(act, log, halt, "first"))
    try:
        await run.step("fail", partial(act, log, halt, "fail"))
    except Absent as failure:
        seen = str(failure)
    second = await run.step("second", partial(act, log, halt, "second"))
    if halt == "sleep":
        print("halted", flush=True)
    await run.sleep(0.5)
    third = await run.step("third", partial(act, log, halt, "third"))
    note(log, f"end {run.key} {argument}: {first}, {seen}, {second}, {third}")


async def until_idle(engine: Engine) -> None:
    unfinished = 1
    while unfinished:
        await asyncio.sleep(0.1)
        unfinished = await engine.pending()


async def main(url: str, log: Path, halt: str) -> None:
    engine = Engine(
        url, {"errand": partial(errand, log, halt)}, executor="child", expected=(Absent,), sweep_seconds=0.3
    )
    await engine.launch()
    await engine.start("errand", "k1", "argument")
    await until_idle(engine)
    await engine.close(1.0)
    print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
