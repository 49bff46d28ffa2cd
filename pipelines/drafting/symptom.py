"""Knows how people say that software fails, and how strongly each wording says it."""

from __future__ import annotations

import re

_BE = (
    r"(?:(?:is|are|was|were|be|been|gets?|got|goes|went|keeps?|'s)\s+(?:still |now |always |again |all |just "
    r"|completely |being )*)"
)
_NOT = (
    r"(?:doesn'?t|does not|don'?t|do not|didn'?t|did not|won'?t|will not|wouldn'?t|isn'?t|is not|aren'?t|are not"
    r"|never"
    r"|can'?t|cannot|couldn'?t|unable to|no longer|not)"
)
# Weight 5: nobody says it of software that works; 4: a plain fault; 3: likely one; 2: says that, not what, fails.
_SIGNS = tuple(
    (weight, re.compile(rf"(?i)(?<!\w)(?:{pattern})(?!\w)"))
    for weight, pattern in (
        (5, r"crash(?:es|ed|ing)?|segfaults?|freez(?:es|ing)|froze|frozen|hangs|hung|unresponsive"),
        (5, r"tim(?:es|ed|ing) ?out|timeouts?|OOMKilled|killed by OOM|out of memory"),
        (
            5,
            r"(?:spins?|spinning|loads?|loading|runs?|running)\s(?:\w+\s)?(?:forever|endlessly|for ages)"
            r"|keeps spinning",
        ),
        (
            5,
            r"(?:spinner|loader|loading|it|export|upload|download|job) (?:never|doesn'?t|does not) (?:stops?"
            r"|ends?|finish(?:es)?|goes)|never (?:finish|complete|load)(?:s|es)?",
        ),
        (
            5,
            r"(?:logs?|logged|signs?|signed|kicks?|kicked|logging) (?:me|us|you|users?|people|everyone"
            r"|them)? ?out(?! and in)",
        ),
        (
            5,
            r"(?:charged|billed|sent|refunded|paid|booked|imported|arrives?|delivered|created|get \w+"
            r"|gets? \w+) (?:twice|two times|double)",
        ),
        (
            4,
            r"(?:returns?|returned|answers?|responds? with|throws?|gives?|gets?|got|with|fails? with|see|a"
            r"|an) (?:\w+ )?(?:HTTP )?[45]\d\d(?:s|'s)?(?! \w+s\b)|[45]\d\d (?:errors?|responses?)",
        ),
        (4, r"(?:\w+Error|\w+Exception|ECONN\w+|null|NaN|undefined)(?= |$|:)"),
        (4, r"(?:blank|white|black) (?:page|screen|modal|dialog|window|pdf|file)|empty (?:page|list|tab|file|screen)"),
        (
            4,
            rf"{_BE}(?:blank|empty|gone|missing|lost|wiped|cut off|truncated|invisible|unreadable|garbled"
            rf"|corrupt\w*|duplicated|doubled|stale|gr[ea]yed out|misaligned)",
        ),
        (
            4,
            r"overlap\w*|disappear\w*|vanish\w*|flicker\w*|duplicates?|garbage|mojibake|double[- ]charged"
            r"|springs back|goes red|is red|stuck",
        ),
        (4, r"wrong|incorrect\w*|off by \w+|false \w+|invalid (?:value|total|amount)"),
        (4, r"(?:loses?|losing|forgets?|resets?|ignores?|jumps? to|leads? to a) (?!deals?|customers|time|money)\w+"),
        (
            4,
            r"(?:nobody|no one|none of \w+)\b.{0,40}\bcan|never \w+s\b|needs? \d or \d|two confirmation"
            r"|differs? from|(?:goes|went) to 100 ?%|in bursts|never arrives?|scares|covers|hides|skips|eats"
            r"|shows as \d|impossible|not possible|full of|case sensitive|"
            r"other (?:customers?|users?|people)['’]?s? \w+|asks for the \w+ at every|(?:hours?|days?"
            r"|minutes?) (?:late|early|off)",
        ),
        (4, r"fails? to \w+|takes? (?:\w+ ){0,3}\d[\d.,]* ?(?:ms|s|secs?|seconds?|min|mins|minutes?|h|hours?)"),
        (
            4,
            r"stop(?:s|ped) \w+ing|grows? from|grows? \d|runs? out|fails on|is down|(?:nothing|not much"
            r"|none) (?:happens|is happening|appears|shows)|does nothing",
        ),
        (
            4,
            rf"{_NOT} (?:even |actually |seem to |always |really |properly |be |get )*(?!(?:have|want|know|sure|think"
            rf"|mind|need|obvious|clear|great|happy|a|an|the|only|yet|just|so|very|us|to)\b)[a-z]{{3,}}",
        ),
        (
            3,
            r"slow(?:er|ly)?|laggy|sluggish|fail(?:s|ed|ing|ure)?|(?<!no )errors?|exceptions?|regression"
            r"|dark grey on black",
        ),
        (
            3,
            r"(?:shows?|says|displays?|prints?) (?:\w+ )?(?:\"[^\"]+\"|0[.,]00|nothing|an? error)|(?:even if"
            r"|even though|although|despite|instead of|different from)",
        ),
        (
            2,
            r"broken|busted|borked|down|dead|broke|breaks|bugged|not working|(?:doesn'?t|does not|isn'?t"
            r"|not) work(?:ing)?|bug",
        ),
    )
)
_VAGUE = _SIGNS[-1][1]


def weight(clause: str) -> int:
    """Return how strongly a clause tells of a fault, 0 (not at all) to 5."""
    return max((weight for weight, sign in _SIGNS if sign.search(clause)), default=0)


def vague(clause: str) -> bool:
    """Whether a clause says that something fails without saying how (`is broken`, `does not work`)."""
    rest = re.sub(rf"(?i)\b{_NOT} work\w*", "", clause)
    return bool(_VAGUE.search(clause)) and all(weight < 3 or not sign.search(rest) for weight, sign in _SIGNS)
