"""Calls of apps: tokens, webhooks, and the search."""

import hmac
import shlex

from bot.playground.board.call import Json, Refusal, Rows
from bot.playground.board.desk import Desk, wanted
from bot.playground.board.shapes import subset


def get_token(desk: Desk) -> Json:
    """GET tokens/TOKEN."""
    _own_token(desk)
    board = next(iter(desk.records.boards.all()), None)
    rights = {"idModel": "*", "modelType": "Board", "read": True, "write": True}
    created = board["dateLastActivity"] if board else desk.clock.now()
    return {
        "id": "0" * 23 + "1",
        "identifier": "playground",
        "idMember": desk.call.member,
        "dateCreated": created,
        "dateExpires": None,
        "permissions": [rights, rights | {"modelType": "Member"}],
    }


def token_member(desk: Desk) -> Json:
    """GET tokens/TOKEN/member."""
    _own_token(desk)
    return desk.shapes.member(desk.records.member(desk.call.member))


def list_webhooks(desk: Desk) -> Rows:
    """GET tokens/TOKEN/webhooks."""
    _own_token(desk)
    return [dict(webhook) for webhook in desk.records.webhooks.all()]


def create_webhook(desk: Desk) -> Json:
    """POST webhooks, or tokens/TOKEN/webhooks. The address was probed before."""
    if "token" in desk.call.path:
        _own_token(desk)
    model, url = desk.call.text("idModel"), desk.call.text("callbackURL")
    _known_model(desk, model)
    if any((hook["idModel"], hook["callbackURL"]) == (model, url) for hook in desk.records.webhooks.all()):
        raise Refusal(400, "A webhook with that callback, model, and token already exists")
    webhook: Json = {
        "id": desk.clock.new_id(),
        "description": desk.call.text("description"),
        "idModel": model,
        "callbackURL": url,
        "active": desk.call.flag("active", True),
        "consecutiveFailures": 0,
        "firstConsecutiveFailDate": None,
    }
    desk.records.webhooks.put(webhook["id"], webhook)
    return dict(webhook)


def get_webhook(desk: Desk) -> Json:
    """GET webhooks/ID."""
    return dict(desk.records.webhook(desk.call.path["webhook"]))


def update_webhook(desk: Desk) -> Json:
    """PUT webhooks/ID: description, callbackURL, idModel, active. A new address was probed before."""
    webhook = desk.records.webhook(desk.call.path["webhook"])
    for name in ("description", "callbackURL", "idModel"):
        webhook[name] = desk.call.text(name, webhook[name])
    _known_model(desk, webhook["idModel"])
    webhook["active"] = desk.call.flag("active", webhook["active"])
    desk.records.webhooks.put(webhook["id"], webhook)
    return dict(webhook)


def delete_webhook(desk: Desk) -> Json:
    """DELETE webhooks/ID."""
    webhook = desk.records.webhook(desk.call.path["webhook"])
    desk.records.webhooks.delete(webhook["id"])
    return {"_value": None}


def _own_token(desk: Desk) -> None:
    if not hmac.compare_digest(desk.call.path["token"].encode(), desk.call.token.encode()):
        raise Refusal(404, "token not found")


def _known_model(desk: Desk, model: str) -> None:
    records = desk.records
    if not any(model in table for table in (records.boards, records.lists, records.cards, records.members)):
        raise Refusal(400, "invalid value for idModel")


def search(desk: Desk) -> Json:
    """GET search: every word of `query` in name, text or comments; label:, list: and is: as Trello reads them."""
    query = desk.call.text("query")
    if not query.strip():
        raise Refusal(400, "invalid value for query")
    kinds = desk.call.ids("modelTypes") or ["all"]
    found: Json = {"options": {"terms": [{"text": query}], "modifiers": [], "modelTypes": kinds, "partial": False}}
    if wanted_kind(kinds, "cards"):
        cards = [card for card in desk.records.cards.all() if _matches(desk, card, query)]
        cut = cards[: desk.call.number("cards_limit", 10, 1_000)]
        found["cards"] = [desk.full_card(card, desk.fields("card_fields"), "card_") for card in cut]
    if wanted_kind(kinds, "boards"):
        boards = [board for board in desk.records.boards.all() if _has_words(board["name"], query)]
        found["boards"] = [subset(desk.shapes.board(board), desk.fields("board_fields")) for board in boards]
    if wanted_kind(kinds, "members"):
        members = [member for member in desk.records.members.all() if _has_words(member["fullName"], query)]
        found["members"] = [subset(desk.shapes.member(member), desk.fields("member_fields")) for member in members]
    return found


def wanted_kind(kinds: list[str], kind: str) -> bool:
    """Whether a search over these kinds covers `kind`."""
    return "all" in kinds or kind in kinds


def _matches(desk: Desk, card: Json, query: str) -> bool:
    boards = desk.call.ids("idBoards")
    chosen = not boards or "mine" in boards or card["idBoard"] in boards
    comments = " ".join(a["data"]["text"] for a in desk.records.of_card(card["id"]) if a["type"] == "commentCard")
    text = f"{card['name']} {card['desc']} {comments}".casefold()
    return chosen and all(_holds(desk, card, text, part.casefold()) for part in _parts(query))


def _holds(desk: Desk, card: Json, text: str, part: str) -> bool:
    operator, _, value = part.partition(":")
    if operator == "label":
        labels = (desk.records.labels.get(id_) for id_ in card["idLabels"])
        return any(value in (label["name"].casefold(), label["color"]) for label in labels if label)
    if operator == "list":
        return bool(desk.records.list(card["idList"])["name"].casefold() == value)
    if operator == "is" and value in {"open", "archived"}:
        return bool(card["closed"] == (value == "archived"))
    return part in text


def _has_words(text: str, query: str) -> bool:
    return all(part.casefold() in text.casefold() for part in _parts(query))


def _parts(query: str) -> list[str]:
    try:
        return shlex.split(query)
    except ValueError:
        return query.split()


def callback_to_probe(desk: Desk) -> str | None:
    """The address that must answer before this call is served; none when it stays as it is."""
    url = desk.call.params.get("callbackURL")
    if "webhook" in desk.call.path and not wanted(url):
        return None
    return str(url or "")
