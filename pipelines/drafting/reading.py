"""A thread as read by code: its sentences, facts, speakers, and the sentence that says what it is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipelines.core.tickets import Fact, Message, TicketType
from pipelines.drafting import component as components
from pipelines.drafting import facts as fact_finder
from pipelines.drafting import symptom
from pipelines.drafting.clauses import step_of
from pipelines.drafting.language import english
from pipelines.drafting.neutral import neutral
from pipelines.drafting.sentences import Sentence, confirms

WISH = re.compile(
    r"""(?ix)(?:
    \b(?:it\s|that\s)?(?:would|wd|'d)\s(?:really\s|also\s)?be\s(?:so\s|really\s|super\s|very\s)?(?:nice|great|cool|lovely|awesome|helpful|useful|handy|amazing|sweet|good|wonderful)\s(?:if|to|for)\b
    |\b(?:can|could|couldn'?t|may)\s(?:we|you|i|they)\s(?:please\s|maybe\s|also\s|possibly\s|just\s)?(?=\w)
    |\bwhy\sdon'?t\swe\b|\bhow\sabout\b|\bwhat\s(?:about|if)\b|\b(?:please|pls)\s(?=add|let|make|allow|support|show|give|include)
    |\b(?:i|we|they|he|she|customers?|users?|people|clients?|someone|everyone|sales|support|finance)\s(?:all\s|really\s|also\s|just\s|often\s|keep\s|have\s)*(?:wish(?:es)?|want(?:s|ed)?|need(?:s)?|ask(?:s|ed|ing)?\sfor|would\s(?:really\s)?(?:love|like)|'d\s(?:really\s)?(?:love|like))\s(?:to\s(?:be\sable\sto\s|have\s|see\s)?|if\s|that\s|for\s)?
    |\b(?:i'd|we'd|they'd)\s(?:really\s)?(?:love|like)\s(?:to\s(?:be\sable\sto\s|have\s|see\s)?|if\s|it\sif\s)?
    |\b(?:there\s)?should\s(?:really\s|also\s)?be\s(?:able\sto|an?\s(?:way|option)\sto|possible\sto)\b
    |\b(?:a|some|any)\sway\sto\b|\bany\schance\s(?:of|to|we\s(?:can|could)|that)\b|\b(?:an?\s)?(?:option|ability)\sto\b
    |\b(?:we|you|it|there)\sshould\s(?:really\s|also\s|just\s)?(?=(?:have|offer|support|let|allow|add|show|get)\b)
    |^(?=(?:please\s)?add\s\w)|^(?:i\s|we\s)?wish\b|^would\s(?:really\s)?love\s(?:to\s(?:be\sable\sto\s|have\s|see\s)?)?
    |^(?:feature\s)?(?:idea|need|request|wish)\s?[:–-]\s*|\bneeds\s(?=an?\s\w)
    |\bwould\shelp\s(?:\w+\s){0,5}(?:to\shave|if\swe\shad)\s
    |\b(?:unless|until)\s(?:we|you)\s(?:have|support|offer|add)\s
    |^(?-i:(?!They|We|You|She|He|It|I)(?:[A-Z]\w+\s){1,3})(?:would\slike|wants?)\s(?:to\s)?
    |\bwhether\sthey\scan\s
    |\bwhy\s(?:doesn'?t|don't)\s(?:it|the\sapp|we)\s(?=(?:tell|show|let|offer|just|simply))
    |\badd(?:ing)?\s(?=(?:an?|the|support|some)\b)
    )"""
)
_LEADS: dict[TicketType, re.Pattern[str]] = {
    "idea": WISH,
    "feedback": re.compile(
        r"(?i)\b(?:love|hate|annoy|frustrat|confus|clunky|intuitive|ugly|beautiful|clutter"
        r"|overwhelm|disappoint|pain|cumbersome|tedious|impress|too \w+|hard to|feels"
        r"|great|happy|easy|fast|loud|many)\w*"
    ),
    "question": re.compile(r"(?i)\?$|\bwondering\b|^(?:how|where|what|which|why|when|who)\b"),
    "docs": re.compile(
        r"(?i)\b(?:docs?|documentation|readme|wiki|runbook|changelog|guide|help|faq|tutorial"
        r"|handbook|page|docstring|release notes)\b"
    ),
    "task": re.compile(
        r"(?i)\b(?:need(?:s)? to|have to|should|must|let'?s|please|someone|upgrade|bump|rotate"
        r"|renew|remove|delete|clean|migrate|move|rename|refactor|update|set ?up|configure"
        r"|archive|backfill|drop|replace|switch|expires?)\b"
    ),
}
_DUTY = re.compile(r"(?i)^(?:we|someone|you|i) (?:really )?(?:need|have|ought) to\b|^(?:can|could) (?:someone|you)\b")
_LABELLED = re.compile(
    r"(?i)^(?:error|steps|expected|actual|console|log|repro|env|environment)\b[^:]{0,12}(?::|$)|^expected was\b"
    r"|^\d{1,2}[.)]\s"
)
_HEDGED = re.compile(r"(?i)\b(?:probably|maybe|might|could be|suspect|guess|perhaps)\b")


class Reading(NamedTuple):
    """What code understood of a thread. `lead` is the sentence that the title is made from."""

    messages: tuple[Message, ...]
    sentences: tuple[Sentence, ...]
    facts: tuple[Fact, ...]
    type: TicketType
    lead: Sentence
    reporter: Message
    component: str
    foreign: bool

    @property
    def prose(self) -> list[Sentence]:
        """The sentences that are no log, trace or code."""
        return [sentence for sentence in self.sentences if not sentence.code]

    def speaker(self, sentence: Sentence) -> str:
        """Who `I` is in a sentence: the reporter, or the name of another person."""
        if sentence.user == self.reporter.user:
            return "the reporter"
        names = (message.name for message in self.messages if message.ts == sentence.source)
        return next(names, "") or "a teammate"

    def told(self, sentence: Sentence) -> str:
        """The sentence in neutral voice."""
        return neutral(sentence.text, self.speaker(sentence))

    def witnesses(self) -> list[str]:
        """Names of the other people who said that they see it, too."""
        others = [each for each in self.messages if each.user != self.reporter.user and confirms(each) and each.name]
        return list(dict.fromkeys(message.name for message in others))


def understand(
    messages: Sequence[Message], sentences: Sequence[Sentence], type_: TicketType, focus: str | None
) -> Reading:
    """Return the reading of a thread from its sentences, of which there is at least one."""
    facts = fact_finder.find(messages)
    lead = _lead(sentences, type_, focus)
    reporter = next((each for each in messages if each.ts == (focus or lead.source)), messages[0])
    foreign = not english(lead.text) or not english(" ".join(each.text for each in sentences if not each.code))
    name = components.component(lead.text, sentences, facts)
    if len(name.split()) > 4 or (foreign and len(name) > 20) or not name[:1].isalpha():
        name = ""
    return Reading(tuple(messages), tuple(sentences), facts, type_, lead, reporter, name, foreign)


def _lead(sentences: Sequence[Sentence], type_: TicketType, focus: str | None) -> Sentence:
    prose = [sentence for sentence in sentences if not sentence.code] or list(sentences)
    reporter = next((each.user for each in prose if each.source == focus), prose[0].user)
    opening = {each.source: each for each in reversed(prose)}
    scores = [_lead_score(each, type_, focus, reporter) + (opening[each.source] is each) for each in prose]
    return prose[scores.index(max(scores))]


def _lead_score(sentence: Sentence, type_: TicketType, focus: str | None, reporter: str) -> float:
    own = 1.0 if sentence.user == reporter else 0.0
    own -= 3.0 * (len(sentence.text.split()) < 3)
    own -= 1.5 * bool(re.match(r"(?i)(?:they|it|she|he|that|this|those)\b", sentence.text))
    own -= 3.0 * bool(_LABELLED.match(sentence.text) or (type_ == "bug" and step_of(sentence.text)))
    hedged = 3.0 if _HEDGED.search(sentence.text) and not own else 0.0
    place = own - hedged + (3.0 if sentence.source == focus else 2.0 if sentence.first else 0.0)
    named = bool(components.candidates(sentence.text))
    if type_ == "bug" and _DUTY.match(sentence.text):
        place -= 3.0
    long_enough = min(len(sentence.text.split()), 5) / 5
    if type_ == "bug":
        asking = 3 * sentence.text.endswith("?")
        return place + 1.5 * named + long_enough + symptom.weight(sentence.text) - asking
    return place + 1.5 * named + long_enough + 4 * bool(_LEADS[type_].search(sentence.text))
