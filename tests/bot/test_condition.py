"""How long something has lasted, as people read it."""

import pytest

from bot.condition import duration


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.4, "0 s"),
        (59.9, "59 s"),
        (60, "1 min 0 s"),
        (3599, "59 min 59 s"),
        (3600, "1 h 0 min"),
        (86_399, "23 h 59 min"),
        (90_000, "1 d 1 h"),
    ],
)
def test_the_two_largest_units_are_said(seconds: float, said: str) -> None:
    assert duration(seconds) == said
