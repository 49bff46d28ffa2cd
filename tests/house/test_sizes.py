"""The size budget: files, functions, and a sentence at the head of each module."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

LONGEST_FILE = 400
MEDIAN_FUNCTION = 8
P90_FUNCTION = 25
LONG_FUNCTION = 50
SHARE_OF_LONG = 0.01


def _functions(trees: dict[str, ast.Module]) -> dict[str, int]:
    """Lines of code of each function, its signature and docstring aside."""
    return {
        f"{name}.{node.name}:{node.lineno}": _body_lines(node)
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def _body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    return (node.end_lineno or node.lineno) - body[0].lineno + 1 if body else 0


def test_no_python_file_is_too_long(tracked: list[Path], root: Path) -> None:
    long = {
        str(path.relative_to(root)): lines
        for path in tracked
        if path.suffix == ".py" and (lines := len(path.read_text("utf-8").splitlines())) >= LONGEST_FILE
    }
    assert long == {}


def test_functions_keep_to_the_budget(trees: dict[str, ast.Module]) -> None:
    sizes = _functions(trees)
    ordered = sorted(sizes.values())
    long = {name: lines for name, lines in sizes.items() if lines > LONG_FUNCTION}
    assert statistics.median(ordered) <= MEDIAN_FUNCTION
    assert ordered[int(len(ordered) * 0.9)] <= P90_FUNCTION
    assert len(long) <= SHARE_OF_LONG * len(ordered), long


def test_every_module_opens_with_its_purpose(trees: dict[str, ast.Module]) -> None:
    assert {name for name, tree in trees.items() if not _is_sentence(ast.get_docstring(tree))} == set()


def test_no_module_has_a_name_that_says_nothing(trees: dict[str, ast.Module]) -> None:
    empty = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "test"}
    assert {name for name in trees if empty & set(name.split("."))} == set()


def _is_sentence(docstring: str | None) -> bool:
    first = (docstring or "").partition("\n\n")[0].strip()
    return len(first.split()) >= 3 and first[-1] in ".:"
