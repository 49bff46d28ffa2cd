"""Web API methods about emoji reactions."""

import re

from bot.playground.calls import Call, Method
from bot.playground.refusal import Refused
from bot.playground.store import Document

NAME = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")


def add(call: Call) -> Document:
    """reactions.add."""
    return _set(call, present=True, code="already_reacted")


def remove(call: Call) -> Document:
    """reactions.remove."""
    return _set(call, present=False, code="no_reaction")


def _set(call: Call, *, present: bool, code: str) -> Document:
    call.required("name", "channel", "timestamp")
    name = call.text("name").strip(":")
    if not NAME.fullmatch(name):
        raise Refused("invalid_name")
    channel = call.writable(call.own_channel())
    message = call.message(channel, "timestamp")
    if not call.talk.react(channel, message, call.workspace.bot, name, present=present):
        raise Refused(code)
    return {}


def get(call: Call) -> Document:
    """reactions.get: the message with its reactions."""
    call.required("channel", "timestamp")
    channel = call.own_channel()
    message = call.message(channel, "timestamp")
    shown = {**call.workspace.present(message), "permalink": call.talk.permalink(message)}
    return {"type": "message", "channel": channel["id"], "message": shown}


METHODS: dict[str, Method] = {"reactions.add": add, "reactions.remove": remove, "reactions.get": get}
