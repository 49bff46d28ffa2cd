"""Two workspaces that installed one bot by OAuth: each answered in its own place, none hears of the other."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from bot.slack.dispatch import dispatch
from storage.installations import Tokens
from tests.branches import Branch, is_ready, ready, two_branches
from tests.statements import counted
from tests.team import seen
from tests.tenants import OAUTH, Tenants

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(open_team: Any) -> AsyncIterator[Any]:
    """The bot without any token of its own, and both workspaces with it."""
    async with open_team(**OAUTH) as team:
        await team.until(lambda: is_ready(team), "a bot that is ready without any workspace")
        assert f"http://127.0.0.1:{team.process.port}/slack/install" in await ready(team)
        team.branches = await two_branches(team)
        yield team


async def test_a_draft_and_a_card_in_each(served: Any) -> None:
    assert await ready(served) == "2 workspaces"
    roots = [await one.tells() for one in served.branches]
    for one, ts in zip(served.branches, roots, strict=True):
        await one.files(await one.drafts(ts))
        await one.hears(ts, "Filed")
    for one, other, ts in zip(served.branches, reversed(served.branches), roots, strict=True):
        (card,) = await served.cards_like(one.order)
        assert other.order not in card["desc"]
        said = "".join(seen(message) for message in await other.messages())
        assert one.order not in said
        rows = [row for row in await served.parts.drafts.recent(50, one.team) if row.thread_ts == ts]
        assert [row.state for row in rows] == ["filed"]
        assert await served.parts.threads.read(other.team, one.channel, ts) == []
    assert await served.parts.audit.entries(outcome="failed") == []


async def test_app_home_shows_the_drafts_of_its_own_workspace(served: Any) -> None:
    one, other = served.branches
    for each in served.branches:
        each.renew()
        await each.drafts(await each.tells())
        await served.control("open-home", user=each.users[1], tab="home")

    async def shown(each: Branch) -> str:
        homes = (await served.get(f"/_control/state?team={each.team}"))["homes"]
        return "".join(seen(home["view"]) for home in homes if home["user"] == each.users[1])

    for each, stranger in ((one, other), (other, one)):
        await served.until(lambda each=each: _has(shown(each), each.channel), "the own draft on App Home")
        assert stranger.channel not in await shown(each)


async def _has(look: Any, text: str) -> bool:
    return text in await look


async def test_200_events_cost_no_call_and_no_look_at_an_installation(served: Any) -> None:
    """What is left is the sweep of the worker, which goes by the clock."""
    await served.quiet()
    calls = await Tenants(served.url, served.session).calls("")
    with counted(served.parts.database) as statements:
        for number in range(200):
            one = served.branches[number % 2]
            said = {"type": "message", "channel": one.channel, "user": one.users[0], "channel_type": "channel"}
            event = {**said, "ts": f"1700000{number:03}.000300", "text": f"lunch number {number}"}
            body = {"type": "event_callback", "team_id": one.team, "event_id": f"Ev0LUNCH{number}", "event": event}
            assert (await dispatch(served.process._slack, body)).status == 200
    assert [statement for statement in statements if "installation" in statement] == []
    assert len(statements) < 20
    assert await Tenants(served.url, served.session).calls("") == calls


async def test_the_same_ids_in_two_workspaces_are_two_facts(served: Any) -> None:
    for one in served.branches:
        event = {"type": "app_mention", "channel": "C0SAME", "user": "U0SAME", "ts": "1700000000.000100"}
        text = f"<@{one.bot}> ticket the export hangs"
        body = {"type": "event_callback", "team_id": one.team, "event_id": "Ev0SAME", "event": {**event, "text": text}}
        assert (await dispatch(served.process._slack, body)).status == 200
        assert await served.parts.inbox.get(f"mention:{one.team}:C0SAME:1700000000.000100")
    await served.quiet()


async def test_no_token_is_in_the_database_or_the_log(served: Any, caplog: pytest.LogCaptureFixture) -> None:
    folder = served.parts.settings.data
    written = b"".join(path.read_bytes() for path in folder.glob("leadhand.db*"))
    assert b"Harbour Prints" in written
    for one in served.branches:
        token = (await served.parts.workspaces.of(one.team)).client.token
        assert token.encode() not in written
        assert token not in caplog.text
    assert b"xoxb-" not in written


async def test_a_workspace_that_refuses_us_does_not_hide_the_others_from_the_catch_up(served: Any) -> None:
    """It stands first in the order of ids, so that the others come after it."""
    installations = served.parts.workspaces._installations
    await installations.put({"team": "T00DEAD", "bot_user": "U0BOT", "bot_id": "B0BOT"}, Tokens("xoxb-dead"))
    tenants = Tenants(served.url, served.session)
    before = await tenants.calls("conversations.history")
    await served.process._catch_up.read_since(time.time() - 60)
    assert await tenants.calls("conversations.history") >= before + len(served.branches)
    assert "T00DEAD: Slack refuses my token" in await ready(served)
    await installations.remove("T00DEAD")


async def test_an_event_of_a_workspace_that_is_not_installed_is_acknowledged_and_put_on_record(served: Any) -> None:
    event = {"type": "app_mention", "channel": "C0X", "user": "U0X", "ts": "1700000000.000200", "text": "<@U0BOT> help"}
    body = {"type": "event_callback", "team_id": "T0STRANGER", "event_id": "Ev0STRANGER", "event": event}
    for _ in range(4):
        assert (await dispatch(served.process._slack, body)).status == 200
    (entry,) = await served.parts.audit.entries(action="slack.unserved")
    assert (entry.target, entry.outcome, "not installed" in entry.reason) == ("T0STRANGER", "ignored", True)


async def test_a_slash_command_from_there_ends_with_a_reason(served: Any) -> None:
    asked = {"command": "/ticket", "team_id": "T0STRANGER", "channel_id": "C0X", "user_id": "U0X", "text": "x"}
    assert (await dispatch(served.process._slack, {**asked, "trigger_id": "1.2.3"})).status == 200
    key = "command:T0STRANGER:1.2.3"
    (entry,) = await served.until(lambda: served.parts.audit.entries(key=key), "the command to end")
    assert (entry.outcome, "not installed" in entry.reason) == ("unreachable", True)


@pytest.mark.parametrize(
    "event",
    [
        {"type": "tokens_revoked", "tokens": {"oauth": ["U0MIRA"], "bot": []}},
        {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0BOT"]}},
        {"type": "tokens_revoked"},
    ],
)
async def test_another_token_that_was_revoked_is_nothing_to_the_bot(served: Any, event: dict[str, Any]) -> None:
    one = served.branches[0]
    body = {"type": "event_callback", "team_id": one.team, "event_time": time.time() + 60, "event": event}
    assert (await dispatch(served.process._slack, body)).status == 200
    assert (await served.parts.workspaces.of(one.team)).team == one.team
    assert await served.parts.audit.entries(action="install.remove") == []
