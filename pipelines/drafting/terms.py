"""The terms that a text is compared and classified by: words and parts of identifiers, in a light base form."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+(?:_[^\W_]+)*")
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_a-zA-Z]+")
_LONGEST = 60
_COMMON_WORDS = (
    "a an and are as at be been but by can could did do does for from had has have he her his how i if in into is it "
    "its me my no not of on or our she should so some than that the their them then there these they this those to "
    "too up us was we were what when where which while who will with would you your"
)
COMMON = frozenset(_COMMON_WORDS.split())
# Plurals and verb forms, cut from words that stay long enough to be told apart.
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", "e"), ("s", ""))
_SHORTEST = 4


def terms(text: str, *, common: bool = False) -> list[str]:
    """Return the terms of a text in order; an identifier gives itself and its parts, too.

    `common` words say nothing of what a text is about and are left out, but much of what its writer wants.
    """
    found: list[str] = []
    for word in _WORD.findall(text):
        whole = word[:_LONGEST]
        parts = _PART.findall(whole)
        found.append(base(whole.lower()))
        if len(parts) > 1:
            found.extend(base(part.lower()) for part in parts if len(part) > 1)
    return found if common else [term for term in found if term not in COMMON]


def base(word: str) -> str:
    """Return a word without its plural or verb ending."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and not word.endswith("ss") and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)] + instead
    return word
