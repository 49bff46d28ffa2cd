"""Web API methods of apps that people talk with directly."""

from typing import Any

from bot.playground.calls import Call, Method
from bot.playground.refusal import Refused
from bot.playground.schema import Problem, at, check_string, wrong_type
from bot.playground.store import Document
from bot.playground.workspace import is_reply

MOST_PROMPTS = 4
MOST_LOADING_MESSAGES = 10
TITLE_CHARACTERS = 255


def set_suggested_prompts(call: Call) -> Document:
    """assistant.threads.setSuggestedPrompts: what to say, offered in a direct channel; the last offer counts."""
    call.required("channel_id", "prompts")
    channel = call.own_channel("channel_id")
    if not channel["is_im"]:
        raise Refused("channel_not_found")
    prompts = call.structure("prompts")
    problems = _problems(prompts)
    if problems:
        raise Refused("invalid_arguments", response_metadata={"messages": problems})
    call.talk.offer(channel, {"title": call.text("title"), "prompts": prompts})
    return {}


def set_status(call: Call) -> Document:
    """assistant.threads.setStatus: a line under a thread, until it is emptied, outlived or answered by a post."""
    call.required("channel_id", "thread_ts")
    channel, thread = _thread(call)
    lines = call.structure("loading_messages") or []
    fits = isinstance(lines, list) and len(lines) <= MOST_LOADING_MESSAGES and all(isinstance(x, str) for x in lines)
    if not fits:
        words = at("/loading_messages", f"must be an array of at most {MOST_LOADING_MESSAGES} strings")
        raise Refused("invalid_arguments", response_metadata={"messages": [words]})
    call.sessions.say(channel, thread, call.text("status"), lines)
    return {}


def set_title(call: Call) -> Document:
    """assistant.threads.setTitle: the name of a thread in a direct channel."""
    call.required("channel_id", "thread_ts", "title")
    channel, thread = _thread(call)
    call.sessions.rename(channel, thread, call.text("title")[:TITLE_CHARACTERS])
    return {}


def _thread(call: Call) -> tuple[str, str]:
    channel = call.own_channel("channel_id")
    root = call.workspace.message(channel["id"], call.text("thread_ts"))
    if root is None:
        raise Refused("invalid_thread_ts")
    return channel["id"], str(root["thread_ts"]) if is_reply(root) else str(root["ts"])


def _problems(prompts: Any) -> list[Problem]:
    if not isinstance(prompts, list):
        return [wrong_type("/prompts", "array")]
    if not 1 <= len(prompts) <= MOST_PROMPTS:
        return [at("/prompts", f"must be an array of 1 to {MOST_PROMPTS} items")]
    problems: list[Problem] = []
    for index, prompt in enumerate(prompts):
        if not isinstance(prompt, dict):
            return [wrong_type(f"/prompts/{index}", "object")]
        for key in ("title", "message"):
            problems += check_string(prompt, key, f"/prompts/{index}", 3000)
    return problems


METHODS: dict[str, Method] = {
    "assistant.threads.setSuggestedPrompts": set_suggested_prompts,
    "assistant.threads.setStatus": set_status,
    "assistant.threads.setTitle": set_title,
}
