"""Ranks past tickets by how alike they are to a new one: TF-IDF of the whole and of the title, added up.

Adding normalised scores beat reciprocal ranks on real duplicates. The ranking suggests; it never decides.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from pipelines.drafting.terms import terms

_WHOLE, _TITLE = 2 / 3, 1 / 3
MOST = 100


class Past(NamedTuple):
    """A ticket that was there before; `at` is when it was made, in seconds, None where that is unknown."""

    title: str
    body: str
    at: float | None = None


class Ranking:
    """Past tickets, ready to be compared with many new ones."""

    def __init__(self, pool: Sequence[Past]) -> None:
        self._pool = pool
        self._whole = _Index(terms(f"{past.title}\n{past.body}") for past in pool)
        self._title = _Index(terms(past.title) for past in pool)

    def rank(self, new: Past, admits: Callable[[int], bool] = lambda _: True) -> list[tuple[int, float]]:
        """Return places in the pool with scores of 0 to 1, best first; only those that are older and admitted.

        Where one of the two has no time, the order in time is not asked for.
        """
        scores: defaultdict[int, float] = defaultdict(float)
        for index, said, weight in (
            (self._whole, f"{new.title}\n{new.body}", _WHOLE),
            (self._title, new.title, _TITLE),
        ):
            for at, score in index.alike(terms(said)).items():
                scores[at] += weight * score
        fit = [(at, score) for at, score in scores.items() if self._is_older(at, new) and admits(at)]
        return sorted(fit, key=lambda pair: (-pair[1], pair[0]))[:MOST]

    def _is_older(self, at: int, new: Past) -> bool:
        past = self._pool[at].at
        return past is None or new.at is None or past < new.at


class _Index:
    """TF-IDF with logarithmic term counts, and cosine similarity by inverted lists."""

    def __init__(self, documents: Iterable[Sequence[str]]) -> None:
        counted = [Counter(document) for document in documents]
        spread = Counter(term for counts in counted for term in counts)
        self._rarity = {term: math.log((1 + len(counted)) / (1 + held)) + 1 for term, held in spread.items()}
        self._lists: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for at, counts in enumerate(counted):
            for term, weight in self._weights(counts).items():
                self._lists[term].append((at, weight))

    def alike(self, said: Sequence[str]) -> dict[int, float]:
        """The cosine with each document that shares a term."""
        scores: defaultdict[int, float] = defaultdict(float)
        for term, weight in self._weights(Counter(said)).items():
            for at, other in self._lists.get(term, ()):
                scores[at] += weight * other
        return scores

    def _weights(self, counts: Counter[str]) -> dict[str, float]:
        """Weights of the known terms, of length 1 together."""
        raw = {
            term: (1 + math.log(count)) * self._rarity[term] for term, count in counts.items() if term in self._rarity
        }
        length = math.sqrt(sum(weight * weight for weight in raw.values())) or 1.0
        return {term: weight / length for term, weight in raw.items()}
