"""Slack's rate limits, for those who ask for them: how often a method may be called."""

import math
import time
from dataclasses import dataclass, field

MINUTE = 60.0
# Calls a minute by Slack's tiers; the special ones are below.
TIER = {2: 20, 3: 50, 4: 100}
TIER_OF = {
    "agents.sessions.rename": 3,
    "agents.sessions.setStatus": 3,
    "chat.appendStream": 4,
    "chat.delete": 3,
    "chat.postEphemeral": 4,
    "chat.startStream": 2,
    "chat.stopStream": 2,
    "chat.update": 3,
    "conversations.history": 3,
    "conversations.info": 3,
    "conversations.join": 3,
    "conversations.list": 2,
    "conversations.members": 4,
    "conversations.open": 3,
    "conversations.replies": 3,
    "emoji.list": 2,
    "files.completeUploadExternal": 4,
    "files.delete": 3,
    "files.getUploadURLExternal": 4,
    "files.info": 4,
    "reactions.add": 3,
    "reactions.get": 3,
    "reactions.remove": 2,
    "team.info": 3,
    "users.conversations": 3,
    "users.info": 4,
    "users.list": 2,
    "views.open": 4,
    "views.publish": 4,
    "views.push": 4,
    "views.update": 4,
}
POST = "chat.postMessage"
# One message a second and channel, with short bursts; how short, Slack does not say.
POST_BURST = 3


@dataclass
class Bucket:
    """So many calls may still be made; it fills again at `rate` calls a second."""

    size: float
    rate: float
    left: float
    since: float = field(default_factory=time.monotonic)

    def take(self) -> float:
        """Take one call; how many seconds to wait instead where there is none left."""
        now = time.monotonic()
        self.left = min(self.size, self.left + (now - self.since) * self.rate)
        self.since = now
        if self.left < 1:
            return (1 - self.left) / self.rate
        self.left -= 1
        return 0.0


class Rates:
    """The limits of each method and workspace, of chat.postMessage also of each channel. Off until switched on."""

    def __init__(self) -> None:
        self._limits: dict[str, tuple[float, float]] | None = None
        self._buckets: dict[tuple[str, ...], Bucket] = {}

    def switch(self, own: dict[str, tuple[float, float]] | None) -> None:
        """None: no limits. Else Slack's, with `own` in place of them: calls a minute, and how many at once."""
        self._buckets.clear()
        self._limits = None
        if own is not None:
            known = {method: (float(TIER[tier]), float(TIER[tier])) for method, tier in TIER_OF.items()}
            self._limits = {**known, POST: (MINUTE, float(POST_BURST)), **own}

    def wait(self, team: str, method: str, channel: str) -> int:
        """Count one call; after how many whole seconds it may come again where it is one too many, else 0."""
        if self._limits is None or method not in self._limits:
            return 0
        minute, burst = self._limits[method]
        key = (team, method, channel) if method == POST else (team, method)
        bucket = self._buckets.setdefault(key, Bucket(burst, minute / MINUTE, burst))
        return math.ceil(bucket.take())
