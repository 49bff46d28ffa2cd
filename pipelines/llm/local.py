"""The model on this machine: our own model process, reached by its UNIX socket or a loopback port."""

from __future__ import annotations

from pathlib import Path

import httpx2
from openai import AsyncOpenAI

from pipelines.core.models import Model
from pipelines.llm.openai import OpenAIModel

SOCKET = "unix:"


def connect(name: str, address: str) -> Model:
    """The model `name`, or the file of that path, at `unix:PATH` or `http://127.0.0.1:PORT/v1`."""
    over_socket = address.startswith(SOCKET)
    transport = httpx2.AsyncHTTPTransport(uds=address.removeprefix(SOCKET)) if over_socket else None
    client = AsyncOpenAI(
        api_key="none",
        base_url="http://127.0.0.1/v1" if over_socket else address,
        max_retries=0,
        # No proxy stands between processes of one machine.
        http_client=httpx2.AsyncClient(transport=transport, trust_env=False),
    )
    short = Path(name).name.removesuffix(".gguf")
    return OpenAIModel(f"{short} on this machine", client, served_as=short, probe=True)
