"""The window in which settings are chosen: built from what may be chosen for a channel, a workspace, a person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.slack.blocks import Block, context, section
from pipelines.policy.choices import CHOICES, LANGUAGES, Rules, read_choice, tell
from pipelines.preferences import shown
from storage.preferences import Key, Scope

CALLBACK = "settings"
TITLE = "Settings"
WAIT = "One moment…"
DEFAULT = "as it is otherwise ({value})"
NAMES: Mapping[Scope, str] = {"channel": "This channel", "workspace": "The whole workspace", "person": "Me"}
HINTS = {
    "emoji": "Such as :ticket:, :bug:. Empty: as it is otherwise.",
    "triage_emoji": "Such as :mag:. Empty: as it is otherwise.",
    "bots": "Bot ids, app ids or user ids, or none. They get three turns in a row in a thread.",
}
OPTIONS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "filing": (("preview", "A person presses File"), ("direct", "File at once, with Undo")),
    "continue": (("on", "On"), ("off", "Off: only when mentioned")),
    "muted": (("on", "Muted"), ("off", "Not muted")),
    "guests": (("nothing", "Nothing"), ("report", "Have tickets drafted"), ("everything", "All that members may")),
    "strangers": (("nothing", "Nothing"), ("report", "Have tickets drafted"), ("everything", "All that members may")),
    "language": tuple((code, code) for code in LANGUAGES),
    "opted_out": (("on", "Opted out: I do not read them"), ("off", "Read them where somebody asks")),
}


def loading() -> dict[str, Any]:
    """What is shown while the window is made: Slack gives three seconds to open one."""
    return _modal([context(WAIT)], {})


def settings_window(
    scope: Scope, chosen: Mapping[Key, Any], rules: Rules, *, channel: str, user: str, why_not: str, reply_url: str = ""
) -> dict[str, Any]:
    """What may be chosen for the scope; read-only, with the reason, where `why_not` says one."""
    subject = {"workspace": "", "channel": channel, "person": user}[scope]
    counts = shown(rules)
    names = [name for name, choice in CHOICES.items() if scope in choice.scopes]
    kept = {"approval": scope, "channel": channel, "reply_url": reply_url}
    head: list[Block] = [_scopes(scope, with_channel=bool(channel))]
    if why_not:
        told = [section(f"*{CHOICES[name].says}*: {counts[name]}") for name in names]
        return _modal([*head, context(why_not), *told], kept)
    inputs = [_input(name, chosen.get((scope, subject, name)), counts[name]) for name in names]
    return _modal([*head, *inputs], kept, submit=True)


def read_settings(values: Mapping[str, str]) -> dict[str, str]:
    """The choices of a saved window; an empty field takes a choice back."""
    return {name: text.strip() or "default" for name, text in values.items() if name in CHOICES}


def check_settings(scope: str, values: Mapping[str, str]) -> dict[str, str]:
    """Plain words for each field that makes no sense."""
    errors: dict[str, str] = {}
    for name, text in values.items():
        try:
            read_choice(scope, name, text)  # type: ignore[arg-type]  # of our own private_metadata
        except ValueError as wrong:
            errors[name] = str(wrong)
    return errors


def _modal(blocks: list[Block], kept: Mapping[str, str], *, submit: bool = False) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": json.dumps(kept),
        "title": _plain(TITLE),
        "close": _plain("Close"),
        "blocks": blocks,
    }
    return made | ({"submit": _plain("Save")} if submit else {})


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def _option(value: str, label: str) -> Block:
    return {"text": _plain(label[:75]), "value": value}


def _scopes(scope: Scope, *, with_channel: bool) -> Block:
    options = {one: _option(one, label) for one, label in NAMES.items() if with_channel or one != "channel"}
    select = {
        "type": "static_select",
        "action_id": "settings_scope",
        "options": list(options.values()),
        "initial_option": options[scope],
    }
    return {"type": "actions", "block_id": "scope", "elements": [select]}


def _input(name: str, value: Any, counts: str) -> Block:
    made: Block = {
        "type": "input",
        "block_id": name,
        "optional": True,
        "label": _plain(CHOICES[name].says),
        "element": _select(name, value, counts) if name in OPTIONS else _text(name, value, counts),
    }
    return made | ({"hint": _plain(HINTS[name])} if name in HINTS else {})


def _select(name: str, value: Any, counts: str) -> Block:
    options = [_option("default", DEFAULT.format(value=counts) if value is None else DEFAULT.format(value="…"))]
    options += [_option(one, label) for one, label in OPTIONS[name]]
    typed = "default" if value is None else tell(name, value)
    initial = next((option for option in options if option["value"] == typed), options[0])
    return {"type": "static_select", "action_id": "value", "options": options, "initial_option": initial}


def _text(name: str, value: Any, counts: str) -> Block:
    made: Block = {"type": "plain_text_input", "action_id": "value", "placeholder": _plain(counts[:150] or "none")}
    return made | ({"initial_value": tell(name, value)} if value else {})
