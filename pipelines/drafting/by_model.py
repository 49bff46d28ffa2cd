"""Has a model write a draft that code made: its type first, then that type's fields; every fact checked by code.

The order is the one that served small models best: a call of its own for the type, one example of that type, then
only that type's fields. A model never adds a fact, and at any failure the draft made by code stands.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import NamedTuple

from pipelines.core.asks import Ask
from pipelines.core.errors import ModelFailed, TryAgain
from pipelines.core.models import Model, Models, Request
from pipelines.core.prompts import Prompt
from pipelines.core.tickets import Draft, Message, Ticket, TicketType
from pipelines.drafting.by_model_answer import Filled, Unusable, read_fields, read_type, schema_of, type_schema
from pipelines.drafting.by_model_merge import Rules, merged
from pipelines.drafting.by_model_thread import readable, shown, speaker_line
from pipelines.drafting.mask import mask

log = logging.getLogger(__name__)

NO_ANSWER, NO_USE = "rules:no answer", "rules:no use"
# For a whole draft: a person waits for it, with the rules' draft before their eyes.
DRAFT_SECONDS = 120.0
TYPE_TOKENS, FIELDS_TOKENS = 24, 700
_SHOWN_AGAIN = 2_000


class Talk(NamedTuple):
    """What one draft is written from: the messages to read, and the values that every prompt knows."""

    messages: tuple[Message, ...]
    focus: str | None
    request: str
    values: Mapping[str, object]


class ModelWriter:
    """Improves drafts with the configured model."""

    def __init__(self, models: Models, prompts: Mapping[str, Prompt], seconds: float = DRAFT_SECONDS) -> None:
        self._models = models
        self._prompts = prompts
        self._seconds = seconds

    async def ready(self) -> str:
        """The name of the model that could write now; empty when there is none."""
        return self._models.name if await self._models.ready() else ""

    async def improve(self, draft: Draft, ask: Ask, focus: str | None) -> Draft:
        """The draft as the model writes it; the same, with an engine that says why, when that came to nothing.

        `draft` is one that code made; `focus` is the ts of the message that leads, if there is one.
        """
        if len(draft.tickets) != 1:
            return draft
        model = self._models.for_ask(ask, "ticket")
        try:
            async with asyncio.timeout(self._seconds):
                return await self._written(draft, ask, focus, model)
        except (TryAgain, TimeoutError) as failure:
            why = str(failure) or f"the draft took longer than {self._seconds:g} seconds"
            log.warning("the model did not answer: %s", why, extra={"action": "ticket.improve"})
            return draft.model_copy(update={"engine": NO_ANSWER})
        except ModelFailed as failure:
            log.warning("the model was of no use: %s", failure, extra={"action": "ticket.improve"})
            return draft.model_copy(update={"engine": NO_USE})

    async def _written(self, draft: Draft, ask: Ask, focus: str | None, model: Model) -> Draft:
        ticket = draft.tickets[0]
        talk = prepared(ticket, focus, mask(ask.text))
        kind = await self._type(talk, ticket.type, model)
        rules = Rules.of(ticket, kind, talk.messages, focus)
        filled = await self._fields(talk, kind, rules, model)
        made, questions = merged(filled, rules, ticket, talk.request)
        return draft.model_copy(update={"tickets": (made,), "questions": questions, "engine": model.name})

    async def _type(self, talk: Talk, guess: TicketType, model: Model) -> TicketType:
        """The model's type; code's guess where its answer names none."""
        system, user = self._prompts["type"].render(**talk.values)
        request = Request(
            system=system,
            user=user,
            step="ticket.type",
            json_schema=type_schema(),
            max_tokens=TYPE_TOKENS,
            deadline=self._seconds,
        )
        try:
            return read_type((await model.complete(request)).text)
        except Unusable:
            return guess

    async def _fields(self, talk: Talk, kind: TicketType, rules: Rules, model: Model) -> Filled:
        """The fields, asked for once more where the first answer cannot be used or states what nobody said."""
        facts = [fact.text for fact in rules.reading.facts]
        system, user = self._prompts[kind].render(**talk.values, facts=[plain_quotes(fact) for fact in facts])
        request = Request(
            system=system,
            user=user,
            step=f"ticket.{kind}",
            json_schema=schema_of(kind),
            max_tokens=FIELDS_TOKENS,
            deadline=self._seconds,
        )
        answer = await model.complete(request)
        first: Filled | None = None
        try:
            first = read_fields(answer, kind)
            trouble = rules.trouble(first, talk.request)
        except Unusable as unusable:
            trouble = unusable.words
        if first is not None and not trouble:
            return first
        try:
            return read_fields(await model.complete(self._once_more(request, answer.text, trouble)), kind)
        except (ModelFailed, TryAgain):
            # What was made up in the first answer is taken out by code.
            if first is None:
                raise
            return first

    def _once_more(self, request: Request, answer: str, trouble: str) -> Request:
        """The request again, with the answer to it and what is wrong with that."""
        system, user = self._prompts["again"].render(
            system=request.system, user=request.user, answer=answer[:_SHOWN_AGAIN], trouble=trouble
        )
        return request.model_copy(update={"system": system, "user": user})


def prepared(ticket: Ticket, focus: str | None, request: str) -> Talk:
    """What the model reads: the thread without orders, double quotes and what does not fit."""
    messages = readable(ticket.sources, focus, request)
    lead = next((message for message in messages if message.ts and message.ts == focus), None)
    values = {
        "thread": plain_quotes(shown(messages)),
        "focus": plain_quotes(speaker_line(lead)) if lead and len(messages) > 1 else "",
    }
    return Talk(messages, focus, request, values)


def plain_quotes(text: str) -> str:
    """The text with single quotes: a double one ends a constrained answer too early, and a backslash breaks it."""
    for mark in '"“”„«»':
        text = text.replace(mark, "'")
    return text.replace("\\", "/").replace("</", "< /")
