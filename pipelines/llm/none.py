"""No model: the twin that is always there and never ready, so that drafts are made by code alone."""

from __future__ import annotations

from collections.abc import AsyncIterator

from pipelines.core.errors import ModelFailed
from pipelines.core.models import Completion, Model, Request

NO_MODEL = "No model is configured; set LEADHAND_MODEL to use one."


def connect() -> Model:
    """The absence of a model."""
    return NoModel()


class NoModel:
    """A model that is never ready."""

    name = ""

    async def complete(self, request: Request) -> Completion:
        """Raises ModelFailed."""
        raise ModelFailed(NO_MODEL)

    async def stream(self, request: Request) -> AsyncIterator[str]:
        """Raises ModelFailed."""
        for piece in (await self.complete(request)).text:
            yield piece

    async def ready(self) -> bool:
        """Never."""
        return False

    async def close(self) -> None:
        """Nothing to let go of."""
