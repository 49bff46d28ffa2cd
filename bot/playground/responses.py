"""Messages that the app sends as its answer to a command or a button: by reply or by response_url."""

import time
from typing import Any

from bot.playground.content import Content, app_blocks
from bot.playground.refusal import Refused
from bot.playground.store import Document
from bot.playground.talk import Talk, app_author
from bot.playground.timing import Timing
from bot.playground.workspace import mint

USES = 5


class Responses:
    """Issues response_urls, and posts what the app sends there. They last half an hour and five uses."""

    def __init__(self, talk: Talk, timing: Timing) -> None:
        self._talk = talk
        self._timing = timing
        self._urls = talk.workspace.table("response_url")

    def issue(self, channel: str, user: str, message: Document | None = None) -> str:
        """A new response_url; `message` is the one whose button was pressed."""
        self._forget_old()
        token = mint("", 24)
        place: Document = {"channel": channel, "user": user, "uses": 0, "since": time.time()}
        if message:
            place |= {"ts": message["ts"], "thread_ts": message.get("thread_ts")}
            place["ephemeral"] = bool(message.get("ephemeral"))
        self._urls.put(token, place)
        return f"{self._talk.origin}/actions/{self._talk.workspace.team.id}/{token}"

    def _forget_old(self) -> None:
        for token, place in self._urls.items():
            if time.time() - place["since"] > self._timing.response_url:
                self._urls.delete(token)

    def use(self, token: str, body: Document) -> None:
        """Do what a POST to a response_url asks. Raises Refused with Slack's code."""
        self._forget_old()
        place = self._urls.get(token)
        if place is None:
            raise Refused("expired_url")
        if place["uses"] >= USES:
            raise Refused("used_url")
        self.respond(place, body)
        self._urls.put(token, {**place, "uses": place["uses"] + 1})

    def respond(self, place: Document, body: Document) -> None:
        """Show the answer in the channel of `place`. Raises Refused, as chat.postMessage does."""
        workspace = self._talk.workspace
        channel = workspace.channels.get(place["channel"])
        if channel is None:
            raise Refused("channel_not_found")
        if body.get("delete_original"):
            self._delete_original(channel, place)
            return
        content = app_blocks(body)
        if body.get("replace_original") and place.get("ts"):
            self._replace_original(channel, place, content)
        else:
            self._say(channel, place, body, content)

    def _delete_original(self, channel: Document, place: Document) -> None:
        ts = place.get("ts", "")
        original = self._talk.workspace.message(channel["id"], ts)
        if place.get("ephemeral"):
            self._talk.drop_whisper(channel["id"], ts)
        elif original:
            self._talk.delete(channel, original)

    def _replace_original(self, channel: Document, place: Document, content: Content) -> None:
        ts = place["ts"]
        if place.get("ephemeral"):
            whispered = self._talk.ephemerals.get((channel["id"], ts))
            if whispered:
                changed = {**whispered, "text": content.text, "blocks": content.blocks}
                self._talk.keep_whisper({key: value for key, value in changed.items() if value is not None})
            return
        original = self._talk.workspace.message(channel["id"], ts)
        if original is None:
            raise Refused("message_not_found")
        changes = {"text": content.text, "blocks": content.blocks}
        self._talk.change(channel, original, changes, self._talk.workspace.bot)

    def _say(self, channel: Document, place: Document, body: Document, content: Content) -> None:
        more: dict[str, Any] = {"blocks": content.blocks, "thread_ts": body.get("thread_ts") or place.get("thread_ts")}
        if body.get("response_type") == "in_channel":
            self._talk.post(channel, app_author(self._talk.workspace.team), content.text, **more)
        else:
            self._talk.whisper(channel, place["user"], content.text, **more)
