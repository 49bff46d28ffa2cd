"""Markdown in parts: nothing lost, fences whole, limits held, whatever the text and however it arrives."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.splitting import MESSAGE_PART, Part, Splitter, split, width

WORDS = st.text(alphabet="abc de,.\t0`~*|-#>é漢😀\u200d👩\ufe0f\u0301\ud83d\ude00\r", max_size=90)
LINES = st.one_of(
    WORDS,
    st.sampled_from(
        [
            *("", "", "```", "```py", "````", "~~~", "~~~~ sh -x", "  ```", "- ```", "| a | b |", "| - | - |"),
            *("* item", "    indented", "> quote", "# Head", "x" * 300, "😀" * 150, "word " * 80),
        ]
    ),
)
TEXTS = st.lists(st.tuples(LINES, st.sampled_from(["\n", "\n", "\r\n"])), max_size=60).map(
    lambda lines: "".join(line + end for line, end in lines)
)
# However many marks a fence of the fuzz has, it can be opened again in that room.
LIMITS = st.integers(min_value=120, max_value=700)


CLINGING = ("\u200d", "\ufe0f", "\u0301", "\ude00")
CUTS_ITSELF = " \t\r\n"


def fences_are_whole(part: str) -> bool:
    """CommonMark's rule, any indentation: every fence that opens in the part closes in it."""
    marks = ""
    for line in part.split("\n"):
        bare = line.strip()
        if marks:
            if len(bare) >= len(marks) and set(bare) == {marks[0]}:
                marks = ""
        elif (found := re.match(r"[ \t]*(`{3,}|~{3,})(.*)", line)) and not (found[1][0] == "`" and "`" in found[2]):
            marks = found[1]
    return not marks


def check(parts: list[Part], text: str, limit: int) -> None:
    assert "".join(part.body for part in parts) == text, "nothing is lost, nothing added"
    for part in parts:
        assert width(part.text) <= limit
        assert fences_are_whole(part.text), part.text
    for before, after in itertools.pairwise(parts):
        assert not (before.body.endswith("\r") and after.body.startswith("\n"))
        if before.body[-1:] not in CUTS_ITSELF:
            assert not after.body.startswith(CLINGING), "a character is not torn"
        if after.opened:
            assert before.closed.strip() == after.opened.strip()[: len(before.closed.strip())]


def fed(pieces: list[str], limit: int) -> list[Part]:
    splitter = Splitter(limit)
    for piece in pieces:
        before = [part.text for part in splitter.parts[:-1]]
        last = splitter.parts[-1].text
        splitter.feed(piece)
        assert [part.text for part in splitter.parts[: len(before)]] == before, "what was sent stays as it was"
        assert splitter.parts[len(before)].text.startswith(last)
    splitter.close()
    return splitter.parts


@settings(max_examples=150, deadline=None)
@given(TEXTS, LIMITS)
def test_a_whole_text_in_parts(text: str, limit: int) -> None:
    check(split(text, limit), text, limit)


@settings(max_examples=150, deadline=None)
@given(TEXTS, LIMITS, st.integers(min_value=1, max_value=40))
def test_a_text_that_grows(text: str, limit: int, size: int) -> None:
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    check(fed(pieces, limit), text, limit)


CODE = "".join(f"line_{number} = {number}\n" for number in range(60))
TABLE = "| a | b |\n| - | - |\n" + "| 1 | 2 |\n" * 20
LIST = "".join(f"- item {number}\n" for number in range(15))


def test_a_broken_fence_is_closed_and_opened_again_with_its_info() -> None:
    parts = split(f"Before.\n\n````python title=x\n```\n{CODE}````\nAfter.", 400)
    assert len(parts) > 2
    assert all(part.opened == "````python title=x\n" for part in parts[1:-1] if part.opened)
    assert parts[0].closed == "" or parts[0].closed.strip() == "````"
    check(parts, f"Before.\n\n````python title=x\n```\n{CODE}````\nAfter.", 400)


@pytest.mark.parametrize("block", [TABLE, LIST, f"```sh\n{CODE[:150]}```\n", "A sentence of a paragraph. " * 8 + "\n"])
def test_what_belongs_together_stays_together_where_it_fits(block: str) -> None:
    parts = split("An opening. " * 20 + "\n\n" + block + "\nThe end.\n", 300)
    assert any(block.rstrip() in part.body for part in parts)


def test_a_growing_text_leaves_at_a_paragraph_near_the_limit() -> None:
    text = "\n\n".join(f"Paragraph {number}. " + "Words of it. " * 20 for number in range(120))
    parts = fed([text[at : at + 7] for at in range(0, len(text), 7)], MESSAGE_PART)
    assert len(parts) > 2
    assert all(part.body.startswith("Paragraph") for part in parts)
    assert all(width(part.body) > 8_000 for part in parts[:-1])


@pytest.mark.parametrize("text", ["x" * 30_000, "😀" * 9_000, "👩\u200d👩\u200d👧" * 4_000, "a `` ``` b" * 2_500])
def test_one_huge_line(text: str) -> None:
    check(split(text), text, 12_000)
    check(fed([text], MESSAGE_PART), text, 12_000)


def test_an_open_fence_is_closed_at_the_end_and_an_empty_text_is_no_part() -> None:
    assert split("") == []
    assert split("```\ncode")[0].text == "```\ncode\n```"
    assert split("~~~\ncode\n")[0].text == "~~~\ncode\n~~~"
