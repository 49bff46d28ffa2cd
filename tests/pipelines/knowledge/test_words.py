"""A question and a name in the code meet in the same words."""

from __future__ import annotations

import pytest

from pipelines.knowledge.words import identifiers, stem, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("refreshTokens", ["refresh", "token", "refreshtokens"]),
        ("refresh_tokens", ["refresh", "token", "refreshtokens"]),
        ("HTTPServerError", ["http", "server", "error", "httpservererror"]),
        ("MAX_RETRIES = 17", ["max", "retry", "maxretries", "17"]),
        ("sha256", ["sha", "256", "sha256"]),
        ("Größe überschritten", ["größe", "überschritten"]),
        ("x = a + b", []),
        ("", []),
    ],
)
def test_a_name_gives_its_parts_and_itself(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    "family",
    [
        ("retry", "retries", "retried", "retrying"),
        ("cache", "caches", "cached", "caching"),
        ("refresh", "refreshes", "refreshed", "refreshing"),
        ("stop", "stops", "stopped", "stopping"),
        ("class", "classes"),
    ],
)
def test_forms_of_a_word_fall_together(family: tuple[str, ...]) -> None:
    assert len({stem(word) for word in family}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("status", "state"), ("process", "proceed"), ("bus", "bug"), ("this", "th")]
)
def test_other_words_stay_apart(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_what_is_written_like_code_is_seen() -> None:
    assert identifiers("what does `keep going` do with loadRows, max_size and 17 items?") == [
        "keep going",
        "loadRows",
        "max_size",
    ]
