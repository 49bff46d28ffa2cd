"""Models behind OpenAI's wire format, OpenAI's own or any compatible server's, by the official SDK."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any, cast

import httpx2
from openai import (
    APIConnectionError,
    APIError,
    APIResponseValidationError,
    APIStatusError,
    AsyncOpenAI,
    AsyncStream,
    OpenAIError,
)
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from pipelines.core.errors import LeadhandError, ModelFailed, TryAgain
from pipelines.core.models import Completion, Model, Request
from pipelines.llm.patience import patiently, too_slow

OFFICIAL = "https://api.openai.com/v1"
# What the SDK lets through of a fault on the wire or of an answer that is not its format.
FAULTS = (OpenAIError, httpx2.HTTPError, ValueError, TypeError, AttributeError, IndexError)
PROBE_SECONDS = 2.0


def connect(name: str, key: str = "", base_url: str = OFFICIAL) -> Model:
    """The model `name` at the server `base_url` (with its `/v1`). Nothing is contacted yet."""
    base_url = base_url or OFFICIAL
    # Servers of one's own need no key; the SDK wants one.
    client = AsyncOpenAI(api_key=key or "none", base_url=base_url, max_retries=0)
    return OpenAIModel(name, client, served_as=name, official=base_url.rstrip("/") == OFFICIAL)


class OpenAIModel:
    """A model served at one address. `probe`: ask the server whether it is there before saying ready."""

    def __init__(
        self, name: str, client: AsyncOpenAI, *, served_as: str, official: bool = False, probe: bool = False
    ) -> None:
        self.name = name
        self._client = client
        self._served_as = served_as
        self._official = official
        self._probe = probe

    async def complete(self, request: Request) -> Completion:
        """The whole answer; passing faults are tried again until the request's deadline."""
        started = time.monotonic()
        answer = await patiently(lambda: self._ask(request), request.deadline)
        return answer.model_copy(update={"seconds": round(time.monotonic() - started, 3)})

    async def _ask(self, request: Request) -> Completion:
        try:
            answer = await self._client.chat.completions.create(
                **self._arguments(request), stream=False, timeout=request.deadline
            )
            return _completion(answer)
        except FAULTS as fault:
            raise told(fault) from fault

    async def stream(self, request: Request) -> AsyncIterator[str]:
        """The pieces as they come. Only the opening is tried again: what was said cannot be unsaid."""
        end = asyncio.get_running_loop().time() + request.deadline
        chunks = await patiently(lambda: self._open(request), request.deadline)
        finish = None
        async with chunks:
            while (chunk := await _next(chunks, end, request.deadline)) is not None:
                for choice in chunk.choices or ():
                    finish = choice.finish_reason or finish
                    if choice.delta and choice.delta.content:
                        yield choice.delta.content
        if finish != "stop":
            raise ModelFailed("The model's answer stopped before its end.")

    async def _open(self, request: Request) -> AsyncStream[ChatCompletionChunk]:
        try:
            opened = await self._client.chat.completions.create(
                **self._arguments(request), stream=True, timeout=request.deadline
            )
        except FAULTS as fault:
            raise told(fault) from fault
        return cast(AsyncStream[ChatCompletionChunk], opened)

    def _arguments(self, request: Request) -> dict[str, Any]:
        messages = [{"role": "system", "content": request.system}, {"role": "user", "content": request.user}]
        made: dict[str, Any] = {"model": self._served_as, "messages": messages}
        if self._official:
            # OpenAI's reasoning models refuse the older name of the cap, and any temperature.
            made["max_completion_tokens"] = request.max_tokens
        else:
            made |= {"max_tokens": request.max_tokens, "temperature": request.temperature}
        if request.json_schema is not None:
            schema = without_lengths(request.json_schema) if self._official else request.json_schema
            shape = {"name": "answer", "schema": schema, "strict": True}
            made["response_format"] = {"type": "json_schema", "json_schema": shape}
        return made

    async def ready(self) -> bool:
        """A server of our own is asked; of a remote one nothing is known before the call."""
        if not self._probe:
            return True
        try:
            await self._client.models.list(timeout=PROBE_SECONDS)
        except FAULTS:
            return False
        return True

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()


async def _next(chunks: AsyncStream[ChatCompletionChunk], end: float, deadline: float) -> ChatCompletionChunk | None:
    """The next piece, None at the end; the deadline holds for the whole stream."""
    try:
        async with asyncio.timeout_at(end):
            return await anext(chunks, None)
    except TimeoutError:
        raise too_slow(deadline) from None
    except FAULTS as fault:
        raise told(fault) from fault


def _completion(answer: ChatCompletion) -> Completion:
    """What the answer says. Raises ModelFailed, or one of FAULTS where it is no answer at all."""
    choice = answer.choices[0]
    if choice.message.refusal or choice.finish_reason == "content_filter":
        raise ModelFailed("The model declined to answer.")
    text = choice.message.content or ""
    if not text.strip():
        raise ModelFailed("The model's answer is empty.")
    usage = answer.usage
    return Completion(
        text=text,
        tokens_in=usage.prompt_tokens if usage else 0,
        tokens_out=usage.completion_tokens if usage else 0,
        finish="length" if choice.finish_reason == "length" else "stop",
    )


def told(fault: Exception) -> LeadhandError:
    """A fault of the SDK or of the wire in our two kinds: passing, or of no use."""
    match fault:
        case APIStatusError():
            return _told_by_status(fault)
        case APIConnectionError() | httpx2.HTTPError():
            return TryAgain("The model does not answer.")
        case APIError() if not isinstance(fault, APIResponseValidationError):
            return TryAgain("The model broke off.")
        case _:
            return ModelFailed("The model's answer is not readable.")


def _told_by_status(fault: APIStatusError) -> LeadhandError:
    if fault.code == "insufficient_quota":
        return ModelFailed("The provider's spending limit is reached.")
    if fault.status_code in {401, 403}:
        return ModelFailed("The provider refused the key; check OPENAI_API_KEY.")
    if fault.status_code in {408, 409, 429} or fault.status_code >= 500:
        return TryAgain(f"The model's server answers {fault.status_code}.", _wait(fault.response.headers))
    return ModelFailed(f"The model's server refused the request ({fault.status_code}).")


def _wait(headers: Mapping[str, str]) -> float:
    """Seconds that the server asks to be left alone; 0 when it says none, or a date."""
    try:
        return max(0.0, float(headers.get("retry-after", "0")))
    except ValueError:
        return 0.0


def without_lengths(schema: Any) -> Any:
    """The schema without `maxLength`, which OpenAI's strict mode refuses."""
    if isinstance(schema, dict):
        return {name: without_lengths(value) for name, value in schema.items() if name != "maxLength"}
    return [without_lengths(value) for value in schema] if isinstance(schema, list) else schema
