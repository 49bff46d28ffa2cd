"""Scores when the bot goes on in a thread without being mentioned, on tables of thread continuations of our own."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

from pipelines.policy.continuing import Line, Situation, decide

TABLES = Path(__file__).resolve().parents[1] / "pipelines/policy/continuations"
GOALS = {"precision": 0.95, "recall": 0.7}


class Score(NamedTuple):
    """`precision`: of the times it spoke, how many were meant; `recall`: of those that were, how many it took."""

    rows: int
    precision: float
    recall: float
    wrong: tuple[str, ...]


def read_table(name: str) -> list[dict[str, Any]]:
    return list(json.loads((TABLES / f"{name}.json").read_text("utf-8")))


def hash_of(name: str) -> str:
    return hashlib.sha256((TABLES / f"{name}.json").read_bytes()).hexdigest()[:12]


def score(rows: list[dict[str, Any]]) -> Score:
    spoke = {row["id"] for row in rows if decide(situation(row)).speaks}
    meant = {row["id"] for row in rows if row["expect"] == "answer"}
    right = len(spoke & meant)
    return Score(len(rows), right / max(1, len(spoke)), right / max(1, len(meant)), tuple(sorted(spoke ^ meant)))


def situation(row: dict[str, Any]) -> Situation:
    return Situation(
        bot=row["bot"],
        asker=row["asker"],
        by=row["by"],
        text=row["text"],
        questions=tuple(row["questions"]),
        since=tuple(Line(by=said["by"], text=said["text"]) for said in row["since"]),
    )


def by_threads(figures: dict[str, object]) -> None:
    """Print both tables' figures; the held-out one is named by its hash and was not looked at while tuning."""
    for name in ("tuned", "held_out"):
        got = score(read_table(name))
        print(f"continuations {name} {hash_of(name)}: {got.rows} rows, {got.precision:.3f} / {got.recall:.3f}")
        for measure, goal in GOALS.items():
            value = round(getattr(got, measure), 3)
            key = f"continuation_{measure}_{name}"
            figures[key] = {"value": value, "unit": "share", "goal": goal, "met": value >= goal, "rows": got.rows}
