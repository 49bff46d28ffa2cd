"""The rules of the house: what was chosen, over the defaults of the process, for whoever has to know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.core.chat import Conversation
from pipelines.core.tickets import Message
from pipelines.policy.choices import Defaults, Rules, opted_out, rules
from pipelines.policy.configuring import Configurers
from storage.preferences import Key, Preferences

VEIL = "(message of someone who opted out)"


class House:
    """Reads what people chose. `approvers` decide about drafts and choose everything; `configurers` for a channel."""

    def __init__(
        self,
        preferences: Preferences,
        defaults: Defaults,
        approvers: frozenset[str] = frozenset(),
        configurers: Configurers = "creators",
    ) -> None:
        self._preferences = preferences
        self.defaults = defaults
        self.approvers = approvers
        self.configurers = configurers

    async def rules(self, team: str, channel: str = "", user: str = "") -> Rules:
        """What counts in the channel for the person."""
        return rules(await self._preferences.of(team), self.defaults, channel, user)

    async def chosen(self, team: str) -> Mapping[Key, Any]:
        """What was chosen there, and nothing else."""
        return await self._preferences.of(team)

    async def choose(self, team: str, key: Key, value: Any, by: str) -> None:
        """Store a choice; None takes it back."""
        await self._preferences.put(team, key, value, by)

    async def files_directly(self, team: str, channel: str) -> bool:
        """Whether what is asked for in this channel is filed at once."""
        return (await self.rules(team, channel)).filing == "direct"

    async def veil(self, talk: Conversation) -> Conversation:
        """The thread without what people wrote who opted out."""
        hidden = opted_out(await self._preferences.of(talk.place.team))
        return veil(talk, hidden) if hidden else talk


def veil(talk: Conversation, hidden: frozenset[str]) -> Conversation:
    """Messages of `hidden` people keep their place in the thread, and nothing else."""
    focus = talk.focus
    return talk.model_copy(
        update={
            "messages": tuple(_veiled(message) if message.user in hidden else message for message in talk.messages),
            "focus": _veiled(focus) if focus and focus.user in hidden else focus,
            "veiled": focus.user if focus and focus.user in hidden else "",
        }
    )


def _veiled(message: Message) -> Message:
    return Message(user="", ts=message.ts, text=VEIL, name="somebody")
