"""Makes the title: component, symptom and condition in a neutral voice, never the message's first words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipelines.core.tickets import TITLE_MAX, TITLE_MIN, Message
from pipelines.drafting import abroad
from pipelines.drafting import component as components
from pipelines.drafting.headline import headline
from pipelines.drafting.idea import felt_phrase, idea_title, sentiment
from pipelines.drafting.neutral import FIRST_PERSON, neutral, sentence_case
from pipelines.drafting.plainer import HOW, asked, page, task_parts
from pipelines.drafting.reading import Reading
from pipelines.drafting.sentences import plain

_KINDS = {
    "bug": "Problem",
    "idea": "Idea",
    "feedback": "Feedback",
    "question": "Question",
    "docs": "Docs",
    "task": "Task",
}
_GENERIC = re.compile(
    r"(?i)^(?:(?:the|a|an|it|this|that|app|site|page|system|bug|problem|issue|error|thing"
    r"|something|everything|does not work|not working|broken|is|fails|with)\s*)+\W*$"
)
_DANGLING = re.compile(
    r"(?i)[\s,;:–—-]+(?:the|a|an|of|to|in|on|at|for|with|and|or|but|by|from|when|if|that"
    r"|which|is|are|as|so|it|its|after|while|because|into|than|not|be|this|these)$"
)
_CUTS = re.compile(
    r"\s[–—-]+\s|[;:,(]\s?|\s(?=(?:because|since|so that|which|but|although|even though"
    r"|and then|after|when|while|until)\b)"
)


def title(reading: Reading) -> str:
    """Return a title of 15 to 90 characters that repeats the opening words of no message."""
    for said in _proposals(reading):
        made = tidy(said)
        if (
            len(made) >= TITLE_MIN
            and not _GENERIC.match(made)
            and not FIRST_PERSON.search(made)
            and not opens(made, reading.messages)
        ):
            return made
    return _last_resort(reading)


def tidy(text: str) -> str:
    """Return `text` in one line without end punctuation, cut at a clause or word to 90 characters."""
    text = sentence_case(" ".join(text.split()).strip(" .,;:!-–—"))
    if len(text) > TITLE_MAX:
        breaks = [match.start() for match in _CUTS.finditer(text) if 35 <= match.start() <= TITLE_MAX]
        text = text[: breaks[-1]] if breaks else text[: TITLE_MAX + 1].rsplit(" ", 1)[0][:TITLE_MAX]
    for _ in range(3):
        text = _DANGLING.sub("", text)
    return text.strip(" .,;:-–—")


def opens(made: str, messages: Sequence[Message]) -> bool:
    """Whether a title is nothing but the first words of a message or of one of its lines."""
    bare = _bare(made)
    return any(_bare(line).startswith(bare) for message in messages for line in plain(message.text).splitlines())


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _proposals(reading: Reading) -> Iterator[str]:
    if reading.foreign:
        yield abroad.headline(reading)
        yield f"{_KINDS[reading.type]}: {abroad.headline(reading)}"
        return
    said = {"bug": _bug, "idea": _idea, "feedback": _feedback, "question": _question, "docs": _docs, "task": _task}
    made = said[reading.type](reading)
    yield made
    if reading.component and reading.component.lower() not in made.lower():
        yield f"{reading.component}: {made[:1].lower() + made[1:]}"
    if bare := _without_place(made, reading.component):
        yield f"{reading.component}: {bare[:1].lower() + bare[1:]}"
    yield f"{_KINDS[reading.type]} with {reading.component or 'the reported part'}: {made}"


def _without_place(made: str, part: str) -> str:
    """A headline without the component at its end, or nothing: it goes in front instead."""
    place = re.search(rf"(?i)\s(?:on|in|to|for|from|at)\s(?:the\s)?{re.escape(part)}$", made) if part else None
    return made[: place.start()] if place else ""


def _bug(reading: Reading) -> str:
    return headline(reading).short


def _idea(reading: Reading) -> str:
    return idea_title(reading.lead.text)


def _feedback(reading: Reading) -> str:
    felt = sentiment(" ".join(each.text for each in reading.prose))
    said = felt_phrase(reading.lead.text)
    part = reading.component or "the product"
    said = re.sub(rf"(?i)(?:\b(?:the|new|this|our)\s)*{re.escape(part)}", "it", said)
    return f"{part}: {said} ({felt} feedback)" if said else f"{felt.capitalize()} feedback on {part}"


def _question(reading: Reading) -> str:
    text = neutral(asked(reading.lead.text), "the user")
    if how := HOW.match(text):
        return f"{how[1].capitalize()} to {how[2]}"
    if re.match(r"(?i)(?:how|where|what|which|why|when|who|whether)\b", text):
        return f"Clarify {text[:1].lower() + text[1:]}"
    return f"Clarify: {text[:1].lower() + text[1:]}"


def _docs(reading: Reading) -> str:
    where = re.sub(r"\s\(.*\)$", "", page(reading))
    text = neutral(reading.lead.text, "the reader")
    gap = re.search(
        (
            r"(?i)\b(?:still|says?|mentions?|shows?|lists?|refers?|does ?n[o']t|do ?n[o']t|is|are|has"
            r"|lacks?|missing|never|needs?)\b.{5,80}"
        ),
        text,
    )
    return f"{where or reading.component or 'Docs'}: {gap[0] if gap else text[:1].lower() + text[1:]}"


def _task(reading: Reading) -> str:
    return task_parts(reading)[0]


def _last_resort(reading: Reading) -> str:
    """The kind, the component and whose report it is: never empty, never invented."""
    name = reading.component or components.subject(reading.lead.text)
    said = tidy(f"{_KINDS[reading.type]} with {name}") if name else ""
    if len(said) >= TITLE_MIN and not FIRST_PERSON.search(said):
        return said
    words = " ".join(word for word in reading.lead.text.split() if not FIRST_PERSON.fullmatch(word))
    return tidy(f"{_KINDS[reading.type]} reported: {words}")
