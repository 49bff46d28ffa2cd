"""The import graph of a repository, and how near each file is to those that the words point at."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from storage.knowledge import FileRow

SCRIPT_SUFFIXES = ("", ".ts", ".tsx", ".js", ".jsx", ".mjs", ".vue", "/index.ts", "/index.tsx", "/index.js")
ROUNDS = 12
STAY = 0.6  # share of a file's weight that walks on; the rest returns to where the words point
FAN_OUT = 40  # files that one import may mean at most: a folder of Go, not a whole tree

Graph = Mapping[str, frozenset[str]]


def import_graph(files: Sequence[FileRow]) -> Graph:
    """Which files import each other, both ways, as far as their imports can be read."""
    paths = {file.path for file in files}
    modules, folders = _modules(paths), _folders(paths)
    near: dict[str, set[str]] = defaultdict(set)
    for file in files:
        for name in file.imports:
            for other in list(_targets(file.path, name, paths, modules, folders))[:FAN_OUT]:
                if other != file.path:
                    near[file.path].add(other)
                    near[other].add(file.path)
    return {path: frozenset(others) for path, others in near.items()}


def closeness(graph: Graph, seeds: Mapping[str, float]) -> dict[str, float]:
    """PageRank that returns to the seeds: high for files that many likely ones import or are imported by."""
    whole = sum(seeds.values())
    home = {path: weight / whole for path, weight in seeds.items()} if whole else {}
    rank = dict(home)
    for _ in range(ROUNDS):
        moved: dict[str, float] = defaultdict(float)
        for path, weight in rank.items():
            others = graph.get(path, frozenset())
            for other in others:
                moved[other] += STAY * weight / len(others)
        rank = {path: moved.get(path, 0.0) + (1 - STAY) * home.get(path, 0.0) for path in {*moved, *home}}
    return rank


def _modules(paths: set[str]) -> Mapping[str, str]:
    """Python files by dotted name, from each folder that the name may be counted from."""
    found: dict[str, str] = {}
    for path in sorted(paths):
        if path.endswith((".py", ".pyi")):
            parts = path.rpartition(".")[0].removesuffix("/__init__").split("/")
            for at in range(min(3, len(parts))):
                found.setdefault(".".join(parts[at:]), path)
    return found


def _folders(paths: set[str]) -> Mapping[str, list[str]]:
    """Go files by the tails of their folder."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(paths):
        if path.endswith(".go") and not path.endswith("_test.go"):
            parts = path.split("/")[:-1]
            for at in range(len(parts)):
                found["/".join(parts[at:])].append(path)
    return found


def _targets(
    path: str, name: str, paths: set[str], modules: Mapping[str, str], folders: Mapping[str, list[str]]
) -> Iterator[str]:
    if path.endswith(".go"):
        parts = name.split("/")
        yield from next((folders[tail] for at in range(len(parts)) if (tail := "/".join(parts[at:])) in folders), [])
    elif path.endswith((".py", ".pyi")):
        if found := modules.get(_absolute(path, name)):
            yield found
    elif name.startswith("."):
        base = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
        yield from (base + suffix for suffix in SCRIPT_SUFFIXES if base + suffix in paths)


def _absolute(path: str, name: str) -> str:
    """A relative Python import counted from the top of the repository."""
    dots = len(name) - len(name.lstrip("."))
    if not dots:
        return name
    folder = path.split("/")[:-dots]
    return ".".join([*folder, *filter(None, [name[dots:]])])
