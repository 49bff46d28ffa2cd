"""The image is built from everything that the package is built from."""

from __future__ import annotations

import tomllib
from pathlib import Path


def test_the_image_gets_what_the_wheel_packs(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*wheel["packages"], *wheel["force-include"], project["project"]["readme"], "pyproject.toml", "uv.lock"}
    copies = [line.split()[1:-1] for line in (root / "Dockerfile").read_text("utf-8").splitlines() if "COPY" in line]
    assert needed - {name for names in copies for name in names} == set()
    let_in = {line[1:] for line in (root / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    assert needed - let_in == set()
