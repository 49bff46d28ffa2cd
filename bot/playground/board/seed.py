"""Fills an empty board with the sample company's cards of `board.json`."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.playground.board.call import Json
from bot.playground.board.ids import fixed_id, fixed_short_link, stamp
from bot.playground.board.records import Records

BOARD_FILE = Path(__file__).parent / "board.json"


def fill(records: Records, file: Path = BOARD_FILE) -> None:
    """Write the board into empty records. Ages of cards count back from now; board, lists, labels and members
    have the same ids every time, so that an app's webhook and settings outlive a reset."""
    data: Json = json.loads(file.read_text(encoding="utf-8"))
    _Filling(records, data, datetime.now(UTC)).fill()


class _Filling:
    def __init__(self, records: Records, data: Json, now: datetime) -> None:
        self._records = records
        self._data = data
        self._now = now
        self._board_id = fixed_id("board", data["created"])
        self._lists: dict[str, str] = {}
        self._labels: dict[str, str] = {}
        self._members: dict[str, str] = {}

    def fill(self) -> None:
        for member in self._data["members"]:
            self._member(member)
        self._board()
        for pos, name in enumerate(self._data["lists"], 1):
            self._list(name, pos)
        for name, color in self._data["labels"].items():
            self._label(name, color)
        for number, card in enumerate(self._data["cards"], 1):
            self._card(number, card)

    def _ago(self, hours: float) -> str:
        return stamp(self._now - timedelta(hours=hours))

    def _new_id(self, what: str, hours: float | None = None) -> str:
        return fixed_id(what, self._data["created"] if hours is None else self._ago(hours))

    def _member(self, member: Json) -> None:
        id_ = self._new_id(f"member {member['fullName']}")
        self._members[member["fullName"]] = id_
        self._records.members.put(id_, {"id": id_, "owner": False, **member})

    def _board(self) -> None:
        board = {
            "id": self._board_id,
            "name": self._data["name"],
            "desc": self._data["desc"],
            "closed": False,
            "shortLink": fixed_short_link(self._data["name"]),
            "idMemberCreator": next(iter(self._members.values())),
            "dateLastActivity": self._ago(min(card["hours"] for card in self._data["cards"])),
        }
        self._records.boards.put(board["id"], board)

    def _list(self, name: str, pos: int) -> None:
        id_ = self._lists[name] = self._new_id(f"list {name}")
        item = {"id": id_, "name": name, "closed": False, "idBoard": self._board_id, "pos": pos * 16_384}
        self._records.lists.put(id_, item)

    def _label(self, name: str, color: str) -> None:
        id_ = self._labels[name] = self._new_id(f"label {name}")
        self._records.labels.put(id_, {"id": id_, "idBoard": self._board_id, "name": name, "color": color})

    def _card(self, number: int, data: Json) -> None:
        moment = self._ago(data["hours"])
        id_ = self._new_id(f"card {number}", data["hours"])
        card: Json = {
            "id": id_,
            "name": data["name"],
            "desc": "\n".join(data["desc"]),
            "closed": False,
            "idBoard": self._board_id,
            "idList": self._lists[data["list"]],
            "idShort": number,
            "shortLink": fixed_short_link(f"card {number}"),
            "pos": number * 16_384,
            "due": self._ago(data["due_hours"]) if "due_hours" in data else None,
            "start": None,
            "dueComplete": False,
            "dueReminder": None,
            "idLabels": [self._labels[name] for name in data["labels"]],
            "idMembers": [self._members[name] for name in data.get("members", [])],
            "idChecklists": [],
            "idAttachmentCover": None,
            "subscribed": False,
            "attachments": [],
            "dateLastActivity": moment,
        }
        self._records.cards.put(id_, card)
        self._action("createCard", data["by"], moment, card)
        for comment in data.get("comments", []):
            self._comment(card, comment)
        if "checklist" in data:
            self._checklist(card, data["checklist"])

    def _comment(self, card: Json, data: Json) -> None:
        moment = self._ago(data["hours"])
        card["dateLastActivity"] = moment
        self._records.cards.put(card["id"], card)
        text = {"text": data["text"], "textData": {"emoji": {}}, "idCard": card["id"]}
        self._action("commentCard", data["by"], moment, card, **text)

    def _checklist(self, card: Json, data: Json) -> None:
        id_ = self._new_id(f"checklist {card['id']}")
        items = [self._check_item(id_, name, pos) for pos, name in enumerate(data["items"], 1)]
        checklist = {"id": id_, "name": data["name"], "idBoard": self._board_id, "idCard": card["id"], "pos": 16_384}
        self._records.checklists.put(id_, {**checklist, "checkItems": items})
        card["idChecklists"].append(id_)
        self._records.cards.put(card["id"], card)

    def _check_item(self, checklist_id: str, name: str, pos: int) -> Json:
        return {
            "id": self._new_id(f"item {checklist_id} {name}"),
            "idChecklist": checklist_id,
            "name": name.removeprefix("x "),
            "nameData": {"emoji": {}},
            "pos": pos * 16_384,
            "state": "complete" if name.startswith("x ") else "incomplete",
            "due": None,
            "dueReminder": None,
            "idMember": None,
        }

    def _action(self, kind: str, by: str, moment: str, card: Json, **more: object) -> None:
        lists = self._records.lists.get(card["idList"]) or {}
        board = {"id": self._board_id, "name": self._data["name"], "shortLink": fixed_short_link(self._data["name"])}
        data = {
            "card": {key: card[key] for key in ("id", "name", "idShort", "shortLink")},
            "list": {"id": card["idList"], "name": lists.get("name", "")},
            "board": board,
            **more,
        }
        id_ = fixed_id(f"{kind} {card['id']}", moment)
        action = {"id": id_, "idMemberCreator": self._members[by], "data": data, "type": kind, "date": moment}
        self._records.actions.put(id_, action)
