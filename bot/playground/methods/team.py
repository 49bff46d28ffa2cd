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
    """bots.info: about the app's own bot."""
    team = call.workspace.team
    if call.text("bot", team.bot_id) != team.bot_id:
        raise Refused("bot_not_found")
    about = {"id": team.bot_id, "deleted": False, "name": _bot(call)["name"], "updated": 0}
    return {"bot": {**about, "app_id": APP_ID, "user_id": team.bot_user, "icons": {}}}


def team_info(call: Call) -> Document:
    """team.info: the name of the company."""
    settings = call.workspace.settings
    who = {"id": call.workspace.team.id, "name": settings["name"], "domain": settings["domain"]}
    return {"team": {**who, "email_domain": "", "icon": {}}}


def emoji_list(call: Call) -> Document:
    """emoji.list: the playground has no custom emoji."""
    return {"emoji": {}, "cache_ts": call.workspace.next_ts()}


METHODS: dict[str, Method] = {
    "api.test": api_test,
    "auth.test": auth_test,
    "apps.connections.open": open_connection,
    "bots.info": bots_info,
    "team.info": team_info,
    "emoji.list": emoji_list,
}
