"""`leadhand setup` at a real terminal: from nothing to a bot that drafts a ticket."""

from __future__ import annotations

import asyncio
import stat
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.playground.server import Playground
from bot.settings import read_settings
from bot.setup import guide
from bot.setup.envfile import EnvFile
from pipelines.core.errors import Refused
from tests.team import Team

pytestmark = pytest.mark.slow

PATIENCE = 30.0
BEFORE = "# ours\nLEADHAND_HOST=127.0.0.1 # the laptop\nMYSTERY='a b' \n\nexport TRELLO_LIST=nowhere\n"
SECRETS = ("xoxb-playground", "xapp-playground", "xoxe.xoxp-playground", "playground-signing-secret", "=playground")


async def test_from_nothing_to_a_bot_that_drafts(
    sit_down: Any, bare: dict[str, str], tmp_path: Path, playground: Playground
) -> None:
    """dialogue: wrong keys first, Ctrl-C in the middle, on from there; then the bot starts from what was written."""
    env = tmp_path / ".env"
    env.write_text(BEFORE)
    env.chmod(0o644)
    person = await sit_down()
    await person.answers(
        ("Choose [1]", "three"),
        "Type a number from 1 to 2",
        ("Choose [1]", ""),
        ("OAuth? [y/N]", ""),
        ("How shall it be made [1]", "2"),
        ("App configuration token", "xoxb-playground"),
        "No: That is a bot token. Here an app configuration token is needed",
        ("App configuration token", "xoxe.xoxp-unknown"),
        "No: Slack does not know this token",
        ("App configuration token", "xoxe.xoxp-playground"),
        ("Bot token", "xapp-playground"),
        "No: That is an app-level token",
        ("Bot token", "xoxb-unknown"),
        "No: Slack does not know this token",
        ("Bot token", "  SLACK_BOT_TOKEN='xoxb-playground'  "),
        "ok: leadhand in Larkspur Bikes",
        "App-level token",
        "(not shown): ",
    )
    person.interrupts()
    await person.reads("run `leadhand setup` again to go on")
    assert await person.ends() == 130
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    first = person.seen

    person = await sit_down()
    await person.answers(
        ("Choose [1]", ""),
        ("OAuth? [y/N]", "maybe"),
        "Type y or n",
        ("OAuth? [y/N]", "n"),
        ("Go on with it? [Y/n]", ""),
        "SLACK_BOT_TOKEN is there and works",
        ("Bot token", ""),
        ("App-level token (xapp", "xapp-unknown"),
        "No: Slack does not know this token",
        ("App-level token", "xapp-playground"),
        "ok: Socket Mode opens",
        ("File cards on a Trello board?", ""),
        ("API key (", "wrong"),
        "No: Trello does not know this key",
        ("API key", "playground"),
        ("Token (", "wrong"),
        "No: Trello refuses this token",
        ("Token", "playground"),
        ("Board [1]", ""),
        ("List for new cards [1]", "2"),
        ("Model [1]", ""),
        ("Paths or clone URLs", str(tmp_path / "none")),
        "No: There is no folder",
        ("Paths or clone URLs", ""),
    )
    await person.reads("leadhand serve --with-worker")
    assert await person.ends() == 0
    shown = first + person.seen
    assert [secret for secret in SECRETS if secret in shown] == []

    text = env.read_text()
    assert text.startswith("# ours\nLEADHAND_HOST=127.0.0.1 # the laptop\nMYSTERY='a b' \n\nexport TRELLO_LIST=")
    kept = EnvFile(env).values()
    assert kept["SLACK_BOT_TOKEN"] == "xoxb-playground"
    assert kept["SLACK_APP_TOKEN"] == "xapp-playground"
    assert kept["SLACK_APP_ID"] == "A0LEADHAND"
    assert kept["LEADHAND_MODEL"] == "none"
    assert "LEADHAND_REPOS" not in kept
    await _drafts(bare, tmp_path, playground)


async def _drafts(bare: dict[str, str], folder: Path, playground: Playground) -> None:
    bot = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve", "--with-worker", "--until-eof"),
        env={**bare, "PORT": "0"},
        cwd=folder,
        stdin=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert bot.stdin is not None
    assert bot.stderr is not None
    line = await asyncio.wait_for(bot.stderr.readline(), PATIENCE)
    assert b"is ready" in line, line
    async with aiohttp.ClientSession() as session:
        team = Team(playground.url, session)
        team.patience = PATIENCE
        await team.meet()
        ts = await team.says("mira", team.report)
        await team.reacts("priya", ts)
        await team.hears(ts, team.order)
    bot.stdin.close()
    await asyncio.wait_for(bot.communicate(), PATIENCE)


async def test_without_a_terminal_it_says_so_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Refused, match="setup asks questions, so it needs a terminal"):
        await guide.run(read_settings())
    assert EnvFile(tmp_path / ".env").values() == {}


async def test_by_hand_over_http_for_many(sit_down: Any, tmp_path: Path, control: Any) -> None:
    """The link of the browser holds the manifest for this address; the end of the input is no crash."""
    person = await sit_down(SLACK_CLIENT_ID="9.9")
    await person.answers(
        "stronger than the file: SLACK_CLIENT_ID",
        ("Choose [1]", "2"),
        ("OAuth? [Y/n]", ""),
        ("The public address", "http://leadhand.example.com"),
        "No: Slack needs an address that begins with https://",
        ("The public address", "https://leadhand.example.com/"),
        ("How shall it be made", ""),
    )
    link = await person.reads("The app's id")
    assert "https://api.slack.com/apps?new_app=1&manifest_json=%7B" in link
    assert "https%3A%2F%2Fleadhand.example.com%2Fslack%2Fevents" in link
    assert "%22redirect_urls%22%3A%5B%22https%3A%2F%2Fleadhand.example.com%2Fslack%2Foauth_redirect%22%5D" in link
    await control("uninstall")
    person.types("my app")
    await person.answers(
        "No: an id is",
        ("The app's id", "https://api.slack.com/apps/A0LEADHAND/general"),
        ("Bot token (", "xoxb-playground"),
        "No: The app was removed from the workspace",
        ("Bot token", ""),
        "Nothing was typed",
        "Bot token",
    )
    await person.reads(": ")
    person.ends_input()
    await person.reads("leadhand: The input ended. What you gave so far is kept in .env")
    assert await person.ends() == 2
    assert EnvFile(tmp_path / ".env").values() == {
        "LEADHAND_PUBLIC_URL": "https://leadhand.example.com",
        "SLACK_APP_ID": "A0LEADHAND",
    }


async def test_doctor_asks_for_the_token_that_shows_events(
    sit_down: Any, playground: Playground, tmp_path: Path
) -> None:
    person = await sit_down("doctor", "--ask", **playground.environment())
    await person.reads("App configuration token (xoxe.xoxp-..., not shown): ")
    person.types("xoxe.xoxp-playground")
    shown = await person.reads("slack channels")
    assert "slack events" in shown
    assert "xoxe.xoxp-playground" not in person.seen
    assert await person.ends() == 1
