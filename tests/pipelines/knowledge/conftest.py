"""A repository that nobody has seen before, and a library that knows it."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from pipelines.knowledge.library import Library
from storage.database import Database
from storage.knowledge import Knowledge
from tests.sample_repository import Sample, make_sample


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """Made once for a run, anew for each; its seed is in the name of its folder."""
    seed = secrets.randbelow(10**9)
    return make_sample(tmp_path_factory.mktemp("sample") / f"seed-{seed}", seed)


@pytest.fixture
def knowledge(database: Database) -> Knowledge:
    return Knowledge(database)


@pytest.fixture
async def library(sample: Sample, knowledge: Knowledge, tmp_path: Path) -> Library:
    made = Library((str(sample.folder),), tmp_path / "repositories", knowledge)
    await made.refresh()
    assert made.troubles == {}
    return made
