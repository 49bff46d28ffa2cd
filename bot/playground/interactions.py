"""Commands, buttons, modals and shortcuts: from a person's act to the app and back."""

import json
import time
from typing import Any

from bot.playground import payloads
from bot.playground.link import RETRY_REASON_TIMEOUT, Link
from bot.playground.refusal import Impossible, Refused
from bot.playground.responses import Responses
from bot.playground.sockets import Reply
from bot.playground.store import Document
from bot.playground.talk import Talk
from bot.playground.triggers import Triggers
from bot.playground.views import Views

TROUBLE = "We had some trouble connecting. Try again?"


class Interactions:
    """Carries one act of a person to the app and shows what comes back. Nothing here is repeated."""

    def __init__(self, talk: Talk, link: Link, views: Views, triggers: Triggers, responses: Responses) -> None:
        self._talk = talk
        self._workspace = talk.workspace
        self._link = link
        self._views = views
        self._triggers = triggers
        self._responses = responses

    async def command(self, channel: Document, user: str, command: str, text: str) -> Any:
        """Run a slash command; what the app answered. Raises Impossible when it did not."""
        form = payloads.slash_command(self._workspace, channel, user, command, text)
        form["response_url"] = self._responses.issue(channel["id"], user)
        form["trigger_id"] = self._triggers.issue(user)
        reply = await self._link.send("slash_commands", form)
        if reply.failure:
            code = "operation_timeout" if reply.failure == RETRY_REASON_TIMEOUT else "dispatch_failed"
            words = f'{command} failed with the error "{code}"'
            self._talk.whisper(channel, user, words)
            raise Impossible(code, words)
        self._answer(channel, user, command, reply.body)
        return reply.body

    def _answer(self, channel: Document, user: str, command: str, body: Any) -> None:
        message = {"text": body} if isinstance(body, str) else body
        if not message:
            return
        try:
            self._responses.respond({"channel": channel["id"], "user": user}, message)
        except Refused as refusal:
            self._talk.whisper(channel, user, f'{command} failed with the error "{refusal.code}"')

    async def press(self, channel: Document, message: Document, user: str, action: Document) -> None:
        """Use a button or another element of a message. Raises Impossible when the app did not answer."""
        blocks = message.get("blocks", [])
        payload = {
            **payloads.interaction(self._workspace, "block_actions", user),
            "container": payloads.container(message, channel["id"]),
            "trigger_id": self._triggers.issue(user),
            "channel": payloads.place(channel),
            "message": self._workspace.present(message),
            "state": {"values": payloads.state_values(blocks)},
            "response_url": self._responses.issue(channel["id"], user, message),
            "actions": [payloads.pressed(blocks, action)],
        }
        _acknowledged(await self._link.send("interactive", payload))

    async def press_in_view(self, user: str, view: Document, action: Document, values: Any) -> None:
        """Use an element of a modal. Raises Impossible when the app did not answer."""
        self._views.keep_state(view, payloads.state_values(view["blocks"], values or view["state"]["values"]))
        payload = {
            **payloads.interaction(self._workspace, "block_actions", user),
            "container": {"type": "view", "view_id": view["id"]},
            "trigger_id": self._triggers.issue(user),
            "view": view,
            "actions": [payloads.pressed(view["blocks"], action)],
        }
        _acknowledged(await self._link.send("interactive", payload))

    async def submit(self, user: str, view: Document, given: Any) -> Document:
        """Submit a modal; the answer for the page. Raises Impossible when the app did not answer."""
        values = payloads.state_values(view["blocks"], given)
        self._views.keep_state(view, values)
        problems = payloads.missing_answers(view["blocks"], values)
        if problems:
            return {"ok": True, "response_action": "errors", "errors": problems}
        payload = {
            **payloads.interaction(self._workspace, "view_submission", user),
            "trigger_id": self._triggers.issue(user),
            "view": view,
            "response_urls": [],
        }
        reply = _acknowledged(await self._link.send("interactive", payload))
        return self._follow(user, view, reply.body if isinstance(reply.body, dict) else {})

    def _follow(self, user: str, view: Document, body: Document) -> Document:
        """Do what the app's response_action says; without one the modal closes."""
        action = body.get("response_action")
        if action == "errors":
            errors = body.get("errors")
            if not isinstance(errors, dict) or not set(errors) <= {block["block_id"] for block in view["blocks"]}:
                raise Impossible("invalid_errors", "The app answered errors for fields that the form does not have.")
            return {"ok": True, "response_action": "errors", "errors": errors}
        try:
            self._replace(user, view, action, body.get("view"))
        except Refused as refusal:
            raise Impossible(
                refusal.code, f"The app answered with a view that Slack refuses: {refusal.extra}"
            ) from None
        return {"ok": True, **({"response_action": action} if action else {})}

    def _replace(self, user: str, view: Document, action: str | None, fresh: Any) -> None:
        match action:
            case None:
                self._views.close(user, view["id"])
            case "clear":
                self._views.close_all(user)
            case "update":
                self._views.update(view["id"], fresh)
            case "push":
                self._views.push(user, fresh)
            case _:
                raise Impossible("invalid_response_action", f"The app answered an unknown response_action: {action}")

    async def dismiss(self, user: str, view: Document, *, clear: bool = False) -> None:
        """Close a modal by hand, with `clear` the whole stack; the app hears it of the views that ask for it."""
        clear = clear or bool(view.get("clear_on_close"))
        gone = self._views.close_all(user) if clear else self._views.close(user, view["id"])
        for closed in reversed(gone):
            if closed.get("notify_on_close"):
                about = {"view": closed, "is_cleared": clear}
                payload = {**payloads.interaction(self._workspace, "view_closed", user), **about}
                await self._link.send("interactive", payload)

    async def shortcut(self, callback_id: str, user: str, channel: Document | None, message: Document | None) -> None:
        """Use a shortcut, on a message or everywhere. Raises Impossible when the app did not answer."""
        act = {
            "callback_id": callback_id,
            "trigger_id": self._triggers.issue(user),
            "action_ts": f"{time.time():.6f}",
        }
        payload = {**payloads.interaction(self._workspace, "shortcut", user), **act}
        if channel and message:
            payload |= {
                "type": "message_action",
                "channel": payloads.place(channel),
                "message_ts": message["ts"],
                "message": self._workspace.present(message),
                "response_url": self._responses.issue(channel["id"], user, message),
            }
        _acknowledged(await self._link.send("interactive", payload))


def _acknowledged(reply: Reply) -> Reply:
    if reply.failure is None:
        return reply
    code = "operation_timeout" if reply.failure == RETRY_REASON_TIMEOUT else "dispatch_failed"
    detail = f" ({json.dumps(reply.body)})" if reply.body else ""
    raise Impossible(code, f"{TROUBLE}{detail}")
