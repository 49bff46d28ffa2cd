"""Web API methods about people."""

import time
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.playground import pages
from bot.playground.calls import Call, Method
from bot.playground.store import Document
from bot.playground.team import APP_ID, Team

RIGHTS = ("is_admin", "is_primary_owner", "is_restricted", "is_ultra_restricted")


def describe(user: Document, team: Team, *, locale: bool = False) -> Document:
    """A user as Slack shows it; `locale` as asked by include_locale."""
    home = user.get("team_id", team.id)
    rights = {key: bool(user.get(key)) for key in RIGHTS} | {"is_owner": bool(user.get("is_owner", _admin(user)))}
    shown = {
        **{key: user[key] for key in ("id", "name", "real_name", "color", "is_bot")},
        "team_id": home,
        "deleted": bool(user.get("deleted")),
        "profile": _profile(user, team, home),
        **rights,
        **_clock(user),
        "updated": 0,
        "is_app_user": False,
        "is_email_confirmed": True,
    }
    if home != team.id or user.get("is_stranger"):
        shown["is_stranger"] = bool(user.get("is_stranger"))
    return {**shown, "locale": user.get("locale", "en-US")} if locale else shown


def _admin(user: Document) -> bool:
    return bool(user.get("is_admin"))


def _profile(user: Document, team: Team, home: str) -> Document:
    first, _, last = user["real_name"].partition(" ")
    profile = {
        "real_name": user["real_name"],
        "display_name": user["name"],
        "real_name_normalized": user["real_name"],
        "display_name_normalized": user["name"],
        "title": user.get("title", ""),
        "first_name": first,
        "last_name": last,
        "email": user.get("email", ""),
        "team": home,
    }
    if user["is_bot"]:
        profile |= {"bot_id": user.get("bot_id", team.bot_id), "api_app_id": user.get("app_id", APP_ID)}
    return profile


def _clock(user: Document) -> Document:
    zone = user.get("tz", "Europe/London")
    offset = user["tz_offset"] if "tz_offset" in user else _offset(zone)
    return {"tz": zone, "tz_label": user.get("tz_label", ""), "tz_offset": offset}


def _offset(zone: str) -> int:
    """Seconds east of Greenwich now; none for a zone that is not known here."""
    try:
        offset = datetime.now(ZoneInfo(zone)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return 0
    return int(offset.total_seconds()) if offset else 0


def _seen(call: Call, user: Document) -> Document:
    """A user as this call may see it: mail addresses are for users:read.email."""
    shown = describe(user, call.workspace.team, locale=call.flag("include_locale"))
    if "users:read.email" not in call.scopes:
        shown["profile"].pop("email")
    return shown


def list_users(call: Call) -> Document:
    """users.list."""
    page, metadata = pages.cut(call, call.workspace.users.all(), 1000)
    members = [_seen(call, user) for user in page]
    return {"members": members, "cache_ts": int(time.time()), "response_metadata": metadata}


def info(call: Call) -> Document:
    """users.info."""
    call.required("user")
    return {"user": _seen(call, call.user())}


METHODS: dict[str, Method] = {"users.list": list_users, "users.info": info}
