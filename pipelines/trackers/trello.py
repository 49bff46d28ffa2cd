"""A Trello board as a tracker, through py-trello in a few threads of its own."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import quote

import trello as pytrello

from pipelines.core.boards import Attachment, Card, CardMove, NewCard
from pipelines.core.errors import TellPerson, TryAgain
from pipelines.trackers.marks import carries, fit, means_done
from pipelines.trackers.reports import read_actions, read_report, verify
from pipelines.trackers.trello_texts import CardTexts
from pipelines.trackers.trello_wire import NotThere, Patience, RejectedCall, Secrets, TrelloSession

Answer = TypeVar("Answer")

API_URL = "https://api.trello.com/1"
LISTS_FRESH_SECONDS = 60.0
PAGE = 1_000
"""Cards or actions per call: Trello's largest page."""
PAGES = 10
THREADS = 3
NO_BOARD = "TRELLO_BOARD names no board that this token sees"
COLORS = {"bug": "red", "idea": "yellow", "feedback": "purple", "question": "sky", "docs": "blue", "task": "green"}

_BOARD_URL = re.compile(r"/b/([0-9A-Za-z]{8})(?:[/?#]|$)")
_ID = re.compile(r"[0-9a-f]{24}|[0-9A-Za-z]{8}")


def connect(
    key: str,
    token: str,
    api_secret: str = "",
    api_url: str = API_URL,
    *,
    board: str = "",
    list_name: str = "",
    patience: Patience | None = None,
) -> TrelloTracker:
    """A tracker for one board and the list that new cards go to; nothing is contacted before its first use.

    `board`: an id, a short link, an address or a name; empty: the only open board that the token sees.
    `list_name`: a name or id; empty: the first open list.
    """
    secrets = Secrets(key, token, api_secret)
    session = TrelloSession(secrets, api_url or API_URL, patience or Patience(), connections=THREADS + 1)
    client = pytrello.TrelloClient(key, token, http_service=session)
    return TrelloTracker(_Board(client, board.strip(), list_name.strip()), CardTexts(client), session, secrets)


class TrelloTracker:
    """The tracker port over one Trello board. One creation at a time, so that a marker is never made twice."""

    def __init__(self, board: _Board, texts: CardTexts, session: TrelloSession, secrets: Secrets) -> None:
        self._board = board
        self._texts = texts
        self._session = session
        self._secrets = secrets
        self._readers = ThreadPoolExecutor(THREADS, thread_name_prefix="trello")
        # A single thread, not a lock: a creation whose caller was cancelled still ends before the next one starts.
        self._maker = ThreadPoolExecutor(1, thread_name_prefix="trello-create")
        self._closed = False

    async def check(self) -> str:
        """The board's name; raises when key, token, board or list cannot be used."""
        return await self._run(self._board.check)

    async def create(self, card: NewCard) -> Card:
        """Make the card, or return the open card of the board that already carries its marker."""
        return await self._run(lambda: self._board.create(card), self._maker)

    async def get(self, card_id: str) -> Card | None:
        """The card as it is now, None when it is gone."""
        return await self._run(lambda: self._board.get(card_id))

    async def archive(self, card_id: str) -> None:
        """Archive the card; archived or gone already is fine."""
        await self._run(lambda: self._board.archive(card_id))

    async def description(self, card_id: str) -> str | None:
        """The card's description, None when the card is gone."""
        return await self._run(lambda: self._texts.description(card_id))

    async def describe(self, card_id: str, text: str) -> None:
        """Replace the card's description; raises TellPerson when the card is gone."""
        await self._run(lambda: self._texts.describe(card_id, text))

    async def comment(self, card_id: str, text: str, marker: str) -> None:
        """Comment on the card, once for each marker: the comments are read first."""
        await self._run(lambda: self._texts.comment(card_id, text, marker), self._maker)

    async def attach(self, card_id: str, attachment: Attachment) -> None:
        """Put a file or a link on the card, once for each marker: what is there is read first."""
        await self._run(lambda: self._texts.attach(card_id, attachment), self._maker)

    async def moves(self, since: str) -> list[CardMove]:
        """Cards that changed lists after `since` (ISO 8601 UTC; empty: as far back as Trello tells), oldest first."""
        return await self._run(lambda: self._board.moves(since))

    async def watch(self, callback_url: str) -> None:
        """Have Trello report changes to `callback_url`, which must answer its HEAD with 200."""
        await self._run(lambda: self._board.watch(callback_url), self._maker)

    def verify(self, body: bytes, signature: str, callback_url: str) -> bool:
        """Whether the report was signed with our API secret for this address."""
        return verify(self._secrets.api_secret, body, signature, callback_url)

    def read_moves(self, body: bytes) -> list[CardMove]:
        """The moves in a change report; empty for any other change. Raises ValueError on garbage."""
        return read_report(body)

    async def close(self) -> None:
        """End running calls at their next pause or time-out, then let go of connections and threads."""
        self._closed = True
        self._session.close()
        for pool in (self._readers, self._maker):
            await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)

    async def _run(self, call: Callable[[], Answer], pool: ThreadPoolExecutor | None = None) -> Answer:
        if self._closed:
            raise TryAgain("The connection to Trello was closed.", sure=True)
        try:
            return await asyncio.get_running_loop().run_in_executor(pool or self._readers, call)
        except (KeyError, TypeError, ValueError) as error:
            # py-trello indexes answers without looking at them: half an answer shows up as one of these.
            fault = type(error).__name__
        raise TryAgain(f"Trello's answer was incomplete ({fault}).")


class _Board:
    """The calls themselves, made in threads. What it learns of the board is kept; lists for a minute."""

    def __init__(self, client: Any, board: str, list_name: str) -> None:
        self._client = client
        self._wanted_board = board
        self._wanted_list = list_name
        self._lock = threading.RLock()
        self._found: Any = None
        self._lists: dict[str, Any] = {}
        self._lists_read_at = 0.0
        self._labels: dict[str, Any] = {}

    def check(self) -> str:
        board = self._board()
        try:
            name = str(self._client.get_board(board.id).name)
        except NotThere:
            self._forget()
            raise TellPerson(f"{NO_BOARD} any more: set it to another board.") from None
        self._read_lists()
        self._target_list()
        return name

    def create(self, card: NewCard) -> Card:
        try:
            found = self._find(card.marker)
            if found is not None:
                return self._card(found)
            labels = [self._label(name) for name in card.labels]
        except TryAgain as fault:
            raise TryAgain(fault.words, fault.after, sure=True) from None
        return self._make(card, labels)

    def _make(self, card: NewCard, labels: list[Any]) -> Card:
        try:
            made = self._target_list().add_card(card.name, fit(card.description, card.marker), labels, position="top")
        except TellPerson:
            self._forget()  # a list or label may have been deleted since we read it: the next try reads anew
            raise
        return self._card(made._json_obj)

    def get(self, card_id: str) -> Card | None:
        try:
            return self._card(self._client.fetch_json(f"/cards/{quote(card_id, safe='')}"))
        except NotThere:
            return None

    def archive(self, card_id: str) -> None:
        try:
            path = f"/cards/{quote(card_id, safe='')}/closed"
            self._client.fetch_json(path, http_method="PUT", post_args={"value": True})
        except NotThere:
            return

    def moves(self, since: str) -> list[CardMove]:
        filters = {"filter": "updateCard:idList"} | ({"since": since} if since else {})
        actions = self._pages(f"/boards/{self._board().id}/actions", filters)
        return sorted(read_actions(actions), key=lambda move: (move.at, move.id))

    def watch(self, callback_url: str) -> None:
        board_id = self._board().id
        ours = [h for h in self._client.list_hooks() if (h.callback_url, h.id_model) == (callback_url, board_id)]
        if any(hook.active for hook in ours):
            return
        try:
            if ours:
                self._client.fetch_json(f"/webhooks/{ours[0].id}", http_method="PUT", post_args={"active": True})
            else:
                self._client.create_hook(callback_url, board_id, "leadhand")
        except RejectedCall as error:
            if "already exists" in error.reason:
                return
            raise TellPerson(
                f"Trello cannot report changes to {callback_url} ({error.reason}): check LEADHAND_PUBLIC_URL."
            ) from None

    def _card(self, card: dict[str, Any]) -> Card:
        name = self._list_name(card["idList"])
        url = card.get("shortUrl") or card["url"]
        return Card(
            id=card["id"],
            name=card["name"],
            url=url,
            list_id=card["idList"],
            list_name=name,
            done=means_done(name) and not card["closed"],
            closed=card["closed"],
        )

    def _find(self, marker: str) -> dict[str, Any] | None:
        filters = {"filter": "open", "fields": "name,desc,idList,closed,url,shortUrl"}
        cards = self._pages(f"/boards/{self._board().id}/cards", filters)
        return next((card for card in cards if carries(card.get("desc", ""), marker)), None)

    def _pages(self, path: str, filters: dict[str, str]) -> list[dict[str, Any]]:
        """Everything under the path, newest first, page by page: a page ends where the oldest id of it stands."""
        found: list[dict[str, Any]] = []
        before: dict[str, str] = {}
        for _ in range(PAGES):
            page = self._client.fetch_json(path, query_params=filters | {"limit": PAGE} | before)
            found += page
            if len(page) < PAGE:
                break
            before = {"before": min(item["id"] for item in page)}
        return found

    def _list_name(self, list_id: str) -> str:
        if list_id not in self._fresh_lists():
            self._read_lists()
        known = self._lists.get(list_id)
        return str(known.name) if known else ""

    def _fresh_lists(self) -> dict[str, Any]:
        with self._lock:
            if time.monotonic() - self._lists_read_at > LISTS_FRESH_SECONDS or not self._lists:
                self._read_lists()
            return self._lists

    def _read_lists(self) -> None:
        with self._lock:
            self._lists = {item.id: item for item in self._board().get_lists("all")}
            self._lists_read_at = time.monotonic()

    def _target_list(self) -> Any:
        """The list for new cards. Raises TellPerson, naming TRELLO_LIST, when there is none such."""
        usable = [item for item in self._fresh_lists().values() if not item.closed]
        wanted = self._wanted_list
        for item in sorted(usable, key=lambda item: item.pos):
            if wanted in ("", item.id) or item.name.casefold() == wanted.casefold():
                return item
        names = _names(usable) or "no open list at all"
        raise TellPerson(f"The board has no open list {wanted!r}, it has {names}: set TRELLO_LIST to one of its lists.")

    def _label(self, name: str) -> Any:
        with self._lock:
            if name.casefold() not in self._labels:
                self._read_labels()
            if name.casefold() not in self._labels:
                color = COLORS.get(name.casefold(), "black")
                self._labels[name.casefold()] = self._board().add_label(name, color)
            return self._labels[name.casefold()]

    def _read_labels(self) -> None:
        labels = self._board().get_labels(limit=PAGE)
        self._labels = {label.name.casefold(): label for label in reversed(labels) if label.name}

    def _forget(self) -> None:
        with self._lock:
            self._found, self._lists, self._labels = None, {}, {}

    def _board(self) -> Any:
        """py-trello's board, looked for once. Raises TellPerson, naming TRELLO_BOARD, when it is not there."""
        with self._lock:
            if self._found is None:
                self._found = self._board_by_id() or self._board_by_name()
            return self._found

    def _board_by_id(self) -> Any:
        address = _BOARD_URL.search(self._wanted_board)
        wanted = address[1] if address else self._wanted_board
        if not _ID.fullmatch(wanted):
            return None
        try:
            return self._client.get_board(wanted)
        except NotThere:
            return None  # a name may look like a short link: the names decide

    def _board_by_name(self) -> Any:
        boards = self._client.list_boards("open")
        wanted = self._wanted_board.casefold()
        found = [board for board in boards if wanted in ("", board.name.casefold())]
        if len(found) == 1:
            return found[0]
        if not boards:
            raise TellPerson("This token sees no open board: make one, or check TRELLO_TOKEN and TRELLO_BOARD.")
        why = "Several boards could be meant" if found else NO_BOARD
        raise TellPerson(f"{why}; it sees {_names(boards)}: set TRELLO_BOARD to the name or address of one.")


def _names(items: Iterable[Any]) -> str:
    return ", ".join(sorted(repr(item.name) for item in items))
