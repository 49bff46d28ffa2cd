"""Runs asks on the durable engine: each arrival one workflow, each ending said to somebody."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping

from bot.asks import read_arrival
from bot.router import Router
from pipelines.core.answers import answer
from pipelines.core.asks import Ask, Outcome
from pipelines.core.chat import Chat, Words
from pipelines.core.errors import TellPerson
from pipelines.core.runs import Run, keep_trying
from storage.audit import Audit
from storage.engine import Engine
from storage.inbox import Inbox

log = logging.getLogger(__name__)

Ability = Callable[[Ask, Run], Awaitable[Outcome]]
WORKFLOW = "handle"
SWEEP_EVERY = 0.5
CHECKED = frozenset({"reaction", "shortcut"})
STRANGER = Outcome(word="ignored", reason="The asker is not a member of the channel.")
JOIN_FIRST = "Only members of this channel may do that here. Join the channel, then try once more."


class Handler:
    """The one workflow: read the arrival, have its ability do it, record how it ended, tell whose things changed."""

    def __init__(
        self,
        inbox: Inbox,
        router: Router,
        abilities: Mapping[str, Ability],
        chat: Chat,
        audit: Audit,
        *,
        changed: Callable[[str], None],
    ) -> None:
        self._inbox = inbox
        self._router = router
        self._abilities = abilities
        self._chat = chat
        self._audit = audit
        self._changed = changed

    async def handle(self, run: Run, key: str) -> None:
        """Serve the arrival under this key. Whatever happens, the person hears of it and the record says so."""
        arrival = await self._inbox.get(key)
        if arrival is None:
            return
        found = read_arrival(arrival, self._router)
        if found is None:
            await self._inbox.finished(key, "ignored", "Nothing listens at this door.")
            return
        name, ask = found
        outcome = await self._serve(name, ask, run, check=arrival.kind in CHECKED)

        async def record() -> None:
            await self._audit.record(
                actor=ask.user or "board",
                action=f"{name}.{ask.verb}",
                target=f"{ask.place.channel}/{ask.asked_ts or ask.ts}",
                outcome=outcome.word,
                key=key,
                reason=outcome.reason,
            )
            await self._inbox.finished(key, outcome.word, outcome.reason)

        await run.step("record", record)
        self._changed(ask.user)

    async def _serve(self, name: str, ask: Ask, run: Run, *, check: bool) -> Outcome:
        try:
            if check and not await keep_trying(run, "membership", lambda: self._chat.may_ask(ask.place, ask.user)):
                return await self._say(ask, run, JOIN_FIRST, "refused") if ask.reply_url else STRANGER
            await self._sign(ask, run, working=True)
            outcome = await self._abilities[name](ask, run)
        except TellPerson as failure:
            outcome = await self._say(ask, run, failure.words, "told")
        except Exception:
            short = hashlib.sha256(ask.key.encode()).hexdigest()[:6]
            log.exception("ask failed", extra={"action": f"{name}.{ask.verb}", "id": short})
            words = f"Something broke on my side, so I could not do this (id {short}). The log has the details."
            outcome = await self._say(ask, run, words, "failed")
        await self._sign(ask, run, working=False)
        return outcome

    async def _say(self, ask: Ask, run: Run, words: str, word: str) -> Outcome:
        try:
            if ask.user:
                await answer(ask, run, self._chat, Words(text=words))
        except TellPerson as failure:
            return Outcome(word="unreachable", reason=f"{words} And nobody could be told: {failure.words}")
        return Outcome(word=word, reason=words)

    async def _sign(self, ask: Ask, run: Run, *, working: bool) -> None:
        if ask.asked_ts:
            name = "show the work" if working else "show the end of the work"
            await run.step(name, lambda: self._chat.sign(ask.place, ask.asked_ts, working=working))


class Dispatcher:
    """Starts the workflow of every arrival that has none: at once when poked, else at the next sweep."""

    def __init__(self, inbox: Inbox, engine: Engine) -> None:
        self._inbox = inbox
        self._engine = engine
        self._poked = asyncio.Event()

    def poke(self) -> None:
        """Something arrived."""
        self._poked.set()

    async def run(self) -> None:
        """Until cancelled. A database that is away is waited for."""
        while True:
            try:
                await self._start_all()
            except Exception:
                log.exception("the sweep failed; trying again", extra={"action": "dispatch"})
                await asyncio.sleep(SWEEP_EVERY)
            await self._wait()

    async def _start_all(self) -> None:
        self._poked.clear()
        while keys := await self._inbox.unstarted(100):
            for key in keys:
                await self._engine.start(WORKFLOW, key, key)
                await self._inbox.started(key)

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._poked.wait(), SWEEP_EVERY)
        except TimeoutError:
            return
