"""The scripted model: what its file may say, and the faults that it plays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.core.errors import ModelFailed, Refused, TryAgain
from pipelines.core.models import Model, Request
from pipelines.llm import scripted

ASKED = Request(system="You name things.", user="Order 4711 fails.", step="ticket.title", deadline=0.2)


@pytest.fixture
def play(tmp_path: Path) -> Any:
    """A model from the entries of a script."""

    def played(*answers: dict[str, Any]) -> Model:
        path = tmp_path / "script.json"
        path.write_text(json.dumps({"name": "parrot", "answers": answers}), "utf-8")
        return scripted.connect(path)

    return played


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([{"answer": "plain"}], "plain"),
        ([{"step": "ticket.type", "answer": "no"}, {"step": "ticket.title", "answer": "yes"}], "yes"),
        (
            [{"match": "Order 9", "answer": "no"}, {"match": r"Order (\d+)", "answer": "about {{ match[1] }}"}],
            "about 4711",
        ),
        ([{"match": "You name", "answer": "{{ user }}"}], "Order 4711 fails."),
        (
            [{"match": r"(\d+)", "answer": {"title": "{{ match[1] }}", "steps": ["a", 1]}}],
            '{"title": "4711", "steps": ["a", 1]}',
        ),
    ],
)
async def test_the_first_entry_that_fits_answers(play: Any, answers: list[dict[str, Any]], said: str) -> None:
    model = play(*answers)
    assert model.name == "parrot"
    assert (await model.complete(ASKED)).text == said
    assert "".join([piece async for piece in model.stream(ASKED)]) == said


async def test_an_entry_that_is_used_up_makes_way_for_the_next(play: Any) -> None:
    model = play({"answer": "first", "times": 2}, {"answer": "then"})
    assert [(await model.complete(ASKED)).text for _ in range(3)] == ["first", "first", "then"]


@pytest.mark.parametrize(
    ("entry", "failure", "words"),
    [
        ({"fault": "slow"}, TryAgain, "longer than 0.2 seconds"),
        ({"answer": "late", "seconds": 5}, TryAgain, "longer than 0.2 seconds"),
        ({"fault": "down"}, TryAgain, "does not answer"),
        ({"fault": "refuse"}, ModelFailed, "declined"),
        ({"fault": "empty"}, ModelFailed, "empty"),
        ({"answer": "{{ nobody }}"}, ModelFailed, "nobody"),
        ({"step": "another", "answer": "x"}, ModelFailed, "ticket.title"),
    ],
)
async def test_each_fault_is_that_of_a_real_model(
    play: Any, entry: dict[str, Any], failure: type[Exception], words: str
) -> None:
    with pytest.raises(failure, match=words):
        await play(entry).complete(ASKED)


async def test_garbage_and_truncation_come_as_answers(play: Any) -> None:
    garbage = await play({"fault": "garbage"}).complete(ASKED)
    with pytest.raises(ValueError, match="Expecting value"):
        json.loads(garbage.text)
    cut = play({"answer": {"title": "Order fails", "type": "bug"}, "fault": "truncated"})
    answer = await cut.complete(ASKED)
    assert answer.finish == "length"
    with pytest.raises(ModelFailed, match="stopped"):
        [piece async for piece in cut.stream(ASKED)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is not JSON"),
        ("[]", "valid dictionary"),
        ('{"answers": [{"fault": "sulks"}]}', "answers.0.fault"),
        ('{"answers": [{"match": "("}]}', "answers.0.match"),
        ('{"answers": [{"says": "x"}]}', "answers.0.says"),
    ],
)
def test_a_script_that_makes_no_sense_is_refused_in_one_sentence(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "script.json"
    path.write_text(text, "utf-8")
    with pytest.raises(Refused) as refused:
        scripted.connect(path)
    assert words in str(refused.value)
    assert str(path) in str(refused.value)
    with pytest.raises(Refused, match="cannot be read"):
        scripted.connect(tmp_path / "absent.json")
