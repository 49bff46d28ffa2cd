"""What an ability needs to end the work of others: the port."""

from __future__ import annotations

from typing import Protocol

from pipelines.core.asks import Ask


class Stopper(Protocol):
    """Ends asks that are being worked on, in whichever process."""

    async def stop(self, ask: Ask) -> int:
        """End what `ask.value` names, or else what is at work in the thread of `ask`; how many asks that was."""
        ...
