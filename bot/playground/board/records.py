"""What the board remembers: tables of documents, and finding them with Trello's refusals."""

import re
from collections.abc import Iterable
from typing import Any, Protocol

from bot.playground.board.call import INVALID_ID, NOT_FOUND, Json, Refusal, Rows
from bot.playground.store import Store, Table

_ID = re.compile(r"[0-9a-f]{24}")
_SHORT = re.compile(r"[0-9A-Za-z]{8}")


class Records:
    """One table for each kind of thing; all of them live in the playground's store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.boards = store.table("board.board")
        self.lists = store.table("board.list")
        self.cards = store.table("board.card")
        self.labels = store.table("board.label")
        self.members = store.table("board.member")
        self.checklists = store.table("board.checklist")
        self.actions = store.table("board.action")
        self.webhooks = store.table("board.webhook")
        self.deliveries = store.table("board.delivery")

    def clear(self) -> None:
        """Forget everything but the webhooks: those belong to the apps, not to what is on the board."""
        for table in (self.boards, self.lists, self.cards, self.labels, self.members):
            table.clear()
        for table in (self.checklists, self.actions, self.deliveries):
            table.clear()
        self.store.delete_blobs("board/")

    def board(self, ref: str) -> Json:
        """A board by id or short link."""
        return _find(self.boards, ref, "shortLink")

    def list(self, ref: str) -> Json:
        """A list by id."""
        return _find(self.lists, ref)

    def card(self, ref: str) -> Json:
        """A card by id or short link."""
        return _find(self.cards, ref, "shortLink")

    def label(self, ref: str) -> Json:
        """A label by id."""
        return _find(self.labels, ref)

    def checklist(self, ref: str) -> Json:
        """A checklist by id."""
        return _find(self.checklists, ref)

    def action(self, ref: str) -> Json:
        """An action by id."""
        return _find(self.actions, ref)

    def webhook(self, ref: str) -> Json:
        """A webhook by id."""
        return _find(self.webhooks, ref)

    def member(self, ref: str, me: str = "") -> Json:
        """A member by id, user name, workspace user id, or "me"."""
        wanted = me if ref == "me" else ref
        for member in self.members.all():
            if wanted in (member["id"], member["username"], member["user"]):
                return member
        raise Refusal(404, NOT_FOUND)

    def of_card(self, card_id: str) -> Iterable[Json]:
        """The actions on one card, oldest first."""
        return (act for act in self.actions.all() if act["data"].get("card", {}).get("id") == card_id)

    def on_board(self, table: Table, board_id: str) -> Rows:
        """The documents of a board, by position where they have one."""
        found = [item for item in table.all() if item["idBoard"] == board_id]
        return sorted(found, key=lambda item: item.get("pos", 0))


class _Getter(Protocol):
    def get(self, key: str) -> Json | None: ...

    def all(self) -> list[Any]: ...


def _find(table: _Getter, ref: str, short: str = "") -> Json:
    found = table.get(ref)
    if found is None and short and _SHORT.fullmatch(ref):
        found = next((item for item in table.all() if item[short] == ref), None)
    if found is None:
        known_form = _ID.fullmatch(ref) or (short and _SHORT.fullmatch(ref))
        raise Refusal(404, NOT_FOUND) if known_form else Refusal(400, INVALID_ID)
    return found
