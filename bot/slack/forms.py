"""The modal that edits a draft: built from the template of its type, read back into plain values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from bot.slack.blocks import TYPE_SIGNS
from bot.slack.text import cut
from pipelines.core.tickets import NOT_STATED, TEMPLATES, TITLE_MAX, Field, Ticket, TicketType

INPUT_LIMIT = 3000
TITLE_INPUT_LIMIT = 200


def edit_form(ticket: Ticket, approval: str, channel: str) -> dict[str, Any]:
    """A modal with every field of the ticket; it remembers the draft and the text that it was opened on."""
    fields = [_field(ticket, field) for field in TEMPLATES[ticket.type]]
    return {
        "type": "modal",
        "callback_id": "ticket_edit",
        "private_metadata": json.dumps({"approval": approval, "channel": channel}),
        "title": {"type": "plain_text", "text": "Edit the draft"},
        "submit": {"type": "plain_text", "text": "Save"},
        "close": {"type": "plain_text", "text": "Cancel"},
        "blocks": [_title(ticket), _type(ticket), *fields],
    }


def _title(ticket: Ticket) -> dict[str, Any]:
    element = {
        "type": "plain_text_input",
        "action_id": "value",
        "initial_value": cut(ticket.title, TITLE_INPUT_LIMIT),
        "max_length": TITLE_INPUT_LIMIT,
    }
    hint = f"Component, symptom, condition; {TITLE_MAX} characters at most read best."
    return {
        "type": "input",
        "block_id": "title",
        "label": {"type": "plain_text", "text": "Title"},
        "hint": {"type": "plain_text", "text": hint},
        "element": element,
    }


def _type(ticket: Ticket) -> dict[str, Any]:
    options = {
        name: {"text": {"type": "plain_text", "text": sign, "emoji": True}, "value": name}
        for name, sign in TYPE_SIGNS.items()
    }
    return {
        "type": "input",
        "block_id": "type",
        "dispatch_action": True,
        "label": {"type": "plain_text", "text": "Type"},
        "element": {
            "type": "static_select",
            "action_id": "ticket_type",
            "options": list(options.values()),
            "initial_option": options[ticket.type],
        },
    }


def _field(ticket: Ticket, field: Field) -> dict[str, Any]:
    element: dict[str, Any] = {
        "type": "plain_text_input",
        "action_id": "value",
        "multiline": True,
        "max_length": INPUT_LIMIT,
    }
    text = ticket.sections.get(field.name, "")
    if text == NOT_STATED:
        element["placeholder"] = {"type": "plain_text", "text": NOT_STATED}
    elif text:
        element["initial_value"] = cut(text, INPUT_LIMIT)
    made: dict[str, Any] = {
        "type": "input",
        "block_id": f"{ticket.type}.{field.name}",
        "optional": True,
        "label": {"type": "plain_text", "text": field.label},
        "element": element,
    }
    if field.items:
        made["hint"] = {"type": "plain_text", "text": "One on each line."}
    return made


def read_form(view: Mapping[str, Any]) -> dict[str, str]:
    """What the person typed: `title`, `type`, and each section by its name."""
    values: dict[str, str] = {}
    for block_id, actions in view.get("state", {}).get("values", {}).items():
        for action in actions.values():
            chosen = (action.get("selected_option") or {}).get("value")
            values[block_id.rpartition(".")[2]] = (
                chosen or action.get("selected_conversation") or action.get("value") or ""
            )
    return values


def check_form(values: Mapping[str, str]) -> dict[str, str]:
    """Plain words for each block that can't be saved like this; empty when all is well."""
    if len(values.get("title", "").split()) < 2:
        return {"title": "A title needs a few words: which part, what happens, when."}
    return {}


def retyped(ticket: Ticket, values: Mapping[str, str], kind: str) -> Ticket:
    """The ticket as typed so far, in another type's template; text without a place there goes to its first field."""
    kind = kind if kind in TEMPLATES else ticket.type
    template = TEMPLATES[cast(TicketType, kind)]
    typed = {name: text for name, text in values.items() if name not in {"title", "type"} and text.strip()}
    sections = {field.name: typed.pop(field.name, "") for field in template}
    first = template[0].name
    sections[first] = "\n".join(filter(None, [sections[first], *typed.values()]))
    return ticket.model_copy(update={"title": values.get("title") or ticket.title, "type": kind, "sections": sections})
