"""Events on their way to the app: kept until acknowledged, repeated by Slack's rules."""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Callable

from bot.playground.journal import Journal
from bot.playground.link import Link, Retry, summarise
from bot.playground.store import Document, Store
from bot.playground.timing import Timing
from bot.playground.workspace import mint

REMEMBERED = 500
MESSAGES = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}


class Outbox:
    """Delivers each event until it is acknowledged or Slack's last repetition has failed.

    The events still under way are in the state file. After a restart, and when an app connects or its URL
    answers again, they are due at once: nobody should have to sit out Slack's five minutes at their own desk.
    """

    def __init__(self, store: Store, link: Link, journal: Journal, timing: Timing) -> None:
        self._pending = store.table("delivery")
        self._link = link
        self._journal = journal
        self._timing = timing
        self._past: OrderedDict[str, Document] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        self._connected = asyncio.Event()
        self.subscribed: Callable[[str], bool] = lambda name: True
        link.on_connect.append(self._connected.set)

    def start(self) -> None:
        """Take up the deliveries that an earlier run left; call it with the loop running."""
        for event_id, delivery in self._pending.items():
            self._remember(delivery["payload"])
            self._launch(event_id, self._rest(delivery["attempt"]))

    def _rest(self, attempt: int) -> float:
        # Without an app nothing is due: a playground that restarts twice must not use up the repetitions.
        return self._timing.retry_delays[attempt - 1] if attempt and self._link.mode is None else 0.0

    def offer(self, payload: Document) -> None:
        """Put an event on its way if the app subscribes to it. It is in the state file when this returns."""
        if not self.subscribed(_subscription(payload["event"])):
            return
        event_id = payload["event_id"]
        self._pending.put(event_id, {"payload": payload, "attempt": 0, "reason": ""})
        self._remember(payload)
        self._launch(event_id, 0.0)

    def _launch(self, event_id: str, rest: float) -> None:
        if self._closed:
            return
        task = asyncio.get_running_loop().create_task(self._deliver(event_id, rest))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _remember(self, payload: Document) -> None:
        self._past[payload["event_id"]] = payload
        while len(self._past) > REMEMBERED:
            self._past.popitem(last=False)

    async def _deliver(self, event_id: str, rest: float) -> None:
        if rest:
            await self._wait(rest)
        while delivery := self._pending.get(event_id):
            number = delivery["attempt"]
            retry = Retry(number, delivery["reason"]) if number else None
            reply = await self._link.send("events_api", delivery["payload"], retry)
            if reply.failure is None or number >= len(self._timing.retry_delays):
                self._finish(event_id, reply.failure)
                return
            self._pending.put(event_id, {**delivery, "attempt": number + 1, "reason": reply.failure})
            await self._wait(self._timing.retry_delays[number])

    async def _wait(self, seconds: float) -> None:
        self._connected.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._connected.wait()

    def _finish(self, event_id: str, failure: str | None) -> None:
        delivery = self._pending.get(event_id)
        if failure and delivery:
            summary = f"{summarise(delivery['payload'])}: given up after {delivery['attempt'] + 1} attempts"
            self._journal.note("events_api", "to_app", summary)
        self._pending.delete(event_id)

    def repeat(self, event_id: str | None, *, fresh_id: bool) -> Document | None:
        """Deliver an event of the last ones again (None: the newest), under the same or a fresh event id."""
        known = event_id or next(reversed(self._past), None)
        payload = self._past.get(known) if known else None
        if payload is None:
            return None
        again = {**payload, "event_id": mint("Ev")} if fresh_id else payload
        self.offer(again)
        return again

    async def close(self) -> None:
        """Stop; what is pending, and what may still be offered, stays in the state file."""
        self._closed = True
        await self._cancel()

    async def _cancel(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def clear(self) -> None:
        """Stop and forget every delivery."""
        await self._cancel()
        self._pending.clear()
        self._past.clear()


def _subscription(event: Document) -> str:
    """By which name a manifest subscribes to the event."""
    return MESSAGES.get(event.get("channel_type", ""), "message") if event["type"] == "message" else str(event["type"])
