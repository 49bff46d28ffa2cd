"""What an app works at in a thread: its agent session with the Stop button, and the status line of an assistant."""

import asyncio
import time

from bot.playground import events
from bot.playground.feed import TeamFeed
from bot.playground.refusal import Impossible, Refused
from bot.playground.store import Document
from bot.playground.streams import Streams
from bot.playground.talk import Talk
from bot.playground.timing import Timing
from bot.playground.workspace import is_reply

STATUSES = ("active", "processing", "suspended", "closed")
SHOWN = ("channel", "thread_ts", "status", "title", "text", "loading_messages")


class Sessions:
    """The session of each thread, in the state file.

    `status` is what agents.sessions.setStatus said, None without it; `text` is the status line of
    assistant.threads.setStatus, which goes after `Timing.status` seconds and when the app posts in the thread.
    """

    def __init__(self, talk: Talk, streams: Streams, feed: TeamFeed, timing: Timing) -> None:
        self._talk = talk
        self._streams = streams
        self._feed = feed
        self._timing = timing
        self._kept = talk.workspace.table("session")
        self._clocks: dict[str, asyncio.TimerHandle] = {}
        talk.on_post.append(self._posted)

    def resume(self) -> None:
        """Start the clocks of status lines that an earlier run left; call it with the loop running."""
        for key, session in self._kept.items():
            if session["text"]:
                self._wind(key, session["until"] - time.time())

    def describe(self) -> list[Document]:
        """Every session and status line, for the page."""
        return [_shown(session) for session in self._kept.all()]

    def find(self, channel: str, thread_ts: str) -> Document | None:
        """The session of a thread, if the app opened one."""
        session = self._kept.get(f"{channel}:{thread_ts}")
        return session if session and session["status"] else None

    def set_status(self, channel: str, thread_ts: str, status: str, title: str = "") -> Document:
        """Move a session on; the first call opens it, and only then the title counts. Raises Refused."""
        if status not in STATUSES:
            raise Refused("invalid_status")
        known = self.find(channel, thread_ts)
        session = self._session(channel, thread_ts)
        return self._put({**session, "status": status, "title": session["title"] if known else title})

    def rename(self, channel: str, thread_ts: str, title: str) -> Document:
        """Give the session of a thread another title, opened or not."""
        return self._put({**self._session(channel, thread_ts), "title": title})

    def say(self, channel: str, thread_ts: str, text: str, loading_messages: list[str]) -> None:
        """Show a status line in a thread; an empty one takes it away."""
        until = time.time() + self._timing.status
        line = {"text": text, "loading_messages": loading_messages if text else [], "until": until}
        self._put({**self._session(channel, thread_ts), **line})
        self._wind(f"{channel}:{thread_ts}", self._timing.status if text else None)

    def stop(self, channel: Document, thread_ts: str | None, user: str) -> Document:
        """A person presses Stop: Slack closes the streams of the thread and tells the app, whose work is the rest.

        Raises Impossible when nothing is under way there.
        """
        thread = thread_ts or self._latest_thread(channel["id"])
        session = self.find(channel["id"], thread) if thread else None
        with self._talk.workspace.store.batch():
            stopped = self._streams.halt(channel, thread) if thread else []
            if thread is None or not (stopped or (session and session["status"] == "processing")):
                raise Impossible("nothing_to_stop", "The app is not at work in this thread.")
            self._talk.tell(channel, events.session_stopped(self._talk.workspace, channel["id"], thread, user, stopped))
        return {"thread_ts": thread, "streaming_message_ts": stopped}

    def close(self) -> None:
        """Stop every clock; what is shown stays in the state file."""
        for clock in self._clocks.values():
            clock.cancel()
        self._clocks.clear()

    def _latest_thread(self, channel: str) -> str | None:
        at_work = [one for one in self._kept.all() if one["channel"] == channel and one["status"] == "processing"]
        newest = max(at_work, key=lambda session: session["since"], default=None)
        return newest["thread_ts"] if newest else self._streams.latest_thread(channel)

    def _session(self, channel: str, thread_ts: str) -> Document:
        empty: Document = {"status": None, "title": "", "text": "", "loading_messages": [], "until": 0.0}
        return self._kept.get(f"{channel}:{thread_ts}") or {"channel": channel, "thread_ts": thread_ts, **empty}

    def _put(self, session: Document) -> Document:
        kept = {**session, "since": time.time()}
        self._kept.put(f"{session['channel']}:{session['thread_ts']}", kept)
        self._feed.publish({"type": "session", "session": _shown(kept)})
        return kept

    def _wind(self, key: str, seconds: float | None) -> None:
        clock = self._clocks.pop(key, None)
        if clock:
            clock.cancel()
        if seconds is not None:
            self._clocks[key] = asyncio.get_running_loop().call_later(max(0.0, seconds), self._hush, key)

    def _posted(self, message: Document) -> None:
        if is_reply(message) and message.get("user") == self._talk.workspace.bot:
            self._hush(f"{message['channel']}:{message['thread_ts']}")

    def _hush(self, key: str) -> None:
        """Take the status line away."""
        self._wind(key, None)
        session = self._kept.get(key)
        if session and session["text"]:
            self._put({**session, "text": "", "loading_messages": []})


def _shown(session: Document) -> Document:
    return {key: session[key] for key in SHOWN}
