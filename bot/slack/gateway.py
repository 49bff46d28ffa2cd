"""The one way out to Slack: escaped, unfurls off, posted once for each key, every act on the record."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.blocks import Block, render
from bot.slack.feedback import REFUSED, render_judged
from bot.slack.files import fetch
from bot.slack.outward import OutwardClient
from bot.slack.reader import ThreadReader
from bot.slack.status import Status
from bot.slack.stream import Lives
from bot.slack.tongue import Catalog
from bot.slack.trouble import error_code, translate
from bot.slack.voice import Voice
from bot.slack.wire import EVENT_TYPE
from bot.slack.workspaces import Workspace, Workspaces
from pipelines.core.asks import Place
from pipelines.core.chat import Conversation, Live, Reply, Words
from pipelines.core.errors import TellPerson, TryAgain
from pipelines.core.tickets import File
from storage.audit import Audit
from storage.outgoing import Outgoing

WORKING_SIGN = "eyes"

T = TypeVar("T")
Veil = Callable[[Conversation], Awaitable[Conversation]]
"""Takes out of a thread what its authors do not want read."""


class Gateway:
    """Slack as the `Chat` that pipelines use; each place is reached with the client of its own workspace."""

    def __init__(self, workspaces: Workspaces, outgoing: Outgoing, audit: Audit, veil: Veil, voice: Voice) -> None:
        self._workspaces = workspaces
        self._outgoing = outgoing
        self._audit = audit
        self._veil = veil
        self._voice = voice
        self._thumbs_known = True
        self._status = Status(workspaces)
        self._lives = Lives(workspaces, outgoing, audit, self._post, voice)

    async def read(self, place: Place, ts: str) -> Conversation:
        """The thread around message `ts`; `focus` is None when it is gone."""
        reader = ThreadReader(await self._workspace(place))
        return await self._veil(await _call(lambda: reader.read(place, ts)))

    async def post(self, place: Place, reply: Reply, key: str) -> str:
        """Post once for each key. After an unclear failure the thread is searched before it is posted again."""
        if await self._lives.begun(key):
            return await self._lives.of(place, "", key).finish(reply)
        return await self._post(place, reply, key)

    def live(self, place: Place, user: str, key: str) -> Live:
        """The answer under this key, shown while it is made."""
        return self._lives.of(place, user, key)

    async def remark(self, place: Place, reply: Words, key: str) -> None:
        """A word about work that takes long: a step of its live answer, or a message of its own."""
        if not await self._lives.remark(key, reply.text):
            await self._post(place, reply, f"still:{key}")

    async def close(self) -> None:
        """Let go of the answers that are being shown; the next process goes on with them."""
        await self._lives.close()
        await self._status.close()

    async def _post(self, place: Place, reply: Reply, key: str) -> str:
        claim = await self._outgoing.claim(key, place.channel, "chat.postMessage")
        ts = claim.ts or ("" if claim.first else await self._find(place, key))
        if not ts:
            ts = await self._send(place, reply, key)
        await self._outgoing.sent(key, ts)
        await self._record("chat.post", place, ts, key)
        return ts

    async def _send(self, place: Place, reply: Reply, key: str) -> str:
        words = await self._voice.catalog(place, reply.to)

        async def send(text: str, blocks: list[Block]) -> str:
            client = (await self._workspace(place)).client
            answer = await client.chat_postMessage(
                channel=place.channel,
                thread_ts=place.thread_ts or None,
                text=text,
                blocks=blocks or None,
                parse="none",
                unfurl_links=False,
                unfurl_media=False,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
            )
            return str(answer["ts"])

        try:
            return await _call(lambda: self._show(reply, words, send))
        except TryAgain as failure:
            if failure.sure:
                await self._outgoing.clear(key)
            raise
        except TellPerson:
            await self._outgoing.clear(key)
            raise

    async def _show(self, reply: Reply, words: Catalog, send: Callable[[str, list[Block]], Awaitable[T]]) -> T:
        """Send the reply with its thumbs; where Slack refuses that block, without it, now and from then on."""
        text, plain = render(reply, words)
        blocks = render_judged(reply, words)[1] if self._thumbs_known else plain
        if blocks == plain:
            return await send(text, plain)
        try:
            return await send(text, blocks)
        except SlackApiError as error:
            if error_code(error) not in REFUSED:
                raise
        sent = await send(text, plain)
        self._thumbs_known = False
        return sent

    async def _find(self, place: Place, key: str) -> str:
        """The ts of the message that carries this key; empty when it never arrived."""
        reader = ThreadReader(await self._workspace(place))
        return await _call(lambda: reader.find(place, EVENT_TYPE, key))

    async def update(self, place: Place, ts: str, reply: Reply) -> None:
        """Replace what message `ts` shows; repeating it does no harm."""
        words = await self._voice.catalog(place, reply.to)
        text, blocks = render(reply, words)
        version = hashlib.sha256(f"{text}{blocks}".encode()).hexdigest()[:12]
        client = (await self._workspace(place)).client

        async def send(text: str, blocks: list[Block]) -> None:
            await client.chat_update(channel=place.channel, ts=ts, text=text, blocks=blocks, parse="none")

        await _call(lambda: self._show(reply, words, send))
        await self._record("chat.update", place, ts, f"{place.team}:{place.channel}:{ts}:{version}")

    async def posted(self, key: str) -> str:
        """The ts of the message posted under this key; empty when there is none."""
        return await self._outgoing.find(key)

    async def whisper(self, place: Place, user: str, reply: Reply, reply_url: str = "") -> None:
        """Tell one person; through the command's reply address when there is one, since the bot may be a stranger."""
        text, blocks = render(reply, await self._voice.catalog(place, user))
        client = (await self._workspace(place)).client
        if not reply_url or not await _call(lambda: self._reply(client, reply_url, text, blocks)):
            await _call(
                lambda: client.chat_postEphemeral(
                    channel=place.channel,
                    user=user,
                    text=text,
                    blocks=blocks or None,
                    thread_ts=place.thread_ts or None,
                    parse="none",
                )
            )
        await self._record("chat.whisper", place, user)

    async def _reply(self, client: AsyncWebClient, address: str, text: str, blocks: list[Block]) -> bool:
        """False where the address is used up: Slack gives it five answers and thirty minutes."""
        session = client.session
        assert session is not None  # noqa: S101  # bot/app.py passes one in
        body: dict[str, Any] = {
            "response_type": "ephemeral",
            "text": text,
            "parse": "none",
            "unfurl_links": False,
            "unfurl_media": False,
        }
        body |= {"blocks": blocks} if blocks else {}
        shown = client.harmless(body) if isinstance(client, OutwardClient) else body
        async with session.post(address, json=shown) as answer:
            if answer.status >= 500 or answer.status == 429:
                raise TryAgain("Slack is not answering.", float(answer.headers.get("Retry-After", 0)))
            return answer.status < 400

    async def tell(self, place: Place, user: str, reply: Reply, key: str) -> None:
        """Tell a person in a direct message, once for each key."""
        client = (await self._workspace(place)).client
        opened = await _call(lambda: client.conversations_open(users=user))
        direct = Place(team=place.team, channel=str(opened["channel"]["id"]))
        await self._post(direct, reply, key)

    async def sign(self, place: Place, ts: str, *, working: bool) -> None:
        """An emoji on the message and a status in its thread while the bot works; a courtesy: nothing fails for it."""
        status = self._status.show if working else self._status.clear
        await asyncio.gather(self._react(place, ts, working=working), status(place, ts))

    async def _react(self, place: Place, ts: str, *, working: bool) -> None:
        try:
            client = (await self._workspace(place)).client
            change = client.reactions_add if working else client.reactions_remove
            await _call(lambda: change(channel=place.channel, timestamp=ts, name=WORKING_SIGN))
        except (TryAgain, TellPerson):
            return

    async def fetch(self, place: Place, file: File) -> bytes:
        """The bytes of a file of that workspace."""
        return await fetch(await self._workspace(place), file)

    async def may_ask(self, place: Place, user: str) -> bool:
        """Whether this person belongs to the channel."""
        people = (await self._workspace(place)).people
        return await _call(lambda: people.is_member(place.channel, user))

    async def name(self, place: Place, user: str) -> str:
        """The display name."""
        people = (await self._workspace(place)).people
        return await _call(lambda: people.name(user))

    async def permalink(self, place: Place, ts: str) -> str:
        """The address of a message; empty when Slack will not say."""
        if not ts:
            return ""
        try:
            client = (await self._workspace(place)).client
            answer = await _call(lambda: client.chat_getPermalink(channel=place.channel, message_ts=ts))
        except TellPerson:
            return ""
        return str(answer["permalink"])

    async def _workspace(self, place: Place) -> Workspace:
        return await self._workspaces.of(place.team)

    async def _record(self, action: str, place: Place, target: str, key: str = "") -> None:
        await self._audit.record(
            actor="leadhand", action=action, target=f"{place.channel}/{target}", outcome="done", key=key
        )


async def _call(fn: Callable[[], Awaitable[T]]) -> T:
    try:
        return await fn()
    except (SlackApiError, SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
        raise translate(error) from error
