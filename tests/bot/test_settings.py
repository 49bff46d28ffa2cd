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


@pytest.mark.parametrize(
    "value", ["none", "local:small", "local:/models/a b.gguf", "openai:ft:big:x", "scripted:s.json"]
)
def test_each_form_of_a_model_is_taken(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("LEADHAND_MODEL", f" {value} ")
    assert read_settings().model == value


def test_the_model_process_listens_in_the_data_folder_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADHAND_DATA", "/srv/leadhand")
    assert read_settings().model_url == "unix:/srv/leadhand/model.sock"
    monkeypatch.setenv("LEADHAND_MODEL_URL", "http://127.0.0.1:9999/v1")
    assert read_settings().model_url == "http://127.0.0.1:9999/v1"


def test_the_cache_lies_in_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEADHAND_CACHE", raising=False)
    monkeypatch.setenv("HOME", "/srv/priya")
    assert str(read_settings().cache_folder) == "/srv/priya/.cache/leadhand"


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-not-to-be-shown")
    assert "not-to-be-shown" not in repr(read_settings())


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "lots", "PORT"),
        ("PORT", "70000", "PORT"),
        ("LEADHAND_FILING", "sometimes", "LEADHAND_FILING"),
        ("SLACK_API_URL", "nonsense", "starts with https://"),
        ("TRELLO_API_URL", "ftp://example", "starts with https://"),
        ("LEADHAND_PUBLIC_URL", "bot.example", "starts with https://"),
        ("LEADHAND_MODEL", "big", "use none"),
        ("LEADHAND_MODEL", "openai:", "use none"),
        ("LEADHAND_MODEL", "oracle:delphi", "use none"),
        ("LEADHAND_MODEL", "openai:a,local:b", "use none"),
        ("LEADHAND_MODEL_SECONDS", "0", "LEADHAND_MODEL_SECONDS"),
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
