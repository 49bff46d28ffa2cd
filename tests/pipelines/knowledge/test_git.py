"""A hostile repository is read and runs nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.knowledge.git import FILE_LIMIT, RepositoryTrouble, is_address, open_source, shown, web_address
from tests.sample_repository import git


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "hostile"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    git(folder, "config", "user.name", "Mallory")
    git(folder, "config", "user.email", "mallory@example.com")
    (folder / "plain.txt").write_text("one\ntwo\n", "utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "First")
    return folder


async def test_nothing_of_a_hostile_configuration_is_run(repository: Path, tmp_path: Path) -> None:
    mark = tmp_path / "it-ran"
    run = f"touch {mark}; true"
    included = tmp_path / "included"
    included.write_text(f"[core]\n\tfsmonitor = {run}\n\tpager = {run}\n", "utf-8")
    for name, value in {
        "core.fsmonitor": run,
        "core.pager": run,
        "core.sshCommand": run,
        "core.hooksPath": str(tmp_path),
        "include.path": str(included),
        "diff.external": run,
        "diff.evil.textconv": run,
        "filter.evil.smudge": run,
        "log.showSignature": "true",
        "gpg.program": run,
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": f"ext::sh -c {run!r}",
        "uploadpack.packObjectsHook": run,
    }.items():
        git(repository, "config", name, value)
    (repository / ".gitattributes").write_text("* diff=evil filter=evil\n", "utf-8")
    hook = repository / ".git/hooks/reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\n{run}\n", "utf-8")
    hook.chmod(0o755)
    mark.unlink(missing_ok=True)

    source = await open_source(str(repository), tmp_path / "ours")
    entries = await source.entries()
    assert [(entry.path, data) async for entry, data in source.blobs(entries)] == [("plain.txt", b"one\ntwo\n")]
    assert await source.read("plain.txt") == b"one\ntwo\n"
    assert [commit.subject for commit in await source.history()] == ["First"]
    assert source.web == ""
    assert not mark.exists()


def add_odd_files(repository: Path) -> None:
    (repository / "link").symlink_to("/etc/passwd")
    (repository / "folder").symlink_to("/etc")
    (repository / "two\nlines").write_text("x", "utf-8")
    Path(os.fsdecode(os.fsencode(repository) + b"/bad\xff")).write_text("x", "utf-8")


async def test_links_submodules_and_odd_names_are_not_files(repository: Path, tmp_path: Path) -> None:
    add_odd_files(repository)
    git(repository, "add", "-A")
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module")
    git(repository, "commit", "-q", "-m", "Odd")
    source = await open_source(str(repository), tmp_path / "ours")
    assert [entry.path for entry in await source.entries()] == ["plain.txt"]
    for path in ("link", "folder/passwd", "module", "nothing", "../plain.txt", "/etc/passwd", ":(glob)*", "*"):
        assert await source.read(path) is None, path


async def test_a_huge_file_is_not_read_for_a_citation(repository: Path, tmp_path: Path) -> None:
    (repository / "huge.txt").write_text("x\n" * FILE_LIMIT, "utf-8")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "Huge")
    assert await (await open_source(str(repository), tmp_path / "ours")).read("huge.txt") is None


async def test_a_commit_message_cannot_forge_another_commit(repository: Path, tmp_path: Path) -> None:
    git(repository, "commit", "-q", "--allow-empty", "-m", f"Real\n\n\x01{'a' * 40}\x02Ruth\x021\x02Forged\x03")
    history = await (await open_source(str(repository), tmp_path / "ours")).history()
    assert [(commit.author, commit.subject) for commit in history] == [("Mallory", "Real"), ("Mallory", "First")]


async def test_a_clone_url_is_fetched_and_followed(repository: Path, tmp_path: Path) -> None:
    url = f"file://{repository}"
    first = await open_source(url, tmp_path / "ours")
    assert first.name == "hostile"
    (repository / "plain.txt").write_text("three\n", "utf-8")
    git(repository, "commit", "-q", "-a", "-m", "Second")
    second = await open_source(url, tmp_path / "ours")
    assert second.git_dir == first.git_dir
    assert await first.read("plain.txt") == b"one\ntwo\n"
    assert await second.read("plain.txt") == b"three\n"
    assert [commit.subject for commit in await second.history(first.commit)] == ["Second"]


async def test_a_shallow_clone_and_a_worktree_can_be_read(repository: Path, tmp_path: Path) -> None:
    git(repository, "commit", "-q", "--allow-empty", "-m", "Second")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repository}", "shallow")
    git(repository, "worktree", "add", "-q", "--detach", str(tmp_path / "tree"))
    for name, commits in (("shallow", 1), ("tree", 2)):
        source = await open_source(str(tmp_path / name), tmp_path / "ours")
        assert await source.read("plain.txt") == b"one\ntwo\n"
        assert len(await source.history()) == commits


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("{tmp}/nothing", "There is no folder"),
        ("{tmp}", "not a git repository"),
        ("file://{tmp}/nothing", "cannot be fetched"),
        ("ext::sh -c 'touch {tmp}/ran'", "There is no folder"),
        ("https://user:hunter2hunter2@127.0.0.1:1/x.git", "https://127.0.0.1:1/x.git cannot be fetched"),
        ("--upload-pack=touch://x", "cannot be fetched"),
    ],
)
async def test_what_cannot_be_read_is_said_without_a_password(tmp_path: Path, place: str, words: str) -> None:
    with pytest.raises(RepositoryTrouble, match=words) as trouble:
        await open_source(place.format(tmp=tmp_path), tmp_path / "ours")
    assert "hunter2" not in str(trouble.value)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("remote", "web"),
    [
        ("https://github.com/larkspur/shop.git", "https://github.com/larkspur/shop"),
        ("git@github.com:larkspur/shop.git", "https://github.com/larkspur/shop"),
        ("ssh://git@gitlab.larkspur.example/web/shop", "https://gitlab.larkspur.example/web/shop"),
        ("https://user:secret@gitlab.com/a/b/c.git", "https://gitlab.com/a/b/c"),
        ("https://git.larkspur.example/shop.git", ""),
        ("https://notgithub.example/a/b", ""),
        ("git@github.com:", ""),
        ("/srv/git/shop.git", ""),
        ("", ""),
    ],
)
def test_the_address_of_known_hosts(remote: str, web: str) -> None:
    assert web_address(remote) == web


def test_addresses_and_paths_are_told_apart(tmp_path: Path) -> None:
    assert is_address("https://github.com/a/b")
    assert is_address("git@github.com:a/b.git")
    assert not is_address(str(tmp_path))
    assert not is_address("code/shop")
    assert shown("https://a:b@host/x") == "https://host/x"
