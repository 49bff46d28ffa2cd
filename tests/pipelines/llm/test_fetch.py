"""Fetching a model, through pip's real client, from an index in a folder: assembled, resumed, verified, or refused."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.core.errors import Refused
from pipelines.llm.catalogue import CATALOGUE, Model, Part, known, own_file
from pipelines.llm.fetch import fetch, is_whole

pytestmark = pytest.mark.slow

SLICES = (b"GGUF first ", b"second ", b"third")
WHOLE = b"".join(SLICES)
MODEL = Model(
    name="paper",
    file="paper.gguf",
    sha256=hashlib.sha256(WHOLE).hexdigest(),
    size=len(WHOLE),
    licence="CC0",
    use="tests",
    parts=tuple(Part(f"paper-part{n}", "1.0", f"paper_part{n}/data/{n}.bin") for n in range(3)),
)


def publish(index: Path, number: int, content: bytes) -> None:
    """Put a package into the index that carries a slice, and that complains when it is imported."""
    index.mkdir(exist_ok=True)
    name, info = f"paper_part{number}", f"paper_part{number}-1.0.dist-info"
    with zipfile.ZipFile(index / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}/__init__.py", "raise SystemExit('imported')")
        wheel.writestr(f"{name}/data/{number}.bin", content)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: paper-part{number}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


def withdraw(index: Path) -> None:
    """Nothing can be fetched any more."""
    for archive in index.iterdir():
        archive.unlink()


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only index that pip knows."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    for number, content in enumerate(SLICES):
        publish(tmp_path / "index", number, content)
    return tmp_path / "index"


def quiet(text: str, progress: float | None) -> None:
    pass


async def test_the_parts_become_the_file_and_progress_is_told(index: Path, tmp_path: Path) -> None:
    told: list[tuple[str, float | None]] = []
    path = await fetch(MODEL, tmp_path / "cache", lambda text, progress: told.append((text, progress)))
    assert path.read_bytes() == WHOLE
    shares = [progress for _, progress in told if progress is not None]
    assert shares == sorted(shares)
    assert told[0][0] == "Fetching the model paper: part 1 of 3"
    assert sorted(p.name for p in path.parent.iterdir()) == ["paper.gguf", "paper.lock"]


async def test_a_fetched_file_is_not_fetched_again_and_a_damaged_one_is(index: Path, tmp_path: Path) -> None:
    path = await fetch(MODEL, tmp_path, quiet)
    withdraw(index)
    assert await fetch(MODEL, tmp_path, quiet) == path
    path.write_bytes(WHOLE[:-1] + b"?")
    assert not await is_whole(MODEL, tmp_path)
    with pytest.raises(Refused, match=r"paper-part0 1\.0"):
        await fetch(MODEL, tmp_path, quiet)


async def test_a_broken_off_fetch_goes_on_where_it_stopped(index: Path, tmp_path: Path) -> None:
    third = index / "paper_part2-1.0-py3-none-any.whl"
    kept = third.read_bytes()
    third.unlink()
    with pytest.raises(Refused, match=r"paper-part2 1\.0"):
        await fetch(MODEL, tmp_path, quiet)
    assert not MODEL.path(tmp_path).exists()
    withdraw(index)
    third.write_bytes(kept)
    assert (await fetch(MODEL, tmp_path, quiet)).read_bytes() == WHOLE


async def test_another_hash_is_refused_and_nothing_is_kept(index: Path, tmp_path: Path) -> None:
    publish(index, 1, b"SECOND ")
    with pytest.raises(Refused, match="not what the catalogue means"):
        await fetch(MODEL, tmp_path / "cache", quiet)
    assert [p.name for p in (tmp_path / "cache/models").iterdir()] == ["paper.lock"]


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (replace(MODEL, size=5), "larger than the model itself"),
        (replace(MODEL, parts=(replace(MODEL.parts[0], member="elsewhere.bin"),)), "does not hold elsewhere.bin"),
        (replace(MODEL, parts=(replace(MODEL.parts[0], version="9.9"),)), r"could not fetch paper-part0 9\.9"),
    ],
)
async def test_an_archive_of_no_use_is_refused_in_words(index: Path, tmp_path: Path, model: Model, words: str) -> None:
    with pytest.raises(Refused, match=words):
        await fetch(model, tmp_path, quiet)


async def test_a_cache_that_cannot_be_written_is_refused(index: Path, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file in the way")
    with pytest.raises(Refused, match="cannot be kept"):
        await fetch(MODEL, tmp_path, quiet)


def test_a_model_of_ones_own_is_a_gguf_file(tmp_path: Path) -> None:
    own, other = tmp_path / "own.gguf", tmp_path / "other.gguf"
    own.write_bytes(b"GGUF...")
    other.write_bytes(b"PK")
    assert own_file(str(own)) == own
    assert own_file("paper") is None
    with pytest.raises(Refused, match="not a GGUF file"):
        own_file(str(other))
    with pytest.raises(Refused, match="cannot be read"):
        own_file(str(tmp_path / "missing.gguf"))
    with pytest.raises(Refused, match="smollm2-135m"):
        known("paper")


def test_the_catalogue_is_made_of_pins() -> None:
    for name, model in CATALOGUE.items():
        assert name == model.name
        assert len(bytes.fromhex(model.sha256)) == 32
        assert all(part.version and part.member for part in model.parts)
    assert len({model.sha256 for model in CATALOGUE.values()}) == len(CATALOGUE)
