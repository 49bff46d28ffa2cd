"""What a Trello card that is there already says and holds: its description, its comments, its attachments."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from pipelines.core.boards import Attachment
from pipelines.core.errors import TellPerson
from pipelines.trackers.marks import CARD_GONE, carries, fit
from pipelines.trackers.trello_wire import NotThere

# Trello's largest page; a comment that we made stands among the newest.
COMMENTS = 1_000


class CardTexts:
    """The calls, made in threads through py-trello's client."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def description(self, card_id: str) -> str | None:
        """The description, None when the card is gone."""
        try:
            return str(self._client.fetch_json(_path(card_id), query_params={"fields": "desc"}).get("desc", ""))
        except NotThere:
            return None

    def describe(self, card_id: str, text: str) -> None:
        """Replace the description. Raises TellPerson when the card is gone."""
        try:
            self._client.fetch_json(_path(card_id), http_method="PUT", post_args={"desc": text})
        except NotThere:
            raise TellPerson(CARD_GONE) from None

    def comment(self, card_id: str, text: str, marker: str) -> None:
        """Comment, unless a comment carries the marker. Raises TellPerson when the card is gone."""
        try:
            filters = {"filter": "commentCard", "limit": COMMENTS}
            said = self._client.fetch_json(f"{_path(card_id)}/actions", query_params=filters)
            if any(carries(str(action["data"].get("text", "")), marker) for action in said):
                return
            words = {"text": fit(text, marker)}
            self._client.fetch_json(f"{_path(card_id)}/actions/comments", http_method="POST", post_args=words)
        except NotThere:
            raise TellPerson(CARD_GONE) from None

    def attach(self, card_id: str, attachment: Attachment) -> None:
        """Attach, unless an attachment's name carries the marker. Raises TellPerson when the card is gone."""
        place = f"{_path(card_id)}/attachments"
        try:
            there = self._client.fetch_json(place, query_params={"fields": "name"})
            if any(carries(str(each.get("name", "")), attachment.marker) for each in there):
                return
            if attachment.url:
                link = {"name": attachment.name, "url": attachment.url}
                self._client.fetch_json(place, http_method="POST", post_args=link)
                return
            file = {"file": (attachment.name, attachment.content, attachment.kind or "application/octet-stream")}
            self._client.fetch_json(place, http_method="POST", query_params={"name": attachment.name}, files=file)
        except NotThere:
            raise TellPerson(CARD_GONE) from None


def _path(card_id: str) -> str:
    return f"/cards/{quote(card_id, safe='')}"
