"""Writes a ticket as the Markdown of a card: its sections, then every source word for word."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.core.tickets import NOT_STATED, TEMPLATES, Field, Message, Ticket, TicketType
from pipelines.drafting.mask import mask

# Trello's limit for a card's description (developer.atlassian.com, "desc": 16384 characters).
LIMIT = 16_384
_CRITICAL: dict[TicketType, tuple[str, ...]] = {
    "bug": ("steps", "expected", "actual", "environment"),
    "idea": ("problem", "who"),
    "feedback": (),
    "question": (),
    "docs": ("page", "statement"),
    "task": ("why",),
}
_NOTE = "_The source is cut here: {left} more characters stand in the thread._"
_SECTIONS_NOTE = "_This section is cut: {left} more characters did not fit._"


def card_text(ticket: Ticket, *, request: str = "", requested_by: str = "", link: str = "", marker: str) -> str:
    """Return the card's description: sections, source with permalinks, and `marker` as its last line.

    `request` is the text that came with the command, told by `requested_by`; `link` leads to the thread. The text
    stays within 16,384 characters: the source is cut first, with a note that says so; the marker never.
    """
    room = LIMIT - len(marker) - 4
    body = _fitted_sections(ticket, room - 600)
    source = _source(ticket.sources, request, requested_by, link, room - len(body))
    return "\n\n".join(part for part in (body, source, marker) if part)


def neutralised(text: str) -> str:
    """Return untrusted text that Markdown shows as plain words: no image, mention, link title, HTML or heading."""
    text = text.replace("<", "&lt;").replace("![", "!\\[")
    text = re.sub(r"\]\(", "]\\(", text)
    text = re.sub(r"(?<![\w/.])@(?=\w)", "@\u200b", text)
    return re.sub(r"(?m)^(\s*)(#{1,6}\s|>|={3,}\s*$|-{3,}\s*$|\*{3,}\s*$|_{3,}\s*$|```|~~~)", r"\1\\\2", text)


def _fitted_sections(ticket: Ticket, room: int) -> str:
    made = []
    for field in TEMPLATES[ticket.type]:
        text = _section(ticket, field)
        if text and len(text) > room:
            text = text[: max(0, room - 90)].rstrip() + "\n" + _SECTIONS_NOTE.format(left=len(text) - max(0, room - 90))
        room -= len(text) + 2
        made.append(text)
    return "\n\n".join(part for part in made if part)


def _section(ticket: Ticket, field: Field) -> str:
    text = ticket.sections.get(field.name, "").strip()
    if not text or (text == NOT_STATED and field.name not in _CRITICAL[ticket.type]):
        return ""
    shown = neutralised(mask(text))
    if field.items and text != NOT_STATED:
        mark = "{}. " if field.name == "steps" else "- "
        shown = "\n".join(mark.format(at) + line for at, line in enumerate(shown.splitlines(), 1))
    return f"## {field.label}\n{shown}"


def _source(messages: Sequence[Message], request: str, requested_by: str, link: str, room: int) -> str:
    quoted = []
    if request.strip():
        quoted.append(_quoted(f"**{_inline(requested_by) or 'Request'}** (request)", request))
    for message in messages:
        said = f"**{_inline(message.name or message.user) or 'Message'}**"
        quoted.append(_quoted(f"{said} ([message]({message.permalink}))" if message.permalink else said, message.text))
    head = "## Source" + (f"\n[Thread]({link})" if link else "")
    return _cut(head + "\n\n" + "\n\n".join(quoted), room) if quoted or link else ""


def _inline(name: str) -> str:
    return re.sub(r"[\[\]()*_`<>#@!\\\n]", "", name).strip()


def _quoted(head: str, text: str) -> str:
    lines = neutralised(mask(text)).splitlines() or [""]
    return head + "\n" + "\n".join(f"> {line}" for line in lines)


def _cut(text: str, room: int) -> str:
    if len(text) <= room:
        return text
    kept = text[: room - len(_NOTE) - 20].rstrip()
    return kept + "\n\n" + _NOTE.format(left=len(text) - len(kept))
