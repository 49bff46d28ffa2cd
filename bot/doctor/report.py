"""Every look in turn, and what was found: a line each, or JSON."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace

import aiohttp
from pydantic import SecretStr

from bot.doctor import board, machine, slack
from bot.doctor.finding import Finding, trouble
from bot.settings import Settings
from pipelines.core.errors import LeadhandError, Refused, TryAgain
from storage.errors import StorageRefused

Look = Callable[[Settings, aiohttp.ClientSession], Awaitable[list[Finding]]]

LOOKS: dict[str, Look] = {
    "data": machine.look_at_data,
    "database": machine.look_at_database,
    "slack": slack.look,
    "trello": board.look,
    "model": machine.look_at_model,
    "repositories": machine.look_at_repositories,
}
READY = "All is well. Start the bot: leadhand serve --with-worker"
NOT_READY = "Mend what is called trouble, then run leadhand doctor again."
# Shorter ones are parts of ordinary words, and no real one is.
SHORTEST = 12
NO_TERMINAL = "--ask needs a terminal to ask at: set SLACK_CONFIG_TOKEN instead."


async def run(settings: Settings, *, as_json: bool = False, ask: bool = False) -> int:
    """Print what was found; 0 when all is well, 1 when something needs a hand. Raises Refused."""
    if ask:
        settings = settings.model_copy(update={"slack_config_token": SecretStr(_asked())})
    found: list[Finding] = []
    async with aiohttp.ClientSession() as session:
        for name, look in LOOKS.items():
            findings = await _looked(name, look, settings, session)
            found += findings
            if not as_json:
                sys.stdout.write("".join(f"{finding.line()}\n" for finding in findings))
                sys.stdout.flush()
    well = not any(finding.state == "trouble" for finding in found)
    if as_json:
        checks = [asdict(finding) for finding in found]
        sys.stdout.write(json.dumps({"ok": well, "checks": checks}, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write((READY if well else NOT_READY) + "\n")
    return 0 if well else 1


async def _looked(name: str, look: Look, settings: Settings, session: aiohttp.ClientSession) -> list[Finding]:
    try:
        found = await look(settings, session)
    except TryAgain as failure:
        found = [trouble(name, str(failure), "Run leadhand doctor again in a while.")]
    except (LeadhandError, StorageRefused) as failure:
        # Their words say what to do already.
        found = [trouble(name, str(failure), "")]
    secrets = sorted(settings.secrets, key=len, reverse=True)
    return [_masked(finding, [secret for secret in secrets if len(secret) >= SHORTEST]) for finding in found]


def _masked(finding: Finding, secrets: list[str]) -> Finding:
    """No secret in any line, whatever words a server used."""
    words, todo = finding.words, finding.todo
    for secret in secrets:
        words, todo = words.replace(secret, "***"), todo.replace(secret, "***")
    return replace(finding, words=words, todo=todo)


def _asked() -> str:
    if not sys.stdin.isatty():
        raise Refused(NO_TERMINAL)
    return getpass.getpass("App configuration token (xoxe.xoxp-..., not shown): ", sys.stderr).strip()
