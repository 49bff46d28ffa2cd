"""Importing does nothing: every module is imported in a fresh interpreter that is watched."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

# Alembic runs this one with its own context; Python never imports it.
RUN_BY_ALEMBIC = "migrations.env"
# What libraries do when they are imported, which we cannot change: pydantic asks whether its plugins are off as it
# makes a class, urllib3 whether the machine has IPv6, numpy sets a variable while it loads and takes it back.
LIBRARIES = (
    "environment PYDANTIC_DISABLE_PLUGINS",
    "('::1', 0))",
    "os.putenv (b'OPENBLAS_MAIN_FREE', b'1')",
    "os.unsetenv (b'OPENBLAS_MAIN_FREE',)",
)

WATCHED = """
import collections.abc, importlib, json, os, sys

root, modules = sys.argv[1], json.loads(sys.argv[2])
deeds = []
LOUD = {"socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.mkdir",
        "os.remove", "os.rename", "os.rmdir", "os.putenv", "os.unsetenv", "sqlite3.connect", "shutil.rmtree"}


def ours():
    # A module of ours is behind it when its frame comes before that of an import of something else.
    frame = sys._getframe(2)
    while frame and "importlib" not in frame.f_code.co_filename:
        if frame.f_code.co_filename.startswith(root) and "site-packages" not in frame.f_code.co_filename:
            return True
        frame = frame.f_back
    return False


def watch(event, args):
    if event in LOUD:
        deeds.append(f"{event} {args}")
    elif event == "open":
        path, mode, flags = args
        writes = bool((flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        if writes and str(path) != os.devnull or ours():
            deeds.append(f"open {path} {mode}")


class Environment(collections.abc.MutableMapping):
    def __init__(self, inner):
        self.inner = inner

    def __getitem__(self, name):
        if ours():
            deeds.append(f"environment {name}")
        return self.inner[name]

    def __setitem__(self, name, value):
        self.inner[name] = value

    def __delitem__(self, name):
        del self.inner[name]

    def __iter__(self):
        if ours():
            deeds.append("environment listed")
        return iter(self.inner)

    def __len__(self):
        return len(self.inner)

    def copy(self):
        return dict(self)


os.environ = Environment(os.environ)
sys.dont_write_bytecode = True
sys.path.insert(0, root)
sys.addaudithook(watch)
for name in modules:
    before = len(deeds)
    importlib.import_module(name)
    deeds[before:] = [f"{name}: {deed}" for deed in deeds[before:]]
import threading
deeds += [f"thread {thread.name}" for thread in threading.enumerate() if thread is not threading.main_thread()]
deeds.append("end")
sys.addaudithook(lambda event, args: None)
os.write(3, json.dumps(deeds).encode())
"""


def _watch(root: Path, cwd: Path, modules: list[str]) -> tuple[list[str], str]:
    """What importing the modules did, and what it printed."""
    report = cwd / "report.json"
    script = f'exec 3>"{report}"; exec "$0" -c "$1" "$2" "$3"'
    done = subprocess.run(
        ["sh", "-c", script, sys.executable, WATCHED, str(root), json.dumps(modules)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(report.read_text("utf-8")), done.stdout + done.stderr


def test_importing_every_module_does_nothing(root: Path, trees: dict[str, ast.Module], tmp_path: Path) -> None:
    deeds, output = _watch(root, tmp_path, sorted(set(trees) - {RUN_BY_ALEMBIC}))
    assert [deed for deed in deeds if not deed.endswith(LIBRARIES)] == ["end"]
    assert output == ""
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


@pytest.mark.parametrize(
    ("body", "deed"),
    [
        ("import os; HOME = os.environ.get('HOME')", "environment HOME"),
        ("import os; HOME = os.getenv('HOME')", "environment HOME"),
        ("open('left.txt', 'w').close()", "open left.txt w"),
        ("from pathlib import Path; TEXT = Path(__file__).read_text()", "open "),
        ("import sqlite3; DB = sqlite3.connect(':memory:')", "sqlite3.connect"),
        ("import socket; S = socket.socket(); S.bind(('127.0.0.1', 0))", "socket.bind"),
        ("import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()", "thread "),
    ],
)
def test_the_watch_sees_what_a_module_does(tmp_path: Path, body: str, deed: str) -> None:
    package = tmp_path / "code"
    package.mkdir()
    (package / "busy.py").write_text(body, "utf-8")
    run = tmp_path / "run"
    run.mkdir()
    deeds, _ = _watch(package, run, ["busy"])
    assert any(deed in line for line in deeds), deeds
