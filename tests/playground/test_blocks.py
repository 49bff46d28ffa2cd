"""What Slack would refuse in blocks and modals, as a table with its limits from both sides."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.playground.blocks import message_problems, view_problems
from bot.playground.feed import Feed
from bot.playground.refusal import Refused
from bot.playground.team import LARKSPUR
from bot.playground.views import Views


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def section(text: Any, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": text, **more}


def button(text: str = "Go", **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(text), **more}


def actions(*elements: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def select(count: int, **more: Any) -> dict[str, Any]:
    options = [{"text": plain(f"o{number}"), "value": str(number)} for number in range(count)]
    return {"type": "static_select", "action_id": "s", "options": options, **more}


def entry(element: Any, **more: Any) -> dict[str, Any]:
    return {"type": "input", "label": plain("Label"), "element": element, **more}


TYPED = {"type": "plain_text_input", "action_id": "t"}
CONFIRM = {"title": plain("Sure?"), "text": mrkdwn("really"), "confirm": plain("Yes"), "deny": plain("No")}

TAKEN: list[list[Any]] = [
    [section(mrkdwn("x" * 3000))],
    [section(plain("x"), block_id="b" * 255)],
    [{"type": "section", "fields": [mrkdwn("f")] * 10}],
    [section(mrkdwn("x"), accessory=button(confirm=CONFIRM))],
    [{"type": "header", "text": plain("h" * 150)}],
    [{"type": "divider"}] * 50,
    [{"type": "context", "elements": [mrkdwn("c")] * 10}],
    [actions(*[button(action_id=f"a{number}") for number in range(25)])],
    [actions(button("t" * 75, value="v" * 2000, style="primary", url="https://x.example/y"))],
    [actions(select(100))],
    [actions(select(2, initial_option={"text": plain("o1"), "value": "1"}))],
    [{"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a"}],
    [{"type": "markdown", "text": "m" * 12_000}],
    [entry({**TYPED, "min_length": 1, "max_length": 3000}, hint=plain("hint"), optional=True)],
]

REFUSED: list[tuple[Any, str]] = [
    ("text", "must be an array"),
    ([{"type": "divider"}] * 51, "no more than 50 items"),
    (["text"], "must be an object"),
    ([{}], "unsupported type: None"),
    ([{"type": ["section"]}], "unsupported type"),
    ([{"type": "section"}], "missing required field: text or fields"),
    ([section(mrkdwn("x" * 3001))], "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    ([section(mrkdwn(""))], "must be more than 0 characters"),
    ([section("bare")], "must provide a object"),
    ([section({"type": "html", "text": "x"})], "must be one of plain_text, mrkdwn"),
    ([section({"type": "mrkdwn", "text": "x", "emoji": True})], "not allowed in mrkdwn"),
    ([section({"type": "mrkdwn", "text": 7})], "must provide a string"),
    ([section(mrkdwn("x"), block_id="b" * 256)], "must be less than 256"),
    ([section(mrkdwn("x"), block_id="same")] * 2, "block_id already exists: same"),
    ([{"type": "section", "fields": [mrkdwn("f")] * 11}], "1 to 10 items"),
    ([{"type": "section", "fields": [mrkdwn("f" * 2001)]}], "less than 2001"),
    ([{"type": "header", "text": plain("h" * 151)}], "less than 151"),
    ([{"type": "header", "text": mrkdwn("h")}], "must be one of plain_text"),
    ([{"type": "divider", "text": "x"}], "no more properties"),
    ([{"type": "context", "elements": []}], "1 to 10 items"),
    ([{"type": "context", "elements": [button()]}], "must be one of"),
    ([actions()], "1 to 25 items"),
    ([actions(*[button()] * 26)], "1 to 25 items"),
    ([actions(button(action_id="a"), button(action_id="a"))], "action_id already exists: a"),
    ([actions(button(action_id=["a"]), button(action_id=["a"]))], "must provide a string"),
    ([actions(button("t" * 76))], "less than 76"),
    ([actions(button(value="v" * 2001))], "less than 2001"),
    ([actions(button(style="green"))], "primary, danger"),
    ([actions(button(url="http://["))], "valid URL"),
    ([actions(button(url="javascript:alert(1)"))], "valid URL"),
    ([actions(button(confirm={**CONFIRM, "deny": plain("n" * 31)}))], "less than 31"),
    ([actions({"type": "plain_text_input"})], "unsupported type: plain_text_input"),
    ([actions(select(101))], "1 to 100 items"),
    ([actions(select(0))], "1 to 100 items"),
    ([actions({"type": "static_select"})], "exactly one of options"),
    ([actions({"type": "static_select", "options": 7})], "1 to 100 items"),
    ([actions({"type": "static_select", "option_groups": [7]})], "missing required field"),
    ([actions(select(2, initial_option={"text": plain("o9"), "value": "9"}))], "must match one of the options"),
    ([actions({**select(11), "type": "checkboxes"})], "1 to 10 items"),
    ([entry(button())], "unsupported type: button"),
    ([entry({**TYPED, "max_length": 3001})], "0 to 3000"),
    ([entry({**TYPED, "max_length": 3, "initial_value": "four"})], "less than 4"),
    ([{"type": "input", "element": TYPED}], "missing required field"),
    ([{"type": "image", "image_url": "nowhere", "alt_text": "a"}], "valid URL"),
    ([{"type": "image", "image_url": "https://x.example/a.png"}], "missing required field: alt_text"),
    ([{"type": "markdown", "text": "m" * 12_001}], "less than 12001"),
    ([{"type": "rich_text", "elements": [{"type": "b"}]}], "unsupported type: b"),
    ([{"type": "context_actions", "elements": [{"type": "feedback_buttons"}]}], "positive_button"),
]


@pytest.mark.parametrize("blocks", TAKEN)
def test_blocks_that_slack_takes(blocks: list[Any]) -> None:
    assert message_problems(blocks) == []


@pytest.mark.parametrize(("blocks", "words"), REFUSED)
def test_blocks_that_slack_refuses(blocks: Any, words: str) -> None:
    problems = message_problems(blocks)
    assert any(words in problem for problem in problems), problems
    assert all(problem.startswith("[ERROR] ") for problem in problems)


def test_a_modal_holds_a_hundred_blocks_and_no_markdown() -> None:
    assert view_problems([{"type": "divider"}] * 100, "/view/blocks") == []
    assert view_problems([{"type": "divider"}] * 101, "/view/blocks")
    assert view_problems([{"type": "markdown", "text": "x"}], "/view/blocks")


def modal(**changes: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain("Title"), "submit": plain("Send"), "blocks": [entry(TYPED)], **changes}


VIEWS: list[tuple[Any, str]] = [
    ("text", "invalid_arguments"),
    (None, "invalid_arguments"),
    (modal(type="home"), "invalid_arguments"),
    (modal(title=plain("t" * 25)), "invalid_arguments"),
    (modal(submit=plain("s" * 25)), "invalid_arguments"),
    (modal(close=mrkdwn("c")), "invalid_arguments"),
    (modal(submit=None), "invalid_arguments"),
    (modal(callback_id="c" * 256), "invalid_arguments"),
    (modal(private_metadata="p" * 3001), "invalid_arguments"),
    (modal(blocks=None), "invalid_arguments"),
    (modal(blocks=[section(mrkdwn("x" * 2900))] * 100), "view_too_large"),
]


@pytest.mark.parametrize(("view", "code"), VIEWS)
def test_modals_that_slack_refuses(view: Any, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        Views(Feed().of(LARKSPUR.id), LARKSPUR).open("U1", view)
    assert refusal.value.code == code


def test_views_stack_and_close() -> None:
    views = Views(Feed().of(LARKSPUR.id), LARKSPUR)
    root = views.open("U1", modal(title=plain("t" * 24), external_id="e1"))
    second = views.push("U1", modal())
    assert second["root_view_id"] == root["id"]
    assert second["previous_view_id"] == root["id"]
    views.push("U1", modal())
    for refused, code in (
        (lambda: views.push("U1", modal()), "push_limit_reached"),
        (lambda: views.push("U2", modal()), "not_found"),
        (lambda: views.open("U2", modal(external_id="e1")), "duplicate_external_id"),
        (lambda: views.update(root["id"], modal(), "stale"), "hash_conflict"),
    ):
        with pytest.raises(Refused) as refusal:
            refused()
        assert refusal.value.code == code
    changed = views.update(root["id"], modal(external_id="e1", title=plain("New")), root["hash"])
    assert (changed["id"], changed["title"]["text"]) == (root["id"], "New")
    assert changed["hash"] != root["hash"]
    assert len(views.close("U1", second["id"])) == 2
    assert [one["id"] for one in views.describe()] == [root["id"]]
    views.open("U1", modal())
    assert len(views.describe()) == 1


def test_the_samples_own_company_is_sound() -> None:
    file = Path(__file__).parents[2] / "bot" / "playground" / "company.json"
    company = json.loads(file.read_text(encoding="utf-8"))
    people = {user["id"] for user in company["users"]}
    channels = {channel["id"]: set(channel["members"]) for channel in company["channels"]}
    assert channels[company["channels"][0]["id"]] == people, "the first channel holds everybody and the bot"
    assert not company["channels"][0]["is_private"]
    bot_in = [channel for channel, members in channels.items() if "U0LEADHAND" in members]
    assert 0 < len(bot_in) < len(channels)
    written = 0
    for message in company["messages"]:
        ages = [line["hours_ago"] for line in [message, *message.get("thread", [])]]
        assert ages == sorted(ages, reverse=True), message["text"]
        for line in [message, *message.get("thread", [])]:
            written += 1
            assert line["user"] in channels[message["channel"]], line["text"]
            reacting = {user for users in line.get("reactions", {}).values() for user in users}
            assert reacting <= people
    assert 60 <= written <= 100
    named = company["tips"][0].partition("“")[2].partition("”")[0]
    found = [message["channel"] for message in company["messages"] if message["text"].startswith(named)]
    assert found == ["C0SUPPORT"], "the first tip names one message that is there"
    linked = [message for message in company["messages"] if message.get("name") == "checkout"]
    assert "<{checkout}|" in company["tips"][0], "and leads to it"
    assert [message["text"].startswith(named) for message in linked] == [True]
    assert len(company["tips"]) == 3
