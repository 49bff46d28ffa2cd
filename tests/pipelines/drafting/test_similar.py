"""Past tickets ranked by likeness: what comes first, what does not count."""

from __future__ import annotations

import pytest

from pipelines.drafting.similar import MOST, Past, Ranking
from pipelines.drafting.terms import terms

POOL = (
    Past("CSV export hangs on Safari", "The spinner never stops.", 10.0),
    Past("Add dark mode", "Sales asks for it. Safari and Chrome.", 20.0),
    Past("NullPointerException in RegionServer on flush", "at flush(Memstore.java:12)", 30.0),
    Past("Exports should be zipped", "A CSV export is large.", 40.0),
)


@pytest.mark.parametrize(
    ("title", "body", "first"),
    [
        ("Safari: exporting CSV hangs", "", 0),
        ("dark theme", "a mode for the night", 1),
        ("null pointer when the region server flushes", "", 2),
        ("zip the exports", "", 3),
    ],
)
def test_the_likest_comes_first(title: str, body: str, first: int) -> None:
    ranked = Ranking(POOL).rank(Past(title, body))
    assert ranked[0][0] == first
    assert all(0 < score <= 1.0001 for _, score in ranked)
    assert [score for _, score in ranked] == sorted((score for _, score in ranked), reverse=True)


def test_the_title_counts_more_than_the_body() -> None:
    pool = [Past("Login", "spinner"), Past("Spinner", "login")]
    assert [at for at, _ in Ranking(pool).rank(Past("Spinner", ""))] == [1, 0]


def test_only_the_older_count_where_both_have_a_time() -> None:
    ranking = Ranking(POOL)
    assert {at for at, _ in ranking.rank(Past("CSV export", "", 40.0))} == {0}
    assert {at for at, _ in ranking.rank(Past("CSV export", ""))} == {0, 3}
    assert {at for at, _ in Ranking([Past("CSV export", "")]).rank(Past("CSV export", "", 1.0))} == {0}


def test_who_is_not_admitted_and_who_shares_nothing_is_left_out() -> None:
    ranking = Ranking(POOL)
    assert {at for at, _ in ranking.rank(Past("CSV export", ""), lambda at: at != 0)} == {3}
    assert ranking.rank(Past("zebra", "and the of")) == []
    assert Ranking([]).rank(Past("anything", "")) == []


def test_there_is_an_end_to_it() -> None:
    assert len(Ranking([Past("the same export", "")] * 300).rank(Past("export", ""))) == MOST


def test_terms_are_words_and_parts_of_identifiers() -> None:
    assert terms("The NullPointerException of retries, getHTTPHeader and MAX_ROWS2") == [
        "nullpointerexception",
        *("null", "pointer", "exception"),
        "retry",
        *("gethttpheader", "get", "http", "header"),
        *("max_rows2", "max", "rows"),
    ]
