"""Each call of a model is written down as somebody's, whatever came of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.core.asks import Ask, Place
from pipelines.core.errors import ModelFailed, TryAgain
from pipelines.core.models import Model, Request
from pipelines.llm import none, scripted
from pipelines.llm.meter import Meter

ASK = Ask(key="Ev1", verb="draft", place=Place(team="T1", channel="C1"), user="U0PRIYA")
CALL = Request(system="You name things.", user="Order 4711 fails.", step="ticket.title", deadline=0.2)


class Book:
    """A ledger in a list."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    async def record(self, **row: Any) -> None:
        self.rows.append(row)


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def metered(tmp_path: Path, book: Book) -> Any:
    """The model of a script of one entry, metered."""

    def made(**entry: Any) -> Model:
        path = tmp_path / "script.json"
        path.write_text(json.dumps({"name": "parrot", "answers": [entry]}), "utf-8")
        return Meter(scripted.connect(path), book).for_ask(ASK, "ticket")

    return made


async def test_an_answer_is_a_row(metered: Any, book: Book) -> None:
    answer = await metered(answer="three words long").complete(CALL)
    assert answer.text == "three words long"
    (row,) = book.rows
    assert row | {"tokens_in": 0, "seconds": 0} == {
        "asked_by": "U0PRIYA",
        "ask_key": "Ev1",
        "pipeline": "ticket",
        "step": "ticket.title",
        "model": "parrot",
        "tokens_in": 0,
        "tokens_out": 3,
        "seconds": 0,
        "outcome": "answered",
    }
    assert row["tokens_in"] > 0


@pytest.mark.parametrize(
    ("fault", "failure", "outcome"),
    [("down", TryAgain, "no answer"), ("slow", TryAgain, "no answer"), ("refuse", ModelFailed, "no use")],
)
async def test_a_failure_is_a_row_and_goes_on(
    metered: Any, book: Book, fault: str, failure: type[Exception], outcome: str
) -> None:
    with pytest.raises(failure):
        await metered(fault=fault).complete(CALL)
    with pytest.raises(failure):
        [piece async for piece in metered(fault=fault).stream(CALL)]
    assert [row["outcome"] for row in book.rows] == [outcome] * 2
    assert [row["tokens_out"] for row in book.rows] == [0, 0]


async def test_a_cut_answer_is_marked(metered: Any, book: Book) -> None:
    await metered(answer="three words long", fault="truncated").complete(CALL)
    assert book.rows[0]["outcome"] == "cut"


async def test_a_stream_is_a_row_also_when_its_listener_leaves(metered: Any, book: Book) -> None:
    model = metered(answer="a longer answer of several words")
    assert "".join([piece async for piece in model.stream(CALL)]) == "a longer answer of several words"
    left = model.stream(CALL)
    assert await anext(left) == "a "
    await left.aclose()
    assert [row["outcome"] for row in book.rows] == ["answered", "left"]
    assert book.rows[0]["tokens_out"] > book.rows[1]["tokens_out"]


async def test_without_a_model_there_is_no_name_and_nothing_is_ready(book: Book) -> None:
    meter = Meter(none.connect(), book)
    assert (meter.name, await meter.ready(), await meter.for_ask(ASK, "qa").ready()) == ("", False, False)
    await meter.close()
