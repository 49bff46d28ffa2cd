"""Every change of the board: the document, and the action that tells of it."""

from collections.abc import Callable
from typing import Any

from bot.playground.board.call import Call, Json, Refusal, Rows, place
from bot.playground.board.ids import Clock, new_short_link, read_stamp, stamp
from bot.playground.board.records import Records

COLORS = frozenset({"green", "yellow", "orange", "red", "purple", "blue", "sky", "lime", "pink", "black"})


class Changes:
    """Writes to the board. Each adds one action or more to `happened`."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock
        self.happened: Rows = []

    def record(self, kind: str, member: str, data: Json) -> Json:
        """Note what happened."""
        moment = self._clock.now()
        action: Json = {"id": self._clock.new_id(), "idMemberCreator": member, "data": data}
        action |= {"type": kind, "date": moment}
        self._records.actions.put(action["id"], action)
        self._touch(data, moment)
        self.happened.append(action)
        return action

    def _touch(self, data: Json, moment: str) -> None:
        card = self._records.cards.get(data.get("card", {}).get("id", ""))
        board = self._records.boards.get(data["board"]["id"])
        for table, item in ((self._records.cards, card), (self._records.boards, board)):
            if item:
                item["dateLastActivity"] = moment
                table.put(item["id"], item)

    def on_card(self, kind: str, call: Call, card: Json, **more: Any) -> Json:
        """Record an action on a card, with the card, its list and its board in the data."""
        shown = {key: card[key] for key in ("id", "name", "idShort", "shortLink")}
        if "old" in more:
            shown |= {key: card[key] for key in more["old"]}
        data = {"card": shown, "list": self._list_name(card["idList"]), **self.board_part(card["idBoard"]), **more}
        if "listAfter" in more:
            del data["list"]
        return self.record(kind, call.member, data)

    def board_part(self, board_id: str) -> Json:
        """The board as the data of an action names it."""
        board = self._records.boards.get(board_id) or {"name": "", "shortLink": ""}
        return {"board": {"id": board_id, "name": board["name"], "shortLink": board["shortLink"]}}

    def _list_name(self, list_id: str) -> Json:
        item = self._records.lists.get(list_id)
        return {"id": list_id, "name": item["name"] if item else ""}

    def create_card(self, call: Call) -> Json:
        """A card from the values of the call, the way POST /cards reads them."""
        target = self._wanted_list(call)
        number = 1 + max((card["idShort"] for card in self._records.cards.all()), default=0)
        card: Json = {
            "id": self._clock.new_id(),
            "name": call.text("name").strip(),
            "desc": call.text("desc"),
            "closed": False,
            "idBoard": target["idBoard"],
            "idList": target["id"],
            "idShort": number,
            "shortLink": new_short_link(),
            "pos": place(call.params.get("pos"), self.positions(target["id"])),
            "due": moment(call, "due"),
            "start": moment(call, "start"),
            "dueComplete": call.flag("dueComplete"),
            "dueReminder": None,
            "idLabels": self._known("label", call.ids("idLabels")),
            "idMembers": self._known("member", call.ids("idMembers")),
            "idChecklists": [],
            "idAttachmentCover": None,
            "subscribed": False,
            "attachments": [],
            "dateLastActivity": self._clock.now(),
        }
        self._records.cards.put(card["id"], card)
        self.on_card("createCard", call, card)
        if call.text("urlSource"):
            self.attach(card, call, call.text("urlSource"))
        return card

    def _wanted_list(self, call: Call) -> Json:
        if not call.text("idList"):
            raise Refusal(400, "invalid value for idList")
        try:
            return self._records.list(call.text("idList"))
        except Refusal:
            raise Refusal(400, "invalid value for idList") from None

    def positions(self, list_id: str) -> list[float]:
        """The positions of the open cards of a list."""
        return [card["pos"] for card in self._records.cards.all() if card["idList"] == list_id and not card["closed"]]

    def _known(self, kind: str, refs: list[str]) -> list[str]:
        find = self._records.label if kind == "label" else self._records.member
        try:
            return list(dict.fromkeys(find(ref)["id"] for ref in refs))
        except Refusal:
            raise Refusal(400, f"invalid value for id{kind.capitalize()}s") from None

    def update_card(self, card: Json, call: Call) -> Json:
        """Change what the call names; one action for each thing changed, a move with its lists."""
        self._move(card, call)
        if call.has("pos") and not call.has("idList"):
            self._set(card, call, "pos", place(call.params["pos"], self.positions(card["idList"])))
        for name, read in CARD_FIELDS.items():
            if call.has(name):
                self._set(card, call, name, read(call, name))
        if call.has("idAttachmentCover"):
            self.set_cover(card, call, call.text("idAttachmentCover").removeprefix("null") or None)
        for name, kind in (("idLabels", "label"), ("idMembers", "member")):
            if call.has(name):
                self._set(card, call, name, self._known(kind, call.ids(name)))
        return card

    def _move(self, card: Json, call: Call) -> None:
        if not call.has("idList") and not call.has("idBoard"):
            return
        target = self._move_target(card, call)
        pos = place(call.params.get("pos"), self.positions(target["id"]))
        if target["id"] == card["idList"]:
            if call.has("pos"):
                self._set(card, call, "pos", pos)
            return
        before = card["idList"]
        card |= {"idList": target["id"], "idBoard": target["idBoard"], "pos": pos}
        self._records.cards.put(card["id"], card)
        lists = {"listBefore": self._list_name(before), "listAfter": self._list_name(target["id"])}
        self.on_card("updateCard", call, card, old={"idList": before}, **lists)

    def _move_target(self, card: Json, call: Call) -> Json:
        if call.has("idList"):
            return self._wanted_list(call)
        board = self._records.board(call.text("idBoard"))
        lists = [item for item in self._records.on_board(self._records.lists, board["id"]) if not item["closed"]]
        if not lists:
            raise Refusal(400, "invalid value for idBoard")
        return self._records.list(card["idList"]) if board["id"] == card["idBoard"] else lists[0]

    def _set(self, card: Json, call: Call, name: str, value: Any) -> None:
        old = card[name]
        if old == value:
            return
        card[name] = value
        self._records.cards.put(card["id"], card)
        self.on_card("updateCard", call, card, old={name: old})

    def set_members(self, card: Json, call: Call, ids: list[str], kind: str) -> None:
        """Give the card these members; `kind` is the action that tells of it."""
        self._put_ids(card, call, "idMembers", self._known("member", ids), kind)

    def set_labels(self, card: Json, call: Call, ids: list[str], kind: str) -> None:
        """Give the card these labels; `kind` is the action that tells of it."""
        self._put_ids(card, call, "idLabels", self._known("label", ids), kind)

    def _put_ids(self, card: Json, call: Call, name: str, ids: list[str], kind: str) -> None:
        if card[name] == ids:
            return
        card[name] = ids
        self._records.cards.put(card["id"], card)
        self.on_card(kind, call, card)

    def delete_card(self, card: Json, call: Call) -> None:
        """Remove the card for good, its checklists and earlier actions with it."""
        for action in list(self._records.of_card(card["id"])):
            self._records.actions.delete(action["id"])
        for checklist_id in card["idChecklists"]:
            self._records.checklists.delete(checklist_id)
        for attachment in card["attachments"]:
            self._records.store.delete_blob(f"board/{attachment['id']}")
        self._records.cards.delete(card["id"])
        shown = {key: card[key] for key in ("id", "idShort", "shortLink")}
        data = {"card": shown, "list": self._list_name(card["idList"]), **self.board_part(card["idBoard"])}
        self.record("deleteCard", call.member, data)

    def comment(self, card: Json, call: Call) -> Json:
        """A comment on the card."""
        text = call.text("text")
        if not text.strip():
            raise Refusal(400, "invalid value for text")
        return self.on_card("commentCard", call, card, text=text, textData={"emoji": {}}, idCard=card["id"])

    def attach(self, card: Json, call: Call, url: str, upload: Json | None = None) -> Json:
        """A link attached to the card, or a file: `upload` has what is known of it, and `url` is its path here."""
        if not upload and not url.startswith(("http://", "https://")):
            raise Refusal(400, "invalid value for url")
        attachment: Json = {
            "id": self._clock.new_id(),
            "bytes": None,
            "date": self._clock.now(),
            "edgeColor": None,
            "idMember": call.member,
            "isUpload": False,
            "mimeType": call.text("mimeType"),
            "name": call.text("name") or url,
            "pos": 16_384 * (1 + len(card["attachments"])),
            "previews": [],
            "url": url,
            "fileName": None,
            **(upload or {}),
        }
        card["attachments"].append(attachment)
        self._records.cards.put(card["id"], card)
        shown = {key: attachment[key] for key in ("id", "name", "url")}
        self.on_card("addAttachmentToCard", call, card, attachment=shown)
        return attachment

    def set_cover(self, card: Json, call: Call, attachment_id: str | None) -> None:
        """Show an attachment as the card's cover, or none."""
        if attachment_id and attachment_id not in [item["id"] for item in card["attachments"]]:
            raise Refusal(400, "invalid value for idAttachmentCover")
        self._set(card, call, "idAttachmentCover", attachment_id)

    def create_list(self, board: Json, call: Call) -> Json:
        """A list on the board."""
        if not call.text("name").strip():
            raise Refusal(400, "invalid value for name")
        others = [item["pos"] for item in self._records.on_board(self._records.lists, board["id"])]
        item = {
            "id": self._clock.new_id(),
            "name": call.text("name").strip(),
            "closed": False,
            "idBoard": board["id"],
            "pos": place(call.params.get("pos"), others),
        }
        self._records.lists.put(item["id"], item)
        shown = {"id": item["id"], "name": item["name"]}
        self.record("createList", call.member, {"list": shown, **self.board_part(board["id"])})
        return item

    def create_label(self, board: Json, call: Call) -> Json:
        """A label on the board."""
        label = {
            "id": self._clock.new_id(),
            "idBoard": board["id"],
            "name": call.text("name"),
            "color": color(call),
        }
        self._records.labels.put(label["id"], label)
        self.record("createLabel", call.member, {"label": label, **self.board_part(board["id"])})
        return label

    def create_board(self, call: Call) -> Json:
        """A board, with Trello's three lists unless told otherwise."""
        if not call.text("name").strip():
            raise Refusal(400, "invalid value for name")
        board: Json = {
            "id": self._clock.new_id(),
            "name": call.text("name").strip(),
            "desc": call.text("desc"),
            "closed": False,
            "shortLink": new_short_link(),
            "idMemberCreator": call.member,
            "dateLastActivity": self._clock.now(),
        }
        self._records.boards.put(board["id"], board)
        self.record("createBoard", call.member, self.board_part(board["id"]))
        for name in ("To Do", "Doing", "Done") if call.flag("defaultLists", True) else ():
            self.create_list(board, _named(call, name))
        return board

    def create_checklist(self, card: Json, call: Call) -> Json:
        """An empty checklist on the card."""
        others = [self._records.checklist(id_)["pos"] for id_ in card["idChecklists"]]
        checklist: Json = {
            "id": self._clock.new_id(),
            "name": call.text("name") or "Checklist",
            "idBoard": card["idBoard"],
            "idCard": card["id"],
            "pos": place(call.params.get("pos"), others),
            "checkItems": [],
        }
        self._records.checklists.put(checklist["id"], checklist)
        card["idChecklists"].append(checklist["id"])
        self._records.cards.put(card["id"], card)
        shown = {"id": checklist["id"], "name": checklist["name"]}
        self.on_card("addChecklistToCard", call, card, checklist=shown)
        return checklist

    def create_check_item(self, checklist: Json, call: Call) -> Json:
        """An item at the end of the checklist."""
        if not call.text("name").strip():
            raise Refusal(400, "invalid value for name")
        items: Rows = checklist["checkItems"]
        item = {
            "id": self._clock.new_id(),
            "idChecklist": checklist["id"],
            "name": call.text("name"),
            "nameData": {"emoji": {}},
            "pos": place(call.params.get("pos"), [other["pos"] for other in items]),
            "state": "complete" if call.flag("checked") else "incomplete",
            "due": None,
            "dueReminder": None,
            "idMember": None,
        }
        items.append(item)
        self._records.checklists.put(checklist["id"], checklist)
        self._touched_item("createCheckItem", call, checklist, item)
        return item

    def update_check_item(self, item: Json, checklist: Json, call: Call) -> Json:
        """Change name, state, position, due date or member of an item."""
        state = call.text("state", item["state"])
        if state not in {"complete", "incomplete", "true", "false"}:
            raise Refusal(400, "invalid value for state")
        item["state"] = "complete" if state in {"complete", "true"} else "incomplete"
        item["name"] = call.text("name") or item["name"]
        if call.has("due"):
            item["due"] = moment(call, "due")
        if call.has("idMember"):
            item["idMember"] = call.text("idMember") or None
        if call.has("pos"):
            item["pos"] = place(call.params["pos"], [other["pos"] for other in checklist["checkItems"]])
        self._records.checklists.put(checklist["id"], checklist)
        kind = "updateCheckItemStateOnCard" if call.has("state") else "updateCheckItem"
        self._touched_item(kind, call, checklist, item)
        return item

    def _touched_item(self, kind: str, call: Call, checklist: Json, item: Json) -> None:
        parts = {
            "checklist": {"id": checklist["id"], "name": checklist["name"]},
            "checkItem": {key: item[key] for key in ("id", "name", "state")},
        }
        self.on_card(kind, call, self._records.card(checklist["idCard"]), **parts)


def moment(call: Call, name: str) -> str | None:
    """A date of the call; none for null, an empty text, or the word null that py-trello sends."""
    text = call.text(name)
    if text in ("", "null"):
        return None
    try:
        return stamp(read_stamp(text))
    except ValueError:
        raise Refusal(400, f"invalid value for {name}") from None


def color(call: Call) -> str | None:
    """A label's color; none for null."""
    word = call.text("color")
    if word in ("", "null"):
        return None
    if word not in COLORS:
        raise Refusal(400, "invalid value for color")
    return word


def _named(call: Call, name: str) -> Call:
    return Call({"name": name}, {}, call.member, call.origin, call.token)


def _name(call: Call, name: str) -> str:
    if not call.text(name).strip():
        raise Refusal(400, f"invalid value for {name}")
    return call.text(name).strip()


def _reminder(call: Call, name: str) -> int | None:
    try:
        return None if call.params[name] is None else int(call.params[name])
    except (TypeError, ValueError):
        raise Refusal(400, f"invalid value for {name}") from None


CARD_FIELDS: dict[str, Callable[[Call, str], Any]] = {
    "name": _name,
    "desc": Call.text,
    "closed": Call.flag,
    "due": moment,
    "start": moment,
    "dueComplete": Call.flag,
    "dueReminder": _reminder,
    "subscribed": Call.flag,
}
