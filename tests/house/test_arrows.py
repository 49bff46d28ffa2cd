"""Who may import whom: the layers, the parts, the outside SDKs, the playground."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

PACKAGES = ("bot", "pipelines", "storage", "migrations")
RIMS = {
    "slack_bolt": ("bot.slack",),
    # The composition root names the type of the client that everything shares.
    "slack_sdk": ("bot.slack", "bot.app"),
    "trello": ("pipelines.trackers.trello",),
    "dbos": ("storage.engine",),
    "openai": ("pipelines.llm",),
    "httpx2": ("pipelines.llm",),
    "alembic": ("storage", "migrations"),
    "sqlalchemy": ("storage", "migrations"),
    "cryptography": ("storage.sealing",),
}
Imports = dict[str, set[str]]


def _within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)


def test_the_contracts_of_import_linter_hold(root: Path, python: str) -> None:
    lint = Path(python).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


@pytest.mark.parametrize(("sdk", "rim"), RIMS.items())
def test_an_outside_sdk_is_imported_in_its_one_place(imports: Imports, sdk: str, rim: tuple[str, ...]) -> None:
    users = {name for name, used in imports.items() if any(_within(target, sdk) for target in used)}
    assert users, f"nothing imports {sdk} any more: drop it from pyproject.toml and from this table"
    assert {name for name in users if not _within(name, *rim)} == set()


def test_the_playground_knows_nothing_of_ours(imports: Imports) -> None:
    inside = {name: used for name, used in imports.items() if _within(name, "bot.playground")}
    assert inside
    strangers = {
        (name, target)
        for name, used in inside.items()
        for target in used
        if _within(target, *PACKAGES) and target != "bot" and not _within(target, "bot.playground")
    }
    assert strangers == set()


def test_only_the_command_line_opens_the_playground(imports: Imports) -> None:
    users = {name for name, used in imports.items() if any(_within(target, "bot.playground") for target in used)}
    assert {name for name in users if not _within(name, "bot.playground")} == {"bot.cli"}


def test_the_parts_of_pipelines_know_core_storage_and_themselves_alone(imports: Imports) -> None:
    strangers = set()
    for name, used in imports.items():
        part = ".".join(name.split(".")[:2])
        if not _is_part(part, imports) or not name.startswith("pipelines."):
            continue
        ours = {target for target in used if _within(target, *PACKAGES) and target != "pipelines"}
        known = ("pipelines.core",) if part == "pipelines.core" else (part, "pipelines.core", "storage")
        strangers |= {(name, target) for target in ours if not _within(target, *known)}
    assert strangers == set()


def test_every_part_of_pipelines_stands_in_a_contract(imports: Imports, root: Path) -> None:
    contracts = (root / "pyproject.toml").read_text("utf-8")
    parts = {name.split(".")[1] for name in imports if _is_part(name, imports)}
    assert parts >= {"core", "drafting", "trackers"}
    assert {part for part in parts if f'"{part}' not in contracts and f"| {part}" not in contracts} == set()


def test_nothing_of_ours_is_imported_inside_a_function(trees: dict[str, ast.Module]) -> None:
    hidden = set()
    for name, tree in trees.items():
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                hidden |= {(name, node.lineno) for node in ast.walk(function) if _imports_ours(node)}
    assert hidden == set()


def _is_part(name: str, imports: Imports) -> bool:
    """A folder of pipelines: a module with modules inside."""
    pieces = name.split(".")
    return len(pieces) == 2 and pieces[0] == "pipelines" and any(other.startswith(name + ".") for other in imports)


def _imports_ours(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(_within(alias.name, *PACKAGES) for alias in node.names)
    return isinstance(node, ast.ImportFrom) and _within(node.module or "", *PACKAGES)
