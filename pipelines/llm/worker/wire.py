"""What goes over the wire: OpenAI's chat completions, read strictly and written in its own words."""

from __future__ import annotations

import time
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipelines.llm.worker.chat import Message
from pipelines.llm.worker.sampling import Taste

MOST_TOKENS = 2048
ANY_JSON = {"type": "object"}


class BadRequest(Exception):
    """The request cannot be served as it is."""


class _Loose(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TextPart(_Loose):
    """A piece of a message; pictures are not understood."""

    type: Literal["text"]
    text: str


class Turn(_Loose):
    """One message."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[TextPart]

    def message(self) -> Message:
        """The message in plain text."""
        content = self.content if isinstance(self.content, str) else "".join(part.text for part in self.content)
        return Message("system" if self.role == "developer" else self.role, content)


class Schema(_Loose):
    """A named JSON Schema."""

    body: dict[str, Any] = Field(alias="schema")


class Format(_Loose):
    """What form the answer must have."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: Schema | None = None


class StreamOptions(_Loose):
    """Whether a stream ends with its count of tokens."""

    include_usage: bool = False


class Asked(_Strict):
    """A request. A field that would change the answer and is not served is refused, not overlooked."""

    model: str = ""
    messages: list[Turn] = Field(min_length=1, max_length=200)
    max_tokens: int | None = Field(None, gt=0)
    max_completion_tokens: int | None = Field(None, gt=0)
    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, gt=0, le=1)
    top_k: int | None = Field(None, gt=0, le=1000)
    seed: int | None = Field(None, ge=0)
    stop: str | list[str] | None = None
    response_format: Format | None = None
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = None
    user: str | None = None
    store: Literal[False] | None = None

    @property
    def limit(self) -> int:
        """The most tokens of the answer."""
        return min(self.max_completion_tokens or self.max_tokens or MOST_TOKENS // 4, MOST_TOKENS)

    @property
    def stops(self) -> list[str]:
        """The words at which the answer ends."""
        return [self.stop] if isinstance(self.stop, str) else list(self.stop or [])

    @property
    def schema_asked(self) -> dict[str, Any] | None:
        """The JSON Schema of the answer, if it must have one."""
        form = self.response_format
        if form is None or form.type == "text":
            return None
        return form.json_schema.body if form.json_schema else ANY_JSON

    def taste(self) -> Taste:
        """How freely tokens are drawn; OpenAI's own defaults."""
        temperature = 1.0 if self.temperature is None else self.temperature
        return Taste(temperature, self.top_p or 1.0, self.top_k or 40, self.seed)


def read(body: object) -> Asked:
    """The request. Raises BadRequest with the first thing that is wrong."""
    try:
        asked = Asked.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadRequest(f"{'.'.join(map(str, first['loc'])) or 'body'}: {first['msg']}") from None
    if asked.response_format and asked.response_format.type == "json_schema" and not asked.response_format.json_schema:
        raise BadRequest("response_format.json_schema: Field required")
    return asked


def usage(prompt: int, made: int) -> dict[str, int]:
    """The count of tokens."""
    return {"prompt_tokens": prompt, "completion_tokens": made, "total_tokens": prompt + made}


def whole(key: str, model: str, text: str, reason: str, tokens: dict[str, int]) -> dict[str, Any]:
    """An answer in one piece."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": reason, "logprobs": None}
    return {**_head(key, model, "chat.completion"), "choices": [choice], "usage": tokens}


def chunk(key: str, model: str, text: str, reason: str | None) -> dict[str, Any]:
    """A piece of a stream."""
    delta = {"role": "assistant", "content": text} if text else {}
    choice = {"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}
    return {**_head(key, model, "chat.completion.chunk"), "choices": [choice]}


def count(key: str, model: str, tokens: dict[str, int]) -> dict[str, Any]:
    """The last piece of a stream that asked for its count."""
    return {**_head(key, model, "chat.completion.chunk"), "choices": [], "usage": tokens}


def error(words: str, kind: str) -> dict[str, Any]:
    """What is wrong, in OpenAI's form."""
    return {"error": {"message": words, "type": kind, "code": None, "param": None}}


def _head(key: str, model: str, kind: str) -> dict[str, Any]:
    return {"id": key, "object": kind, "created": int(time.time()), "model": model}
