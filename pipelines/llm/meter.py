"""One ledger row for each call of the model, whatever came of it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Protocol

from pipelines.core.asks import Ask
from pipelines.core.errors import ModelFailed, TryAgain
from pipelines.core.models import Completion, Model, Request

# A rough count where the server gave none: English has about four characters to a token.
CHARACTERS_PER_TOKEN = 4


class Records(Protocol):
    """Where calls are written down."""

    async def record(
        self,
        *,
        asked_by: str,
        ask_key: str,
        pipeline: str,
        step: str,
        model: str,
        tokens_in: int,
        tokens_out: int,
        seconds: float,
        outcome: str,
    ) -> None:
        """Add a call."""
        ...


class Meter:
    """The configured model, for whoever asks."""

    def __init__(self, model: Model, records: Records) -> None:
        self._model = model
        self._records = records

    @property
    def name(self) -> str:
        """The model's name; empty when there is none."""
        return self._model.name

    async def ready(self) -> bool:
        """Whether the model could answer now."""
        return await self._model.ready()

    def for_ask(self, ask: Ask, pipeline: str) -> Model:
        """The model, its calls recorded as made for this ask."""
        return Metered(self._model, self._records, ask, pipeline)

    async def close(self) -> None:
        """Let the model go."""
        await self._model.close()


class Metered:
    """A model whose every call becomes a row before its answer is used."""

    def __init__(self, model: Model, records: Records, ask: Ask, pipeline: str) -> None:
        self._model = model
        self._records = records
        self._ask = ask
        self._pipeline = pipeline

    @property
    def name(self) -> str:
        """The model's own name."""
        return self._model.name

    async def complete(self, request: Request) -> Completion:
        """The model's answer, recorded."""
        started = time.monotonic()
        try:
            answer = await self._model.complete(request)
        except (TryAgain, ModelFailed) as failure:
            await self._record(request, Completion(text="", seconds=_since(started)), _outcome(failure))
            raise
        await self._record(request, answer, "answered" if answer.finish == "stop" else "cut")
        return answer

    async def stream(self, request: Request) -> AsyncIterator[str]:
        """The model's pieces; recorded at the end, also when the listener left before it."""
        started, said, outcome = time.monotonic(), 0, "left"
        try:
            async for piece in self._model.stream(request):
                said += len(piece)
                yield piece
            outcome = "answered"
        except (TryAgain, ModelFailed) as failure:
            outcome = _outcome(failure)
            raise
        finally:
            asked = len(request.system) + len(request.user)
            guess = Completion(
                text="",
                tokens_in=asked // CHARACTERS_PER_TOKEN,
                tokens_out=said // CHARACTERS_PER_TOKEN,
                seconds=_since(started),
            )
            await self._record(request, guess, outcome)

    async def _record(self, request: Request, answer: Completion, outcome: str) -> None:
        await self._records.record(
            asked_by=self._ask.user,
            ask_key=self._ask.key,
            pipeline=self._pipeline,
            step=request.step,
            model=self._model.name,
            tokens_in=answer.tokens_in,
            tokens_out=answer.tokens_out,
            seconds=answer.seconds,
            outcome=outcome,
        )

    async def ready(self) -> bool:
        """As the model says."""
        return await self._model.ready()

    async def close(self) -> None:
        """The model is closed by who opened it."""


def _since(started: float) -> float:
    return round(time.monotonic() - started, 3)


def _outcome(failure: TryAgain | ModelFailed) -> str:
    return "no answer" if isinstance(failure, TryAgain) else "no use"
