"""Measures the local model's process: reading, speaking alone and with others, first token, memory."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import aiohttp

from pipelines.llm.catalogue import Model
from pipelines.llm.engine import engine_folder, is_built

CACHE = Path(os.environ.get("LEADHAND_CACHE") or Path.home() / ".cache" / "leadhand")
SPOKEN = 96
# About a thousand tokens; each run reads another beginning, so that nothing could be reused.
READING = "The export of the weekly report fails on Firefox with an empty page. " * 65
STORY = "Tell a very long story about a weekly report that nobody could export."


class Measured(NamedTuple):
    """A value, and that of llama.cpp's own llama-bench where LLAMA_BENCH names it."""

    value: float
    unit: str
    reference: float | None = None


def measure(model: Model, skipped: dict[str, str]) -> dict[str, Measured]:
    """Figures by name; nothing but a reason where the model is not here."""
    if not is_built(CACHE) or not model.path(CACHE).is_file():
        skipped[f"local model {model.name}"] = f"not here: leadhand model pull {model.name}, and leadhand model once"
        return {}
    own = asyncio.run(_measure(model))
    for name, reference in _llama_bench(model).items():
        own[name] = own[name]._replace(reference=reference)
    return {f"{model.name}: {name}": figure for name, figure in own.items()}


def _llama_bench(model: Model) -> dict[str, float]:
    """Tokens per second of the same work without any server, by the names of our own figures."""
    program = os.environ.get("LLAMA_BENCH")
    if not program:
        return {}
    work = ["-p", "1024", "-n", str(SPOKEN), "-r", "2", "-t", str(os.cpu_count()), "-o", "json"]
    said = subprocess.run([program, "-m", str(model.path(CACHE)), *work], capture_output=True, check=True).stdout
    return {"reading" if run["n_prompt"] else "speaking, one": run["avg_ts"] for run in json.loads(said)}


async def _measure(model: Model) -> dict[str, Measured]:
    port = _free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "pipelines.llm.worker", "--engine", str(engine_folder(CACHE)),
        "--file", str(model.path(CACHE)), "--name", model.name, "--address", f"http://127.0.0.1:{port}",
    )  # fmt: skip
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            await _up(session)
            return {**await _speeds(session), "resident memory": Measured(_resident(process.pid), "MB")}
    finally:
        process.terminate()
        await process.wait()


async def _speeds(session: aiohttp.ClientSession) -> dict[str, Measured]:
    await _ask(session, "Say something.", 8)
    first, _, count, _ = await _ask(session, READING, 2)
    short, speaking, _, made = await _ask(session, STORY, SPOKEN)
    started = time.monotonic()
    four = await asyncio.gather(*(_ask(session, f"{n}. {STORY}", SPOKEN) for n in range(4)))
    together = time.monotonic() - started
    return {
        "reading": Measured(count / first, "tokens/s"),
        "speaking, one": Measured(made / speaking, "tokens/s"),
        "speaking, four together": Measured(sum(one[3] for one in four) / together, "tokens/s"),
        "first token of a short prompt": Measured(short, "s"),
    }


async def _ask(session: aiohttp.ClientSession, text: str, limit: int) -> tuple[float, float, int, int]:
    """Seconds to the first token, seconds from it to the last, tokens read, tokens said after the first."""
    body = {
        "messages": [{"role": "user", "content": text}],
        "max_tokens": limit,
        "temperature": 0,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    started, first, usage = time.monotonic(), 0.0, {}
    async with session.post("/v1/chat/completions", json=body) as answer:
        async for line in answer.content:
            if line.startswith(b"data: {"):
                first = first or time.monotonic()
                usage = json.loads(line[6:]).get("usage") or usage
    return first - started, time.monotonic() - first, usage["prompt_tokens"], usage["completion_tokens"] - 1


async def _up(session: aiohttp.ClientSession) -> None:
    for _ in range(600):
        try:
            async with session.get("/health"):
                return
        except aiohttp.ClientError:
            await asyncio.sleep(0.1)
    raise TimeoutError("the model process does not answer")


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
