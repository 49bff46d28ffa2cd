"""What a handler works with: the records, the changes, and the shapes for its caller."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.playground.board.call import Call, Json, Refusal, Rows
from bot.playground.board.changes import Changes
from bot.playground.board.ids import Clock, read_stamp
from bot.playground.board.records import Records
from bot.playground.board.shapes import Shapes, subset


@dataclass(frozen=True)
class Desk:
    """One call at work."""

    records: Records
    changes: Changes
    clock: Clock
    shapes: Shapes
    call: Call

    def board(self) -> Json:
        """The board that the path names."""
        return self.records.board(self.call.path["board"])

    def card(self) -> Json:
        """The card that the path names."""
        return self.records.card(self.call.path["card"])

    def list(self) -> Json:
        """The list that the path names."""
        return self.records.list(self.call.path["list"])

    def fields(self, name: str = "fields") -> str | None:
        """The `fields` value of the call, as one text."""
        value = self.call.params.get(name)
        return ",".join(map(str, value)) if isinstance(value, list) else value

    def full_card(self, card: Json, fields: str | None = None, prefix: str = "") -> Json:
        """A card with the parts that the call asks for; inside a board their names begin with `prefix`."""
        shown = subset(self.shapes.card(card), fields)
        parts: dict[str, Callable[[Json], Any]] = {
            "customFieldItems": lambda _: [],
            "attachments": lambda card: [self.shapes.attachment(item) for item in card["attachments"]],
            "members": lambda card: [self.shapes.member(self.records.member(id_)) for id_ in card["idMembers"]],
            "checklists": lambda card: [self.records.checklist(id_) for id_ in card["idChecklists"]],
            "list": lambda card: self.shapes.list(self.records.list(card["idList"])),
            "board": lambda card: self.shapes.board(self.records.board(card["idBoard"])),
            "actions": lambda card: self._nested_actions(self.records.of_card(card["id"]), prefix + "actions"),
        }
        asked = {name: make for name, make in parts.items() if wanted(self.call.params.get(prefix + name))}
        return shown | {name: make(card) for name, make in asked.items()}

    def _nested_actions(self, actions: Iterable[Json], name: str) -> Rows:
        return self.pick_actions(actions, str(self.call.params[name]), self.call.number(f"{name}_limit", 50, 1_000))

    def cards(self, cards: Rows, state: str | None, fields: str | None, prefix: str = "") -> Rows:
        """Cards in the given state (open, closed, all, visible, none), cut by limit, since and before."""
        listed = [card for card in cards if self._in_state(card, state or "open")]
        cut = self._window(sorted(listed, key=lambda card: card["id"], reverse=True), 1_000)
        return [self.full_card(card, fields, prefix) for card in sorted(cut, key=lambda card: card["pos"])]

    def _in_state(self, card: Json, state: str) -> bool:
        if state not in {"open", "closed", "all", "visible", "none"}:
            raise Refusal(400, "invalid value for filter")
        if state == "visible":
            return not card["closed"] and not self.records.list(card["idList"])["closed"]
        return state == "all" or (state != "none" and card["closed"] == (state == "closed"))

    def actions(self, actions: Iterable[Json]) -> Rows:
        """Actions by the call's filter, since, before, limit and page, newest first."""
        limit = self.call.number("limit", 50, 1_000)
        skip = self.call.number("page", 0, 20) * limit
        return self.pick_actions(actions, str(self.call.params.get("filter") or "all"), limit, skip)

    def pick_actions(self, actions: Iterable[Json], kinds: str, limit: int, skip: int = 0) -> Rows:
        """The newest actions of these kinds, such as "commentCard,updateCard:idList"."""
        parts = [kind.strip() for kind in kinds.split(",") if kind.strip()]
        matching = [action for action in actions if any(_is_kind(action, kind) for kind in parts)]
        newest = sorted(matching, key=lambda action: (action["date"], action["id"]), reverse=True)
        cut = self._between(newest)[skip : skip + limit]
        return [subset(self.shapes.action(action), self.fields("action_fields")) for action in cut]

    def _window(self, items: Rows, most: int) -> Rows:
        return self._between(items)[: self.call.number("limit", most, most)]

    def _between(self, items: Rows) -> Rows:
        since, before = self.call.params.get("since"), self.call.params.get("before")
        if since not in (None, "", "null"):
            items = [item for item in items if _later(item, str(since))]
        if before not in (None, "", "null"):
            items = [item for item in items if _earlier(item, str(before))]
        return items

    def nested(self, name: str, states: Callable[[str], Rows]) -> Rows | None:
        """A nested resource such as lists=open, None when the call does not ask for it."""
        value = self.call.params.get(name)
        return states(_state(value)) if wanted(value) else None


def wanted(value: Any) -> bool:
    """Whether a nested resource is asked for: any value but none, false and the like."""
    return value is not None and str(value).lower() not in {"", "none", "false", "0"}


def _state(value: Any) -> str:
    return "all" if str(value).lower() in {"true", "1"} else str(value)


def _is_kind(action: Json, kind: str) -> bool:
    name, _, field = kind.partition(":")
    if name == "all":
        return True
    return bool(action["type"] == name and (not field or field in action["data"].get("old", {})))


def _moment(item: Json) -> str:
    return str(item.get("date") or item["dateLastActivity"])


def _is_id(text: str) -> bool:
    return len(text) == 24 and all(digit in "0123456789abcdef" for digit in text)


def _later(item: Json, since: str) -> bool:
    if _is_id(since):
        return bool(item["id"] > since)
    return read_stamp(_moment(item)) > _read(since, "since")


def _earlier(item: Json, before: str) -> bool:
    # py-trello pages with a hex number that lost its leading zeros, and Trello takes ids as well as dates.
    if _is_id(before.zfill(24)) and "-" not in before:
        return bool(item["id"] < before.zfill(24))
    return read_stamp(_moment(item)) < _read(before, "before")


def _read(text: str, name: str) -> datetime:
    try:
        return read_stamp(text)
    except ValueError:
        raise Refusal(400, f"invalid value for {name}") from None
