"""Web API methods about people."""

from bot.playground import pages
from bot.playground.calls import Call, Method
from bot.playground.store import Document
from bot.playground.team import APP_ID, Team


def describe(user: Document, team: Team) -> Document:
    """A user as Slack shows it."""
    profile = {
        "real_name": user["real_name"],
        "display_name": user["name"],
        "real_name_normalized": user["real_name"],
        "display_name_normalized": user["name"],
        "title": user.get("title", ""),
        "first_name": user["real_name"].split(" ")[0],
        "last_name": user["real_name"].partition(" ")[2],
        "email": user.get("email", ""),
        "team": team.id,
    }
    if user["is_bot"]:
        profile |= {"bot_id": team.bot_id, "api_app_id": APP_ID}
    rights = {"is_admin": bool(user.get("is_admin")), "is_owner": bool(user.get("is_admin")), "is_restricted": False}
    clock = {"tz": user.get("tz", "Europe/London"), "tz_label": "", "tz_offset": 0, "updated": 0}
    who = {key: user[key] for key in ("id", "name", "real_name", "color", "is_bot")}
    bot = {"is_app_user": False, "is_ultra_restricted": False, "is_email_confirmed": True}
    return {
        **who,
        "team_id": team.id,
        "deleted": bool(user.get("deleted")),
        "profile": profile,
        **rights,
        **clock,
        **bot,
    }


def list_users(call: Call) -> Document:
    """users.list."""
    page, metadata = pages.cut(call, call.workspace.users.all(), 1000)
    return {
        "members": [describe(user, call.workspace.team) for user in page],
        "cache_ts": 0,
        "response_metadata": metadata,
    }


def info(call: Call) -> Document:
    """users.info."""
    call.required("user")
    return {"user": describe(call.user(), call.workspace.team)}


METHODS: dict[str, Method] = {"users.list": list_users, "users.info": info}
