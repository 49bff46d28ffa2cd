"""Choosing a token, and the order in which the grammar is asked."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.llm.worker.binding import NoWayOn, Tokens
from pipelines.llm.worker.sampling import LIKELY, Taste, choose

SIZE = 1000


class Listed:
    """Permits these tokens, and remembers how many it was asked about."""

    def __init__(self, *allowed: int) -> None:
        self.allowed = allowed
        self.asked: list[int] = []

    def permitted(self, tokens: Tokens) -> Tokens:
        self.asked.append(len(tokens))
        return tokens[np.isin(tokens, self.allowed)]


def falling() -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Token 0 is the likeliest, each next one less so."""
    return -np.arange(SIZE, dtype=np.float32)


def chance() -> np.random.Generator:
    return np.random.default_rng(1)


@pytest.mark.parametrize(
    ("allowed", "token", "asked"),
    [
        ((0, 5), 0, [1]),
        ((5, 7), 5, [1, LIKELY]),
        ((900, 999), 900, [1, LIKELY, SIZE]),
    ],
)
def test_the_grammar_is_asked_about_more_only_on_a_miss(allowed: tuple[int, ...], token: int, asked: list[int]) -> None:
    rules = Listed(*allowed)
    assert choose(falling(), Taste(), rules, chance()) == token
    assert rules.asked == asked


def test_a_grammar_that_permits_nothing_ends_it() -> None:
    with pytest.raises(NoWayOn):
        choose(falling(), Taste(), Listed(), chance())


def test_temperature_top_k_and_top_p_bound_what_is_drawn() -> None:
    def drawn(taste: Taste) -> set[int]:
        luck = chance()
        return {choose(falling() / 10, taste, None, luck) for _ in range(300)}

    assert drawn(Taste(temperature=0)) == {0}
    assert drawn(Taste(temperature=1, top_k=3)) == {0, 1, 2}
    assert drawn(Taste(temperature=1, top_k=40, top_p=0.05)) == {0}
    assert len(drawn(Taste(temperature=5, top_k=40))) > 20


def test_a_seed_repeats_the_draw() -> None:
    taste = Taste(temperature=2)
    runs = [[choose(falling() / 50, taste, None, luck) for _ in range(20)] for luck in (chance(), chance())]
    assert runs[0] == runs[1]
