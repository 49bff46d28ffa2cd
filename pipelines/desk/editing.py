"""A person's own words for a draft: what the form held, taken over unless the draft changed meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pipelines.core.answers import answer
from pipelines.core.asks import Ask, Outcome
from pipelines.core.chat import Words
from pipelines.core.runs import Run, keep_trying
from pipelines.core.tickets import NOT_STATED, TEMPLATES, Draft, Ticket, TicketType
from pipelines.desk.desk import Desk
from pipelines.desk.showing import find, present, why_not


async def revise(ask: Ask, run: Run, desk: Desk) -> Outcome:
    """Take over what the form held, unless the draft changed meanwhile."""
    draft_id, _, digest = ask.value.partition(":")

    async def change() -> str:
        row = await find(draft_id, desk)
        body = Draft.model_validate(row.body)
        ticket = edited(body.tickets[0], ask.values)
        if row.state == "open" and row.digest == ticket.digest:
            return ""
        revised = body.model_copy(update={"tickets": (ticket, *body.tickets[1:])})
        made = revised.model_dump(mode="json")
        hand = row.hand | dict.fromkeys(differing(body.tickets[0], ticket), ask.user)
        if await desk.drafts.revise(draft_id, made, ticket.digest, expected=digest, hand=hand, source_change={}):
            return ""
        return await why_not(draft_id, digest, desk)

    refusal = await keep_trying(run, "revise", change)
    if refusal:
        await answer(ask, run, desk.chat, _lost_race(refusal, ask.values))
        return Outcome(word="refused", reason=refusal)
    await keep_trying(run, "show the draft", lambda: present(draft_id, desk))
    return Outcome(word="revised", reason=draft_id)


def edited(ticket: Ticket, values: Mapping[str, str]) -> Ticket:
    """The ticket with the values of a form: `title`, `type`, and the sections of that type; other sections go."""
    kind: TicketType = values.get("type", ticket.type)  # type: ignore[assignment]  # checked against TEMPLATES below
    if kind not in TEMPLATES:
        kind = ticket.type
    sections = {
        field.name: _typed(values.get(field.name, ""), ticket.sections.get(field.name, "")) for field in TEMPLATES[kind]
    }
    title = " ".join(values.get("title", ticket.title).split()) or ticket.title
    return ticket.model_copy(update={"title": title, "type": kind, "sections": sections})


def differing(before: Ticket, after: Ticket) -> list[str]:
    """The fields that differ: `title`, `type`, and the sections of the type that it is now."""
    told = {"title": (before.title, after.title), "type": (before.type, after.type)}
    told |= {
        field.name: (before.sections.get(field.name, ""), after.sections.get(field.name, ""))
        for field in TEMPLATES[after.type]
    }
    return [name for name, (old, new) in told.items() if old.strip() != new.strip()]


def labels(kind: TicketType, names: Collection[str]) -> tuple[str, ...]:
    """Field names as people read them, in the template's order."""
    known = {"title": "title", "type": "type", **{field.name: field.label.lower() for field in TEMPLATES[kind]}}
    return tuple(label for name, label in known.items() if name in names)


def _typed(value: str, stored: str) -> str:
    """What a person left as it was stays as it was, also where the form could not show all of it."""
    value = value.strip()
    if not value and stored == NOT_STATED:
        return NOT_STATED
    shortened = value.endswith("…") and stored.startswith(value.removesuffix("…"))
    return stored if shortened else value


def _lost_race(why: str, values: Mapping[str, str]) -> Words:
    """The typed text goes back to its author: nothing is lost when somebody was quicker."""
    return Words(
        text=f"{why} Your version was not taken over; here it is:", quote="\n".join(filter(None, values.values()))
    )
