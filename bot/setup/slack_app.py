"""The Slack app: made from the manifest, installed, its keys tried one by one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot import manifest as manifests
from bot.manifest import Manifest
from bot.setup.sitting import Check, Sitting, check_kind
from bot.slack.install import INSTALL, REDIRECT
from bot.slack.keys import Installed
from pipelines.core.errors import TellPerson, TryAgain
from storage.sealing import make_key

APPS = "https://api.slack.com/apps"
SLACK_HOST = "slack.com"
SECRET = re.compile(r"[0-9a-f]{32}")
APP = re.compile(r"A[A-Z0-9]{6,}")


@dataclass(frozen=True)
class Way:
    """How the bot is reached: by socket or at a public address, by one workspace or by many."""

    socket: bool
    many: bool
    public_url: str


async def lead(sitting: Sitting) -> None:
    """From nothing to an installed app whose keys work."""
    sitting.step("1. How Slack reaches the bot")
    way = await _choose_way(sitting)
    sitting.step("2. The Slack app")
    app = await _app(sitting, way)
    sitting.step("3. Its keys")
    installed = await _bot_token(sitting, app)
    await _reach(sitting, way, installed.app or app)
    if way.many:
        await _many(sitting, way, installed.app or app)


async def _choose_way(sitting: Sitting) -> Way:
    over_http = bool(sitting.value("LEADHAND_PUBLIC_URL")) and not sitting.value("SLACK_APP_TOKEN")
    chosen = await sitting.terminal.choose(
        "Choose",
        ("by Socket Mode: the bot connects out, no public address is needed", "by signed HTTP: at your public address"),
        1 if over_http and sitting.value("SLACK_BOT_TOKEN") else 0,
    )
    many = await sitting.terminal.agrees(
        "Will several workspaces install it by OAuth?", default=bool(sitting.value("SLACK_CLIENT_ID"))
    )
    public_url = await _public_url(sitting) if chosen == 1 or many else ""
    return Way(socket=chosen == 0, many=many, public_url=public_url)


async def _public_url(sitting: Sitting) -> str:
    while True:
        given = await sitting.terminal.ask(
            "The public address of the bot, like https://leadhand.example.com", sitting.value("LEADHAND_PUBLIC_URL")
        )
        parts = urlsplit(given)
        if parts.scheme == "https" and parts.hostname and parts.path in ("", "/") and not parts.query:
            url = given.rstrip("/")
            sitting.keep(LEADHAND_PUBLIC_URL=url)
            return url
        sitting.say("No: Slack needs an address that begins with https://, without a path. Your proxy serves it.")


def fitted(way: Way) -> Manifest:
    """The manifest for this way of running."""
    made = manifests.load()
    if not way.socket:
        made = manifests.over_http(made, way.public_url)
    return manifests.for_many(made, way.public_url + REDIRECT) if way.many else made


async def _app(sitting: Sitting, way: Way) -> str:
    """The id of the app; empty where only its token will tell."""
    known = sitting.value("SLACK_APP_ID")
    if known or sitting.value("SLACK_BOT_TOKEN"):
        page = f"{APPS}/{known}" if known else APPS
        keeps = await sitting.terminal.agrees(f"An app is there ({page}). Go on with it?", default=True)
        if keeps:
            return known
    options = (
        "in the browser: open a link, two presses",
        "by Slack's API, with an app configuration token (xoxe.xoxp-...)",
    )
    if await sitting.terminal.choose("How shall it be made", options) == 1:
        made = await _create(sitting, way)
        if made:
            return made
    return await _by_hand(sitting, way)


async def _create(sitting: Sitting, way: Way) -> str:
    """Make the app by API; empty where Slack does not take it, and the words were said."""
    sitting.say(f"The token stands at the foot of {APPS}, Your App Configuration Tokens, Generate Token.")
    sitting.say("It is used now and kept nowhere. Enter goes back to the browser.")
    while True:
        token = await sitting.terminal.secret("App configuration token")
        if not token:
            return ""
        try:
            check_kind(token, "xoxe.xoxp-")
            made = await sitting.keys.create(token, fitted(way))
            break
        except (TellPerson, TryAgain) as failure:
            sitting.say(f"No: {failure}")
    given = {"SLACK_APP_ID": made.app, "SLACK_SIGNING_SECRET": made.signing_secret}
    if way.many:
        given |= {"SLACK_CLIENT_ID": made.client_id, "SLACK_CLIENT_SECRET": made.client_secret}
    # Keys of an app that was there before open nothing here.
    stale = {name: "" for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN") if sitting.env.values().get(name)}
    sitting.keep(**stale, **{name: value for name, value in given.items() if value})
    sitting.say(f"ok: the app {made.app} is made. Its page is {APPS}/{made.app}")
    return made.app


async def _by_hand(sitting: Sitting, way: Way) -> str:
    sitting.say("Open this link, choose your workspace, press Next and Create:")
    sitting.say()
    sitting.terminal.say(manifests.new_app_link(fitted(way)))
    sitting.say()
    while True:
        given = await sitting.terminal.ask(
            "The app's id, from Basic Information or the page's address (A...); Enter passes over it"
        )
        found = APP.search(given)
        if found or not given:
            app = found[0] if found else ""
            sitting.keep(SLACK_APP_ID=app)
            return app
        sitting.say("No: an id is A and letters or digits, like A0123ABCDEF.")


async def _bot_token(sitting: Sitting, app: str) -> Installed:
    sitting.say(f"{_page(app)}: Install App, Install to Workspace, Allow. Copy the Bot User OAuth Token.")

    async def check(token: str) -> Installed:
        check_kind(token, "xoxb-")
        found = await sitting.keys.bot(token)
        if app and found.app and found.app != app:
            raise TellPerson(f"It works, but belongs to the app {found.app} and not to {app}.")
        return found

    installed = await sitting.key("SLACK_BOT_TOKEN", "Bot token (xoxb-...)", check)
    sitting.say(f"ok: {installed.user} in {installed.team}")
    if installed.app and installed.app != sitting.value("SLACK_APP_ID"):
        sitting.keep(SLACK_APP_ID=installed.app)
    _tell_scopes(sitting, installed)
    return installed


def _tell_scopes(sitting: Sitting, installed: Installed) -> None:
    if installed.scopes is None:
        return
    lacking = manifests.scopes_of(manifests.load()) - installed.scopes
    if lacking:
        sitting.say(f"It lacks these scopes: {', '.join(sorted(lacking))}.")
        sitting.say("Add them under OAuth & Permissions, Bot Token Scopes, and press Reinstall to Workspace.")


async def _reach(sitting: Sitting, way: Way, app: str) -> None:
    if way.socket:
        await _app_token(sitting, app)
        return
    sitting.say(f"{_page(app)}: Basic Information, App Credentials, Signing Secret, Show.")
    await sitting.key("SLACK_SIGNING_SECRET", "Signing secret", _secret_check(sitting, "signing secret"))
    if sitting.value("SLACK_APP_TOKEN"):
        # With it the bot would connect by socket.
        sitting.keep(SLACK_APP_TOKEN="")
    sitting.say(f"ok. Let your proxy pass {way.public_url}{manifests.EVENTS_PATH} on to port {sitting.settings.port}.")
    sitting.say("Once the bot runs, open Event Subscriptions in the app's settings and press Retry at the address.")


def _secret_check(sitting: Sitting, name: str) -> Check[str]:
    real = (urlsplit(sitting.settings.slack_api_url).hostname or "").endswith(SLACK_HOST)

    async def check(secret: str) -> str:
        if secret.startswith(("xox", "xapp-")):
            raise TellPerson(f"That is a token. The {name} has 32 letters and digits and no prefix.")
        if real and not SECRET.fullmatch(secret):
            raise TellPerson(f"A {name} has 32 characters, 0 to 9 and a to f: press Show, and copy all of it.")
        return secret

    return check


async def _app_token(sitting: Sitting, app: str) -> None:
    sitting.say(f"{_page(app)}: Basic Information, App-Level Tokens, Generate: scope connections:write.")

    async def check(token: str) -> str:
        check_kind(token, "xapp-")
        owner = await sitting.keys.socket(token)
        if app and owner and owner != app:
            raise TellPerson(f"It works, but belongs to the app {owner} and not to {app}: both must be of one app.")
        return token

    await sitting.key("SLACK_APP_TOKEN", "App-level token (xapp-...)", check)
    sitting.say("ok: Socket Mode opens")


async def _many(sitting: Sitting, way: Way, app: str) -> None:
    if not sitting.value("SLACK_CLIENT_ID"):
        sitting.say(f"{_page(app)}: Basic Information, App Credentials: the client id and the client secret.")
        sitting.keep(SLACK_CLIENT_ID=await _client_id(sitting))
    await sitting.key("SLACK_CLIENT_SECRET", "Client secret", _secret_check(sitting, "client secret"))
    if not sitting.value("LEADHAND_SIGNING_KEYS"):
        sitting.keep(LEADHAND_SIGNING_KEYS=make_key())
        sitting.say("A key that encrypts the workspaces' tokens was made (LEADHAND_SIGNING_KEYS): keep a copy of it.")
    sitting.say(f"ok: each workspace installs it at {way.public_url}{INSTALL}")
    sitting.say("LEADHAND_WORKSPACES says which ones may; docs/how-to/many-workspaces.md tells the rest.")


async def _client_id(sitting: Sitting) -> str:
    while True:
        given = await sitting.terminal.ask("Client id, like 1234.5678")
        if re.fullmatch(r"\d+\.\d+", given):
            return given
        sitting.say("No: a client id is two numbers with a point between them.")


def _page(app: str) -> str:
    return f"{APPS}/{app}" if app else f"{APPS}, your app"
