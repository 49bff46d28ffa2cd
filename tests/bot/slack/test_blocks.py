"""Replies as Block Kit: what stands in them, and that nothing of a person's text becomes markup."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.blocks import characters, message_problems
from bot.slack.blocks import BY_CODE, render
from pipelines.core.chat import Answer, Assessment, CardNews, Citation, Closed, Filed, Preview, Reply, Words
from pipelines.core.tickets import NOT_STATED, TEMPLATES, Message, Ticket

HOSTILE = "<!channel> <@U1> <https://evil.example|click> & *bold*"
SOURCE = Message(user="U1", ts="1.1", text="it broke", name="Mira", permalink="https://slack.example/p1")


def ticket(**fields: object) -> Ticket:
    made = {"title": "Export hangs on Safari", "type": "bug", "sections": {"actual": "It hangs."}, "sources": (SOURCE,)}
    return Ticket.model_validate({**made, **fields})


def preview(**fields: object) -> Preview:
    return Preview.model_validate({"draft_id": "d1", "digest": "abc", "ticket": ticket(), **fields})


def text_of(reply: Reply) -> str:
    return json.dumps(render(reply), ensure_ascii=False)


def test_a_preview_shows_its_sections_its_source_and_three_buttons() -> None:
    shown = ticket(
        sections={"steps": "Open it\nPress it", "actual": "It hangs.", "expected": NOT_STATED, "evidence": ""}
    )
    text, blocks = render(preview(ticket=shown, questions=("Which version?",)))
    said = json.dumps(blocks)
    assert text == "Draft: Export hangs on Safari"
    assert "1. Open it\\n2. Press it" in said
    assert "Not stated: expected" in said
    assert "Evidence" not in said
    assert "Which version?" in said
    assert "<https://slack.example/p1|Mira>" in said
    buttons = [e["action_id"] for e in blocks[-1]["elements"]]
    assert buttons == ["ticket_file", "ticket_edit", "triage_run", "ticket_discard"]
    assert {e["value"] for e in blocks[-1]["elements"]} == {"d1:abc"}


def test_a_preview_at_work_has_a_reason_and_no_buttons() -> None:
    _, blocks = render(preview(waiting=False, note="Trello is not answering."))
    assert "Trello is not answering." in json.dumps(blocks)
    assert not any(block["type"] == "actions" for block in blocks)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (
            Filed(draft_id="d1", title="T", card_url="https://t.example/c/1", list_name="Inbox", by="U1"),
            "<https://t.example/c/1|T>",
        ),
        (Closed(title="T", by="U1"), "Draft discarded by <@U1>: T"),
        (Closed(title="T", by="U1", undone=True), "Taken back from the board by <@U1>: T"),
        (
            CardNews(title="T", card_url="https://t.example/c/1", list_name="Done", by="Ann", done=True),
            "moved to *Done* by Ann",
        ),
        (CardNews(title="T", card_url="https://t.example/c/1", list_name="Doing", by="", done=False), "Taken up again"),
        (Words(text="Hello."), "Hello."),
        (Words(text="Yours:", quote="a\nb"), "> a\\n> b"),
    ],
)
def test_each_reply_says_its_words(reply: Reply, words: str) -> None:
    assert words in text_of(reply)


@pytest.mark.parametrize(
    "reply",
    [
        preview(ticket=ticket(title=HOSTILE, sections={"actual": HOSTILE}), questions=(HOSTILE,), note=HOSTILE),
        Filed(draft_id="d", title=HOSTILE, card_url="https://t.example/c/1", list_name=HOSTILE, by="U9"),
        Closed(title=HOSTILE, by="U9"),
        CardNews(title=HOSTILE, card_url="https://t.example/c/1", list_name=HOSTILE, by=HOSTILE, done=True),
        Words(text="Yours:", quote=HOSTILE),
    ],
)
def test_text_of_people_is_never_markup(reply: Reply) -> None:
    said = text_of(reply)
    for token in ("<!channel>", "<@U1>", "<https://evil.example"):
        assert token not in said


def test_a_preview_of_very_long_sections_holds_slacks_limit_and_says_that_it_is_cut() -> None:
    sections = {field.name: "word & " * 2000 for field in TEMPLATES["bug"]}
    _, blocks = render(preview(ticket=ticket(sections=sections)))
    assert message_problems(blocks) == []
    assert characters(blocks) <= 13_200
    assert "the card has all of them" in json.dumps(blocks)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=6000), st.sampled_from(sorted(TEMPLATES)))
def test_whatever_is_drafted_slack_takes_it(text: str, kind: str) -> None:
    sections = {field.name: text for field in TEMPLATES[kind]}  # type: ignore[index]  # a key of the table itself
    fallback, blocks = render(
        preview(ticket=ticket(title=text or "T", type=kind, sections=sections), questions=(text,) * 3)
    )
    assert message_problems(blocks) == []
    assert characters(blocks) <= 13_200
    assert len(fallback) <= 4000


def test_an_answer_shows_each_quote_under_its_place_and_lets_nothing_out() -> None:
    hostile = "```\n<!channel> <https://evil.example|safe> & *bold*"
    page = Citation(
        repository="r", commit="c0ffee12", path="a|b>.py", first=3, last=4, quote=hostile, url="https://h/x"
    )
    bare = page.model_copy(update={"url": "", "path": "<!here>.md"})
    text, blocks = render(Answer(text="From <!channel>:", citations=(page, bare)))
    shown = json.dumps(blocks, ensure_ascii=False)
    assert text == "From &lt;!channel&gt;:"
    assert "<!" not in shown
    assert "<https://evil" not in shown
    assert "<https://h/x|a¦b&gt;.py:3-4> at c0ffee1" in shown
    assert "&lt;!here&gt;.md:3-4 @ c0ffee1" in shown
    assert all(block["text"]["text"].count("```") == 2 for block in blocks[1:3])


def test_a_long_answer_stays_within_slacks_limits() -> None:
    one = Citation(repository="r", commit="c0ffee12", path="a.py", first=1, last=9, quote="<&>" * 3000)
    _, blocks = render(Answer(text="x" * 9000, citations=(one,) * 3))
    assert all(len(block["text"]["text"]) <= 3000 for block in blocks if block["type"] == "section")
    assert all(block["text"]["text"].endswith("\n```") for block in blocks[1:4])


@pytest.mark.parametrize(
    ("reply", "before"),
    [
        (
            Answer(
                text="From r:",
                citations=(Citation(repository="r", commit="c0ffee12", path="a.py", first=1, last=1, quote="x = 1"),),
            ),
            "Quoted word for word · ",
        ),
        (Answer(text="I don't know: I find nothing about this in r."), ""),
        (
            Assessment(title="Export hangs", repository="a<b", commit="c0ffee12", suspects=()),
            "Search and history of a&lt;b at c0ffee1 · ",
        ),
    ],
)
def test_what_was_found_ends_in_the_line_that_says_what_found_it(reply: Reply, before: str) -> None:
    _, blocks = render(reply)
    assert [block["type"] for block in blocks].count("context") == 1
    assert blocks[-1]["type"] == "context"
    assert blocks[-1]["elements"][0]["text"] == f"{before}{BY_CODE}"


def test_the_reference_has_the_line_of_what_code_found(pytestconfig: pytest.Config) -> None:
    assert f"| ... {BY_CODE} |" in (pytestconfig.rootpath / "docs/reference/models.md").read_text("utf-8")
