"""Finds the lines that answer a question, or finds that there are none: coverage of the question's words decides."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from pipelines.knowledge.hiding import HIDDEN
from pipelines.knowledge.vocabulary import GENERIC, ORDINARY, STOP, SYNONYMS
from pipelines.knowledge.words import expand, identifiers, words
from storage.knowledge import Counts, Knowledge, Passage

CANDIDATES = 200
# Shares of the question's weight that a passage, and the lines quoted of it, must hold.
PASSAGE_COVERAGE, QUOTE_COVERAGE = 0.62, 0.5
TOLD = 0.5  # share of its words, unweighted
QUOTES = 3
NEARLY_AS_GOOD = 0.85
WHOLE_UP_TO = 14  # lines of a passage that is quoted as it is
WINDOW = 10  # lines of a quote from a longer one
GENERIC_WEIGHT = 0.3
# A name that the repository never writes: whoever asks about it asks about something else.
STRANGER_WEIGHT = 2.0
_TEST = re.compile(r"(?:^|[/_.-])(?:tests?|specs?|__tests__|testdata|fixtures?)(?:[/_.-]|$)", re.IGNORECASE)
_OLD_NEWS = re.compile(r"(?:^|/)(?:change(?:log|s)|history|news|release[-_]?notes)\b", re.IGNORECASE)
_WANTS_NUMBER = re.compile(
    r"(?i)\bhow (?:many|long|much|often|large|big|old)\b"
    r"|\b(?:port|limit|timeout|maximum|minimum|max|min|interval|ttl|size|version|threshold|percent|number|default)\b"
)
_NUMBER = re.compile(r"(?<![\w.])\d[\d_,.]*")


@dataclass(frozen=True)
class Term:
    """A word of the question: its weight, the words that it is made of, the other words that would do."""

    word: str
    weight: float
    parts: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    generic: bool = False

    def match(self, held: Collection[str]) -> float:
        """How well these words hold it, 0 to 1."""
        if exact := self.exact(held):
            return exact
        return 0.6 if any(_akin(self.word, word) for word in held) else 0.0

    def exact(self, held: Collection[str]) -> float:
        """The same without words that merely begin alike, which takes longer to see."""
        if self.word in held or (self.parts and all(part in held for part in self.parts)):
            return 1.0
        return 0.8 if any(other in held for other in self.others) else 0.0


@dataclass(frozen=True)
class Found:
    """A passage with the lines of it that answer best. `score` and the coverages are shares, about 0 to 1.

    `told` is the share of the question's words, generic ones aside, whatever their weight.
    """

    passage: Passage
    first: int
    last: int
    quote: str
    score: float
    coverage: float
    quote_coverage: float
    told: float


def is_test(path: str) -> bool:
    """Whether the path is that of a test or what one uses."""
    return bool(_TEST.search(path))


def content_words(question: str) -> dict[str, tuple[str, ...]]:
    """The words of a question that say what it is about, each once, with the parts of those made of several."""
    found: dict[str, tuple[str, ...]] = {}
    for word in re.findall(r"\w+", question):
        *parts, whole = expand(word) or ("",)
        if whole and whole not in STOP:
            found.setdefault(whole, tuple(parts))
    return found


async def weigh(question: str, knowledge: Knowledge) -> list[Term]:
    """The question's terms, each weighted by how rare it is in what is known (BM25's idf)."""
    asked = content_words(question)
    counts = await knowledge.counts({word for whole, parts in asked.items() for word in (whole, *parts)})
    return [_term(word, parts, counts) for word, parts in asked.items()]


def _term(word: str, parts: Sequence[str], counts: Counts) -> Term:
    holding = max(counts.holding[word], min((counts.holding[part] for part in parts), default=0))
    weight, generic = idf(counts.passages, holding), word in GENERIC
    if generic:
        weight *= GENERIC_WEIGHT
    elif not holding and word not in ORDINARY:
        weight *= STRANGER_WEIGHT
    return Term(word, weight, frozenset(parts), SYNONYMS.get(word, frozenset()), generic)


def idf(passages: int, holding: int) -> float:
    """Robertson and Sparck Jones' weight, kept above zero."""
    holding = min(holding, passages)
    return math.log(1 + (passages - holding + 0.5) / (holding + 0.5))


async def search(question: str, knowledge: Knowledge) -> tuple[list[Term], list[Found]]:
    """The question's terms, and passages with their best lines, the best first."""
    terms = await weigh(question, knowledge)
    weights = {term.word: term.weight for term in terms}
    for term in terms:
        near = dict.fromkeys((*term.others, *term.parts), 0.5 * term.weight)
        weights = near | weights
    passages = await knowledge.search(weights, ("code", "doc"), CANDIDATES)
    rated = sorted(((_rough(passage, terms), -at, passage) for at, passage in enumerate(passages)), reverse=True)
    found = [_rate(passage, terms, question) for _, _, passage in rated[:40]]
    return terms, sorted((one for one in found if one), key=lambda one: -one.score)


def answers(question: str, terms: Sequence[Term], found: Sequence[Found]) -> list[Found]:
    """Those that are evidence enough to be shown, at most three; none when the question is not answered here."""
    if all(term.generic or term.word.isdigit() for term in terms):
        return []
    must = [{part for word in re.findall(r"\w+", name) for part in expand(word)[-1:]} for name in identifiers(question)]
    good = [one for one in found if _is_evidence(one) and all(names <= _held(one.passage) for names in must)]
    chosen: list[Found] = []
    for one in good:
        if one.score >= NEARLY_AS_GOOD * good[0].score and not any(_overlap(one, other) for other in chosen):
            chosen.append(one)
    return chosen[:QUOTES]


def _is_evidence(one: Found) -> bool:
    return one.told >= TOLD and one.coverage >= PASSAGE_COVERAGE and one.quote_coverage >= QUOTE_COVERAGE


def _overlap(one: Found, other: Found) -> bool:
    same = (one.passage.repository, one.passage.path) == (other.passage.repository, other.passage.path)
    return same and one.first <= other.last and other.first <= one.last


def _akin(one: str, other: str) -> bool:
    """Whether one is the beginning of the other: auth and authent, config and configur."""
    short, long = sorted((one, other), key=len)
    return len(short) >= 4 and len(long) - len(short) <= 6 and long.startswith(short) and not short.isdigit()


def _held(passage: Passage) -> set[str]:
    return set(passage.words.split(" "))


def _covered(terms: Sequence[Term], held: Collection[str]) -> float:
    whole = sum(term.weight for term in terms)
    return sum(term.weight * term.match(held) for term in terms) / whole if whole else 0.0


def _rough(passage: Passage, terms: Sequence[Term]) -> float:
    held = _held(passage)
    return sum(term.weight * term.exact(held) for term in terms)


def _rate(passage: Passage, terms: Sequence[Term], question: str) -> Found | None:
    around = {*words(passage.title), *words(passage.path)}
    lines = passage.text.split("\n")
    held = [set(words(line)) for line in lines]
    coverage = _covered(terms, _held(passage))
    wants_number = bool(_WANTS_NUMBER.search(question))
    first, last = _not_blank(*_best_lines(lines, held, terms, wants_number), lines)
    quote = "\n".join(lines[first : last + 1])
    if HIDDEN in quote or not quote.strip():
        return None
    inside = set().union(*held[first : last + 1])
    quote_coverage = _covered(terms, inside | around)
    score = 0.45 * coverage + 0.35 * quote_coverage + 0.1 * _covered(terms, inside) + 0.1 * _covered(terms, around)
    if wants_number and any(_NUMBER.search(line) for line in lines[first : last + 1]):
        score += 0.12
    score *= (0.85 if is_test(passage.path) else 1.0) * (0.8 if _OLD_NEWS.search(passage.path) else 1.0)
    at = passage.first_line
    return Found(passage, at + first, at + last, quote, score, coverage, quote_coverage, _told(terms, passage))


def _told(terms: Sequence[Term], passage: Passage) -> float:
    held = _held(passage)
    telling = [term for term in terms if not term.generic] or terms
    return sum(term.match(held) > 0 for term in telling) / len(telling)


def _best_lines(
    lines: Sequence[str], held: Sequence[set[str]], terms: Sequence[Term], wants_number: bool
) -> tuple[int, int]:
    """First and last index of the lines to quote."""
    if len(lines) <= WHOLE_UP_TO:
        return 0, len(lines) - 1
    worth = [_line_worth(line, words_, terms, wants_number) for line, words_ in zip(lines, held, strict=True)]
    best, start = -1.0, 0
    for at in range(len(lines) - WINDOW + 1):
        value = _window_worth(worth[at : at + WINDOW])
        if value > best + 1e-9:
            best, start = value, at
    return _trimmed(start, start + WINDOW - 1, worth)


Worth = Mapping[str, float]


def _line_worth(line: str, held: set[str], terms: Sequence[Term], wants_number: bool) -> Worth:
    worth = {term.word: term.weight * match for term in terms if (match := term.match(held))}
    if worth and wants_number and _NUMBER.search(line):
        worth["#"] = 0.2 * sum(term.weight for term in terms)
    return worth


def _window_worth(worths: Sequence[Worth]) -> float:
    """Each term once, at its best; what it says twice is worth a little."""
    best: dict[str, float] = {}
    for worth in worths:
        for word, value in worth.items():
            best[word] = max(best.get(word, 0.0), value)
    return sum(best.values()) + 0.05 * sum(sum(worth.values()) for worth in worths)


def _not_blank(first: int, last: int, lines: Sequence[str]) -> tuple[int, int]:
    while first < last and not lines[first].strip():
        first += 1
    while last > first and not lines[last].strip():
        last -= 1
    return first, last


def _trimmed(first: int, last: int, worth: Sequence[Worth]) -> tuple[int, int]:
    """Without lines at the ends that say nothing of the question, but for one of context."""
    telling = [at for at in range(first, last + 1) if worth[at]]
    return (max(first, telling[0] - 1), min(last, telling[-1] + 2)) if telling else (first, last)
