"""Triage from each door, about a repository that the test has just made."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sample_repository import make_sample

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_triage_by_mention_command_and_button(open_team: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    sample = make_sample(tmp_path_factory.mktemp("sample") / "bikes", 23)
    client = sample.names["client"]
    path = f"src/{client}/client.py"
    async with open_team(LEADHAND_REPOS=str(sample.folder)) as team:
        ts = await team.says("tomas", f"@leadhand triage the {client} client gives up before it tries again")
        told = str((await team.hears(ts, path))["blocks"])
        assert "Ada Client" in told
        assert f"Let the {client} client wait" in told
        assert "First estimate" in told
        await team.ended("triage.assess", "assessed")

        await team.commands("mira", "/triage", f"refresh_{sample.names['token']} is called twice")
        assert "Likely files" in await team.whispers("mira", path)

        ts = await team.says("mira", f"the {client} client shows TypeError: held is undefined since 3.9.1 {team.order}")
        await team.reacts("priya", ts)
        draft = await team.hears(ts, team.order)
        await team.presses("tomas", draft, "triage_run")
        await team.hears(ts, path)
        await team.ended("triage.assess_draft", "assessed")
        still = next(message for message in await team.thread(ts) if message["ts"] == draft["ts"])
        assert "ticket_file" in str(still["blocks"]), "the draft waits as before"


async def test_triage_without_a_task_or_a_repository_says_what_is_missing(team: Any) -> None:
    ts = await team.says("tomas", "@leadhand triage the export bug")
    await team.hears(ts, "set LEADHAND_REPOS")
