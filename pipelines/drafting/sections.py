"""Fills a type's template from a reading; what no section told goes to the evidence, with its kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from pipelines.core.tickets import NOT_STATED, TEMPLATES, Fact, FactKind, TicketType
from pipelines.drafting import bug, idea, plainer
from pipelines.drafting.neutral import ended, sentence_case
from pipelines.drafting.reading import Reading

_FILLERS: Mapping[TicketType, Callable[[Reading], dict[str, str]]] = {
    "bug": bug.sections,
    "idea": idea.idea_sections,
    "feedback": idea.feedback_sections,
    "question": plainer.question_sections,
    "docs": plainer.docs_sections,
    "task": plainer.task_sections,
}
_KIND_LABELS: Mapping[FactKind, str] = {
    "error": "Error",
    "url": "Link",
    "path": "Path",
    "id": "Id",
    "version": "Version",
    "number": "Number",
    "quote": "Quote",
    "name": "Name",
    "time": "When",
}
_TRACE_LINES, _EVIDENCE_LINES = 6, 14


def fill(reading: Reading, title: str) -> dict[str, str]:
    """Return every section of the type's template, in its order, as text (items one a line); empty where unneeded."""
    made = _FILLERS[reading.type](reading)
    if reading.type == "bug":
        made["description"] = made["description"] or _summary(reading, title, made)
        made["acceptance_criteria"] = "\n".join(bug.acceptance(reading, title, made["expected"]))
    said = made.get("evidence", "")
    made["evidence"] = "\n".join([*said.splitlines(), *evidence(reading, " ".join(made.values()))])
    return {field.name: made.get(field.name, "") for field in TEMPLATES[reading.type]}


def _summary(reading: Reading, title: str, made: Mapping[str, str]) -> str:
    """The headline as a sentence; where Actual says the same, who reported it and where it was seen."""
    told = "" if title.startswith("Problem") else bug.bare(title)
    one, other = (set(re.findall(r"\w+", text.casefold())) for text in (told, made["actual"]))
    if len(one & other) <= 0.75 * len(one | other):
        return ended(sentence_case(told))
    seen = made["environment"].replace("; ", ", ")
    return (
        f"Reported by {reading.reporter.name}, seen with {seen}."
        if reading.reporter.name and seen != NOT_STATED
        else ""
    )


def evidence(reading: Reading, told: str) -> list[str]:
    """Return the heads of logs and the facts that no other section tells, one a line, each under its kind."""
    told = told.casefold()
    lines = [line for block in _blocks(reading) for line in block]
    shown = "\n".join(lines).casefold()
    by_kind: dict[str, list[str]] = {}
    for fact in reading.facts:
        ordinal = fact.kind == "number" and re.fullmatch(r"\d+(?:st|nd|rd|th|x)?", fact.text)
        plain = ordinal or (
            fact.kind in ("name", "time")
            and not re.search(r"[_/()>→]|\d|(?:page|screen|tab|button|dialog)$", fact.text)
        )
        if not plain and not _stands(fact, told) and not _stands(fact, shown):
            by_kind.setdefault(_KIND_LABELS[fact.kind], []).append(fact.text)
    lines.extend(f"{label}: {', '.join(texts)}" for label, texts in by_kind.items())
    return lines[:_EVIDENCE_LINES]


def _stands(fact: Fact, text: str) -> bool:
    return fact.text.casefold() in text


def _blocks(reading: Reading) -> list[list[str]]:
    logs = [each.text for each in reading.sentences if each.code]
    lines = [line.strip() for log in logs for line in log.splitlines() if line.strip()]
    if len(lines) <= _TRACE_LINES:
        return [lines]
    telling = [line for line in lines if re.search(r"(?i)error|exception|fatal|panic|fail|caused by", line)]
    return [list(dict.fromkeys([*lines[:3], *telling, *lines[-2:]]))[:_TRACE_LINES]]
