"""Messages that are streamed: opened, added to, and closed by the app, by a person or by the clock."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from bot.playground import chunks
from bot.playground.blocks import MARKDOWN_CHARACTERS
from bot.playground.refusal import Refused
from bot.playground.store import Document
from bot.playground.talk import STREAMING, Talk, app_author
from bot.playground.timing import Timing

CLOSED = "completed"


@dataclass(frozen=True)
class Given:
    """What one call adds to a stream: Markdown, or chunks. One stream takes one of the two forms alone."""

    markdown: str = ""
    chunks: list[Document] = field(default_factory=list)

    @property
    def mode(self) -> str:
        """`text`, `chunks`, or nothing for a call without content."""
        return "text" if self.markdown else "chunks" if self.chunks else ""

    def as_chunks(self) -> list[Document]:
        """Both forms in one."""
        return [{"type": "markdown_text", "text": self.markdown}] if self.markdown else self.chunks


class Streams:
    """The streams that are open, in the state file as long as they are; after `Timing.stream` seconds Slack closes."""

    def __init__(self, talk: Talk, timing: Timing) -> None:
        self._talk = talk
        self._timing = timing
        self._batch = talk.workspace.store.batch
        self._open = talk.workspace.table("stream")
        self._clocks: dict[str, asyncio.TimerHandle] = {}

    def resume(self) -> None:
        """Start the clocks of streams that an earlier run left open; call it with the loop running."""
        for key, stream in self._open.items():
            self._wind(key, stream["until"] - time.time())

    def start(self, channel: Document, thread_ts: str, display: str, given: Given) -> Document:
        """Open a stream as a reply in the thread; the message. Raises Refused."""
        stream = _grown({**chunks.begin(display), "until": time.time() + self._timing.stream}, given)
        shown = {**_shown(stream), "thread_ts": thread_ts, "streaming_state": STREAMING}
        with self._batch():
            message = self._talk.post(channel, app_author(self._talk.workspace.team), **shown)
            place = {"channel": channel["id"], "ts": message["ts"], "thread_ts": thread_ts}
            self._open.put(_key(message), {**stream, **place})
        self._wind(_key(message), self._timing.stream)
        return message

    def append(self, channel: Document, message: Document, given: Given) -> Document:
        """Add to an open stream; the message. Raises Refused, message_not_in_streaming_state when it is not open."""
        stream = _grown(self._stream(message), given)
        with self._batch():
            self._open.put(_key(message), stream)
            return self._talk.redraw(channel, message, _shown(stream))

    def stop(
        self, channel: Document, message: Document, given: Given, blocks: list[Document] | None, metadata: Any
    ) -> Document:
        """Close a stream with what is left to say, blocks below it, and metadata; the message. Raises Refused."""
        stream = _grown(self._stream(message), given)
        shown = _shown(stream, ended=True)
        below = [*(shown["blocks"] or []), *(blocks or [])]
        return self._close(channel, message, {**shown, "blocks": below or None, "metadata": metadata})

    def halt(self, channel: Document, thread_ts: str) -> list[str]:
        """Close every stream of the thread, as Slack does at a press of Stop; their timestamps."""
        places = [one for one in self._open.all() if (one["channel"], one["thread_ts"]) == (channel["id"], thread_ts)]
        for stream in places:
            self._end(stream)
        return [stream["ts"] for stream in places]

    def latest_thread(self, channel: str) -> str | None:
        """The thread of the newest open stream of a channel."""
        return next((one["thread_ts"] for one in reversed(self._open.all()) if one["channel"] == channel), None)

    def close(self) -> None:
        """Stop every clock; the streams stay open in the state file."""
        for clock in self._clocks.values():
            clock.cancel()
        self._clocks.clear()

    def _stream(self, message: Document) -> Document:
        stream = self._open.get(_key(message))
        if stream is None:
            raise Refused("message_not_in_streaming_state")
        return stream

    def _wind(self, key: str, seconds: float) -> None:
        self._clocks[key] = asyncio.get_running_loop().call_later(max(0.0, seconds), self._expire, key)

    def _expire(self, key: str) -> None:
        stream = self._open.get(key)
        if stream is not None:
            self._end(stream)

    def _end(self, stream: Document) -> None:
        """Close a stream that its app did not."""
        channel = self._talk.workspace.channels.get(stream["channel"])
        message = self._talk.workspace.message(stream["channel"], stream["ts"])
        if channel and message:
            self._close(channel, message, _shown(stream, ended=True))
        self._forget(f"{stream['channel']}:{stream['ts']}")

    def _close(self, channel: Document, message: Document, changes: Document) -> Document:
        with self._batch():
            self._forget(_key(message))
            return self._talk.change(channel, message, {**changes, "streaming_state": CLOSED}, None)

    def _forget(self, key: str) -> None:
        self._open.delete(key)
        clock = self._clocks.pop(key, None)
        if clock:
            clock.cancel()


def _grown(stream: Document, given: Given) -> Document:
    if given.mode and stream["mode"] not in ("", given.mode):
        raise Refused("streaming_mode_mismatch")
    grown = chunks.add({**stream, "mode": stream["mode"] or given.mode}, given.as_chunks())
    if len(chunks.text_of(grown)) > MARKDOWN_CHARACTERS:
        raise Refused("msg_too_long")
    return grown


def _shown(stream: Document, *, ended: bool = False) -> Document:
    return {"text": chunks.text_of(stream), "blocks": chunks.blocks_of(stream, ended=ended) or None}


def _key(message: Document) -> str:
    return f"{message['channel']}:{message['ts']}"
