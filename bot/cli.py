"""The command line: `leadhand COMMAND`."""

from __future__ import annotations

import argparse
import asyncio
import functools
import logging
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from pydantic import SecretStr

from bot import logs, models, repository, ticketlines, tryout
from bot.doctor import report
from bot.oauth import print_key
from bot.playground import company_repo
from bot.playground import server as playground
from bot.playground.credentials import Credentials
from bot.playground.store import StateUnusable
from bot.process import Role
from bot.serving import run_migration, run_process
from bot.settings import Settings, read_settings
from bot.setup import guide
from pipelines.core.errors import Refused
from storage.errors import StorageRefused

EXIT_REFUSED = 2
REPOSITORY_LINES = {
    "ask": "answer questions from a repository, by JSON lines",
    "locate": "rank the files that tasks are about, by JSON lines",
}


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
    model = commands.add_parser("model", help="run the local model's process; list, fetch or check its files")
    model.add_argument("action", nargs="?", choices=("list", "pull", "check"), help="instead of running it")
    model.add_argument("name", nargs="?", help="a name of the list; the default one unless given")
    commands.add_parser("migrate", help="bring the database to this version")
    commands.add_parser("keys", help="make a key for LEADHAND_SIGNING_KEYS")
    commands.add_parser("setup", help="lead to your own Slack and Trello, question by question, and write .env")
    health = commands.add_parser("doctor", help="check settings, Slack, Trello and database, and say what to do")
    health.add_argument("--json", action="store_true", help="what was found as one JSON object")
    health.add_argument("--ask", action="store_true", help="ask for an app configuration token, to compare events too")
    index = commands.add_parser("index", help="read the repositories that questions are answered from")
    index.add_argument("--repo", default="", metavar="DIR", help="this one instead of those of LEADHAND_REPOS")
    for name, does in REPOSITORY_LINES.items():
        lines = commands.add_parser(name, help=does)
        lines.add_argument("--json", action="store_true", required=True, help="a JSON object a line, in and out")
        lines.add_argument("--repo", default="", metavar="DIR", help="this one instead of those of LEADHAND_REPOS")
    _add_ticket_lines(commands)
    return made


def _add_ticket_lines(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    draft = commands.add_parser("draft", help="draft tickets from threads, by JSON lines")
    classify = commands.add_parser("classify", help="say the types of tickets, by JSON lines")
    similar = commands.add_parser("similar", help="rank past tickets by how alike they are, by JSON lines")
    for lines in (draft, classify, similar):
        lines.add_argument("--json", action="store_true", required=True, help="a JSON object a line, in and out")
    classify.add_argument("--train", default="", metavar="FILE", help="learn the labels of this file first")
    similar.add_argument("--pool", required=True, metavar="FILE", help="the past tickets")


def command(options: argparse.Namespace, settings: Settings) -> Coroutine[Any, Any, int | None]:
    """The coroutine that does it."""
    both = Role(hears=True, works=getattr(options, "with_worker", False))
    alone = functools.partial(playground.start, credentials=accepted_tokens(settings))
    started: dict[str, Callable[[], Coroutine[Any, Any, int | None]]] = {
        "try": lambda: tryout.run(settings, playground.start, company_repo.build),
        "playground": lambda: tryout.run_playground(settings, alone, options.events_url),
        "serve": lambda: run_process(settings, both, until_eof=options.until_eof),
        "work": lambda: run_process(settings, Role(hears=False, works=True)),
        "model": lambda: models.run(settings, options.action, options.name),
        "migrate": lambda: run_migration(settings),
        "keys": print_key,
        "setup": lambda: guide.run(settings),
        "doctor": lambda: report.run(settings, as_json=options.json, ask=options.ask),
        "index": lambda: repository.run_index(settings, options.repo),
        "ask": lambda: repository.run_ask(settings, options.repo),
        "locate": lambda: repository.run_locate(settings, options.repo),
        "draft": lambda: ticketlines.run_draft(settings),
        "classify": lambda: ticketlines.run_classify(options.train),
        "similar": lambda: ticketlines.run_similar(options.pool),
    }
    return started[options.command]()


def accepted_tokens(settings: Settings) -> Credentials:
    """What a playground of its own accepts: the tokens that are set, so that one set serves it and its bot."""
    given = {
        "bot_token": settings.slack_bot_token,
        "app_token": settings.slack_app_token,
        "signing_secret": settings.slack_signing_secret,
        "client_id": SecretStr(settings.slack_client_id),
        "client_secret": settings.slack_client_secret,
        "config_token": settings.slack_config_token,
        "trello_key": settings.trello_api_key,
        "trello_token": settings.trello_token,
        "trello_secret": settings.trello_api_secret,
    }
    return Credentials(**{name: value.get_secret_value() for name, value in given.items() if value.get_secret_value()})
