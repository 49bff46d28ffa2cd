"""The commands about a repository, as a script runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.sample_repository import Sample, git, make_sample


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return make_sample(tmp_path_factory.mktemp("sample") / "bikes", 11)


def leadhand(folder: Path, *arguments: str, said: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    alone = {"PATH": os.environ["PATH"], "HOME": str(folder), "LEADHAND_DATA": str(folder / "data"), **env}
    command = [sys.executable, "-m", "bot", *arguments]
    root = Path(__file__).resolve().parents[2]
    return subprocess.run(command, cwd=root, env=alone, input=said, capture_output=True, text=True, check=False)


def lines(*objects: Any) -> str:
    return "".join(json.dumps(one) + "\n" for one in objects)


def test_questions_are_answered_line_by_line_and_leave_nothing_behind(sample: Sample, tmp_path: Path) -> None:
    first, last = sample.questions[0], sample.questions[-1]
    asked = lines({"id": "a", "question": first.text}, {"id": 2, "question": last.text}, {"id": 3})
    done = leadhand(tmp_path, "ask", "--json", "--repo", str(sample.folder), said=asked)
    assert done.returncode == 1, "one line was bad"
    assert done.stderr == ""
    known, unknown, bad = map(json.loads, done.stdout.splitlines())
    assert (known["id"], known["abstained"]) == ("a", False)
    (citation, *_) = known["citations"]
    assert set(citation) == {"path", "start", "end", "commit", "quote"}
    text = git(sample.folder, "show", f"{citation['commit']}:{citation['path']}").split("\n")
    assert "\n".join(text[citation["start"] - 1 : citation["end"]]) == citation["quote"]
    assert first.marker in citation["quote"]
    assert first.marker in known["answer"]
    assert (unknown["id"], unknown["abstained"], unknown["citations"]) == (2, True, [])
    assert bad["id"] == 3
    assert set(bad) == {"id", "error"}
    assert list(tmp_path.iterdir()) == []


def test_index_fills_the_database_and_a_second_run_reads_nothing(sample: Sample, tmp_path: Path) -> None:
    first = leadhand(tmp_path, "index", LEADHAND_REPOS=str(sample.folder))
    assert (first.returncode, first.stderr) == (0, "")
    assert "4 commits" in first.stdout
    again = leadhand(tmp_path, "index", LEADHAND_REPOS=str(sample.folder))
    assert ": 0 files read, 0 gone, 0 commits" in again.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("index",), 2, "set LEADHAND_REPOS"),
        (("ask", "--json"), 2, "set LEADHAND_REPOS"),
        (("ask", "--json", "--repo", "{tmp}/nothing"), 2, "There is no folder"),
        (("index", "--repo", "{tmp}"), 1, "not a git repository"),
        (("ask",), 2, "--json"),
    ],
)
def test_what_is_missing_is_said_in_a_sentence(
    tmp_path: Path, arguments: tuple[str, ...], status: int, words: str
) -> None:
    done = leadhand(tmp_path, *(argument.format(tmp=tmp_path) for argument in arguments))
    assert done.returncode == status
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_files_are_ranked_line_by_line_without_a_database(sample: Sample, tmp_path: Path) -> None:
    client = sample.names["client"]
    asked = lines({"id": 1, "title": f"The {client} client gives up", "body": ""}, {"id": 2, "body": "no title"})
    done = leadhand(tmp_path, "locate", "--json", "--repo", str(sample.folder), said=asked)
    assert (done.returncode, done.stderr) == (1, "")
    ranked, bad = map(json.loads, done.stdout.splitlines())
    assert set(ranked) == {"id", "files", "why"}
    assert ranked["files"][0] == f"src/{client}/client.py"
    assert set(ranked["why"]) == set(ranked["files"])
    assert "content" in ranked["why"][ranked["files"][0]]
    assert set(bad) == {"id", "error"}
    assert list(tmp_path.iterdir()) == []
