"""Chooses the next token: draw first, then ask the grammar about that one alone, and draw anew where it says no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from pipelines.llm.worker.binding import Logits, NoWayOn, Tokens

LIKELY = 64


@dataclass(frozen=True)
class Taste:
    """How freely tokens are drawn; a temperature of 0 always takes the likeliest."""

    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 40
    seed: int | None = None


class Rules(Protocol):
    """What a grammar is asked."""

    def permitted(self, tokens: Tokens) -> Tokens:
        """Those that may come next."""
        ...


def choose(logits: Logits, taste: Taste, rules: Rules | None, chance: np.random.Generator) -> int:
    """The next token. Raises NoWayOn where the rules permit none.

    A grammar over the whole vocabulary halves the speed, so it is asked about the drawn token, on a miss about the
    likeliest 64, and only then about all.
    """
    likely = _likeliest(logits, taste.top_k)
    token = _draw(logits, likely, taste, chance)
    if rules is None or len(rules.permitted(np.array([token], np.int32))):
        return token
    for pool in (_likeliest(logits, LIKELY), np.arange(len(logits), dtype=np.int32)):
        allowed = rules.permitted(pool)
        if len(allowed):
            return _draw(logits, allowed, taste, chance)
    raise NoWayOn


def _likeliest(logits: Logits, count: int) -> Tokens:
    if count >= len(logits):
        return np.arange(len(logits), dtype=np.int32)
    return np.argpartition(logits, -count)[-count:].astype(np.int32)


def _draw(logits: Logits, among: Tokens, taste: Taste, chance: np.random.Generator) -> int:
    own = logits[among].astype(np.float64)
    if taste.temperature <= 0 or len(among) == 1:
        return int(among[np.argmax(own)])
    order = np.argsort(-own)
    weights = np.exp((own[order] - own[order[0]]) / taste.temperature)
    weights /= weights.sum()
    # The token that crosses top_p still belongs.
    kept = int(np.searchsorted(np.cumsum(weights), taste.top_p)) + 1
    weights = weights[:kept] / weights[:kept].sum()
    return int(among[order[chance.choice(len(weights), p=weights)]])
