"""The board as routes of the playground's server: /1/ and everything under it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.playground.board import attachments
from bot.playground.board import serve_apps as apps
from bot.playground.board import serve_boards as boards
from bot.playground.board import serve_cards as cards
from bot.playground.board.call import Call, Refusal, read_params
from bot.playground.board.changes import Changes
from bot.playground.board.desk import Desk
from bot.playground.board.gate import PERSON, Gate, Limits, TooMany, is_client
from bot.playground.board.hooks import PAUSES, Hooks
from bot.playground.board.ids import Clock
from bot.playground.board.records import Records
from bot.playground.board.seed import fill
from bot.playground.board.shapes import Shapes
from bot.playground.credentials import Credentials
from bot.playground.faults import Faults, play
from bot.playground.feed import Feed
from bot.playground.store import Store

Handler = Callable[[Desk], Any]

TABLE: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "members/{member}", boards.get_member),
    ("GET", "members/{member}/boards", boards.my_boards),
    ("GET", "members/{member}/cards", boards.member_cards),
    ("GET", "members/{member}/actions", boards.member_actions),
    ("GET", "members/{member}/organizations", boards.member_nothing),
    ("GET", "members/{member}/boardStars", boards.member_nothing),
    ("GET", "members/{member}/notifications", boards.member_nothing),
    ("GET", "tokens/{token}", apps.get_token),
    ("GET", "tokens/{token}/member", apps.token_member),
    ("GET", "tokens/{token}/webhooks", apps.list_webhooks),
    ("POST", "tokens/{token}/webhooks", apps.create_webhook),
    ("POST", "webhooks", apps.create_webhook),
    ("GET", "webhooks/{webhook}", apps.get_webhook),
    ("PUT", "webhooks/{webhook}", apps.update_webhook),
    ("DELETE", "webhooks/{webhook}", apps.delete_webhook),
    ("GET", "search", apps.search),
    ("POST", "boards", boards.create_board),
    ("GET", "boards/{board}", boards.get_board),
    ("PUT", "boards/{board}", boards.update_board),
    ("DELETE", "boards/{board}", boards.delete_board),
    ("GET", "boards/{board}/lists", boards.board_lists),
    ("POST", "boards/{board}/lists", boards.create_list),
    ("GET", "boards/{board}/cards", boards.board_cards),
    ("GET", "boards/{board}/cards/{ref}", boards.board_cards_in),
    ("GET", "boards/{board}/labels", boards.board_labels),
    ("POST", "boards/{board}/labels", boards.create_label),
    ("GET", "boards/{board}/labels/{label}", boards.get_label),
    ("GET", "boards/{board}/members", boards.board_members),
    ("GET", "boards/{board}/actions", boards.board_actions),
    ("GET", "boards/{board}/checklists", boards.board_checklists),
    ("GET", "boards/{board}/customFields", boards.board_nothing),
    ("GET", "boards/{board}/plugins", boards.board_nothing),
    ("GET", "boards/{board}/boardPlugins", boards.board_nothing),
    ("GET", "boards/{board}/{field}", boards.board_field),
    ("PUT", "boards/{board}/{field}", boards.update_board),
    ("POST", "lists", boards.create_list),
    ("GET", "lists/{list}", boards.get_list),
    ("PUT", "lists/{list}", boards.update_list),
    ("GET", "lists/{list}/cards", boards.list_cards),
    ("POST", "lists/{list}/archiveAllCards", cards.archive_all),
    ("POST", "lists/{list}/moveAllCards", cards.move_all),
    ("GET", "lists/{list}/actions", boards.list_actions),
    ("GET", "lists/{list}/board", boards.list_board),
    ("GET", "lists/{list}/{field}", boards.list_field),
    ("PUT", "lists/{list}/{field}", boards.update_list),
    ("POST", "labels", boards.create_label),
    ("GET", "labels/{label}", boards.get_label),
    ("PUT", "labels/{label}", boards.update_label),
    ("PUT", "labels/{label}/{field}", boards.update_label),
    ("DELETE", "labels/{label}", boards.delete_label),
    ("POST", "cards", cards.create_card),
    ("GET", "cards/{card}", cards.get_card),
    ("PUT", "cards/{card}", cards.update_card),
    ("DELETE", "cards/{card}", cards.delete_card),
    ("GET", "cards/{card}/actions", cards.card_actions),
    ("POST", "cards/{card}/actions/comments", cards.create_comment),
    ("PUT", "cards/{card}/actions/{action}/comments", cards.update_comment),
    ("DELETE", "cards/{card}/actions/{action}/comments", cards.delete_comment),
    ("GET", "cards/{card}/checklists", cards.card_checklists),
    ("POST", "cards/{card}/checklists", cards.create_checklist),
    ("PUT", "cards/{card}/checkItem/{item}", cards.update_check_item),
    ("PUT", "cards/{card}/checklist/{checklist}/checkItem/{item}", cards.update_check_item),
    ("GET", "cards/{card}/attachments", attachments.attachments),
    ("POST", "cards/{card}/attachments", attachments.attach),
    ("GET", "cards/{card}/attachments/{attachment}", attachments.get_attachment),
    ("GET", "cards/{card}/attachments/{attachment}/download/{name}", attachments.download),
    ("DELETE", "cards/{card}/attachments/{attachment}", attachments.detach),
    ("GET", "cards/{card}/members", cards.card_members),
    ("POST", "cards/{card}/members", cards.add_member),
    ("POST", "cards/{card}/idMembers", cards.add_member),
    ("DELETE", "cards/{card}/idMembers/{member}", cards.remove_member),
    ("POST", "cards/{card}/idLabels", cards.add_label),
    ("POST", "cards/{card}/labels", cards.create_label_on),
    ("DELETE", "cards/{card}/idLabels/{label}", cards.remove_label),
    ("GET", "cards/{card}/pluginData", cards.card_nothing),
    ("GET", "cards/{card}/customFieldItems", cards.card_nothing),
    ("GET", "cards/{card}/list", cards.card_list),
    ("GET", "cards/{card}/board", cards.card_board),
    ("GET", "cards/{card}/{field}", cards.card_field),
    ("PUT", "cards/{card}/{field}", cards.update_card_field),
    ("GET", "actions/{action}", cards.get_action),
    ("PUT", "actions/{action}", cards.update_comment),
    ("PUT", "actions/{action}/text", cards.update_comment),
    ("DELETE", "actions/{action}", cards.delete_comment),
    ("POST", "checklists", cards.create_checklist),
    ("GET", "checklists/{checklist}", cards.get_checklist),
    ("PUT", "checklists/{checklist}", cards.update_checklist),
    ("PUT", "checklists/{checklist}/name", cards.update_checklist),
    ("DELETE", "checklists/{checklist}", cards.delete_checklist),
    ("GET", "checklists/{checklist}/checkItems", cards.check_items),
    ("POST", "checklists/{checklist}/checkItems", cards.create_check_item),
    ("DELETE", "checklists/{checklist}/checkItems/{item}", cards.delete_check_item),
)
"""Every call that the board serves; of two lines that fit a path, the earlier one serves it."""


@dataclass(frozen=True)
class _Route:
    method: str
    pattern: re.Pattern[str]
    handler: Handler


class Board:
    """The Trello-compatible board. Mount `routes`, then await `seed()`; await `close()` at the end."""

    def __init__(self, store: Store, feed: Feed, gate: Gate, credentials: Credentials, faults: Faults) -> None:
        self._records = Records(store)
        self._clock = Clock()
        self._feed = feed
        self._gate = gate
        self._credentials = credentials
        self._faults = faults
        self._hooks = Hooks(self._records, self._clock, credentials.trello_secret, PAUSES)
        self._table = [_Route(method, _pattern(path), handler) for method, path, handler in TABLE]
        self.routes: list[web.RouteDef] = [web.route("*", "/1/{path:.*}", self._answer)]

    def describe(self) -> dict[str, str]:
        """Id, address (a path on this server), key and token of the first board."""
        board = self._records.boards.all()[0]
        address = Shapes(self._records, "").board(board)["url"]
        keys = {"key": self._credentials.trello_key, "token": self._credentials.trello_token}
        return {"id": board["id"], "url": address, **keys}

    async def seed(self) -> None:
        """Put the sample company's board there unless one is kept already; go on sending reports."""
        if not len(self._records.boards):
            with self._records.store.batch():
                fill(self._records)
        for action in self._records.actions.all():
            self._clock.after(action["date"])
        self._hooks.wake()

    async def reset(self) -> None:
        """Back to the sample board; webhooks stay, unsent reports are dropped."""
        with self._records.store.batch():
            self._records.clear()
            fill(self._records)

    async def close(self) -> None:
        """Stop sending reports."""
        await self._hooks.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        name = f"{request.method} /1/{request.match_info['path'].strip('/')}"
        fault = await self._faults.take("trello", name) if is_client(request) else None
        return await play(fault, request, lambda: self._serve(request), _refuse)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        try:
            path = request.match_info["path"].strip("/")
            params = await read_params(request)
            self._gate.admit(request, path, params)
            method = "GET" if request.method == "HEAD" else request.method
            handler, parts = self._find(method, path)
            return await self._run(handler, self._call(request, params, parts))
        except TooMany as refusal:
            return _too_many(refusal.text, refusal.wait)
        except Refusal as refusal:
            return web.Response(status=refusal.status, text=refusal.text)

    def _find(self, method: str, path: str) -> tuple[Handler, dict[str, str]]:
        for route in self._table:
            match = route.pattern.fullmatch(path) if route.method == method else None
            if match:
                return route.handler, match.groupdict()
        raise Refusal(404, f"Cannot {method} /1/{path}")

    def _call(self, request: web.Request, params: dict[str, Any], parts: dict[str, str]) -> Call:
        person = request.headers.get(PERSON)
        owner = next(member for member in self._records.members.all() if member["owner"])
        try:
            member = self._records.member(person) if person else owner
        except Refusal:
            raise Refusal(400, f"invalid value for {PERSON}") from None
        if "field" in parts and "value" in params:
            params = {**params, parts["field"]: params["value"]}
        origin = f"{request.scheme}://{request.host}"
        return Call(params, parts, member["id"], origin, self._credentials.trello_token)

    async def _run(self, handler: Handler, call: Call) -> web.Response:
        changes = Changes(self._records, self._clock)
        shapes = Shapes(self._records, call.origin)
        desk = Desk(self._records, changes, self._clock, shapes, call)
        if handler in {apps.create_webhook, apps.update_webhook}:
            url = apps.callback_to_probe(desk)
            if url is not None:
                await self._hooks.probe(url)
        with self._records.store.batch():
            answer = handler(desk)
            self._hooks.enqueue(changes.happened, shapes)
        self._tell(changes.happened, shapes)
        return answer if isinstance(answer, web.Response) else web.json_response(answer)

    def _tell(self, actions: list[dict[str, Any]], shapes: Shapes) -> None:
        for action in actions:
            self._feed.publish({"type": "board", "action": shapes.action(action)})
        if actions:
            self._hooks.wake()


def routes(
    store: Store, feed: Feed, credentials: Credentials, faults: Faults, *, limits: Limits | None = None
) -> Board:
    """The board over the playground's store. `limits`: Trello's rate limits unless told otherwise."""
    return Board(store, feed, Gate(credentials, limits or Limits()), credentials, faults)


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))


def _refuse(status: int, pause: int) -> web.StreamResponse:
    if status == 429:
        return _too_many("API_TOKEN_LIMIT_EXCEEDED", pause)
    return web.Response(status=status, text="Internal Server Error")


def _too_many(error: str, wait: float) -> web.Response:
    body = {"error": error, "message": "Rate limit exceeded"}
    return web.json_response(body, status=429, headers={"Retry-After": str(int(wait))})
