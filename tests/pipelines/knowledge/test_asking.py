"""Questions of a repository made a moment ago: the right lines, or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.knowledge.asking import answers, search
from pipelines.knowledge.citing import cite, file_address, holds
from pipelines.knowledge.library import Library
from pipelines.knowledge.people import who_knows
from pipelines.qa import find_answer
from storage.knowledge import NewPassage
from tests.sample_repository import Sample, git


async def test_twenty_questions(sample: Sample, library: Library) -> None:
    assert len(sample.questions) == 20
    assert [bool(question.path) for question in sample.questions].count(False) == 5
    wrong = {}
    for question in sample.questions:
        answer = await find_answer(question.text, library)
        if not question.path:
            right = not answer.citations and answer.text.startswith("I don't know")
        else:
            cited = [(citation.path, citation.quote) for citation in answer.citations]
            right = bool(cited) and cited[0][0] == question.path and question.marker in cited[0][1]
        if not right:
            wrong[question.text] = answer
    assert wrong == {}, sample.folder.name


async def test_each_citation_stands_in_its_file(sample: Sample, library: Library) -> None:
    commit = git(sample.folder, "rev-parse", "HEAD").strip()
    for question in sample.questions:
        for citation in (await find_answer(question.text, library)).citations:
            lines = (sample.folder / citation.path).read_text("utf-8").split("\n")
            assert "\n".join(lines[citation.first - 1 : citation.last]) == citation.quote
            assert citation.commit == commit


async def test_a_tampered_passage_is_not_cited(sample: Sample, library: Library) -> None:
    question = next(question for question in sample.questions if question.path.startswith("docs/"))
    terms, found = await search(question.text, library.knowledge)
    source = next(iter(library.sources.values()))
    citation = cite(answers(question.text, terms, found)[0], source)
    assert await holds(citation, source)
    for change in (
        {"quote": citation.quote + " "},
        {"quote": citation.quote.upper()},
        {"first": citation.first + 1, "last": citation.last + 1},
        {"first": 0},
        {"first": -5, "last": -1},
        {"last": citation.first - 1, "quote": ""},
        {"path": "docs/nowhere.md"},
        {"path": "../" + citation.path},
        {"commit": "0" * 40},
    ):
        assert not await holds(citation.model_copy(update=change), source), change


async def test_a_passage_that_its_file_does_not_hold_is_no_evidence(sample: Sample, library: Library) -> None:
    told = f"the {sample.word()} valve opens at {sample.number()} bar"
    row = NewPassage("doc", "docs/forged.md", told, len(told.split()), 1, 1, text=told)
    (name,) = library.sources
    await library.knowledge.put(name, [], [row])
    question = f"At how many bar does {' '.join(told.split()[:3])} open?"
    terms, found = await search(question, library.knowledge)
    assert answers(question, terms, found)[0].passage.path == "docs/forged.md"
    assert (await find_answer(question, library)).citations == ()


async def test_who_does_not_know_says_whom_to_ask(sample: Sample, library: Library) -> None:
    client = sample.names["client"]
    answer = await find_answer(f"Who pays for the {client} client?", library)
    assert answer.citations == ()
    assert "Ada Client" in answer.text
    assert f"src/{client}/client.py" in answer.text


@pytest.mark.parametrize(
    "question", ["?", "why", "what is it?", "' OR 1=1 --", '"', "NEAR(a b)", "*", "\x00", "🚲", "a" * 5000]
)
async def test_odd_questions_are_survived(library: Library, question: str) -> None:
    assert (await find_answer(question, library)).citations == ()


async def test_a_secret_is_neither_stored_nor_quoted(sample: Sample, library: Library, tmp_path: Path) -> None:
    name, secret = sample.word(), "gh" + "p_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    folder = tmp_path / "leaky"
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / "deploy.py").write_text(f'"""Deploys {name}."""\n\n{name.upper()}_TOKEN = "{secret}"\n', "utf-8")
    git(folder, "add", "-A")
    who = {
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@b.c",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@b.c",
    }
    git(folder, "commit", "-q", "-m", "Deploy", **who)
    leaky = Library((str(folder),), tmp_path / "ours", library.knowledge, keeps_others=True)
    await leaky.refresh()
    assert secret not in str(await leaky.knowledge.search({name: 1.0}, ("code", "file"), 10))
    assert secret not in str(await find_answer(f"What is the {name} token?", leaky))


def test_the_addresses_of_lines() -> None:
    github, gitlab = "https://github.com/a/b", "https://gitlab.com/a/b"
    assert file_address(github, "c0ffee", "x y/#1.py", 3, 7) == f"{github}/blob/c0ffee/x%20y/%231.py#L3-L7"
    assert file_address(gitlab, "c0ffee", "x.py", 3, 7) == f"{gitlab}/-/blob/c0ffee/x.py#L3-7"
    assert file_address("", "c0ffee", "x.py", 3, 7) == ""


async def test_who_knows_a_file_touched_it_and_is_no_bot(library: Library, sample: Sample) -> None:
    (name,) = library.sources
    commits = await library.knowledge.commits(name)
    assert who_knows(commits, [f"docs/{sample.names['gateway']}.md"]) == ["Bo Writer"]
    assert set(who_knows(commits, [], at_most=9)) == {"Ada Client", "Bo Writer", "Cy Script", "Uma Filler"}
    assert who_knows([], ["x"]) == []
