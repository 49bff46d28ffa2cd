"""Web API methods that give tokens and take them back."""

from bot.playground.calls import Call, Method
from bot.playground.installs import Installs
from bot.playground.refusal import Refused
from bot.playground.store import Document

GRANTS = {"authorization_code", "refresh_token"}


class OAuthMethods:
    """The methods of `oauth.v2`, and those that end a token."""

    def __init__(self, installs: Installs) -> None:
        self._installs = installs

    def methods(self) -> dict[str, Method]:
        """Every method by its name."""
        return {
            "oauth.v2.access": self.access,
            "oauth.v2.exchange": self.exchange,
            "auth.revoke": self.revoke,
            "apps.uninstall": self.uninstall,
        }

    def access(self, call: Call) -> Document:
        """oauth.v2.access: a token for a code, or a fresh one for a refresh token."""
        self._check_client(call)
        grant = call.text("grant_type") or "authorization_code"
        if grant not in GRANTS:
            raise Refused("invalid_grant_type")
        if grant == "refresh_token":
            return self._installs.refresh(call.text("refresh_token"))
        return self._installs.redeem(call.text("code"), call.text("redirect_uri"))

    def exchange(self, call: Call) -> Document:
        """oauth.v2.exchange: a rotating token for a lasting one."""
        self._check_client(call)
        return self._installs.exchange(call.token)

    def revoke(self, call: Call) -> Document:
        """auth.revoke: end the token that is used; with `test` nothing happens."""
        if not call.flag("test"):
            self._installs.revoke(call.token)
        return {"revoked": not call.flag("test")}

    def uninstall(self, call: Call) -> Document:
        """apps.uninstall: out of the workspace whose token is used."""
        self._check_client(call)
        self._installs.leave(call.workspace.team.id)
        return {}

    def _check_client(self, call: Call) -> None:
        self._installs.check_client(call.text("client_id"), call.text("client_secret"))
