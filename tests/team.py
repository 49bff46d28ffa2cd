"""A team in the playground: what people do there and what they hear from the bot."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp

PATIENCE = 10.0
BOARD_CALLS = {"key": "playground", "token": "playground"}
Json = dict[str, Any]


async def install_manifest(url: str) -> None:
    """Have the playground's app be the one of manifest.json: no scope more, no event more than that asks for."""
    manifest = (Path(__file__).parents[1] / "manifest.json").read_text("utf-8")
    headers = {"Authorization": "Bearer xoxe.xoxp-playground"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/api/apps.manifest.create", json={"manifest": manifest}, headers=headers) as answer,
    ):
        said = await answer.json()
        assert said["ok"], said


class Team:
    """What people do and hear. Names are those of the sample company: mira, priya, tomas, ..."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.session = session
        self.patience = PATIENCE

    async def meet(self) -> None:
        state = await self.get("/_control/state")
        self.support = next(c["id"] for c in state["channels"] if c["name"] == "support")
        self.bot = state["apps"][0]["botUserId"]
        self.board = state["board"]["id"]
        self.renew()

    def renew(self) -> None:
        """A report of its own for each test: an order number that no other text has."""
        self.channel = self.support
        self.order = str(secrets.randbelow(9_000_000) + 1_000_000)
        self.report = (
            f"hey, the CSV export of order {self.order} is broken again on Safari 17.4, the spinner never stops when "
            "I press Export on /orders. Console says: TypeError: rows is undefined"
        )
        self.since = time.time()

    async def get(self, path: str) -> Any:
        async with self.session.get(self.url + path) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def control(self, verb: str, **body: Any) -> Json:
        async with self.session.post(f"{self.url}/_control/{verb}", json=body) as answer:
            said: Json = await answer.json()
            assert said["ok"], (verb, said)
            return said

    async def says(self, user: str, text: str, thread: str = "") -> str:
        thread_ts = {"thread_ts": thread} if thread else {}
        said = await self.control("message", channel=self.channel, user=who(user), text=text, **thread_ts)
        return str(said["message"]["ts"])

    async def reacts(self, user: str, ts: str, name: str = "ticket", *, present: bool = True) -> None:
        await self.control("reaction", channel=self.channel, ts=ts, user=who(user), name=name, present=present)

    async def edits(self, user: str, ts: str, text: str) -> None:
        await self.control("edit-message", channel=self.channel, user=who(user), ts=ts, text=text)

    async def deletes(self, user: str, ts: str) -> None:
        await self.control("delete-message", channel=self.channel, user=who(user), ts=ts)

    async def comments(self, card: Json) -> list[str]:
        """What stands under a card, oldest first."""
        actions = await self.get(f"/1/cards/{card['id']}/actions?filter=commentCard")
        return [str(action["data"]["text"]) for action in reversed(actions)]

    async def commands(self, user: str, command: str, text: str = "") -> Json:
        return await self.control("command", channel=self.channel, user=who(user), command=command, text=text)

    async def shortcuts(self, user: str, ts: str, callback_id: str = "ticket_from_message") -> None:
        await self.control("shortcut", callback_id=callback_id, channel=self.channel, messageTs=ts, user=who(user))

    async def presses(self, user: str, message: Json, action_id: str) -> None:
        action = next(e for e in buttons(message) if e["action_id"] == action_id)
        await self.control(
            "interact",
            channel=self.channel,
            user=who(user),
            messageTs=message["ts"],
            action={"type": "button", "action_id": action_id, "value": action["value"]},
        )

    async def votes(self, user: str, message: Json, thumb: str) -> None:
        """Press a thumb under a message: `positive` or `negative`."""
        elements = [e for b in message["blocks"] if b["type"] == "context_actions" for e in b["elements"]]
        (element,) = [e for e in elements if e["type"] == "feedback_buttons"]
        value = element[f"{thumb}_button"]["value"]
        action = {"type": "feedback_buttons", "action_id": element["action_id"], "value": value}
        await self.control("interact", channel=self.channel, user=who(user), messageTs=message["ts"], action=action)

    async def messages(self) -> list[Json]:
        return list((await self.get(f"/_control/messages/{self.channel}"))["messages"])

    async def thread(self, ts: str) -> list[Json]:
        """What the bot said in the thread."""
        return [m for m in await self.messages() if m.get("thread_ts") == ts and m.get("user") == self.bot]

    async def hears(self, ts: str, text: str = "") -> Json:
        """The bot's latest message in the thread that holds the text."""

        async def heard() -> Json | None:
            said = [m for m in await self.thread(ts) if text in seen(m)]
            return said[-1] if said else None

        return await self.until(heard, f"the bot to say {text!r}")

    async def whispers(self, user: str, text: str = "") -> str:
        """What the bot told one person alone."""

        async def heard() -> str | None:
            told = (await self.get(f"/_control/ephemeral?user={who(user)}"))["messages"]
            return next((seen(m) for m in reversed(told) if text in seen(m)), None)

        return await self.until(heard, f"a whisper to {user} with {text!r}")

    async def opens_home(self, user: str, tab: str = "home") -> None:
        await self.control("open-home", user=who(user), tab=tab)

    async def home(self, user: str, text: str = "") -> str:
        """All the text of a person's App Home, once it holds the text."""

        async def shown() -> str | None:
            homes = (await self.get("/_control/state"))["homes"]
            found = next((seen(home["view"]) for home in homes if home["user"] == who(user)), None)
            return found if found is not None and text in found else None

        return await self.until(shown, f"{user}'s Home with {text!r}")

    async def talk_with_bot(self, user: str) -> str:
        """The direct channel of a person and the bot; from here on the team writes there."""
        opened = await self.control("open-dm", user=who(user), **{"with": self.bot})
        self.channel = opened["channel"]["id"]
        return str(self.channel)

    async def modal(self, user: str) -> Json:
        async def opened() -> Json | None:
            views = (await self.get("/_control/state"))["views"]
            return next((v["view"] for v in reversed(views) if v["user"] == who(user)), None)

        return await self.until(opened, f"a window for {user}")

    async def saves(self, user: str, view: Json, **changes: str) -> Json:
        """Save the window with some fields changed: by block id, the part after a dot suffices."""
        values = {block["block_id"]: typed(block, changes) for block in view["blocks"] if block["type"] == "input"}
        async with self.session.post(
            f"{self.url}/_control/submit-view", json={"user": who(user), "view_id": view["id"], "values": values}
        ) as answer:
            return dict(await answer.json())

    async def cards(self) -> list[Json]:
        return list(await self.get(f"/1/boards/{self.board}/cards/open"))

    async def cards_like(self, text: str) -> list[Json]:
        return [card for card in await self.cards() if text in card["name"] or text in card["desc"]]

    async def drags(self, user: str, card: Json, to: str) -> None:
        lists = await self.get(f"/1/boards/{self.board}/lists")
        target = next(entry["id"] for entry in lists if entry["name"] == to)
        async with self.session.put(
            f"{self.url}/1/cards/{card['id']}",
            params=BOARD_CALLS,
            json={"idList": target},
            headers={"X-Playground-User": who(user)},
        ) as answer:
            assert answer.status == 200, await answer.text()

    async def until(self, look: Callable[[], Awaitable[Any]], what: str) -> Any:
        end = time.monotonic() + self.patience
        while time.monotonic() < end:
            if found := await look():
                return found
            await asyncio.sleep(0.02)
        raise AssertionError(
            f"waited in vain for {what}; the bot said: {[seen(m)[:200] for m in await self.messages()][-4:]}"
        )


def who(name: str) -> str:
    return f"U0{name.upper()}"


def seen(message: Json) -> str:
    """All the text of a message."""
    return "\n".join([message.get("text", ""), *_texts(message.get("blocks") or [])])


def _texts(node: Any) -> list[str]:
    if isinstance(node, Mapping):
        own = [node["text"]] if isinstance(node.get("text"), str) else []
        return own + [text for value in node.values() for text in _texts(value)]
    return [text for entry in node for text in _texts(entry)] if isinstance(node, list) else []


def buttons(message: Json) -> list[Json]:
    return [e for block in message.get("blocks") or [] if block["type"] == "actions" for e in block["elements"]]


def typed(block: Json, changes: Mapping[str, str]) -> Json:
    element = block["element"]
    value = changes.get(block["block_id"], changes.get(block["block_id"].rpartition(".")[2]))
    if element["type"] == "static_select":
        option = element.get("initial_option")
        if value is not None:
            option = next(o for o in element["options"] if o["value"] == value)
        return {element["action_id"]: {"type": element["type"], "selected_option": option}}
    if element["type"] == "conversations_select":
        return {element["action_id"]: {"type": element["type"], "selected_conversation": value}}
    text = element.get("initial_value") if value is None else value
    return {element["action_id"]: {"type": element["type"], "value": text}}
