"""The window to write a ticket in from anywhere in Slack, and whether what was saved in it can become a draft."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.blocks import Block
from bot.slack.trouble import translate
from bot.slack.workspaces import Workspace
from pipelines.core.errors import TellPerson

CALLBACK = "ticket_new"
WORDS_LIMIT = 3000
# Slack waits three seconds for the answer to a window, in all.
PATIENCE = 1.5
HINT = "What happened or what you would like, where, and what you expected."
WHERE_HINT = "The draft is shown there, for its members to review and file."
WHERE = "Choose a channel."
WHAT = "Write a few words."
JOIN_FIRST = "Only members of this channel may do that here. Join the channel, then try once more."
NOT_THERE = "I am not in that channel. Invite me there with `/invite @leadhand`."
TROUBLE = (SlackApiError, SlackClientError, aiohttp.ClientError, TimeoutError, OSError)


def new_ticket_window() -> dict[str, Any]:
    """What it is about, and in which channel its draft is to stand; Slack proposes the one that is looked at."""
    what = {"type": "plain_text_input", "action_id": "value", "multiline": True, "max_length": WORDS_LIMIT}
    where = {
        "type": "conversations_select",
        "action_id": "value",
        "default_to_current_conversation": True,
        "response_url_enabled": True,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": json.dumps({"approval": "", "channel": ""}),
        "title": _plain("New ticket"),
        "submit": _plain("Draft it"),
        "close": _plain("Cancel"),
        "blocks": [_input("words", "What is it about?", what, HINT), _input("where", "Channel", where, WHERE_HINT)],
    }


def _input(name: str, label: str, element: Block, hint: str) -> Block:
    return {"type": "input", "block_id": name, "label": _plain(label), "element": element, "hint": _plain(hint)}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


async def check_new_ticket(values: Mapping[str, str], workspace: Workspace, user: str) -> dict[str, str]:
    """Plain words for each field that cannot be served; where Slack cannot tell, the work finds out."""
    errors = {} if values.get("words", "").strip() else {"words": WHAT}
    channel = values.get("where", "")
    if not channel.startswith(("C", "G")):
        return errors | {"where": WHERE}
    try:
        async with asyncio.timeout(PATIENCE):
            if not await workspace.people.is_member(channel, user):
                return errors | {"where": JOIN_FIRST}
            if not await workspace.people.is_member(channel, workspace.people.bot_user):
                return errors | {"where": NOT_THERE}
    except TROUBLE as failure:
        # A private channel without the bot: Slack says that there is none.
        said = translate(failure)
        return errors | ({"where": said.words} if isinstance(said, TellPerson) else {})
    return errors


def reply_address(body: Mapping[str, Any]) -> str:
    """Where to answer whoever saved the window, as far as Slack gives one."""
    return next((str(one.get("response_url") or "") for one in body.get("response_urls") or ()), "")
