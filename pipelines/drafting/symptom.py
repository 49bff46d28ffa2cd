"""Knows how software fails in people's words, how a headline says it, and what its opposite is."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.drafting.neutral import base, conjugated


class Symptom(NamedTuple):
    """What goes wrong: `subject` as found, the headline `predicate`, its opposite `fixed`, the `rest` of the clause."""

    subject: str
    predicate: str
    fixed: str
    rest: str
    weight: int


class _Shape(NamedTuple):
    pattern: re.Pattern[str]
    predicate: str
    fixed: str
    weight: int


_ERROR_TEXT = re.compile(r"\b\w+(?:Error|Exception)\b.*$")
_BE = (
    r"(?:(?:is|are|was|were|has been|have been|gets?|got|goes|went|keeps? (?:on )?"
    r"|'s)\s+(?:still |now |always |again |all |just |completely |totally |suddenly |getting "
    r"|being )*)?"
)


def _shape(pattern: str, predicate: str, fixed: str, weight: int = 3) -> _Shape:
    return _Shape(re.compile(rf"\b(?:{pattern})(?!\w)", re.IGNORECASE), predicate, fixed, weight)


_SHAPES: tuple[_Shape, ...] = (
    _shape(
        r"(?:shows?|showing|says?|displays?|prints?) (?:me |us |users |an? |the |error |message "
        r"|just |only )*(?P<what>\"[^\"\n]{3,60}\")",
        "shows {what}",
        "no longer shows {what}",
        4,
    ),
    _shape(
        r"(?:get|gets|getting|got|see|sees|seeing) (?:an? |the |this |error |message |just "
        r"|only )*(?P<what>\"[^\"\n]{3,60}\")",
        "get {what}",
        "no longer get {what}",
        4,
    ),
    _shape(r"(?:does|do|did) nothing", "does nothing", "takes effect", 4),
    _shape(
        r"(?:go(?:es|ing)?|went|land(?:s|ing)?|ends? up|ending up|arrives?) (?:to|in"
        r"|into) (?:the )?(?:spam|junk)(?: folder)?",
        "lands in spam",
        "reaches the inbox",
        4,
    ),
    _shape(
        (
            r"(?:keeps? |just |is |are )*(?:spin(?:s|ning)?|load(?:s|ing)?|hang(?:s|ing)?"
            r"|process(?:es|ing)|run(?:s|ning)?)\s(?:\w+\s)?(?:forever|endlessly|for ages"
            r"|indefinitely|and spin\w*)|keeps spinning|(?:spinner|loader) (?:never|doesn'?t) \w+"
            r"|endless spinner|never (?:finish|complete|load|end)(?:s|es|ed)?"
        ),
        "never finishes",
        "finishes",
        5,
    ),
    _shape(_BE + r"(?:crash(?:es|ed|ing)?|segfaults?|died|dies|dying)", "crashes", "keeps running without a crash", 5),
    _shape(
        _BE + r"(?:freez(?:es|ing)|froze|frozen|hangs?|hung|hanging|unresponsive|lock(?:s|ed) up)",
        "freezes",
        "stays responsive",
        5,
    ),
    _shape(_BE + r"(?:tim(?:es|ed|ing) ?out|time ?out)", "times out", "completes without a timeout", 5),
    _shape(
        _BE + r"(?:stuck)(?: (?:at|on|in) (?P<what>[^,.;!?]{2,40}))?",
        "gets stuck{ at what}",
        "moves on and completes",
        4,
    ),
    _shape(
        (
            r"(?:(?:logs?|logged|signs?|kicks?|kicked|logging) (?:me|us|you|users?|people|everyone"
            r"|them|customers) out|(?:gets?|got|is|are|being|been|was|am|i'm) (?:randomly |suddenly "
            r"|constantly )?(?:logged|signed|kicked) out)"
        ),
        "logs users out",
        "keeps users signed in",
        5,
    ),
    _shape(
        _BE
        + (
            r"(?:return(?:s|ed|ing)?|respond(?:s|ed|ing)? with|throw(?:s|ing)?|threw|give(?:s)?(?: me"
            r"| us)?|gave(?: me| us)?|answers?(?: with)?|get(?:s|ting)?|got|see(?:s|ing)?|with"
            r"|fail(?:s|ed|ing)? with|show(?:s|ed|ing)?|hit(?:s|ting)?|was|is|are)\s(?:an? |the "
            r"|this |back |some |random |lots of )*(?:HTTP |status |error "
            r"|code )*(?P<what>[45]\d\d(?:'?s)?)(?: errors?)?"
        ),
        "fails with {what}",
        "answers without a {what}",
        5,
    ),
    _shape(
        r"(?P<what>HTTP [45]\d\d|[45]\d\d (?:error|response|status)s?)",
        "fails with {what}",
        "answers without a {what}",
        4,
    ),
    _shape(
        r"(?:an? |the )?(?:blank|white|empty|black) (?:page|screen|modal|dialog|list|table|window|pdf|file|e-?mail)s?",
        "shows a blank page",
        "shows its content",
        4,
    ),
    _shape(_BE + r"(?:blank|empty)", "is empty", "shows its content", 3),
    _shape(
        (
            r"(?:two|2|double|duplicate[ds]?|three|multiple) (?P<what>(?:copies|times|e-?mails?"
            r"|entries|rows|charges?|invoices?|records?|orders?|notifications?|messages?|tickets?"
            r"|events?|payments?|accounts?|tasks?|posts?))"
        ),
        "produces duplicate {what}",
        "produces one of each and no duplicate {what}",
        4,
    ),
    _shape(
        _BE
        + (
            r"(?:sent|issued|refunded|paid|booked|printed|triggered|charged|billed|shown|created"
            r"|imported|listed|fired|delivered|appears?|shows? up"
            r"|executed|processed|invoiced|counted|posted|saved) (?:twice|two times|multiple times"
            r"|again and again)"
        ),
        "happens twice",
        "happens exactly once",
        4,
    ),
    _shape(
        r"(?:get|gets|getting|got|receives?|received|receiving|sees?"
        r"|seeing) (?P<what>[^,.;!?]{3,50}?) (?:twice|two times|2x|multiple times)",
        "get {what} twice",
        "get {what} exactly once",
        5,
    ),
    _shape(
        _BE + r"(?P<what>(?:one|two|three|an?|\d+) (?:hours?|days?|minutes?) (?:late|early|off|behind|ahead))",
        "is {what}",
        "shows the right time",
        4,
    ),
    _shape(_BE + r"(?:invisible|unreadable|illegible|not visible|hidden)", "is invisible", "is visible", 4),
    _shape(_BE + r"(?:duplicated|doubled)", "is duplicated", "is there exactly once", 4),
    _shape(_BE + r"(?:disappear(?:s|ed|ing)?|vanish(?:es|ed|ing)?|gone|wiped|got lost)", "disappears", "is kept", 4),
    _shape(
        (
            r"(?:loses?|losing|lost|drops|dropped|dropping|forgets?|forgot) (?!deals?|customers|time"
            r"|money|revenue|users|hours|trust|business)(?P<what>(?:the |my "
            r"|our |their |all |some |its )?[\w' -]{3,40})"
        ),
        "loses {what}",
        "keeps {what}",
        4,
    ),
    _shape(_BE + r"(?:cut off|truncated|clipped|cropped)", "is cut off", "is shown in full", 4),
    _shape(
        _BE
        + (
            r"(?:overlap(?:s|ping|ped)?|misaligned|out of place|overflow(?:s"
            r"|ing)?)(?: (?P<what>(?:with |over )?(?:the )?[\w -]{3,40}))?"
        ),
        "overlaps{ what}",
        "is laid out without overlap",
        4,
    ),
    _shape(_BE + r"(?:flicker(?:s|ing)?|flash(?:es|ing)|jump(?:s|ing))", "flickers", "stays still", 3),
    _shape(
        _BE + r"(?:garbled|gibberish|mojibake|corrupt(?:ed|s)?|unreadable|scrambled)", "is garbled", "is readable", 4
    ),
    _shape(
        _BE + r"(?:wrong|incorrect|inaccurate|off by \w+(?: \w+)?)(?! (?:with|here|there))(?: (?P<what>[\w -]{3,40}))?",
        "shows wrong{ what}",
        "shows the right{ what}",
        3,
    ),
    _shape(_BE + r"(?:out of date|outdated|stale)", "shows stale data", "shows current data", 3),
    _shape(_BE + r"(?:gr[ea]yed out|disabled)", "is disabled", "is enabled", 3),
    _shape(
        (
            r"(?:takes?|took|taking) (?:like )?(?P<what>(?:about |around |over |more than |up to |almost "
            r"|nearly |roughly |~ ?)?\d[\d.,]*(?: ?[-–] ?\d+)? ?\+?(?:ms|s|sec|secs|seconds?|min|mins"
            r"|minutes?|h|hours?)|ages|forever)"
        ),
        "takes {what}",
        "takes clearly less than {what}",
        4,
    ),
    _shape(
        _BE + r"(?:too |so |very |super |extremely |painfully |really )*(?:slow(?:er|ly)?|laggy"
        r"|sluggish|janky|choppy)",
        "is slow",
        "is quick again",
        3,
    ),
    _shape(
        (
            r"(?:can'?t|cannot|can not|couldn'?t|unable to|not able to|not possible to"
            r"|impossible to) (?:even |actually "
            r"|really )?(?P<verb>[a-z]+)(?: (?P<what>[^,.;!?()]{2,70}))?"
        ),
        "cannot {verb what}",
        "can {verb what}",
        4,
    ),
    _shape(
        r"(?:fail(?:s|ed|ing)?) to (?P<verb>[a-z]+)(?: (?P<what>[^,.;!?()]{2,60}))?",
        "fails to {verb what}",
        "{verbs what}",
        4,
    ),
    _shape(
        (
            r"(?:doesn'?t|does not|don'?t|do not|didn'?t|did not|won'?t|will not|wouldn'?t|isn'?t"
            r"|is not|aren'?t|are not|never) (?:even |actually |seem to |always |really |properly "
            r"|be )*(?P<verb>work|works|working)(?: (?:properly|correctly|anymore|any more|at all"
            r"|as expected))?"
        ),
        "does not work",
        "works",
        3,
    ),
    _shape(
        (
            r"(?:isn'?t|is not|aren'?t|are not|wasn'?t|weren'?t|not) (?:being |getting |even "
            r"|actually |properly |correctly )*(?P<verb>[a-z]{2,}(?:ed|ing|own|ent"
            r"|iven))(?: (?P<what>(?:to|in|on|for|from|by|at|with|as) [^,.;!?()]{2,50}))?"
        ),
        "is not {verb_raw what}",
        "is {verb_raw what}",
        4,
    ),
    _shape(
        (
            r"(?:doesn'?t|does not|don'?t|do not|didn'?t|did not|won'?t|will not|wouldn'?t"
            r"|never) (?:even |actually |seem to |always |really |properly |correctly "
            r"|ever )*(?P<verb>(?!care|know|think|mind|want|mean|forget|remember|see\b|understand"
            r"|have\b|get\b|touch|need)[a-z]+)(?: (?P<what>[^,.;!?()]{2,60}))?"
        ),
        "does not {verb what}",
        "{verbs what}",
        4,
    ),
    _shape(
        r"(?:no longer) (?P<verb>[a-z]+)(?: (?P<what>[^,.;!?()]{2,60}))?",
        "no longer {verb_raw what}",
        "{verb_raw what} again",
        4,
    ),
    _shape(
        r"stop(?:s|ped|ping) (?P<verb>[a-z]+ing)(?: (?P<what>[^,.;!?()]{2,60}))?",
        "stopped {verb_raw what}",
        "keeps {verb_raw what}",
        4,
    ),
    _shape(
        _BE + r"(?:failing|fails?|failed)(?: (?:silently|randomly|sometimes|intermittently))?", "fails", "succeeds", 3
    ),
    _shape(
        _BE + r"(?:broken|busted|borked|hosed|messed up|screwed|fubar|down|dead|broke|breaks|bugged|not working)",
        "does not work",
        "works",
        2,
    ),
    _shape(_BE + r"(?:missing)(?: (?P<what>[^,.;!?()]{3,40}))?", "is missing{ what}", "has{ what|everything}", 3),
    _shape(
        r"(?:an? |the |this |some )?(?:\w+ )?(?:error|exception)(?:s| message)?",
        "fails with an error",
        "succeeds without an error",
        2,
    ),
)
_CONTRACTION_TAIL = re.compile(
    r"(?i)\s*\b(?:when(?:ever)?|after|while|if|since|because|once|until|as soon as|every time"
    r"|each time|but|so|and then|which|even though|although|and|anymore|any more|at all|now"
    r"|again|today|yesterday|this morning|right now|for me|for us|lol|either|anywhere)\b.*$"
)


def find(clause: str) -> Symptom | None:
    """Return the strongest symptom that a clause tells, or None: the earliest of the heaviest."""
    clause = _ERROR_TEXT.sub("", clause)
    best: Symptom | None = None
    for shape in _SHAPES:
        match = shape.pattern.search(clause)
        if match and (best is None or shape.weight > best.weight):
            best = _made(shape, match, clause)
    return best


def _made(shape: _Shape, match: re.Match[str], clause: str) -> Symptom:
    groups = match.groupdict()
    what = _CONTRACTION_TAIL.sub("", groups.get("what") or "").strip()
    verb = (groups.get("verb") or "").lower()
    rest = clause[match.end() :] if groups.get("what") is None else clause[match.start("what") + len(what) :]
    return Symptom(
        clause[: match.start()],
        _filled(shape.predicate, verb, what),
        _filled(shape.fixed, verb, what),
        rest,
        shape.weight,
    )


def _filled(form: str, verb: str, what: str) -> str:
    tail = f" {what}" if what else ""
    filled = (
        form.replace("{verbs what}", conjugated(base(verb)) + tail if verb else "")
        .replace("{verb_raw what}", verb + tail)
        .replace("{verb what}", verb + tail)
        .replace("{ at what}", f" at {what}" if what else "")
        .replace("{ what|everything}", tail or " everything it should show")
        .replace("{ what}", tail)
        .replace("{what}", what)
    )
    if form in ("shows wrong{ what}", "shows the right{ what}") and not what:
        filled += " data"
    return " ".join(filled.split())
