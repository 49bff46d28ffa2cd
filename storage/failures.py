"""Exceptions and results as JSON: what the durable engine keeps is never pickled."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

_MARK = "leadhand.failure"


class RecordedFailure(Exception):
    """A workflow or step failed in a way that nobody expected; only the type's name is kept, words may hold secrets."""


class JsonSerializer:
    """What DBOS asks of a serializer; exceptions come back as RecordedFailure."""

    def name(self) -> str:
        """The name under which DBOS notes the format of each value."""
        return "leadhand_json"

    def serialize(self, data: Any) -> str:
        """To JSON; raises TypeError for anything that is not JSON."""
        if isinstance(data, BaseException):
            data = {_MARK: _name(type(data))}
        return json.dumps(data)

    def deserialize(self, serialized_data: str) -> Any:
        """From JSON."""
        data = json.loads(serialized_data)
        if isinstance(data, dict) and set(data) == {_MARK}:
            return RecordedFailure(data[_MARK])
        return data


def describe(failure: Exception) -> dict[str, Any]:
    """An exception as JSON: its type's name, arguments and attributes; what is not JSON becomes text."""
    return {
        "type": _name(type(failure)),
        "args": [_plain(value) for value in failure.args],
        "state": {name: _plain(value) for name, value in vars(failure).items()},
    }


def rebuild(described: dict[str, Any], expected: Sequence[type[Exception]]) -> Exception:
    """The exception again, without its constructor: of the same type when that is an expected one or a subclass."""
    known = {_name(kind): kind for kind in _family(expected)}
    kind = known.get(described["type"])
    if kind is None:
        return RecordedFailure(described["type"])
    failure = kind.__new__(kind, *described["args"])
    failure.args = tuple(described["args"])
    vars(failure).update(described["state"])
    return failure


def _family(kinds: Sequence[type[Exception]]) -> Iterator[type[Exception]]:
    for kind in kinds:
        yield kind
        yield from _family(kind.__subclasses__())


def _name(kind: type[BaseException]) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _plain(value: object) -> object:
    try:
        return json.loads(json.dumps(value))
    except (TypeError, ValueError):
        return str(value)
