"""Webhooks: signed reports of every action, kept until the receiver took them or they are too old."""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
from collections.abc import Iterable

import aiohttp

from bot.playground.board.call import Json, Refusal
from bot.playground.board.ids import Clock
from bot.playground.board.records import Records
from bot.playground.board.shapes import Shapes

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds between the tries of one report. Trello's own are 30, 60 and 120: too long to watch."""

SECONDS = 10.0


class Hooks:
    """Queues reports in the store and sends them, one receiver after the other not waiting for each other."""

    def __init__(self, records: Records, clock: Clock, secret: str, pauses: tuple[float, ...]) -> None:
        self._records = records
        self._clock = clock
        self._secret = secret
        self._pauses = pauses
        self._senders: dict[str, asyncio.Task[None]] = {}
        self._session: aiohttp.ClientSession | None = None

    async def probe(self, url: str) -> None:
        """Check the address as Trello does before it makes a webhook: HEAD must answer 200."""
        if not url.startswith(("http://", "https://")):
            raise Refusal(400, "invalid value for callbackURL")
        try:
            async with self._client().head(url, allow_redirects=False) as answer:
                got = str(answer.status)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            got = "no answer"
        if got != "200":
            raise Refusal(400, f"URL ({url}) did not return 200 status code, got {got}")

    def enqueue(self, actions: Iterable[Json], shapes: Shapes) -> None:
        """Queue a report of each action for each active webhook on what it touched."""
        for action in actions:
            for webhook in self._records.webhooks.all():
                if webhook["active"] and webhook["idModel"] in touched(action):
                    self._queue(webhook, action, shapes)

    def _queue(self, webhook: Json, action: Json, shapes: Shapes) -> None:
        model = self._model(webhook["idModel"], shapes)
        body = json.dumps({"model": model, "action": shapes.action(action), "webhook": webhook})
        delivery = {"id": self._clock.new_id(), "idWebhook": webhook["id"], "body": body, "tries": 0}
        self._records.deliveries.put(delivery["id"], delivery)

    def _model(self, model_id: str, shapes: Shapes) -> Json:
        shown = (
            (self._records.boards, shapes.board),
            (self._records.lists, shapes.list),
            (self._records.cards, shapes.card),
        )
        for table, shape in shown:
            found = table.get(model_id)
            if found:
                return shape(found)
        return {"id": model_id}

    def wake(self) -> None:
        """Start sending what is queued."""
        for webhook_id in {delivery["idWebhook"] for delivery in self._records.deliveries.all()}:
            if webhook_id not in self._senders:
                self._senders[webhook_id] = asyncio.create_task(self._send_all(webhook_id))

    async def _send_all(self, webhook_id: str) -> None:
        try:
            await self._send_queued(webhook_id)
        finally:
            # Here, not in a callback of the task: a report queued in between would find a sender that is over.
            del self._senders[webhook_id]

    async def _send_queued(self, webhook_id: str) -> None:
        while (delivery := self._next(webhook_id)) is not None:
            webhook = self._records.webhooks.get(webhook_id)
            if webhook is None or await self._send(webhook, delivery["body"]):
                self._records.deliveries.delete(delivery["id"])
                continue
            delivery["tries"] += 1
            if delivery["tries"] > len(self._pauses):
                self._records.deliveries.delete(delivery["id"])
                continue
            self._keep_tries(delivery)
            await asyncio.sleep(self._pauses[delivery["tries"] - 1])

    def _next(self, webhook_id: str) -> Json | None:
        queued = self._records.deliveries.all()
        return next((item for item in queued if item["idWebhook"] == webhook_id), None)

    def _keep_tries(self, delivery: Json) -> None:
        if delivery["id"] in self._records.deliveries:
            self._records.deliveries.put(delivery["id"], delivery)

    async def _send(self, webhook: Json, body: str) -> bool:
        url, raw = webhook["callbackURL"], body.encode()
        headers = {"Content-Type": "application/json", "X-Trello-Webhook": sign(self._secret, raw, url)}
        sent = False
        with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError, ValueError):
            async with self._client().post(url, data=raw, headers=headers, allow_redirects=False) as answer:
                sent = answer.status == 200
        self._note(webhook, sent)
        return sent

    def _note(self, webhook: Json, sent: bool) -> None:
        failures = 0 if sent else webhook["consecutiveFailures"] + 1
        first = None if sent else webhook["firstConsecutiveFailDate"] or self._clock.now()
        changed = {"consecutiveFailures": failures, "firstConsecutiveFailDate": first}
        if webhook["id"] in self._records.webhooks and webhook["consecutiveFailures"] != failures:
            self._records.webhooks.put(webhook["id"], webhook | changed)

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS))
        return self._session

    async def close(self) -> None:
        """Stop sending; what is queued stays in the store for the next start."""
        senders = list(self._senders.values())
        for sender in senders:
            sender.cancel()
        await asyncio.gather(*senders, return_exceptions=True)
        if self._session is not None:
            await self._session.close()


def sign(secret: str, body: bytes, url: str) -> str:
    """Trello's signature: base64 of HMAC-SHA1 over the body and the callback address."""
    return base64.b64encode(hmac.new(secret.encode(), body + url.encode(), hashlib.sha1).digest()).decode()


def touched(action: Json) -> set[str]:
    """The ids of everything that an action is about: a webhook on any of them hears of it."""
    data = action["data"]
    parts = ("board", "list", "listBefore", "listAfter", "card", "checklist")
    return {data[part]["id"] for part in parts if part in data} | {action["idMemberCreator"]}
