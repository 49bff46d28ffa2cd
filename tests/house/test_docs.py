"""The reference says what the code has: settings, buttons, sections, audit actions; and links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.router import find_abilities
from bot.settings import Settings
from pipelines.core.tickets import TEMPLATES

TESTS_ONLY = {"LEADHAND_TEST_POSTGRES"}
ROW = re.compile(r"^\| `([A-Z_]+)` \| (.+?) \| (.+) \|$", re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
CODE = re.compile(r"`([^`]+)`")


@pytest.fixture(scope="module")
def reference(root: Path) -> dict[str, str]:
    return {path.stem: path.read_text("utf-8") for path in (root / "docs/reference").glob("*.md")}


@pytest.fixture(scope="module")
def shipped_text(sources: list[Path]) -> str:
    """The code outside the playground, which is no part of the bot."""
    return "\n".join(path.read_text("utf-8") for path in sources if "playground" not in path.parts)


def test_each_setting_has_its_row_and_each_row_its_setting(reference: dict[str, str]) -> None:
    documented = {name for name, _, _ in ROW.findall(reference["settings"])}
    known = {str(field.alias) for field in Settings.model_fields.values()}
    assert documented == known | TESTS_ONLY


def test_each_default_is_the_one_in_the_code(reference: dict[str, str]) -> None:
    documented = {name: default for name, default, _ in ROW.findall(reference["settings"])}
    for field in Settings.model_fields.values():
        default = field.default.get_secret_value() if hasattr(field.default, "get_secret_value") else field.default
        if field.alias == "DATABASE_URL":
            assert default == ""
            continue
        said = documented[str(field.alias)]
        assert said == (f"`{default}`" if default else "empty"), field.alias


def test_a_setting_that_nothing_reads_yet_says_so(reference: dict[str, str], shipped_text: str) -> None:
    rows = {name: text for name, _, text in ROW.findall(reference["settings"])}
    for name, field in Settings.model_fields.items():
        used = re.search(rf"settings\.{name}\b|self\.{name}\b", shipped_text)
        # LEADHAND_MODEL is checked as it is read: whatever this version cannot do is refused.
        assert used or name == "model" or " yet" in rows[str(field.alias)], field.alias


def test_each_page_that_the_code_names_is_there(root: Path, shipped_text: str) -> None:
    named = set(re.findall(r"docs/[\w/-]+\.md", shipped_text))
    assert named
    assert {page for page in named if not (root / page).is_file()} == set()


def test_each_button_and_form_is_documented(reference: dict[str, str]) -> None:
    said = set(CODE.findall(reference["buttons"]))
    for ability in find_abilities().values():
        doors = ability.TRIGGERS
        assert set(doors.buttons) | set(doors.forms) | set(doors.shortcuts) <= said


def test_each_section_of_each_type_is_documented(reference: dict[str, str]) -> None:
    for kind, fields in TEMPLATES.items():
        row = f"| `{kind}` | {' '.join(f'`{field.name}`' for field in fields)} |"
        assert row in reference["buttons"]


def test_each_audit_action_is_documented(reference: dict[str, str], shipped_text: str) -> None:
    said = set(CODE.findall(reference["audit"]))
    literal = set(re.findall(r'_record\("([a-z.]+)"|action="([a-z]+\.[a-z]+)", target', shipped_text))
    acts = {one or other for one, other in literal}
    for name, ability in find_abilities().items():
        doors = ability.TRIGGERS
        verbs = {*doors.words.values(), *doors.commands.values(), *doors.reactions.values(), *doors.buttons.values()}
        verbs |= {*doors.forms.values(), *doors.shortcuts.values(), *filter(None, [doors.board])}
        verbs |= {*doors.unreactions.values(), *doors.changes.values()}
        acts |= {f"{name}.{verb}" for verb in verbs}
    assert acts >= {"chat.post", "card.create", "ticket.file"}
    assert acts - said == set()


def test_each_outcome_is_documented(reference: dict[str, str], shipped_text: str) -> None:
    said = set(CODE.findall(reference["audit"]))
    words = set(re.findall(r'\bOutcome\(word="([a-z ]+)"|"word": "([a-z ]+)"', shipped_text))
    outcomes = {one or other for one, other in words}
    assert outcomes >= {"drafted", "filed", "ignored"}
    assert outcomes - said == set()


def test_every_page_is_reached_from_the_index_and_every_link_leads_somewhere(root: Path, tracked: list[Path]) -> None:
    pages = [path for path in tracked if path.suffix == ".md"]
    broken = {
        (str(page.relative_to(root)), target)
        for page in pages
        for target in LINK.findall(page.read_text("utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    }
    assert broken == set()
    index = (root / "docs/README.md").read_text("utf-8")
    listed = {(root / "docs" / target).resolve() for target in LINK.findall(index)}
    assert {str(page.relative_to(root)) for page in pages if root / "docs" in page.parents} - {"docs/README.md"} == {
        str(page.relative_to(root)) for page in listed if root / "docs" in page.parents
    }


def test_the_changelog_opens_with_what_is_next(root: Path) -> None:
    heads = re.findall(r"^## \[(.+?)\]", (root / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    version = re.search(r'^version = "(.+)"', (root / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    assert version
    assert heads[:2] == ["Unreleased", version[1]]
