"""From a fresh clone: the README's commands, the environment that make builds, the wheel that it would ship."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

START_WITHIN = 120
AGAIN_WITHIN = 15
STOP_WITHIN = 15


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A bare shell's environment; the package cache stays, the rest of the home folder is somebody else's."""
    cache = os.environ.get("UV_CACHE_DIR") or str(Path.home() / ".cache" / "uv")
    home = tmp_path_factory.mktemp("home")
    return {"HOME": str(home), "PATH": "/usr/local/bin:/usr/bin:/bin", "UV_CACHE_DIR": cache}


@pytest.fixture(scope="module")
def clone(root: Path, tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Path:
    """A clone with its environment, made by three setups at once."""
    clone = tmp_path_factory.mktemp("clones") / "clone"
    subprocess.run(["git", "clone", "-q", root, clone], check=True)
    setups = [
        subprocess.Popen([clone / ".ci/setup", kind], env=environment, stdout=subprocess.DEVNULL)
        for kind in ("run", "dev", "run")
    ]
    assert [setup.wait(timeout=300) for setup in setups] == [0, 0, 0]
    return clone


def test_three_setups_at_once_make_one_good_environment(clone: Path, environment: dict[str, str]) -> None:
    for program in ("leadhand", "ruff", "mypy", "pytest"):
        done = subprocess.run([clone / ".venv/bin" / program, "--help"], check=False, capture_output=True)
        assert done.returncode == 0, program
    started = time.monotonic()
    again = subprocess.run([clone / ".ci/setup", "run"], env=environment, check=True, capture_output=True, text=True)
    assert (again.stdout, again.stderr) == ("", "")
    assert time.monotonic() - started < 2


def test_the_wheel_holds_everything_and_runs(root: Path, clone: Path, tmp_path: Path) -> None:
    python = clone / ".venv/bin/python"
    subprocess.run(
        [python, "-m", "uv", "build", "--quiet", "--wheel", "--out-dir", tmp_path, clone],
        check=True,
        env={**os.environ, "UV_SYSTEM_CERTS": "true"},
    )
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    listed = subprocess.run(["git", "ls-files"], cwd=clone, check=True, capture_output=True, text=True).stdout.split(
        "\n"
    )
    shipped = {name for name in listed if name.split("/")[0] in {"bot", "pipelines", "storage", "migrations"}}
    assert {name.rpartition(".")[2] for name in shipped} >= {"py", "html", "js", "css"}
    assert shipped - packed == set()
    assert {name.split("/")[0] for name in packed if ".dist-info/" not in name} == {
        name.split("/")[0] for name in shipped
    }

    venv = tmp_path / "venv"
    subprocess.run([python, "-m", "uv", "venv", "--quiet", "--python", python, venv], check=True)
    install = [python, "-m", "uv", "pip", "install", "--quiet", "--no-deps", "--python", venv / "bin/python", wheel]
    subprocess.run(install, check=True)
    # Everything else comes from the clone's environment; leadhand itself must come from the wheel.
    (packages,) = clone.glob(".venv/lib/python*/site-packages")
    (own,) = venv.glob("lib/python*/site-packages")
    (own / "dependencies.pth").write_text(f"{packages}\n", "utf-8")
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LEADHAND_DATA": str(tmp_path / "data")}

    def run(*command: str | Path) -> str:
        done = subprocess.run(command, cwd=tmp_path, env=environment, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert run(venv / "bin/python", "-c", "import bot; print(bot.__file__)").startswith(str(own))
    assert "COMMAND" in run(venv / "bin/leadhand", "--help")
    (tmp_path / "data").mkdir()
    run(venv / "bin/leadhand", "migrate")
    assert (tmp_path / "data/leadhand.db").is_file()


def test_the_readme_leads_from_clone_to_a_running_bot(root: Path, tmp_path: Path, environment: dict[str, str]) -> None:
    """The README's first block, as it stands but for the address of the clone; then a second start."""
    (block,) = re.findall(r"```sh\n(.+?)```", (root / "README.md").read_text("utf-8"), re.DOTALL)
    assert block.splitlines()[-1] == "make try"
    port = _free_port()
    script = "set -e\n" + block.replace("REPOSITORY", str(root)).replace("make try", "exec make try")
    settings = {**environment, "PORT": str(port)}
    with _running(script, tmp_path, settings) as run:
        assert _wait_for_bot(port, run, START_WITHIN) > 0
        assert _stop(run) == ""
    again = tmp_path / "leadhand"
    started = time.monotonic()
    with _running("exec make try", again, settings) as run:
        _wait_for_bot(port, run, AGAIN_WITHIN)
        assert time.monotonic() - started < AGAIN_WITHIN
        assert _stop(run) == ""
    assert (again / "data/playground/playground.db").is_file()
    forgotten = subprocess.run(["make", "clean"], cwd=again, env=settings, check=False, capture_output=True, text=True)
    assert forgotten.returncode == 0, forgotten.stderr
    assert not (again / "data").exists()


def test_the_sentences_of_contributing_are_targets_of_make(root: Path) -> None:
    blocks = re.findall(r"```sh\n(.+?)```", (root / "CONTRIBUTING.md").read_text("utf-8"), re.DOTALL)
    assert blocks
    for line in "".join(blocks).splitlines():
        done = subprocess.run([*line.split(), "-n"], cwd=root, check=False, capture_output=True, text=True)
        assert done.returncode == 0, line


@contextlib.contextmanager
def _running(script: str, folder: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """The script, as a terminal would run it: in a process group that Ctrl-C reaches as a whole."""
    run = subprocess.Popen(
        ["bash", "-c", script],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield run
    finally:
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()
        for stream in (run.stdout, run.stderr):
            if stream:
                stream.close()


def _stop(run: subprocess.Popen[str]) -> str:
    """Ctrl-C; whatever make had to complain about."""
    os.killpg(run.pid, signal.SIGINT)
    _, errors = run.communicate(timeout=STOP_WITHIN)
    with pytest.raises(ProcessLookupError):
        os.killpg(run.pid, 0)
    return "\n".join(line for line in errors.splitlines() if "***" in line or "Traceback" in line or "Error" in line)


def _wait_for_bot(port: int, run: subprocess.Popen[str], within: float) -> float:
    """Seconds until the page is there and the bot is connected."""
    started = time.monotonic()
    while time.monotonic() - started < within:
        assert run.poll() is None, run.communicate()
        with contextlib.suppress(OSError):
            if any(app["connected"] for app in _state(port)["apps"]):
                return time.monotonic() - started
        time.sleep(0.2)
    raise AssertionError(f"no bot on port {port} within {within} s")


def _state(port: int) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/_control/state", timeout=5) as answer:
        return json.load(answer)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
