"""The process's web server: health, readiness, Slack over HTTP, the board's web hook."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from pipelines.core.errors import Refused

BODY_LIMIT = 1024 * 1024

Check = Callable[[], Awaitable[str]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Doors:
    """What the server serves.

    A check answers with its trouble in plain words, empty when all is well; a remark is no trouble, only good to know.
    `pages` are for people's browsers, by path.
    """

    checks: dict[str, Check]
    remarks: dict[str, Check] = field(default_factory=dict)
    pages: dict[str, Handler] = field(default_factory=dict)
    slack: Handler | None = None
    board: Handler | None = None


def build(doors: Doors) -> web.Application:
    """The server's routes; doors that are not in use answer 404."""

    async def ready(request: web.Request) -> web.Response:
        return await _ready(doors)

    app = web.Application(client_max_size=BODY_LIMIT)
    app.router.add_get("/healthz", _health)
    app.router.add_get("/readyz", ready)
    for path, page in doors.pages.items():
        app.router.add_get(path, page, allow_head=False)
    if doors.slack:
        app.router.add_post("/slack/events", doors.slack)
    if doors.board:
        app.router.add_head("/hooks/trello", _health)
        app.router.add_post("/hooks/trello", doors.board)
    return app


async def _health(request: web.Request) -> web.Response:
    """The process is alive; nothing else is asked."""
    return web.json_response({"ok": True})


async def _ready(doors: Doors) -> web.Response:
    """Whether asks can be served, and if not, why."""
    troubles = {name: await check() for name, check in doors.checks.items()}
    ready = not any(troubles.values())
    remarks = {name: await remark() for name, remark in doors.remarks.items()}
    checks = {name: trouble or "ok" for name, trouble in troubles.items()} | remarks
    return web.json_response({"ok": ready, "checks": checks}, status=200 if ready else 503)


async def listen(app: web.Application, host: str, port: int) -> tuple[web.AppRunner, int]:
    """Serve; the port that was bound. Raises Refused with a plain sentence for a port that cannot be had."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=3)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        raise Refused(
            f"Port {port} cannot be used ({error.strerror or error}). Stop the program that has it, "
            "or choose another with PORT=8091."
        ) from None
    return runner, int(runner.addresses[0][1])
