"""Learns labels from examples: TF-IDF of words and word pairs, and logistic regression over them.

Multinomial, with classes balanced, solved by Nesterov's accelerated gradient (Introductory Lectures on Convex
Optimization, 2004, 2.2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipelines.drafting.terms import terms

Matrix = NDArray[np.float64]
Integers = NDArray[np.int64]
# A weak pull towards zero: what 1 / (C n) is for a thousand examples with C = 5.
_PULL, _ROUNDS = 2e-4, 200
_MOST_FEATURES, _CHARACTERS = 60_000, 6_000


class Example(NamedTuple):
    """A ticket, as it is learned from or asked about."""

    title: str
    body: str


class _Rows(NamedTuple):
    """Sparse rows: `weights` of `columns`, row r from `starts[r]` on. No row is empty."""

    weights: Matrix
    columns: Integers
    starts: Integers

    def times(self, coefficients: Matrix) -> Matrix:
        """Each line of a dense matrix times each row: one line of sums for each line."""
        return np.stack([np.add.reduceat(self.weights * line[self.columns], self.starts) for line in coefficients])


class LabelModel:
    """Says the label of a ticket, after the examples that it was made from."""

    def __init__(self, examples: Sequence[Example], labels: Sequence[str]) -> None:
        """Learn; one label at least. Raises ValueError without examples."""
        if not examples or len(examples) != len(labels):
            raise ValueError("there must be a label for each example, and one example at least")
        self.labels = sorted(set(labels))
        counted = [features(example) for example in examples]
        spread = Counter(name for counts in counted for name in counts)
        kept = [name for name, held in spread.most_common(_MOST_FEATURES) if held > 1 or len(examples) < 200]
        # Place 0 is the bias, which every row has.
        self._places = {name: at for at, name in enumerate(kept, 1)}
        self._rarity = np.array([1.0, *(np.log((1 + len(examples)) / (1 + spread[name])) + 1 for name in kept)])
        rows = self._rows(counted)
        targets = np.array([self.labels.index(label) for label in labels])
        self._coefficients = _solve(rows, targets, len(self.labels), len(kept) + 1)

    def say(self, examples: Sequence[Example]) -> list[tuple[str, float]]:
        """The label of each example, with its probability."""
        if not examples:
            return []
        chances = _softmax(self._rows([features(example) for example in examples]).times(self._coefficients))
        return [(self.labels[int(row.argmax())], round(float(row.max()), 4)) for row in chances.T]

    def _rows(self, counted: Sequence[Counter[str]]) -> _Rows:
        weights, columns, starts = [], [], []
        size = 0
        for counts in counted:
            known = {self._places[name]: count for name, count in counts.items() if name in self._places}
            places = np.array([0, *known])
            raw = (1 + np.log(np.array([1.0, *known.values()]))) * self._rarity[places]
            weights.append(raw / np.sqrt(raw @ raw))
            columns.append(places)
            starts.append(size)
            size += len(places)
        return _Rows(np.concatenate(weights), np.concatenate(columns), np.array(starts))


def features(example: Example) -> Counter[str]:
    """What a ticket is known by: words and pairs of its text, words of its title apart, its question marks."""
    title = terms(example.title, common=True)
    body = terms(example.body[:_CHARACTERS], common=True)
    said = [*title, *body]
    pairs = [f"{one} {other}" for words in (title, body) for one, other in pairwise(words)]
    asked = ["title?"] * ("?" in example.title) + ["body?"] * ("?" in example.body)
    return Counter([*said, *pairs, *(f"title:{word}" for word in title), *asked])


def _solve(rows: _Rows, targets: Any, classes: int, places: int) -> Matrix:
    """One line of coefficients for each class."""
    truth = np.eye(classes)[:, targets]
    balance = 1 / (classes * truth.sum(axis=1))[targets]
    turned = _turned(rows, places)
    # Rows have length 1 and the balance adds up to 1, so the softmax's curvature is at most a half.
    step = 1 / (0.5 + _PULL)
    found = ahead = np.zeros((classes, places))
    for turn in range(_ROUNDS):
        slope = turned.times(balance * (_softmax(rows.times(ahead)) - truth)) + _PULL * ahead
        before, found = found, ahead - step * slope
        ahead = found + turn / (turn + 3) * (found - before)
    return found


def _turned(rows: _Rows, places: int) -> _Rows:
    """The transposed matrix; every column of `rows` is in use, so that no row of it is empty."""
    sizes = np.diff(np.append(rows.starts, len(rows.columns)))
    lines = np.repeat(np.arange(len(rows.starts)), sizes)
    order = np.argsort(rows.columns, kind="stable")
    starts = np.searchsorted(rows.columns[order], np.arange(places))
    return _Rows(rows.weights[order], lines[order], starts)


def _softmax(scores: Matrix) -> Matrix:
    raised = np.exp(scores - scores.max(axis=0))
    chances: Matrix = raised / raised.sum(axis=0)
    return chances
