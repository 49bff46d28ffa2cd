"""The Slack manifest asks for what the bot hears and calls: no more, no less, each with its reason in the docs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.router import find_abilities
from bot.slack.home import PROMPTS
from bot.slack.listeners.events import HEARD

# Which scopes Slack's reference lists for a method; nothing where it lists none.
SCOPES: dict[str, set[str]] = {
    "agents.sessions.setStatus": {"chat:write"},
    "assistant.threads.setStatus": {"assistant:write"},
    "assistant.threads.setSuggestedPrompts": {"assistant:write"},
    "auth.revoke": set(),
    "auth.test": set(),
    "apps.connections.open": set(),
    "chat.appendStream": {"chat:write"},
    "chat.delete": {"chat:write"},
    "apps.manifest.create": set(),
    "apps.manifest.export": set(),
    "bots.info": {"users:read"},
    "chat.postMessage": {"chat:write"},
    "chat.startStream": {"chat:write"},
    "chat.stopStream": {"chat:write"},
    "chat.postEphemeral": {"chat:write"},
    "chat.update": {"chat:write"},
    "chat.getPermalink": set(),
    "conversations.open": {"im:write"},
    "conversations.replies": {"channels:history", "groups:history", "im:history"},
    "conversations.history": {"channels:history", "groups:history", "im:history"},
    "conversations.list": {"channels:read", "groups:read", "im:read"},
    "conversations.info": {"channels:read", "groups:read"},
    "conversations.members": {"channels:read", "groups:read"},
    "emoji.list": {"emoji:read"},
    "reactions.add": {"reactions:write"},
    "reactions.remove": {"reactions:write"},
    "users.conversations": {"channels:read", "groups:read", "im:read"},
    "users.info": {"users:read"},
    "views.open": set(),
    "views.publish": set(),
    "views.update": set(),
}
EVENTS = {
    "agent_session_stopped": set(),
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "app_uninstalled": set(),
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "reaction_added": {"reactions:read"},
    "tokens_revoked": set(),
    "user_change": {"users:read"},
    "reaction_removed": {"reactions:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "channel_unarchive": {"channels:read"},
    "channel_deleted": {"channels:read"},
    "group_unarchive": {"groups:read"},
    "group_deleted": {"groups:read"},
}
METHOD = re.compile(
    r"client\.((?:api|apps|assistant|auth|bots|chat|conversations|emoji|reactions|users|views|agents)_\w+)"
)
TWO_DOTS = ("apps_", "assistant_", "agents_")


@pytest.fixture(scope="module")
def manifest(root: Path) -> dict[str, Any]:
    return json.loads((root / "manifest.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def docs(root: Path) -> str:
    return (root / "docs/reference/slack-app.md").read_text("utf-8")


@pytest.fixture(scope="module")
def called(root: Path) -> set[str]:
    """The Slack methods that the bot's code names."""
    text = "\n".join(path.read_text("utf-8") for path in (root / "bot").rglob("*.py") if "playground" not in path.parts)
    return {name.replace("_", ".", 2 if name.startswith(TWO_DOTS) else 1) for name in METHOD.findall(text)}


def test_the_events_are_those_that_the_bot_hears(manifest: dict[str, Any]) -> None:
    subscribed = set(manifest["settings"]["event_subscriptions"]["bot_events"])
    assert subscribed == set(EVENTS)
    assert {event.partition(".")[0] for event in subscribed} == set(HEARD)


def test_the_commands_are_those_that_an_ability_answers(manifest: dict[str, Any]) -> None:
    offered = {entry["command"] for entry in manifest["features"]["slash_commands"]}
    assert offered == {
        command.partition(" ")[0] for ability in find_abilities().values() for command in ability.TRIGGERS.commands
    }


def test_the_shortcuts_are_those_that_an_ability_answers(manifest: dict[str, Any], root: Path) -> None:
    offered = {entry["callback_id"]: entry["type"] for entry in manifest["features"]["shortcuts"]}
    doors = [ability.TRIGGERS for ability in find_abilities().values()]
    on_messages = {name for name, kind in offered.items() if kind == "message"}
    assert on_messages == {name for door in doors for name in door.shortcuts}
    # A global one opens a window, which is answered when it is saved.
    assert {name for name, kind in offered.items() if kind == "global"} == {"ticket_new"}
    assert offered.keys() - on_messages <= {name for door in doors for name in door.forms}
    company = json.loads((root / "bot/playground/company.json").read_text("utf-8"))
    shown = {entry["callback_id"]: entry["name"] for entry in company["shortcuts"]}
    assert shown == {entry["callback_id"]: entry["name"] for entry in manifest["features"]["shortcuts"]}


def test_the_scopes_are_those_that_methods_and_events_need(manifest: dict[str, Any], called: set[str]) -> None:
    assert called
    assert called <= set(SCOPES), "a method without an entry in this table: look up its scopes"
    # Files are fetched from their own address, by no method.
    needed = {"commands", "assistant:write", "files:read"}.union(*(SCOPES[name] for name in called), *EVENTS.values())
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == needed


def test_the_docs_give_each_a_reason(manifest: dict[str, Any], docs: str, called: set[str]) -> None:
    names = set(manifest["oauth_config"]["scopes"]["bot"]) | set(EVENTS) | called
    names |= {entry["command"] for entry in manifest["features"]["slash_commands"]}
    names |= {entry["callback_id"] for entry in manifest["features"]["shortcuts"]}
    assert {name for name in names if f"`{name}`" not in docs} == set()


def test_the_docs_promise_nothing_that_is_not_asked_for(manifest: dict[str, Any], docs: str) -> None:
    scopes = set(manifest["oauth_config"]["scopes"]["bot"]) | {"connections:write"}
    assert set(re.findall(r"`([a-z_]+:[a-z]+)`", docs)) == scopes - {"commands"}


def test_socket_mode_and_interactivity_are_on(manifest: dict[str, Any]) -> None:
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert manifest["settings"]["interactivity"]["is_enabled"] is True


def test_the_prompts_are_those_that_the_bot_offers(manifest: dict[str, Any]) -> None:
    assert manifest["features"]["agent_view"]["suggested_prompts"] == list(PROMPTS)
    assert manifest["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }


def test_the_texts_keep_to_slacks_limits(manifest: dict[str, Any]) -> None:
    # Limits of docs.slack.dev/reference/app-manifest.
    shown = manifest["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 175 <= len(shown["long_description"]) <= 4000
    assert len(manifest["features"]["bot_user"]["display_name"]) <= 80
    for shortcut in manifest["features"]["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
    for command in manifest["features"]["slash_commands"]:
        assert len(command["command"]) <= 32
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
