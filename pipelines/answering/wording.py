"""Has the model word an answer, shown while it is made; at any failure what code found stands."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence

from pipelines.answering.checking import Checker
from pipelines.core.asks import Ask
from pipelines.core.chat import Answer, Citation, Live
from pipelines.core.errors import ModelFailed, TryAgain
from pipelines.core.models import Models, Request
from pipelines.core.prompts import Prompt
from pipelines.core.tickets import Message

log = logging.getLogger(__name__)

ANSWER_TOKENS = 900
THREAD_CHARACTERS = 4_000
SHOWN_QUOTE = 1_500
NO_REPLY = "the model did not answer"
NO_USE = "the model's answer was of no use"
NOT_GROUNDED = "the model's words named no line, so they are not shown"
FROM_THREAD = "taken from this thread alone"
FROM_NOTHING = "from the model's own knowledge, not from your code"


class Wording:
    """Words answers with the configured model. `seconds`: how long a whole answer may take."""

    def __init__(self, models: Models, prompts: Mapping[str, Prompt], seconds: float) -> None:
        self._models = models
        self._prompts = prompts
        self._seconds = seconds

    async def ready(self) -> bool:
        """Whether there is a model that could answer now."""
        return bool(self._models.name) and await self._models.ready()

    async def from_passages(
        self, ask: Ask, found: Answer, passages: Sequence[Citation], thread: Sequence[Message], live: Live | None
    ) -> Answer:
        """What the passages say; `found`, with a word about it, where the model is of no use."""
        told = _told(thread)
        system, user = self._prompts["passages"].render(
            question=ask.text, thread=told, passages=[_shortened(one) for one in passages]
        )
        checker = Checker(passages, f"{ask.text}\n{told}")
        try:
            text = await self._checked(self._request(system, user), ask, checker, live)
        except (TryAgain, TimeoutError) as failure:
            return _fallen_back(found, NO_REPLY, failure)
        except ModelFailed as failure:
            return _fallen_back(found, NO_USE, failure)
        if not checker.cited or not text.strip():
            return _fallen_back(found, NOT_GROUNDED, None)
        left_out = f"{checker.left_out} sentences that no line holds were left out" if checker.left_out > 1 else ""
        note = left_out or ("a sentence that no line holds was left out" if checker.left_out else "")
        return Answer(text=text, citations=tuple(checker.cited), engine=self._models.name, note=note)

    async def _checked(self, request: Request, ask: Ask, checker: Checker, live: Live | None) -> str:
        said = ""
        async for piece in self._pieces(request, ask):
            if new := checker.feed(piece):
                said += new
                await _show(live, new, checker.marks)
        return said + checker.close()

    async def from_talk(self, ask: Ask, thread: Sequence[Message], live: Live | None) -> Answer | None:
        """What the thread says, or the model knows by itself; None where the model is of no use."""
        told = _told(thread)
        system, user = self._prompts["thread"].render(question=ask.text, thread=told)
        said = ""
        try:
            async for piece in self._pieces(self._request(system, user), ask):
                said += piece
                await _show(live, piece, {})
        except (TryAgain, TimeoutError, ModelFailed) as failure:
            log.warning("the model was of no use: %s", failure, extra={"action": "qa.answer"})
            return None
        if not said.strip():
            return None
        note = FROM_THREAD if told else FROM_NOTHING
        return Answer(text=said, engine=self._models.name, unchecked=True, note=note)

    def _request(self, system: str, user: str) -> Request:
        return Request(system=system, user=user, step="qa.answer", max_tokens=ANSWER_TOKENS, deadline=self._seconds)

    async def _pieces(self, request: Request, ask: Ask) -> AsyncIterator[str]:
        async with asyncio.timeout(self._seconds + 1.0):
            async for piece in self._models.for_ask(ask, "qa").stream(request):
                yield piece


async def _show(live: Live | None, text: str, marks: Mapping[str, str]) -> None:
    if live is not None:
        live.cite(marks)
        await live.write(text)


def _fallen_back(found: Answer, note: str, failure: Exception | None) -> Answer:
    log.warning("an answer is code's alone: %s", failure or note, extra={"action": "qa.answer"})
    return found.model_copy(update={"note": note})


def _told(thread: Sequence[Message]) -> str:
    """The latest messages that fit, oldest first."""
    lines: list[str] = []
    room = THREAD_CHARACTERS
    for message in reversed(thread):
        line = f"{message.name or message.user}: {message.text}".strip()[:1_500].replace("</", "< /")
        if len(line) > room:
            break
        lines.append(line)
        room -= len(line)
    return "\n".join(reversed(lines))


def _shortened(passage: Citation) -> Citation:
    return passage.model_copy(update={"quote": passage.quote[:SHOWN_QUOTE].replace("</", "< /")})
