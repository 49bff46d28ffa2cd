"""A ticket as data: facts with their source, a draft, and the template of each type."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer

TicketType = Literal["bug", "idea", "feedback", "question", "docs", "task"]
FactKind = Literal["version", "path", "url", "error", "number", "id", "quote", "name", "time"]

TITLE_MIN, TITLE_MAX = 15, 90


class Field(NamedTuple):
    """One section of a template: its key, what a person reads above it, whether it is one item a line."""

    name: str
    label: str
    items: bool = False


TEMPLATES: Mapping[TicketType, tuple[Field, ...]] = {
    "bug": (
        Field("description", "Description"),
        Field("steps", "Steps to reproduce", items=True),
        Field("expected", "Expected"),
        Field("actual", "Actual"),
        Field("environment", "Environment"),
        Field("evidence", "Evidence", items=True),
        Field("acceptance_criteria", "Acceptance criteria", items=True),
    ),
    "idea": (
        Field("problem", "Problem"),
        Field("who", "Who has it"),
        Field("outcome", "Wanted outcome"),
        Field("evidence", "Evidence", items=True),
        Field("acceptance_criteria", "Acceptance criteria", items=True),
    ),
    "feedback": (
        Field("who", "Who"),
        Field("said", "What they said"),
        Field("sentiment", "Sentiment"),
        Field("suggestion", "Suggestion"),
        Field("evidence", "Evidence", items=True),
        Field("acceptance_criteria", "Done when", items=True),
    ),
    "question": (
        Field("question", "Question"),
        Field("context", "Context"),
        Field("evidence", "Evidence", items=True),
        Field("acceptance_criteria", "Done when", items=True),
    ),
    "docs": (
        Field("page", "Page"),
        Field("gap", "What is missing or wrong"),
        Field("statement", "Correct statement"),
        Field("evidence", "Evidence", items=True),
        Field("acceptance_criteria", "Acceptance criteria", items=True),
    ),
    "task": (
        Field("goal", "Goal"),
        Field("why", "Why"),
        Field("evidence", "Evidence", items=True),
        Field("acceptance_criteria", "Done when", items=True),
    ),
}

NOT_STATED = "Not stated"


class Frozen(BaseModel):
    """A value: compared by content, never changed, carried between steps as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class File(Frozen):
    """A file that came with a message: `kind` is its media type, `size` in bytes, `url` where the chat keeps it."""

    id: str
    name: str
    kind: str = ""
    size: int = 0
    url: str = ""


class Message(Frozen):
    """One chat message. `ts` is unique in its channel; `text` is plain, mentions resolved to names."""

    user: str
    ts: str
    text: str
    name: str = ""
    permalink: str = ""
    files: tuple[File, ...] = ()

    @model_serializer(mode="wrap")
    def _without_nothing(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A message without files is written as it was before there were any: digests of drafts stay."""
        written: dict[str, Any] = serialize(self)
        if not self.files:
            written.pop("files", None)
        return written


class Fact(Frozen):
    """Something a message states, copied from it word for word; `source` is the ts of that message."""

    kind: FactKind
    text: str
    source: str


class Ticket(Frozen):
    """One problem, told by its type's template. `sections` maps a Field name to text, items one a line."""

    title: str
    type: TicketType
    sections: dict[str, str]
    sources: tuple[Message, ...] = ()
    facts: tuple[Fact, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of what a person approves: a press on File counts only for the text it was shown with."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class Draft(Frozen):
    """What the pipeline made of a thread: tickets to file, questions to ask, or a reason to do neither."""

    action: Literal["draft", "ask", "reject"]
    tickets: tuple[Ticket, ...] = ()
    questions: tuple[str, ...] = ()
    reason: str = ""
    engine: str = "rules"
