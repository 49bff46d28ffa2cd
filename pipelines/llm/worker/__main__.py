"""Runs the model process: `python -m pipelines.llm.worker`, started by `leadhand model` with nothing of its secrets."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

from pipelines.core.errors import Refused
from pipelines.llm.worker.process import serve

EXIT_REFUSED = 2


def main() -> int:
    """Serve until SIGINT, SIGTERM or, if asked, the end of standard input; 1 where decoding broke down."""
    made = argparse.ArgumentParser(prog="leadhand model")
    made.add_argument("--engine", type=Path, required=True)
    made.add_argument("--file", type=Path, required=True)
    made.add_argument("--name", required=True)
    made.add_argument("--address", required=True)
    made.add_argument("--until-eof", action="store_true")
    try:
        return asyncio.run(_serve(made.parse_args()))
    except Refused as refusal:
        sys.stderr.write(f"leadhand: {refusal}\n")
        return EXIT_REFUSED


async def _serve(options: argparse.Namespace) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if options.until_eof:
        loop.add_reader(sys.stdin.fileno(), _at_input, loop, stop)
    return 0 if await serve(options.engine, options.file, options.name, options.address, stop) else 1


def _at_input(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        loop.remove_reader(sys.stdin.fileno())
        stop.set()


if __name__ == "__main__":
    raise SystemExit(main())
