"""A set-up that cannot work: one plain sentence that says what to do, exit status 2, nothing half-written."""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.playground.server import Playground, start

pytestmark = pytest.mark.slow

PATIENCE = 30.0
Leadhand = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
async def playground(tmp_path: Path) -> AsyncIterator[Playground]:
    running = await start("127.0.0.1", 0, tmp_path / "playground.db")
    yield running
    await running.close()


def surroundings(playground: Playground, folder: Path, **overrides: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    own = {"LEADHAND_DATA": str(folder / "data"), "PORT": "0", "PYTHONPATH": str(Path.cwd())}
    return {**kept, **playground.environment(), **own, **overrides}


@pytest.fixture
def leadhand(playground: Playground, tmp_path: Path) -> Leadhand:
    """Runs a command to its end: exit status and what it said."""

    async def run(*arguments: str, **overrides: str) -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *arguments),
            env=surroundings(playground, tmp_path, **overrides),
            cwd=tmp_path,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
        assert process.returncode is not None
        return process.returncode, said.decode()

    return run


def is_one_sentence(said: str, *words: str) -> None:
    assert said.startswith("leadhand: ")
    assert said.count("\n") == 1, said
    assert "Traceback" not in said
    for word in words:
        assert word in said, said


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, ("SLACK_BOT_TOKEN", "api.slack.com/apps")),
        ({"SLACK_APP_TOKEN": "xapp-wrong"}, ("SLACK_APP_TOKEN", "api.slack.com/apps")),
        ({"SLACK_BOT_TOKEN": ""}, ("SLACK_BOT_TOKEN is not set", "leadhand try")),
        ({"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": ""}, ("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET")),
        ({"LEADHAND_FILING": "maybe"}, ("LEADHAND_FILING", "docs/reference/settings.md")),
        ({"LEADHAND_MODEL": "oracle:x"}, ("LEADHAND_MODEL", "none")),
        ({"DATABASE_URL": "nonsense"}, ("DATABASE_URL",)),
        ({"DATABASE_URL": "postgresql://nobody:hush-hush@127.0.0.1:1/x"}, ("127.0.0.1",)),
    ],
)
async def test_a_wrong_setting_is_one_sentence_and_writes_nothing(
    leadhand: Leadhand, tmp_path: Path, overrides: dict[str, str], words: tuple[str, ...]
) -> None:
    status, said = await leadhand("serve", "--with-worker", **overrides)
    assert status == 2, said
    is_one_sentence(said, *words)
    assert "hush-hush" not in said
    assert not list((tmp_path / "data").rglob("*"))


async def test_sqlite_for_several_processes_is_refused(leadhand: Leadhand) -> None:
    for command in (("serve",), ("work",)):
        status, said = await leadhand(*command)
        assert status == 2
        is_one_sentence(said, "SQLite", "--with-worker", "postgresql://")


@pytest.mark.parametrize("command", [("serve", "--with-worker"), ("try",), ("playground",)])
async def test_a_taken_port_is_one_sentence(leadhand: Leadhand, tmp_path: Path, command: tuple[str, ...]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, said = await leadhand(*command, PORT=str(port))
    assert status == 2, said
    is_one_sentence(said, f"Port {port}", "PORT=")
    assert not list((tmp_path / "data").rglob("*.db")), "nothing half-written"


@pytest.mark.parametrize("command", [("serve", "--with-worker"), ("try",), ("migrate",)])
async def test_a_data_folder_that_cannot_be_made_is_one_sentence(
    leadhand: Leadhand, tmp_path: Path, command: tuple[str, ...]
) -> None:
    # A file where the folder should be: root may write into a read-only folder, but not into a file's inside.
    (tmp_path / "file").write_text("in the way")
    status, said = await leadhand(*command, LEADHAND_DATA=str(tmp_path / "file" / "data"))
    assert status == 2, said
    is_one_sentence(said, "LEADHAND_DATA")


@pytest.mark.parametrize("command", [("serve", "--with-worker"), ("migrate",), ("doctor",)])
async def test_a_database_of_a_newer_version_is_left_alone(
    leadhand: Leadhand, tmp_path: Path, command: tuple[str, ...]
) -> None:
    assert (await leadhand("migrate"))[0] == 0
    file = tmp_path / "data" / "leadhand.db"
    with sqlite3.connect(file) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    before = file.read_bytes()
    status, said = await leadhand(*command)
    assert status != 0
    assert "newer leadhand" in said
    assert "9999" in said
    assert file.read_bytes() == before


async def test_a_playground_alone_takes_the_tokens_that_are_set_and_never_shows_them(
    playground: Playground, tmp_path: Path
) -> None:
    own = {"SLACK_BOT_TOKEN": "xoxb-of-our-own", "SLACK_APP_TOKEN": "xapp-of-our-own", "TRELLO_TOKEN": "our-own"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "playground"),
        env=surroundings(playground, tmp_path, **own),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        said = [(await asyncio.wait_for(process.stdout.readline(), PATIENCE)).decode().strip() for _ in range(10)]
        settings = dict(line.split("=", 1) for line in said if "=" in line)
        assert not any(value in "\n".join(said) for value in own.values())
        reached = {**settings, **own, "LEADHAND_DATA": str(tmp_path / "other"), "PORT": "0"}
        bot = await serve(playground, tmp_path, **reached)
        await stop(bot)
        assert bot.returncode == 0
    finally:
        await stop(process)


async def test_a_second_bot_on_the_same_file_is_refused(
    leadhand: Leadhand, playground: Playground, tmp_path: Path
) -> None:
    first = await serve(playground, tmp_path)
    try:
        status, said = await leadhand("serve", "--with-worker")
        assert status == 2
        is_one_sentence(said, "already running", "Postgres")
    finally:
        await stop(first)


async def test_with_slack_away_the_bot_stays_up_and_readiness_says_why(playground: Playground, tmp_path: Path) -> None:
    port = free_port()
    bot = await serve(playground, tmp_path, SLACK_API_URL="http://127.0.0.1:1/api/", PORT=port, wait=False)
    try:
        async with aiohttp.ClientSession() as session:
            said = await readiness(session, port)
        assert said["ok"] is False
        assert said["checks"]["slack"] == "Slack is not answering."
        assert bot.returncode is None
    finally:
        await stop(bot)
    assert bot.returncode == 0


async def half_open_slack() -> tuple[web.AppRunner, str]:
    """Answers the Web API, but its sockets lead nowhere: as behind a proxy that knows no WebSocket."""

    async def answer(request: web.Request) -> web.Response:
        url = "ws://127.0.0.1:1/nowhere"
        return web.json_response({"ok": True, "user_id": "U1", "bot_id": "B1", "team_id": "T1", "url": url})

    app = web.Application()
    app.router.add_route("*", "/api/{method}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/api/"


async def test_a_socket_that_never_opens_is_said_and_stops_nobody_from_stopping(
    playground: Playground, tmp_path: Path
) -> None:
    runner, url = await half_open_slack()
    port = free_port()
    bot = await serve(playground, tmp_path, SLACK_API_URL=url, PORT=port, wait=False)
    try:
        async with aiohttp.ClientSession() as session:
            said = await readiness(session, port)
        assert "WebSockets" in str(said["checks"])
    finally:
        bot.terminate()
        await asyncio.wait_for(bot.communicate(), 8)
        await runner.cleanup()


async def test_sigterm_during_a_slow_start_is_heard(playground: Playground, tmp_path: Path) -> None:
    runner, url = await half_open_slack()
    port = free_port()
    bot = await serve(playground, tmp_path, SLACK_API_URL=url, PORT=port, wait=False)
    async with aiohttp.ClientSession() as session:
        await readiness(session, port)
    bot.terminate()
    await asyncio.wait_for(bot.communicate(), 6)
    assert bot.returncode == 0
    await runner.cleanup()


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


async def readiness(session: aiohttp.ClientSession, port: str) -> dict[str, object]:
    for _ in range(200):
        try:
            async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                said: dict[str, object] = await answer.json()
                if "not answered yet" not in str(said):
                    return said
        except aiohttp.ClientError:
            pass
        await asyncio.sleep(0.1)
    raise AssertionError("no answer from /readyz")


async def serve(
    playground: Playground, folder: Path, *, wait: bool = True, **overrides: str
) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve", "--with-worker"),
        env=surroundings(playground, folder, **overrides),
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    while wait and b"is ready" not in await asyncio.wait_for(process.stderr.readline(), PATIENCE):
        pass
    return process


async def stop(process: asyncio.subprocess.Process) -> None:
    process.terminate()
    await asyncio.wait_for(process.communicate(), PATIENCE)
