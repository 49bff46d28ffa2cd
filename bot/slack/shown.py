"""One message of a live answer: streamed where Slack can, posted and changed where not; never two of it.

A stream is added to, so an unclear failure leaves open what it holds. From then on the message is changed as a whole,
which may be repeated: nothing is lost and nothing stands there twice.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Coroutine

from bot.slack.blocks import Block, button
from bot.slack.feedback import REFUSED
from bot.slack.untrusted import mrkdwn
from bot.slack.wire import LACKING, STREAM, Chunk, Declined, Wire, mark_of, steps_block
from pipelines.core.errors import TellPerson, TryAgain

log = logging.getLogger(__name__)

WORKING = "Working on it …"
CONTINUED = {"Continued": "complete"}
# A message that is changed again and again: Slack allows about fifty changes a minute.
UPDATE_EVERY = 1.5
# What Slack says of a message that can be added to no longer: its time is up, or somebody pressed Stop.
OVER = frozenset({"message_not_in_streaming_state", "stopped_by_user"})
GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})

Steps = dict[str, str]


class Shown:
    """A message that grows under the key `key`. Every method raises TryAgain or TellPerson, and may be repeated."""

    def __init__(self, wire: Wire, key: str, *, stop_value: str = "") -> None:
        self._wire = wire
        self._key = key
        # What the Stop button carries; a streamed answer has Slack's own.
        self._stop_value = stop_value
        self._sent = ""
        self._sent_steps: Steps = {}
        self._streaming = False
        # Whether it may be a stream that is open still.
        self._unclear = False
        self._changed_at = -UPDATE_EVERY
        self.ts = ""
        self.began = time.monotonic()
        self.ended = False

    @property
    def streaming(self) -> bool:
        """Whether it is a stream that is open."""
        return self._streaming

    async def show(self, text: str, closed: str, steps: Steps) -> None:
        """Have it show at least this; `closed` is the text with every fence closed, for where it must be whole."""
        if (text, steps) == (self._sent, self._sent_steps) and self.ts:
            return
        if not self.ts:
            await self._open(text, closed, steps)
        elif self._streaming:
            await self._append(text, steps)
        elif time.monotonic() - self._changed_at >= UPDATE_EVERY:
            await self._change(closed, steps, working=True)
            self._sent, self._sent_steps = text, dict(steps)

    async def end(self, text: str, steps: Steps, below: list[Block]) -> None:
        """Have it show exactly this, for good."""
        if self.ended:
            return
        if not self.ts and not await self._adopt():
            await self._claimed(self._posted(mrkdwn(text), lambda: [*self._wire.body(text), *below], self._key))
        elif not (self._streaming and await self._close_stream(text, steps, below)):
            await self._settle(text, steps, below)
        await self._wire.outgoing.sent(self._key, self.ts)
        await self._wire.record("chat.stream", self.ts, self._key)
        self.ended = True

    async def replace(self, text: str, blocks: list[Block]) -> None:
        """End as something else than what was written; `text` is what a notification shows."""
        if not self.ts:
            await self._adopt()
        await self._quiet()
        await self._put(text, lambda: blocks)
        await self._wire.outgoing.sent(self._key, self.ts)
        await self._wire.record("chat.stream", self.ts, self._key)
        self.ended = True

    async def remove(self) -> None:
        """Take it away: the answer came to fewer messages."""
        if not self.ts:
            await self._adopt()
        await self._quiet()
        try:
            if self.ts:
                await self._wire.delete(self.ts)
        except TellPerson:
            log.info("a message of a live answer could not be taken away", extra={"action": "chat.stream"})
        await self._wire.outgoing.clear(self._key)
        self.ended = True

    # --- opening -------------------------------------------------------------------------------------------------

    async def _open(self, text: str, closed: str, steps: Steps) -> None:
        if await self._adopt():
            return
        if self._can_stream() and await self._start_stream(text, steps):
            return
        if self._wire.known.updates:
            await self._claimed(
                self._posted(mrkdwn(closed), lambda: self._blocks(closed, steps, working=True), self._key)
            )
            self._changed_at = time.monotonic()
            self._sent, self._sent_steps = text, dict(steps)

    def _can_stream(self) -> bool:
        return self._wire.known.streams and bool(self._wire.user and self._wire.place.thread_ts)

    async def _adopt(self) -> bool:
        """Take over what an earlier try, or a process that died, has made under this key."""
        claim = await self._wire.outgoing.claim(self._key, self._wire.place.channel, STREAM)
        if claim.first:
            return False
        self.ts = claim.ts or await self._wire.find(self._key)
        if self.ts:
            await self._wire.outgoing.began(self._key, self.ts)
            self._streaming, self._unclear = False, True
        return bool(self.ts)

    async def _start_stream(self, text: str, steps: Steps) -> bool:
        """False where this workspace knows no streams."""
        shown = steps or CONTINUED
        try:
            await self._claimed(self._wire.start([*self._tasks(shown), *_words(text)]))
        except Declined as failure:
            log.info("answers are not streamed: %s", failure.code, extra={"action": "chat.stream"})
            if failure.code in LACKING:
                self._wire.known.streams = False
            await self._wire.outgoing.claim(self._key, self._wire.place.channel, STREAM)
            return False
        self._streaming, self.began = True, time.monotonic()
        self._sent, self._sent_steps = text, dict(steps)
        return True

    async def _claimed(self, sending: Coroutine[None, None, str]) -> None:
        """Send under the claim; what was not sent for certain is claimed no more."""
        try:
            self.ts = await sending
        except TryAgain as failure:
            if failure.sure:
                await self._wire.outgoing.clear(self._key)
            raise
        except TellPerson:
            await self._wire.outgoing.clear(self._key)
            raise
        await self._wire.outgoing.began(self._key, self.ts)

    # --- growing -------------------------------------------------------------------------------------------------

    async def _append(self, text: str, steps: Steps) -> None:
        try:
            await self._wire.append(self.ts, self._rest(text, steps))
        except TryAgain as failure:
            self._unclear = self._unclear or not failure.sure
            self._streaming = failure.sure
            raise
        except Declined as failure:
            log.info("a stream ended early: %s", failure.code, extra={"action": "chat.stream"})
            self._streaming, self._unclear = False, failure.code not in OVER
            return
        self._sent, self._sent_steps = text, dict(steps)

    async def _close_stream(self, text: str, steps: Steps, below: list[Block]) -> bool:
        """False where the message must be settled by a change."""
        if not text.startswith(self._sent):
            return False
        try:
            await self._wire.stop(self.ts, self._rest(text, steps), below, self._key)
        except TryAgain as failure:
            self._unclear = self._unclear or not failure.sure
            self._streaming = failure.sure
            raise
        except Declined as failure:
            log.info("a stream was not closed: %s", failure.code, extra={"action": "chat.stream"})
            self._unclear = failure.code not in OVER
            self._streaming = False
            return False
        self._streaming = False
        return True

    async def _quiet(self) -> None:
        """Close what may be an open stream: an open one cannot be changed."""
        if self.ts and (self._streaming or self._unclear):
            try:
                await self._wire.stop(self.ts, [], [], self._key)
            except Declined as failure:
                log.debug("nothing to close: %s", failure.code)
            self._streaming = self._unclear = False

    def _rest(self, text: str, steps: Steps) -> list[Chunk]:
        changed = {title: state for title, state in steps.items() if self._sent_steps.get(title) != state}
        return [*self._tasks(changed), *_words(text[len(self._sent) :])]

    def _tasks(self, steps: Steps) -> list[Chunk]:
        """Chunks of the steps; the ids say whose message it is."""
        mark, titles = mark_of(self._key), list(dict.fromkeys([*self._sent_steps, *steps]))
        return [
            {"type": "task_update", "id": f"{mark}-{titles.index(title)}", "title": title, "status": state}
            for title, state in steps.items()
        ]

    # --- changing ------------------------------------------------------------------------------------------------

    async def _settle(self, text: str, steps: Steps, below: list[Block]) -> None:
        await self._quiet()
        await self._put(mrkdwn(text), lambda: [*self._wire.body(text), *below])

    async def _change(self, text: str, steps: Steps, *, working: bool) -> None:
        await self._quiet()
        blocks = self._blocks(text, steps, working=working)
        try:
            await self._wire.update(self.ts, mrkdwn(text) or WORKING, blocks, self._key)
        except Declined as failure:
            self._learn(failure)
        self._changed_at = time.monotonic()

    def _blocks(self, text: str, steps: Steps, *, working: bool) -> list[Block]:
        shown = [*steps_block(steps), *self._wire.body(text)]
        if working and self._stop_value:
            stop = button("ask_stop", "Stop", self._stop_value)
            shown.append({"type": "actions", "block_id": "ask_stop", "elements": [stop]})
        return shown

    async def _put(self, text: str, blocks: Callable[[], list[Block]]) -> None:
        """The final form: by a change, and where that is not possible as a new message in place of the old one."""
        if self.ts and self._wire.known.updates:
            try:
                await self._wire.update(self.ts, text, blocks(), self._key)
            except Declined as failure:
                if self._learn(failure):
                    await self._put(text, blocks)
                    return
            else:
                return
        old = self.ts
        await self._post_instead(text, blocks)
        if old:
            try:
                await self._wire.delete(old)
            except TellPerson:
                log.info("a half message stays: Slack deletes it not", extra={"action": "chat.stream"})

    def _learn(self, failure: Declined) -> bool:
        """Remember what the workspace does not know; whether the same call may now succeed. Raises what is final."""
        if failure.code in REFUSED and "markdown" in self._wire.known.blocks:
            self._wire.known.blocks.discard("markdown")
            return True
        if failure.code in LACKING:
            self._wire.known.updates = False
        elif failure.code not in GONE:
            raise failure
        return False

    async def _post_instead(self, text: str, blocks: Callable[[], list[Block]]) -> None:
        """A new message under a key of its own, looked for before it is posted again."""
        key = f"{self._key}:whole"
        claim = await self._wire.outgoing.claim(key, self._wire.place.channel, "chat.postMessage")
        self.ts = claim.ts or ("" if claim.first else await self._wire.find(key))
        self.ts = self.ts or await self._posted(text, blocks, key)
        await self._wire.outgoing.sent(key, self.ts)

    async def _posted(self, text: str, blocks: Callable[[], list[Block]], key: str) -> str:
        try:
            return await self._wire.post(text or WORKING, blocks(), key)
        except Declined as failure:
            if failure.code not in REFUSED or "markdown" not in self._wire.known.blocks:
                raise
        self._wire.known.blocks.discard("markdown")
        return await self._wire.post(text or WORKING, blocks(), key)


def _words(text: str) -> list[Chunk]:
    return [{"type": "markdown_text", "text": text}] if text else []
