"""Questions from each door, about a repository that the test has just made."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sample_repository import Sample, git, make_sample

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    made = make_sample(tmp_path_factory.mktemp("sample") / "bikes", 7)
    git(made.folder, "remote", "add", "origin", "git@github.com:larkspur/bikes.git")
    return made


async def test_a_mention_is_answered_with_checked_lines(open_team: Any, sample: Sample) -> None:
    async with open_team(LEADHAND_REPOS=str(sample.folder)) as team:
        question = sample.questions[0]
        ts = await team.says("tomas", f"@leadhand {question.text}")
        answer = await team.hears(ts, question.marker)
        commit = git(sample.folder, "rev-parse", "HEAD").strip()
        assert f"https://github.com/larkspur/bikes/blob/{commit}/{question.path}#L" in str(answer)
        await team.ended("qa.answer", "answered")

        before = len(await team.messages())
        question = next(question for question in sample.questions if question.path.startswith("docs/"))
        await team.commands("mira", "/ask", question.text)
        assert question.path in await team.whispers("mira", question.marker)
        assert len(await team.messages()) == before, "a command is answered to its asker alone"

        ts = await team.says("tomas", f"@leadhand {sample.questions[-1].text}")
        unknown = await team.hears(ts, "I don't know")
        assert "blob" not in str(unknown)
        await team.ended("qa.answer", "abstained")

        ts = await team.says("tomas", "@leadhand ask <!channel> what *is* `rm_rf`?")
        assert "<!channel>" not in str(await team.hears(ts, "I don't know"))


async def test_a_repository_that_cannot_be_read_is_said(
    open_team: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with open_team(LEADHAND_REPOS=str(tmp_path_factory.mktemp("empty"))) as team:
        ts = await team.says("tomas", "@leadhand where is the cart?")
        await team.hears(ts, "not a git repository")
