"""A model that reads its answers from a file: for trying things out and for tests, with faults on demand.

The file is JSON: `{"name": ..., "answers": [{"step" or "match", "answer", "fault", "seconds", "times"}, ...]}`. The
first entry that fits a request answers it: `step` is the name of the call, `match` a regular expression over the whole
prompt. Strings of `answer` are Jinja templates that know `system`, `user` and the `match` object.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Literal

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from pydantic import ValidationError, field_validator

from pipelines.core.errors import ModelFailed, Refused, TryAgain
from pipelines.core.models import Completion, Model, Request
from pipelines.core.tickets import Frozen
from pipelines.llm.patience import too_slow

Fault = Literal["", "slow", "garbage", "truncated", "empty", "refuse", "down"]
GARBAGE = "<html><body>}}}]] not an answer"


class Answer(Frozen):
    """One entry: `seconds` is how long it takes, `times` how often it is given, 0 for always."""

    step: str = ""
    match: str = ""
    answer: Any = ""
    fault: Fault = ""
    seconds: float = 0.0
    times: int = 0

    @field_validator("match")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from None
        return value

    def fits(self, request: Request) -> bool:
        """Whether this entry answers the request."""
        return (not self.step or self.step == request.step) and bool(self.found(request))

    def found(self, request: Request) -> re.Match[str] | None:
        """Where the expression stands in the prompt."""
        return re.search(self.match, f"{request.system}\n{request.user}", re.DOTALL)


class Script(Frozen):
    """What the file holds."""

    name: str = "scripted"
    answers: tuple[Answer, ...] = ()


def connect(path: str | Path) -> Model:
    """The model of a file. Raises Refused with a sentence when it cannot be read."""
    try:
        return ScriptedModel(Script.model_validate(json.loads(Path(path).read_text("utf-8"))))
    except OSError as error:
        raise Refused(f"LEADHAND_MODEL: the script {path} cannot be read ({error.strerror}).") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Refused(f"LEADHAND_MODEL: in the script {path}, {where}: {first['msg']}.") from None
    except ValueError as error:
        raise Refused(f"LEADHAND_MODEL: the script {path} is not JSON ({error}).") from None


class ScriptedModel:
    """Gives the script's answers. `asked` holds every request, oldest first."""

    def __init__(self, script: Script) -> None:
        self.name = script.name
        self.asked: list[Request] = []
        self._answers: Sequence[Answer] = script.answers
        self._given = [0] * len(script.answers)
        self._environment = SandboxedEnvironment(undefined=StrictUndefined)

    async def complete(self, request: Request) -> Completion:
        """The answer of the first entry that fits. Raises as a real model in the same trouble would."""
        self.asked.append(request)
        entry = self._take(request)
        await self._spend(entry, request)
        text = self._text(entry, request)
        if not text.strip():
            raise ModelFailed("The model's answer is empty.")
        cut = entry.fault == "truncated"
        said = text[: len(text) // 2] if cut else text
        return Completion(
            text=said,
            tokens_in=len(request.system.split()) + len(request.user.split()),
            tokens_out=len(said.split()),
            finish="length" if cut else "stop",
            seconds=entry.seconds,
        )

    async def stream(self, request: Request) -> AsyncIterator[str]:
        """The answer word by word."""
        answer = await self.complete(request)
        for piece in re.findall(r"\S*\s*", answer.text):
            if piece:
                yield piece
        if answer.finish == "length":
            raise ModelFailed("The model's answer stopped before its end.")

    def _take(self, request: Request) -> Answer:
        for at, entry in enumerate(self._answers):
            if entry.fits(request) and (not entry.times or self._given[at] < entry.times):
                self._given[at] += 1
                return entry
        raise ModelFailed(f"The script has no answer for the step {request.step or '(none)'}.")

    async def _spend(self, entry: Answer, request: Request) -> None:
        if entry.fault == "down":
            raise TryAgain("The model does not answer.")
        if entry.fault == "refuse":
            raise ModelFailed("The model declined to answer.")
        seconds = entry.seconds or (request.deadline if entry.fault == "slow" else 0.0)
        await asyncio.sleep(min(seconds, request.deadline))
        if seconds >= request.deadline:
            raise too_slow(request.deadline)

    def _text(self, entry: Answer, request: Request) -> str:
        if entry.fault == "garbage":
            return GARBAGE
        if entry.fault == "empty":
            return ""
        try:
            made = self._rendered(entry.answer, request, entry.found(request))
        except TemplateError as error:
            raise ModelFailed(f"The script's answer cannot be rendered: {error}") from None
        return made if isinstance(made, str) else json.dumps(made, ensure_ascii=False)

    def _rendered(self, answer: Any, request: Request, match: re.Match[str] | None) -> Any:
        match answer:
            case str():
                template = self._environment.from_string(answer)
                return template.render(system=request.system, user=request.user, match=match)
            case list():
                return [self._rendered(part, request, match) for part in answer]
            case dict():
                return {name: self._rendered(part, request, match) for name, part in answer.items()}
            case _:
                return answer

    async def ready(self) -> bool:
        """Always: a script that fails does so when it is asked."""
        return True

    async def close(self) -> None:
        """Nothing to let go of."""
