"""The state file: what was acknowledged is there after a restart, and after kill -9."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.playground.server import start
from bot.playground.store import StateUnusable, Store

PROGRAM = """
import asyncio, sys
from pathlib import Path
from bot.playground.server import start

async def main():
    playground = await start("127.0.0.1", 0, Path(sys.argv[1]))
    print(playground.url, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_a_restart_continues(tmp_path: Path, drive: Any) -> None:
    first = await start("127.0.0.1", 0, tmp_path / "state.db")
    driver = drive(first.url)
    tips = (await driver.read("state"))["tips"]
    root = await driver.say("root")
    await driver.say("reply", thread_ts=root["ts"])
    await driver.act("reaction", channel="C0GENERAL", ts=root["ts"], user="U0WEI", name="ticket")
    blocks = [{"type": "divider"}]
    metadata = {"event_type": "e", "event_payload": {}}
    posted = await driver.call("chat.postMessage", channel="C0GENERAL", text="t", blocks=blocks, metadata=metadata)
    gone = await driver.say("gone")
    await driver.act("delete-message", channel="C0GENERAL", ts=gone["ts"], user="U0MIRA")
    await driver.act("edit-message", channel="C0GENERAL", ts=root["ts"], user="U0MIRA", text="root, edited")
    direct = await driver.act("open-dm", user="U0MIRA", **{"with": "U0LEADHAND"})
    before = await driver.messages()
    await first.close()

    second = await start("127.0.0.1", 0, tmp_path / "state.db")
    driver = drive(second.url)
    after = await driver.messages()
    assert [{**m, "permalink": ""} for m in after] == [{**m, "permalink": ""} for m in before]
    assert after[-3]["reactions"][0]["users"] == ["U0WEI"]
    assert after[-3]["text"] == "root, edited"
    history = await driver.call("conversations.history", channel="C0GENERAL", limit=1, include_all_metadata=True)
    assert history["messages"][0]["metadata"] == metadata
    assert (await driver.act("open-dm", user="U0MIRA", **{"with": "U0LEADHAND"})) == direct
    again = (await driver.read("state"))["tips"]
    assert again == [tip.replace(first.url, second.url) for tip in tips]
    assert f"<{second.url}/archives/C0SUPPORT/p" in again[0]
    later = await driver.say("later")
    assert later["ts"] > posted["ts"]
    await second.close()


async def test_reset_goes_back_to_the_seed(driver: Any) -> None:
    seeded = len(await driver.messages(limit=1000))
    await driver.say("noise")
    await driver.act("fault", target="slack", method="auth.test", kind="500")
    assert (await driver.act("reset"))["ok"]
    assert len(await driver.messages(limit=1000)) == seeded
    assert (await driver.call("auth.test"))["ok"], "faults are forgotten"
    assert (await driver.read("log"))["log"][:-1] == []
    assert (await driver.call("chat.postMessage", channel="C0GENERAL", text="still works"))["ok"]


async def test_a_taken_port_says_so_and_writes_nothing(tmp_path: Path, playground: Any) -> None:
    port = int(playground.url.rpartition(":")[2])
    with pytest.raises(OSError, match=r"(?i)address already in use"):
        await start("127.0.0.1", port, tmp_path / "other.db")
    assert not (tmp_path / "other.db").exists()


def not_ours(path: Path) -> None:
    path.write_bytes(b"no database at all, but long enough to look like one" * 10)


def newer(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()


def folder(path: Path) -> None:
    path.mkdir()


def without_a_folder(path: Path) -> None:
    path.parent.rmdir()


def under_a_file(path: Path) -> None:
    path.parent.rmdir()
    path.parent.write_text("a file")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (not_ours, "is not a playground state file"),
        (newer, "written by a newer leadhand"),
        (folder, "cannot be written"),
        (without_a_folder, "cannot be written"),
        (under_a_file, "cannot be written"),
    ],
)
def test_an_unusable_file_is_explained(tmp_path: Path, spoil: Any, words: str) -> None:
    path = tmp_path / "data" / "state.db"
    path.parent.mkdir()
    spoil(path)
    with pytest.raises(StateUnusable, match=words):
        Store(path)


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_only_its_owner_reads_the_file(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        store = Store(tmp_path / "state.db")
        store.table("thing").put("a", {"n": 1})
    finally:
        os.umask(before)
    modes = {file.name: oct(file.stat().st_mode & 0o777) for file in tmp_path.iterdir()}
    assert modes == dict.fromkeys(("state.db", "state.db-wal"), "0o600")
    store.close()


def test_one_file_serves_one_playground(tmp_path: Path) -> None:
    store = Store(tmp_path / "state.db")
    store.table("thing").put("a", {"n": 1})
    with pytest.raises(StateUnusable, match="in use by another playground"):
        Store(tmp_path / "state.db")
    store.close()


def test_a_batch_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    store = Store(tmp_path / "state.db")
    things = store.table("thing")
    things.put("a", {"n": 1})

    def break_off() -> None:
        with store.batch():
            things.put("a", {"n": 2})
            things.put("b", {"n": 3})
            raise KeyError

    with pytest.raises(KeyError):
        break_off()
    assert things.items() == [("a", {"n": 1})]
    with store.batch(), store.batch():
        things.put("b", {"n": 3})
        things.delete("a")
        things.delete("never there")
    store.close()
    again = Store(tmp_path / "state.db").table("thing")
    assert (again.all(), len(again), "b" in again, again.get("a")) == ([{"n": 3}], 1, True, None)


async def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return (await asyncio.to_thread(process.stdout.readline)).strip()


@pytest.mark.slow
async def test_kill_minus_nine_loses_nothing_acknowledged(tmp_path: Path, drive: Any) -> None:
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "state.db")]
    acknowledged: list[str] = []
    for turn in range(3):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: ASYNC220 - starts, does not wait
        driver = drive(await first_line(process))
        kept = [message["text"] for message in await driver.messages(limit=100_000)]
        assert [text for text in acknowledged if text not in kept] == []

        async def write(driver: Any = driver, turn: int = turn) -> None:
            for number in range(10_000):
                await driver.say(f"turn {turn} message {number}")
                acknowledged.append(f"turn {turn} message {number}")

        writing = asyncio.create_task(write())
        await asyncio.sleep(0.3)
        os.kill(process.pid, signal.SIGKILL)
        assert await asyncio.to_thread(process.wait) == -signal.SIGKILL
        process.stdout.close()  # type: ignore[union-attr]
        await asyncio.wait([writing])
        assert writing.exception() is not None, "the writer saw the process die"
        assert any(text.startswith(f"turn {turn} ") for text in acknowledged)


@pytest.mark.slow
async def test_kill_minus_nine_leaves_streams_sessions_and_files(tmp_path: Path, drive: Any) -> None:
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "state.db")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: ASYNC220 - starts, does not wait
    driver = drive(await first_line(process))
    root = await driver.say("work on this", files=[{"name": "a.txt", "content_base64": "aGVsbG8="}])
    place = {"channel": "C0GENERAL", "thread_ts": root["ts"]}
    reader = {"recipient_user_id": "U0MIRA", "recipient_team_id": "T0LARKSPUR"}
    stream = await driver.call("chat.startStream", **place, **reader, markdown_text="so ")
    session = {"channel_id": "C0GENERAL", "thread_ts": root["ts"], "status": "processing"}
    assert (await driver.call("agents.sessions.setStatus", **session))["ok"]
    os.kill(process.pid, signal.SIGKILL)
    assert await asyncio.to_thread(process.wait) == -signal.SIGKILL
    process.stdout.close()  # type: ignore[union-attr]

    again = await start("127.0.0.1", 0, tmp_path / "state.db")
    driver = drive(again.url)
    assert [one["status"] for one in (await driver.read("state"))["sessions"]] == ["processing"]
    where = {"channel": "C0GENERAL", "ts": stream["ts"]}
    assert (await driver.call("chat.appendStream", **where, markdown_text="far"))["ok"]
    assert (await driver.call("chat.stopStream", **where))["message"]["text"] == "so far"
    file = (await driver.messages())[-2]["files"][0]
    async with driver.session.get(f"{driver.url}/_control/files/{file['id']}") as response:
        assert await response.read() == b"hello"
    await again.close()
