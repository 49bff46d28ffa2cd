"""Fills the bug template: what happens, how to see it, what should happen, where, and when it is fixed."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.core.tickets import NOT_STATED
from pipelines.drafting import symptom
from pipelines.drafting.clauses import place_of, steps_of, take_apart
from pipelines.drafting.facts import of_kind, of_line
from pipelines.drafting.neutral import ended, neutral, sentence_case
from pipelines.drafting.phrase import anyone, headline_of, plain_clause, proper
from pipelines.drafting.reading import Reading
from pipelines.drafting.sentences import Sentence

_LABEL = re.compile(
    r"(?i)^(?P<label>expected(?: (?:result|behaviou?r))?|actual(?: (?:result|behaviou?r))?"
    r"|steps(?: to reproduce)?|repro(?: steps)?|str|workaround|impact"
    r"|env(?:ironment)?)\s?(?:[:=-]\s*(?P<rest>.*))?$"
)
_EXPECTED = re.compile(
    r"(?i)\b(?:should(?!n'?t (?:be a )?(?:big|hard))|expected?|expecting|supposed to|ought to"
    r"|normally)\b"
)
_CAUSE = re.compile(
    r"(?i)\b(?:probably|maybe|might be|could be|may be|suspect|i think|i guess|looks like"
    r"|seems? like|related to|because of|caused by|due to|root cause|guessing|culprit"
    r"|bisect\w*)\b"
)
_WORKAROUND = re.compile(
    r"(?i)\b(?:work-?around|works? (?:fine |ok |okay |perfectly |great )?(?:on|in|with|if"
    r"|when|after|from)|(?:is|are) fine (?:on|in|with|if|when)|(?:clearing|refreshing"
    r"|reloading|restarting|logging out|downgrading|rolling back)\b.{0,60}\b(?:helps|fixes"
    r"|works|fixed|helped)|no (?:issue|problem)s? (?:on|in|with)|(?:if|when|after"
    r"|once) .{3,40} (?:it'?s|it is|it) (?:correct|fine|ok|okay|works?|gone|back|good)\b)"
)
_IMPACT = re.compile(
    r"(?i)\b(?:block(?:s|ed|ing|er)|customers?|clients?|everyone|everybody|all (?:of )?(?:us"
    r"|users)|users|people|urgent|revenue|deadline|tickets? (?:about|from)|complain\w*|losing"
    r"|cost(?:s|ing)?|demo|month[- ]end|payroll)\b"
)
_SINCE = re.compile(
    r"(?i)\b(?:since|start(?:s|ed|ing)|began|first (?:seen|noticed)|ever since|after (?:the "
    r"|yesterday's |today's |last )?(?:deploy\w*|update|release|upgrade)|happens? (?:every"
    r"|only|about|roughly|maybe|in)|every time|always|intermittent\w*|sometimes|random(?:ly)?"
    r"|\d+ (?:out )?of \d+|consistently|reproducib\w+|repros?)\b"
)
_TURN = re.compile(
    r"(?i),\s+(?=(?:it |they |there |this |that )?(?:should|expected)\b)|[,;]?\s+(?:but"
    r"|instead(?! of)|however|yet)\b[,]?\s*(?:it\s+)?"
)
_ENVIRONMENT = re.compile(
    r"(?i)\b(?:staging|production|prod|sandbox|pre-?prod|preview|incognito|dark mode|light mode)\b"
)


_LOG = re.compile(
    r"(?i)^(?:the |my |our |browser )?(?:console|logs?|log file|sentry|stack ?trace|trace|response|server"
    r"|error(?: message)?"
    r"|network tab|[\w-]+ logs?|saw in sentry|in the (?:console|logs?))\b.{0,40}?(?:says?|said|shows?|has|have"
    r"|prints?|is|:)"
)
_PROPOSED = re.compile(r"(?i)^(?:so |and |but )?(?:somebody|someone|we|you|i) (?:should|must|ought)\b")
_ASIDE = re.compile(
    r"(?i)^(?:not sure|no idea|sorry|please|can (?:you|we|someone)|could (?:you|we|someone)|i (?:refunded|told)\b)"
)


class Bug(NamedTuple):
    """The parts of a bug report as found, each in neutral voice, in the order told."""

    context: list[str]
    steps: list[str]
    expected: list[str]
    actual: list[str]
    evidence: list[str]


def sections(reading: Reading) -> dict[str, str]:
    """Return the bug template's sections, `Not stated` where the thread says nothing that a reader needs.

    `evidence` holds what logs and consoles said, word for word.
    """
    found = _sorted_out(reading)
    where = environment(reading)
    return {
        "description": _description(reading, found),
        "steps": "\n".join(found.steps[:8]) or NOT_STATED,
        "expected": " ".join(found.expected[:2]) or NOT_STATED,
        "actual": " ".join(found.actual[:4]) or NOT_STATED,
        "environment": where or NOT_STATED,
        "evidence": "\n".join(found.evidence[:4]),
    }


def environment(reading: Reading) -> str:
    """Return versions, products and deployment names, longest wording of each, separated by semicolons."""
    text = "\n".join(each.text for each in reading.sentences if not each.text.endswith("?") or each == reading.lead)
    placed = [fact.text for fact in reading.facts if fact.kind == "version" or _is_place(fact.text)]
    named = [name for name in placed if name in text and not _is_fine(name, text)]
    kept = [name for name in named if not any(name.lower() in other.lower() and name != other for other in named)]
    return "; ".join(dict.fromkeys(kept))


def _is_fine(name: str, text: str) -> bool:
    """Whether the thread says that it works there: `worked in 5.11.3`, `Firefox is fine`."""
    said = re.escape(name)
    before = (
        rf"(?i)\b(?:fine|works?|worked|ok|okay|rolled back) (?:in|on|with|until|before|under"
        rf"|to) (?:\w+ ){{0,2}}{said}"
    )
    return bool(
        re.search(rf"{before}|{said}(?: (?:is|was|works|worked) (?:fine|ok|okay|good)|, (?:it )?works)\b", text)
    )


def _is_place(text: str) -> bool:
    return text != "edge" and bool(
        _ENVIRONMENT.fullmatch(text)
        or re.fullmatch(
            (
                r"(?i)(?:chrome\w*|chromium|firefox|safari|edge|microsoft edge|opera|brave|ios|ipados"
                r"|android|mac ?os(?: x)?|windows|ubuntu|debian|linux|iphone|ipad|macbook(?: pro| air)?"
                r"|postgres(?:ql)?|outlook|excel|docker|kubernetes)"
            ),
            text,
        )
    )


def _sorted_out(reading: Reading) -> Bug:
    found = Bug([], [], [], [], [])
    label = ""
    for sentence in reading.prose:
        label, text = ("", sentence.text) if reading.foreign else _labelled(sentence.text, label)
        if reading.foreign:
            found.actual.append(ended(sentence_case(text)))
        else:
            _place(reading, sentence._replace(text=text), label, found)
    for part in found:
        part[:] = list(dict.fromkeys(part))
    return found


def _labelled(text: str, label: str) -> tuple[str, str]:
    """Return the label that rules a line (`Expected: ...`, `Steps:` until the next label) and the line without it."""
    match = _LABEL.match(text)
    if match:
        return match["label"].split()[0].lower(), match["rest"] or ""
    return (label if label in ("steps", "repro", "str") else ""), text


def _place(reading: Reading, sentence: Sentence, label: str, found: Bug) -> None:
    text = sentence.text
    if not text:
        return
    if label in ("steps", "repro", "str"):
        found.steps.extend(steps_of(text) or [neutral(text, reading.speaker(sentence))])
    elif label == "expected":
        found.expected.append(_sentence(reading, sentence, text))
    elif label == "actual":
        found.actual.append(_sentence(reading, sentence, text))
    elif label in ("workaround", "impact"):
        found.context.append(f"{label.title()}: {_sentence(reading, sentence, text)}")
    elif not label:
        _place_prose(reading, sentence, found)


def _place_prose(reading: Reading, sentence: Sentence, found: Bug) -> None:
    text, lead = sentence.text, sentence == reading.lead
    own = sentence.user == reading.reporter.user or not sentence.source
    if text.endswith("?") and not lead:
        return
    if _LOG.match(text) and any(fact.kind in ("error", "quote") for fact in of_line(text, "")) and not lead:
        found.evidence.append(text if own else _by(reading, sentence, text))
    elif not own:
        _place_reply(reading, sentence, found)
    elif _tells_expected(text, lead):
        _place_expected(reading, sentence, found)
    elif _WORKAROUND.search(text) and not symptom.weight(text):
        found.context.append(_sentence(reading, sentence, text))
    else:
        _place_own(reading, sentence, found)


def _tells_expected(text: str, lead: bool) -> bool:
    """Whether a sentence says what should happen; the leading one only where its first half says what does."""
    first, *rest = _TURN.split(text, maxsplit=1)
    told = _EXPECTED.search(_without_errors(text)) and not _PROPOSED.match(text)
    return bool(told and (not lead or (rest and symptom.weight(first) and not _EXPECTED.search(first))))


def _place_own(reading: Reading, sentence: Sentence, found: Bug) -> None:
    text = sentence.text
    condition, result = take_apart(text)
    place = place_of(text)
    steps = _placed(place, _sure(steps_of(condition))) or ([] if symptom.weight(text) else _several(_told_steps(text)))
    found.steps.extend(steps)
    if steps and not condition:
        return
    if symptom.weight(text) >= 2 or sentence == reading.lead:
        found.actual.append(_sentence(reading, sentence, text))
    elif not steps and _worth_telling(reading, sentence):
        found.context.append(_sentence(reading, sentence, text))
    elif steps and result:
        found.actual.append(_sentence(reading, sentence, text))


_FINITE = re.compile(
    r"(?i)\b(?:is|are|was|were|goes|does|shows|gets|nothing|then|crashes|it|its|gone|asks|they"
    r"|don'?t|doesn'?t|won'?t|can'?t)\b"
)


def _sure(steps: list[str]) -> list[str]:
    """The steps of a condition, none where one of them runs on into what happens."""
    unsure = any(
        _FINITE.search(re.sub(r"\"[^\"]*\"", "", step)) or len(step) > 80 or step.count("(") != step.count(")")
        for step in steps
    )
    return [] if unsure else steps


def _told_steps(text: str) -> list[str]:
    """The steps of a sentence, which may follow a colon: `I could do it, too: open X, press Y`."""
    return steps_of(text.partition(": ")[2]) or steps_of(text)


def _several(steps: list[str]) -> list[str]:
    """Steps told outside a condition, which only a sequence makes sure of: `I refunded it` is a story."""
    return steps if len(steps) > 1 else []


def _place_reply(reading: Reading, sentence: Sentence, found: Bug) -> None:
    """What another person adds: their steps, and their statements under their name."""
    text = sentence.text
    steps = [] if symptom.weight(text) else _told_steps(text)
    if len(steps) > 1 and not found.steps:
        found.steps.extend(steps)
    elif _worth_telling(reading, sentence) or symptom.weight(text) or _CAUSE.search(text):
        _add_reply(found, reading.speaker(sentence), _by(reading, sentence, text))


def _add_reply(found: Bug, name: str, said: str) -> None:
    """Several sentences of one person stand under their name once."""
    if found.context and found.context[-1].startswith(f"{name}: "):
        found.context[-1] += said.removeprefix(f"{name}:")
    else:
        found.context.append(said)


def _by(reading: Reading, sentence: Sentence, text: str) -> str:
    return f"{reading.speaker(sentence)}: {_sentence(reading, sentence, text)}"


def _without_errors(text: str) -> str:
    return re.sub(r"\b\w+(?:Error|Exception)\b.*$|\"[^\"]*\"", "", text)


def _placed(place: str, steps: list[str]) -> list[str]:
    if not place or not steps:
        return steps
    return [sentence_case(f"{place}, {steps[0][0].lower() + steps[0][1:]}"), *steps[1:]]


def _place_expected(reading: Reading, sentence: Sentence, found: Bug) -> None:
    for part in _TURN.split(sentence.text, maxsplit=1):
        if _EXPECTED.search(_without_errors(part)):
            found.expected.append(_sentence(reading, sentence, part))
        elif part.strip():
            _place_own(reading, sentence._replace(text=part.strip(" ,;")), found)


def _worth_telling(reading: Reading, sentence: Sentence) -> bool:
    text = sentence.text
    told = _IMPACT.search(text) or _SINCE.search(text) or sentence.user == reading.reporter.user or of_line(text, "")
    enough = len(text.split()) >= 4 and not environment_only(reading, text) and not _ASIDE.match(text)
    return bool(told) and enough and not text.endswith("?")


def environment_only(reading: Reading, text: str) -> bool:
    """Whether a sentence is nothing but facts (`Safari 17.4, macOS 14.1`): they stand in their own section."""
    for fact in reading.facts:
        text = text.replace(fact.text, " ")
    return (
        len(
            re.findall(
                r"[^\W\d_]{3,}",
                re.sub(
                    (
                        r"(?i)\b(?:on|using|running|version|build|app|browser|and|the|with|also|tested|all|of"
                        r"|them|yes|same|both|try|tried"
                        r"|this|was|latest)\b"
                    ),
                    "",
                    text,
                ),
            )
        )
        < 2
    )


_WHEN_I = re.compile(
    r"(?i)\b(?:when(?:ever)?|if|after|once|as soon as|while|every time|each time|until|unless) (?:i|we)\b[^,;]*"
)


def _sentence(reading: Reading, sentence: Sentence, text: str) -> str:
    """One sentence in neutral voice: a condition is anyone's (`when you click`), a story its teller's."""
    text = _WHEN_I.sub(lambda match: anyone(match[0]), text.strip(" ,;"))
    return ended(proper(neutral(text, reading.speaker(sentence))))


def _description(reading: Reading, found: Bug) -> str:
    """The leading sentence where Actual does not say it already, what was told around it, and who confirmed it."""
    parts = found.context[:6]
    told = _sentence(reading, reading.lead, reading.lead.text)
    said = any(told[:30] in part for part in [*found.actual, *found.expected, *parts])
    if not said and not found.steps and not _LABEL.match(reading.lead.text):
        parts = [told, *parts]
    if witnesses := reading.witnesses():
        parts = [*parts, f"Confirmed by {', '.join(witnesses)}."]
    return " ".join(parts)


def acceptance(reading: Reading, title: str, expected: str) -> list[str]:
    """Return what holds when a bug is fixed: the expected behaviour, the fault named by `title` and its error "
    "gone."""
    lines = [] if expected == NOT_STATED else [expected]
    if reading.foreign:
        lines.append(ended(f"No longer occurs: {bare(title)}"))
    else:
        told = headline_of(plain_clause(reading.lead.text)) if title.startswith("Problem") else title
        lines.append(ended(_fixed(bare(told))))
    for fact in of_kind(reading.facts, "error"):
        if fact.text.lower() not in title.lower() and not fact.text.startswith("Traceback") and len(fact.text) <= 120:
            lines.append(f"No longer appears: {fact.text}.")
            break
    return lines


def bare(title: str) -> str:
    """Return a bug's title without `Fix:`, what stands in brackets, and since when it is seen."""
    return re.sub(r"^Fix: |\s\([^()]*\)|,? since .+?(?=, |: |$)|, (?:Chrome|Firefox|Safari|Edge) [\d.]+$", "", title)


def _fixed(said: str) -> str:
    """A fault as its absence: `cannot` as `can`, else `no longer` before the verb where that is sure."""
    said = sentence_case(re.sub(r"(?i)^(?:sometimes |unclear why (?:the )?)|,? any more\b| sometimes\b", "", said))
    first = said.split(", ", maxsplit=1)[0]
    if re.match(r"Cannot \w", first):
        return f"Users can{first.removeprefix('Cannot')}"
    if re.search(r"(?<=\w) cannot (?!yet)(?=\w)", first) and not _NEGATED.search(first.replace(" cannot ", " ")):
        return first.replace(" cannot ", " can ", 1)
    verb = _VERB.search(first)
    if not verb or _UNSURE.search(first[: verb.start()]) or symptom.weight(first[verb.start() :]) < 2:
        return f"No longer occurs: {_lowered(said)}"
    if _NEGATED.search(first) or len(first[: verb.start()].split()) > 9:
        return f"No longer occurs: {_lowered(said)}"
    at = verb.end() if verb[1] in ("is", "are") else verb.start()
    return " ".join(f"{first[:at]} no longer {first[at:]}".split())


_UNSURE = re.compile(r"(?i)\b(?:when|if|that|after|because|although|while|but|and|they|it|you|once|since)\b")
_NEGATED = re.compile(r"(?i)\b(?:not|never|no|nobody|none|nothing|cannot|no longer|without)\b|n't\b|[\"“]")
_VERB = re.compile(
    r"(?<=[\w)`] )(is|are|crashes|freezes|hangs|fails|times|returns|shows|answers|overlaps|flickers|disappears"
    r"|resets|jumps|keeps|loses"
    r"|opens|leads|drops|needs|takes|gets?|responds?|grows|arrives?|ignores|forgets|stops|duplicates|throws|gives"
    r"|displays|sends|scares"
    r"|logs|vanishes|goes|does|prints|lists|says|saves|loads|redirects|closes|creates|deletes|ends|cuts|breaks"
    r"|counts|fail)(?= |$)"
)


def _lowered(text: str) -> str:
    ordinary = re.match(r"[A-Z][a-z]+\s", text) and proper(text.split(maxsplit=1)[0].lower()).islower()
    return text[0].lower() + text[1:] if ordinary else text
