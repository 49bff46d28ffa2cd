"""Exceptions survive as JSON, without pickle and without their constructors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from storage.failures import JsonSerializer, RecordedFailure, describe, rebuild


class Late(Exception):
    def __init__(self, words: str, after: float = 0.0, *, sure: bool = False) -> None:
        super().__init__(words)
        self.words, self.after, self.sure = words, after, sure


class VeryLate(Late):
    pass


class Strict(Exception):
    def __init__(self, *, code: int) -> None:
        super().__init__()
        self.code = code


@pytest.mark.parametrize(
    "failure",
    [
        Late("later", 2.5, sure=True),
        VeryLate("much later"),
        Strict(code=7),
        LookupError(),
        KeyError("k"),
        ValueError("a", 1, None, ["x"]),
        OSError(2, "no such file"),
        TimeoutError("slow"),
        UnicodeError("ü"),
    ],
)
def test_an_expected_failure_comes_back_the_same(failure: Exception) -> None:
    kept = json.loads(json.dumps(describe(failure)))
    again = rebuild(kept, (Late, Strict, LookupError, ValueError, OSError))
    assert type(again) is type(failure)
    assert (again.args, vars(again), str(again)) == (failure.args, vars(failure), str(failure))


def test_what_is_not_json_becomes_text() -> None:
    again = rebuild(describe(ValueError({1, 2}, b"x")), (ValueError,))
    assert again.args == ("{1, 2}", "b'x'")


def test_an_unknown_type_is_named_not_guessed() -> None:
    again = rebuild(describe(Strict(code=1)), (Late,))
    assert type(again) is RecordedFailure
    assert str(again).endswith("Strict")


@pytest.mark.parametrize("value", [None, 1, "é\x00", [1, {"a": None}], {"args": ["k", "v"], "kwargs": {}}])
def test_values_as_json(value: Any) -> None:
    serializer = JsonSerializer()
    assert serializer.deserialize(serializer.serialize(value)) == value


def test_of_an_unexpected_failure_the_type_alone_is_kept() -> None:
    serializer = JsonSerializer()
    text = serializer.serialize(ValueError("token=fake-secret"))
    assert "fake-secret" not in text
    assert str(serializer.deserialize(text)) == "builtins.ValueError"
    with pytest.raises(TypeError):
        serializer.serialize(object())
