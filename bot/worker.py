"""Runs asks on the durable engine: each arrival one workflow, each ending said to somebody."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any

from bot.asks import read_arrival
from bot.router import Router
from bot.running import Ability, Ended, Running
from bot.slack.admission import Admission
from bot.standing import overtaken
from pipelines.core.answers import answer
from pipelines.core.asks import Ask, Outcome, Place
from pipelines.core.chat import Chat, Words
from pipelines.core.errors import TellPerson
from pipelines.core.runs import Run, keep_trying
from storage.audit import Audit
from storage.engine import Engine
from storage.inbox import Arrival, Inbox
from storage.stops import Stop, Stops

log = logging.getLogger(__name__)

Ending = Callable[[Ask, Run, str], Awaitable[bool]]
"""Shows that an ability's ask was ended, in these words; False where nothing of it can be seen."""
WORKFLOW = "handle"
APOLOGY = "apologise"
ENDING = "end"
SWEEP_EVERY = 0.5
LOOK_EVERY = 15.0
LINGERS_AFTER = 30.0
# How far back a question goes for its context.
EARLIER = 3
# What happened to messages is no request: it is followed whoever did it.
CHANGES = frozenset({"edit", "deletion", "unreaction", "opened", "gone"})
# Slack shows public channels to strangers, their buttons, too; a message or a command comes from a member anyway.
CHECKED = frozenset({"reaction", "shortcut", "press", "form", "stop"})
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
        admission: Admission,
        running: Running,
        stops: Stops,
        endings: Mapping[str, Ending],
        begin: Callable[[str, str], Awaitable[None]],
        changed: Callable[[str, str], None],
    ) -> None:
        self._inbox = inbox
        self._router = router
        self._abilities = abilities
        self._chat = chat
        self._audit = audit
        self._admission = admission
        self._running = running
        self._stops = stops
        self._endings = endings
        # Begins another workflow under the same key.
        self._begin = begin
        self._changed = changed

    async def handle(self, run: Run, key: str) -> None:
        """Serve the arrival under this key. Whatever happens, the person hears of it and the record says so."""
        found = await self._find(run, key)
        if found is None:
            return
        door, name, ask = found
        try:
            outcome = await self._serve(door, name, ask, run)
        except Ended:
            # Its steps are cut off at any place, so what follows is a workflow of its own.
            await self._begin(ENDING, key)
            return
        await self._record(run, name, ask, outcome)

    async def end(self, run: Run, key: str) -> None:
        """Say and record that an ask was stopped, or given up."""
        found = await self._find(run, key)
        if found is None:
            return
        _, name, ask = found
        try:
            outcome = await self._ended(name, ask, run)
        except TellPerson as failure:
            outcome = Outcome(word="unreachable", reason=failure.words)
        await self._unsign(ask, run)
        await self._record(run, name, ask, outcome)

    async def _ended(self, name: str, ask: Ask, run: Run) -> Outcome:
        async def why() -> dict[str, str]:
            stop = await self._stops.get(ask.key) or Stop()
            who = await self._chat.name(ask.place, stop.by) if stop.by else ""
            gave_up = f"I gave this up: {stop.reason} (id {short_id(ask.key)}). The log has more; you can ask again."
            return {"words": f"Stopped by {who}." if stop.by else gave_up, "word": "stopped" if stop.by else "given up"}

        told = await keep_trying(run, "why it ends", why)
        shown = self._endings.get(name)
        if shown is None or not await shown(ask, run, told["words"]):
            await keep_trying(run, "say that it ended", lambda: self._say_ended(ask, told["words"]))
        return Outcome(word=told["word"], reason=told["words"])

    async def _say_ended(self, ask: Ask, words: str) -> None:
        if ask.openly:
            await self._chat.live(ask.place, ask.user, f"answer:{ask.key}").stop(words)
        else:
            await self._chat.whisper(ask.place, ask.user, Words(text=words), ask.reply_url)

    async def apologise(self, run: Run, key: str) -> None:
        """Answer an arrival whose own workflow ended without doing its work."""
        found = await self._find(run, key)
        if found is None:
            return
        _, name, ask = found
        await self._record(run, name, ask, await self._broken(name, ask, run))

    async def _find(self, run: Run, key: str) -> tuple[str, str, Ask] | None:
        async def read() -> dict[str, Any] | None:
            arrival = await self._inbox.get(key)
            if arrival is None:
                return None
            earlier = await self._earlier(arrival)
            return asdict(arrival) | {"payload": arrival.payload | ({"earlier": earlier} if earlier else {})}

        kept = await keep_trying(run, "read the arrival", read)
        if kept is None:
            return None
        arrival = Arrival(**kept)
        try:
            found = read_arrival(arrival, self._router)
        except Exception:
            # Another version wrote it, and this one cannot read it: again it would be no more readable.
            log.exception("an arrival cannot be read", extra={"action": "read", "id": short_id(key)})
            await self._unreadable(run, arrival)
            return None
        if found is None:
            await keep_trying(
                run, "record", lambda: self._inbox.finished(key, "ignored", "Nothing listens at this door.")
            )
            return None
        return arrival.kind, *found

    async def _unreadable(self, run: Run, arrival: Arrival) -> None:
        """Tell whoever is named in it, and let nobody wait for it any longer."""
        said, words = arrival.payload, _broken_words(arrival.key)
        place = Place(team=str(said.get("team", "")), channel=str(said.get("channel", "")))
        ask = Ask(key=arrival.key, verb="", place=place, user=str(said.get("user", "")))
        outcome = await self._say(ask if place.channel else ask.model_copy(update={"user": ""}), run, words, "failed")
        await keep_trying(run, "record", lambda: self._inbox.finished(arrival.key, outcome.word, outcome.reason))

    async def _earlier(self, arrival: Arrival) -> list[str]:
        """What was asked before in the talk that this goes on with, oldest first."""
        said: list[str] = []
        before: Arrival | None = arrival
        while before and before.payload.get("after") and len(said) < EARLIER:
            before = await self._inbox.get(before.payload["after"])
            said += [before.payload["text"]] if before and before.payload.get("text") else []
        return said[::-1]

    async def _record(self, run: Run, name: str, ask: Ask, outcome: Outcome) -> None:
        async def record() -> None:
            await self._admission.note(name, ask, outcome)
            await self._audit.record(
                actor=ask.user or "board",
                action=f"{name}.{ask.verb}",
                target=f"{ask.place.channel}/{ask.asked_ts or ask.ts}",
                outcome=outcome.word,
                key=ask.key,
                reason=outcome.reason,
            )
            await self._inbox.finished(ask.key, outcome.word, outcome.reason)

        await keep_trying(run, "record", record)
        self._changed(ask.place.team, ask.user)

    async def _serve(self, door: str, name: str, ask: Ask, run: Run) -> Outcome:
        try:
            await self._sign(door, name, ask, run)
            outcome = await self._allowed(door, name, ask, run)
        except TellPerson as failure:
            outcome = await self._say(ask, run, failure.words, "told")
        except Ended:
            raise
        except Exception:
            log.exception("ask failed", extra={"action": f"{name}.{ask.verb}", "id": short_id(ask.key)})
            outcome = await self._broken(name, ask, run)
        await self._unsign(ask, run)
        return outcome

    async def _allowed(self, door: str, name: str, ask: Ask, run: Run) -> Outcome:
        if (refused := await self._refuse(door, name, ask, run)) is not None:
            return refused
        if ended := await overtaken(door, ask, run, self._inbox):
            return ended
        return await self._running.do(name, ask, run, self._abilities[name])

    async def _refuse(self, door: str, name: str, ask: Ask, run: Run) -> Outcome | None:
        """The end of an ask that is not served: the house does not allow it, or the asker is no member there."""

        if door in CHANGES:
            return None

        async def ask_house() -> dict[str, Any] | None:
            refusal = await self._admission.refuse(door, name, ask)
            return refusal.model_dump() if refusal else None

        if (refusal := await keep_trying(run, "admission", ask_house)) is not None:
            quietly = Outcome(word="ignored", reason=refusal["reason"])
            privately = ask.model_copy(update={"openly": False})
            return await self._say(privately, run, refusal["words"], "refused") if refusal["words"] else quietly
        if door in CHECKED and ask.place.channel and not await self._belongs(ask, run):
            return await self._turn_away(door, ask, run)
        return None

    async def _belongs(self, ask: Ask, run: Run) -> bool:
        return await keep_trying(run, "membership", lambda: self._chat.may_ask(ask.place, ask.user))

    async def _turn_away(self, door: str, ask: Ask, run: Run) -> Outcome:
        """A reaction from outside is not worth a word; a press or a menu deserves its reason."""
        if door == "reaction":
            return STRANGER
        said = await self._say(ask, run, JOIN_FIRST, "refused")
        return said if ask.reply_url else STRANGER

    async def _broken(self, name: str, ask: Ask, run: Run) -> Outcome:
        return await self._say(ask, run, _broken_words(ask.key), "failed")

    async def _say(self, ask: Ask, run: Run, words: str, word: str) -> Outcome:
        try:
            if ask.user:
                await answer(ask, run, self._chat, Words(text=words))
        except TellPerson as failure:
            return Outcome(word="unreachable", reason=f"{words} And nobody could be told: {failure.words}")
        return Outcome(word=word, reason=words)

    async def _sign(self, door: str, name: str, ask: Ask, run: Run) -> None:
        """The first that people see: before Slack is asked who they are, and nothing where the bot is to be silent."""

        async def show() -> None:
            if not await self._admission.hushed(door, name, ask):
                await self._chat.sign(ask.place, ask.asked_ts, working=True)

        if ask.asked_ts:
            await run.step("show the work", show)

    async def _unsign(self, ask: Ask, run: Run) -> None:
        if ask.asked_ts:
            sign = functools.partial(self._chat.sign, ask.place, ask.asked_ts, working=False)
            await run.step("show the end of the work", sign)


def short_id(key: str) -> str:
    """What a person reads of an ask's key, and the log says, too."""
    return hashlib.sha256(key.encode()).hexdigest()[:6]


def _broken_words(key: str) -> str:
    return f"Something broke on my side, so I could not do this (id {short_id(key)}). The log has the details."


class Dispatcher:
    """Starts the workflow of every arrival that has none, at once when poked; answers for those that died."""

    def __init__(self, inbox: Inbox, engine: Engine) -> None:
        self._inbox = inbox
        self._engine = engine
        self._poked = asyncio.Event()
        self._looked = 0.0

    def poke(self) -> None:
        """Something arrived."""
        self._poked.set()

    async def run(self) -> None:
        """Until cancelled. A database that is away is waited for."""
        while True:
            try:
                await self._start_all()
                await self._answer_for_the_dead()
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

    async def _answer_for_the_dead(self) -> None:
        """A workflow that ended in an error leaves its arrival unfinished: its person is told."""
        if time.monotonic() - self._looked < LOOK_EVERY:
            return
        self._looked = time.monotonic()
        for key in await self._inbox.lingering(LINGERS_AFTER):
            if await self._engine.dead(WORKFLOW, key):
                await self._engine.start(APOLOGY, key, key)

    async def _wait(self) -> None:
        try:
            # Not wait_for: on Python 3.11 it loses a cancellation that comes together with the poke.
            async with asyncio.timeout(SWEEP_EVERY):
                await self._poked.wait()
        except TimeoutError:
            return
