"""What every call to Slack goes through, whoever makes it: no secret leaves, and a pause that Slack asks for is kept.

Slack counts by method and channel (docs.slack.dev/apis/web-api/rate-limits): while one channel has to wait, every other
one, and every other method, goes on.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterable, Mapping
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.trouble import translate
from pipelines.core.errors import TryAgain
from pipelines.drafting.mask import REMOVED, mask, mask_address

# Methods that show people something.
SHOWING = ("chat.", "views.", "assistant.", "agents.", "files.", "conversations.setTopic", "conversations.setPurpose")
# Where words stand in what they take; anything else is a name, an id or a value that comes back to us.
WORDS = frozenset({"text", "markdown_text", "title", "details", "output", "status", "initial_comment", "alt_text"})
# Shorter ones are no secrets, or are a part of a word.
SHORTEST_SECRET = 12
# A longer pause is left to the durable engine, which waits without holding a step open.
LONGEST_WAIT = 5.0
ADDRESS = re.compile(r"(https?://[^\s<>|]+)")

Key = tuple[str, str]


class Pauses:
    """The pauses that Slack asked for, by method and channel; kept by everybody who asks here."""

    def __init__(self) -> None:
        self._until: dict[Key, float] = {}

    async def keep(self, method: str, channel: str) -> None:
        """Wait until the method may be called for the channel again. Raises TryAgain where that takes long."""
        while (left := self._until.get((method, channel), 0.0) - time.monotonic()) > 0:
            if left > LONGEST_WAIT:
                raise TryAgain("Slack asks for a pause.", left, sure=True)
            await asyncio.sleep(left)

    def begin(self, method: str, channel: str, seconds: float) -> None:
        """Slack asked for it."""
        now = time.monotonic()
        self._until = {key: until for key, until in self._until.items() if until > now}
        self._until[method, channel] = now + seconds


class OutwardClient(AsyncWebClient):
    """The SDK's client; `secrets` are the settings' own, which leave in no message."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.secrets: frozenset[str] = frozenset()
        self.pauses = Pauses()

    async def api_call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:
        """As the SDK's. Raises TryAgain where Slack asked for a long pause."""
        named = arguments.get("json") or arguments.get("params") or arguments.get("data")
        channel = str(named.get("channel") or named.get("channel_id") or "") if isinstance(named, Mapping) else ""
        if api_method.startswith(SHOWING):
            arguments = {name: self.harmless(value) for name, value in arguments.items()}
        await self.pauses.keep(api_method, channel)
        try:
            return await super().api_call(api_method, **arguments)
        except SlackApiError as error:
            failure = translate(error)
            if isinstance(failure, TryAgain) and failure.sure and failure.after:
                self.pauses.begin(api_method, channel, failure.after)
            raise

    def harmless(self, value: Any, name: str = "") -> Any:
        """The same with every secret and every mention of a whole channel taken out of its words."""
        if isinstance(value, str):
            return masked(value, self.secrets) if name in WORDS else value
        if isinstance(value, Mapping):
            return {key: self.harmless(inner, str(key)) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.harmless(inner, name) for inner in value]
        return value


def masked(text: str, secrets: Iterable[str]) -> str:
    """The text without these secrets, and without what looks like one."""
    for secret in secrets:
        if len(secret) >= SHORTEST_SECRET and secret in text:
            text = text.replace(secret, REMOVED)
    # A port and a path look like a name and its secret.
    parts = ADDRESS.split(text)
    return "".join(mask_address(part) if at % 2 else mask(part) for at, part in enumerate(parts))
