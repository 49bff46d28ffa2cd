"""Has the local model write drafts as the product does: its process, its prompts, its time limit, its checks."""

from __future__ import annotations

import asyncio
import hashlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from running import FROM_OUTSIDE, LEADHAND

from bot.models import is_up
from pipelines.core.asks import Ask, Place
from pipelines.core.models import Model
from pipelines.core.prompts import load
from pipelines.core.tickets import Draft, Message
from pipelines.drafting.by_model import DRAFT_SECONDS, ModelWriter
from pipelines.drafting.compose import compose
from pipelines.llm.catalogue import QWEN
from pipelines.llm.engine import is_built
from pipelines.llm.fetch import is_whole
from pipelines.llm.local import connect
from pipelines.llm.meter import Meter

CACHE = Path(os.environ.get("LEADHAND_CACHE") or Path.home() / ".cache" / "leadhand")
BEGIN_WITHIN, END_WITHIN = 120.0, 30.0
NOBODY = Ask(key="", verb="draft", place=Place(team="", channel=""), user="")

Thread = tuple[Sequence[Message], str | None]


class Drafted(NamedTuple):
    """A draft, and what it took."""

    draft: Draft
    seconds: float
    read: int
    said: int

    @property
    def by_model(self) -> bool:
        """Whether the model wrote it; else the rules' draft stands."""
        return not self.draft.engine.startswith("rules")


class Tokens:
    """A ledger that adds up."""

    def __init__(self) -> None:
        self.read = self.said = 0

    async def record(self, *, tokens_in: int, tokens_out: int, **_: Any) -> None:
        """Count a call."""
        self.read += tokens_in
        self.said += tokens_out


def of_all_types(items: Sequence[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """The first thread of each type, then the first of the rest, by the hash of the id: nobody picks them."""
    ordered = sorted(items, key=lambda item: hashlib.sha256(item["id"].encode()).hexdigest())
    first = {item["type"]: item for item in reversed(ordered)}
    leading = [item for item in ordered if item is first[item["type"]]]
    return [*leading, *(item for item in ordered if item not in leading)][:count]


def spent(made: Sequence[Drafted]) -> dict[str, dict[str, Any]]:
    """How often the model's text stood, and what a draft took."""
    seconds = statistics.median(each.seconds for each in made)
    return {
        "model_written": {"value": round(100 * statistics.mean(each.by_model for each in made), 1), "unit": "%"},
        "model_draft_seconds": {
            "value": round(seconds, 1),
            "unit": "s, median",
            "goal": DRAFT_SECONDS,
            "met": seconds <= DRAFT_SECONDS,
        },
        "model_tokens_read": {"value": round(statistics.mean(each.read for each in made)), "unit": "a draft"},
        "model_tokens_said": {"value": round(statistics.mean(each.said for each in made)), "unit": "a draft"},
    }


def lacking() -> str:
    """Why the model cannot draft here; empty when it can. Nothing is built or fetched for this."""
    if os.environ.get("LEADHAND_MODEL") == "none":
        return "LEADHAND_MODEL=none"
    if is_built(CACHE) and asyncio.run(is_whole(QWEN, CACHE)):
        return ""
    return f"not here: leadhand model pull {QWEN.name}, and leadhand model once"


async def write(threads: Sequence[Thread]) -> list[Drafted]:
    """The threads' drafts, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        address = f"unix:{folder}/model.sock"
        async with _serving(Path(folder), address):
            model = connect(QWEN.name, address)
            try:
                return [
                    await _drafted(model, thread, f"{at} of {len(threads)}") for at, thread in enumerate(threads, 1)
                ]
            finally:
                await model.close()


async def _drafted(model: Model, thread: Thread, which: str) -> Drafted:
    sys.stderr.write(f"{QWEN.name} drafts {which}\n")
    tokens, started = Tokens(), time.monotonic()
    draft = compose(*thread)
    if draft.action == "draft":
        draft = await ModelWriter(Meter(model, tokens), load("ticket")).improve(draft, NOBODY, thread[1])
    return Drafted(draft, time.monotonic() - started, tokens.read, tokens.said)


@asynccontextmanager
async def _serving(folder: Path, address: str) -> AsyncIterator[None]:
    """`leadhand model` in a folder of its own, without any setting of this shell."""
    process = await asyncio.create_subprocess_exec(
        str(LEADHAND), "model", cwd=folder, env=_surroundings(address),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await _up(process, address)
        yield
    finally:
        await _end(process)


def _surroundings(address: str) -> Mapping[str, str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith(FROM_OUTSIDE)}
    own = {"LEADHAND_MODEL": f"local:{QWEN.name}", "LEADHAND_MODEL_URL": address, "LEADHAND_CACHE": str(CACHE)}
    return {**bare, **own}


async def _up(process: asyncio.subprocess.Process, address: str) -> None:
    started = time.monotonic()
    while not await is_up(address):
        if process.returncode is not None or time.monotonic() - started > BEGIN_WITHIN:
            raise RuntimeError(f"the model process does not answer (status {process.returncode})")
        await asyncio.sleep(0.2)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), END_WITHIN)
    except TimeoutError:
        process.kill()
        await process.wait()
