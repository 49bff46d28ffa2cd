"""Keeps other web pages out: checks Host, Origin and content type of what changes something."""

from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

LOOPBACK_NAMES = {"127.0.0.1", "localhost", "::1"}
READING = {"GET", "HEAD"}
ACTING = ("/api/", "/_control/", "/link/")


def is_own_host(host: str, own: str) -> bool:
    """Whether a Host header names this server: a loopback name, or the address it was told to listen on."""
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    return name in LOOPBACK_NAMES or name == own


def make_guard(own: str) -> Middleware:
    """A middleware: every request needs our Host, every acting one our Origin (or none).

    A foreign page can neither read (Host stops DNS rebinding, no CORS header is ever sent) nor write.
    """

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not is_own_host(request.headers.get("Host", ""), own):
            return _forbidden("foreign_host", "This server answers only to its own loopback address.")
        if _is_act(request) and not _same_origin(request):
            return _forbidden("foreign_origin", "Another web page may not change anything here.")
        return await handler(request)

    return guard


def _is_act(request: web.Request) -> bool:
    # A Web API call acts by GET, too, and its token is no secret here; the page itself may be linked from anywhere.
    return request.method not in READING or request.path.startswith(ACTING)


def _same_origin(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site", "none")
    origin = request.headers.get("Origin")
    return site in ("none", "same-origin") and origin in (None, f"http://{request.headers.get('Host')}")


def _forbidden(code: str, message: str) -> web.Response:
    return web.json_response({"ok": False, "error": code, "message": message}, status=403)
