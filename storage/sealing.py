"""Seals the tokens that are kept at rest: encrypted with the newest key, read with any that is still listed.

Fernet (github.com/fernet/spec) is AES-128-CBC with HMAC-SHA256; several keys in a row are how it rotates.
"""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from storage.errors import StorageRefused

NO_KEY = "LEADHAND_SIGNING_KEYS is empty: stored tokens need a key. Make one with `leadhand keys`."
BAD_KEY = (
    "LEADHAND_SIGNING_KEYS: key {number} is not a key; each is 44 characters from `leadhand keys`, "
    "the newest first, separated by commas."
)


class Unreadable(Exception):
    """None of our keys opens it, or it was sealed for something else."""


class Keyring:
    """Keys, newest first. Raises StorageRefused for none, or for one that is no key."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise StorageRefused(NO_KEY)
        fernets = [_fernet(key, number) for number, key in enumerate(keys, 1)]
        self._newest = fernets[0]
        self._all = MultiFernet(fernets)

    def seal(self, purpose: str, secret: str) -> str:
        """The secret, encrypted; it opens for the same purpose alone, so that rows cannot be swapped."""
        return self._newest.encrypt(f"{purpose}\n{secret}".encode()).decode()

    def open(self, purpose: str, sealed: str, *, max_age: int | None = None) -> str:
        """The secret; `max_age` in seconds. Raises Unreadable."""
        try:
            text = self._all.decrypt(sealed.encode(), ttl=max_age).decode()
        except (InvalidToken, ValueError):
            raise Unreadable(purpose) from None
        found, _, secret = text.partition("\n")
        if found != purpose:
            raise Unreadable(purpose)
        return secret

    def is_newest(self, sealed: str) -> bool:
        """Whether it is sealed with the newest key."""
        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True


def make_key() -> str:
    """A new key."""
    return Fernet.generate_key().decode()


def _fernet(key: str, number: int) -> Fernet:
    try:
        return Fernet(key)
    except ValueError:
        raise StorageRefused(BAD_KEY.format(number=number)) from None
