"""Finds the files that a task is about: many weak signals, each a ranking, fused by weighted reciprocal rank."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipelines.knowledge.asking import idf, is_test
from pipelines.knowledge.cutting import is_prose
from pipelines.knowledge.graph import Graph, closeness
from pipelines.knowledge.vocabulary import STOP
from pipelines.knowledge.words import identifiers, words
from storage.knowledge import Knowledge, Passage

# Reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009), each list with a weight.
RANK_OFFSET = 15
WEIGHTS = {
    "traceback": 3.0,
    "path": 2.0,
    "content": 1.0,
    "function": 1.0,
    "identifier": 1.0,
    "history": 0.8,
    "imports": 0.8,
    "recent": 0.15,
}
TITLE_WEIGHT = 3.0
K1, B = 1.2, 0.75  # BM25
TERMS = 60  # of a long report, those that tell most
FILES, FUNCTIONS, COMMITS = 120, 200, 40  # candidates of each kind
SEEDS = 15
_PATH = re.compile(r"(?<![\w/.-])((?:[\w@.-]+/)*[\w@-][\w@.-]*\.[A-Za-z]{1,8})(?![\w/])")
_FOLDER = re.compile(r"(?<![\w/.:-])((?:[\w@-]+/)+[\w@-]+)(?![\w./])")
_DOTTED = re.compile(r"(?<![\w./])([a-z_]\w*(?:\.\w+)+)")
_FRAME = re.compile(r"""File "([^"\n]+)", line \d+|\(?((?:[\w@.-]+/)*[\w@.-]+\.[a-z]{1,4}):\d+(?::\d+)?\)?""")
_MEMBER = re.compile(r"\b([A-Z]\w+(?:\.\w+)+)")
_CALL = re.compile(r"\b([A-Za-z_]\w{2,})\(")

Ranking = Sequence[tuple[str, float]]


@dataclass(frozen=True)
class Located:
    """A file that the task may be about, and the signals that say so, strongest first."""

    path: str
    score: float
    signals: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """Where a task is: likely files, the best first, and the past commits that sound like it."""

    files: tuple[Located, ...]
    commits: tuple[Passage, ...]


async def locate(title: str, body: str, name: str, knowledge: Knowledge, graph: Graph) -> Place:
    """Rank the files of the repository `name` for a task."""
    text = f"{title}\n{body}"
    weights = await _weights(title, body, knowledge)
    whole = _bm25(await knowledge.search(weights, ("file",), FILES, [name]), weights)
    parts = _bm25(await knowledge.search(weights, ("code",), FUNCTIONS, [name]), weights)
    past = _bm25(await knowledge.search(weights, ("commit",), COMMITS, [name]), weights)
    paths = [row.path for row in await knowledge.files(name)]
    lists: dict[str, Ranking] = {
        "traceback": _traced(text, paths),
        "path": _mentioned(text, paths),
        "content": [(passage.path, score) for passage, score in whole],
        "function": _best_of_each((passage.path, score) for passage, score in parts),
        "identifier": await _defined(text, name, knowledge),
        "history": _changed(past, set(paths)),
    }
    lists["imports"] = _ordered(closeness(graph, _seeds(lists)))
    lists["recent"] = _recent(await knowledge.commits(name), {path for some in lists.values() for path, _ in some})
    return Place(_fuse(lists, text), tuple(passage for passage, _ in past[:10]))


async def _weights(title: str, body: str, knowledge: Knowledge) -> dict[str, float]:
    """BM25 weights of the task's words: how rare, how often, three times so in the title."""
    said: dict[str, float] = defaultdict(float, Counter(words(body)))
    for word in words(title):
        said[word] += TITLE_WEIGHT
    asked = [word for word in said if word not in STOP]
    counts = await knowledge.counts(asked)
    weights = {
        word: idf(counts.passages, counts.holding[word]) * said[word] / (said[word] + 2.0)
        for word in asked
        if counts.holding[word]
    }
    return dict(sorted(weights.items(), key=lambda entry: -entry[1])[:TERMS])


def _bm25(passages: Sequence[Passage], weights: Mapping[str, float]) -> list[tuple[Passage, float]]:
    if not passages:
        return []
    usual = sum(passage.size for passage in passages) / len(passages) or 1.0
    rated = []
    for passage in passages:
        held = Counter(passage.words.split(" "))
        norm = K1 * (1 - B + B * passage.size / usual)
        score = sum(weight * (n := held[word]) * (K1 + 1) / (n + norm) for word, weight in weights.items())
        rated.append((passage, score))
    return sorted(rated, key=lambda entry: (-entry[1], entry[0].path, entry[0].first_line))


def _traced(text: str, paths: Sequence[str]) -> Ranking:
    """Files of a stack trace; the frame where it broke counts most."""
    frames = [(one or other, bool(one)) for one, other in _FRAME.findall(text)]
    # Python prints the frame that broke last, the others first.
    ordered = [name for name, python in frames if not python] + [name for name, python in reversed(frames) if python]
    found: dict[str, float] = {}
    for at, name in enumerate(ordered):
        for path in _ending(name, paths)[:3]:
            found.setdefault(path, 1.0 / (1 + at))
    return _ordered(found)


def _mentioned(text: str, paths: Sequence[str]) -> Ranking:
    """Files whose path, or module, is written in the text."""
    found: dict[str, float] = {}
    for name in dict.fromkeys([*_PATH.findall(text), *_FOLDER.findall(text)]):
        matches = _ending(name, paths)
        for path in matches[:10]:
            found[path] = max(found.get(path, 0.0), (1 + name.count("/")) / len(matches))
    for dotted in dict.fromkeys(_DOTTED.findall(text)):
        tail = dotted.replace(".", "/")
        for path in paths:
            stem = path.rpartition(".")[0].removesuffix("/__init__")
            if "/" in stem and (f"{tail}/".startswith(f"{stem}/") or stem.endswith(f"/{tail}")):
                found[path] = max(found.get(path, 0.0), 0.5 + 0.1 * stem.count("/"))
    return _ordered(found)


def _ending(name: str, paths: Sequence[str]) -> list[str]:
    """The files that this may name: a path's end, or, for an absolute path, the longest end that is one."""
    parts = [part for part in name.strip("/").split("/") if part not in {"", "."}]
    for at in range(len(parts)):
        tail = "/".join(parts[at:])
        matches = [path for path in paths if path == tail or path.endswith(f"/{tail}")]
        if matches or "." not in parts[-1]:
            return matches
    return []


async def _defined(text: str, name: str, knowledge: Knowledge) -> Ranking:
    """Files that define what the text names; a name that many define says little."""
    wanted = list(dict.fromkeys([*identifiers(text), *_CALL.findall(text)]))[:40]
    plain = _MEMBER.findall(text)[:20]
    plain += [word.rpartition(".")[2].strip("()") for word in wanted if re.fullmatch(r"[\w.]+(?:\(\))?", word)]
    homes: dict[str, set[str]] = defaultdict(set)
    for title, path in await knowledge.titles(name, plain):
        homes[title.rpartition(".")[2]].add(path)
    found: dict[str, float] = defaultdict(float)
    for files in homes.values():
        for path in files:
            found[path] += 1.0 / len(files)
    return _ordered(found)


def _changed(past: Sequence[tuple[Passage, float]], paths: set[str]) -> Ranking:
    """Files that commits with like words changed; a commit that changed everything says little."""
    found: dict[str, float] = defaultdict(float)
    for passage, score in past:
        files = [path for path in passage.detail["files"] if path in paths]
        for path in files:
            found[path] += score / (1 + len(files)) ** 0.7
    return _ordered(found)


def _recent(commits: Sequence[Passage], candidates: set[str]) -> Ranking:
    last: dict[str, float] = {}
    for commit in commits:
        for path in candidates & set(commit.detail["files"]):
            last[path] = max(last.get(path, 0.0), float(commit.detail["at"]))
    return _ordered(last)


def _seeds(lists: Mapping[str, Ranking]) -> dict[str, float]:
    seeds: dict[str, float] = defaultdict(float)
    for signal, ranking in lists.items():
        for at, (path, _) in enumerate(ranking[:SEEDS]):
            seeds[path] += WEIGHTS[signal] / (2 + at)
    return seeds


def _fuse(lists: Mapping[str, Ranking], text: str) -> tuple[Located, ...]:
    shares: dict[str, dict[str, float]] = defaultdict(dict)
    for signal, ranking in lists.items():
        for at, (path, _) in enumerate(ranking):
            shares[path][signal] = WEIGHTS[signal] / (RANK_OFFSET + at)
    located = [_located(path, signals, text) for path, signals in shares.items()]
    return tuple(sorted(located, key=lambda one: (-one.score, one.path)))


def _located(path: str, signals: Mapping[str, float], text: str) -> Located:
    factor = 0.35 if is_test(path) and not is_test(text) else 1.0
    factor *= 0.4 if is_prose(path) and not {"traceback", "path"} & set(signals) else 1.0
    order = sorted(signals, key=lambda signal: -signals[signal])
    return Located(path, factor * sum(signals.values()), tuple(order))


def _best_of_each(rated: Iterable[tuple[str, float]]) -> Ranking:
    best: dict[str, float] = {}
    for path, score in rated:
        best[path] = max(best.get(path, 0.0), score)
    return _ordered(best)


def _ordered(found: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(found.items(), key=lambda entry: (-entry[1], entry[0]))
