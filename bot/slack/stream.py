"""Live answers: steps and words appear while they are made, message after message, and end as one answer.

What is written waits at most `FLUSH_EVERY` seconds and is then sent as one piece: Slack counts calls, not words. A
message is left for the next one before its length or its age would close it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping

from bot.slack.blocks import Block, render
from bot.slack.feedback import below, render_judged, sections
from bot.slack.shown import Shown, Steps
from bot.slack.splitting import Splitter
from bot.slack.text import cut, escape
from bot.slack.tongue import Catalog
from bot.slack.untrusted import Growing
from bot.slack.voice import Voice
from bot.slack.wire import STREAM, Known, Wire
from bot.slack.workspaces import Workspaces
from pipelines.core.asks import Place
from pipelines.core.chat import Answer, Reply, StepState, Words
from pipelines.core.errors import TellPerson, TryAgain
from storage.audit import Audit
from storage.outgoing import Outgoing

log = logging.getLogger(__name__)

FLUSH_EVERY = 0.7
# Slack closes a stream about five minutes after its opening.
STREAM_SECONDS = 240.0
LONGEST_PAUSE = 30.0
TITLE_LIMIT = 200

Post = Callable[[Place, Reply, str], Awaitable[str]]


class LiveAnswer:
    """One answer that is being made; the `Live` of pipelines."""

    def __init__(self, wire: Wire, key: str, post: Post, ended: Callable[[str], None], voice: Voice) -> None:
        self._wire = wire
        self._voice = voice
        self._key = key
        self._post = post
        self._ended = ended
        self._growing = Growing()
        self._splitter = Splitter()
        self._written = ""
        # How much of it has been made harmless and cut into parts: done for a flush, not for a word.
        self._taken = 0
        self._steps: Steps = {}
        self._shown: list[Shown] = []
        self._pump: asyncio.Task[None] | None = None
        self._sending = asyncio.Lock()
        self._over = False
        self._said_last = False

    @property
    def is_shown(self) -> bool:
        """Whether anything of it can be seen."""
        return bool(self._shown)

    async def step(self, title: str, state: StepState) -> None:
        """A step begins or ended."""
        self._steps[escape(title)] = state
        self._wake()

    def cite(self, marks: Mapping[str, str]) -> None:
        """The addresses of the marks."""
        self._growing.marks = marks

    async def write(self, piece: str) -> None:
        """More of the answer."""
        self._written += piece
        self._wake()

    async def finish(self, reply: Reply) -> str:
        """End as this reply."""
        async with self._sending:
            self._over = True
            self._end_steps("complete")
            if isinstance(reply, Answer) and reply.by_model:
                await self._finish_words(reply)
            elif not self._shown and not await self._left_by_another():
                self._ended(self._key)
                return await self._post(self._wire.place, reply, self._key)
            else:
                await self._replace(reply)
        self._ended(self._key)
        return self._shown[0].ts

    async def stop(self, words: str) -> None:
        """End where it is."""
        async with self._sending:
            self._over = True
            self._end_steps("error")
            if not self._shown and not await self._left_by_another():
                await self._post(self._wire.place, Words(text=words, to=self._wire.user), self._key)
            else:
                if not self._said_last:
                    self._say_last((await self._catalog()).say(words))
                await self._send_all([])
        self._ended(self._key)

    async def close(self) -> None:
        """Let go, for the next process to go on: nothing more is sent."""
        self._over = True
        if self._pump:
            self._pump.cancel()
            await asyncio.gather(self._pump, return_exceptions=True)

    async def _catalog(self) -> Catalog:
        return await self._voice.catalog(self._wire.place, self._wire.user)

    # --- sending while it grows ----------------------------------------------------------------------------------

    def _wake(self) -> None:
        if not self._over and (self._pump is None or self._pump.done()):
            self._pump = asyncio.create_task(self._send_soon(first=not self._shown))

    async def _send_soon(self, *, first: bool) -> None:
        """Send what is there, at once for the first time; trouble is waited out, and left to the end."""
        pause = 0.0 if first else FLUSH_EVERY
        while not self._over:
            await asyncio.sleep(pause)
            before = self._state()
            try:
                async with self._sending:
                    if not self._over:
                        await self._flush()
            except TryAgain as failure:
                pause = min(max(2 * pause, FLUSH_EVERY, failure.after), LONGEST_PAUSE)
                continue
            except TellPerson as failure:
                log.warning("an answer is not shown while it is made: %s", failure, extra={"action": "chat.stream"})
                return
            except Exception:
                log.exception("an answer is not shown while it is made", extra={"action": "chat.stream"})
                return
            pause = FLUSH_EVERY
            if self._state() == before:
                return

    def _state(self) -> tuple[int, tuple[str, ...]]:
        return len(self._written), tuple(self._steps.values())

    async def _flush(self) -> None:
        if self._shown and self._shown[-1].streaming and self._is_old(self._shown[-1]):
            self._splitter.roll()
        self._take()
        parts = self._splitter.parts
        for at, part in enumerate(parts):
            if at and not part.body:
                return
            shown = self._message(at)
            if at < len(parts) - 1:
                await shown.end(part.text, self._steps_of(at), [])
            else:
                await shown.show(part.text, self._splitter.closed_text(), self._steps_of(at))

    def _take(self) -> None:
        new, self._taken = self._written[self._taken :], len(self._written)
        self._splitter.feed(self._growing.feed(new))

    def _is_old(self, shown: Shown) -> bool:
        return time.monotonic() - shown.began > STREAM_SECONDS and bool(self._splitter.parts[-1].body)

    def _message(self, at: int) -> Shown:
        while len(self._shown) <= at:
            key = self._key if not self._shown else f"{self._key}#{len(self._shown) + 1}"
            self._shown.append(Shown(self._wire, key, stop_value=self._key))
        return self._shown[at]

    def _steps_of(self, at: int) -> Steps:
        """The first message has the steps; where the answer goes on elsewhere, they are done there."""
        if at:
            return {}
        return dict(self._steps) if len(self._splitter.parts) == 1 else dict.fromkeys(self._steps, "complete")

    # --- the end -------------------------------------------------------------------------------------------------

    async def _left_by_another(self) -> bool:
        """Whether a process that died has begun this answer."""
        begun = await self._wire.outgoing.look(self._key)
        if begun is None or begun.method != STREAM or begun.done:
            return False
        self._message(0)
        return True

    def _end_steps(self, state: StepState) -> None:
        self._steps = {title: state if now == "in_progress" else now for title, now in self._steps.items()}

    async def _finish_words(self, reply: Answer) -> None:
        self._growing.marks = reply.marks
        if not reply.text.startswith(self._written):
            self._growing, self._splitter, self._taken = Growing(), Splitter(), 0
            self._growing.marks = reply.marks
        self._written = reply.text
        self._close_text()
        await self._send_all(below(reply, await self._catalog()))

    def _close_text(self) -> None:
        self._take()
        self._splitter.feed(self._growing.close())
        self._splitter.close()

    def _say_last(self, words: str) -> None:
        self._close_text()
        self._said_last = True
        self._splitter.add_last(("\n\n" if self._splitter.parts[-1].body.strip() else "") + f"_{words}_")

    async def _send_all(self, tail: list[Block]) -> None:
        """Every part for good, the last with what stands below; messages of an earlier try that are left over go."""
        parts = [part for part in self._splitter.parts if part.text]
        for at, part in enumerate(parts):
            last = at == len(parts) - 1
            await self._message(at).end(part.text, self._steps_of(at), tail if last else [])
        await self._remove_from(max(1, len(parts)))

    async def _remove_from(self, count: int) -> None:
        while len(self._shown) > count:
            await self._shown[-1].remove()
            self._shown.pop()
        while await self._wire.outgoing.look(f"{self._key}#{count + 1}"):
            await Shown(self._wire, f"{self._key}#{count + 1}").remove()
            count += 1

    async def _replace(self, reply: Reply) -> None:
        words = await self._catalog()
        text, plain = render(reply, words)
        blocks = render_judged(reply, words)[1] or plain or sections(text)
        await self._message(0).replace(text, blocks)
        await self._remove_from(1)


class Lives:
    """The live answers of this process, by key."""

    def __init__(self, workspaces: Workspaces, outgoing: Outgoing, audit: Audit, post: Post, voice: Voice) -> None:
        self._voice = voice
        self._workspaces = workspaces
        self._outgoing = outgoing
        self._audit = audit
        self._post = post
        self._known: dict[str, Known] = {}
        self._open: dict[str, LiveAnswer] = {}

    def of(self, place: Place, user: str, key: str) -> LiveAnswer:
        """The answer under the key."""
        if key not in self._open:
            known = self._known.setdefault(place.team, Known())
            wire = Wire(self._workspaces, self._outgoing, self._audit, known, place, user)
            self._open[key] = LiveAnswer(wire, key, self._post, self._forget, self._voice)
        return self._open[key]

    async def begun(self, key: str) -> bool:
        """Whether an answer under the key is being shown, by this process or by one that died."""
        if key in self._open:
            return True
        sent = await self._outgoing.look(key)
        return sent is not None and sent.method == STREAM and not sent.done

    async def remark(self, key: str, words: str) -> bool:
        """Say this among the steps; False where no answer under the key is being shown."""
        live = self._open.get(key)
        if live is None or not live.is_shown:
            return False
        await live.step(cut(words, TITLE_LIMIT), "in_progress")
        return True

    def _forget(self, key: str) -> None:
        self._open.pop(key, None)

    async def close(self) -> None:
        """Let go of all of them."""
        for live in list(self._open.values()):
            await live.close()
        self._open.clear()
