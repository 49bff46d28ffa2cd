"""Documents as Trello's API shows them: every field of the real thing, computed where Trello computes."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from bot.playground.board.call import Json, Rows
from bot.playground.board.records import Records

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
NO_COVER = {"idAttachment": None, "color": None, "idUploadedBackground": None, "size": "normal"}
KEPT_APART = frozenset({"attachments", "created", "user"})
"""Fields of our documents that Trello shows elsewhere or not at all."""


def subset(shape: Json, fields: str | None) -> Json:
    """The named fields (comma separated) and the id; all of them for "all" or none named."""
    if fields is None or fields in ("", "all"):
        return shape
    wanted = {"id", *(name.strip() for name in fields.split(","))}
    return {name: value for name, value in shape.items() if name in wanted}


class Shapes:
    """Makes the shapes for one call: links carry the origin that its caller used, counts are made once."""

    def __init__(self, records: Records, origin: str) -> None:
        self._records = records
        self._origin = origin

    def board(self, board: Json) -> Json:
        """A full board."""
        link = f"{self._origin}/b/{board['shortLink']}"
        names = {label["color"]: label["name"] for label in self._records.on_board(self._records.labels, board["id"])}
        return {
            **board,
            "descData": None,
            "idOrganization": None,
            "idEnterprise": None,
            "pinned": False,
            "starred": False,
            "subscribed": False,
            "shortUrl": link,
            "url": f"{link}/{slug(board['name'])}",
            "dateLastView": board["dateLastActivity"],
            "labelNames": {color: names.get(color, "") for color in ("green", "yellow", "orange", "red", "purple")},
            "prefs": {"permissionLevel": "private", "background": "blue", "comments": "members", "voting": "disabled"},
            "memberships": [self._membership(member) for member in self._records.members.all()],
            "limits": {},
            "powerUps": [],
        }

    def _membership(self, member: Json) -> Json:
        kind = "admin" if member["owner"] else "normal"
        return {"id": member["id"], "idMember": member["id"], "memberType": kind, "unconfirmed": False}

    def list(self, item: Json) -> Json:
        """A full list."""
        return {**item, "subscribed": False, "softLimit": None, "type": None, "datasource": {"filter": False}}

    def label(self, label: Json) -> Json:
        """A full label."""
        return {**label, "uses": self._uses[label["id"]]}

    @cached_property
    def _uses(self) -> Counter[str]:
        return Counter(id_ for card in self._records.cards.all() for id_ in card["idLabels"])

    @cached_property
    def _comments(self) -> Counter[str]:
        comments = (action for action in self._records.actions.all() if action["type"] == "commentCard")
        return Counter(action["data"]["card"]["id"] for action in comments)

    def member(self, member: Json) -> Json:
        """A full member."""
        return {
            **{name: value for name, value in member.items() if name not in {"user", "owner"}},
            "activityBlocked": False,
            "avatarHash": None,
            "avatarUrl": None,
            "bio": "",
            "bioData": None,
            "confirmed": True,
            "email": None,
            "idOrganizations": [],
            "idBoards": [board["id"] for board in self._records.boards.all()],
            "memberType": "admin" if member["owner"] else "normal",
            "products": [],
            "status": "disconnected",
            "url": f"{self._origin}/u/{member['username']}",
        }

    def card(self, card: Json) -> Json:
        """A full card."""
        link = f"{self._origin}/c/{card['shortLink']}"
        own = {name: value for name, value in card.items() if name not in KEPT_APART}
        labels = [label for id_ in card["idLabels"] if (label := self._records.labels.get(id_))]
        return {
            **own,
            "badges": self._badges(card),
            "checkItemStates": self._states(card),
            "labels": [self.label(label) for label in labels],
            "shortUrl": link,
            "url": f"{link}/{card['idShort']}-{slug(card['name'])}",
            "descData": {"emoji": {}},
            "email": None,
            "idMembersVoted": [],
            "limits": {},
            "manualCoverAttachment": bool(card["idAttachmentCover"]),
            "cover": {
                "idAttachment": card["idAttachmentCover"],
                "color": None,
                "idUploadedBackground": None,
                "size": "normal",
            },
            "isTemplate": False,
            "cardRole": None,
            "mirrorSourceId": None,
            "pinned": False,
        }

    def attachment(self, attachment: Json) -> Json:
        """An attachment; an uploaded file's address leads to this server."""
        url = attachment["url"]
        return {**attachment, "url": f"{self._origin}{url}" if url.startswith("/") else url}

    def _badges(self, card: Json) -> Json:
        items = list(self._items(card))
        return {
            "attachmentsByType": {"trello": {"board": 0, "card": 0}},
            "attachments": len(card["attachments"]),
            "checkItems": len(items),
            "checkItemsChecked": sum(item["state"] == "complete" for item in items),
            "checkItemsEarliestDue": None,
            "comments": self._comments[card["id"]],
            "description": bool(card["desc"]),
            "due": card["due"],
            "dueComplete": card["dueComplete"],
            "start": card["start"],
            "fogbugz": "",
            "location": False,
            "subscribed": card["subscribed"],
            "viewingMemberVoted": False,
            "votes": 0,
        }

    def _states(self, card: Json) -> Rows:
        done = (item for item in self._items(card) if item["state"] == "complete")
        return [{"idCheckItem": item["id"], "state": "complete"} for item in done]

    def _items(self, card: Json) -> Iterable[Json]:
        for checklist_id in card["idChecklists"]:
            checklist = self._records.checklists.get(checklist_id)
            yield from checklist["checkItems"] if checklist else ()

    def action(self, action: Json) -> Json:
        """A full action with the member who did it."""
        creator = self._records.members.get(action["idMemberCreator"])
        return {
            **action,
            "appCreator": None,
            "limits": None,
            "memberCreator": self.creator(creator) if creator else None,
        }

    def creator(self, member: Json) -> Json:
        """A member as an action shows it."""
        return {
            "id": member["id"],
            "activityBlocked": False,
            "avatarHash": None,
            "avatarUrl": None,
            "fullName": member["fullName"],
            "idMemberReferrer": None,
            "initials": member["initials"],
            "nonPublic": {},
            "nonPublicAvailable": False,
            "username": member["username"],
        }


def slug(name: str) -> str:
    """A name as Trello puts it into an address."""
    return _NOT_SLUG.sub("-", name.lower()).strip("-") or "-"
