"""Builds the sample company's code repository: the commits of `company_repo.txt`, the same on every machine."""

import asyncio
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

HISTORY_FILE = Path(__file__).parent / "company_repo.txt"
NAME = "larkspur"
PEOPLE = {
    "ella": "Ella Novak",
    "tomas": "Tomás Herrera",
    "wei": "Wei Zhang",
    "sam": "Sam Adeyemi",
    "priya": "Priya Raman",
}
_COMMIT = re.compile(r"^=== (\w+) (\S+) (.+)$")
_FILE = re.compile(r"^--- (\S+)$")


@dataclass
class Step:
    """One commit: who, when (ISO 8601), what was said, the full text of each file it changed."""

    who: str
    at: str
    subject: str
    files: dict[str, str] = field(default_factory=dict)


def read_history(file: Path = HISTORY_FILE) -> list[Step]:
    """The commits, oldest first."""
    steps: list[Step] = []
    path = ""
    for line in file.read_text("utf-8").splitlines(keepends=True):
        commit, name = _COMMIT.match(line), _FILE.match(line)
        if commit:
            steps.append(Step(commit[1], commit[2], commit[3]))
        elif name:
            path = name[1]
            steps[-1].files[path] = ""
        elif steps:
            steps[-1].files[path] += line
    return steps


async def build(folder: Path) -> Path | None:
    """The repository in this folder, made now if it is not there; None where there is no git to make it with."""
    place, half = folder / NAME, folder / f".{NAME}-half"
    if place.is_dir():
        return place
    try:
        _clear(half)
        await _run(half, "init", "-q", "-b", "main")
        for step in read_history():
            await _commit(half, step)
        # Whole or not at all: a build that is broken off leaves nothing that looks like a repository.
        _move(half, place)
    except OSError:
        return None
    return place


def _clear(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _move(half: Path, place: Path) -> None:
    half.rename(place)


async def _commit(place: Path, step: Step) -> None:
    _write(place, step)
    await _run(place, "add", "-A")
    await _run(place, "commit", "-q", "--allow-empty", "-m", step.subject, **dict(_identity(step)))


def _write(place: Path, step: Step) -> None:
    for name, text in step.files.items():
        file = place / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.strip("\n") + "\n", "utf-8")


def _identity(step: Step) -> Iterator[tuple[str, str]]:
    for role in ("AUTHOR", "COMMITTER"):
        yield f"GIT_{role}_NAME", PEOPLE[step.who]
        yield f"GIT_{role}_EMAIL", f"{step.who}@larkspur.example"
        yield f"GIT_{role}_DATE", step.at


async def _run(place: Path, *arguments: str, **surroundings: str) -> None:
    """git as on any machine: no configuration, no hook and no template of the person who runs it. Raises OSError."""
    alone = {
        "PATH": os.environ.get("PATH", os.defpath),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TEMPLATE_DIR": "",
        "LC_ALL": "C",
    }
    plain = ("-c", "core.autocrlf=false", "-c", "commit.gpgSign=false", "-c", "core.hooksPath=/dev/null")
    process = await asyncio.create_subprocess_exec(
        *("git", "-C", str(place), *plain, *arguments),
        env={**alone, **surroundings},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await process.communicate()
    if process.returncode:
        raise OSError(f"git {arguments[0]} failed: {errors.decode('utf-8', 'replace')}")
