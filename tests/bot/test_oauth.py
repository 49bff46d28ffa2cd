"""OAuth by half, or without keys, is refused in one sentence before anything is started."""

from __future__ import annotations

from typing import Any

import pytest

from bot.oauth import print_key
from bot.process import Role
from bot.serving import check
from bot.settings import Settings
from pipelines.core.errors import Refused
from storage.errors import StorageRefused
from storage.sealing import Keyring, make_key

BOTH = Role(hears=True, works=True)
BASE = {"SLACK_SIGNING_SECRET": "s", "SLACK_BOT_TOKEN": "", "SLACK_APP_TOKEN": "", "LEADHAND_SIGNING_KEYS": ""}
APP = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "hush"}
KEY = make_key()


def settings(**given: str) -> Settings:
    return Settings(_env_file=None, **{**BASE, "SLACK_CLIENT_ID": "", "SLACK_CLIENT_SECRET": "", **given})


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_CLIENT_ID": "1.2"}, "SLACK_CLIENT_SECRET is not set"),
        ({"SLACK_CLIENT_SECRET": "hush", "SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_CLIENT_ID is not set"),
        (APP, "leadhand keys"),
        ({**APP, "SLACK_BOT_TOKEN": "xoxb-1"}, "LEADHAND_SIGNING_KEYS is empty"),
        ({**APP, "LEADHAND_SIGNING_KEYS": "hush"}, "key 1 is not a key"),
        ({**APP, "LEADHAND_SIGNING_KEYS": f"{KEY}, {KEY[1:]}"}, "key 2 is not a key"),
    ],
)
def test_it_does_not_start_and_says_what_to_do(given: dict[str, str], words: str) -> None:
    with pytest.raises((Refused, StorageRefused)) as refusal:
        check(settings(**given), BOTH)
    said = str(refusal.value)
    assert words in said
    assert "\n" not in said
    assert "hush" not in said
    assert KEY[1:] not in said


@pytest.mark.parametrize("keys", [KEY, f"{KEY},{make_key()}", f" {KEY}  {make_key()} "])
def test_it_starts_without_a_bot_token(keys: str) -> None:
    check(settings(**APP, LEADHAND_SIGNING_KEYS=keys), BOTH)


def test_keys_and_secrets_do_not_show() -> None:
    shown = repr(settings(**APP, LEADHAND_SIGNING_KEYS=KEY))
    assert KEY not in shown
    assert "hush" not in shown


async def test_a_printed_key_is_one(capsys: Any) -> None:
    await print_key()
    key = capsys.readouterr().out.strip()
    assert Keyring([key]).open("T1", Keyring([key]).seal("T1", "token")) == "token"
