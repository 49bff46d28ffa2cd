"""Tasks lead to files: by words, names, paths, stack traces, history and imports."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.knowledge.graph import closeness, import_graph
from pipelines.knowledge.library import Library
from pipelines.knowledge.locating import Place, locate
from storage.knowledge import FileRow, Knowledge
from tests.sample_repository import Sample, git


async def place(library: Library, title: str, body: str = "") -> Place:
    (name,) = library.sources
    return await locate(title, body, name, library.knowledge, await library.graph(name))


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("The {client} client gives up too early", "It should try again more often."),
        ("refresh_{token} is called twice", ""),
        ("Something breaks", 'Traceback:\n  File "/srv/app/src/{client}/client.py", line 31, in x\nKeyError: 3'),
        ("Something breaks", "see src/{client}/client.py"),
        ("Something breaks", "at x (client.py:31:7)"),
        ("Something breaks in {client}.client", ""),
        ("{Error}Error is not caught", ""),
        ("wait before it tries again", ""),
    ],
)
async def test_a_task_leads_to_its_file(sample: Sample, library: Library, title: str, body: str) -> None:
    names = {"client": sample.names["client"], "token": sample.names["token"], "Error": sample.names["error"].title()}
    found = await place(library, title.format(**names), body.format(**names))
    assert found.files[0].path == f"src/{names['client']}/client.py", found.files[:3]
    assert found.files[0].signals


async def test_a_past_change_that_sounds_alike_is_found(sample: Sample, library: Library) -> None:
    found = await place(library, "label, tariff and batches are wrong")
    assert found.commits[0].title == "Add label, tariff and batches"
    assert found.commits[0].detail["author"] == "Cy Script"


async def test_nothing_in_common_is_nothing_found(library: Library) -> None:
    assert (await place(library, "zzzzqqq", "wwwwxxx")).files == ()


async def test_a_test_stands_behind_what_it_tests(tmp_path: Path, knowledge: Knowledge) -> None:
    folder = tmp_path / "tested"
    (folder / "tests").mkdir(parents=True)
    git(folder, "init", "-q")
    (folder / "cart.py").write_text("def discount(cart):\n    return cart.code\n", "utf-8")
    (folder / "tests/test_cart.py").write_text("def test_discount_of_cart():\n    assert discount(cart)\n" * 3, "utf-8")
    git(folder, "add", "-A")
    who = {f"GIT_{role}_{key}": "x@y.z" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")}
    git(folder, "commit", "-q", "-m", "Cart", **who)
    library = Library((str(folder),), tmp_path / "ours", knowledge)
    await library.refresh()
    assert (await place(library, "discount of the cart is lost")).files[0].path == "cart.py"


def test_imports_become_edges_in_each_language() -> None:
    files = [
        FileRow("src/shop/cart.py", "", ["shop.money", "shop.money.round_up", "os"]),
        FileRow("src/shop/money.py", "", []),
        FileRow("src/shop/views/__init__.py", "", ["..cart"]),
        FileRow("web/cart.ts", "", ["./total", "react"]),
        FileRow("web/total/index.ts", "", []),
        FileRow("fleet/cmd/main.go", "", ["larkspur/fleet/internal/bike", "fmt"]),
        FileRow("fleet/internal/bike/bike.go", "", []),
    ]
    graph = import_graph(files)
    assert graph["src/shop/cart.py"] == {"src/shop/money.py", "src/shop/views/__init__.py"}
    assert graph["web/total/index.ts"] == {"web/cart.ts"}
    assert graph["fleet/internal/bike/bike.go"] == {"fleet/cmd/main.go"}


def test_closeness_falls_with_distance_and_survives_nothing() -> None:
    graph = {"a": frozenset({"b"}), "b": frozenset({"a", "c"}), "c": frozenset({"b"})}
    near = closeness(graph, {"a": 1.0})
    assert near["a"] > near["b"] > near["c"] > near.get("d", 0.0)
    assert closeness({}, {}) == {}
    assert closeness({}, {"a": 2.0})["a"] > 0
