"""Calls on cards and what hangs on them: comments, checklists, attachments, labels, members."""

from dataclasses import replace
from typing import Any

from bot.playground.board.call import NOT_FOUND, Json, Refusal, Rows
from bot.playground.board.desk import Desk
from bot.playground.board.serve_boards import one_field
from bot.playground.board.shapes import subset


def create_card(desk: Desk) -> Json:
    """POST cards."""
    return desk.full_card(desk.changes.create_card(_with_source(desk)))


def _with_source(desk: Desk) -> Any:
    """The call with the values of the card to copy from, where it names one."""
    source = desk.call.text("idCardSource")
    if not source:
        return desk.call
    card = desk.records.card(source)
    kept = {name: card[name] for name in ("name", "desc", "due", "idLabels", "idMembers")}
    own = {name: value for name, value in desk.call.params.items() if value not in (None, "", "null")}
    return replace(desk.call, params={**kept, **own})


def get_card(desk: Desk) -> Json:
    """GET cards/ID."""
    return desk.full_card(desk.card(), desk.fields())


def update_card(desk: Desk) -> Json:
    """PUT cards/ID."""
    return desk.full_card(desk.changes.update_card(desk.card(), desk.call))


def update_card_field(desk: Desk) -> Json:
    """PUT cards/ID/FIELD with a `value`."""
    field = desk.call.path["field"]
    if not desk.call.has("value"):
        raise Refusal(400, f"invalid value for {field}")
    one = replace(desk.call, params={**desk.call.params, field: desk.call.params["value"]})
    return desk.full_card(desk.changes.update_card(desk.card(), one))


def delete_card(desk: Desk) -> Json:
    """DELETE cards/ID."""
    desk.changes.delete_card(desk.card(), desk.call)
    return {"limits": {}}


def card_field(desk: Desk) -> Json:
    """GET cards/ID/FIELD."""
    return one_field(desk.shapes.card(desk.card()), desk.call.path["field"])


def card_list(desk: Desk) -> Json:
    """GET cards/ID/list."""
    return desk.shapes.list(desk.records.list(desk.card()["idList"]))


def card_board(desk: Desk) -> Json:
    """GET cards/ID/board."""
    return desk.shapes.board(desk.records.board(desk.card()["idBoard"]))


def card_actions(desk: Desk) -> Rows:
    """GET cards/ID/actions; Trello's own default is comments and moves."""
    given = desk.call.text("filter") or "commentCard,updateCard:idList"
    limited = replace(desk, call=replace(desk.call, params={**desk.call.params, "filter": given}))
    return limited.actions(desk.records.of_card(desk.card()["id"]))


def card_nothing(desk: Desk) -> Rows:
    """GET cards/ID/pluginData and the like: the card exists and has none."""
    desk.card()
    return []


def create_comment(desk: Desk) -> Json:
    """POST cards/ID/actions/comments."""
    return desk.shapes.action(desk.changes.comment(desk.card(), desk.call))


def get_action(desk: Desk) -> Json:
    """GET actions/ID."""
    return subset(desk.shapes.action(desk.records.action(desk.call.path["action"])), desk.fields())


def update_comment(desk: Desk) -> Json:
    """PUT actions/ID, or cards/ID/actions/ID/comments: another text."""
    action = _comment(desk)
    text = desk.call.text("text") or desk.call.text("value")
    if not text.strip():
        raise Refusal(400, "invalid value for text")
    old = {"text": action["data"]["text"]}
    action["data"] |= {"text": text, "dateLastEdited": desk.clock.now()}
    desk.records.actions.put(action["id"], action)
    told = {"id": action["id"], "text": text}
    card = desk.records.card(action["data"]["card"]["id"])
    data = {"action": told, "old": old, "card": action["data"]["card"], **desk.changes.board_part(card["idBoard"])}
    desk.changes.record("updateComment", desk.call.member, data)
    return desk.shapes.action(action)


def delete_comment(desk: Desk) -> Json:
    """DELETE actions/ID, or cards/ID/actions/ID/comments."""
    action = _comment(desk)
    desk.records.actions.delete(action["id"])
    shown = {"action": {"id": action["id"]}, "card": action["data"]["card"], "board": action["data"]["board"]}
    desk.changes.record("deleteComment", desk.call.member, shown)
    return {"limits": {}}


def _comment(desk: Desk) -> Json:
    action = desk.records.action(desk.call.path["action"])
    if action["type"] != "commentCard":
        raise Refusal(404, NOT_FOUND)
    return action


def card_checklists(desk: Desk) -> Rows:
    """GET cards/ID/checklists."""
    return [desk.records.checklist(id_) for id_ in desk.card()["idChecklists"]]


def create_checklist(desk: Desk) -> Json:
    """POST checklists, or cards/ID/checklists."""
    card = desk.records.card(desk.call.path.get("card") or desk.call.text("idCard"))
    return desk.changes.create_checklist(card, desk.call)


def get_checklist(desk: Desk) -> Json:
    """GET checklists/ID."""
    return subset(_checklist(desk), desk.fields())


def update_checklist(desk: Desk) -> Json:
    """PUT checklists/ID or checklists/ID/name."""
    checklist = _checklist(desk)
    checklist["name"] = desk.call.text("name") or desk.call.text("value") or checklist["name"]
    desk.records.checklists.put(checklist["id"], checklist)
    card = desk.records.card(checklist["idCard"])
    shown = {"id": checklist["id"], "name": checklist["name"]}
    desk.changes.on_card("updateChecklist", desk.call, card, checklist=shown)
    return checklist


def delete_checklist(desk: Desk) -> Json:
    """DELETE checklists/ID."""
    checklist = _checklist(desk)
    card = desk.records.card(checklist["idCard"])
    card["idChecklists"].remove(checklist["id"])
    desk.records.cards.put(card["id"], card)
    desk.records.checklists.delete(checklist["id"])
    shown = {"id": checklist["id"], "name": checklist["name"]}
    desk.changes.on_card("removeChecklistFromCard", desk.call, card, checklist=shown)
    return {"limits": {}}


def check_items(desk: Desk) -> Rows:
    """GET checklists/ID/checkItems."""
    items: Rows = _checklist(desk)["checkItems"]
    return items


def create_check_item(desk: Desk) -> Json:
    """POST checklists/ID/checkItems."""
    return desk.changes.create_check_item(_checklist(desk), desk.call)


def update_check_item(desk: Desk) -> Json:
    """PUT cards/ID/checkItem/ITEM, or cards/ID/checklist/CHECKLIST/checkItem/ITEM."""
    checklist, item = _item(desk)
    return desk.changes.update_check_item(item, checklist, desk.call)


def delete_check_item(desk: Desk) -> Json:
    """DELETE checklists/ID/checkItems/ITEM."""
    checklist, item = _item(desk)
    checklist["checkItems"].remove(item)
    desk.records.checklists.put(checklist["id"], checklist)
    card = desk.records.card(checklist["idCard"])
    desk.changes.on_card("deleteCheckItem", desk.call, card, checkItem={"id": item["id"], "name": item["name"]})
    return {"limits": {}}


def _checklist(desk: Desk) -> Json:
    return desk.records.checklist(desk.call.path["checklist"])


def _item(desk: Desk) -> tuple[Json, Json]:
    wanted = desk.call.path["item"]
    for checklist in desk.records.checklists.all():
        for item in checklist["checkItems"]:
            if item["id"] == wanted:
                return checklist, item
    raise Refusal(404, NOT_FOUND)


def card_members(desk: Desk) -> Rows:
    """GET cards/ID/members."""
    return [desk.shapes.member(desk.records.member(id_)) for id_ in desk.card()["idMembers"]]


def add_member(desk: Desk) -> Rows:
    """POST cards/ID/idMembers or cards/ID/members with a `value`."""
    card = desk.card()
    desk.changes.set_members(card, desk.call, [*card["idMembers"], *desk.call.ids("value")], "addMemberToCard")
    return card_members(desk)


def remove_member(desk: Desk) -> Rows:
    """DELETE cards/ID/idMembers/ID."""
    card = desk.card()
    left = [id_ for id_ in card["idMembers"] if id_ != desk.call.path["member"]]
    desk.changes.set_members(card, desk.call, left, "removeMemberFromCard")
    return card_members(desk)


def add_label(desk: Desk) -> list[str]:
    """POST cards/ID/idLabels with a `value`."""
    card = desk.card()
    desk.changes.set_labels(card, desk.call, [*card["idLabels"], *desk.call.ids("value")], "addLabelToCard")
    ids: list[str] = card["idLabels"]
    return ids


def create_label_on(desk: Desk) -> Json:
    """POST cards/ID/labels: a new label of the board, put on the card."""
    card = desk.card()
    label = desk.changes.create_label(desk.records.board(card["idBoard"]), desk.call)
    desk.changes.set_labels(card, desk.call, [*card["idLabels"], label["id"]], "addLabelToCard")
    return desk.shapes.label(label)


def remove_label(desk: Desk) -> list[str]:
    """DELETE cards/ID/idLabels/ID."""
    card = desk.card()
    left = [id_ for id_ in card["idLabels"] if id_ != desk.call.path["label"]]
    desk.changes.set_labels(card, desk.call, left, "removeLabelFromCard")
    return left


def archive_all(desk: Desk) -> Json:
    """POST lists/ID/archiveAllCards."""
    closing = replace(desk.call, params={"closed": True})
    for card in _open_cards(desk):
        desk.changes.update_card(card, closing)
    return {}


def move_all(desk: Desk) -> Rows:
    """POST lists/ID/moveAllCards to the list `idList`."""
    cards = _open_cards(desk)
    moving = replace(desk.call, params={"idList": desk.call.text("idList")})
    return [desk.full_card(desk.changes.update_card(card, moving)) for card in cards]


def _open_cards(desk: Desk) -> Rows:
    item = desk.list()
    return [card for card in desk.records.cards.all() if card["idList"] == item["id"] and not card["closed"]]
