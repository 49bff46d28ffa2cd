"""Asks at most three precise questions, and only for what a ticket cannot do without."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipelines.core.tickets import NOT_STATED, TicketType
from pipelines.drafting import component as components
from pipelines.drafting import symptom
from pipelines.drafting.clauses import take_apart
from pipelines.drafting.reading import Reading

_MOST = 3


def ask(reading: Reading, sections: Mapping[str, str]) -> tuple[str, ...]:
    """Return the questions for the critical fields that the thread leaves open, most important first."""
    asked = _ASKERS.get(reading.type)
    return tuple(asked(reading, sections)[:_MOST]) if asked else ()


def _bug(reading: Reading, sections: Mapping[str, str]) -> list[str]:
    named = len(reading.component.split()) > 1
    part = components.the(reading.component) if named else "this"
    found = []
    if _vague(reading):
        found.append(f"What exactly happens with {part}: which message, wrong result or behaviour do you see?")
    if sections["steps"] == NOT_STATED and not _conditioned(reading):
        found.append(
            f"Which steps lead to it, starting from {part}?" if named else "Which steps lead to it, from the start?"
        )
    if sections["environment"] == NOT_STATED and not any(fact.kind in ("path", "url") for fact in reading.facts):
        found.append("Where does it happen: which app version, browser or device, and which environment?")
    return found


def _vague(reading: Reading) -> bool:
    clear = any(symptom.weight(each.text) > 2 and not symptom.vague(each.text) for each in reading.prose)
    return not clear and not any(fact.kind in ("error", "quote", "number") for fact in reading.facts)


def _conditioned(reading: Reading) -> bool:
    return any(take_apart(each.text).condition for each in reading.prose)


def _idea(reading: Reading, sections: Mapping[str, str]) -> list[str]:
    found = []
    if sections["problem"] == NOT_STATED:
        found.append("Which problem would this solve: what is hard or impossible today?")
    if sections["who"] == NOT_STATED:
        found.append("Who needs it, and how often does it come up?")
    return found


def _docs(reading: Reading, sections: Mapping[str, str]) -> list[str]:
    return ["Which page is meant (a link is enough)?"] if sections["page"] == NOT_STATED else []


_ASKERS: Mapping[TicketType, Callable[[Reading, Mapping[str, str]], list[str]]] = {
    "bug": _bug,
    "idea": _idea,
    "docs": _docs,
}
