"""Text as search words: identifiers split by case and underscore, endings taken off, the same for text and question."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

LONGEST = 40
_WORD = re.compile(r"\w+")
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_PART_OF_OTHERS = re.compile(r"[^\W\d_]+|\d+")
_IDENTIFIER = re.compile(r"`([^`\n]{2,80})`|\b(\w*(?:_\w|[a-z][A-Z]|\d)\w*)\b")
_VOWEL = re.compile(r"[aeiouy]")


def words(text: str) -> list[str]:
    """The search words of a text, in order; an identifier of several parts gives each of them and itself."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    found: list[str] = []
    for word in _WORD.findall(text):
        found += expand(word)
    return found


@lru_cache(maxsize=100_000)
def expand(word: str) -> tuple[str, ...]:
    """The search words of one word: `refreshTokens` gives refresh, token and refreshtokens."""
    parts = [part.lower() for part in (_PART if word.isascii() else _PART_OF_OTHERS).findall(word)]
    kept = [stem(part)[:LONGEST] for part in parts if len(part) > 1 or part.isdigit()]
    whole = "".join(parts)
    return (*kept, whole[:LONGEST]) if len(parts) > 1 and len(whole) > 1 else tuple(kept)


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The word without its ending: plural, -ing, -ed, silent e. Light, so that two words seldom fall together."""
    if not word.isascii() or not word.isalpha() or len(word) < 4:
        return word
    word = _singular(word)
    for ending in ("ing", "ed"):
        bare = word.removesuffix(ending)
        if bare != word and len(bare) >= 3 and _VOWEL.search(bare):
            word = bare[:-1] if bare[-1] == bare[-2] and bare[-1] not in "lsz" else bare
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _singular(word: str) -> str:
    if word.endswith(("ies", "ied")) and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def identifiers(text: str) -> list[str]:
    """What is written like a name of the code: in backticks, with an underscore, a hump or a digit in it."""
    found = [quoted or bare for quoted, bare in _IDENTIFIER.findall(text)]
    return list(dict.fromkeys(name for name in found if not name.isdigit()))


def joined(found: Iterable[str]) -> str:
    """Search words as the database keeps them."""
    return " ".join(found)
