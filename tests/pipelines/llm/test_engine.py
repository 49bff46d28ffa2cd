"""Building llama.cpp: a missing compiler is a sentence, a failed build leaves nothing, a build is found again."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.core.errors import Refused
from pipelines.llm.engine import build_engine, engine_folder, is_built


def quiet(text: str, progress: float | None) -> None:
    pass


async def test_without_a_compiler_the_debian_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    with pytest.raises(Refused, match=r"install the Debian package g\+\+ \(apt-get install g\+\+\)"):
        await build_engine(tmp_path / "cache", quiet)
    assert not (tmp_path / "cache").exists()


async def test_a_CXX_that_is_not_there_counts_as_none(  # noqa: N802  # the variable's name
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CXX", "/nowhere/c++ -m64")
    with pytest.raises(Refused, match="C\\+\\+ compiler"):
        await build_engine(tmp_path, quiet)


async def test_a_build_that_fails_says_why_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "sh")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(Refused, match="could not be built: ERROR: No matching distribution"):
        await build_engine(tmp_path, quiet)
    assert [path.suffix for path in (tmp_path / "wheels").iterdir()] == [".lock"]


async def test_a_build_is_found_again_without_a_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = engine_folder(tmp_path) / "llama_cpp"
    package.mkdir(parents=True)
    (package / "llama_cpp.py").touch()
    monkeypatch.setenv("PATH", "")
    assert is_built(tmp_path)
    assert await build_engine(tmp_path, quiet) == package.parent
