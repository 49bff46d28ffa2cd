"""Joins what a model wrote with what code knows: facts that nobody stated go, what the model left out comes back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipelines.core.tickets import NOT_STATED, TEMPLATES, TITLE_MIN, Message, Ticket, TicketType
from pipelines.drafting import questions, sections, verify
from pipelines.drafting.by_model_answer import Filled
from pipelines.drafting.neutral import FIRST_PERSON
from pipelines.drafting.phrase import headline_of, shortened
from pipelines.drafting.reading import Reading, understand
from pipelines.drafting.sentences import read_all
from pipelines.drafting.title import opens
from pipelines.drafting.title import title as title_by_rules

_SHOWN_INVENTIONS = 6
# Sections that are nothing but facts: a sentence in them whose words nobody used is made up.
_GROUNDED = ("steps", "environment", "page", "statement", "who", "suggestion")
# Sections that code fills better where it can: a small model puts every fact of the thread into them.
_BY_RULES_FIRST = ("environment",)
_SHARE_OF_WORDS = 0.5
_WORD = re.compile(r"[^\W_]{3,}")
_COMMON_WORDS = (
    "the and for with that this from into not are was has have when then open click press select choose enter "
    "page button user users their they which should would"
)
_COMMON = frozenset(_COMMON_WORDS.split())


class Rules(NamedTuple):
    """The draft as code makes it for a type: what a model's answer is held against and completed from."""

    reading: Reading
    title: str
    sections: Mapping[str, str]
    sources: tuple[Message, ...]

    @classmethod
    def of(cls, ticket: Ticket, kind: TicketType, messages: Sequence[Message], focus: str | None) -> Rules:
        """The rules' draft of the thread as this type; `messages` is what the model reads, at least one."""
        reading = understand(messages, read_all(messages), kind, focus)._replace(facts=ticket.facts)
        if kind == ticket.type:
            return cls(reading, ticket.title, ticket.sections, ticket.sources)
        headline = title_by_rules(reading)
        return cls(reading, headline, sections.fill(reading, headline), ticket.sources)

    def trouble(self, filled: Filled, request: str) -> str:
        """What the model is told of facts that it made up; empty when there are none."""
        strange = list(dict.fromkeys(fact.text for fact in verify.invented(filled.text, self.sources, request)))
        if not strange:
            return ""
        return "The messages do not say: " + ", ".join(strange[:_SHOWN_INVENTIONS]) + ". Leave that out."


def merged(filled: Filled, rules: Rules, ticket: Ticket, request: str) -> tuple[Ticket, tuple[str, ...]]:
    """The ticket in the model's words, true to the thread, and the questions that are left."""
    kind = rules.reading.type
    ground = _words("\n".join([*(f"{each.name} {each.text}" for each in rules.sources), request]))
    grounded = {name: _grounded(text, ground) if name in _GROUNDED else text for name, text in filled.sections.items()}
    written = ticket.model_copy(update={"type": kind, "title": filled.title, "sections": grounded})
    checked = verify.verified(written, rules.sources, request)
    told = {
        field.name: _told(field.name, checked.sections.get(field.name, ""), rules.sections.get(field.name, ""))
        for field in TEMPLATES[kind]
        if field.name != "evidence"
    }
    told["evidence"] = "\n".join(sections.evidence(rules.reading, " ".join(told.values())))
    made = checked.model_copy(
        update={
            "title": _title(filled, rules, request),
            "sections": {field.name: told[field.name] for field in TEMPLATES[kind]},
        }
    )
    return made, questions.ask(rules.reading, made.sections)


def _told(name: str, by_model: str, by_rules: str) -> str:
    """The text of a section: the model's where it has one, but for what code fills better."""
    return _first_told(by_rules, by_model) if name in _BY_RULES_FIRST else _first_told(by_model, by_rules)


def _first_told(*texts: str) -> str:
    """The first text that says something, without the comma of a clause taken out; else the last, as it is."""
    return next((text.rstrip(" ,;:") for text in texts if text not in {"", NOT_STATED}), texts[-1])


def _title(filled: Filled, rules: Rules, request: str) -> str:
    """The model's title where it is one; else that of the rules."""
    made = shortened(headline_of(filled.title))
    unfit = (
        len(made) < TITLE_MIN
        or FIRST_PERSON.search(made)
        or opens(made, rules.reading.messages)
        or verify.invented(made, rules.sources, request)
    )
    return rules.title if unfit else made


def _grounded(text: str, ground: frozenset[str]) -> str:
    return "\n".join(line for line in text.splitlines() if _stands(line, ground)) or NOT_STATED


def _stands(line: str, ground: frozenset[str]) -> bool:
    """Whether enough of a line's words, by their beginnings, stand in the thread."""
    words = _words(line)
    return not words or len(words & ground) >= _SHARE_OF_WORDS * len(words)


def _words(text: str) -> frozenset[str]:
    """The beginnings of the telling words: five letters stand for a word's forms."""
    return frozenset(word[:5] for word in _WORD.findall(text.casefold()) if word not in _COMMON)
