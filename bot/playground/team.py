"""Who is who in a workspace of the playground: the team's id and those of the app's bot in it."""

from dataclasses import dataclass

APP_ID = "A0LEADHAND"


@dataclass(frozen=True)
class Team:
    """Slack's ids of one workspace and of the app's bot there; both are unique over all workspaces."""

    id: str
    bot_user: str
    bot_id: str


LARKSPUR = Team("T0LARKSPUR", "U0LEADHAND", "B0LEADHAND")
