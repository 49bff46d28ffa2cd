"""The playground as one server: workspace, board, control API and page under one origin."""

import socket
from contextlib import AsyncExitStack
from pathlib import Path

from aiohttp import web

from bot.playground import seed
from bot.playground.acts import Acts
from bot.playground.board.routes import Board
from bot.playground.board.routes import routes as build_board
from bot.playground.calls import Call
from bot.playground.control import Control
from bot.playground.credentials import Credentials
from bot.playground.faults import Faults
from bot.playground.feed import Feed
from bot.playground.file_routes import FileRoutes
from bot.playground.files import Files
from bot.playground.guard import make_guard
from bot.playground.installs import Installs
from bot.playground.interactions import Interactions
from bot.playground.journal import Journal
from bot.playground.link import Link
from bot.playground.manifest import AppConfig
from bot.playground.methods.manifest import ManifestMethods
from bot.playground.methods.oauth import OAuthMethods
from bot.playground.model_proxy import ModelProxy
from bot.playground.oauth import OAuth
from bot.playground.outbox import Outbox
from bot.playground.rates import Rates
from bot.playground.responses import Responses
from bot.playground.rooms import Room, Rooms
from bot.playground.sessions import Sessions
from bot.playground.state import State
from bot.playground.store import Document, Store
from bot.playground.streams import Streams
from bot.playground.talk import Talk
from bot.playground.team import Team
from bot.playground.tenancy import Tenancy
from bot.playground.timing import Timing
from bot.playground.triggers import Triggers
from bot.playground.views import Views
from bot.playground.web_api import WebApi
from bot.playground.workspace import Workspace

PAGE_DIR = Path(__file__).parent / "page"
LARGEST_BODY = 4 * 1024 * 1024
CLOSING_SECONDS = 0.3
PAGE_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob:; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}


class Playground:
    """A running playground; `url` is its origin. Everything else goes over HTTP."""

    def __init__(self, url: str, parts: "_Parts", closing: AsyncExitStack) -> None:
        self.url = url
        self._parts = parts
        self._closing = closing

    def environment(self) -> dict[str, str]:
        """The settings that lead a bot here, by the names that docs/reference/settings.md gives them."""
        return self._parts.environment(self.url)

    async def close(self) -> None:
        """Stop the server; the state stays in its file."""
        await self._closing.aclose()


async def start(
    host: str,
    port: int,
    state_file: Path,
    *,
    credentials: Credentials | None = None,
    page_dir: Path = PAGE_DIR,
    timing: Timing | None = None,
) -> Playground:
    """Start the playground; port 0 takes any free one.

    Raises StateUnusable when the state file cannot be used, and OSError when the port is taken.
    """
    async with AsyncExitStack() as opening:
        # Bound before anything is written: a taken port leaves no state file behind.
        listener = opening.enter_context(socket.create_server((host, port), family=_family(host)))
        store = Store(state_file)
        opening.callback(store.close)
        parts = _Parts(store, credentials or Credentials(), timing or Timing())
        runner = web.AppRunner(parts.application(host, page_dir), access_log=None, shutdown_timeout=CLOSING_SECONDS)
        await runner.setup()
        opening.push_async_callback(runner.cleanup)
        await web.SockSite(runner, listener).start()
        parts.rooms.origin = f"http://{_in_url(host)}:{runner.addresses[0][1]}"
        await parts.begin()
        return Playground(parts.rooms.origin, parts, opening.pop_all())


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


class _Parts:
    """Everything that makes up a playground, wired."""

    def __init__(self, store: Store, credentials: Credentials, timing: Timing) -> None:
        self._feed = Feed()
        self._faults = Faults()
        self._rates = Rates()
        self._journal = Journal()
        self._credentials = credentials
        self._timing = timing
        self._link = Link(store, self._feed, self._journal, timing, credentials.signing_secret)
        self._outbox = Outbox(store, self._link, self._journal, timing)
        self._board: Board = build_board(store, self._feed, credentials, self._faults)
        # These belong to the app, not to the workspace: a kept state file must not bring back those of an older one.
        company = seed.read_company()
        self._commands: list[Document] = company["commands"]
        self._shortcuts: list[Document] = company["shortcuts"]
        self._store = store
        self.rooms = Rooms(store, self._build_room)
        self._config = AppConfig(store, company)
        self._outbox.subscribed = lambda name: name in self._config.events
        self._installs = Installs(store, self.rooms, self._outbox, self._config, credentials=credentials, timing=timing)
        self._oauth = OAuth(self.rooms, self._installs, self._config, credentials)
        methods = {
            **OAuthMethods(self._installs).methods(),
            **ManifestMethods(self._installs, self._config, credentials).methods(),
        }
        self._web_api = WebApi(
            rooms=self.rooms,
            installs=self._installs,
            methods=methods,
            faults=self._faults,
            rates=self._rates,
            journal=self._journal,
        )
        self._model = ModelProxy(store, self._faults, self._journal)
        self._control = Control(
            model=self._model,
            rooms=self.rooms,
            tenancy=Tenancy(self.rooms, self._installs, self._oauth, self._feed),
            config=self._config,
            outbox=self._outbox,
            link=self._link,
            feed=self._feed,
            faults=self._faults,
            rates=self._rates,
            journal=self._journal,
            reset=self.reset,
        )

    def _build_room(self, team: Team) -> Room:
        """One workspace, wired."""
        feed = self._feed.of(team.id)
        workspace = Workspace(self._store, team)
        talk = Talk(workspace, feed, self._outbox)
        views = Views(feed, team)
        triggers = Triggers(self._timing)
        streams = Streams(talk, self._timing)
        files = Files(talk)
        sessions = Sessions(talk, streams, feed, self._timing)
        responses = Responses(talk, self._timing)
        interactions = Interactions(talk, self._link, views, triggers, responses)
        return Room(
            workspace=workspace,
            talk=talk,
            views=views,
            acts=Acts(talk, views, interactions, sessions, files),
            responses=responses,
            state=State(
                talk=talk,
                link=self._link,
                views=views,
                sessions=sessions,
                describe_board=self._board.describe,
                commands=self._commands,
                shortcuts=self._shortcuts,
            ),
            call=Call({}, workspace, talk, views, triggers, self._link, streams, sessions, files),
            streams=streams,
            sessions=sessions,
            files=files,
        )

    def application(self, host: str, page_dir: Path) -> web.Application:
        """The routes of every part behind one guard."""
        application = web.Application(middlewares=[make_guard(host)], client_max_size=LARGEST_BODY)
        application.add_routes(self._web_api.routes())
        application.add_routes(FileRoutes(self.rooms, self._installs, self._faults).routes())
        application.add_routes(self._control.routes())
        application.add_routes(self._oauth.routes())
        application.add_routes(self._model.routes())
        application.add_routes(self._board.routes)
        application.add_routes(_page_routes(page_dir))
        application.on_shutdown.append(self.close)
        return application

    def environment(self, url: str) -> dict[str, str]:
        """How a bot reaches Slack and Trello here; without an app token where the app has a URL for events."""
        given = self._credentials
        return {
            "SLACK_API_URL": f"{url}/api/",
            "SLACK_BOT_TOKEN": given.bot_token,
            "SLACK_APP_TOKEN": "" if self._link.events_url else given.app_token,
            "SLACK_SIGNING_SECRET": given.signing_secret,
            "TRELLO_API_URL": f"{url}/1",
            "TRELLO_API_KEY": given.trello_key,
            "TRELLO_TOKEN": given.trello_token,
            "TRELLO_API_SECRET": given.trello_secret,
            "TRELLO_BOARD": self._board.describe()["id"],
        }

    async def begin(self) -> None:
        """Plant the seed in an empty state file and take up what was under way."""
        workspace = self.rooms.first.workspace
        if not seed.is_planted(workspace):
            seed.plant(workspace, seed.read_company())
        await self._board.seed()
        for room in self.rooms:
            room.resume()
        self._outbox.start()

    async def reset(self) -> None:
        """Go back to the seed; connections and the app's URL stay."""
        await self._outbox.clear()
        self.rooms.stop()
        self._faults.clear()
        self._rates.switch(None)
        self._journal.clear()
        self.rooms.close_others()
        self._installs.clear()
        self._config.clear()
        self.rooms.first.forget()
        seed.uproot(self.rooms.first.workspace)
        seed.plant(self.rooms.first.workspace, seed.read_company())
        await self._board.reset()
        self._feed.publish({"type": "reset"})

    async def close(self, application: web.Application) -> None:
        """Stop everything that runs on its own, and the streams and sockets that would hold up the server."""
        self._feed.close()
        self.rooms.stop()
        await self._outbox.close()
        await self._link.close()
        await self._model.close()
        await self._board.close()


def _page_routes(page_dir: Path) -> list[web.AbstractRouteDef]:
    async def index(request: web.Request) -> web.StreamResponse:
        return web.FileResponse(page_dir / "index.html", headers=PAGE_HEADERS)

    addresses = ("/", "/b/{board:.+}", "/c/{card:.+}", "/archives/{channel}/{message}")
    page = [web.get(address, index) for address in addresses]
    return [*page, web.static("/static", page_dir)]
