"""Web API methods about the app's own configuration, for app configuration tokens."""

import json
from typing import Any

from bot.playground.calls import Call, Method
from bot.playground.credentials import Credentials
from bot.playground.events import VERIFICATION_TOKEN
from bot.playground.installs import Installs
from bot.playground.manifest import AppConfig, manifest_problems
from bot.playground.refusal import Refused
from bot.playground.store import Document
from bot.playground.team import APP_ID


class ManifestMethods:
    """The methods of `apps.manifest`, and the one that renews their token."""

    def __init__(self, installs: Installs, config: AppConfig, credentials: Credentials) -> None:
        self._installs = installs
        self._config = config
        self._credentials = credentials

    def methods(self) -> dict[str, Method]:
        """Every method by its name."""
        return {
            "apps.manifest.export": self.export,
            "apps.manifest.create": self.create,
            "apps.manifest.update": self.update,
            "apps.manifest.validate": self.validate,
            "tooling.tokens.rotate": self.rotate,
        }

    def export(self, call: Call) -> Document:
        """apps.manifest.export."""
        _own_app(call)
        return {"manifest": self._config.manifest}

    def create(self, call: Call) -> Document:
        """apps.manifest.create: the playground's one app becomes what the manifest says, and is installed as that."""
        self._config.put(_manifest(call))
        self._installs.grant_all()
        given = self._credentials
        told = {
            "client_id": given.client_id,
            "client_secret": given.client_secret,
            "verification_token": VERIFICATION_TOKEN,
            "signing_secret": given.signing_secret,
        }
        asked = f"client_id={given.client_id}&scope={self._config.scopes}"
        url = f"{call.talk.origin}/oauth/v2/authorize?{asked}"
        return {"app_id": APP_ID, "credentials": told, "oauth_authorize_url": url}

    def update(self, call: Call) -> Document:
        """apps.manifest.update: tokens that were given before keep the scopes they have."""
        _own_app(call)
        manifest = _manifest(call)
        before = self._config.scopes
        self._installs.keep_granted()
        self._config.put(manifest)
        return {"app_id": APP_ID, "permissions_updated": self._config.scopes != before}

    def validate(self, call: Call) -> Document:
        """apps.manifest.validate."""
        if call.text("app_id"):
            _own_app(call)
        _manifest(call)
        return {"errors": []}

    def rotate(self, call: Call) -> Document:
        """tooling.tokens.rotate: a new configuration token for a refresh token, which counts once."""
        call.required("refresh_token")
        return self._installs.rotate_config(call.text("refresh_token"))


def _own_app(call: Call) -> None:
    call.required("app_id")
    if not call.text("app_id").startswith("A"):
        raise Refused("invalid_app_id")
    if call.text("app_id") != APP_ID:
        raise Refused("app_not_found")


def _manifest(call: Call) -> Document:
    call.required("manifest")
    given: Any = call.arguments["manifest"]
    try:
        manifest = json.loads(given) if isinstance(given, str) else given
    except (ValueError, RecursionError):
        raise Refused("invalid_manifest", errors=[{"message": "Unable to parse manifest", "pointer": "/"}]) from None
    problems = manifest_problems(manifest)
    if problems:
        raise Refused("invalid_manifest", errors=problems)
    found: Document = manifest
    return found
