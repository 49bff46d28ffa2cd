"""The steps of setup that one way through does not take: HTTP, many workspaces, no board, models, repositories."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.setup import board, extras, slack_app
from storage.sealing import Keyring

ORIGIN = "https://leadhand.example.com"


async def test_http_and_many_workspaces_by_the_api(sitting: Any) -> None:
    """dialogue: everything at a public address; then again, where Enter keeps all of it."""
    here, person = sitting
    way = asyncio.create_task(slack_app.lead(here))
    await person.answers(
        ("Choose [1]", "2"),
        ("OAuth? [y/N]", "y"),
        ("The public address", "leadhand.example.com"),
        "No: Slack needs",
        ("The public address", f"{ORIGIN}/slack"),
        "No: Slack needs",
        ("The public address", ORIGIN),
        ("How shall it be made", "2"),
        ("App configuration token", "xoxe-1-refresh"),
        "No: That is a refresh token.",
        ("App configuration token", "xoxe.xoxp-playground"),
        ("Bot token", "two words"),
        "No: There is a space in it",
        ("Bot token", "hello"),
        "No: That is no Slack token",
        ("Bot token", "xoxb-playground"),
        "SLACK_SIGNING_SECRET is there and works",
        ("Signing secret", "xoxb-playground"),
        "No: That is a token. The signing secret",
        ("Signing secret", ""),
        f"pass {ORIGIN}/slack/events on to port",
        ("Client secret", ""),
        "LEADHAND_SIGNING_KEYS",
        f"installs it at {ORIGIN}/slack/install",
    )
    await way
    kept = here.env.values()
    assert kept["SLACK_CLIENT_ID"] == "1000.2000"
    assert kept["SLACK_CLIENT_SECRET"] == "playground-client-secret"
    assert kept["LEADHAND_PUBLIC_URL"] == ORIGIN
    assert Keyring([kept["LEADHAND_SIGNING_KEYS"]])
    assert "playground-client-secret" not in person.seen
    assert kept["LEADHAND_SIGNING_KEYS"] not in person.seen

    again = asyncio.create_task(slack_app.lead(here))
    await person.answers(
        ("Choose [2]", ""),
        ("OAuth? [Y/n]", ""),
        (f"[{ORIGIN}]", ""),
        ("Go on with it? [Y/n]", ""),
        ("Bot token", ""),
        ("Signing secret", ""),
        ("Client secret", ""),
    )
    await again
    assert here.env.values() == kept


async def test_an_old_app_makes_room_for_a_new_one(sitting: Any) -> None:
    here, person = sitting
    here.keep(SLACK_BOT_TOKEN="xoxb-of-old", SLACK_APP_TOKEN="xapp-of-old", SLACK_APP_ID="A0OLD")
    way = asyncio.create_task(slack_app.lead(here))
    await person.answers(
        ("Choose [1]", ""),
        ("OAuth? [y/N]", ""),
        ("Go on with it? [Y/n]", "n"),
        ("How shall it be made", "2"),
        ("App configuration token", "xoxe.xoxp-playground"),
        ("Bot token", "xoxb-playground"),
        ("App-level token", "xapp-playground"),
    )
    await way
    assert here.env.values()["SLACK_APP_ID"] == "A0LEADHAND"


async def test_tokens_of_another_app_are_not_taken(sitting: Any) -> None:
    here, person = sitting
    way = asyncio.create_task(slack_app.lead(here))
    await person.answers(
        ("Choose [1]", ""),
        ("OAuth? [y/N]", ""),
        ("How shall it be made", "1"),
        ("The app's id", "A0OTHERAPP"),
        ("Bot token", "xoxb-playground"),
        "No: It works, but belongs to the app A0LEADHAND and not to A0OTHERAPP.",
        "Bot token",
    )
    way.cancel()
    await asyncio.gather(way, return_exceptions=True)
    assert here.env.values() == {"SLACK_APP_ID": "A0OTHERAPP"}


async def test_a_slack_that_is_busy_is_asked_again(sitting: Any, control: Any) -> None:
    here, person = sitting
    here.keep(SLACK_BOT_TOKEN="xoxb-of-nobody")
    await control("fault", target="slack", method="auth.test", kind="500", times=1, after=1)
    await control("fault", target="slack", method="apps.connections.open", kind="drop", times=1)
    way = asyncio.create_task(slack_app.lead(here))
    await person.answers(
        ("Choose [1]", ""),
        ("OAuth? [y/N]", ""),
        ("Go on with it? [Y/n]", ""),
        "No: Slack does not know this token",
        ("Bot token (xoxb-...) (not shown)", "xoxb-playground"),
        "Not yet: Slack is busy",
        ("Bot token (xoxb-...); Enter tries it again (not shown)", ""),
        "ok: leadhand in Larkspur Bikes",
        ("App-level token", "xapp-playground"),
        "Not yet: Slack does not answer",
        ("Enter tries it again", ""),
        "ok: Socket Mode opens",
    )
    await way
    assert here.env.values()["SLACK_BOT_TOKEN"] == "xoxb-playground"


async def test_no_board_is_a_choice_and_a_public_address_needs_the_secret(sitting: Any) -> None:
    here, person = sitting
    way = asyncio.create_task(board.lead(here))
    await person.answers(("File cards on a Trello board?", "n"))
    await way
    assert here.env.values() == {}
    here.keep(LEADHAND_PUBLIC_URL=ORIGIN, TRELLO_LIST="Doing")
    way = asyncio.create_task(board.lead(here))
    await person.answers(
        ("File cards on a Trello board?", "y"),
        ("API key (", "ungültig"),
        "No: It holds a character that none has",
        ("API key (", "playground"),
        ("Token (", "playground"),
        "ok: it is the token of",
        ("Board [1]", "9"),
        "Type a number",
        ("Board [1]", "1"),
        ("List for new cards", "1"),
        ("Secret", "playground-secret"),
    )
    await way
    kept = here.env.values()
    assert set(kept) == {
        "LEADHAND_PUBLIC_URL", "TRELLO_LIST", "TRELLO_API_KEY", "TRELLO_TOKEN", "TRELLO_BOARD", "TRELLO_API_SECRET",
    }  # fmt: skip
    assert kept["TRELLO_LIST"] != "Doing"


@pytest.fixture
async def server() -> AsyncIterator[str]:
    """A model server that asks for a key."""

    async def models(request: web.Request) -> web.Response:
        known = request.headers.get("Authorization") == "Bearer a-good-key"
        return web.json_response({"data": [{"id": "large"}, {"id": "small"}]}, status=200 if known else 401)

    application = web.Application()
    application.router.add_get("/v1/models", models)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    await runner.cleanup()


async def test_a_model_behind_a_server(sitting: Any, server: str) -> None:
    here, person = sitting
    async with aiohttp.ClientSession() as session:
        way = asyncio.create_task(extras.lead_model(here, session))
        await person.answers(
            ("Model [1]", "3"),
            ("Its address", f"{server}/"),
            ("Its key (", "a-bad-key"),
            "No: The server refuses this key",
            ("Its key (", "a-good-key"),
            ("Model [1]", "2"),
            "ok: small",
        )
        await way
        assert here.env.values() == {
            "OPENAI_API_KEY": "a-good-key", "OPENAI_BASE_URL": server, "LEADHAND_MODEL": "openai:small",
        }  # fmt: skip
        way = asyncio.create_task(extras.lead_model(here, session))
        await person.answers(("1) keep openai:small", ""))
        await way
        way = asyncio.create_task(extras.lead_model(here, session))
        await person.answers(("Model [1]", "3"), "ok: start it beside the bot")
        await way
    assert here.env.values()["LEADHAND_MODEL"].startswith("local:")


async def test_a_server_that_nobody_serves_is_not_kept(sitting: Any) -> None:
    here, person = sitting
    async with aiohttp.ClientSession() as session:
        way = asyncio.create_task(extras.lead_model(here, session))
        await person.answers(
            ("Model [1]", "3"),
            ("Its address", "http://127.0.0.1:9/v1"),
            "No: Nobody answers at http://127.0.0.1:9/v1",
            ("Model [1]", "1"),
        )
        await way
    assert here.env.values() == {"LEADHAND_MODEL": "none"}


async def test_repositories_are_tried(sitting: Any, tmp_path: Path) -> None:
    here, person = sitting
    place = tmp_path / "code"
    subprocess.run(["git", "init", "-q", place], check=True)  # noqa: ASYNC221  # a moment
    commit = ["git", "-C", place, "-c", "user.name=n", "-c", "user.email=e@x", "commit", "-q", "--allow-empty"]
    subprocess.run([*commit, "-m", "m"], check=True)  # noqa: ASYNC221  # a moment
    way = asyncio.create_task(extras.lead_repositories(here))
    await person.answers(
        ("Paths or clone URLs", "code, https://user:hidden@127.0.0.1:9/none.git"),
        "No: https://127.0.0.1:9/none.git is no git repository",
        ("Paths or clone URLs", "code"),
        "ok. Everybody",
    )
    await way
    assert here.env.values() == {"LEADHAND_REPOS": str(place)}
