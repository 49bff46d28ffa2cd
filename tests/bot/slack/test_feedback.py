"""The thumbs under a reply: who gets them, what they carry, and that Slack takes the message."""

from __future__ import annotations

from typing import Any

import pytest

from bot.playground.blocks import message_problems
from bot.slack.blocks import render
from bot.slack.feedback import render_judged
from pipelines.core.chat import Closed, Preview, Words
from pipelines.core.tickets import Ticket

TICKET = Ticket(title="Orders: CSV export hangs on Safari", type="bug", sections={"actual": "It hangs"})
DRAFT = Preview(draft_id="abc", digest="d1", ticket=TICKET, run="reaction:T1:C1:1.1")


def thumbs(blocks: list[dict[str, Any]]) -> dict[str, Any]:
    (block,) = [block for block in blocks if block["type"] == "context_actions"]
    (element,) = block["elements"]
    return dict(element)


@pytest.mark.parametrize(
    ("reply", "about"),
    [
        (DRAFT, "draft:reaction:T1:C1:1.1"),
        (Words(text="It is so.", run="mention:T1:C1:2.2"), "answer:mention:T1:C1:2.2"),
    ],
)
def test_they_carry_the_run(reply: Any, about: str) -> None:
    text, blocks = render_judged(reply)
    element = thumbs(blocks)
    assert element["type"] == "feedback_buttons"
    assert element["action_id"] == "answer_feedback"
    assert element["positive_button"]["value"] == f"up:{about}"
    assert element["negative_button"]["value"] == f"down:{about}"
    assert message_problems(blocks) == []
    assert text == render(reply)[0]
    assert "context_actions" not in str(render(reply)[1])


@pytest.mark.parametrize(
    "reply", [Words(text="no run"), DRAFT.model_copy(update={"run": ""}), Closed(title="t", by="U1")]
)
def test_without_a_run_there_are_none(reply: Any) -> None:
    assert render_judged(reply) == render(reply)


def test_a_long_answer_is_cut_between_paragraphs_and_loses_nothing() -> None:
    paragraphs = [f"{n} " + "word " * 200 for n in range(3)]
    text = "\n\n".join(paragraphs)
    _, blocks = render_judged(Words(text=text, run="r"))
    shown = [block["text"]["text"] for block in blocks if block["type"] == "section"]
    assert len(shown) > 1
    assert "\n\n".join(shown) == text
    assert message_problems(blocks) == []
