"""Settings, read once from the environment and `.env`; docs/reference/settings.md tells of each."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from pipelines.core.errors import Refused

PROVIDERS = frozenset({"local", "openai", "scripted"})
Names = Annotated[frozenset[str], NoDecode]
Places = Annotated[tuple[str, ...], NoDecode]


class Settings(BaseSettings):
    """Every setting, by the name of its environment variable."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    data: Path = Field(Path("data"), alias="LEADHAND_DATA", description="Data folder.")
    database_url: str = Field("", alias="DATABASE_URL", description="`sqlite:///FILE` or `postgresql://...`.")
    host: str = Field("127.0.0.1", alias="LEADHAND_HOST", description="Address the web server binds to.")
    port: int = Field(8090, alias="PORT", ge=0, le=65535, description="Port of the process's web server.")
    public_url: str = Field("", alias="LEADHAND_PUBLIC_URL", description="Where Trello can reach this bot.")

    slack_bot_token: SecretStr = Field(SecretStr(""), alias="SLACK_BOT_TOKEN", description="`xoxb-...`")
    slack_app_token: SecretStr = Field(SecretStr(""), alias="SLACK_APP_TOKEN", description="`xapp-...`: Socket Mode.")
    slack_signing_secret: SecretStr = Field(SecretStr(""), alias="SLACK_SIGNING_SECRET", description="For HTTP mode.")
    slack_client_id: str = Field("", alias="SLACK_CLIENT_ID", description="For OAuth: many workspaces.")
    slack_client_secret: SecretStr = Field(SecretStr(""), alias="SLACK_CLIENT_SECRET", description="For OAuth.")
    signing_keys: SecretStr = Field(SecretStr(""), alias="LEADHAND_SIGNING_KEYS", description="Seal stored tokens.")
    workspaces: Names = Field(frozenset(), alias="LEADHAND_WORKSPACES", description="Team ids that may install.")
    slack_app_id: str = Field("", alias="SLACK_APP_ID", description="`A...`: the app that the tokens are of.")
    slack_config_token: SecretStr = Field(SecretStr(""), alias="SLACK_CONFIG_TOKEN", description="For `doctor` alone.")
    slack_api_url: str = Field("https://slack.com/api/", alias="SLACK_API_URL", description="Slack's Web API.")

    trello_api_key: SecretStr = Field(SecretStr(""), alias="TRELLO_API_KEY", description="Key of your Power-Up.")
    trello_token: SecretStr = Field(SecretStr(""), alias="TRELLO_TOKEN", description="Token of the bot's member.")
    trello_api_secret: SecretStr = Field(SecretStr(""), alias="TRELLO_API_SECRET", description="Signs web hooks.")
    trello_api_url: str = Field("https://api.trello.com/1", alias="TRELLO_API_URL", description="Trello's API.")
    trello_board: str = Field("", alias="TRELLO_BOARD", description="Board: id, address or name.")
    trello_list: str = Field("", alias="TRELLO_LIST", description="List for new cards: name or id.")

    model: str = Field("none", alias="LEADHAND_MODEL", description="`none`, `local:NAME`, `openai:NAME`, ...")
    model_address: str = Field("", alias="LEADHAND_MODEL_URL", description="Where the local model's process listens.")
    model_seconds: int = Field(120, alias="LEADHAND_MODEL_SECONDS", ge=1, description="What a model's draft may take.")
    cache: Path = Field(Path("~/.cache/leadhand"), alias="LEADHAND_CACHE", description="Models and wheels.")
    openai_api_key: SecretStr = Field(SecretStr(""), alias="OPENAI_API_KEY", description="Key for `openai:NAME`.")
    openai_base_url: str = Field("https://api.openai.com/v1", alias="OPENAI_BASE_URL", description="Its server.")
    repos: Places = Field((), alias="LEADHAND_REPOS", description="Repositories to know: paths or clone URLs.")
    filing: Literal["preview", "direct"] = Field("preview", alias="LEADHAND_FILING", description="Who files.")
    approvers: Names = Field(frozenset(), alias="LEADHAND_APPROVERS", description="Slack ids of who may decide.")

    configurers: Literal["creators", "members", "admins"] = Field(
        "creators", alias="LEADHAND_CONFIGURERS", description="Who chooses for a channel, beside admins."
    )
    bots: Names = Field(frozenset(), alias="LEADHAND_BOTS", description="Bots that may ask: bot, app or user ids.")
    guests: Literal["nothing", "report", "everything"] = Field(
        "report", alias="LEADHAND_GUESTS", description="What guests may do."
    )
    strangers: Literal["nothing", "report", "everything"] = Field(
        "nothing", alias="LEADHAND_STRANGERS", description="What people of other workspaces may do."
    )

    @field_validator("approvers", "bots", "workspaces", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return frozenset(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("repos", mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value

    @field_validator("slack_api_url", mode="after")
    @classmethod
    def _end_with_slash(cls, value: str) -> str:
        return value if value.endswith("/") else value + "/"

    @field_validator("slack_api_url", "trello_api_url", "public_url", mode="after")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if value and not re.match(r"https?://[^/\s]", value):
            raise ValueError("it must be an address that starts with https:// or http://")
        return value

    @field_validator("model", mode="after")
    @classmethod
    def _known_model(cls, value: str) -> str:
        value = value.strip() or "none"
        provider, _, name = value.partition(":")
        if value != "none" and (provider not in PROVIDERS or not name.strip() or "," in name):
            raise ValueError("use none, local:NAME, local:PATH, openai:NAME or scripted:FILE")
        return value

    @property
    def model_url(self) -> str:
        """Where the local model's process listens: `unix:PATH` or `http://127.0.0.1:PORT/v1`."""
        return self.model_address or f"unix:{self.data.absolute() / 'model.sock'}"

    @property
    def cache_folder(self) -> Path:
        """Where models and built wheels are kept, for every checkout of this user."""
        return self.cache.expanduser()

    @property
    def database(self) -> str:
        """The database's address; a SQLite file in the data folder unless set."""
        return self.database_url or f"sqlite:///{self.data / 'leadhand.db'}"

    @property
    def secrets(self) -> frozenset[str]:
        """Every secret that is set."""
        values = (getattr(self, name) for name in type(self).model_fields)
        return frozenset(v.get_secret_value() for v in values if isinstance(v, SecretStr) and v.get_secret_value())

    @property
    def has_oauth(self) -> bool:
        """Whether workspaces install the app by OAuth."""
        return bool(self.slack_client_id and self.slack_client_secret.get_secret_value())

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that seal stored tokens, the newest first."""
        return tuple(self.signing_keys.get_secret_value().replace(",", " ").split())

    @property
    def has_trello(self) -> bool:
        """Whether a board is configured at all."""
        return bool(self.trello_api_key.get_secret_value() and self.trello_token.get_secret_value())


def read_settings(**overrides: Any) -> Settings:
    """The settings of this process. Raises Refused with one sentence for the first that makes no sense."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "settings"
        raise Refused(
            f"{name}: {first['msg'].removeprefix('Value error, ')}. See docs/reference/settings.md."
        ) from None
