"""The bytes of files over HTTP: taken from the app, given to bearers of its token, and shown on the page."""

from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.playground.faults import Faults, play
from bot.playground.files import LARGEST_FILE, Files
from bot.playground.installs import Installs
from bot.playground.refusal import Refused
from bot.playground.rooms import Rooms
from bot.playground.store import Document

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SCOPE = "files:read"
# What people and apps upload is never run as a page of ours.
SAFE_HEADERS = {"Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff"}
SHOWN_INLINE = ("image/png", "image/jpeg", "image/gif", "image/webp")


class FileRoutes:
    """`/upload/v1/...` takes, `/files-pri/...` gives to apps, `/_control/files/...` to the page."""

    def __init__(self, rooms: Rooms, installs: Installs, faults: Faults) -> None:
        self._rooms = rooms
        self._faults = faults
        self._installs = installs

    def routes(self) -> list[web.RouteDef]:
        """The routes of files."""
        return [
            web.post("/upload/v1/{team}/{ticket}", self._faulty("upload_url", self.take)),
            web.get("/files-pri/{place}/{name}", self._faulty("url_private", self.give)),
            web.get("/files-pri/{place}/download/{name}", self._faulty("url_private", self.give)),
            web.get("/_control/files/{file}", self.show),
        ]

    def _faulty(self, name: str, serve: Handler) -> Handler:
        """The same, or the fault that was ordered for it: of target `slack` and this method."""

        async def answer(request: web.Request) -> web.StreamResponse:
            fault = await self._faults.take("slack", name)
            return await play(fault, request, lambda: serve(request), _refusal)

        return answer

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Take the bytes of one upload: a body, or a form with one file."""
        room = self._rooms.of(request.match_info["team"])
        content = await _read(request)
        if room is None or room.files.receive(request.match_info["ticket"], content) is None:
            return web.Response(status=404, text="This upload URL is not known, or was used.")
        return web.Response(text=f"OK - {len(content)}")

    async def give(self, request: web.Request) -> web.StreamResponse:
        """Give a file to an app that may see it; anybody else is led to a page, as by Slack."""
        team, _, file_id = request.match_info["place"].partition("-")
        room = self._rooms.of(team)
        file = room.files.get(file_id) if room and self._may_read(request, team) else None
        if room is None or file is None or not room.files.is_seen(file):
            raise web.HTTPFound(f"/?redir={request.path}")
        return _bytes(room.files, file)

    def _may_read(self, request: web.Request, team: str) -> bool:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            bearer = self._installs.bearer(token.strip()) if scheme.lower() == "bearer" else None
        except Refused:
            return False
        return bearer is not None and bearer.team == team and SCOPE in bearer.scopes.split(",")

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show a file on the page, whose people may see it."""
        for room in self._rooms:
            file = room.files.get(request.match_info["file"])
            if file:
                return _bytes(room.files, file)
        return web.json_response({"ok": False, "error": "file_not_found", "message": "No such file."}, status=404)


def _refusal(status: int, pause: int) -> web.StreamResponse:
    headers = {"Retry-After": str(pause)} if status == 429 else {}
    return web.Response(status=status, text="Something went wrong.", headers=headers)


def _bytes(files: Files, file: Document) -> web.Response:
    kind = file["mimetype"] if file["mimetype"] in SHOWN_INLINE else "application/octet-stream"
    headers = {**SAFE_HEADERS, "Content-Disposition": "inline" if kind in SHOWN_INLINE else "attachment"}
    return web.Response(body=files.content(file["id"]) or b"", content_type=kind, headers=headers)


async def _read(request: web.Request) -> bytes:
    """The body, or the first file of a form. Raises HTTPRequestEntityTooLarge above the largest file."""
    body = bytearray()
    async for chunk in _chunks(request):
        body += chunk
        if len(body) > LARGEST_FILE:
            raise web.HTTPRequestEntityTooLarge(LARGEST_FILE, len(body))
    return bytes(body)


async def _chunks(request: web.Request) -> AsyncIterator[bytes]:
    if request.content_type != "multipart/form-data":
        async for chunk in request.content.iter_any():
            yield chunk
        return
    try:
        part = await (await request.multipart()).next()
        while isinstance(part, BodyPartReader) and (chunk := await part.read_chunk(65_536)):
            yield chunk
    except (ValueError, LookupError, AssertionError, HttpProcessingError):
        raise web.HTTPBadRequest(text="The form cannot be read.") from None
