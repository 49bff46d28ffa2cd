"""The app's own configuration: what it asks for and listens to, as its manifest says."""

import copy
from typing import Any

from bot.playground.store import Document, Store

# What the app that comes with the playground may do; an app that is created here gets what its manifest asks for.
SCOPES = (
    "app_mentions:read,assistant:write,channels:history,channels:join,channels:read,chat:write,commands,emoji:read,"
    "files:read,files:write,groups:history,groups:read,im:history,im:read,im:write,reactions:read,reactions:write,"
    "team:read,users:read,users:read.email"
)
EVENTS = (
    "agent_session_stopped", "app_context_changed", "app_home_opened", "app_mention", "app_uninstalled",
    "channel_archive", "channel_left", "channel_rename", "channel_unarchive", "emoji_changed", "file_deleted",
    "file_shared", "group_archive", "group_left", "group_rename", "group_unarchive", "member_joined_channel",
    "member_left_channel", "message.channels", "message.groups", "message.im", "reaction_added", "reaction_removed",
    "team_join", "tokens_revoked", "user_change",
)  # fmt: skip
LONGEST = {"name": 35, "description": 140, "long_description": 4000}
PARTS = {"_metadata", "display_information", "features", "oauth_config", "settings", "functions", "workflows"}


class AppConfig:
    """The manifest of the playground's one app, and the scopes that the first workspace granted it."""

    def __init__(self, store: Store, company: Document) -> None:
        self._table = store.table("app_config")
        self._company = company

    @property
    def manifest(self) -> Document:
        """The manifest as it stands, a copy."""
        kept = self._table.get("manifest")
        return copy.deepcopy(kept) if kept else _of_company(self._company)

    @property
    def scopes(self) -> str:
        """The bot scopes that the app asks for now, by commas."""
        return ",".join(_inside(self.manifest, "oauth_config", "scopes").get("bot") or [])

    @property
    def redirect_urls(self) -> list[str]:
        """Where an install may lead back to; empty means anywhere."""
        return list(_inside(self.manifest, "oauth_config").get("redirect_urls") or [])

    @property
    def events(self) -> frozenset[str]:
        """The events that the app subscribes to."""
        given = _inside(self.manifest, "settings", "event_subscriptions").get("bot_events")
        return frozenset(map(str, given if isinstance(given, list) else ()))

    @property
    def rotates(self) -> bool:
        """Whether tokens expire after twelve hours and are refreshed."""
        return bool(_inside(self.manifest, "settings").get("token_rotation_enabled"))

    def put(self, manifest: Document) -> None:
        """Take a manifest in place of the one before."""
        self._table.put("manifest", manifest)

    def rotate(self, on: bool) -> None:
        """Switch token rotation."""
        manifest = self.manifest
        manifest.setdefault("settings", {})["token_rotation_enabled"] = on
        self.put(manifest)

    def clear(self) -> None:
        """Go back to the app that comes with the playground."""
        self._table.clear()


def _of_company(company: Document) -> Document:
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {"name": "leadhand"},
        "features": {
            "agent_view": {"agent_description": "Drafts cards from what people write."},
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "bot_user": {"display_name": "leadhand", "always_online": True},
            "shortcuts": company["shortcuts"],
            "slash_commands": company["commands"],
        },
        "oauth_config": {"scopes": {"bot": SCOPES.split(",")}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }


def _inside(manifest: Document, *path: str) -> Document:
    found: Any = manifest
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def manifest_problems(manifest: Any) -> list[Document]:
    """What Slack would find wrong with a manifest, each with a message and a pointer."""
    if not isinstance(manifest, dict):
        return [_problem("", "Must be an object")]
    problems = [_problem(f"/{key}", "Unexpected property") for key in manifest if key not in PARTS]
    return problems + _shown_problems(manifest) + _feature_problems(manifest) + _address_problems(manifest)


def _problem(pointer: str, message: str) -> Document:
    return {"message": message, "pointer": pointer}


def _shown_problems(manifest: Document) -> list[Document]:
    shown = _inside(manifest, "display_information")
    if not isinstance(shown.get("name"), str) or not shown["name"]:
        return [_problem("/display_information/name", "Missing required field: name")]
    return [
        _problem(f"/display_information/{key}", f"Must be at most {limit} characters long")
        for key, limit in LONGEST.items()
        if len(str(shown.get(key, ""))) > limit
    ]


def _feature_problems(manifest: Document) -> list[Document]:
    features = _inside(manifest, "features")
    problems: list[Document] = []
    if _inside(manifest, "oauth_config", "scopes").get("bot") and not features.get("bot_user"):
        problems.append(_problem("/features/bot_user", "A bot user is required for bot scopes"))
    for key, field in (("slash_commands", "command"), ("shortcuts", "callback_id")):
        given = features.get(key) or []
        for place, entry in enumerate(given if isinstance(given, list) else [given]):
            if not isinstance(entry, dict) or not entry.get(field):
                problems.append(_problem(f"/features/{key}/{place}", f"Missing required field: {field}"))
    return problems


def _address_problems(manifest: Document) -> list[Document]:
    """Without Socket Mode everything that Slack delivers needs an address."""
    settings = _inside(manifest, "settings")
    if settings.get("socket_mode_enabled"):
        return []
    problems: list[Document] = []
    events = _inside(settings, "event_subscriptions")
    if events.get("bot_events") and not events.get("request_url"):
        words = "Event Subscription requires either Request URL or Socket Mode Enabled"
        problems.append(_problem("/settings/event_subscriptions", words))
    interactivity = _inside(settings, "interactivity")
    if interactivity.get("is_enabled") and not interactivity.get("request_url"):
        problems.append(_problem("/settings/interactivity", "Interactivity requires a Request URL"))
        problems.append(_problem("/settings/interactivity", "Interactivity requires Socket Mode enabled"))
    commands = _inside(manifest, "features").get("slash_commands") or []
    return problems + [
        _problem(f"/features/slash_commands/{place}", "Slash Commands require a URL or Socket Mode enabled")
        for place, entry in enumerate(commands)
        if not entry.get("url")
    ]
