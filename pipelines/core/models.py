"""What a pipeline needs of a language model, whoever runs it: the port and its values."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Literal, Protocol

from pydantic import Field

from pipelines.core.asks import Ask
from pipelines.core.tickets import Frozen

Finish = Literal["stop", "length"]


class Request(Frozen):
    """One call of a model. `step` says what it is for (`ticket.type`): it names the call in the ledger.

    `json_schema`: the answer is JSON of this schema. `max_tokens` caps the answer, `deadline` the whole call, retries
    included, in seconds.
    """

    system: str
    user: str
    step: str = ""
    json_schema: dict[str, Any] | None = None
    max_tokens: int = Field(default=512, gt=0)
    temperature: float = Field(default=0.0, ge=0.0, le=2.0)
    deadline: float = Field(default=60.0, gt=0.0)


class Completion(Frozen):
    """An answer. `finish` is `length` where the token cap cut it; `seconds` is how long the call took."""

    text: str
    tokens_in: int = 0
    tokens_out: int = 0
    finish: Finish = "stop"
    seconds: float = 0.0


class Model(Protocol):
    """A model. `complete` and `stream` raise TryAgain for a passing fault, ModelFailed for an answer of no use."""

    @property
    def name(self) -> str:
        """What people read on a draft: which model wrote it. Empty: there is no model."""
        ...

    async def complete(self, request: Request) -> Completion:
        """The whole answer; one that the token cap cut has the finish `length`, and is for the caller to judge."""
        ...

    def stream(self, request: Request) -> AsyncIterator[str]:
        """The answer piece by piece. Raises ModelFailed at the end when it stopped short."""
        ...

    async def ready(self) -> bool:
        """Whether it could answer now, as far as can be told at once; never raises."""
        ...

    async def close(self) -> None:
        """Let go of connections; twice is fine."""
        ...


class Models(Protocol):
    """Where a pipeline gets the configured model, so that each call is known to be somebody's."""

    @property
    def name(self) -> str:
        """The model's name; empty when there is none."""
        ...

    async def ready(self) -> bool:
        """Whether the model could answer now."""
        ...

    def for_ask(self, ask: Ask, pipeline: str) -> Model:
        """The model, its calls recorded as made for this ask."""
        ...
