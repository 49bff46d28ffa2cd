"""The app is removed from a workspace in the middle of the work, and comes back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.branches import ready, two_branches
from tests.tenants import OAUTH, Tenants

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_removed_in_the_middle_of_a_draft_and_back_again(open_team: Any) -> None:
    async with open_team(**OAUTH) as team:
        stays, goes = await two_branches(team)
        kept = await goes.tells()
        draft = await goes.drafts(kept)
        goes.renew()
        late = await goes.tells()
        # The draft cannot be posted for some seconds: time for somebody to remove the app meanwhile.
        await team.control("fault", target="slack", method="chat.postMessage", kind="429", times=3)
        await goes.marks(late)
        await team.until(lambda: _is_drafted(team, late), "the draft to be made")
        await team.control("uninstall", team=goes.team)
        (ended,) = await team.ended("ticket.draft", "unreachable")
        assert "install" in ended.reason.lower() or "removed" in ended.reason
        await team.ended("install.remove", "removed")
        assert await ready(team) == "1 workspace"
        await stays.drafts(await stays.tells())

        tenants = Tenants(team.url, team.session)
        tenants.bot = f"http://127.0.0.1:{team.process.port}"
        assert (await tenants.installs(goes.team))[0] == 200
        await team.control("join", channel=goes.channel, user=goes.bot)
        await goes.files(draft)
        await goes.hears(kept, "Filed")


async def _is_drafted(team: Any, ts: str) -> bool:
    return any(row.anchor_ts == ts for row in await team.parts.drafts.recent(5))
