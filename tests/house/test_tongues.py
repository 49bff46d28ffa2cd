"""Each language says the same sentences, and fills in the same things."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bot.slack.tongue import PLACEHOLDER, languages
from pipelines.policy.choices import LANGUAGES

KEPT = re.compile(r"`[^`]+`|:[a-z_]+:|\b[A-Z]+_[A-Z_]+\b|docs/\S+\.md")
OTHERS = [language for language in languages() if language != "en"]


@pytest.fixture(scope="module")
def catalogs(root: Path) -> dict[str, dict[str, str]]:
    folder = root / "bot" / "slack" / "tongues"
    return {language: json.loads((folder / f"{language}.json").read_text("utf-8")) for language in OTHERS}


def test_every_language_can_be_chosen() -> None:
    assert set(LANGUAGES) == {"auto", *languages()}


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalog_has_every_sentence(language: str, catalogs: dict[str, dict[str, str]]) -> None:
    assert catalogs[language].keys() == catalogs["de"].keys()
    assert all(said.strip() for said in catalogs[language].values())


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_fills_in_and_keeps_what_the_sentence_does(
    language: str, catalogs: dict[str, dict[str, str]]
) -> None:
    for english, said in catalogs[language].items():
        assert sorted(PLACEHOLDER.findall(english)) == sorted(PLACEHOLDER.findall(said)), english
        kept = [name for name in KEPT.findall(english) if name.isupper() or "/" in name or name.startswith(":")]
        assert [name for name in kept if name not in said and "QUESTION" not in name] == [], english
