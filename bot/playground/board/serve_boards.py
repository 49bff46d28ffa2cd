"""Calls on boards, lists, labels, members and the search over them."""

from collections.abc import Callable
from typing import Any

from bot.playground.board.call import INVALID_ID, NOT_FOUND, Json, Refusal, Rows, place
from bot.playground.board.changes import color
from bot.playground.board.desk import Desk
from bot.playground.board.shapes import subset


def my_boards(desk: Desk) -> Rows:
    """GET members/ID/boards, filter open, closed or all."""
    desk.records.member(desk.call.path["member"], desk.call.member)
    state = desk.call.text("filter", "all")
    boards = [board for board in desk.records.boards.all() if _in_state(board, state)]
    return [subset(desk.shapes.board(board), desk.fields()) for board in boards]


def get_board(desk: Desk) -> Json:
    """GET boards/ID with nested lists, cards, labels, members, checklists and actions."""
    board = desk.board()
    shown = subset(desk.shapes.board(board), desk.fields())
    parts: dict[str, Callable[[str], Rows]] = {
        "lists": lambda state: _lists(desk, board, state, "list_fields"),
        "cards": lambda state: desk.cards(_cards(desk, board), state, desk.fields("card_fields"), "card_"),
        "labels": lambda _: _labels(desk, board, "label_fields"),
        "members": lambda _: _members(desk, "member_fields"),
        "checklists": lambda _: desk.records.on_board(desk.records.checklists, board["id"]),
        "actions": lambda kinds: desk.pick_actions(_actions(desk, board["id"]), kinds, 50),
    }
    nested = {name: desk.nested(name, states) for name, states in parts.items()}
    return shown | {name: rows for name, rows in nested.items() if rows is not None}


def create_board(desk: Desk) -> Json:
    """POST boards."""
    return desk.shapes.board(desk.changes.create_board(desk.call))


def update_board(desk: Desk) -> Json:
    """PUT boards/ID: name, desc, closed."""
    board = desk.board()
    read: dict[str, Callable[[], Any]] = {
        "name": lambda: desk.call.text("name") or board["name"],
        "desc": lambda: desk.call.text("desc"),
        "closed": lambda: desk.call.flag("closed"),
    }
    for name, value in read.items():
        if desk.call.has(name) and board[name] != value():
            old = {name: board[name]}
            board[name] = value()
            desk.records.boards.put(board["id"], board)
            part = desk.changes.board_part(board["id"])
            desk.changes.record("updateBoard", desk.call.member, {**part, "old": old})
    return desk.shapes.board(board)


def delete_board(desk: Desk) -> Json:
    """DELETE boards/ID, everything on it included."""
    board = desk.board()
    records = desk.records
    for table in (records.lists, records.cards, records.labels, records.checklists):
        for item in records.on_board(table, board["id"]):
            table.delete(item["id"])
    for action in list(_actions(desk, board["id"])):
        records.actions.delete(action["id"])
    records.boards.delete(board["id"])
    return {"_value": None}


def board_lists(desk: Desk) -> Rows:
    """GET boards/ID/lists."""
    return _lists(desk, desk.board(), desk.call.text("filter", "open"), "fields")


def board_cards(desk: Desk) -> Rows:
    """GET boards/ID/cards, filter open, closed, visible or all."""
    return desk.cards(_cards(desk, desk.board()), desk.call.text("filter", "open"), desk.fields())


def board_cards_in(desk: Desk) -> Rows | Json:
    """GET boards/ID/cards/X, where X is a filter or a card's id."""
    ref = desk.call.path["ref"]
    if ref in {"open", "closed", "all", "visible", "none"}:
        return desk.cards(_cards(desk, desk.board()), ref, desk.fields())
    card = desk.records.card(ref)
    if card["idBoard"] != desk.board()["id"]:
        raise Refusal(404, NOT_FOUND)
    return desk.full_card(card, desk.fields())


def board_labels(desk: Desk) -> Rows:
    """GET boards/ID/labels."""
    return _labels(desk, desk.board(), "fields")[: desk.call.number("limit", 50, 1_000)]


def board_members(desk: Desk) -> Rows:
    """GET boards/ID/members, filter all, normal, admins or owners."""
    desk.board()
    return _members(desk, "fields", desk.call.text("filter", "all"))


def board_actions(desk: Desk) -> Rows:
    """GET boards/ID/actions."""
    return desk.actions(_actions(desk, desk.board()["id"]))


def board_checklists(desk: Desk) -> Rows:
    """GET boards/ID/checklists."""
    return desk.records.on_board(desk.records.checklists, desk.board()["id"])


def board_nothing(desk: Desk) -> Rows:
    """GET boards/ID/customFields and the like: the board exists and has none."""
    desk.board()
    return []


def board_field(desk: Desk) -> Json:
    """GET boards/ID/FIELD."""
    return one_field(desk.shapes.board(desk.board()), desk.call.path["field"])


def get_list(desk: Desk) -> Json:
    """GET lists/ID."""
    item = desk.list()
    shown = subset(desk.shapes.list(item), desk.fields())
    cards = desk.nested(
        "cards", lambda state: desk.cards(_cards_of(desk, item), state, desk.fields("card_fields"), "card_")
    )
    return shown if cards is None else {**shown, "cards": cards}


def create_list(desk: Desk) -> Json:
    """POST lists, or boards/ID/lists."""
    ref = desk.call.path.get("board") or desk.call.text("idBoard")
    try:
        board = desk.records.board(ref)
    except Refusal:
        raise Refusal(400, "invalid value for idBoard") from None
    return desk.shapes.list(desk.changes.create_list(board, desk.call))


def update_list(desk: Desk) -> Json:
    """PUT lists/ID: name, closed, pos, idBoard."""
    item = desk.list()
    others = [other["pos"] for other in desk.records.on_board(desk.records.lists, item["idBoard"])]
    read: dict[str, Callable[[], Any]] = {
        "name": lambda: desk.call.text("name") or item["name"],
        "closed": lambda: desk.call.flag("closed"),
        "pos": lambda: place(desk.call.params["pos"], others),
    }
    for name, value in read.items():
        if desk.call.has(name):
            _set_list(desk, item, name, value())
    return desk.shapes.list(item)


def _set_list(desk: Desk, item: Json, name: str, value: Any) -> None:
    if item[name] == value:
        return
    old = {name: item[name]}
    item[name] = value
    desk.records.lists.put(item["id"], item)
    shown = {"id": item["id"], "name": item["name"], name: value}
    part = desk.changes.board_part(item["idBoard"])
    desk.changes.record("updateList", desk.call.member, {"list": shown, **part, "old": old})


def list_cards(desk: Desk) -> Rows:
    """GET lists/ID/cards."""
    return desk.cards(_cards_of(desk, desk.list()), desk.call.text("filter", "open"), desk.fields())


def list_actions(desk: Desk) -> Rows:
    """GET lists/ID/actions."""
    item = desk.list()
    parts = ("list", "listBefore", "listAfter")
    found = (a for a in desk.records.actions.all() if any(a["data"].get(p, {}).get("id") == item["id"] for p in parts))
    return desk.actions(found)


def list_board(desk: Desk) -> Json:
    """GET lists/ID/board."""
    return desk.shapes.board(desk.records.board(desk.list()["idBoard"]))


def list_field(desk: Desk) -> Json:
    """GET lists/ID/FIELD."""
    return one_field(desk.shapes.list(desk.list()), desk.call.path["field"])


def create_label(desk: Desk) -> Json:
    """POST labels, or boards/ID/labels."""
    ref = desk.call.path.get("board") or desk.call.text("idBoard")
    try:
        board = desk.records.board(ref)
    except Refusal:
        raise Refusal(400, "invalid value for idBoard") from None
    return desk.shapes.label(desk.changes.create_label(board, desk.call))


def get_label(desk: Desk) -> Json:
    """GET labels/ID."""
    return subset(desk.shapes.label(desk.records.label(desk.call.path["label"])), desk.fields())


def update_label(desk: Desk) -> Json:
    """PUT labels/ID: name, color."""
    label = desk.records.label(desk.call.path["label"])
    if desk.call.has("name"):
        label["name"] = desk.call.text("name")
    if desk.call.has("color"):
        label["color"] = color(desk.call)
    desk.records.labels.put(label["id"], label)
    desk.changes.record("updateLabel", desk.call.member, {"label": label, **desk.changes.board_part(label["idBoard"])})
    return desk.shapes.label(label)


def delete_label(desk: Desk) -> Json:
    """DELETE labels/ID: it goes from its cards, too."""
    label = desk.records.label(desk.call.path["label"])
    for card in desk.records.cards.all():
        if label["id"] in card["idLabels"]:
            card["idLabels"].remove(label["id"])
            desk.records.cards.put(card["id"], card)
    desk.records.labels.delete(label["id"])
    desk.changes.record("deleteLabel", desk.call.member, {"label": label, **desk.changes.board_part(label["idBoard"])})
    return {"limits": {}}


def get_member(desk: Desk) -> Json:
    """GET members/ID, "me" included."""
    member = desk.records.member(desk.call.path["member"], desk.call.member)
    return subset(desk.shapes.member(member), desk.fields())


def member_cards(desk: Desk) -> Rows:
    """GET members/ID/cards."""
    member = desk.records.member(desk.call.path["member"], desk.call.member)
    cards = [card for card in desk.records.cards.all() if member["id"] in card["idMembers"]]
    return desk.cards(cards, desk.call.text("filter", "visible"), desk.fields())


def member_actions(desk: Desk) -> Rows:
    """GET members/ID/actions."""
    member = desk.records.member(desk.call.path["member"], desk.call.member)
    return desk.actions(act for act in desk.records.actions.all() if act["idMemberCreator"] == member["id"])


def member_nothing(desk: Desk) -> Rows:
    """GET members/ID/organizations and the like: the member exists and has none."""
    desk.records.member(desk.call.path["member"], desk.call.member)
    return []


def one_field(shape: Json, field: str) -> Json:
    """A single field as Trello answers it. Raises Refusal for an unknown one."""
    if field not in shape:
        raise Refusal(404, NOT_FOUND) if field else Refusal(400, INVALID_ID)
    value = shape[field]
    return value if isinstance(value, dict) else {"_value": value}


def _in_state(item: Json, state: str) -> bool:
    if state not in {"open", "closed", "all", "none", "members", "starred", "public", "organization"}:
        raise Refusal(400, "invalid value for filter")
    if state in {"starred", "public", "organization", "none"}:
        return False
    return state in {"all", "members"} or item["closed"] == (state == "closed")


def _lists(desk: Desk, board: Json, state: str, fields: str) -> Rows:
    lists = desk.records.on_board(desk.records.lists, board["id"])
    return [subset(desk.shapes.list(item), desk.fields(fields)) for item in lists if _in_state(item, state)]


def _cards(desk: Desk, board: Json) -> Rows:
    return desk.records.on_board(desk.records.cards, board["id"])


def _cards_of(desk: Desk, item: Json) -> Rows:
    return [card for card in desk.records.cards.all() if card["idList"] == item["id"]]


def _labels(desk: Desk, board: Json, fields: str) -> Rows:
    labels = desk.records.on_board(desk.records.labels, board["id"])
    return [subset(desk.shapes.label(label), desk.fields(fields)) for label in labels]


def _members(desk: Desk, fields: str, kind: str = "all") -> Rows:
    owners = {"all": (True, False), "admins": (True,), "owners": (True,), "normal": (False,)}.get(kind)
    if owners is None:
        raise Refusal(400, "invalid value for filter")
    found = [member for member in desk.records.members.all() if member["owner"] in owners]
    return [subset(desk.shapes.member(member), desk.fields(fields)) for member in found]


def _actions(desk: Desk, board_id: str) -> Rows:
    return [action for action in desk.records.actions.all() if action["data"]["board"]["id"] == board_id]
