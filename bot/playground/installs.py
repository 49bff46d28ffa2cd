"""Where the app is installed: codes, tokens and their ends, as Slack's OAuth gives and takes them."""

import secrets
import time
from dataclasses import dataclass
from typing import Any, Literal

from bot.playground import events, seed
from bot.playground.credentials import Credentials
from bot.playground.manifest import AppConfig
from bot.playground.outbox import Outbox
from bot.playground.refusal import Refused
from bot.playground.rooms import Room, Rooms
from bot.playground.store import Document, Store
from bot.playground.team import APP_ID
from bot.playground.timing import Timing

# A rotating app holds two live tokens at most: the one just given, and the one before while it is swapped out.
LIVE_TOKENS = 2

Kind = Literal["bot", "app", "config"]


@dataclass(frozen=True)
class Bearer:
    """Whom a token stands for: which kind it is, which workspace it opens, what it may do."""

    kind: Kind
    team: str
    scopes: str


class Installs:
    """Hands out and takes back tokens. Everything is in the state file when a call returns."""

    def __init__(
        self,
        store: Store,
        rooms: Rooms,
        outbox: Outbox,
        config: AppConfig,
        *,
        credentials: Credentials,
        timing: Timing,
    ) -> None:
        self._store = store
        self._rooms = rooms
        self._outbox = outbox
        self._config = config
        self._credentials = credentials
        self._timing = timing
        self._codes = store.table("oauth_code")
        self._settings = store.table("oauth_setting")
        self._tokens = store.table("oauth_token")

    # Who asks

    def bearer(self, token: str) -> Bearer:
        """Whom a token stands for. Raises Refused with Slack's code for one that does not count (any more)."""
        first = self._rooms.first.team.id
        if token == self._credentials.app_token:
            return Bearer("app", first, "connections:write")
        if token == self._config_tokens["token"]:
            return Bearer("config", first, "app_configurations:read,app_configurations:write")
        document = self._token(token)
        if document is None:
            raise Refused("invalid_auth")
        if document["ended"]:
            raise Refused(document["ended"])
        if document["until"] is not None and time.time() > document["until"]:
            raise Refused("token_expired")
        return Bearer("bot", document["team"], document["scopes"])

    def _token(self, token: str) -> Document | None:
        """A bot token; the one of the credentials counts in the first workspace from the start."""
        kept = self._tokens.get(token)
        if kept is None and token == self._credentials.bot_token:
            scopes = self._granted or self._config.scopes
            return self._fresh(token, self._rooms.first.team.id, scopes, user="")
        return kept

    @property
    def _granted(self) -> str | None:
        document = self._settings.get("granted")
        return document["scopes"] if document else None

    def grant_all(self) -> None:
        """Have the token of the credentials carry what the manifest asks for now, as a new install would."""
        self._settings.put("granted", {"scopes": self._config.scopes})

    def keep_granted(self) -> None:
        """Have it go on with what it has: a changed manifest asks for more only at the next install."""
        if self._granted is None:
            self.grant_all()

    def check_client(self, client_id: str, client_secret: str) -> None:
        """Raises Refused unless this is the app."""
        if client_id != self._credentials.client_id:
            raise Refused("invalid_client_id")
        if not secrets.compare_digest(client_secret.encode(), self._credentials.client_secret.encode()):
            raise Refused("bad_client_secret")

    # Installing

    def issue_code(self, team: str, user: str, scopes: str, redirect_uri: str) -> str:
        """A code for somebody's consent; it can be redeemed once, within ten minutes."""
        code = f"{int(time.time())}.{secrets.token_hex(24)}"
        asked = {"team": team, "user": user, "scopes": scopes, "redirect_uri": redirect_uri}
        self._codes.put(code, {**asked, "until": time.time() + self._timing.code, "used": False})
        return code

    def redeem(self, code: str, redirect_uri: str) -> Document:
        """The answer of oauth.v2.access for a code. Raises Refused."""
        asked = self._codes.get(code)
        if asked is None or asked["used"] or time.time() > asked["until"]:
            raise Refused("invalid_code")
        if redirect_uri != asked["redirect_uri"]:
            raise Refused("bad_redirect_uri")
        room = self._rooms.of(asked["team"])
        if room is None:
            raise Refused("invalid_code")
        with self._store.batch():
            self._codes.put(code, {**asked, "used": True})
            self._admit(room)
            document = self._reinstalled(room, asked) or self._new_token(room, asked["scopes"], asked["user"])
        return self._describe(room, document)

    def _admit(self, room: Room) -> None:
        if room.workspace.installed:
            return
        known = self._rooms.first.workspace.users.get(self._rooms.first.team.bot_user) or {}
        bot = {**seed.bot_user(room.team, known), "deleted": False}
        room.workspace.users.put(room.team.bot_user, bot)

    def _reinstalled(self, room: Room, asked: Document) -> Document | None:
        """The workspace's lasting token with the scopes added, as Slack keeps it over a second install."""
        live = None if self._config.rotates else next((d for d in self._live(room.team.id) if d["until"] is None), None)
        if live is None:
            return None
        scopes = dict.fromkeys([*live["scopes"].split(","), *asked["scopes"].split(",")])
        return self._put({**live, "scopes": ",".join(scopes), "user": asked["user"]})

    def _live(self, team: str) -> list[Document]:
        """The workspace's tokens that count, oldest first."""
        known = {document["token"]: document for document in self._tokens.all()}
        own = self._token(self._credentials.bot_token)
        if own and own["token"] not in known:
            known = {own["token"]: own, **known}
        now = time.time()
        return [
            document
            for document in known.values()
            if document["team"] == team and not document["ended"] and (document["until"] or now) >= now
        ]

    def _new_token(self, room: Room, scopes: str, user: str) -> Document:
        rotates = self._config.rotates
        token = f"{'xoxe.xoxb-1-' if rotates else 'xoxb-'}{secrets.token_hex(20)}"
        document = self._fresh(token, room.team.id, scopes, user)
        if rotates:
            document |= {"until": time.time() + self._timing.token, "refresh": f"xoxe-1-{secrets.token_hex(30)}"}
        return self._put(document)

    def _fresh(self, token: str, team: str, scopes: str, user: str) -> Document:
        return {"token": token, "team": team, "scopes": scopes, "user": user, "until": None, "refresh": "", "ended": ""}

    def _put(self, document: Document) -> Document:
        self._tokens.put(document["token"], document)
        return document

    def _describe(self, room: Room, document: Document) -> Document:
        answer: Document = {
            "app_id": APP_ID,
            "authed_user": {"id": document["user"]},
            "scope": document["scopes"],
            "token_type": "bot",
            "access_token": document["token"],
            "bot_user_id": room.team.bot_user,
            "team": {"id": room.team.id, "name": room.workspace.settings["name"]},
            "enterprise": None,
            "is_enterprise_install": False,
        }
        if document["refresh"]:
            answer |= {"refresh_token": document["refresh"], "expires_in": int(self._timing.token)}
        return answer

    # Rotating

    def refresh(self, refresh_token: str) -> Document:
        """The answer of oauth.v2.access for a refresh token, which counts once. Raises Refused."""
        old = next((d for d in self._tokens.all() if refresh_token and d["refresh"] == refresh_token), None)
        room = self._rooms.of(old["team"]) if old else None
        if old is None or room is None or old["ended"]:
            raise Refused("invalid_refresh_token")
        with self._store.batch():
            self._put({**old, "refresh": ""})
            document = self._new_token(room, old["scopes"], old["user"])
            for stale in [d for d in self._live(room.team.id) if d["until"]][:-LIVE_TOKENS]:
                self._put({**stale, "ended": "token_revoked"})
        return self._describe(room, document)

    def exchange(self, token: str) -> Document:
        """The answer of oauth.v2.exchange: a lasting token for a rotating one. Raises Refused."""
        if not self._config.rotates:
            raise Refused("token_rotation_not_enabled")
        old = self._token(token)
        room = self._rooms.of(old["team"]) if old else None
        if old is None or room is None or old["until"] is not None:
            raise Refused("invalid_token")
        if old["ended"]:
            raise Refused("token_already_exchanged" if old.get("exchanged") else "authorization_not_found")
        with self._store.batch():
            self._put({**old, "ended": "token_revoked", "exchanged": True})
            document = self._new_token(room, old["scopes"], old["user"])
        return self._describe(room, document)

    def expire(self, team: str) -> int:
        """Let a workspace's rotating tokens run out now; how many did."""
        stale = [document for document in self._live(team) if document["until"] is not None]
        for document in stale:
            self._put({**document, "until": time.time() - 1.0})
        return len(stale)

    # Leaving

    def revoke(self, token: str) -> None:
        """End one token; when it was the last one, the app is uninstalled. The app hears of it."""
        document = self._token(token)
        room = self._rooms.of(document["team"]) if document else None
        if document is None or room is None:
            raise Refused("invalid_auth")
        if self._live(room.team.id) == [document]:
            self.uninstall(room, "token_revoked")
            return
        with self._store.batch():
            self._put({**document, "ended": "token_revoked"})
            self._tell_revoked(room)

    def leave(self, team: str) -> None:
        """Take the app out of the workspace of this team."""
        room = self._rooms.of(team)
        if room is not None:
            self.uninstall(room)

    def uninstall(self, room: Room, why: str = "account_inactive") -> None:
        """Take the app out of a workspace: every token ends, its bot leaves, and the app hears of it."""
        with self._store.batch():
            for document in self._live(room.team.id):
                self._put({**document, "ended": why})
            # A refresh token must not open the door again.
            for document in self._tokens.all():
                if document["team"] == room.team.id and document["refresh"]:
                    self._put({**document, "refresh": "", "ended": document["ended"] or why})
            self._dismiss(room)
            self._tell_revoked(room)
            self._tell(room, {"type": "app_uninstalled"})

    def _dismiss(self, room: Room) -> None:
        workspace = room.workspace
        bot = workspace.users.get(workspace.bot)
        if bot:
            workspace.users.put(workspace.bot, {**bot, "deleted": True})
        for channel in workspace.channels.all():
            if not channel["is_im"] and workspace.is_member(channel, workspace.bot):
                channel["members"].remove(workspace.bot)
                workspace.channels.put(channel["id"], channel)

    def _tell_revoked(self, room: Room) -> None:
        self._tell(room, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [room.team.bot_user]}})

    def _tell(self, room: Room, event: dict[str, Any]) -> None:
        self._outbox.offer(events.envelope(room.team, {**event, "event_ts": room.workspace.next_ts()}))

    # Configuration tokens

    @property
    def _config_tokens(self) -> Document:
        given = self._credentials
        first = {"token": given.config_token, "refresh": given.config_refresh_token}
        return self._settings.get("config") or first

    def rotate_config(self, refresh_token: str) -> Document:
        """The answer of tooling.tokens.rotate. Raises Refused."""
        if not refresh_token or refresh_token != self._config_tokens["refresh"]:
            raise Refused("invalid_refresh_token")
        fresh = {"token": f"xoxe.xoxp-1-{secrets.token_hex(20)}", "refresh": f"xoxe-1-{secrets.token_hex(30)}"}
        self._settings.put("config", fresh)
        room = self._rooms.first
        owner = next(user["id"] for user in room.workspace.users.all() if not user["is_bot"])
        now = int(time.time())
        until = {"iat": now, "exp": now + int(self._timing.token)}
        who = {"team_id": room.team.id, "user_id": owner}
        return {"token": fresh["token"], "refresh_token": fresh["refresh"], **who, **until}

    def clear(self) -> None:
        """Go back to the one install that the playground comes with."""
        self._codes.clear()
        self._settings.clear()
        self._tokens.clear()
