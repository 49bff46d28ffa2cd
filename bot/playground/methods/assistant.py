"""Web API methods of apps that people talk with directly."""

from typing import Any

from bot.playground.calls import Call, Method
from bot.playground.refusal import Refused
from bot.playground.schema import Problem, at, check_string, wrong_type
from bot.playground.store import Document

MOST_PROMPTS = 4


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


METHODS: dict[str, Method] = {"assistant.threads.setSuggestedPrompts": set_suggested_prompts}
