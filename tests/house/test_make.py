"""What stands around the code: make's targets on odd machines, and a clean that deletes nothing of yours."""

from __future__ import annotations

import fcntl
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SHIM = """#!/bin/sh
case "$*" in {case}) exit 1;; esac
exec {python} "$@"
"""
NAMES = ("python3", "python3.11", "python3.12", "python3.13", "python3.14")


@pytest.fixture
def checkout(root: Path, tmp_path: Path) -> Path:
    """The files that make needs, in a folder with a space in its name."""
    copy = tmp_path / "a checkout"
    copy.mkdir()
    for name in ("Makefile", "pyproject.toml", "uv.lock"):
        shutil.copy(root / name, copy)
    shutil.copytree(root / ".ci", copy / ".ci")
    return copy


def _make(
    checkout: Path, *arguments: str, path: str = "/usr/bin:/bin", **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=checkout,
        env={"HOME": str(checkout.parent), "PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def _pythons(folder: Path, case: str) -> str:
    """A PATH on which every Python fails where its arguments match the shell pattern."""
    folder.mkdir()
    for name in NAMES:
        (folder / name).write_text(SHIM.format(case=case, python=sys.executable), "utf-8")
        (folder / name).chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


def test_make_alone_shows_what_there_is(checkout: Path) -> None:
    done = _make(checkout)
    assert done.returncode == 0
    assert "make try" in done.stdout
    assert not (checkout / ".venv").exists()


def test_a_python_without_ensurepip_names_the_debian_package(checkout: Path, tmp_path: Path) -> None:
    done = _make(checkout, "try", path=_pythons(tmp_path / "shim", "*ensurepip*"))
    assert done.returncode != 0
    assert "apt-get install python3-venv" in done.stderr
    assert not (checkout / ".venv").exists()


def test_a_machine_without_a_new_python_is_told_which_one_is_needed(checkout: Path, tmp_path: Path) -> None:
    done = _make(checkout, "try", path=_pythons(tmp_path / "shim", "*version_info*"))
    assert done.returncode != 0
    assert "Python 3.11 or newer is needed" in done.stderr
    assert not (checkout / ".venv").exists()


def test_a_wrong_PYTHON_is_named(checkout: Path) -> None:  # noqa: N802  # the variable's name
    done = _make(checkout, "try", PYTHON="/nowhere/python3")
    assert done.returncode != 0
    assert "PYTHON=/nowhere/python3 is not a Python 3.11 or newer" in done.stderr


def test_model_and_port_reach_the_program(checkout: Path) -> None:
    told = _make(checkout, "-n", "try", "MODEL=none", "PORT=8123").stdout
    assert "LEADHAND_MODEL='none'" in told
    assert "LEADHAND_MODEL" not in _make(checkout, "-n", "try").stdout


def test_the_image_and_make_use_one_version_of_uv(root: Path) -> None:
    pinned = re.search(r"^UV_VERSION=(.+)$", (root / ".ci/setup").read_text("utf-8"), re.MULTILINE)
    assert pinned
    assert f"uv=={pinned[1]} " in (root / "Dockerfile").read_text("utf-8")


@pytest.mark.parametrize("data", ["data", "elsewhere/data"])
def test_clean_forgets_the_playground_and_nothing_else(checkout: Path, data: str) -> None:
    folder = checkout / data / "playground"
    folder.mkdir(parents=True)
    (checkout / data / "leadhand.db").write_text("the real one", "utf-8")
    for name in ("leadhand.db", "leadhand.db-wal", "leadhand.db.lock", "playground.db", "playground.db-shm"):
        (folder / name).touch()
    done = _make(checkout, "clean", **({} if data == "data" else {"LEADHAND_DATA": data}))
    assert done.returncode == 0, done.stderr
    assert not folder.exists()
    assert (checkout / data / "leadhand.db").read_text("utf-8") == "the real one"
    assert "Nothing to forget" in _make(checkout, "clean", LEADHAND_DATA=data).stdout


def test_clean_finds_the_folder_that_the_env_file_names(checkout: Path) -> None:
    (checkout / ".env").write_text('LEADHAND_DATA="kept here"\n', "utf-8")
    (checkout / "kept here/playground").mkdir(parents=True)
    assert _make(checkout, "clean").returncode == 0
    assert not (checkout / "kept here").exists()


@pytest.mark.parametrize("odd", ["notes.txt", ".git/", "leadhand.db/", "link"])
def test_clean_refuses_a_folder_with_anything_odd_in_it(checkout: Path, odd: str) -> None:
    folder = checkout / "data/playground"
    folder.mkdir(parents=True)
    (folder / "playground.db").touch()
    if odd == "link":
        (folder / "leadhand.db").symlink_to(checkout / "Makefile")
    elif odd.endswith("/"):
        (folder / odd).mkdir()
    else:
        (folder / odd).touch()
    done = _make(checkout, "clean")
    assert done.returncode != 0
    assert "leaves data/playground alone" in done.stderr
    assert (folder / "playground.db").exists()
    assert (checkout / "Makefile").exists()


def test_clean_refuses_a_link(checkout: Path) -> None:
    (checkout / "mine").mkdir()
    (checkout / "mine/playground.db").touch()
    (checkout / "data").mkdir()
    (checkout / "data/playground").symlink_to(checkout / "mine")
    assert "it is a link" in _make(checkout, "clean").stderr
    assert (checkout / "mine/playground.db").exists()


def test_clean_refuses_while_leadhand_runs(checkout: Path) -> None:
    folder = checkout / "data/playground"
    folder.mkdir(parents=True)
    with (folder / "leadhand.db.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "Stop it first" in _make(checkout, "clean").stderr
        assert folder.exists()
    assert _make(checkout, "clean").returncode == 0
