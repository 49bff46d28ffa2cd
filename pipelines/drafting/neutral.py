"""Turns first-person chat into the neutral voice of a ticket, leaving quoted text and code alone."""

from __future__ import annotations

import re

_KEPT = re.compile(r"(`[^`]*`|\"[^\"]*\"|“[^”]*”|«[^»]*»|https?://\S+)")
_OPINION = re.compile(
    r"(?i)\b(?:i|we) (?:think|guess|believe|suppose|assume|feel like|reckon"
    r"|imagine)(?: that)?,? |\b(?:in my opinion|personally|if i remember correctly"
    r"|as far as i (?:know|can tell)|i'?m (?:pretty |fairly )?sure(?: that)?|for some reason"
    r"|to be honest|you know|kind of|sort of|kinda|sorta),? "
    r"|,? (?:i (?:think|guess|believe|bet)|to be honest|for some reason)(?=[.,!?]|$)"
)
_SWEAR = re.compile(
    r"(?i)\b(?:fucking|freaking|damn|bloody|goddamn|super|totally|literally|completely"
    r"|absolutely|really|just|basically|honestly|obviously) (?=\w)"
)
_PAST_WORDS = (
    "got went saw did had made took ran lost found sent put set thought said told came left paid chose began "
    "broke built read was were could would should might can will may must cannot can't couldn't wouldn't "
    "shouldn't won't didn't wasn't hit gave threw wrote knew kept felt heard met spent bought brought fell "
    "grew let cut "
)
_PAST = frozenset(_PAST_WORDS.split())
_ADVERBS = (
    "just|also|always|still|even|only|then|really|never|often|usually|sometimes|recently|again|first|now|currently"
    "|finally|accidentally"
)
_CLAUSE = re.compile(rf"(?i)\b(i|we)(?:'(m|re|ve|d|ll)|\s+((?:(?:{_ADVERBS})\s+)*)([a-z]+(?:n'?t|'t)?))(?!\w)")
_INVERTED = re.compile(r"(?i)\b(do|does|did|can|could|should|would|will|may|must|have|are|am) (i|we)\b")
_AGREED = {"do": "does", "have": "has", "are": "is", "am": "is"}
_SHORT = {"m": "is", "re": "is", "ve": "has", "d": "would", "ll": "will"}
_ED_PRESENT = frozenset(("need", "feed", "embed", "exceed", "proceed", "speed", "succeed"))
_IRREGULAR = {
    "am": "is",
    "are": "is",
    "have": "has",
    "do": "does",
    "don't": "does not",
    "dont": "does not",
    "haven't": "has not",
    "aren't": "is not",
    "were": "was",
    "go": "goes",
}
_OBJECTS = {
    "my": "{0}'s",
    "mine": "{0}'s",
    "me": "{0}",
    "myself": "{0}",
    "i": "{0}",
    "our": "the team's",
    "ours": "the team's",
    "us": "the team",
    "ourselves": "the team",
    "we": "the team",
}
_OBJECT = re.compile(r"(?i)(?<![\w'./-])(?:my|mine|me|myself|our|ours|us|ourselves|i|we)(?![\w'’/.-]\w|[\w'’/-])")
FIRST_PERSON = re.compile(
    r"(?i)(?<![\w'./-])(?:i|i'm|i've|i'd|i'll|my|mine|me|myself|we|we're|we've|we'd|we'll|our|ours|us)(?![\w'’/-])"
)


def neutral(text: str, speaker: str = "the reporter") -> str:
    """Return `text` without opinions, intensifiers and first person; `speaker` is who `I` was.

    Quoted passages, code and URLs are kept as they stand: they may be facts.
    """
    text = text.replace("’", "'")
    parts = _KEPT.split(text)
    told = "".join(part if at % 2 else _told(part, speaker) for at, part in enumerate(parts))
    return sentence_case(" ".join(told.split()))


def sentence_case(text: str) -> str:
    """Return `text` with its first letter raised, unless the word is a name in mixed case, a path or code."""
    first = text.split(" ", 1)[0]
    if not first or not first[0].islower() or re.search(r"[A-Z_/.(\d]", first.rstrip(".,:;!?")):
        return text
    return text[0].upper() + text[1:]


def ended(text: str) -> str:
    """Return `text` with a full stop, unless it ends in punctuation or code."""
    text = text.rstrip(" ,;:-–—")
    return text if not text or text[-1] in ".!?…。！？" else text + "."


def _told(text: str, speaker: str) -> str:
    for noise in (_OPINION, _SWEAR):
        text = noise.sub("", text)
    text = re.sub(
        r"(?i)\bi (?:get|got|am getting|see|am seeing) (?=(?:logged|signed|kicked|redirected|asked)\b)",
        f"{speaker} is ",
        text,
    )
    if re.search(r"(?i)(?<![\w'])i(?:'\w+)?\s", text):
        text = re.sub(r"(?i)(?<![\w'])my\b", "their", text)
    text = re.sub(r"(?i)\bour (?=[\w-]+ teams?\b)", "the ", text)
    text = re.sub(r"(?i)\b(the team|we) (need|have|want|use)\b", lambda each: f"the team {conjugated(each[2])}", text)
    text = _INVERTED.sub(
        lambda match: (
            f"{_AGREED.get(match[1].lower(), match[1])} {'the team' if match[2].lower() == 'we' else speaker}"
        ),
        text,
    )
    text = _CLAUSE.sub(lambda match: _third_person(match, speaker), text)
    text = re.sub(
        r"\b(the team|the reporter)"
        r"\b([^.]*?) and (have|need"
        r"|want) ",
        lambda each: f"{each[1]}{each[2]} and {conjugated(each[3])} ",
        text,
    )
    return _OBJECT.sub(lambda match: _OBJECTS[match[0].lower()].format(speaker), text)


def _third_person(match: re.Match[str], speaker: str) -> str:
    who = speaker if match[1].lower() == "i" else "the team"
    if match[2]:
        return f"{who} {_SHORT[match[2].lower()]}"
    return f"{who} {match[3] or ''}{conjugated(match[4])}"


def conjugated(verb: str) -> str:
    """Return the third person singular of a present verb; past forms and auxiliaries stay."""
    low = verb.lower()
    if low in _IRREGULAR:
        return _IRREGULAR[low]
    if low in _PAST or (low.endswith("ed") and low in _ED_PRESENT):
        return verb if low in _PAST else low + "s"
    if low.endswith(("ed", "n't", "ing", "ly")):
        return verb
    if low.endswith(("s", "sh", "ch", "x", "z", "o")):
        return low + "es"
    return low[:-1] + "ies" if re.search(r"[^aeiou]y$", low) else low + "s"


def base(verb: str) -> str:
    """Return the base form of a regular verb form (`clicked`, `clicking`, `saves` -> `click`, `save`)."""
    low = verb.lower()
    for ending in ("ing", "ed"):
        stem = low.removesuffix(ending)
        if stem != low and len(stem) >= 2:
            if re.search(r"([bdgmnprt])\1$", stem):
                return stem[:-1]
            return (
                stem + "e"
                if re.search(r"(?:[aeiou][vsgcz]|[^aeiou]l|at|ot|ut|ys|iv|ov|ang|has|eas|ur|ar|id)$", stem)
                and stem not in _NO_E
                else stem
            )
    if low.endswith("ies"):
        return low[:-3] + "y"
    if re.search(r"(?:sh|ch|x|z|ss)es$", low):
        return low[:-2]
    return low[:-1] if low.endswith("s") and not low.endswith("ss") else low


_NO_E_WORDS = "repeat treat load upload download start edit visit await sort wait log press "
_NO_E = frozenset(_NO_E_WORDS.split())
