"""The card: headings, source word for word, limits, and Markdown that strangers cannot bend."""

from __future__ import annotations

import json

import pytest

from pipelines.core.tickets import Message
from pipelines.drafting.card import LIMIT, card_text, neutralised
from pipelines.drafting.compose import compose
from pipelines.drafting.contract import to_line

MARKER = "[//]: # (leadhand 42)"


def thread(*texts: str) -> list[Message]:
    return [
        Message(user="U1", name="Ana", ts=f"{at}.1", text=text, permalink=f"https://chat.test/p{at}")
        for at, text in enumerate(texts, 1)
    ]


def card(*texts: str, **more: str) -> str:
    draft = compose(thread(*texts), request=more.get("request"))
    return card_text(draft.tickets[0], marker=MARKER, **more)


def test_sections_then_source_then_marker() -> None:
    text = card("export crashes on Safari 17.4 when I click Save", "it is v4.2.1", link="https://chat.test/t")
    heads = [line for line in text.splitlines() if line.startswith("## ")]
    assert heads[0] == "## Description"
    assert "## Evidence" not in text
    assert heads[-1] == "## Source"
    assert "## Expected\nNot stated" in text
    assert "> export crashes on Safari 17.4 when I click Save" in text
    assert "**Ana** ([message](https://chat.test/p1))" in text
    assert "[Thread](https://chat.test/t)" in text
    assert text.splitlines()[-1] == MARKER


def test_the_request_stands_word_for_word_with_secrets_masked() -> None:
    secret = "AK" + "IA" + "ABCDEFGHIJKLMNOP"
    text = card("export crashes on Safari 17.4", request=f"pls FILE this!! key {secret}", requested_by="Bo")
    assert "**Bo** (request)\n> pls FILE this!! key [secret removed]" in text
    assert secret not in text


@pytest.mark.parametrize("size", [10, 16_000, 40_000])
def test_trello_takes_it_and_says_what_is_cut(size: int) -> None:
    text = card("export crashes on Safari 17.4 " + "x " * (size // 2))
    assert len(text) <= LIMIT
    assert text.endswith(MARKER)
    assert ("The source is cut here" in text) is (size > 16_000 - 500)
    assert "## Acceptance criteria" in text


@pytest.mark.parametrize(
    "hostile",
    [
        "![x](https://evil.test/a.png)",
        "# Heading",
        "[click](https://evil.test)",
        "@board hi",
        "<img src=x>",
        "---",
        "```\ncode",
    ],
)
def test_markdown_of_strangers_is_plain(hostile: str) -> None:
    text = neutralised(hostile)
    assert text != hostile
    quoted = card(f"export crashes on Safari 17.4\n{hostile}")
    source = quoted.split("## Source", 1)[1].rsplit(MARKER, 1)[0]
    assert f"> {hostile.splitlines()[0]}" not in quoted
    assert all(line.startswith((">", "**", "[")) or not line for line in source.splitlines())


def test_the_contract_line_is_json_with_every_key() -> None:
    draft = compose(thread("export crashes on Safari 17.4 when I click Save, expected a PDF"))
    line = json.loads(json.dumps(to_line("7", draft)))
    ticket = line["tickets"][0]
    assert (line["id"], line["action"], line["questions"]) == ("7", "draft", list(draft.questions))
    assert ticket["steps"] == ["Click Save"]
    assert ticket["sources"] == ["https://chat.test/p1"]
    assert set(ticket) == {
        *("title", "type", "description", "steps", "expected", "actual", "environment"),
        *("acceptance_criteria", "labels", "sources"),
    }


def test_other_types_join_their_sections_in_the_description() -> None:
    draft = compose(
        thread("would be nice if we could export the board to CSV, finance copies 200 rows by hand every week")
    )
    text = to_line("8", draft)["tickets"][0]["description"]  # type: ignore[index]
    assert "Wanted outcome: Export the board to CSV." in text
    assert "Problem: Finance copies 200 rows by hand every week." in text


def test_a_refusal_has_a_reason_and_no_ticket() -> None:
    line = to_line("9", compose(thread("lol")))
    assert line["tickets"] == []
    assert line["reason"]
