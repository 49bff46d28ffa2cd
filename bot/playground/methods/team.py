"""Web API methods about the app, its connection and the team."""

from bot.playground.calls import Call, Method
from bot.playground.refusal import Refused
from bot.playground.store import Document
from bot.playground.team import APP_ID


def api_test(call: Call) -> Document:
    """api.test: says back what it got."""
    arguments = {key: value for key, value in call.arguments.items() if key != "token"}
    if call.text("error"):
        raise Refused(call.text("error"), args=arguments)
    return {"args": arguments}


def auth_test(call: Call) -> Document:
    """auth.test: who the token is."""
    team = call.workspace.team
    who = {"user": _bot(call)["name"], "user_id": team.bot_user, "bot_id": team.bot_id, "is_enterprise_install": False}
    return {"url": f"{call.talk.origin}/", "team": call.workspace.settings["name"], "team_id": team.id, **who}


def _bot(call: Call) -> Document:
    return call.workspace.users.get(call.workspace.bot) or {"name": "leadhand"}


def open_connection(call: Call) -> Document:
    """apps.connections.open: a WebSocket URL that works once."""
    return {
        "url": f"{call.talk.origin.replace('http', 'ws', 1)}/link/?ticket={call.link.issue_ticket()}&app_id={APP_ID}"
    }


def bots_info(call: Call) -> Document:
    """bots.info: about the app's own bot, or about that of another app, which may have no user."""
    team = call.workspace.team
    wanted = call.text("bot", team.bot_id)
    if wanted == team.bot_id:
        return {"bot": _about(wanted, _bot(call)["name"], APP_ID, team.bot_user)}
    hooks = call.workspace.company.get("bots") or {}
    if wanted in hooks:
        return {"bot": _about(wanted, hooks[wanted], "A0WEBHOOK", "")}
    other = next((user for user in call.workspace.users.all() if user.get("bot_id") == wanted), None)
    if other is None:
        raise Refused("bot_not_found")
    return {"bot": _about(wanted, other["name"], other.get("app_id", ""), other["id"])}


def _about(bot: str, name: str, app: str, user: str) -> Document:
    about = {"id": bot, "deleted": False, "name": name, "updated": 0, "app_id": app, "icons": {}}
    return {**about, "user_id": user} if user else about


def team_info(call: Call) -> Document:
    """team.info: the name of the company."""
    settings = call.workspace.settings
    who = {"id": call.workspace.team.id, "name": settings["name"], "domain": settings["domain"]}
    address = {"url": f"{call.talk.origin}/", "email_domain": "", "is_verified": False}
    return {"team": {**who, **address, "icon": {"image_default": True}}}


def emoji_list(call: Call) -> Document:
    """emoji.list: the custom emoji, each with an address or the name of another as `alias:NAME`."""
    return {"emoji": call.workspace.company.get("emoji") or {}, "cache_ts": call.workspace.next_ts()}


METHODS: dict[str, Method] = {
    "api.test": api_test,
    "auth.test": auth_test,
    "apps.connections.open": open_connection,
    "bots.info": bots_info,
    "team.info": team_info,
    "emoji.list": emoji_list,
}
