"""Tells whether a text is English: the sentence rules are, and other languages are told word for word."""

from __future__ import annotations

import re

_ENGLISH_WORDS = (
    "the a an is are was were be it its it's this that to of in on for with and or but not "
    "when if i we you they my our "
    "can could would should do does don't doesn't has have had get gets at by from as so "
    "just after since how what where "
    "why which there all any please need add"
)
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_FOREIGN_WORDS = (
    "der die das und ist nicht ein eine wenn seit auf mit ich wir bei beim zum zur le la les "
    "des une est pas dans pour avec "
    "sur on nous je il el los las una en de que con por para desde cuando no se del wird "
    "auch het een niet op bij il lo gli "
    "di che per non quando nella den dem zeigt kann nach sich wie werden wurde ihre unser keine kein mehr puedo "
    "sale días está uso muy más pero hay no o os "
    "as um uma não na ao com em"
)
_FOREIGN = frozenset(_FOREIGN_WORDS.split()) - _ENGLISH


def english(text: str) -> bool:
    """Return whether English function words are no fewer than its neighbours'; short text counts as it."""
    words = re.findall(r"[^\W\d_]+(?:'[a-z]+)?", text.lower().replace("’", "'"))
    if any(re.search(r"[^\x00-\u024f\u2000-\u2bff]", word) for word in words[:200]):
        return False
    ours = sum(word in _ENGLISH for word in words)
    theirs = sum(word in _FOREIGN for word in words)
    return ours >= theirs
