"""`leadhand doctor` against the playground: what it finds, what it says to do, and what it never shows."""

from __future__ import annotations

import copy
import json
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.doctor import report
from bot.manifest import load
from bot.playground.credentials import Credentials
from bot.playground.server import Playground, start
from bot.settings import Settings
from pipelines.core.errors import Refused
from storage.migration import migrate

OTHER_APP = "-".join(("xapp", "1", "A0OTHER", "1", "secret"))
CONFIG = "xoxe.xoxp-playground"
Found = dict[str, list[dict[str, Any]]]
Doctor = Callable[..., Awaitable[tuple[int, Found]]]


@pytest.fixture
async def playground(tmp_path: Path) -> AsyncIterator[Playground]:
    running = await start("127.0.0.1", 0, tmp_path / "playground.db")
    yield running
    await running.close()


@pytest.fixture
async def create(playground: Playground) -> Callable[[Any], Awaitable[Any]]:
    """Makes the app of the playground anew from a manifest."""

    async def make(manifest: Any) -> Any:
        headers = {"Authorization": f"Bearer {CONFIG}"}
        async with (
            aiohttp.ClientSession() as session,
            session.post(
                f"{playground.url}/api/apps.manifest.create",
                json={"manifest": json.dumps(manifest)},
                headers=headers,
            ) as answer,
        ):
            said = await answer.json()
            assert said["ok"], said

    return make


@pytest.fixture
def doctor(playground: Playground, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Doctor:
    """Runs it as JSON: exit status, and the findings by name."""

    async def run(**changed: str) -> tuple[int, Found]:
        given = {**playground.environment(), "LEADHAND_DATA": str(tmp_path / "data"), **changed}
        settings = Settings(_env_file=None, **given)  # type: ignore[call-arg]
        status = await report.run(settings, as_json=True)
        said = json.loads(capsys.readouterr().out)
        assert said["ok"] == (status == 0)
        found: Found = {}
        for check in said["checks"]:
            assert check["todo"] or check["words"].endswith("."), check
            found.setdefault(check["name"], []).append(check)
        return status, found

    return run


@pytest.fixture
async def database(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    await migrate(f"sqlite:///{tmp_path / 'data' / 'leadhand.db'}")


@pytest.mark.usefixtures("database")
async def test_all_is_well(doctor: Doctor, create: Any) -> None:
    await create(load())
    status, found = await doctor(SLACK_CONFIG_TOKEN=CONFIG, SLACK_APP_ID="A0LEADHAND")
    assert status == 0, found
    states = {name: [one["state"] for one in ones] for name, ones in found.items()}
    expected = ("data", "database", "slack", "slack scopes", "slack socket", "slack events", "slack channels", "trello")
    assert {name: states[name] for name in expected} == {name: ["ok"] for name in expected}
    assert "Both tokens are of one app." in found["slack socket"][0]["words"]
    assert "#general" in found["slack channels"][0]["words"]
    assert states["model"] == states["repositories"] == ["note"]


async def test_what_the_app_lacks_and_has_too_much_of(doctor: Doctor, create: Any) -> None:
    other = copy.deepcopy(load())
    other["oauth_config"]["scopes"]["bot"].remove("reactions:read")
    other["oauth_config"]["scopes"]["bot"].append("files:write")
    other["settings"]["event_subscriptions"]["bot_events"].remove("reaction_added")
    other["settings"]["event_subscriptions"]["bot_events"].append("team_join")
    other["features"]["slash_commands"] = [{"command": "/ticket", "description": "x"}]
    other["features"]["shortcuts"] = []
    other["features"]["app_home"]["home_tab_enabled"] = False
    other["settings"]["interactivity"]["is_enabled"] = False
    await create(other)
    status, found = await doctor(SLACK_CONFIG_TOKEN=CONFIG)
    assert status == 1
    missing, superfluous = (one for one in found["slack scopes"] if "even ask" not in one["words"])
    assert (missing["state"], missing["words"]) == ("trouble", "Missing: reactions:read.")
    assert missing["todo"] == (
        "Add what is missing: https://api.slack.com/apps/A0LEADHAND, OAuth & Permissions, Bot Token Scopes; then press "
        "Reinstall to Workspace."
    )
    assert (superfluous["state"], "files:write" in superfluous["words"]) == ("note", True)
    for name, words, page in (
        ("slack events", "reaction_added", "Event Subscriptions"),
        ("slack commands", "/ask", "Slash Commands"),
        ("slack shortcuts", "ticket_from_message", "Interactivity & Shortcuts"),
        ("slack interactivity", "off", "Interactivity & Shortcuts"),
        ("slack home tab", "off", "App Home"),
    ):
        assert found[name][0]["state"] == "trouble"
        assert words in found[name][0]["words"]
        assert page in found[name][0]["todo"]
    assert "team_join" in found["slack events"][1]["words"]


async def test_events_that_cannot_be_compared_say_why(doctor: Doctor) -> None:
    _, found = await doctor()
    assert found["slack events"][0]["state"] == "note"
    assert "app configuration token" in found["slack events"][0]["words"]
    assert "leadhand doctor --ask" in found["slack events"][0]["todo"]
    _, found = await doctor(SLACK_CONFIG_TOKEN="xoxe.xoxp-stale-and-unknown")
    assert "Not compared: Slack does not know this token" in found["slack events"][0]["words"]


@pytest.mark.usefixtures("database")
async def test_http_for_many_workspaces(doctor: Doctor, create: Any) -> None:
    await create(load())
    by_http = {"SLACK_APP_TOKEN": "", "LEADHAND_PUBLIC_URL": "https://bot.example.com", "SLACK_CONFIG_TOKEN": CONFIG}
    oauth = {
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "a-client-secret",
        "LEADHAND_SIGNING_KEYS": "A" * 43 + "=",
    }
    status, found = await doctor(**by_http, **oauth, TRELLO_API_SECRET="")
    assert status == 1
    assert "Socket Mode is on, but the bot is set to HTTP." in found["slack socket"][0]["words"]
    assert "Another request URL than https://bot.example.com/slack/events" in found["slack http"][1]["words"]
    assert "Slash Commands, /ask" in found["slack http"][1]["words"]
    assert "Installed in T0LARKSPUR, and each token works." in found["slack oauth"][0]["words"]
    assert "slack/oauth_redirect is no redirect URL" in found["slack oauth"][1]["words"]
    assert "TRELLO_API_SECRET is not set" in found["trello hook"][0]["words"]
    _, found = await doctor(**by_http, **oauth, SLACK_BOT_TOKEN="")
    assert "Open https://bot.example.com/slack/install in each." in found["slack oauth"][0]["todo"]
    _, found = await doctor(**by_http, SLACK_CLIENT_ID="1.2")
    assert "SLACK_CLIENT_SECRET is not set" in found["slack oauth"][0]["words"]
    assert found["trello hook"][0]["state"] == "note"


@pytest.mark.parametrize(
    ("changed", "name", "words"),
    [
        ({"SLACK_BOT_TOKEN": ""}, "slack", "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_BOT_TOKEN": "xoxb-not-known-here"}, "slack", "Slack does not know this token"),
        ({"SLACK_APP_TOKEN": OTHER_APP}, "slack socket", "Slack does not know this token"),
        ({"SLACK_APP_ID": "A0OTHER"}, "slack app", "of the app A0LEADHAND, but SLACK_APP_ID is A0OTHER"),
        ({"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": ""}, "slack reach", "nothing can reach the bot"),
        ({"SLACK_API_URL": "http://127.0.0.1:9/api/"}, "slack", "Slack does not answer"),
        ({"TRELLO_TOKEN": "a-token-of-nobody"}, "trello", "Trello refused"),
        ({"TRELLO_LIST": "Nowhere"}, "trello", "TRELLO_LIST"),
        ({"DATABASE_URL": "sqlite:////proc/none/leadhand.db"}, "database", ""),
        ({"LEADHAND_DATA": "/proc/none"}, "data", "/proc/none cannot be written"),
        ({"LEADHAND_MODEL": "scripted:/none"}, "model", "no file /none"),
        ({"LEADHAND_MODEL": "openai:x", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}, "model", "Nobody answers"),
        ({"LEADHAND_REPOS": "/none"}, "repository /none", "There is no folder /none"),
    ],
)
async def test_one_thing_wrong(doctor: Doctor, changed: dict[str, str], name: str, words: str) -> None:
    status, found = await doctor(**changed)
    assert status == 1
    assert found[name][0]["state"] == "trouble"
    assert words in found[name][0]["words"]
    for value in changed.values():
        assert "secret" not in value or value not in str(found)


async def test_repositories_and_a_model_server(doctor: Doctor, tmp_path: Path) -> None:
    repository, empty = tmp_path / "repository", tmp_path / "empty"
    for folder in (repository, empty):
        subprocess.run(["git", "init", "-q", folder], check=True)  # noqa: ASYNC221  # a moment
    commit = ["git", "-C", repository, "-c", "user.name=n", "-c", "user.email=e@x", "commit", "-q"]
    subprocess.run([*commit, "--allow-empty", "-m", "m"], check=True)  # noqa: ASYNC221  # a moment
    server = web.Application()

    async def models(request: web.Request) -> web.Response:
        known = request.headers.get("Authorization") == "Bearer a-key-for-the-server"
        return web.json_response({"data": [{"id": "small"}]}, status=200 if known else 401)

    server.router.add_get("/v1/models", models)
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = {"OPENAI_BASE_URL": f"http://127.0.0.1:{runner.addresses[0][1]}/v1", "LEADHAND_MODEL": "openai:small"}
    repos = f"{repository},{empty},{repository.as_uri()},{empty.as_uri()}"
    _, found = await doctor(**base, OPENAI_API_KEY="a-key-for-the-server", LEADHAND_REPOS=repos)
    assert found["model"][0]["words"].endswith("and has small.")
    states = [ones[0]["state"] for name, ones in found.items() if name.startswith("repository ")]
    assert states == ["ok", "trouble", "ok", "trouble"]
    _, found = await doctor(**base, OPENAI_API_KEY="another-key")
    assert "refuses this key" in found["model"][0]["words"]
    _, found = await doctor(**{**base, "LEADHAND_MODEL": "openai:large"}, OPENAI_API_KEY="a-key-for-the-server")
    assert "has no model large" in found["model"][0]["words"]
    await runner.cleanup()


async def test_tokens_of_two_apps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    running = await start("127.0.0.1", 0, tmp_path / "other.db", credentials=Credentials(app_token=OTHER_APP))
    settings = Settings(_env_file=None, **running.environment(), LEADHAND_DATA=str(tmp_path))  # type: ignore[call-arg]
    await report.run(settings)
    await running.close()
    said = capsys.readouterr().out
    assert "The app-level token is of the app A0OTHER, the bot token of A0LEADHAND. Take both of one app." in said
    assert "secret" not in said


async def test_lines_for_a_person(playground: Playground, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = {**playground.environment(), "LEADHAND_DATA": str(tmp_path / "data"), "SLACK_BOT_TOKEN": "xoxb-no-such-one"}
    settings = Settings(_env_file=None, **given)  # type: ignore[call-arg]
    assert await report.run(settings) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("ok       data: ")
    assert lines[0].endswith("Nothing to do.")
    assert lines[1] == "trouble  database: There is none yet. Make it: leadhand migrate"
    assert any(line.startswith("trouble  slack: SLACK_BOT_TOKEN: Slack does not know") for line in lines)
    assert lines[-1] == "Mend what is called trouble, then run leadhand doctor again."
    assert "xoxb-" not in "\n".join(lines)
    with pytest.raises(Refused, match="needs a terminal"):
        await report.run(settings, ask=True)
