"""The acts of a person as control verbs: writing, reacting, pressing, submitting."""

import base64
import re
from collections.abc import Awaitable, Callable
from typing import Any

from bot.playground import typed
from bot.playground.files import Files, Upload
from bot.playground.interactions import Interactions
from bot.playground.named import Named
from bot.playground.people_acts import PeopleActs
from bot.playground.place_acts import PlaceActs
from bot.playground.refusal import Impossible
from bot.playground.sessions import Sessions
from bot.playground.store import Document
from bot.playground.talk import Talk, author_of
from bot.playground.views import Views

EMOJI = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")
# Slack's own client sends longer messages as a file.
TYPED_CHARACTERS = 40_000

Find = Callable[[str], tuple[str, Document] | None]


class Acts:
    """Each verb takes a JSON object and answers one; it raises Impossible with a code and plain words."""

    def __init__(self, talk: Talk, views: Views, interactions: Interactions, sessions: Sessions, files: Files) -> None:
        self._talk = talk
        self._workspace = talk.workspace
        self._views = views
        self._interactions = interactions
        self._sessions = sessions
        self._files = files
        self._named = Named(talk.workspace)

    def verbs(self) -> dict[str, Callable[[Document], Awaitable[Document]]]:
        """Every verb by its name."""
        return {
            "message": self.message,
            "edit-message": self.edit_message,
            "delete-message": self.delete_message,
            "reaction": self.reaction,
            "command": self.command,
            "interact": self.interact,
            "shortcut": self.shortcut,
            "submit-view": self.submit_view,
            "close-view": self.close_view,
            "open-dm": self.open_dm,
            "open-home": self.open_home,
            "stop": self.stop,
            "dismiss": self.dismiss,
            **PlaceActs(self._talk).verbs(),
            **PeopleActs(self._talk).verbs(),
        }

    async def message(self, body: Document) -> Document:
        """Write a message; in a public channel that joins the person, as Slack's client makes one do."""
        if body.get("as_bot"):
            return self._webhook(body)
        channel, user = self._named.open_place(body)
        uploads = _uploads(body.get("files"))
        text = "" if uploads and not body.get("text") else self._typed(body)
        thread = self._named.thread(channel, body.get("thread_ts"))
        if not self._workspace.is_member(channel, user):
            self._talk.join(channel, user)
        author = author_of(self._workspace, user)
        if uploads:
            files = [self._files.add(user, upload) for upload in uploads]
            message = self._files.share(channel, author, text, files, thread)
        else:
            message = self._talk.post(channel, author, text, thread_ts=thread)
        return {"message": self._talk.show(message)}

    def _webhook(self, body: Document) -> Document:
        """A message of an app without a bot user, by incoming webhook: subtype bot_message, no user."""
        channel = self._named.channel(body)
        if channel.get("is_archived"):
            raise Impossible("is_archived", "This channel is archived.")
        name = body["as_bot"] if isinstance(body["as_bot"], str) else "webhook"
        who = {"subtype": "bot_message", "bot_id": str(body.get("bot_id") or "B0WEBHOOK"), "username": name}
        thread, text = self._named.thread(channel, body.get("thread_ts")), self._typed(body)
        bots = self._workspace.company.get("bots") or {}
        self._workspace.company.put("bots", {**bots, who["bot_id"]: name})
        return {"message": self._talk.show(self._talk.post(channel, who, text, thread_ts=thread))}

    def _typed(self, body: Document) -> str:
        text = body.get("text")
        if not isinstance(text, str) or not text.strip():
            raise Impossible("no_text", "A message needs a text.")
        if len(text) > TYPED_CHARACTERS:
            raise Impossible("msg_too_long", f"A message holds at most {TYPED_CHARACTERS} characters.")
        return typed.encode(text, self._workspace)

    async def edit_message(self, body: Document) -> Document:
        """Edit one's own message."""
        channel, user = self._named.place(body)
        message = self._own(channel, user, body)
        text = self._typed(body)
        if text != message["text"]:
            message = self._talk.change(channel, message, {"text": text}, user)
        return {"message": self._talk.show(message)}

    async def delete_message(self, body: Document) -> Document:
        """Delete one's own message."""
        channel, user = self._named.place(body)
        self._talk.delete(channel, self._own(channel, user, body))
        return {}

    def _own(self, channel: Document, user: str, body: Document) -> Document:
        message = self._named.message(channel, body.get("ts"))
        if message.get("user") != user:
            raise Impossible("not_your_message", "Only its writer may change a message.")
        return message

    async def reaction(self, body: Document) -> Document:
        """Add a reaction, or remove it with present: false; one that is there already changes nothing."""
        channel, user = self._named.place(body)
        name = str(body.get("name") or "").strip(":")
        if not EMOJI.fullmatch(name):
            raise Impossible("invalid_name", "name must be an emoji's name, like ticket.")
        message = self._named.message(channel, body.get("ts"))
        self._talk.react(channel, message, user, name, present=body.get("present", True) is not False)
        return {}

    async def command(self, body: Document) -> Document:
        """Run a slash command."""
        channel, user = self._named.place(body)
        command = str(body.get("command") or "")
        if not re.fullmatch(r"/[a-z0-9_-]{1,32}", command):
            raise Impossible("invalid_command", "command must look like /ticket.")
        if body.get("thread_ts"):
            words = f"{command} is not supported in threads. Sorry!"
            self._talk.whisper(channel, user, words, thread_ts=str(body["thread_ts"]))
            raise Impossible("not_supported_in_threads", words)
        text = typed.encode(str(body.get("text") or ""), self._workspace)
        return {"response": await self._interactions.command(channel, user, command, text)}

    async def interact(self, body: Document) -> Document:
        """Press a button or use another element, of a message or of a modal."""
        action = body.get("action")
        if not isinstance(action, dict) or not isinstance(action.get("action_id"), str):
            raise Impossible("invalid_action", "action needs an action_id.")
        if body.get("view_id"):
            user, view = self._view(body, self._views.find_anywhere)
            await self._interactions.press_in_view(user, view, action, body.get("values"))
            return {}
        channel, user = self._named.place(body)
        ts = str(body.get("messageTs") or body.get("ts"))
        message = self._talk.ephemerals.get((channel["id"], ts)) or self._named.message(channel, ts)
        if message.get("user") != self._workspace.bot:
            raise Impossible("invalid_action", "Only messages of an app have buttons.")
        await self._interactions.press(channel, message, user, action)
        return {}

    async def shortcut(self, body: Document) -> Document:
        """Use a shortcut on a message, or a global one when no message is named."""
        callback_id = str(body.get("callback_id") or "")
        if not callback_id:
            raise Impossible("invalid_shortcut", "callback_id is missing.")
        ts = body.get("messageTs") or body.get("ts")
        if ts is None:
            await self._interactions.shortcut(callback_id, self._named.user(body), None, None)
            return {}
        channel, user = self._named.place(body)
        await self._interactions.shortcut(callback_id, user, channel, self._named.message(channel, ts))
        return {}

    async def submit_view(self, body: Document) -> Document:
        """Submit a modal."""
        user, view = self._view(body)
        return await self._interactions.submit(user, view, body.get("values"))

    async def close_view(self, body: Document) -> Document:
        """Close a modal by hand, with `clear` everything that is open."""
        user, view = self._view(body)
        await self._interactions.dismiss(user, view, clear=body.get("clear") is True)
        return {}

    def _view(self, body: Document, find: Find | None = None) -> tuple[str, Document]:
        user = self._named.user(body)
        found = (find or self._views.find)(str(body.get("view_id")))
        if found is None or found[0] != user:
            raise Impossible("view_not_found", "This person has no such view open.")
        return found

    async def open_dm(self, body: Document) -> Document:
        """Open the direct channel of two users."""
        other = self._named.user(body, "with")
        channel, _ = self._talk.open_direct(self._named.user(body), other)
        return {"channel": {"id": channel["id"]}}

    async def open_home(self, body: Document) -> Document:
        """Look at the app's home; tab is `home` or `messages`."""
        user = self._named.user(body)
        tab = "messages" if body.get("tab") == "messages" else "home"
        self._talk.open_home(user, tab, self._views.home(user))
        return {"view": self._views.home(user)}

    async def stop(self, body: Document) -> Document:
        """Press Stop where the app is at work: in a thread, or in the one of the channel that it took up last."""
        channel, user = self._named.place(body)
        return self._sessions.stop(channel, self._named.thread(channel, body.get("thread_ts")), user)

    async def dismiss(self, body: Document) -> Document:
        """Put away an ephemeral message, as its reader can."""
        channel, user = self._named.place(body)
        place = channel["id"], str(body.get("ts"))
        if self._talk.ephemerals.get(place, {}).get("to") != user:
            raise Impossible("message_not_found", "This person sees no such message here.")
        self._talk.drop_whisper(*place)
        return {}


def _uploads(given: Any) -> list[Upload]:
    """The files of a message, each with its bytes in base64. Raises Impossible."""
    if not isinstance(given, list | None) or any(not isinstance(one, dict) for one in given or []):
        raise Impossible("invalid_files", "files must be a list of objects.")
    return [_upload(one) for one in given or []]


def _upload(given: Document) -> Upload:
    name, mimetype = given.get("name"), given.get("mimetype", "")
    try:
        content = base64.b64decode(str(given.get("content_base64", "")), validate=True)
    except ValueError:
        raise Impossible("invalid_files", "content_base64 must be base64.") from None
    if not isinstance(name, str) or not name.strip() or not isinstance(mimetype, str):
        raise Impossible("invalid_files", "A file needs a name, and a mimetype is a text.")
    return Upload(name.replace("/", "_")[:255], mimetype, content)
