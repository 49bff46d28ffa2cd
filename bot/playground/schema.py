"""The small checks that the rules of Block Kit are made of, with Slack's wording of what is wrong."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

Problem = str


def at(pointer: str, words: str) -> Problem:
    """One line of `response_metadata.messages`."""
    return f"[ERROR] {words} [json-pointer:{pointer}]"


def wrong_type(pointer: str, expected: str) -> Problem:
    """The line for a value of another type."""
    return at(pointer, f"must provide a {expected}")


def check_string(
    owner: dict[str, Any], key: str, pointer: str, limit: int, *, required: bool = True
) -> Iterator[Problem]:
    """A string field of 1 to `limit` characters."""
    value = owner.get(key)
    place = f"{pointer}/{key}"
    if value is None:
        if required:
            yield at(pointer, f"missing required field: {key}")
    elif not isinstance(value, str):
        yield wrong_type(place, "string")
    elif required and not value:
        yield at(place, "must be more than 0 characters")
    elif len(value) > limit:
        yield at(place, f"must be less than {limit + 1} characters")


def check_text(value: Any, pointer: str, limit: int, *, plain: bool = False) -> Iterator[Problem]:
    """A text object of 1 to `limit` characters; `plain` allows plain_text alone."""
    if value is None:
        yield at(pointer, "missing required field: text")
        return
    if not isinstance(value, dict):
        yield wrong_type(pointer, "object")
        return
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    if value.get("type") not in kinds:
        yield at(f"{pointer}/type", f"must be one of {', '.join(kinds)}")
    unknown = set(value) - {"type", "text", "emoji", "verbatim"}
    if unknown:
        yield at(pointer, f"no more properties allowed, found {', '.join(sorted(unknown))}")
    if value.get("type") == "mrkdwn" and "emoji" in value:
        yield at(f"{pointer}/emoji", "not allowed in mrkdwn")
    yield from check_string(value, "text", pointer, limit)


def check_url(owner: dict[str, Any], key: str, pointer: str) -> Iterator[Problem]:
    """A URL field that, where it is given, is an address of the web or of mail."""
    value = owner.get(key)
    if not value:
        return
    try:
        scheme = urlsplit(str(value)).scheme
    except ValueError:
        scheme = ""
    if scheme not in ("http", "https", "mailto"):
        yield at(f"{pointer}/{key}", "must be a valid URL")
