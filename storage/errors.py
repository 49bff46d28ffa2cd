"""The one failure of storage that an operator reads."""

from __future__ import annotations


class StorageRefused(Exception):
    """The database cannot be used as it is; `words`: one plain sentence that says what to do."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class StorageLocked(StorageRefused):
    """Another program holds the file; that may pass."""
