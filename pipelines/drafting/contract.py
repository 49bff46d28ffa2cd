"""Writes a draft as the JSON line that scripts and the command line read."""

from __future__ import annotations

from pipelines.core.tickets import NOT_STATED, TEMPLATES, Draft, Ticket

_OWN_KEYS = ("steps", "expected", "actual", "environment", "acceptance_criteria")


def to_line(id: str, draft: Draft) -> dict[str, object]:
    """Return the draft as plain data: `{"id", "action", "tickets", "questions"}`, with `reason` where it is told.

    Sections without a key of their own are joined into `description`, under their labels.
    """
    line: dict[str, object] = {
        "id": id,
        "action": draft.action,
        "tickets": [_ticket(ticket) for ticket in draft.tickets],
        "questions": list(draft.questions),
    }
    return line | ({"reason": draft.reason} if draft.reason else {})


def _ticket(ticket: Ticket) -> dict[str, object]:
    return {
        "title": ticket.title,
        "type": ticket.type,
        "description": _description(ticket),
        "steps": _items(ticket, "steps"),
        "expected": ticket.sections.get("expected", ""),
        "actual": ticket.sections.get("actual", ""),
        "environment": ticket.sections.get("environment", ""),
        "acceptance_criteria": _items(ticket, "acceptance_criteria"),
        "labels": list(ticket.labels),
        "sources": [message.permalink or message.ts for message in ticket.sources],
    }


def _items(ticket: Ticket, name: str) -> list[str]:
    text = ticket.sections.get(name, "")
    return [] if text in ("", NOT_STATED) else text.splitlines()


def _description(ticket: Ticket) -> str:
    parts = []
    for field in TEMPLATES[ticket.type]:
        text = ticket.sections.get(field.name, "")
        if field.name in _OWN_KEYS or text in ("", NOT_STATED):
            continue
        lines = "\n".join(f"- {line}" for line in text.splitlines()) if field.items else text
        between = "\n" if field.items else " "
        parts.append(lines if field.name == "description" else f"{field.label}:{between}{lines}")
    return "\n\n".join(parts)
