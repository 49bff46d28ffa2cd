"""Lines in, lines out; a bad one answers for itself and the rest go on."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from bot.jsonlines import BadLine, answer_lines, text_of


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


async def shout(line: Any) -> dict[str, str]:
    if line.get("burst"):
        raise RuntimeError("unforeseen")
    return {"loud": text_of(line, "text").upper()}


async def answered(*lines: str, progress: io.StringIO | None = None) -> tuple[int, list[Any]]:
    sink = io.StringIO()
    status = await answer_lines(shout, [line + "\n" for line in lines], sink, progress or io.StringIO())
    return status, [json.loads(line) for line in sink.getvalue().splitlines()]


async def test_each_line_has_its_answer_in_order() -> None:
    assert await answered('{"id": 1, "text": "é"}', "", '{"id": "b", "text": "x"}') == (
        0,
        [{"id": 1, "loud": "É"}, {"id": "b", "loud": "X"}],
    )


@pytest.mark.parametrize(
    ("bad", "id_", "words"),
    [
        ("{", None, "not JSON"),
        ("[" * 100_000, None, "not JSON"),
        ("[1]", None, "not a JSON object"),
        ('{"id": 7}', 7, '"text"'),
        ('{"id": 7, "text": 3}', 7, '"text"'),
        ('{"id": 7, "text": "  "}', 7, '"text"'),
        ('{"id": 7, "burst": true}', 7, "log"),
    ],
)
async def test_a_bad_line_says_why_and_the_rest_go_on(bad: str, id_: Any, words: str) -> None:
    status, (first, second) = await answered(bad, '{"id": 2, "text": "on"}')
    assert status == 1
    assert set(first) == {"id", "error"}
    assert first["id"] == id_
    assert words in first["error"]
    assert second == {"id": 2, "loud": "ON"}


async def test_progress_is_for_terminals_alone() -> None:
    quiet, terminal = io.StringIO(), Terminal()
    await answered('{"text": "a"}', progress=quiet)
    await answered('{"text": "a"}', '{"text": "b"}', progress=terminal)
    assert quiet.getvalue() == ""
    assert "2 lines" in terminal.getvalue()


def test_a_field_may_be_left_out_where_it_is_not_needed() -> None:
    assert text_of({}, "body", needed=False) == ""
    with pytest.raises(BadLine):
        text_of({"body": 1}, "body", needed=False)
