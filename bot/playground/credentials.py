"""The tokens and secrets that the playground accepts and signs with."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Credentials:
    """One set of obviously fake tokens; every other token is refused as Slack and Trello refuse one."""

    bot_token: str = "xoxb-playground"  # noqa: S105 - a fake token, printed on purpose
    app_token: str = "xapp-playground"  # noqa: S105 - a fake token, printed on purpose
    signing_secret: str = "playground-signing-secret"  # noqa: S105 - a fake secret, printed on purpose
    client_id: str = "1000.2000"
    client_secret: str = "playground-client-secret"  # noqa: S105 - a fake secret, printed on purpose
    config_token: str = "xoxe.xoxp-playground"  # noqa: S105 - a fake token, printed on purpose
    config_refresh_token: str = "xoxe-playground"  # noqa: S105 - a fake token, printed on purpose
    trello_key: str = "playground"
    trello_token: str = "playground"  # noqa: S105 - a fake token, printed on purpose
    trello_secret: str = "playground-secret"  # noqa: S105 - a fake secret, printed on purpose
