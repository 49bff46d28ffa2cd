"""Opens windows: at once with a word of patience, since Slack allows three seconds, then with what belongs in them."""

from __future__ import annotations

import json
import logging
from typing import Any, cast

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.arrivals import from_command, team_of
from bot.slack.choosing import loading, settings_window
from bot.slack.front import Front
from bot.slack.newticket import new_ticket_window
from bot.slack.trouble import translate
from pipelines.core.asks import Place
from pipelines.core.errors import LeadhandError
from pipelines.policy.configuring import why_not
from storage.preferences import Scope

log = logging.getLogger(__name__)

TROUBLE = (LeadhandError, SlackApiError, SlackClientError, aiohttp.ClientError, TimeoutError, OSError)


async def settings_by_command(front: Front, body: dict[str, Any]) -> None:
    """`/leadhand settings`: the window; where Slack opens none, the same in words."""
    try:
        channel = str(body.get("channel_id") or "")
        reply_url = str(body.get("response_url") or "")
        await _open_settings(front, body["team_id"], body["user_id"], body["trigger_id"], (channel, reply_url))
    except TROUBLE as failure:
        log.info("the settings window did not open: %s", translate(failure), extra={"action": "window"})
        await front.take(from_command(body))


async def settings_from_home(front: Front, body: dict[str, Any]) -> None:
    """The button on App Home: for the workspace, or for oneself."""
    await _open_settings(front, team_of(body), body["user"]["id"], body["trigger_id"], ("", ""))


async def new_ticket(front: Front, body: dict[str, Any]) -> None:
    """The global shortcut, or the button on App Home: the window to write a ticket in."""
    team, user = team_of(body), body["user"]["id"]
    words = await front.voice.catalog(Place(team=team, channel=""), user)
    workspace = await front.workspaces.of(team)
    await workspace.client.views_open(trigger_id=body["trigger_id"], view=words.show(new_ticket_window()))


async def change_scope(front: Front, body: dict[str, Any], action: dict[str, Any]) -> None:
    """Show what may be chosen for another scope, in the same window."""
    view = body["view"]
    kept = json.loads(view["private_metadata"])
    scope = action["selected_option"]["value"]
    about = (kept.get("channel", ""), kept.get("reply_url", ""))
    made = await _window(front, team_of(body), body["user"]["id"], scope, about)
    workspace = await front.workspaces.of(team_of(body))
    await workspace.client.views_update(view_id=view["id"], hash=view["hash"], view=made)


async def _open_settings(front: Front, team: str, user: str, trigger: str, about: tuple[str, str]) -> None:
    workspace = await front.workspaces.of(team)
    words = await front.voice.catalog(Place(team=team, channel=about[0]), user)
    opened = await workspace.client.views_open(trigger_id=trigger, view=words.show(loading()))
    scope: Scope = "channel" if about[0].startswith(("C", "G")) else "person"
    made = await _window(front, team, user, scope, about)
    await workspace.client.views_update(view_id=opened["view"]["id"], view=made)


async def _window(front: Front, team: str, user: str, scope: Scope, about: tuple[str, str]) -> dict[str, Any]:
    channel, reply_url = about
    asker = await front.admission.standing(Place(team=team, channel=channel), user)
    house = front.house
    subject = {"workspace": "", "channel": channel, "person": user}[scope]
    refused = why_not(scope, subject, asker, policy=house.configurers, approvers=house.approvers)
    rules = await house.rules(team, channel, user)
    chosen = await house.chosen(team)
    made = settings_window(scope, chosen, rules, channel=channel, user=user, why_not=refused, reply_url=reply_url)
    words = await front.voice.catalog(Place(team=team, channel=channel), user)
    return cast(dict[str, Any], words.show(made))
