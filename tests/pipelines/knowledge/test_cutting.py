"""A file is cut where its author would cut it."""

from __future__ import annotations

import pytest

from pipelines.knowledge.cutting import LONGEST, cut, imports

PYTHON = '''"""Doc."""

import os

LIMIT = 3


# Says hello.
@cached
def greet(name):
    return name


class Door:
    """Opens."""

    width = 3

    def open(self):
        return 1

    async def shut(self):
        return 2
'''
TYPESCRIPT = """import { a } from "./a";

export const WIDTH = 3;

/** Shortens. */
export const shorten = (text: string) => {
  return text;
};

export class Badge {
  show(): void {
    return;
  }
}

interface Shape {
  size: number;
}
"""
GO = """package fleet

import (
	"fmt"
	"larkspur/fleet/internal/store"
)

// Bike is one bike.
type Bike struct {
	ID string
}

func (b Bike) Ride() int {
	return 1
}
"""
MARKDOWN = """Before.

# Install

Run it.

```sh
# not a heading
```

## Docker

Pull it.

# Use

Go.
"""


def pieces(path: str, text: str) -> list[tuple[int, int, str]]:
    return [(piece.first, piece.last, piece.title) for piece in cut(path, text)]


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        (
            "a.py",
            PYTHON,
            [(1, 5, ""), (8, 11, "greet"), (14, 17, "Door"), (19, 20, "Door.open"), (22, 23, "Door.shut")],
        ),
        (
            "a.ts",
            TYPESCRIPT,
            [
                (1, 3, ""),
                (5, 8, "shorten"),
                (10, 10, "Badge"),
                (11, 13, "Badge.show"),
                (14, 14, "Badge"),
                (16, 18, "Shape"),
            ],
        ),
        ("a.go", GO, [(1, 6, ""), (8, 11, "Bike"), (13, 15, "Ride")]),
        (
            "a.md",
            MARKDOWN,
            [(1, 1, ""), (3, 9, "Install"), (11, 13, "Install > Docker"), (15, 17, "Use")],
        ),
        ("a.sql", "select 1;\n\n\nselect 2;\n", [(1, 4, "")]),
        ("a.py", "", []),
        ("a.py", "\n\n  \n", []),
        ("a.py", "def broken(:\n  ((((\n", [(1, 2, "")]),
    ],
)
def test_cuts(path: str, text: str, found: list[tuple[int, int, str]]) -> None:
    assert pieces(path, text) == found


@pytest.mark.parametrize("path", ["a.py", "a.md", "a.sql", "a.dart"])
def test_long_text_is_cut_at_blank_lines_and_nothing_is_lost(path: str) -> None:
    lines = ["" if n % 7 == 0 else f"word{n} = {n}" for n in range(1, 500)]
    found = cut(path, "\n".join(lines))
    assert all(piece.last - piece.first < LONGEST for piece in found)
    held = {at for piece in found for at in range(piece.first, piece.last + 1)}
    assert {at for at, line in enumerate(lines, 1) if line} <= held
    assert len(found) > 7


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        (
            "a.py",
            "from shop.cart import Cart, total\nimport os, sys as s\n",
            ["shop.cart", "shop.cart.Cart", "shop.cart.total", "os", "sys"],
        ),
        ("a.py", "from . import cart\nfrom ..x import y\n", [".", ".cart", "..x", "..x.y"]),
        ("a.ts", TYPESCRIPT, ["./a"]),
        ("a.js", "const a = require('./b')\nimport './c'\nexport * from \"../d\"", ["./b", "./c", "../d"]),
        ("a.go", GO, ["fmt", "larkspur/fleet/internal/store"]),
        ("a.md", "import os", []),
    ],
)
def test_imports_are_seen(path: str, text: str, found: list[str]) -> None:
    assert sorted(imports(path, text)) == sorted(found)
