"""A first estimate, with its reasons."""

from __future__ import annotations

import pytest

from pipelines.knowledge.locating import Located
from pipelines.triage import estimate
from storage.knowledge import Passage


def past(*sizes: int) -> list[Passage]:
    return [Passage("commit", "c", "", 0, detail={"files": [f"f{n}" for n in range(size)]}) for size in sizes]


CLEAR = [Located("a.py", 1.0, ("traceback",)), Located("b.py", 0.99, ("content",))]
EVEN = [Located("a.py", 1.0, ("content",)), Located("b.py", 0.99, ("content",))]


@pytest.mark.parametrize(
    ("suspects", "sizes", "size", "reason"),
    [
        (CLEAR, (1, 1, 2), "small", "touched 1 file each"),
        (CLEAR, (5, 6, 4), "medium", "touched 5 files each"),
        (CLEAR, (), "medium", "no past change"),
        (EVEN, (2,), "medium", "2 files are about equally likely"),
        (EVEN, (9, 12), "large", "touched 10.5 files each"),
        (EVEN[:1], (1,), "small", "the place is clear: a.py"),
    ],
)
def test_estimates(suspects: list[Located], sizes: tuple[int, ...], size: str, reason: str) -> None:
    effort, reasons = estimate(suspects, past(*sizes))
    assert effort.startswith(size)
    assert any(reason in one for one in reasons), reasons
