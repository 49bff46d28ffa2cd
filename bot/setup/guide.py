"""The way through `leadhand setup`, from the first question to the command that starts the bot."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import aiohttp

from bot.settings import Settings
from bot.setup import board, extras, slack_app
from bot.setup.envfile import EnvFile
from bot.setup.sitting import Sitting
from bot.setup.terminal import Stopped, Terminal
from bot.slack.keys import Keys
from pipelines.core.errors import Refused, TellPerson, TryAgain

FILE = Path(".env")
NO_TERMINAL = (
    "setup asks questions, so it needs a terminal. Without one, write .env by hand (docs/how-to/slack.md) and let "
    "`leadhand doctor` check it."
)
COME_BACK = "What you gave so far is kept in {file}: run `leadhand setup` again to go on."
WRITTEN = (
    "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_ID", "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET", "LEADHAND_SIGNING_KEYS", "LEADHAND_PUBLIC_URL", "TRELLO_API_KEY", "TRELLO_TOKEN",
    "TRELLO_API_SECRET", "TRELLO_BOARD", "TRELLO_LIST", "LEADHAND_MODEL", "OPENAI_API_KEY", "OPENAI_BASE_URL",
    "LEADHAND_REPOS",
)  # fmt: skip


async def run(settings: Settings) -> int:
    """Lead through it. Raises Refused where there is nobody to ask, or what cannot be helped by asking."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Refused(NO_TERMINAL)
    terminal = Terminal()
    async with aiohttp.ClientSession() as session:
        sitting = Sitting(terminal, EnvFile(FILE), settings, Keys(settings.slack_api_url, session))
        try:
            await _lead(sitting, session)
        except BaseException as ended:
            terminal.say()
            if isinstance(ended, (TellPerson, TryAgain, Stopped)):
                raise Refused(f"{ended} {COME_BACK.format(file=FILE)}") from None
            if not isinstance(ended, Refused):
                terminal.say(COME_BACK.format(file=FILE))
            raise
    return 0


async def _lead(sitting: Sitting, session: aiohttp.ClientSession) -> None:
    terminal = sitting.terminal
    terminal.say("leadhand setup: your own Slack, your own Trello.")
    terminal.say(f"Answers are kept in the file {FILE} here, each as soon as it works. Ctrl-C stops, and it can go on.")
    overridden = _overridden(sitting.env, os.environ)
    if overridden:
        terminal.say(f"Set in this shell, and stronger than the file: {', '.join(overridden)}. Unset what you change.")
    await slack_app.lead(sitting)
    await board.lead(sitting)
    await extras.lead_model(sitting, session)
    await extras.lead_repositories(sitting)
    terminal.say("\nDone. Next:")
    for line in (
        "leadhand migrate                 # makes the database",
        "leadhand doctor                  # looks at everything once more",
        "leadhand serve --with-worker     # the bot",
        "/invite @leadhand                # in a Slack channel; then react to a message with :ticket:",
    ):
        sitting.say(line)


def _overridden(env: EnvFile, environment: Mapping[str, str]) -> list[str]:
    kept = env.values()
    return [name for name in WRITTEN if environment.get(name) and environment[name] != kept.get(name)]
