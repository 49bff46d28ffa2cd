"""Takes sentences apart: condition from result, steps from narration, reasons from requests."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.drafting.neutral import base, sentence_case

_ACTIONS_WORDS = (
    "open click allow press tap select choose go navigate enter type upload import export download submit save add "
    "create delete remove edit change rename drag drop scroll log sign login visit hit run start stop restart "
    "launch install upgrade update enable disable toggle switch set search filter sort resize rotate paste "
    "copy cut fill pick send reply archive close refresh reload hover focus attach invite share print checkout "
    "pay refund book schedule approve assign move merge duplicate apply clear reset zoom swipe pull push "
    "look take deploy build call post put request trigger use turn expand collapse uncheck tick connect disconnect "
)
_ACTIONS = frozenset(_ACTIONS_WORDS.split())
_PAST_ACTIONS = {
    "went": "go",
    "ran": "run",
    "hit": "hit",
    "chose": "choose",
    "sent": "send",
    "set": "set",
    "put": "put",
    "built": "build",
    "paid": "pay",
}
_TRIGGER = r"(?:when(?:ever)?|if|after|as soon as|once|while|every time|each time|upon|on)"
_WHO = r"(?:i|we|you|users?|someone|people|a user|the user|customers?|one)"
_STEP = re.compile(
    rf"(?i)^(?:(?:{_TRIGGER}|and|then|so|now|next|first|finally|afterwards|by|just|to"
    rf"|steps?(?: to repro\w*)?\s?:|repro\s?:|\d{{1,2}}[.)])[\s,]+)*"
    rf"(?:{_WHO}(?:'ve|'d|\s(?:have|had|am|are|was|were|tr(?:y|ied) to"
    rf"|want(?:ed)? to))?\s+)?(?:(?:then|just|simply|also|first|tr(?:y|ied) to|trying to|only"
    rf"|again|just|manually|immediately|quickly)\s+)*"
    r"(?P<verb>[a-z]+)(?P<rest>(?:\s.*)?)$"
)
_JOINT = re.compile(
    r"(?i)\s*(?:->|→|=>|>>)\s*|,?\s+(?:and\s+then|then|and\s+afterwards"
    r"|and\s+after\s+that)\s+|,\s*(?:and\s+)?|;\s*|\s+and\s+(?=(?:i\s|we\s|you\s)?[a-z]+\b)"
)
_CONDITION_TAIL = re.compile(
    r"(?i)(?<![\w-])(?:only )?(?:when(?:ever)?|if|after|as soon as|once|while|every time"
    r"|each time|during|until|unless)\s(?!that\b|not\b)(?:[^,;.!?]|\.(?=\d)){4,110}?(?=\s(?:but|yet"
    r"|and (?:it|the|then it|nothing|i))\b|[,;!?]|\.(?!\d)|$)"
)
_ADVERB_END = re.compile(r"(?i)\s+(?:right|just|directly|immediately|only|always|even)?\s*$")
_RESULT = (
    r"\s(?=the\s(?:\w+\s){1,3}?(?:is|are|does|do|was|were)(?:\snot\b|n't\b))|"
    r"\s(?=(?:i|we)\s(?:get|got|see|saw|am|are|can'?t|cannot|receive)\b|(?:it|nothing|everything)\b"
    r"|the\s(?:app|page|screen|site|browser|ui|modal|button|request|whole|server|spinner"
    r"|system|tab|window)\b(?:\s\w+){0,2}?"
    r"\s(?:goes|is|crashes|freezes|shows|hangs|turns|just|stays|fails|reloads|does|never"
    r"|doesn|gets|becomes|closes|disappears|returns|times|keeps))"
)
_CONDITION_HEAD = re.compile(rf"(?i)^(?:and |but |so |also )?(?:{_TRIGGER})\s[^,;]{{4,120}}?(?:,|{_RESULT})")
_RESULT_START = re.compile(rf"(?i){_RESULT}")
_GERUND_SUBJECT = re.compile(
    r"(?i)^(?:just |simply )?([a-z]+ing)\b(.{3,90}?)\s+(?=(?:gives|gave|throws|shows|causes"
    r"|makes|crashes|returns|fails|freezes|hangs|does|leads|results|takes|times|logs|triggers"
    r"|produces|breaks|is|never|no longer)\b)"
)


class Clauses(NamedTuple):
    """A sentence as `condition` (with its word: `when ...`) and `result`; either may be empty."""

    condition: str
    result: str


_PLACE_FIRST = re.compile(
    r"(?i)^((?:on|in|at|from|under|inside)\s[^,]{3,50}),\s+(?=(?:when|if|after|once|while|whenever)\s)"
)


def place_of(sentence: str) -> str:
    """Return the place that a sentence opens with (`On the Orders page, if ...`), or nothing."""
    match = _PLACE_FIRST.match(sentence)
    return match[1] if match else ""


def take_apart(sentence: str) -> Clauses:
    """Return condition and result of `When X, Y`, `Y when X` and `Clicking X does Y`; without one all is result."""
    if place := _PLACE_FIRST.match(sentence):
        return take_apart(sentence[place.end() :])
    if gerund := _GERUND_SUBJECT.match(sentence):
        verb = base(gerund[1])
        if verb in _ACTIONS:
            return Clauses(f"when {gerund[1].lower()}{gerund[2]}", sentence[gerund.end() :].strip())
    head = _CONDITION_HEAD.match(sentence)
    if head:
        end = _end_of_steps(sentence, head.end())
        return Clauses(sentence[:end].strip(" ,"), sentence[end:].strip(" ,"))
    tail = _CONDITION_TAIL.search(sentence)
    if tail:
        before = _ADVERB_END.sub("", sentence[: tail.start()])
        after = sentence[tail.end() :].strip(" .!")
        return Clauses(tail[0].strip(" ,"), f"{before} {after}".strip(" ,"))
    return Clauses("", sentence)


def _end_of_steps(sentence: str, at: int) -> int:
    """Return where the result starts: steps may go on after the comma (`when I open X, then click Y, ...`)."""
    while at < len(sentence):
        piece = re.match(r"\s*(?:and |then |and then )*([^,;]*)[,;]?", sentence[at:])
        if not piece or not step_of(piece[1]):
            break
        if told := _RESULT_START.search(piece[0]):
            return at + told.start()
        at += max(piece.end(), 1)
    return at


def steps_of(text: str) -> list[str]:
    """Return the actions a text tells, as imperatives in the thread's words (`I clicked Save` -> `Click Save`)."""
    pieces = [piece for piece in _JOINT.split(text) if piece and piece.strip()]
    made: list[str] = []
    for piece in pieces:
        step = step_of(piece)
        if step:
            made.append(step)
        elif made and _continues(piece):
            made[-1] += f" and {piece.strip()}"
        elif made:
            break
    return made


def step_of(piece: str) -> str:
    """Return one action as an imperative, or nothing when the piece tells no action."""
    match = _STEP.match(piece.strip().strip("."))
    if not match:
        return ""
    verb = match["verb"].lower()
    verb = _PAST_ACTIONS.get(verb, verb if verb in _ACTIONS else base(verb))
    rest = re.sub(r"(?i)\b(?:my|our|your)\b", "the", match["rest"]).rstrip(" .,")
    if (
        verb not in _ACTIONS
        or (verb in ("take", "look") and not re.match(r"\s+(?:an?|the|at|into|one|your|my)\b", rest))
        or not rest
        or re.match(
            r"(?i)\s+(?:around|about|since|yesterday|today|happening|failing|working|getting|showing"
            r"|again|it'?s|is|are|was|were|does|doesn'?t|has|fails?|crashes|button|page|works?"
            r"|never"
            r"|just|won'?t|can'?t)\b",
            rest,
        )
    ):
        return ""
    return sentence_case(" ".join((verb + rest).split()))


def _continues(piece: str) -> bool:
    words = piece.split()
    return len(words) <= 4 and not re.search(
        r"(?i)\b(?:it|is|are|was|get|gets|got|see|nothing|crash\w*|fail\w*|error|doesn'?t|i|we)\b", piece
    )
