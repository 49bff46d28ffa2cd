"""The payloads of commands, buttons, modals and shortcuts, in Slack's own shapes."""

import time
from typing import Any

from bot.playground.events import VERIFICATION_TOKEN
from bot.playground.store import Document
from bot.playground.team import APP_ID
from bot.playground.workspace import Workspace

EMPTY_VALUES: dict[str, Document] = {
    "checkboxes": {"selected_options": []},
    "datepicker": {"selected_date": None},
    "timepicker": {"selected_time": None},
    "datetimepicker": {"selected_date_time": None},
    "users_select": {"selected_user": None},
    "multi_users_select": {"selected_users": []},
    "conversations_select": {"selected_conversation": None},
    "multi_conversations_select": {"selected_conversations": []},
    "channels_select": {"selected_channel": None},
    "multi_channels_select": {"selected_channels": []},
    "multi_static_select": {"selected_options": []},
    "multi_external_select": {"selected_options": []},
}
FILLED_FROM = {
    "initial_value": "value",
    "initial_option": "selected_option",
    "initial_options": "selected_options",
    "initial_date": "selected_date",
    "initial_time": "selected_time",
    "initial_date_time": "selected_date_time",
    "initial_user": "selected_user",
    "initial_users": "selected_users",
    "initial_conversation": "selected_conversation",
    "initial_conversations": "selected_conversations",
    "initial_channel": "selected_channel",
    "initial_channels": "selected_channels",
}
WITHOUT_STATE = {"button", "overflow", "image", "feedback_buttons", "icon_button"}
TYPED = {"plain_text_input", "number_input", "email_text_input", "url_text_input"}


def interaction(workspace: Workspace, kind: str, user: str) -> Document:
    """What every interactive payload carries."""
    who = workspace.users.get(user) or {"name": user}
    return {
        "type": kind,
        "team": {"id": workspace.team.id, "domain": workspace.settings.get("domain", "")},
        "user": {
            "id": user,
            "username": who["name"],
            "name": who["name"],
            "team_id": who.get("team_id", workspace.team.id),
        },
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def slash_command(workspace: Workspace, channel: Document, user: str, command: str, text: str) -> Document:
    """The form of a slash command."""
    who = workspace.users.get(user) or {"name": user}
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.team.id,
        "team_domain": workspace.settings.get("domain", ""),
        "channel_id": channel["id"],
        "channel_name": "directmessage" if channel["is_im"] else channel["name"],
        "user_id": user,
        "user_name": who["name"],
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
    }


def place(channel: Document) -> Document:
    """The channel as interactive payloads name it."""
    return {"id": channel["id"], "name": "directmessage" if channel["is_im"] else channel["name"]}


def container(message: Document, channel: str) -> Document:
    """Where a pressed button stands."""
    found = {"type": "message", "message_ts": message["ts"], "channel_id": channel}
    found["is_ephemeral"] = bool(message.get("ephemeral"))
    return {**found, **({"thread_ts": message["thread_ts"]} if message.get("thread_ts") else {})}


def elements(blocks: list[Document]) -> list[tuple[str, Document]]:
    """Every interactive element of the blocks with its block_id."""
    found: list[tuple[str, Document]] = []
    for block in blocks:
        inner = [*(block.get("elements") or []), block.get("accessory"), block.get("element")]
        found += [(block.get("block_id", ""), one) for one in inner if isinstance(one, dict) and one.get("action_id")]
    return found


def find_element(blocks: list[Document], action_id: str, block_id: str | None) -> tuple[str, Document] | None:
    """The element that an action names, with its block_id; the first one where no block is named."""
    fitting = (pair for pair in elements(blocks) if pair[1]["action_id"] == action_id and block_id in (None, pair[0]))
    return next(fitting, None)


def pressed(blocks: list[Document], action: Document) -> Document:
    """The action of a payload: what the person did, with what the element itself says.

    An element that is no longer there is passed on as given: Slack's clients, too, show an old message for a while.
    """
    found = find_element(blocks, action["action_id"], action.get("block_id"))
    block_id, element = found or (action.get("block_id") or "", {})
    kept: Document = {key: element[key] for key in ("type", "text", "value", "style", "placeholder") if key in element}
    given = {key: value for key, value in action.items() if value is not None}
    return {"type": "button", **kept, **given, "block_id": block_id, "action_ts": f"{time.time():.6f}"}


def state_values(blocks: list[Document], given: Any = None) -> Document:
    """`state.values` of a modal or message: every field, as filled, as first set, or empty."""
    filled = given if isinstance(given, dict) else {}
    values: Document = {}
    for block_id, element in elements(blocks):
        if element["type"] in WITHOUT_STATE:
            continue
        fields = filled.get(block_id)
        answer = fields.get(element["action_id"]) if isinstance(fields, dict) else None
        value = {"type": element["type"], **(answer if isinstance(answer, dict) else _first_value(element))}
        if value.get("value") == "":
            value["value"] = None
        values.setdefault(block_id, {})[element["action_id"]] = value
    return values


def _first_value(element: Document) -> Document:
    kind = element["type"]
    empty = {"value": None} if kind in TYPED else EMPTY_VALUES.get(kind, {"selected_option": None})
    initial = {FILLED_FROM[key]: value for key, value in element.items() if key in FILLED_FROM}
    return {**empty, **initial}


def missing_answers(blocks: list[Document], values: Document) -> dict[str, str]:
    """What Slack's own client complains about before it submits a modal, by block_id."""
    problems: dict[str, str] = {}
    for block in blocks:
        if block.get("type") != "input":
            continue
        element = block["element"]
        answer = values.get(block["block_id"], {}).get(element.get("action_id"), {})
        problem = _complaint(block, element, answer)
        if problem:
            problems[block["block_id"]] = problem
    return problems


def _complaint(block: Document, element: Document, answer: Document) -> str | None:
    value = next((value for key, value in answer.items() if key != "type"), None)
    if value in (None, "", []):
        return None if block.get("optional") or not element.get("action_id") else "Please complete this required field."
    shortest, longest = element.get("min_length"), element.get("max_length")
    if isinstance(value, str) and shortest and len(value) < shortest:
        return f"Must be at least {shortest} characters."
    if isinstance(value, str) and longest and len(value) > longest:
        return f"Must be at most {longest} characters."
    return None
