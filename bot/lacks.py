"""What the set-up lacks, in words, with the settings that give it and the page that tells how."""

from __future__ import annotations

from bot.settings import Settings
from bot.slack.home import Lack

BOARD = Lack(
    name="No board",
    words="I draft cards, but I cannot file them.",
    settings=("TRELLO_API_KEY", "TRELLO_TOKEN", "TRELLO_BOARD"),
    page="docs/how-to/trello.md",
)
REPOSITORIES = Lack(
    name="No repository",
    words="I cannot answer questions about the code, and cannot triage.",
    settings=("LEADHAND_REPOS",),
    page="docs/reference/settings.md",
)
MODEL = Lack(
    name="No model",
    words="I draft by rules alone, which is quick, and plain.",
    settings=("LEADHAND_MODEL",),
    page="docs/how-to/local-model.md",
)


def find_lacks(settings: Settings) -> tuple[Lack, ...]:
    """Everything that is not set yet."""
    missing = {BOARD: not settings.has_trello, REPOSITORIES: not settings.repos, MODEL: settings.model == "none"}
    return tuple(lack for lack, is_missing in missing.items() if is_missing)
