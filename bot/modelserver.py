"""Which models a server offers that speaks OpenAI's wire format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp

from pipelines.core.errors import TellPerson, TryAgain

WITHIN = aiohttp.ClientTimeout(total=15)


async def list_models(session: aiohttp.ClientSession, base: str, key: str) -> list[str]:
    """Their names; empty where the server does not tell. Raises TellPerson for a wrong key, TryAgain for silence."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        async with session.get(f"{base}/models", headers=headers, timeout=WITHIN) as answer:
            if answer.status in (401, 403):
                raise TellPerson("The server refuses this key: copy it again, or make a new one.")
            if answer.status >= 500:
                raise TryAgain(f"The server has a fault (HTTP {answer.status}).")
            found: Any = await answer.json(content_type=None) if answer.status == 200 else {}
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
        raise TryAgain(f"Nobody answers at {base}: check the address, and that the server runs.") from None
    data = found.get("data") if isinstance(found, Mapping) else None
    return [str(one["id"]) for one in data or [] if isinstance(one, Mapping) and "id" in one]
