"""Looks at Slack: tokens, scopes, what the app hears and offers, and where its bot is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp

from bot import manifest as manifests
from bot.doctor.finding import Finding, note, trouble, well
from bot.manifest import Difference
from bot.oauth import check_oauth, make_tenancy
from bot.settings import Settings
from bot.slack.client import try_workspaces
from bot.slack.install import INSTALL, REDIRECT
from bot.slack.keys import Installed, Keys, UnknownMethod
from pipelines.core.errors import LeadhandError, TellPerson, TryAgain
from storage.audit import Audit
from storage.database import Database
from storage.errors import StorageRefused
from storage.migration import check_version

APPS = "https://api.slack.com/apps"
SHOWN = 8
SETUP = "Run leadhand setup."
REINSTALL = "press Reinstall to Workspace"
NO_CONFIG_TOKEN = (
    "Slack shows events, commands and shortcuts only to an app configuration token: they are not compared."  # noqa: S105  # words
)
ASK = f"Generate one at the foot of {APPS}, then run leadhand doctor --ask."
HOW = {
    "scopes": f"OAuth & Permissions, Bot Token Scopes; then {REINSTALL}",
    "events": "Event Subscriptions, Subscribe to bot events; then press Save Changes",
    "commands": "Slash Commands",
    "shortcuts": "Interactivity & Shortcuts",
    "interactivity": "Interactivity & Shortcuts, Interactivity, On",
    "home tab": "App Home, Home Tab, On",
    "messages tab": "App Home, Messages Tab, On",
    "agent": "Agents & AI Apps, On",
    "bot user": "App Home, Your App's Presence in Slack",
}
SWITCHED = {part for part, _, _ in manifests.SWITCHES}


async def look(settings: Settings, session: aiohttp.ClientSession) -> list[Finding]:
    """Everything about Slack. Raises LeadhandError only where nothing could be found."""
    keys = Keys(settings.slack_api_url, session)
    token = settings.slack_bot_token.get_secret_value()
    found = await _look_at_oauth(settings, session)
    if not token:
        missing = trouble("slack", "SLACK_BOT_TOKEN is not set.", SETUP)
        return [*found, *([] if settings.has_oauth else [missing]), *await _look_at_reach(settings, keys, "")]
    try:
        bot = await keys.bot(token)
    except TellPerson as refusal:
        return [*found, trouble("slack", f"SLACK_BOT_TOKEN: {refusal}", SETUP)]
    found.append(well("slack", f"The token works, as {bot.user} in {bot.team}{f', app {bot.app}' if bot.app else ''}."))
    found += _look_at_app(settings, bot)
    app = bot.app or settings.slack_app_id
    found += _look_at_scopes(bot, app)
    found += await _look_at_reach(settings, keys, app)
    found += await _look_at_manifest(settings, keys, app)
    return [*found, await _look_at_channels(keys, token, bot)]


async def _look_at_oauth(settings: Settings, session: aiohttp.ClientSession) -> list[Finding]:
    """Whether OAuth can start, and each workspace that has installed the app. Raises StorageRefused."""
    try:
        check_oauth(settings)
    except (LeadhandError, StorageRefused) as failure:
        return [trouble("slack oauth", str(failure), SETUP)]
    if not settings.has_oauth:
        return []
    if not settings.public_url.startswith("https://"):
        return [trouble("slack oauth", "LEADHAND_PUBLIC_URL has no https address to install from.", SETUP)]
    where = settings.public_url.rstrip("/") + INSTALL
    found = await _installed(settings, session)
    if not found:
        return [note("slack oauth", "No workspace has installed the app yet.", f"Open {where} in each.")]
    broken = [trouble("slack oauth", f"{team}: {words}", f"Install it there again: {where}") for team, words in found]
    return [one for one, (_, words) in zip(broken, found, strict=True) if words] or [_all_installed(settings, found)]


def _all_installed(settings: Settings, found: list[tuple[str, str]]) -> Finding:
    words = f"Installed in {', '.join(team for team, _ in found)}, and each token works."
    if settings.workspaces:
        return well("slack oauth", words)
    return note("slack oauth", f"{words} Any other workspace may install it.", "List yours in LEADHAND_WORKSPACES.")


async def _installed(settings: Settings, session: aiohttp.ClientSession) -> list[tuple[str, str]]:
    """Each workspace with the trouble that its token has, empty when it works."""
    await check_version(settings.database)
    database = Database.connect(settings.database)
    try:
        tried = await try_workspaces(make_tenancy(settings, database, Audit(database), session).workspaces)
    finally:
        await database.close()
    return list(tried.items())


def _look_at_app(settings: Settings, bot: Installed) -> list[Finding]:
    if bot.app and settings.slack_app_id and bot.app != settings.slack_app_id:
        words = f"The bot token is of the app {bot.app}, but SLACK_APP_ID is {settings.slack_app_id}."
        return [trouble("slack app", words, "Set the one, or take the token of the other: leadhand setup.")]
    return []


def _look_at_scopes(bot: Installed, app: str) -> list[Finding]:
    if bot.scopes is None:
        return [
            note(
                "slack scopes",
                "This server does not tell them.",
                "Compare OAuth & Permissions in the app's settings with manifest.json.",
            )
        ]
    compared = manifests.difference("scopes", manifests.scopes_of(manifests.load()), bot.scopes)
    return _differing(compared, app) or [well("slack scopes", "The token has those of manifest.json.")]


def _differing(compared: Difference, app: str) -> list[Finding]:
    name, how, page = f"slack {compared.part}", HOW[compared.part], _page(app)
    if compared.part in SWITCHED:
        return [trouble(name, "It is off.", f"{page}, {how}.")]
    found: list[Finding] = []
    if compared.missing:
        found.append(trouble(name, f"Missing: {', '.join(compared.missing)}.", f"Add what is missing: {page}, {how}."))
    if compared.superfluous:
        words = f"More than leadhand uses: {', '.join(compared.superfluous)}."
        found.append(note(name, words, f"Unless something else needs it, remove it: {page}, {how}."))
    return found


async def _look_at_reach(settings: Settings, keys: Keys, app: str) -> list[Finding]:
    """Socket Mode with an app-level token, signed HTTP without."""
    token = settings.slack_app_token.get_secret_value()
    if not token:
        return [_look_at_http(settings)]
    try:
        owner = await keys.socket(token)
    except TellPerson as refusal:
        return [trouble("slack socket", f"SLACK_APP_TOKEN: {refusal}", SETUP)]
    if app and owner and owner != app:
        words = f"The app-level token is of the app {owner}, the bot token of {app}."
        return [trouble("slack socket", words, f"Take both of one app. {SETUP}")]
    same = " Both tokens are of one app." if app and owner else ""
    return [well("slack socket", f"Socket Mode opens.{same}")]


def _look_at_http(settings: Settings) -> Finding:
    if settings.slack_signing_secret.get_secret_value():
        where = f"{settings.public_url.rstrip('/')}{manifests.EVENTS_PATH}"
        return well("slack http", f"Signed requests are taken at {where}.")
    words = "Neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP) is set: nothing can reach the bot."
    return trouble("slack reach", words, SETUP)


async def _look_at_manifest(settings: Settings, keys: Keys, app: str) -> list[Finding]:
    token = settings.slack_config_token.get_secret_value()
    if not token:
        return [note("slack events", NO_CONFIG_TOKEN, ASK)]
    if not app:
        return [
            note("slack events", "Nothing tells which app this is, so events are not compared.", "Set SLACK_APP_ID.")
        ]
    try:
        installed = await keys.manifest(token, app)
    except (TellPerson, TryAgain) as refusal:
        return [note("slack events", f"Not compared: {refusal}", ASK)]
    # Scopes are compared by the token itself: what the app asks for is not yet what a workspace gave.
    compared = [one for one in manifests.compare(manifests.load(), installed) if one.part != "scopes"]
    found = [finding for one in compared for finding in _differing(one, app)]
    found += _look_at_asked(installed, app) + _look_at_addresses(settings, installed, app)
    return found or [well("slack events", "Events, commands, shortcuts and features are those of manifest.json.")]


def _look_at_asked(installed: Mapping[str, Any], app: str) -> list[Finding]:
    lacking = sorted(manifests.scopes_of(manifests.load()) - manifests.scopes_of(installed))
    if not lacking:
        return []
    words = f"The app does not even ask for: {', '.join(lacking)}."
    return [trouble("slack scopes", words, f"Add them: {_page(app)}, {HOW['scopes']}.")]


def _look_at_addresses(settings: Settings, installed: Mapping[str, Any], app: str) -> list[Finding]:
    """Where Slack delivers to must be where the bot listens."""
    by_socket = bool(settings.slack_app_token.get_secret_value())
    is_on = bool(manifests.at(installed, "settings", "socket_mode_enabled"))
    found: list[Finding] = []
    if by_socket != is_on:
        words = (
            f"Socket Mode is {'on' if is_on else 'off'}, but the bot is set to {'sockets' if by_socket else 'HTTP'}."
        )
        todo = f"Switch it {'on' if by_socket else 'off'}: {_page(app)}, Socket Mode."
        found.append(trouble("slack socket", words, todo))
    if not by_socket and settings.public_url:
        found += _look_at_request_urls(settings.public_url.rstrip("/") + manifests.EVENTS_PATH, installed, app)
    if settings.has_oauth:
        redirect = settings.public_url.rstrip("/") + REDIRECT
        known = manifests.at(installed, "oauth_config", "redirect_urls") or []
        if not any(redirect.startswith(str(url)) for url in known):
            todo = f"Add it: {_page(app)}, OAuth & Permissions, Redirect URLs."
            found.append(trouble("slack oauth", f"{redirect} is no redirect URL of the app.", todo))
    return found


def _look_at_request_urls(wanted: str, installed: Mapping[str, Any], app: str) -> list[Finding]:
    places = {
        "Event Subscriptions": manifests.at(installed, "settings", "event_subscriptions", "request_url"),
        "Interactivity & Shortcuts": manifests.at(installed, "settings", "interactivity", "request_url"),
    }
    commands = manifests.at(installed, "features", "slash_commands") or []
    places |= {f"Slash Commands, {one.get('command')}": one.get("url") for one in commands}
    wrong = [place for place, url in places.items() if url != wanted]
    if not wrong:
        return []
    words = f"Another request URL than {wanted}: {'; '.join(wrong)}."
    return [trouble("slack http", words, f"Set it in each of these: {_page(app)}.")]


async def _look_at_channels(keys: Keys, token: str, bot: Installed) -> Finding:
    try:
        channels = sorted(await keys.channels(token))
    except UnknownMethod as failure:
        return note("slack channels", str(failure), "Look at the channels' member lists.")
    except (TellPerson, TryAgain) as failure:
        return trouble("slack channels", str(failure), "Run leadhand doctor again when that is mended.")
    if not channels:
        return note("slack channels", "The bot is in no channel yet.", f"Write /invite @{bot.user} in one.")
    more = f" and {len(channels) - SHOWN} more" if len(channels) > SHOWN else ""
    shown = ", ".join(f"#{name}" for name in channels[:SHOWN])
    return well("slack channels", f"The bot is in {shown}{more}.")


def _page(app: str) -> str:
    return f"{APPS}/{app}" if app else APPS
