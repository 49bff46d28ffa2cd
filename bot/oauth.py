"""Wires the workspaces as the settings ask for them: one by its token, or many by OAuth."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import aiohttp

from bot import manifest
from bot.settings import Settings
from bot.slack.client import connect
from bot.slack.install import Installer
from bot.slack.installed import InstalledWorkspaces, WorkspaceClient
from bot.slack.renewal import AppKeys, Renewal
from bot.slack.workspaces import OneWorkspace, Workspaces
from pipelines.core.errors import Refused
from storage.audit import Audit
from storage.database import Database
from storage.installations import Installations
from storage.sealing import Keyring, make_key


@dataclass(frozen=True)
class Tenancy:
    """The workspaces; with OAuth also the pages that install the app in one more, and the rows they fill."""

    workspaces: Workspaces
    installer: Installer | None = None
    installations: Installations | None = None


def make_tenancy(settings: Settings, database: Database, audit: Audit, session: aiohttp.ClientSession) -> Tenancy:
    """Nothing is contacted. Raises Refused or StorageRefused for OAuth that lacks a setting."""
    own = make_own(settings, session)
    if not settings.has_oauth:
        return Tenancy(own)
    keyring = Keyring(settings.keys)
    installations = Installations(database, keyring)
    app = connect("", settings.slack_api_url, session)
    app_keys = AppKeys(settings.slack_client_id, settings.slack_client_secret.get_secret_value())

    def make_client(token: str) -> WorkspaceClient:
        return connect(token, settings.slack_api_url, session, kind=WorkspaceClient, secrets=settings.secrets)

    workspaces = InstalledWorkspaces(
        installations,
        Renewal(installations, app, audit, app_keys),
        audit,
        client=app,
        make_client=make_client,
        own=own if settings.slack_bot_token.get_secret_value() else None,
    )
    installer = Installer(
        installations,
        keyring,
        audit,
        client=app,
        make_client=make_client,
        app_keys=app_keys,
        scopes=sorted(manifest.scopes_of(manifest.load())),
        welcome=settings.workspaces,
        served=workspaces.teams,
        changed=workspaces.forget,
    )
    return Tenancy(workspaces, installer, installations)


def make_own(settings: Settings, session: aiohttp.ClientSession) -> OneWorkspace:
    """The workspace of SLACK_BOT_TOKEN."""
    token = settings.slack_bot_token.get_secret_value()
    return OneWorkspace(connect(token, settings.slack_api_url, session, secrets=settings.secrets))


def check_oauth(settings: Settings) -> None:
    """Raises Refused or StorageRefused when OAuth is asked for by half."""
    if bool(settings.slack_client_id) != bool(settings.slack_client_secret.get_secret_value()):
        lacking = "SLACK_CLIENT_SECRET" if settings.slack_client_id else "SLACK_CLIENT_ID"
        raise Refused(f"OAuth needs SLACK_CLIENT_ID and SLACK_CLIENT_SECRET; {lacking} is not set.")
    if settings.has_oauth:
        Keyring(settings.keys)


async def print_key() -> None:
    """A new key for LEADHAND_SIGNING_KEYS, on standard output."""
    sys.stdout.write(make_key() + "\n")
