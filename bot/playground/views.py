"""Open modals and App Home tabs: each person's stack of views, as Slack keeps it."""

import json
import time
import uuid
from typing import Any

from bot.playground.blocks import view_problems
from bot.playground.feed import TeamFeed
from bot.playground.refusal import Refused
from bot.playground.schema import Problem, at, check_string, check_text
from bot.playground.store import Document
from bot.playground.team import APP_ID, Team
from bot.playground.workspace import mint

STACK_LIMIT = 3
VIEW_BYTES = 250_000


class Views:
    """The views that are open now. They close when the playground stops, as a browser's do."""

    def __init__(self, feed: TeamFeed, team: Team) -> None:
        self._feed = feed
        self._team = team
        self._stacks: dict[str, list[Document]] = {}
        self._homes: dict[str, Document] = {}

    def describe(self) -> list[Document]:
        """Every open modal, the top of a stack last."""
        return [
            {"id": view["id"], "user": user, "view": view} for user, stack in self._stacks.items() for view in stack
        ]

    def find(self, view_id: str) -> tuple[str, Document] | None:
        """The person who has this view open, and the view."""
        pairs = ((user, view) for user, stack in self._stacks.items() for view in stack)
        return next(((user, view) for user, view in pairs if view["id"] == view_id), None)

    def find_anywhere(self, view_id: str) -> tuple[str, Document] | None:
        """As `find`, App Home tabs included."""
        homes = ((user, view) for user, view in self._homes.items() if view["id"] == view_id)
        return self.find(view_id) or next(homes, None)

    def by_external_id(self, external_id: str) -> tuple[str, Document] | None:
        """The open view with the app's own id."""
        pairs = ((user, view) for user, stack in self._stacks.items() for view in stack)
        return next(((user, view) for user, view in pairs if view["external_id"] == external_id), None)

    def open(self, user: str, view: Any) -> Document:
        """Open a modal in place of whatever the person had open. Raises Refused."""
        fresh = self._build(view, None)
        for stale in self._stacks.pop(user, []):
            self._publish(user, stale["id"], None)
        self._stacks[user] = [fresh]
        self._publish(user, fresh["id"], fresh)
        return fresh

    def push(self, user: str, view: Any) -> Document:
        """Open a modal on top of the one that is open. Raises Refused."""
        stack = self._stacks.get(user)
        if not stack:
            raise Refused("not_found")
        if len(stack) >= STACK_LIMIT:
            raise Refused("push_limit_reached")
        fresh = self._build(view, stack[-1])
        stack.append(fresh)
        self._publish(user, fresh["id"], fresh)
        return fresh

    def update(self, view_id: str, view: Any, given_hash: str | None = None) -> Document:
        """Replace the content of an open modal. Raises Refused, hash_conflict when somebody was faster."""
        found = self.find(view_id)
        if found is None:
            raise Refused("not_found")
        user, old = found
        if given_hash and given_hash != old["hash"]:
            raise Refused("hash_conflict")
        kept = {key: old[key] for key in ("id", "root_view_id", "previous_view_id")}
        fresh = {**self._build(view, None, replaced=view_id), **kept}
        stack = self._stacks[user]
        stack[stack.index(old)] = fresh
        self._publish(user, view_id, fresh)
        return fresh

    def keep_state(self, view: Document, values: Document) -> None:
        """Hold what the person has typed so far."""
        view["state"] = {"values": values}

    def close(self, user: str, view_id: str) -> list[Document]:
        """Close a view and whatever lies on it; the closed views, top last."""
        stack = self._stacks.get(user, [])
        place = next((index for index, view in enumerate(stack) if view["id"] == view_id), None)
        if place is None:
            return []
        closed = stack[place:]
        del stack[place:]
        for view in reversed(closed):
            self._publish(user, view["id"], None)
        return closed

    def close_all(self, user: str) -> list[Document]:
        """Close the person's whole stack."""
        stack = self._stacks.get(user, [])
        return self.close(user, stack[0]["id"]) if stack else []

    def publish_home(self, user: str, view: Any, given_hash: str | None = None) -> Document:
        """Set the person's App Home tab. Raises Refused, hash_conflict when somebody was faster."""
        old = self._homes.get(user)
        if given_hash and old and given_hash != old["hash"]:
            raise Refused("hash_conflict")
        fresh = self._build(view, None, kind="home")
        if old:
            fresh |= {"id": old["id"], "root_view_id": old["id"]}
        self._homes[user] = fresh
        self._feed.publish({"type": "home", "user": user, "view": fresh})
        return fresh

    def homes(self) -> list[Document]:
        """Every App Home tab that is published."""
        return [{"id": view["id"], "user": user, "view": view} for user, view in self._homes.items()]

    def home(self, user: str) -> Document | None:
        """The person's App Home tab, if the app published one."""
        return self._homes.get(user)

    def clear(self) -> None:
        """Close everything without telling anybody."""
        self._stacks.clear()
        self._homes.clear()

    def _publish(self, user: str, view_id: str, view: Document | None) -> None:
        self._feed.publish({"type": "view", "user": user, "view_id": view_id, "view": view})

    def _build(self, view: Any, under: Document | None, replaced: str | None = None, kind: str = "modal") -> Document:
        _check_view(view, kind)
        external_id = view.get("external_id") or ""
        holder = self.by_external_id(external_id) if external_id else None
        if holder and holder[1]["id"] != replaced:
            raise Refused("duplicate_external_id")
        view_id = mint("V")
        blocks = [{"block_id": mint("", 5), **block} for block in view["blocks"]]
        defaults = {"private_metadata": "", "callback_id": "", "clear_on_close": False, "notify_on_close": False}
        team = self._team
        owner = {"team_id": team.id, "app_id": APP_ID, "bot_id": team.bot_id, "app_installed_team_id": team.id}
        place: Document = {
            "id": view_id,
            "hash": f"{int(time.time())}.{uuid.uuid4().hex[:8]}",
            "state": {"values": {}},
            "root_view_id": under["root_view_id"] if under else view_id,
            "previous_view_id": under["id"] if under else None,
        }
        texts = {key: view.get(key) for key in ("title", "submit", "close")}
        return {**defaults, **view, **texts, **owner, **place, "external_id": external_id, "blocks": blocks}


def _check_view(view: Any, kind: str) -> None:
    if len(json.dumps(view)) > VIEW_BYTES:
        raise Refused("view_too_large")
    problems = list(_view_problems(view, kind))
    if problems:
        raise Refused("invalid_arguments", response_metadata={"messages": problems})


def _view_problems(view: Any, kind: str) -> list[Problem]:
    if not isinstance(view, dict):
        return [at("/view", "must provide an object")]
    if view.get("type") != kind:
        return [at("/view/type", f"must be {kind}")]
    problems: list[Problem] = []
    if kind == "modal":
        problems += _modal_problems(view)
    for key, limit in (("callback_id", 255), ("external_id", 255), ("private_metadata", 3000)):
        problems += check_string(view, key, "/view", limit, required=False)
    return problems + view_problems(view.get("blocks"), "/view/blocks")


def _modal_problems(view: Document) -> list[Problem]:
    problems = list(check_text(view.get("title"), "/view/title", 24, plain=True))
    for key in ("submit", "close"):
        if view.get(key) is not None:
            problems += check_text(view[key], f"/view/{key}", 24, plain=True)
    blocks = view.get("blocks")
    inputs = isinstance(blocks, list) and any(isinstance(b, dict) and b.get("type") == "input" for b in blocks)
    if inputs and view.get("submit") is None:
        problems.append(at("/view", "missing required field: submit"))
    return problems
