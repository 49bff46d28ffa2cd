"""Tokens are sealed: any listed key opens them, no other does, and rows cannot be swapped."""

from __future__ import annotations

import time
from unittest.mock import patch

import pytest

from storage.errors import StorageRefused
from storage.sealing import Keyring, Unreadable, make_key

OLD, NEW = make_key(), make_key()


def test_what_is_sealed_opens_again_and_shows_nothing() -> None:
    keys = Keyring([NEW])
    for secret in ("xoxb-not-a-real-token", "", "zwei\nZeilen", "ключ"):
        sealed = keys.seal("T1", secret)
        assert keys.open("T1", sealed) == secret
        assert not secret or secret not in sealed
        assert keys.seal("T1", secret) != sealed


def test_an_older_key_opens_what_it_sealed_and_the_newest_seals() -> None:
    sealed = Keyring([OLD]).seal("T1", "token")
    both = Keyring([NEW, OLD])
    assert both.open("T1", sealed) == "token"
    assert not both.is_newest(sealed)
    assert both.is_newest(both.seal("T1", "token"))
    assert Keyring([NEW]).open("T1", both.seal("T1", "token")) == "token"


@pytest.mark.parametrize(
    ("purpose", "sealed"),
    [
        ("T1", Keyring([OLD]).seal("T1", "token")),
        ("T2", Keyring([NEW]).seal("T1", "token")),
        ("T1", Keyring([NEW]).seal("T1", "token")[:-4]),
        ("T1", "not sealed at all"),
        ("T1", ""),
        ("T1", "ключ"),
    ],
)
def test_nothing_else_opens_it(purpose: str, sealed: str) -> None:
    with pytest.raises(Unreadable):
        Keyring([NEW]).open(purpose, sealed)


def test_it_gets_too_old() -> None:
    keys = Keyring([NEW])
    sealed = keys.seal("install", "state")
    assert keys.open("install", sealed, max_age=600) == "state"
    with patch("time.time", return_value=time.time() + 601), pytest.raises(Unreadable):
        keys.open("install", sealed, max_age=600)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ([], "leadhand keys"),
        (["secret"], "key 1 is not a key"),
        ([NEW, NEW[:-1]], "key 2 is not a key"),
        ([NEW, "ключ" * 11], "key 2 is not a key"),
    ],
)
def test_a_bad_key_is_refused_in_words_that_do_not_repeat_it(keys: list[str], words: str) -> None:
    with pytest.raises(StorageRefused) as refusal:
        Keyring(keys)
    assert words in refusal.value.words
    assert "LEADHAND_SIGNING_KEYS" in refusal.value.words
    assert not any(key in refusal.value.words for key in keys)
