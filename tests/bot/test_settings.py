"""Settings: what they default to, what they refuse."""

import pytest

from bot.settings import read_settings
from pipelines.core.errors import Refused


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.chdir(str(tmp_path))
    for name in ("LEADHAND_MODEL", "LEADHAND_FILING", "PORT", "DATABASE_URL", "LEADHAND_DATA", "LEADHAND_APPROVERS"):
        monkeypatch.delenv(name, raising=False)


def test_the_database_is_a_file_in_the_data_folder_unless_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADHAND_DATA", "elsewhere")
    assert read_settings().database == "sqlite:///elsewhere/leadhand.db"
    monkeypatch.setenv("DATABASE_URL", "postgresql://host/name")
    assert read_settings().database == "postgresql://host/name"


def test_lists_take_commas_and_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADHAND_APPROVERS", "U1, U2 U3")
    assert read_settings().approvers == {"U1", "U2", "U3"}


def test_the_api_address_ends_in_a_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:1/api")
    assert read_settings().slack_api_url == "http://127.0.0.1:1/api/"


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-not-to-be-shown")
    assert "not-to-be-shown" not in repr(read_settings())


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "lots", "PORT"),
        ("PORT", "70000", "PORT"),
        ("LEADHAND_FILING", "sometimes", "LEADHAND_FILING"),
        ("LEADHAND_MODEL", "local:big", "without a model"),
        ("SLACK_API_URL", "nonsense", "starts with https://"),
        ("TRELLO_API_URL", "ftp://example", "starts with https://"),
        ("LEADHAND_PUBLIC_URL", "bot.example", "starts with https://"),
    ],
)
def test_nonsense_is_refused_in_one_line_that_names_the_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Refused) as refused:
        read_settings()
    assert words in str(refused.value)
    assert name in str(refused.value)
    assert "\n" not in str(refused.value)
