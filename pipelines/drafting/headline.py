"""Makes the headline of a bug: component, symptom and condition, and the same turned into its fixed state."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.core.tickets import TITLE_MAX
from pipelines.drafting import abroad
from pipelines.drafting import component as components
from pipelines.drafting import symptom as symptoms
from pipelines.drafting.clauses import take_apart
from pipelines.drafting.neutral import FIRST_PERSON, agree, neutral, sentence_case
from pipelines.drafting.reading import Reading
from pipelines.drafting.symptom import Symptom

_PLACE = re.compile(
    r"(?i)\b(?:on|in|for|from|at|via|inside|during|with|to)\s(?:the\s|our\s|my\s|an?\s)?[^,;.!?]{2,60}$"
)
_ING = re.compile(
    r"(?i)^(when(?:ever)?|after|if|while|once|as soon as|every time|each time|on|upon|until"
    r"|unless|during|only when|only if)\s+(?:(?:i|we|you|users?|someone|people|they|a user"
    r"|the user|customers?)\s+)?(?:(?:try|tried|am trying|want"
    r"|click)\s+to\s+)?([a-z]+)\b\s*(.*)$"
)
_NEEDS_AND = re.compile(r"(?i)\s+and\s+(?:then\s+)?(?:i\s|we\s)?([a-z]+)\b")
_OF_APP = re.compile(r"(?i)v?[0-9]|version|build|release|app")
_VAGUE = re.compile(r"^(?:crashes|fails|fails with an error|does not work)$")
_NAMED_ERROR = re.compile(r"^(?!Traceback)[A-Za-z][^\n]{2,47}$")


class Headline(NamedTuple):
    """`short` for the title, `told` for the description, `fixed` for the acceptance criteria; `condition` alone."""

    short: str
    told: str
    fixed: str
    condition: str
    symptom: Symptom | None


def headline(reading: Reading) -> Headline:
    """Return the headline of a bug from its leading sentence and the thread's best condition."""
    text = reading.lead.text
    condition, result = take_apart(text)
    told = symptoms.find(result or text) or _strongest(reading)
    strong = _strongest(reading)
    if told and strong and strong.weight > told.weight + 1:
        told = strong
    what = _subject(reading, told)
    if reading.foreign:
        said = abroad.headline(reading)
        return Headline(said, said, "What is described under Actual no longer occurs", "", None)
    if not told:
        return _plain(reading, what, condition)
    told = told._replace(predicate=_with_error(reading, told.predicate))
    where = gerund(condition) or _other_condition(reading, told)
    versions = _where_seen(reading, f"{what} {told.predicate} {where}")
    whole = _joined(what, told.predicate, where, versions)
    short = whole if len(whole) <= TITLE_MAX else _joined(what, told.predicate, where, "")
    return Headline(short, whole, _fixed(what, told, where, versions), where, told)


def _with_error(reading: Reading, predicate: str) -> str:
    """A predicate that only says that something fails, with the error that the thread gives."""
    names = [fact.text for fact in reading.facts if fact.kind == "error" and _NAMED_ERROR.match(fact.text)]
    if not names or not _VAGUE.match(predicate):
        return predicate
    return f"{'crashes' if predicate == 'crashes' else 'fails'} with {names[0]}"


def _the(text: str) -> str:
    return re.sub(r"(?i)\b(?:my|our|your)\b", "the", text)


def gerund(condition: str) -> str:
    """Return a condition without its subject (`when I click Save` -> `when clicking Save`), first person gone."""
    match = _ING.match(" ".join(condition.split()))
    if not match:
        return "" if FIRST_PERSON.search(condition) else condition.lower()[:1] + condition[1:]
    word, verb, rest = "when" if match[1].lower() == "if" else match[1].lower(), match[2].lower(), match[3]
    verb = {"clicked": "click", "opened": "open", "went": "go", "ran": "run", "saved": "save"}.get(verb, verb)
    from_steps = re.match(r"(?i)^\S+(?:\s\S+)?\s+(?:i|we|you|users?|someone|people|they)\s", condition)
    if verb.endswith("ing") or not from_steps:
        said = f"{word} {match[2]} {rest}"
    else:
        said = f"{word} {_ing(verb)} {rest}"
        said = _NEEDS_AND.sub(
            lambda each: f" and {_ing(each[1].lower())}" if each[1].lower() not in ("the", "a") else each[0], said
        )
    return re.sub(r"(?i)\b(?:my|our|your)\b", "the", " ".join(said.split()))


def _ing(verb: str) -> str:
    if verb.endswith(("ing", "ed")) or len(verb) < 2:
        return verb
    if verb.endswith("e") and not verb.endswith(("ee", "ye", "oe")):
        return verb[:-1] + "ing"
    doubled = re.search(r"(?:^|[^aeiou])[aeiou][bdgmnprt]$", verb) and verb not in (
        "open",
        "enter",
        "filter",
        "edit",
        "visit",
        "order",
        "trigger",
        "happen",
    )
    return verb + (verb[-1] if doubled else "") + "ing"


def _strongest(reading: Reading) -> Symptom | None:
    found = [
        symptoms.find(take_apart(each.text).result or each.text)
        for each in reading.prose
        if each.source == reading.lead.source
    ]
    told = [each for each in found if each]
    return max(told, key=lambda each: each.weight) if told else None


def _subject(reading: Reading, told: Symptom | None) -> str:
    said = components.subject(told.subject) if told else ""
    named = reading.component
    if not said:
        return named if told is None or named.lower() not in told.predicate.lower() else ""
    if told and named.lower() in told.predicate.lower():
        return sentence_case(said)
    if named and named.lower() in said.lower():
        return sentence_case(said)
    if named and components.candidates(said):
        return sentence_case(said)
    return sentence_case(said) if len(said.split()) >= 2 or not named else f"{named}: {said}"


def _other_condition(reading: Reading, told: Symptom) -> str:
    place = _PLACE.search(re.split(r"[,;(]", told.rest)[0].strip(" ,."))
    if place and place[0].split(" ", 1)[-1].lower() in told.predicate.lower():
        place = None
    if place and len(place[0]) < 60 and not FIRST_PERSON.search(place[0]):
        return place[0].strip()
    for sentence in reading.prose:
        if sentence.source == reading.lead.source:
            found = gerund(take_apart(sentence.text).condition)
            if found and len(found) < 70:
                return found
    return ""


def _where_seen(reading: Reading, said: str) -> str:
    """The browser, device or app version to name in the headline, unless it is there already."""
    own = sorted(reading.facts, key=lambda fact: fact.source != reading.lead.source)
    for fact in own:
        if fact.kind == "version" and fact.text.lower() not in said.lower():
            return f"{'in' if _OF_APP.match(fact.text) else 'on'} {_titled(fact.text)}"
    return ""


def _titled(text: str) -> str:
    known = {"ios": "iOS", "macos": "macOS", "ipados": "iPadOS", "iphone": "iPhone", "ipad": "iPad"}
    first, _, rest = text.partition(" ")
    return (
        f"{known.get(first.lower(), first if not first.islower() or not rest else first.capitalize())} {rest}".strip()
    )


def _joined(what: str, predicate: str, where: str, versions: str) -> str:
    said = neutral(_the(" ".join(part for part in (predicate, where, versions) if part)), "the user")
    said = said[:1].lower() + said[1:]
    return sentence_case(f"{what} {agree(what, said)}".strip())


def _fixed(what: str, told: Symptom, where: str, versions: str) -> str:
    cannot = told.predicate.startswith(("cannot ", "get "))
    subject = (
        "users"
        if cannot
        else f"the {what[:1].lower() + what[1:]}"
        if re.match(r"[A-Z][a-z]+(?:\s[a-z]|$)", what)
        else what or "it"
    )
    said = neutral(_the(f"{subject} {agree(subject, told.fixed)}"), "the user")
    before = " ".join(part for part in (where, versions) if part)
    if before:
        return sentence_case(
            f"{neutral(before, 'the user')}, {said[:1].lower() + said[1:] if re.match('[A-Z][a-z]', said) else said}"
        )
    return sentence_case(said)


def _plain(reading: Reading, what: str, condition: str) -> Headline:
    told = neutral(reading.lead.text, "the reporter")
    return Headline(
        told, told, f"{what or 'This'} no longer behaves as described under Actual", gerund(condition), None
    )
