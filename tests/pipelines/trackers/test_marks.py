"""Rules that every tracker shares, as tables."""

from __future__ import annotations

import threading

import pytest

from pipelines.trackers.marks import carries, fit, means_done
from pipelines.trackers.pace import Pace

FINISHED = ["Done", "DONE ✅", "Closed", "Released 4.12", "Shipped!", "fixed", "Complete", "Completed (Q4)", "Live"]
FINISHED += ["✔ Resolved", "Done - this week", "Fixed/Verified"]
OPEN = ["Inbox", "Doing", "Undone", "Not done", "Deliver", "Closing soon", "Fixing", "Alive", "Abandoned", "", "To Do"]
OPEN += ["Ready to be released", "Live issues", "Almost done", "Not-done", "Waiting to be closed"]


@pytest.mark.parametrize("name", FINISHED)
def test_a_list_that_means_finished(name: str) -> None:
    assert means_done(name)


@pytest.mark.parametrize("name", OPEN)
def test_a_list_that_does_not(name: str) -> None:
    assert not means_done(name)


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("leadhand:d1", True),
        ("Filed by leadhand · `leadhand:d1`", True),
        ("(leadhand:d1)", True),
        ("leadhand:d12", False),
        ("leadhand:d1-b", False),
        ("xleadhand:d1", False),
        ("leadhand:d12 and leadhand:d1.", True),
        ("", False),
    ],
)
def test_a_marker_is_found_whole(text: str, there: bool) -> None:
    assert carries(text, "leadhand:d1") is there


@pytest.mark.parametrize("length", range(180, 222, 7))
def test_a_text_around_the_limit_is_never_over_it(length: int) -> None:
    text = "w " * (length // 2) + "\nleadhand:d1"
    kept = fit(text, "leadhand:d1", limit=200)
    assert len(kept) <= 200
    assert carries(kept, "leadhand:d1")
    assert (kept == text) is (len(text) <= 200)


def test_a_text_of_half_a_character_or_one_endless_marker_line_is_kept_in_bounds() -> None:
    assert fit("\ud83d", "leadhand:d1") == "\ud83d\n\nleadhand:d1"
    kept = fit("leadhand:d1 " + "x" * 20_000, "leadhand:d1")
    assert len(kept) <= 16_384
    assert kept.endswith("\n\nleadhand:d1")


def test_the_pace_lets_a_burst_through_and_then_one_after_the_other() -> None:
    pace = Pace(calls=10, seconds=1.0)
    waits: list[float] = []
    threads = [threading.Thread(target=lambda: waits.append(pace.reserve())) for _ in range(13)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(wait == 0.0 for wait in waits) >= 10
    assert 0.15 < max(waits) <= 0.3
    for _ in range(3):
        pace.give_back()
    assert pace.reserve() <= 0.1
