"""What is stored is found by its words, on both databases in the same way."""

from __future__ import annotations

import pytest

from storage.database import Database
from storage.knowledge import FileRow, Knowledge, NewPassage
from storage.memory import memory_database


def piece(path: str, words: str, kind: str = "code") -> NewPassage:
    return NewPassage(kind, path, words, len(words.split()), 1, 3, title=path.upper(), text=f"text of {path}")


@pytest.fixture
async def knowledge(database: Database) -> Knowledge:
    made = Knowledge(database)
    files = [FileRow("a.py", "1", ["os"]), FileRow("b.py", "2", []), FileRow("c.md", "3", [])]
    rows = [piece("a.py", "cart total discount"), piece("b.py", "cart lock"), piece("c.md", "lock größe", "doc")]
    await made.put("shop", files, rows)
    await made.mark("shop", "c0ffee", "https://github.com/a/shop")
    return made


async def found(knowledge: Knowledge, *words: str, kinds: tuple[str, ...] = ("code", "doc")) -> list[str]:
    return [one.path for one in await knowledge.search(dict.fromkeys(words, 1.0), kinds, 10)]


@pytest.mark.parametrize(
    ("words", "paths"),
    [
        (("discount",), ["a.py"]),
        (("cart", "discount"), ["a.py", "b.py"]),
        (("größe",), ["c.md"]),
        (("disc",), []),
        (("nothing",), []),
        ((), []),
        (("'", '"', "\\", "*", "a:b", "&", "!"), []),
    ],
)
async def test_search(knowledge: Knowledge, words: tuple[str, ...], paths: list[str]) -> None:
    assert await found(knowledge, *words) == paths


async def test_a_search_can_be_narrowed(knowledge: Knowledge) -> None:
    assert await found(knowledge, "lock", kinds=("doc",)) == ["c.md"]
    assert await knowledge.search({"lock": 1.0}, ("code",), 10, names=["other"]) == []
    assert len(await knowledge.search({"lock": 1.0, "cart": 1.0}, ("code", "doc"), 1)) == 1


async def test_rarity_is_counted(knowledge: Knowledge) -> None:
    counts = await knowledge.counts(["cart", "discount", "nothing"])
    assert counts.passages == 3
    assert dict(counts.holding) == {"cart": 2, "discount": 1, "nothing": 0}


async def test_a_file_that_is_put_again_replaces_what_was_known_of_it(knowledge: Knowledge) -> None:
    await knowledge.put("shop", [FileRow("a.py", "9", [])], [piece("a.py", "rebate")])
    assert await found(knowledge, "discount") == []
    assert await found(knowledge, "rebate") == ["a.py"]
    assert [(row.path, row.blob) for row in await knowledge.files("shop")] == [
        ("a.py", "9"),
        ("b.py", "2"),
        ("c.md", "3"),
    ]


async def test_what_is_removed_or_dropped_is_found_no_more(knowledge: Knowledge) -> None:
    await knowledge.remove("shop", ["a.py"])
    assert await found(knowledge, "cart") == ["b.py"]
    await knowledge.drop("shop")
    assert await found(knowledge, "cart", "lock") == []
    assert await knowledge.repositories() == []
    assert await knowledge.files("shop") == []


async def test_commits_are_stored_once_and_outlive_files(knowledge: Knowledge) -> None:
    row = NewPassage(
        "commit", "c1", "fix cart", 2, title="Fix the cart", detail={"author": "E", "at": 1, "files": ["a.py"]}
    )
    await knowledge.put_commits("shop", [row])
    await knowledge.put_commits("shop", [row])
    await knowledge.remove("shop", ["a.py", "c1"])
    (commit,) = await knowledge.commits("shop")
    assert (commit.path, commit.title, commit.detail["files"]) == ("c1", "Fix the cart", ["a.py"])


async def test_marking_again_moves_the_commit(knowledge: Knowledge) -> None:
    await knowledge.mark("shop", "beef", "")
    assert [(row.name, row.commit, row.web) for row in await knowledge.repositories()] == [("shop", "beef", "")]


async def test_titles_are_found_by_their_last_name(knowledge: Knowledge) -> None:
    row = NewPassage("code", "d.py", "x", 1, 1, 2, title="Cart.total_50%")
    await knowledge.put("shop", [], [row])
    assert await knowledge.titles("shop", ["total_50%"]) == [("Cart.total_50%", "d.py")]
    assert await knowledge.titles("shop", ["total_509"]) == []
    assert await knowledge.titles("shop", []) == []


async def test_a_database_in_memory_has_the_same_tables() -> None:
    async with memory_database() as database:
        knowledge = Knowledge(database)
        await knowledge.put("shop", [FileRow("a.py", "1", [])], [piece("a.py", "cart")])
        assert await found(knowledge, "cart") == ["a.py"]
    async with memory_database() as another:
        assert await Knowledge(another).files("shop") == []
