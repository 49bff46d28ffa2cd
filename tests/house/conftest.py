"""What the house tests look at: the checkout, its files, its modules, the imports that each one makes."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PACKAGES = ("bot", "pipelines", "storage", "migrations")

Imports = dict[str, set[str]]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def python() -> str:
    """The interpreter of these tests, with leadhand installed beside it."""
    return sys.executable


@pytest.fixture(scope="session")
def sources(root: Path) -> list[Path]:
    """Every Python file that ships."""
    return sorted(path for package in PACKAGES for path in (root / package).rglob("*.py"))


@pytest.fixture(scope="session")
def trees(root: Path, sources: list[Path]) -> dict[str, ast.Module]:
    """Each shipped module's syntax tree, by dotted name."""
    return {_dotted(path.relative_to(root)): ast.parse(path.read_text("utf-8")) for path in sources}


@pytest.fixture(scope="session")
def imports(trees: dict[str, ast.Module]) -> Imports:
    """Module -> what it imports, wherever in the file: `from a import b` counts as both a and a.b."""
    return {name: set(_imported(tree)) for name, tree in trees.items()}


@pytest.fixture(scope="session")
def tracked(root: Path) -> list[Path]:
    """Every file of the repository, new ones that are not ignored included."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [root / name for name in listed.split("\0") if name and (root / name).is_file()]


def _dotted(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"relative import of {node.module}"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
