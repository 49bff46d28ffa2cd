"""The commands about tickets over JSON lines: `draft`, `classify` and `similar`; without Slack and database."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.app import make_model
from bot.jsonlines import Answering, BadLine, Line, answer_lines, text_of
from bot.settings import Settings
from pipelines.core.asks import Ask, Place
from pipelines.core.errors import Refused
from pipelines.core.prompts import load
from pipelines.core.tickets import Message
from pipelines.drafting.by_model import ModelWriter
from pipelines.drafting.compose import compose
from pipelines.drafting.contract import to_line
from pipelines.drafting.kind import decide
from pipelines.drafting.learned import Example, LabelModel
from pipelines.drafting.sentences import read_all
from pipelines.drafting.similar import Past, Ranking
from pipelines.llm.meter import Meter


class Unrecorded:
    """A ledger for calls that nobody in Slack asked for: it keeps nothing."""

    async def record(self, **_: Any) -> None:
        """Let the call pass."""


async def run_draft(settings: Settings) -> int:
    """Draft threads from standard input, with the model of the settings where it is ready; 1 when a line was bad."""
    models = Meter(make_model(settings), Unrecorded())
    writer = ModelWriter(models, load("ticket"), settings.model_seconds)

    async def draft(line: Line) -> Mapping[str, Any]:
        thread, focus = _thread(line), text_of(line, "focus", needed=False) or None
        made = compose(thread, focus)
        if made.action == "draft" and await writer.ready():
            ask = Ask(key="", verb="draft", place=Place(team="", channel=""), user="")
            made = await writer.improve(made, ask, focus)
        return to_line(str(line.get("id", "")), made) | {"id": line.get("id"), "engine": made.engine}

    try:
        return await _lines(draft)
    finally:
        await models.close()


def _thread(line: Line) -> list[Message]:
    said = line.get("thread")
    if not isinstance(said, list) or not said:
        raise BadLine('"thread" must be a list of messages, one at least.')
    return [_message(entry, at) for at, entry in enumerate(said)]


def _message(entry: Any, at: int) -> Message:
    if not isinstance(entry, dict):
        raise BadLine('Each message of "thread" must be an object with "user", "ts" and "text".')
    user, ts, text = (entry.get(name) for name in ("user", "ts", "text"))
    if not isinstance(text, str):
        raise BadLine('The "text" of each message must be a text.')
    return Message(user=str(user or ""), name=str(user or ""), ts=str(ts or at), text=text)


async def run_classify(train: str) -> int:
    """Say the type of each ticket; with `train`, a file of labelled lines, in its labels. Raises Refused."""
    say = _learn(train) if train else _by_rules

    async def classify(line: Line) -> Mapping[str, Any]:
        label, confidence = say(_example(line))
        return {"label": label, "confidence": confidence}

    return await _lines(classify)


def _by_rules(example: Example) -> tuple[str, float]:
    message = Message(user="", ts="1", text=f"{example.title}\n{example.body}")
    found = decide(read_all([message]), "1")
    return found.type, found.confidence


def _learn(train: str) -> Callable[[Example], tuple[str, float]]:
    read = _file(train, _example, lambda line: text_of(line, "label"))
    if not read:
        raise Refused(f"{train} holds no line to learn from.")
    model = LabelModel([_example(line) for line in read], [text_of(line, "label") for line in read])
    return lambda example: model.say([example])[0]


async def run_similar(pool: str) -> int:
    """Rank the tickets of the file `pool` by how alike they are to each line; 1 when a line was bad. Raises Refused."""
    kept = _file(pool, _past)
    names = [line.get("id") for line in kept]
    ranking = Ranking([_past(line) for line in kept])

    async def similar(line: Line) -> Mapping[str, Any]:
        found = ranking.rank(_past(line), lambda at: names[at] != line.get("id"))
        return {"ranked": [names[at] for at, _ in found], "scores": [round(score, 4) for _, score in found]}

    return await _lines(similar)


def _past(line: Line) -> Past:
    example = _example(line)
    return Past(example.title, example.body, _moment(line.get("created")))


def _example(line: Line) -> Example:
    example = Example(text_of(line, "title", needed=False), text_of(line, "body", needed=False))
    if not f"{example.title}{example.body}".strip():
        raise BadLine('"title" or "body" must hold a text.')
    return example


def _moment(created: Any) -> float | None:
    """Seconds since 1970 of a number or an ISO 8601 time; a time without a zone is UTC."""
    if created is None or created == "":
        return None
    if isinstance(created, int | float) and not isinstance(created, bool):
        return float(created)
    try:
        read = datetime.fromisoformat(str(created))
    except ValueError:
        raise BadLine('"created" must be an ISO 8601 time or seconds since 1970.') from None
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()


def _file(path: str, *checks: Callable[[Line], object]) -> Sequence[Line]:
    """The lines of a file of JSON lines, each of which passes the checks. Raises Refused, with the line's number."""
    try:
        texts = Path(path).read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}.") from None
    lines = []
    for number, text in enumerate(texts, 1):
        if text.strip():
            lines.append(_checked(text, checks, f"{path}, line {number}"))
    return lines


def _checked(text: str, checks: Sequence[Callable[[Line], object]], where: str) -> Line:
    try:
        line = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused(f"{where}: not JSON.") from None
    if not isinstance(line, dict):
        raise Refused(f"{where}: not a JSON object.")
    try:
        for check in checks:
            check(line)
    except BadLine as bad:
        raise Refused(f"{where}: {bad}") from None
    return line


async def _lines(answering: Answering) -> int:
    return await answer_lines(answering, sys.stdin, sys.stdout, sys.stderr)
