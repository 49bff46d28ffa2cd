"""Measures what a person waits for, on a real `leadhand try`, and writes build/bench.json."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from door_speed import Sizes
from door_speed import measure as measure_door
from model_speed import Measured, measure
from running import Running, resident, running, wait_for

from pipelines.llm.catalogue import QWEN, SMOL

BUILD = Path(__file__).resolve().parents[2] / "build"
ROUNDS = 12
CHANNEL, PERSON = "C0SUPPORT", "U0MIRA"


# Of each model, on two cores: tokens a second at least, seconds and megabytes at most.
MODEL_GOALS = {
    SMOL: {"reading": 80, "one": 20, "together": 35, "prompt": 1, "memory": 500},
    QWEN: {"reading": 25, "one": 4, "together": 8, "prompt": 4, "memory": 2600},
}


class Figure(NamedTuple):
    """A measured value and the most that it should be, or the least where `least` says so."""

    value: float
    unit: str
    goal: float
    least: bool = False
    reference: float | None = None
    beside: str = "llama-bench"

    @property
    def met(self) -> bool:
        return self.value >= self.goal if self.least else self.value <= self.goal

    def written(self) -> dict[str, Any]:
        known = {"value": self.value, "unit": self.unit, "goal": self.goal, "met": self.met}
        compared = {"reference": self.reference, "ratio": self.value / self.reference} if self.reference else {}
        return known | compared


def main() -> int:
    skipped: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        figures = {**starts(data, "first"), **starts(data, "second"), **flow(data, skipped)}
    figures |= door(skipped)
    figures |= models(skipped)
    table(figures, skipped)
    write(figures, skipped)
    return 0 if all(figure.met for figure in figures.values()) else 1


def door(skipped: dict[str, str]) -> dict[str, Figure]:
    """Slack's door over HTTP on SQLite, all listeners registered, beside a bare Bolt app that only acknowledges."""
    if not Path("/proc/self/stat").exists():
        skipped["the door"] = "this system has no /proc to read processor time from"
        return {}
    ours, bare, (early, late) = asyncio.run(measure_door(Sizes()))
    beside = "bare Bolt"
    return {
        "signed events on disk before the ack, a core": Figure(
            ours.rate, "events/s", 0.6 * bare.rate, least=True, reference=bare.rate, beside=beside
        ),
        "processor time an event": Figure(
            1e6 / ours.rate, "us", 1e6 / bare.rate / 0.6, reference=1e6 / bare.rate, beside=beside
        ),
        "ack at 50 events/s, p50": Figure(ours.p50, "ms", 10, reference=bare.p50, beside=beside),
        "ack at 50 events/s, p99": Figure(ours.p99, "ms", 50, reference=bare.p99, beside=beside),
        "ack of a command, p50": Figure(ours.command, "ms", 3, reference=bare.command, beside=beside),
        "memory grown from 5,000 to 50,000 events": Figure(late - early, "MB", 10),
    }


def models(skipped: dict[str, str]) -> dict[str, Figure]:
    """The local model's process, for each model that is here."""
    made = {}
    for model, goals in MODEL_GOALS.items():
        for name, measured in measure(model, skipped).items():
            made[name] = judged(measured, goals[name.split()[-1]])
    return made


def judged(measured: Measured, goal: float) -> Figure:
    return Figure(measured.value, measured.unit, goal, least=measured.unit == "tokens/s", reference=measured.reference)


def starts(data: Path, which: str) -> dict[str, Figure]:
    """From the start of the process to the page, and to a bot that hears; packages are installed already."""
    started = time.monotonic()
    with running(data, connected=False) as run:
        wait_for(lambda: answers(run), "page")
        page = time.monotonic() - started
        wait_for(run.is_connected, "connected bot")
        bot = time.monotonic() - started
        stopping = time.monotonic()
    return {
        f"{which} start to page": Figure(page, "s", 5),
        f"{which} start to connected bot": Figure(bot, "s", 10),
        f"stop after the {which} start": Figure(time.monotonic() - stopping, "s", 5),
    }


def answers(run: Running) -> bool:
    try:
        return bool(run.get("/_control/state")["ok"])
    except OSError:
        return False


def flow(data: Path, skipped: dict[str, str]) -> dict[str, Figure]:
    """Reaction to draft, File to card and to the link in the thread, and the memory that it took."""
    drafts, cards, links = [], [], []
    with running(data) as run:
        signs = [first_sign(run) for _ in range(ROUNDS)]
        for number in range(ROUNDS):
            draft, card, link = one(run, number)
            drafts.append(draft)
            cards.append(card)
            links.append(link)
        memory = memory_of(run.process.pid, skipped)
    return {
        "first visible sign, median": Figure(statistics.median(signs) * 1000, "ms", 300),
        "first visible sign, slowest": Figure(max(signs) * 1000, "ms", 300),
        "reaction to draft, median": Figure(statistics.median(drafts), "s", 1.5),
        "reaction to draft, slowest": Figure(max(drafts), "s", 3),
        "File to card, median": Figure(statistics.median(cards), "s", 1.5),
        "File to link in the thread, median": Figure(statistics.median(links), "s", 2),
        **memory,
    }


def one(run: Running, number: int) -> tuple[float, float, float]:
    """Report, react, file once; the three times in seconds."""
    text = (
        f"The export of report {4000 + number} fails on Firefox 131 with error E-{number + 17}: press Export on the "
        "Reports page, expected a CSV, got an empty page."
    )
    ts = run.control("message", channel=CHANNEL, user=PERSON, text=text)["message"]["ts"]
    drafted = timed(
        lambda: run.control("reaction", channel=CHANNEL, ts=ts, user=PERSON, name="ticket"),
        lambda: button(run, ts, "ticket_file"),
        "draft",
    )
    preview, action = button(run, ts, "ticket_file")
    before = len(run.cards())
    pressed = time.monotonic()
    run.control("interact", channel=CHANNEL, messageTs=preview["ts"], user=PERSON, action=action)
    wait_for(lambda: len(run.cards()) > before, "card")
    card = time.monotonic() - pressed
    wait_for(lambda: button(run, ts, "ticket_undo"), "link")
    return drafted, card, time.monotonic() - pressed


def first_sign(run: Running) -> float:
    """Seconds from a mention to a reaction on it, or to the first word in its thread."""
    started = time.monotonic()
    said = run.control("message", channel=CHANNEL, user=PERSON, text="@leadhand how is the export cached?")["message"]

    def is_seen() -> bool:
        here = [m for m in run.messages(CHANNEL) if said["ts"] in {m["ts"], m.get("thread_ts")}]
        return len(here) > 1 or any(m.get("reactions") for m in here)

    wait_for(is_seen, "first sign", pause=0.005)
    return time.monotonic() - started


def timed(act: Callable[[], Any], look: Callable[[], Any], what: str) -> float:
    started = time.monotonic()
    act()
    wait_for(look, what)
    return time.monotonic() - started


def button(run: Running, thread_ts: str, action_id: str) -> Any:
    """The message of the thread that carries this button, and the button as a press; None when there is none."""
    for message in reversed(run.messages(CHANNEL)):
        if message.get("thread_ts") != thread_ts:
            continue
        for block in message.get("blocks") or []:
            for element in block.get("elements", []):
                if element.get("action_id") == action_id:
                    press = {"type": "button", "action_id": action_id, "value": element["value"]}
                    return message, {**press, "block_id": block["block_id"]}
    return None


def memory_of(parent: int, skipped: dict[str, str]) -> dict[str, Figure]:
    """Resident memory of the playground's process and of its child, the bot."""
    listing = Path(f"/proc/{parent}/task/{parent}/children")
    if not listing.exists():
        skipped["resident memory"] = "this system has no /proc to read it from"
        return {}
    bot = sum(resident(int(child)) for child in listing.read_text("ascii").split())
    return {
        "resident memory, playground": Figure(resident(parent) / 1024, "MB", 150),
        "resident memory, bot": Figure(bot / 1024, "MB", 250),
    }


def table(figures: dict[str, Figure], skipped: dict[str, str]) -> None:
    for name, figure in figures.items():
        met = "" if figure.met else f"   misses the goal of {figure.goal:g}"
        compared = f"   ({figure.beside} {figure.reference:.2f})" if figure.reference else ""
        sys.stdout.write(f"{name:<48} {figure.value:8.2f} {figure.unit}{compared}{met}\n")
    for name, reason in skipped.items():
        sys.stdout.write(f"{name:<48} not measured: {reason}\n")


def write(figures: dict[str, Figure], skipped: dict[str, str]) -> None:
    BUILD.mkdir(exist_ok=True)
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    report = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{system}, Python {platform.python_version()}",
        "figures": {name: figure.written() for name, figure in figures.items()},
        "skipped": skipped,
    }
    (BUILD / "bench.json").write_text(json.dumps(report, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
