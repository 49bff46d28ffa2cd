"""The window that edits a draft."""

import pytest

from bot.slack.forms import check_form, edit_form, read_form, retyped
from pipelines.core.tickets import NOT_STATED, TEMPLATES, Ticket, TicketType
from pipelines.desk.editing import edited

BUG = Ticket(title="Export hangs on Safari", type="bug", sections={"actual": "It hangs.", "steps": "Open\nPress"})


@pytest.mark.parametrize("kind", sorted(TEMPLATES))
def test_the_form_has_every_field_of_the_type(kind: TicketType) -> None:
    view = edit_form(BUG.model_copy(update={"type": kind}), "d1:abc", "C1")
    fields = [block["block_id"].rpartition(".")[2] for block in view["blocks"]]
    assert fields == ["title", "type", *(field.name for field in TEMPLATES[kind])]
    assert len(view["title"]["text"]) <= 24


def test_what_is_typed_is_read_by_the_names_of_the_fields() -> None:
    values = {
        "title": {"value": {"type": "plain_text_input", "value": "A title"}},
        "type": {"ticket_type": {"type": "static_select", "selected_option": {"value": "bug"}}},
        "bug.steps": {"value": {"type": "plain_text_input", "value": None}},
    }
    assert read_form({"state": {"values": values}}) == {"title": "A title", "type": "bug", "steps": ""}


@pytest.mark.parametrize(("title", "fine"), [("", False), ("   ", False), ("Broken", False), ("Export hangs", True)])
def test_a_title_of_one_word_is_sent_back_with_a_reason(title: str, fine: bool) -> None:
    assert (check_form({"title": title}) == {}) == fine


def test_another_type_keeps_every_word() -> None:
    told = retyped(BUG, {"title": "New title", "type": "bug", "actual": "It hangs.", "steps": "Open\nPress"}, "idea")
    assert told.type == "idea"
    assert told.title == "New title"
    assert set(told.sections) == {field.name for field in TEMPLATES["idea"]}
    assert told.sections["problem"] == "It hangs.\nOpen\nPress"


def test_what_is_not_stated_is_an_empty_field_that_says_so() -> None:
    unknown = BUG.model_copy(update={"sections": {"expected": NOT_STATED}})
    view = edit_form(unknown, "d1:abc", "C1")
    field = next(b["element"] for b in view["blocks"] if b["block_id"] == "bug.expected")
    assert "initial_value" not in field
    assert field["placeholder"]["text"] == NOT_STATED
    saved = edited(unknown, {"title": "T", "type": "bug", "expected": "", "actual": "It hangs."})
    assert saved.sections["expected"] == NOT_STATED
    assert edited(unknown, {"type": "bug", "expected": "A file"}).sections["expected"] == "A file"


def test_a_type_that_is_none_changes_nothing() -> None:
    assert retyped(BUG, {"title": "T t"}, "nonsense").type == "bug"


def test_text_beyond_slacks_limit_is_cut_in_the_window() -> None:
    view = edit_form(BUG.model_copy(update={"title": "t" * 900, "sections": {"actual": "x" * 9000}}), "d1:abc", "C1")
    assert all(
        len(b["element"].get("initial_value", "")) <= b["element"].get("max_length", 3000) for b in view["blocks"]
    )
