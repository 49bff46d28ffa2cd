"""The commands of the documentation are the commands that there are."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from bot.cli import parser
from bot.router import find_abilities


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs/reference/commands.md").read_text("utf-8")


def _commands() -> dict[str, argparse.ArgumentParser]:
    for action in parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    raise AssertionError("no commands")


def test_the_help_in_the_docs_is_the_help(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    shown = re.search(r"```text\n(.+?)```", page, re.DOTALL)
    assert shown
    assert shown[1] == parser().format_help()


def test_each_command_and_option_has_its_row(page: str) -> None:
    rows = [line for line in page.splitlines() if line.startswith("| `leadhand ")]
    for name, command in _commands().items():
        own = " ".join(row for row in rows if row.startswith(f"| `leadhand {name}"))
        assert own, name
        options = {option for action in command._actions for option in action.option_strings} - {"-h", "--help"}
        assert {option for option in options if option not in own} == set(), name


def test_no_row_names_a_command_that_is_not_there(page: str) -> None:
    assert set(re.findall(r"`leadhand ([a-z]+)", page)) == set(_commands())


def test_the_procfile_runs_commands_that_are_there(root: Path) -> None:
    lines = (root / "Procfile").read_text("utf-8").splitlines()
    processes = dict(line.split(": ", 1) for line in lines)
    assert list(processes) == ["release", "web", "worker", "model"]
    for line in processes.values():
        program, *arguments = line.split()
        assert program == "leadhand"
        parser().parse_args(arguments)


def test_each_phrase_reaction_and_slash_command_is_documented(page: str) -> None:
    for name, ability in find_abilities().items():
        doors = ability.TRIGGERS
        assert {command for command in doors.commands if f"`{command}" not in page} == set()
        assert {emoji for emoji in doors.reactions if f":{emoji}:" not in page} == set()
        if name != "help":
            assert {phrase for phrase in doors.words if f'"{phrase}"' not in page and phrase != "ticket"} == set()


def test_every_target_of_make_is_listed_by_its_help(root: Path) -> None:
    makefile = (root / "Makefile").read_text("utf-8")
    phony = set(re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[1].split())  # type: ignore[index]
    listed = set(re.findall(r"^([a-z]+): ## ", makefile, re.MULTILINE))
    assert phony - listed == {"lint"}
    assert listed >= {"try", "test", "check", "bench", "eval", "fmt", "clean", "help"}
