"""Only what changed is read again; what no person wrote is left out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines.knowledge.git import Entry
from pipelines.knowledge.hiding import hide
from pipelines.knowledge.indexing import file_passages, is_wanted, readable
from pipelines.knowledge.library import Library
from pipelines.qa import find_answer
from storage.knowledge import Knowledge
from tests.sample_repository import Sample, git


@pytest.fixture
def repository(sample: Sample, tmp_path: Path) -> Path:
    """A copy that may be changed."""
    return Path(shutil.copytree(sample.folder, tmp_path / "copy"))


def commit(folder: Path, subject: str) -> None:
    who = {
        "GIT_AUTHOR_NAME": "Dee",
        "GIT_AUTHOR_EMAIL": "d@e.f",
        "GIT_COMMITTER_NAME": "D",
        "GIT_COMMITTER_EMAIL": "d@e.f",
    }
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", subject, **who)


async def test_only_changed_files_are_read_again(repository: Path, knowledge: Knowledge, tmp_path: Path) -> None:
    library = Library((str(repository),), tmp_path / "ours", knowledge)
    (first,) = await library.refresh()
    files = git(repository, "ls-files").split()
    assert (first.read, first.gone, first.commits) == (len(files), 0, 4)
    (again,) = await library.refresh()
    assert (again.read, again.gone, again.commits) == (0, 0, 0)

    (repository / "fresh.md").write_text("The quux oven bakes at 431 degrees.\n", "utf-8")
    gone = next(path for path in files if path.startswith("docs/"))
    (repository / gone).unlink()
    commit(repository, "Bake")
    (changed,) = await library.refresh()
    assert (changed.read, changed.gone, changed.commits) == (1, 1, 1)
    assert [c.path for c in (await find_answer("At how many degrees does the quux oven bake?", library)).citations] == [
        "fresh.md"
    ]
    assert gone not in [row.path for row in await knowledge.files("copy")]

    (repository / "fresh.md").write_text("The quux oven bakes at 999 degrees.\n", "utf-8")
    commit(repository, "Bake hotter")
    old = await find_answer("At how many degrees does the quux oven bake?", library)
    assert "431" in old.citations[0].quote, "an answer is that of the commit that was indexed"
    await library.refresh()
    new = await find_answer("At how many degrees does the quux oven bake?", library)
    assert "999" in new.citations[0].quote


async def test_a_history_that_was_rewritten_is_read_anew(
    repository: Path, knowledge: Knowledge, tmp_path: Path
) -> None:
    library = Library((str(repository),), tmp_path / "ours", knowledge)
    await library.refresh()
    git(repository, "reset", "-q", "--hard", "HEAD~1")
    (repository / "other.md").write_text("Another end.\n", "utf-8")
    commit(repository, "Another end")
    (done,) = await library.refresh()
    assert done.gone > 0
    assert "Another end" in [row.title for row in await knowledge.commits("copy")]


async def test_one_bad_repository_does_not_stop_the_others(
    repository: Path, knowledge: Knowledge, tmp_path: Path
) -> None:
    library = Library((str(tmp_path / "nothing"), str(repository)), tmp_path / "ours", knowledge)
    assert [done.name for done in await library.refresh()] == ["copy"]
    assert list(library.troubles) == [str(tmp_path / "nothing")]


async def test_two_repositories_of_one_name_are_kept_apart_and_one_taken_out_is_forgotten(
    repository: Path, knowledge: Knowledge, tmp_path: Path
) -> None:
    twin = Path(shutil.copytree(repository, tmp_path / "elsewhere" / "copy"))
    both = Library((str(repository), str(twin)), tmp_path / "ours", knowledge)
    await both.refresh()
    assert len(both.sources) == len(await knowledge.repositories()) == 2
    await Library((str(repository),), tmp_path / "ours", knowledge).refresh()
    assert [row.name for row in await knowledge.repositories()] == ["copy"]


@pytest.mark.parametrize(
    ("path", "size", "wanted"),
    [
        ("shop/cart.py", 100, True),
        ("README", 100, True),
        ("shop/empty.py", 0, False),
        ("shop/huge.py", 400_001, False),
        ("web/node_modules/x/index.js", 100, False),
        ("uv.lock", 100, False),
        ("web/app.min.js", 100, False),
        ("dist.py", 100, True),
    ],
)
def test_what_nobody_wrote_is_left_out(path: str, size: int, wanted: bool) -> None:
    assert is_wanted(Entry(path, "0", size)) is wanted


def test_binary_and_machine_made_files_are_not_read() -> None:
    assert readable(b"PNG\0\0") == ""
    assert readable(b"x" * 5000) == ""
    assert readable("é\r\nb\n".encode()) == "é\nb\n"
    assert readable(b"\xff\xfe") != ""


def test_the_whole_file_holds_the_words_of_its_passages() -> None:
    *pieces, whole = file_passages("shop/cart.py", "def total(cart):\n    return 3\n\n\ndef empty():\n    pass\n")
    assert [(piece.title, piece.first_line, piece.last_line) for piece in pieces] == [("total", 1, 2), ("empty", 5, 6)]
    assert whole.kind == "file"
    assert {word for piece in pieces for word in piece.words.split()} <= set(whole.words.split())
    assert whole.text == ""


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ('TOKEN = "' + "gh" + 'p_a1B2c3D4e5F6g7H8i9J0k1L2"', True),
        ('password: "correct4horse7"', True),
        ("API_KEY=a1b2c3d4e5f6a7b8", True),
        ("url = 'postgres://app:s3cret99@db/shop'", True),
        ("-----BEGIN RSA PRIVATE " + "KEY-----", True),
        ("token = refresh_token(session)", False),
        ('password = form.get("password")', False),
        ("def check(password: str) -> bool:", False),
        ('token_url = "https://example.com/token"', False),
        ("sqlite:///file", False),
    ],
)
def test_secrets_are_hidden_and_code_about_secrets_is_not(line: str, hidden: bool) -> None:
    text = f"before\n{line}\nafter"
    assert (line not in hide(text)) is hidden
    assert hide(text).count("\n") == text.count("\n")
