"""The app's manifest: read, fitted to a way of running, turned into a link, and compared with an installed app."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

NAME = "manifest.json"
NEW_APP = "https://api.slack.com/apps?new_app=1&manifest_json="
EVENTS_PATH = "/slack/events"

Manifest = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """What one part of the app lacks or has too much of, and the page of its settings that changes it."""

    part: str
    page: str
    missing: tuple[str, ...]
    superfluous: tuple[str, ...]


@dataclass(frozen=True)
class _Part:
    """A part of the app that is a set of names."""

    part: str
    page: str
    path: tuple[str, ...]
    key: str = ""


PARTS = (
    _Part("scopes", "OAuth & Permissions", ("oauth_config", "scopes", "bot")),
    _Part("events", "Event Subscriptions", ("settings", "event_subscriptions", "bot_events")),
    _Part("commands", "Slash Commands", ("features", "slash_commands"), "command"),
    _Part("shortcuts", "Interactivity & Shortcuts", ("features", "shortcuts"), "callback_id"),
)
SWITCHES = (
    ("interactivity", "Interactivity & Shortcuts", ("settings", "interactivity", "is_enabled")),
    ("home tab", "App Home", ("features", "app_home", "home_tab_enabled")),
    ("messages tab", "App Home", ("features", "app_home", "messages_tab_enabled")),
    ("agent", "Agents & AI Apps", ("features", "agent_view")),
    ("bot user", "App Home", ("features", "bot_user")),
)


def load() -> Manifest:
    """The manifest that came with this version: in the package, or at the top of a checkout."""
    packed = Path(__file__).with_name(NAME)
    file = packed if packed.is_file() else Path(__file__).parents[1] / NAME
    manifest: Manifest = json.loads(file.read_text(encoding="utf-8"))
    return manifest


def over_http(manifest: Mapping[str, Any], public_url: str) -> Manifest:
    """The same app without Socket Mode: Slack posts everything to one address of ours."""
    made: Manifest = copy.deepcopy(dict(manifest))
    address = public_url.rstrip("/") + EVENTS_PATH
    made["settings"]["socket_mode_enabled"] = False
    made["settings"]["event_subscriptions"]["request_url"] = address
    made["settings"]["interactivity"]["request_url"] = address
    for command in made["features"]["slash_commands"]:
        command["url"] = address
    return made


def for_many(manifest: Mapping[str, Any], redirect_url: str) -> Manifest:
    """The same app for many workspaces: where an install leads back to."""
    made: Manifest = copy.deepcopy(dict(manifest))
    made["oauth_config"]["redirect_urls"] = [redirect_url]
    return made


def new_app_link(manifest: Mapping[str, Any]) -> str:
    """Where a browser creates the app with two presses."""
    return NEW_APP + quote(json.dumps(manifest, separators=(",", ":")), safe="")


def scopes_of(manifest: Mapping[str, Any]) -> frozenset[str]:
    """The bot scopes that it asks for."""
    return frozenset(_names(manifest, PARTS[0]))


def compare(wanted: Mapping[str, Any], installed: Mapping[str, Any]) -> list[Difference]:
    """Where an installed app's manifest differs in what it may do, hears and offers; names and texts are free."""
    found = [_compare_part(part, wanted, installed) for part in PARTS]
    switched = [
        Difference(part, page, (part,), ())
        for part, page, path in SWITCHES
        if at(wanted, *path) and not at(installed, *path)
    ]
    return [one for one in found if one.missing or one.superfluous] + switched


def difference(part: str, wanted: Iterable[str], installed: Iterable[str]) -> Difference:
    """The difference of one part, by names."""
    page = next(known.page for known in PARTS if known.part == part)
    want, have = frozenset(wanted), frozenset(installed)
    return Difference(part, page, tuple(sorted(want - have)), tuple(sorted(have - want)))


def _compare_part(part: _Part, wanted: Mapping[str, Any], installed: Mapping[str, Any]) -> Difference:
    return difference(part.part, _names(wanted, part), _names(installed, part))


def _names(manifest: Mapping[str, Any], part: _Part) -> list[str]:
    found = at(manifest, *part.path)
    entries = found if isinstance(found, list) else []
    if not part.key:
        return [str(entry) for entry in entries]
    return [str(entry.get(part.key, "")) for entry in entries if isinstance(entry, dict)]


def at(manifest: Mapping[str, Any], *path: str) -> Any:
    """What stands at a path of keys; None where there is nothing."""
    found: Any = manifest
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found
