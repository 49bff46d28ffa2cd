"""Builds llama.cpp's Python binding for this machine's processor, once, and keeps it in the cache."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

from pipelines.core.errors import Refused
from pipelines.llm.outside import Tell, alone, last_line, run, the_wheel

PACKAGE, VERSION = "llama-cpp-python", "0.3.36"
# The parts that read pictures are a third of the build and of no use here.
LEFT_OUT = "-DLLAVA_BUILD=OFF"
COMPILERS = ("c++", "g++", "clang++")
STEP = re.compile(r"^\[(\d+)/(\d+)\]")


def engine_folder(cache: Path) -> Path:
    """Where the binding lies for this version, this Python and this processor: the build is tuned to all three."""
    python = f"{sys.implementation.cache_tag}-{sys.platform}-{platform.machine()}"
    return cache / "wheels" / f"{VERSION}-{python}-{_processor()}"


def is_built(cache: Path) -> bool:
    """Whether the binding is ready to be loaded."""
    return (engine_folder(cache) / "llama_cpp" / "llama_cpp.py").is_file()


async def build_engine(cache: Path, tell: Tell) -> Path:
    """The folder that holds the package llama_cpp, built where it is missing: about 9 minutes of processor time.

    Raises Refused where there is no C++ compiler, or where the build fails.
    """
    folder = engine_folder(cache)
    if is_built(cache):
        return folder
    check_compiler()
    try:
        async with alone(folder.with_name(f"{folder.name}.lock"), tell):
            if not is_built(cache):
                await _build(folder, tell)
    except OSError as error:
        raise Refused(f"llama.cpp cannot be kept in {folder.parent} ({error.strerror}).") from None
    return folder


def check_compiler() -> None:
    """Raises Refused with the package to install where there is no C++ compiler."""
    named = os.environ.get("CXX", "").split()
    if not any(shutil.which(name) for name in ([named[0]] if named else COMPILERS)):
        raise Refused(
            "The local model needs a C++ compiler to build llama.cpp, and there is none: install the Debian package "
            "g++ (apt-get install g++)."
        )


async def _build(folder: Path, tell: Tell) -> None:
    tell("Building llama.cpp for this processor", 0.0)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        wheel = await _wheel(Path(scratch), tell)
        unpacked = Path(scratch) / "unpacked"
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(unpacked)
        unpacked.rename(folder)


async def _wheel(scratch: Path, tell: Tell) -> Path:
    arguments = ["--config-settings", f"cmake.args={LEFT_OUT}", "--wheel-dir", str(scratch), f"{PACKAGE}=={VERSION}"]
    status, said = await run(
        sys.executable, "-m", "pip", "wheel", "--verbose", "--disable-pip-version-check", "--no-input",
        # pip's own cache of built wheels does not tell one processor from another.
        "--no-cache-dir", "--no-deps", "--no-binary", PACKAGE, *arguments,
        scratch=scratch, hear=lambda line: _hear(line, tell),
    )  # fmt: skip
    wheel = the_wheel(scratch)
    if status or wheel is None:
        raise Refused(f"llama.cpp could not be built: {last_line(said)}")
    return wheel


def _hear(line: str, tell: Tell) -> None:
    step = STEP.match(line)
    if step:
        done, of = int(step[1]), int(step[2])
        tell(f"Building llama.cpp for this processor: step {done} of {of}", done / of)


def _processor() -> str:
    """A short name of what the compiler tunes for."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    features = {line for line in lines if line.startswith(("model name", "flags", "Features"))}
    known = "".join(sorted(features)) or platform.processor()
    return hashlib.sha256(known.encode()).hexdigest()[:12]
