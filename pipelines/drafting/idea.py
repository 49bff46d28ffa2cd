"""Fills the templates of ideas and feedback: whose problem it is, what they want, what they said."""

from __future__ import annotations

import re
from typing import Literal

from pipelines.core.tickets import NOT_STATED
from pipelines.drafting import component as components
from pipelines.drafting.neutral import base, conjugated, ended, neutral, sentence_case
from pipelines.drafting.plainer import done
from pipelines.drafting.reading import WISH, Reading
from pipelines.drafting.sentences import Sentence

_PAIN = re.compile(
    r"(?i)\b(?:every (?:time|day|week|month|morning|release|sprint)|by hand|manual(?:ly)?"
    r"|copy\w*|past(?:e|ing)|hours?|minutes?|have to|has to|had to|can'?t|cannot|no way"
    r"|hard|annoying|tedious|painful|slow|lose|lost|miss(?:es|ed|ing)?|forget|forgot"
    r"|error-prone|currently|right now|today|at the moment|because|since|complain\w*|asked"
    r"|asking|confus\w+"
    r"|wast\w+|only|instead|workaround|spreadsheet|struggl\w+|problem|need)\b"
)
_ROLE = (
    r"(?:customers?|clients?|users?|admins?|administrators?|support(?: team| agents?)?"
    r"|sales(?: team| reps?)?|finance(?: team)?|accounting|marketing(?: team)?|designers?"
    r"|developers?|engineers?"
    r"|managers?|team leads?|new (?:hires|users|customers)|operators?|ops(?: team)?"
    r"|qa(?: team)?|accountants?|teachers?|students?|drivers?|warehouse(?: team| staff)?"
    r"|agents?|editors?|buyers?"
    r"|sellers?|vendors?|partners?|prospects?|screen[- ]reader users|colou?r[- ]blind users"
    r"|patients?|nurses?|doctors?|tenants?|subscribers?|freelancers?|recruiters?|logistics"
    r"|legal|hr|people ops|on-?call)"
)
_WHO = re.compile(
    rf"(?i)\b(?:(?:about |around |at least |over |the |our |all |many |some |several |most "
    rf"|two |three |four |five |six |ten |\d[\d,]* (?:of (?:our|the) )?|enterprise |big "
    rf"|large |small |mobile |new |trial |paying |power )*){_ROLE}\b(?: at [A-Z]\w+"
    rf"| in [A-Z]\w+)?"
)
_ORGANISATION = re.compile(
    r"\b(?:customers?|clients?|prospects?|partners?|tenants?|call with|talked to|from|at"
    r"|with)\s\(?((?:[A-Z][\w&-]+)(?:\s(?:[A-Z][\w&-]+))?)(?=[\s,.):;]|$)"
)
_GOOD = re.compile(
    r"(?i)\b(?:lov(?:e|es|ed|ing)|great|awesome|amazing|beautiful|delight\w*|fantastic"
    r"|excellent|impress\w+|happy|fast(?:er)?|smooth|easy|easier|intuitive|kudos|well done"
    r"|perfect|wonderful|nice|clean|thank\w*|saved?|best|brilliant|pleas\w+|enjoy\w*)\b"
)
_BAD = re.compile(
    r"(?i)\b(?:hat(?:e|es|ed)|annoy\w+|frustrat\w+|confus\w+|clunky|unintuitive|ugly"
    r"|clutter\w+|overwhelm\w+|disappoint\w+|pain(?:ful)?|cumbersome|tedious|too (?:small|big"
    r"|many|much|slow|long|complicated|busy|bright|dark|aggressive|noisy|often|hidden)"
    r"|hard to|slow(?:er)?|unhappy|terrible|awful|bad|worse|worst|not (?:obvious|clear"
    r"|intuitive|great|happy|a fan)|dated|lost|giv(?:e|es|ing) up|gave up|churn\w*|cancel\w*"
    r"|complain\w*|noisy|unusable|difficult|miss(?:es|ed))\b"
)
_NEGATED = re.compile(r"(?i)\b(?:not|n't|never|no longer|isn'?t|wasn'?t|hardly)\s(?:\w+\s){0,2}$")
_SUGGESTS = re.compile(
    r"(?i)\b(?:should|could|maybe|perhaps|suggest\w*|wish(?:es|ed)?|would (?:prefer|like|love"
    r"|be|help|rather)|why not|please|how about|want(?:s|ed)?|if (?:it|there|we)|better if"
    r"|instead of|make (?:it|the)|needs? (?:a|an|to))\b"
)
_SAYS = re.compile(
    r"(?i)\b(?:said|says|told (?:me|us)|mentioned|wrote|quote|feedback|complained|called it"
    r"|described|writes|reported)\b"
)

Sentiment = Literal["positive", "negative", "mixed", "neutral"]


def idea_sections(reading: Reading) -> dict[str, str]:
    """Return the idea template's sections without evidence, `Not stated` where the thread says nothing."""
    wishes = [each for each in reading.prose if WISH.search(each.text)] or [reading.lead]
    others = [each for each in reading.prose if each not in wishes and not each.text.endswith("?")]
    problems = [each for each in others if _PAIN.search(each.text) or each.user == reading.reporter.user]
    return {
        "problem": _joined(reading, problems[:4]) or _reason(wishes) or NOT_STATED,
        "who": who(reading) or _askers(reading) or NOT_STATED,
        "outcome": " ".join(dict.fromkeys(_outcome(reading, each) for each in wishes[:3])),
        "acceptance_criteria": "\n".join(_idea_acceptance(reading, wishes)),
    }


def feedback_sections(reading: Reading) -> dict[str, str]:
    """Return the feedback template's sections without evidence; what was said stays word for word."""
    said = [each for each in reading.prose if opinion(each.text)] or [reading.lead]
    suggested = [each for each in reading.prose if _SUGGESTS.search(each.text) and each not in said[:1]]
    felt = sentiment(" ".join(each.text for each in reading.prose))
    quoted = [fact.text for fact in reading.facts if fact.kind == "quote" and len(fact.text.split()) >= 4]
    suggestion = _joined(reading, suggested[:3])
    return {
        "who": who(reading) or reading.reporter.name or NOT_STATED,
        "said": "\n".join(
            quoted[:3] or [f"“{each.text}”" for each in said[:3] if each not in suggested or len(said) == 1]
        )
        or f"“{said[0].text}”",
        "sentiment": felt.capitalize() + _reasons(said),
        "suggestion": suggestion or NOT_STATED,
        "acceptance_criteria": _feedback_done(reading, felt, suggestion),
    }


def sentiment(text: str) -> Sentiment:
    """Return how a text feels about the product, by word lists; `not great` counts as negative."""
    good = bad = 0
    for match in _GOOD.finditer(text):
        negated = _NEGATED.search(text[max(0, match.start() - 25) : match.start()])
        good, bad = good + (not negated), bad + bool(negated)
    bad += len(_BAD.findall(text))
    if good and bad:
        return "mixed" if min(good, bad) * 2 >= max(good, bad) else "positive" if good > bad else "negative"
    return "positive" if good else "negative" if bad else "neutral"


def opinion(text: str) -> bool:
    """Whether a sentence tells what somebody said or felt."""
    return bool(_SAYS.search(text) or _GOOD.search(text) or _BAD.search(text))


def who(reading: Reading) -> str:
    """Return the people that the thread names as concerned, in its words; empty if it names none."""
    found: dict[str, str] = {}
    for sentence in reading.prose:
        for match in _WHO.finditer(sentence.text):
            if re.search(r"(?i)\b(?:by|per|one|each|an?)\s$", sentence.text[: match.start()]):
                continue
            text = re.sub(r"(?i)^(?:our|the|all)\s", "", match[0].strip())
            found.setdefault(re.sub(r"(?i)^(?:.*\s)?(\w+?)s?$", r"\1", text.lower()), text)
    names = [match[1] for each in reading.prose for match in _ORGANISATION.finditer(each.text)]
    return sentence_case(", ".join(list(dict.fromkeys([*names[:3], *found.values()]))[:5]))


def _askers(reading: Reading) -> str:
    """The people who wish for it or agree, when the thread names nobody else."""
    names = [reading.reporter.name, *reading.witnesses()]
    return ", ".join(dict.fromkeys(name for name in names if name))


def wanted(text: str) -> str:
    """Return what a wish wishes (`export to CSV from the reports page`, `a dark mode`), or nothing."""
    match = WISH.search(text)
    if not match:
        return ""
    rest = re.sub(r"(?i)^[\s,:]*(?:(?:if|to|that)\s)?", "", text[match.end() :]).strip(" .?!")
    rest = re.sub(r"(?i)^(?:there\s(?:was|were|is)|had|have|get|got)\s(?=(?:an?|the|some)\b)", "", rest)
    actor = re.match(
        r"(?i)^(?:i|we|you|users?|people|customers?|they|one|someone|everyone|it)\s(?:could|can"
        r"|would|were\sable\sto|was\sable\sto|had|be\sable\sto)\s(?:also\s|just\s|maybe\s)?",
        rest,
    )
    rest = rest[actor.end() :] if actor else rest
    rest = re.sub(
        r"(?i)^(?:be able to|also|just|maybe|please|have (?:a|an|the) (?:way|option|ability) to"
        r"|(?:a|an|the|some) (?:way|option|ability) (?:for us |for users )?to)\s",
        "",
        rest,
    )
    return neutral(
        re.split(
            r"(?i)[?;]|,\s(?=(?:we|i|it|they|my|our|he|she|that|this)\b)|,?\s(?:because|since|so that"
            r"|so we|so i|otherwise|but|instead of having to"
            r"|right now|currently)\b",
            rest,
        )[0].strip(" ,."),
        "the user",
    )


def is_action(text: str) -> bool:
    """Whether a wish opens with a verb (`export to CSV`) rather than a thing (`a dark mode`)."""
    return bool(
        re.match(
            r"(?i)(?:export|filter|sort|search|share|see|view|choose|pick|select|set|save|download"
            r"|upload|import|schedule|assign|archive|undo|duplicate|rename|edit|delete|remove|hide"
            r"|show|send|get|bulk|mute|pin|tag|group|attach|drag|mark|merge|move|print|copy|reorder"
            r"|resize|restore|invite|customi[sz]e|configure|switch|change|use|add|create|make|allow"
            r"|let|support|include|display|keep|remember|paste|log|sign|comment|reply|snooze"
            r"|subscribe|track|compare|preview|zoom|limit|split|link|embed|turn|toggle|disable|enable"
            r"|have|go|jump|open|skip|translate)\b",
            text,
        )
    )


_REMEMBERED = re.compile(r"(?i)^((?:the|each|every)\s[\w -]{2,40}?)\s(\w+ed|had|showed|kept|let|sent)\s(.+)$")
_BASES = {"had": "have", "kept": "keep", "let": "let", "sent": "send"}


_CHANGE = re.compile(r"(?i)(?:get rid of|remove|stop|drop|replace|reduce|increase|add)\b")


def idea_title(text: str) -> str:
    """Return the wish of a text as a headline: `Let users ...`, `Make the wizard remember ...`, `Add ...`."""
    want = re.sub(r"(?i)\b(?:the user's|my|our)\b", "the", wanted(text) or neutral(text, "the user"))
    want = re.sub(r"(?i)^get rid of\b", "Remove", want)
    small = want[:1].lower() + want[1:]
    if _CHANGE.match(want):
        return sentence_case(small)
    if re.match(r"(?i)(?:add|make|allow|let|support|include|show|display|keep|remember|have)\b", want):
        return sentence_case(re.sub(r"(?i)^have\s", "Offer ", small))
    if is_action(want):
        return f"Let users {small}"
    if told := _REMEMBERED.match(want):
        return f"Make {told[1].lower()} {_base(told[2])} {told[3]}"
    return f"Add {small}"


def _base(verb: str) -> str:
    return _BASES.get(verb.lower(), base(verb))


def _outcome(reading: Reading, sentence: Sentence) -> str:
    want = wanted(sentence.text)
    if reading.foreign or len(want.split()) < 2:
        return ended(reading.told(sentence))
    if _CHANGE.match(want):
        return f"{re.sub(r'(?i)^get rid of', 'Remove', want)}."
    if is_action(want):
        return f"It is possible to {want[0].lower() + want[1:]}."
    if told := _REMEMBERED.match(want):
        return f"{sentence_case(told[1])} {conjugated(_base(told[2]))} {told[3]}."
    return f"There is {want[0].lower() + want[1:]}."


def _reason(wishes: list[Sentence]) -> str:
    for sentence in wishes:
        match = re.search(
            r"(?i)\b(?:because|since|as|so that|so we|so i|otherwise|right now|currently|instead of)\s.{8,200}$",
            sentence.text,
        )
        if match:
            return ended(neutral(re.sub(r"(?i)^(?:because|since|as|otherwise)\s", "", match[0])))
    return ""


def _joined(reading: Reading, sentences: list[Sentence]) -> str:
    return " ".join(dict.fromkeys(ended(reading.told(each)) for each in sentences))


def _idea_acceptance(reading: Reading, wishes: list[Sentence]) -> list[str]:
    people = who(reading) or _askers(reading) or "everyone who asked for it"
    people = people[:1].lower() + people[1:] if people[1:].islower() else people
    lines = (
        []
        if reading.foreign
        else [_accepted(wanted(each.text), people) for each in wishes[:3] if len(wanted(each.text).split()) > 1]
    )
    return list(dict.fromkeys(lines)) or [
        f"{reading.component or 'The product'} offers what is described under wanted outcome."
    ]


def _accepted(want: str, people: str) -> str:
    small = re.sub(r"(?i)\bthe user's\b", "the", want[0].lower() + want[1:])
    if _CHANGE.match(want):
        return done(re.sub(r"(?i)^get rid of\b", "Remove", want))
    if is_action(want):
        return f"A user can {small}."
    if told := _REMEMBERED.match(small):
        return f"A user sees that {told[1]} {conjugated(_base(told[2]))} {told[3]}."
    return f"It is available to {people}."


def felt_phrase(text: str) -> str:
    """Return what an opinion says, from its telling word to the end of the clause: `hard to understand`."""
    found = [match for pattern in (_BAD, _GOOD) for match in pattern.finditer(text)]
    if not found:
        return ""
    start = min(match.start() for match in found)
    said = re.split(r"[,.;:!?\"“”()]|\s(?:because|since|but|so|imo|and (?:i|we|they|it))\b", text[start:])[0]
    short = said if len(said) <= 50 else said[:50].rsplit(" ", 1)[0]
    return re.sub(r"(?i)\b(?:our|my|your)\b", "the", short).strip()


def _reasons(said: list[Sentence]) -> str:
    words = dict.fromkeys(
        match[0].lower() for each in said for pattern in (_BAD, _GOOD) for match in pattern.finditer(each.text)
    )
    return f" ({', '.join(list(words)[:4])})" if words else ""


def _feedback_done(reading: Reading, felt: Sentiment, suggestion: str) -> str:
    part = components.the(reading.component) or "the part concerned"
    if felt == "positive" and not suggestion:
        return f"The people who work on {part} have seen it, and the sender has been thanked."
    asked = "the suggestion" if suggestion else "the criticism"
    return f"It is decided what to change about {part} in answer to {asked}.\nThe sender has heard the decision."
