"""The people of two workspaces that share one bot."""

from __future__ import annotations

from typing import Any

from tests.team import Team, buttons
from tests.tenants import Tenants

LARKSPUR = "T0LARKSPUR"


class Branch(Team):
    """The people of one workspace, by their ids; `bot` is the bot's user there."""

    def __init__(self, team: Any, name: str, users: list[str], channel: str, bot: str) -> None:
        super().__init__(team.url, team.session)
        self.team, self.users, self.bot = name, users, bot
        self.board = team.board
        self.support = channel
        self.renew()

    async def tells(self, text: str = "", thread: str = "") -> str:
        more = {"thread_ts": thread} if thread else {}
        body = {"channel": self.channel, "user": self.users[0], "text": text or self.report, **more}
        return str((await self.control("message", **body))["message"]["ts"])

    async def marks(self, ts: str) -> None:
        await self.control("reaction", channel=self.channel, ts=ts, user=self.users[1], name="ticket", present=True)

    async def files(self, draft: Any) -> None:
        value = next(e["value"] for e in buttons(draft) if e["action_id"] == "ticket_file")
        action = {"type": "button", "action_id": "ticket_file", "value": value}
        user, ts = self.users[1], draft["ts"]
        await self.control("interact", channel=self.channel, user=user, messageTs=ts, action=action)

    async def drafts(self, ts: str) -> Any:
        """React, and hear the draft."""
        await self.marks(ts)
        return await self.hears(ts, self.order)


async def branch(team: Any, tenants: Tenants, name: str, users: list[str], channel: str) -> Branch:
    assert (await tenants.installs(name))[0] == 200
    teams = (await team.get("/_control/state"))["teams"]
    bot = next(one["botUserId"] for one in teams if one["id"] == name)
    await team.control("join", channel=channel, user=bot)
    return Branch(team, name, users, channel, bot)


async def two_branches(team: Any, bot: str = "") -> tuple[Branch, Branch]:
    """The sample company and a print shop; `bot` is the bot's address, unless it runs in this process."""
    tenants = Tenants(team.url, team.session)
    tenants.bot = bot or f"http://127.0.0.1:{team.process.port}"
    made = await tenants.opens("Harbour Prints")
    users, channels = [user["id"] for user in made["users"]], made["channels"]
    for user in users[:2]:
        await team.control("join", channel=channels[1]["id"], user=user)
    return (
        await branch(team, tenants, LARKSPUR, ["U0MIRA", "U0PRIYA"], team.support),
        await branch(team, tenants, made["team"]["id"], users, channels[1]["id"]),
    )


async def is_ready(team: Any) -> bool:
    async with team.session.get(f"http://127.0.0.1:{team.process.port}/readyz") as answer:
        return bool(answer.status == 200)


async def ready(team: Any) -> str:
    async with team.session.get(f"http://127.0.0.1:{team.process.port}/readyz") as answer:
        return str((await answer.json())["checks"]["workspaces"])
