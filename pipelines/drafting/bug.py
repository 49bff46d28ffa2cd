"""Fills the bug template: what happens, how to see it, what should happen, where, and when it is fixed."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.core.tickets import NOT_STATED
from pipelines.drafting import symptom as symptoms
from pipelines.drafting.clauses import place_of, steps_of, take_apart
from pipelines.drafting.facts import of_kind
from pipelines.drafting.headline import Headline, headline
from pipelines.drafting.neutral import ended, neutral, sentence_case
from pipelines.drafting.reading import Reading
from pipelines.drafting.sentences import Sentence

_LABEL = re.compile(
    r"(?i)^(?P<label>expected(?: (?:result|behaviou?r))?|actual(?: (?:result|behaviou?r))?"
    r"|steps(?: to reproduce)?|repro(?: steps)?|str|workaround|impact"
    r"|env(?:ironment)?)\s?(?:[:=-]\s*(?P<rest>.*))?$"
)
_EXPECTED = re.compile(
    r"(?i)\b(?:should(?!n'?t (?:be a )?(?:big|hard))|expected?|expecting|supposed to|ought to"
    r"|used to|normally|previously|worked (?:fine |ok |perfectly )?(?:before|until|last"
    r"|yesterday|on|in)|was fine (?:before|until|on|in|last))\b"
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
    r"(?i),\s+(?=(?:it )?(?:worked|was fine|used to|should|expected)\b)|[,;]?\s+(?:but"
    r"|instead(?! of)|however|yet)\b[,]?\s*(?:it\s+)?"
)
_ENVIRONMENT = re.compile(
    r"(?i)\b(?:staging|production|prod|sandbox|pre-?prod|preview|incognito|dark mode|light mode)\b"
)


class Bug(NamedTuple):
    """The parts of a bug report as found, each in neutral voice, in the order told."""

    context: list[str]
    steps: list[str]
    expected: list[str]
    actual: list[str]


def sections(reading: Reading) -> dict[str, str]:
    """Return the bug template's sections without evidence, `Not stated` where the thread says nothing."""
    head = headline(reading)
    found = Bug([], [], [], [reading.told(each) for each in reading.prose]) if reading.foreign else _sorted_out(reading)
    return {
        "description": _description(reading, head, found),
        "steps": "\n".join(found.steps[:8]) or NOT_STATED,
        "expected": " ".join(found.expected[:2]) or NOT_STATED,
        "actual": " ".join(found.actual[:4]) or NOT_STATED,
        "environment": environment(reading) or NOT_STATED,
        "acceptance_criteria": "\n".join(_acceptance(reading, head, found)),
    }


def environment(reading: Reading) -> str:
    """Return versions, products and deployment names, longest wording of each, separated by semicolons."""
    text = "\n".join(each.text for each in reading.sentences)
    placed = [fact.text for fact in reading.facts if fact.kind == "version" or _is_place(fact.text)]
    named = [name for name in placed if not _is_fine(name, text)]
    kept = [name for name in named if not any(name.lower() in other.lower() and name != other for other in named)]
    return "; ".join(dict.fromkeys(kept))


def _is_fine(name: str, text: str) -> bool:
    """Whether the thread says that it works there: `worked in 5.11.3`, `Firefox is fine`."""
    said = re.escape(name)
    before = rf"(?i)\b(?:fine|works?|worked|ok|okay) (?:in|on|with|until|before|under) (?:\w+ ){{0,2}}{said}"
    return bool(re.search(rf"{before}|{said} (?:is|was|works|worked) (?:fine|ok|okay|good)\b", text))


def _is_place(text: str) -> bool:
    return bool(
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
    found = Bug([], [], [], [])
    label = ""
    for sentence in reading.prose:
        label, text = _labelled(sentence.text, label)
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
    text = sentence.text
    if _WORKAROUND.search(text):
        found.context.append(_sentence(reading, sentence, text))
        return
    if _EXPECTED.search(_without_errors(text)):
        _place_expected(reading, sentence, found)
        return
    if _CAUSE.search(text) and len(text.split()) > 3 and sentence != reading.lead:
        found.context.append("Suspected cause: " + _lowered(_sentence(reading, sentence, text)))
        return
    condition, result = take_apart(text)
    place = place_of(text)
    steps = _placed(place, steps_of(condition)) or ([] if symptoms.find(text) else steps_of(text))
    found.steps.extend(steps)
    if steps and (not result or not condition):
        return
    if symptoms.find(result) or symptoms.find(text) or sentence == reading.lead:
        outer = text.removeprefix(place).strip(" ,").startswith(condition) or text.rstrip(" .!").endswith(condition)
        kept = result if steps and result and outer else text
        found.actual.append(_sentence(reading, sentence, kept))
    elif not steps and _worth_telling(reading, sentence):
        found.context.append(_sentence(reading, sentence, text))
    elif steps and result:
        found.actual.append(_sentence(reading, sentence, result))


def _without_errors(text: str) -> str:
    return re.sub(r"\b\w+(?:Error|Exception)\b.*$|\"[^\"]*\"", "", text)


def _placed(place: str, steps: list[str]) -> list[str]:
    if not place or not steps:
        return steps
    return [sentence_case(f"{place}, {steps[0][0].lower() + steps[0][1:]}"), *steps[1:]]


def _place_expected(reading: Reading, sentence: Sentence, found: Bug) -> None:
    for part in _TURN.split(sentence.text, maxsplit=1):
        if not part.strip():
            continue
        if _EXPECTED.search(_without_errors(part)):
            found.expected.append(_sentence(reading, sentence, part))
        else:
            _place_prose(reading, sentence._replace(text=part.strip(" ,;")), found)


def _worth_telling(reading: Reading, sentence: Sentence) -> bool:
    text = sentence.text
    told = _IMPACT.search(text) or _SINCE.search(text) or sentence.user == reading.reporter.user
    return bool(told) and not text.endswith("?") and len(text.split()) >= 3 and not environment_only(reading, text)


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


def _sentence(reading: Reading, sentence: Sentence, text: str) -> str:
    return ended(neutral(text.strip(" ,;"), reading.speaker(sentence)))


def _lowered(text: str) -> str:
    return text if re.match(r"[A-Z](?:[A-Z]|\w*[A-Z_/.\d])", text) else text[0].lower() + text[1:]


def _description(reading: Reading, head: Headline, found: Bug) -> str:
    parts = [ended(head.told)]
    parts.extend(found.context[:5])
    if witnesses := reading.witnesses():
        parts.append(f"Confirmed by {', '.join(witnesses)}.")
    return " ".join(parts)


def _acceptance(reading: Reading, head: Headline, found: Bug) -> list[str]:
    lines = [ended(head.fixed)]
    for fact in of_kind(reading.facts, "error", "quote"):
        shown = (fact.kind == "error" and not fact.text.startswith("Traceback")) or re.search(
            r"(?i)error|wrong|fail|invalid|denied|cannot|can't|unable|unexpected|oops", fact.text
        )
        if shown and fact.text not in lines[0] and len(fact.text) <= 120:
            lines.append(
                f"{sentence_case(fact.text)} no longer appears in this case."
                if fact.kind == "quote"
                else f"The error {fact.text} no longer occurs."
            )
            break
    where = environment(reading)
    if where and where.lower() not in head.fixed.lower():
        lines.append(f"Verified on {where.replace('; ', ', ')}.")
    return lines
