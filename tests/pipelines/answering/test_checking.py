"""A model's words against the passages: a table of what passes, whole or in pieces."""

from __future__ import annotations

import pytest

from pipelines.answering.checking import Checker
from pipelines.core.chat import Citation


def passage(path: str, quote: str) -> Citation:
    return Citation(
        repository="r", commit="abc", path=path, first=1, last=3, quote=quote, url=f"https://c.example/{path}"
    )


PASSAGES = [
    passage(
        "auth/session.py", "TOKEN_TTL = 900  # seconds\ndef refresh_token(user):\n    return issue(user, TOKEN_TTL)"
    ),
    passage("docs/login.md", "Sessions end after 15 minutes. Ask the Platform team."),
    passage("auth/limits.py", "MAX_TRIES = 5"),
]
CODE = "```py\ndef refresh_token(user):\n    return issue(user, TOKEN_TTL)\n```\n"


def passed(text: str, size: int) -> tuple[str, list[str], int]:
    checker = Checker(PASSAGES, "how long do sessions last?")
    said = "".join([*(checker.feed(text[at : at + size]) for at in range(0, len(text), size)), checker.close()])
    return said.rstrip(), [one.path for one in checker.cited], checker.left_out


FIFTEEN = "They end after 15 minutes"


@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize(
    ("text", "said", "left_out"),
    [
        (f"{FIFTEEN} [2].", f"{FIFTEEN} [1].", 0),
        (f"{FIFTEEN}. [2] It is `TOKEN_TTL`. [1]", f"{FIFTEEN}. [1] It is `TOKEN_TTL`. [2]", 0),
        ("It is in auth/session.py [1, 3].", "It is in auth/session.py [1] [2].", 0),
        (f"It is 20 minutes [2]. {FIFTEEN} [2].", f"{FIFTEEN} [1].", 1),
        ("`revoke_all()` does it [1]. `refresh_token()` does it [1].", "`refresh_token()` does it [1].", 1),
        ("They end [9].", "", 0),
        ("They end after a while.", "", 0),
        (f"Good question. {FIFTEEN} [2]. I hope that helps!", f"Good question. {FIFTEEN} [1].", 0),
        (f"Sessions are a large topic.\n\n{FIFTEEN} [2].", f"{FIFTEEN} [1].", 1),
        (
            "Two:\n\n1. `TOKEN_TTL` is 900 [1].\n2. It is 5 [3].\n",
            "Two:\n\n1. `TOKEN_TTL` is 900 [1].\n2. It is 5 [2].",
            0,
        ),
        (f"So it goes [1]:\n\n{CODE}\nThat is all [1].", f"So it goes [1]:\n\n{CODE}\nThat is all [1].", 0),
        ("So [1]:\n\n```py\nimport secrets\nwipe(everything)\n```\n\nAll [1].", "So [1]:\n\n\nAll [1].", 1),
        ("NO ANSWER", "", 0),
        ("", "", 0),
    ],
)
def test_what_passes(text: str, said: str, left_out: int, size: int) -> None:
    assert (passed(text, size)[0], passed(text, size)[2]) == (said, left_out)


def test_marks_are_numbered_as_they_come() -> None:
    assert passed("One [3]. Two [1]. Three [3].", 5)[1] == ["auth/limits.py", "auth/session.py"]
