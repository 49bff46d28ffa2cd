"""Slack's page of consent: somebody allows the app into a workspace, and is led back to it with a code."""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web
from yarl import URL

from bot.playground.credentials import Credentials
from bot.playground.installs import Installs
from bot.playground.manifest import AppConfig
from bot.playground.refusal import Impossible
from bot.playground.rooms import Room, Rooms
from bot.playground.store import Document

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
FIELDS = ("client_id", "scope", "state", "redirect_uri", "team")
MEANING = {
    "app_mentions:read": "See messages that mention it",
    "assistant:write": "Talk with people directly, as an agent",
    "channels:history": "Read public channels that it is in",
    "channels:read": "See basic facts about public channels",
    "chat:write": "Post messages as itself",
    "commands": "Add slash commands and shortcuts",
    "groups:history": "Read private channels that it is in",
    "groups:read": "See basic facts about private channels that it is in",
    "im:history": "Read direct messages with it",
    "reactions:read": "See emoji reactions",
    "reactions:write": "Add and remove its own emoji reactions",
    "users:read": "See people in the workspace",
}


@dataclass(frozen=True)
class Consent:
    """What an install asks for: scopes by commas, and where to lead back to."""

    scopes: str
    state: str
    redirect_uri: str
    told_redirect: str


class OAuth:
    """Serves /oauth/v2/authorize, and the same for a driver without a browser."""

    def __init__(self, rooms: Rooms, installs: Installs, config: AppConfig, credentials: Credentials) -> None:
        self._rooms = rooms
        self._installs = installs
        self._config = config
        self._client_id = credentials.client_id

    def routes(self) -> list[web.RouteDef]:
        """The page and its form."""
        return [
            web.get("/oauth/v2/authorize", self.ask),
            web.post("/oauth/v2/authorize", self.decide),
        ]

    async def ask(self, request: web.Request) -> web.StreamResponse:
        """Show who asks for what, and in which workspace."""
        try:
            consent = self._read(request.query)
        except Impossible as impossible:
            return _page("Something went wrong", f"<p>{html.escape(impossible.message)}</p>", 400)
        return _page("Install leadhand", self._form(consent, request.query), 200)

    async def decide(self, request: web.Request) -> web.StreamResponse:
        """Lead back to the app with a code, or with access_denied."""
        form = {key: str(value) for key, value in (await request.post()).items()}
        try:
            consent = self._read(form)
            room = self._rooms.of(form.get("team", "")) or self._rooms.first
            back = self.answer(consent, room, form.get("user", ""), allow=form.get("decision") == "allow")
        except Impossible as impossible:
            return _page("Something went wrong", f"<p>{html.escape(impossible.message)}</p>", 400)
        raise web.HTTPFound(back, headers={"Cache-Control": "no-store"})

    def _read(self, given: Mapping[str, str]) -> Consent:
        """What is asked for. Raises Impossible in the words of Slack's own error page."""
        if given.get("client_id") != self._client_id:
            raise Impossible("invalid_client_id", "Invalid client_id parameter")
        asked = given.get("scope", "").replace(" ", ",")
        scopes = ",".join(dict.fromkeys(name for name in asked.split(",") if name))
        if not scopes:
            raise Impossible("no_scopes", "Invalid permissions requested: no scopes were requested")
        told = given.get("redirect_uri", "")
        known = self._config.redirect_urls
        target = told or (known[0] if known else "")
        if urlsplit(target).scheme not in ("http", "https"):
            raise Impossible("bad_redirect_uri", "redirect_uri did not match any configured URIs. It is missing.")
        if known and not any(target.startswith(url) for url in known):
            raise Impossible(
                "bad_redirect_uri", f"redirect_uri did not match any configured URIs. Passed URI: {target}"
            )
        return Consent(scopes, given.get("state", ""), target, told)

    def read(self, address: str) -> Consent:
        """What an address of the consent page asks for. Raises Impossible."""
        url = URL(address)
        if url.path != "/oauth/v2/authorize":
            raise Impossible("invalid_url", "url must be an address of /oauth/v2/authorize.")
        return self._read(url.query)

    def answer(self, consent: Consent, room: Room, user: str, *, allow: bool) -> URL:
        """Where the person is led. Raises Impossible for somebody who is not of that workspace."""
        people = [one["id"] for one in room.workspace.users.all() if not one["is_bot"]]
        person = user or people[0]
        if person not in people:
            raise Impossible("user_not_found", f"There is no person {user} in that workspace.")
        state = {"state": consent.state}
        if not allow:
            return URL(consent.redirect_uri).update_query({"error": "access_denied", **state})
        # Slack compares with what the first step was told, which may be nothing.
        code = self._installs.issue_code(room.team.id, person, consent.scopes, consent.told_redirect)
        return URL(consent.redirect_uri).update_query({"code": code, **state})

    def _form(self, consent: Consent, query: Mapping[str, str]) -> str:
        hidden = "".join(_hidden(name, query.get(name, "")) for name in FIELDS if name != "team")
        wanted = query.get("team", "")
        options = "".join(_option(room.workspace.settings, room.team.id, wanted) for room in self._rooms)
        scopes = "".join(
            f"<li>{html.escape(MEANING.get(name, name))} <code>{html.escape(name)}</code></li>"
            for name in consent.scopes.split(",")
        )
        host = html.escape(URL(consent.redirect_uri).host or "")
        return (
            "<p><b>leadhand</b> wants to be installed in your workspace. It will be able to:</p>"
            f"<ul>{scopes}</ul>"
            f'<form method="post" action="/oauth/v2/authorize">{hidden}'
            f'<label>Workspace <select name="team">{options}</select></label>'
            f"<p>You will be led back to {host}.</p>"
            '<button name="decision" value="deny">Cancel</button> '
            '<button name="decision" value="allow" class="primary">Allow</button></form>'
        )


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{html.escape(value)}">'


def _option(settings: Document, team: str, wanted: str) -> str:
    chosen = " selected" if team == wanted else ""
    return f'<option value="{html.escape(team)}"{chosen}>{html.escape(settings["name"])}</option>'


def _page(title: str, body: str, status: int) -> web.Response:
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/static/consent.css">'
        f"<title>{title}</title></head><body><main><h1>{title}</h1>{body}</main></body></html>"
    )
    return web.Response(text=text, content_type="text/html", status=status, headers=HEADERS)
