"""The command line: `leadhand COMMAND`."""

from __future__ import annotations

import argparse
import asyncio
import functools
import logging
import os
import sys
from collections.abc import Coroutine, Sequence
from typing import Any

from bot import doctor, logs, tryout
from bot.playground import server as playground
from bot.playground.credentials import Credentials
from bot.playground.store import StateUnusable
from bot.process import Role
from bot.serving import run_migration, run_process
from bot.settings import Settings, read_settings
from pipelines.core.errors import Refused
from storage.errors import StorageRefused

EXIT_REFUSED = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit status. What cannot be done is one plain sentence on standard error."""
    options = parser().parse_args(argv)
    # What leadhand writes holds people's words: nobody else on the machine reads it.
    os.umask(0o077)
    logs.set_up(logging.INFO if options.verbose else logging.WARNING)
    try:
        return asyncio.run(command(options, read_settings())) or 0
    except (Refused, StorageRefused, StateUnusable) as refusal:
        sys.stderr.write(f"leadhand: {refusal}\n")
        return EXIT_REFUSED
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """The commands and their options; docs/reference/commands.md tells of each."""
    made = argparse.ArgumentParser(prog="leadhand", description="Chat goes in, Trello cards come out.")
    made.add_argument("-v", "--verbose", action="store_true", help="log what is done, not only what fails")
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("try", help="run the playground and the bot on it: no account, no key")
    alone = commands.add_parser("playground", help="run the workspace and board alone")
    alone.add_argument(
        "--events-url", default="", help="deliver Slack events to this address, signed, instead of by socket"
    )
    serve = commands.add_parser("serve", help="hear Slack and web hooks")
    serve.add_argument("--with-worker", action="store_true", help="serve asks in the same process (SQLite needs this)")
    serve.add_argument("--until-eof", action="store_true", help="stop when standard input ends")
    commands.add_parser("work", help="serve asks; needs Postgres")
    commands.add_parser("migrate", help="bring the database to this version")
    commands.add_parser("doctor", help="check settings, Slack, Trello and database, and say what to do")
    return made


def command(options: argparse.Namespace, settings: Settings) -> Coroutine[Any, Any, int | None]:
    """The coroutine that does it."""
    match options.command:
        case "try":
            return tryout.run(settings, playground.start)
        case "playground":
            start = functools.partial(playground.start, credentials=accepted_tokens(settings))
            return tryout.run_playground(settings, start, options.events_url)
        case "serve":
            role = Role(hears=True, works=options.with_worker)
            return run_process(settings, role, until_eof=options.until_eof)
        case "work":
            return run_process(settings, Role(hears=False, works=True))
        case "migrate":
            return run_migration(settings)
        case _:
            return doctor.run(settings)


def accepted_tokens(settings: Settings) -> Credentials:
    """What a playground of its own accepts: the tokens that are set, so that one set serves it and its bot."""
    given = {
        "bot_token": settings.slack_bot_token,
        "app_token": settings.slack_app_token,
        "signing_secret": settings.slack_signing_secret,
        "trello_key": settings.trello_api_key,
        "trello_token": settings.trello_token,
        "trello_secret": settings.trello_api_secret,
    }
    return Credentials(**{name: value.get_secret_value() for name, value in given.items() if value.get_secret_value()})
