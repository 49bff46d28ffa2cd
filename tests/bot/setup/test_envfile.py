"""`.env`, changed without touching what somebody else wrote in it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.setup.envfile import EnvFile
from pipelines.core.errors import Refused


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / ".env"


CHANGES = [
    ("", "KEY=new\n"),
    ("# only words", "# only words\nKEY=new\n"),
    ("KEY=old\n", "KEY=new\n"),
    ("KEY=old", "KEY=new"),
    ("\n  KEY = old   # why\nOTHER=1\n", "\n  KEY=new   # why\nOTHER=1\n"),
    ("export KEY='old # no remark'\n", "export KEY=new\n"),
    ('KEY="two\nKEY=lines"\nREST=1\n', "KEY=new\nREST=1\n"),
    ('OTHER="\nKEY=not this"\n', 'OTHER="\nKEY=not this"\nKEY=new\n'),
    ("KEY=1\nKEY=2\n", "KEY=1\nKEY=new\n"),
    ("KEY\n", "KEY=new\n"),
    ("this is no setting\nKEY=\n", "this is no setting\nKEY=new\n"),
    ("A=1\r\nKEY=old\r\n", "A=1\r\nKEY=new\r\n"),
]


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_one_setting_changes_and_nothing_else(file: Path, before: str, after: str) -> None:
    file.write_bytes(before.encode())
    EnvFile(file).put(KEY="new")
    assert file.read_bytes().decode() == after
    assert EnvFile(file).values()["KEY"] == "new"


@pytest.mark.parametrize(
    "value", ["", "plain", "a b", "it's", 'quo"te', "back\\slash", "a#b", "a #b", "ünï", "=", "xoxb-1-a_B", "a\\'b"]
)
def test_what_is_written_is_what_is_read(file: Path, value: str) -> None:
    EnvFile(file).put(KEY=value, OTHER="x")
    assert EnvFile(file).values() == {"KEY": value, "OTHER": "x"}
    assert dotenv_values(file) == {"KEY": value, "OTHER": "x"}
    EnvFile(file).put(KEY="again")
    assert EnvFile(file).values() == {"KEY": "again", "OTHER": "x"}


def test_only_its_owner_reads_it_and_no_half_file_stays(file: Path) -> None:
    file.write_text("KEY=old\n")
    file.chmod(0o666)
    EnvFile(file).put(KEY="new")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == [".env"]


def test_a_link_stays_a_link(file: Path, tmp_path: Path) -> None:
    target = tmp_path / "shared"
    target.write_text("KEY=old\n")
    file.symlink_to(target)
    EnvFile(file).put(KEY="new")
    assert file.is_symlink()
    assert target.read_text() == "KEY=new\n"


def test_what_cannot_be_is_one_sentence(file: Path, tmp_path: Path) -> None:
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(Refused, match="UTF-8"):
        EnvFile(file).values()
    with pytest.raises(Refused, match="cannot be written"):
        EnvFile(tmp_path / "no" / ".env").put(KEY="x")
    with pytest.raises(Refused, match="cannot be read"):
        EnvFile(tmp_path).values()
