"""What the repository may hold: no machine's paths, no registry's host, no secret."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

LOCK = "uv.lock"
# Written in pieces, so that this file does not find itself.
FORBIDDEN = {
    "a home folder": re.compile("/" + r"(?:root|Users|home)/\w"),
    "a build machine's folder": re.compile("/" + r"(?:work|opt|builds)/\w"),
    "a package registry": re.compile(r"pypi\." + r"org/simple|python" + r"hosted|/arti" + r"factory/|index-" + "url"),
    "a Slack token": re.compile(r"xox" + r"[abp]-\d{6,}|xapp-" + r"\d-A"),
    "a private key": re.compile("-----BEGIN " + r"[A-Z ]*PRIVATE KEY-----(?:\s|\\n)+[A-Za-z0-9+/=]{60}"),
    "a mark of unfinished work": re.compile(r"\b(?:TO" + "DO|FIX" + r"ME|X" + r"XX)\b"),
}


@pytest.fixture(scope="module")
def texts(tracked: list[Path], root: Path) -> dict[str, str]:
    """Every text file but the lock, by its path in the repository."""
    found = {}
    for path in tracked:
        data = path.read_bytes()
        if path.name != LOCK and b"\0" not in data:
            found[str(path.relative_to(root))] = data.decode("utf-8")
    return found


@pytest.mark.parametrize(("what", "pattern"), FORBIDDEN.items())
def test_no_file_holds(texts: dict[str, str], what: str, pattern: re.Pattern[str]) -> None:
    places = {
        f"{path}:{text.count(chr(10), 0, found.start()) + 1}"
        for path, text in texts.items()
        for found in pattern.finditer(text)
    }
    assert places == set(), f"{what} stands in {sorted(places)}"


def test_nothing_at_the_top_but_what_the_house_plan_names(tracked: list[Path], root: Path) -> None:
    top = {path.relative_to(root).parts[0] for path in tracked}
    plan = {"bot", "pipelines", "storage", "migrations", "tests", "docs", ".ci", "pyproject.toml", LOCK, "Makefile"}
    plan |= {"Procfile", "Dockerfile", "manifest.json", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"}
    plan |= {"LICENSE", ".gitignore", ".dockerignore"}
    assert top - plan == set()
    assert plan - top == set()
