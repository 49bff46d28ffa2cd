"""Who knows a part of the code, by its history: those who changed it often, and lately."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from storage.knowledge import Passage

HALF_LIFE = 180 * 86_400.0  # seconds after which a change counts half
_BOTS = ("[bot]", "-bot", "dependabot", "renovate", "github-actions")


def who_knows(commits: Sequence[Passage], paths: Collection[str], at_most: int = 2) -> list[str]:
    """The names of those who know these files best; of the whole repository when nobody touched them."""
    people = [commit for commit in commits if not any(mark in _author(commit).lower() for mark in _BOTS)]
    if not people:
        return []
    newest = max(int(commit.detail["at"]) for commit in people)
    wanted = set(paths)
    touched = [commit for commit in people if wanted & set(commit.detail["files"])]
    known: dict[str, float] = defaultdict(float)
    for commit in touched or people:
        share = len(wanted & set(commit.detail["files"])) if touched else 1
        known[_author(commit)] += share * _freshness(commit.detail, newest)
    return [name for name in sorted(known, key=lambda name: (-known[name], name)) if name][:at_most]


def _author(commit: Passage) -> str:
    return str(commit.detail["author"]).strip()


def _freshness(detail: Mapping[str, object], newest: int) -> float:
    return float(0.5 ** ((newest - int(str(detail["at"]))) / HALF_LIFE))
