"""Live answers in the playground: one answer, whole, whatever Slack lacks, refuses or loses on the way."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.playground.server import start
from bot.slack import shown, stream
from bot.slack.client import connect
from bot.slack.gateway import Gateway
from bot.slack.voice import Voice
from bot.slack.workspaces import OneWorkspace
from pipelines.core.asks import Place
from pipelines.core.chat import Answer, Citation, Conversation, Words
from pipelines.core.errors import TryAgain
from pipelines.policy.choices import Defaults
from pipelines.policy.house import House
from storage.audit import Audit
from storage.database import Database
from storage.outgoing import Outgoing
from storage.preferences import Preferences
from tests.team import Team, buttons, seen, who

KEY = "answer:mention:1"
CITED = Citation(
    repository="r", commit="abcdef1", path="a.py", first=1, last=2, quote="x = 1", url="https://code.example/a.py#L1"
)
TEXT = "\n\n".join(
    f"Paragraph {number}. "
    + "Some words of it. " * 12
    + ("\n\n```py\n" + "value = 1\n" * 40 + "```" if number % 9 == 4 else "")
    for number in range(75)
)


async def unveiled(talk: Conversation) -> Conversation:
    return talk


class Thread(Team):
    """A thread with a question, and gateways as processes that come and go."""

    async def begin(self, database: Database) -> None:
        await self.meet()
        self.database = database
        self.root = await self.says("mira", "a question")
        self.place = Place(team="T0LARKSPUR", channel=self.channel, thread_ts=self.root)
        self.gateways: list[Gateway] = []

    async def gateway(self) -> Gateway:
        workspaces = OneWorkspace(connect("xoxb-playground", f"{self.url}/api/", self.session))
        await workspaces.check()
        voice = Voice(workspaces, House(Preferences(self.database), Defaults()))
        self.gateways.append(Gateway(workspaces, Outgoing(self.database), Audit(self.database), unveiled, voice))
        return self.gateways[-1]

    async def live(self) -> Any:
        return (await self.gateway()).live(self.place, who("mira"), KEY)

    async def said(self) -> list[dict[str, Any]]:
        return await self.thread(self.root)

    async def shows(self, text: str) -> dict[str, Any]:
        """A message of the bot's that holds the text anywhere, in its steps, too."""

        async def shown() -> dict[str, Any] | None:
            return next((message for message in await self.said() if text in str(message)), None)

        return dict(await self.until(shown, f"the bot to show {text!r}"))

    async def faulty(self, method: str, kind: str, times: int = 1, after: int = 0) -> None:
        await self.control("fault", target="slack", method=method, kind=kind, times=times, after=after)

    async def calls(self, method: str) -> int:
        log = (await self.get("/_control/log"))["log"]
        return sum(line["summary"].startswith(f"{method}:") for line in log)


@pytest.fixture
async def thread(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Thread]:
    monkeypatch.setattr(stream, "FLUSH_EVERY", 0.02)
    monkeypatch.setattr(shown, "UPDATE_EVERY", 0.02)
    playground = await start("127.0.0.1", 0, tmp_path / "playground.db")
    database = Database.connect(sqlite_url)
    try:
        async with aiohttp.ClientSession() as session:
            thread = Thread(playground.url, session)
            await thread.begin(database)
            yield thread
            for gateway in thread.gateways:
                await gateway.close()
    finally:
        await database.close()
        await playground.close()


def words_of(messages: list[dict[str, Any]]) -> str:
    """The words of an answer: what its bodies say, without marks and what was added to close and open fences."""
    bodies = []
    for message in messages:
        for block in message.get("blocks") or []:
            if block["type"] == "markdown" or (block["type"] == "section" and len(messages) > 0):
                bodies.append(block["text"] if isinstance(block["text"], str) else block["text"]["text"])
    return bare("".join(bodies) or "".join(message["text"] for message in messages))


def tasks(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [task for block in message["blocks"] if block["type"] == "plan" for task in block["tasks"]]


def bare(text: str) -> str:
    return re.sub(r"\s|```(py)?", "", text)


async def tell(live: Any, text: str, until: Callable[[], Awaitable[Any]] | None = None) -> None:
    """Write the text as a model does, and see the first of it before the rest comes."""
    half = len(text) // 2
    for at in range(0, half, 90):
        await live.write(text[at : min(half, at + 90)])
    if until:
        await until()
    for at in range(half, len(text), 90):
        await live.write(text[at : at + 90])


async def persist(act: Callable[[], Awaitable[Any]]) -> None:
    """As a pipeline does: again and again through passing faults."""
    for _ in range(8):
        try:
            await act()
        except TryAgain:
            continue
        else:
            return
    raise AssertionError("it never came through")


def answer(text: str = TEXT) -> Answer:
    return Answer(text=text, engine="parrot", citations=(CITED,), run="run-1")


def check(said: list[dict[str, Any]], text: str = TEXT) -> None:
    assert words_of(said) == bare(text), "nothing lost, nothing doubled"
    for message in said:
        assert message.get("streaming_state") in (None, "completed")
        assert "ask_stop" not in str(message)
    assert "Worded by parrot" in seen(said[-1])
    assert "https://code.example/a.py#L1" in str(said[-1])
    assert all("feedback_buttons" not in str(message) for message in said[:-1])


async def test_a_long_answer_comes_in_messages_while_it_is_made(thread: Thread) -> None:
    assert len(TEXT) > 20_000
    live = await thread.live()
    await live.step("Search the code", "in_progress")
    assert (await thread.shows("Search the code"))["streaming_state"] == "in_progress"
    await live.step("Search the code", "complete")
    await live.step("Write the answer", "in_progress")
    await tell(live, TEXT, lambda: thread.hears(thread.root, "Paragraph 20"))
    await live.finish(answer())
    said = await thread.said()
    assert len(said) == 3
    check(said)
    assert "feedback_buttons" in str(said[-1])
    assert [task["status"] for task in tasks(said[0])] == ["complete", "complete"]
    assert all(len(message["text"]) <= 11_000 for message in said)
    assert await thread.calls("chat.appendStream") < 60, "sent by time, not by word"


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        *(
            (method, kind)
            for method in ("chat.startStream", "chat.appendStream", "chat.stopStream")
            for kind in ("lost_reply", "500", "429")
        ),
        *(("chat.", kind) for kind in ("drop", "lost_reply", "garbage")),
    ],
)
async def test_a_fault_on_the_way_loses_and_doubles_nothing(thread: Thread, method: str, kind: str) -> None:
    live = await thread.live()
    await live.step("Search the code", "in_progress")
    if method != "chat.startStream":
        await thread.shows("Search the code")
    await thread.faulty(method, kind, times=2 if method == "chat." else 1)
    await tell(live, TEXT)
    await persist(lambda: live.finish(answer()))
    check(await thread.said())


@pytest.mark.parametrize(
    ("lacking", "messages"),
    [
        (["chat.startStream"], 3),
        (["chat.startStream", "chat.update"], 3),
        (["chat.stopStream"], 3),
        (["chat.appendStream"], 3),
    ],
)
async def test_where_slack_lacks_a_method_the_answer_is_the_same(
    thread: Thread, lacking: list[str], messages: int
) -> None:
    for method in lacking:
        await thread.faulty(method, "unknown_method", times=1000)
    live = await thread.live()
    await live.step("Search the code", "in_progress")
    if lacking == ["chat.startStream"]:
        placeholder = await thread.shows("Search the code")
        assert [button["action_id"] for button in buttons(placeholder)] == ["ask_stop"]
    await tell(live, TEXT)
    await persist(lambda: live.finish(answer()))
    said = await thread.said()
    assert len(said) == messages
    check(said)


async def test_a_stream_that_slack_closed_is_gone_on_with(thread: Thread, monkeypatch: pytest.MonkeyPatch) -> None:
    live = await thread.live()
    await tell(live, "Some words. " * 20)
    first = await thread.hears(thread.root, "Some words.")
    async with thread.session.post(
        f"{thread.url}/api/chat.stopStream",
        json={"channel": thread.channel, "ts": first["ts"]},
        headers={"Authorization": "Bearer xoxb-playground"},
    ) as closed:
        assert (await closed.json())["ok"]
    await live.write("More words. " * 20)
    await live.finish(answer("Some words. " * 20 + "More words. " * 20))
    check(await thread.said(), "Some words. " * 20 + "More words. " * 20)


async def test_an_old_message_is_left_for_a_new_one(thread: Thread, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "STREAM_SECONDS", 0.0)
    live = await thread.live()
    await live.write("The first words. And\n")
    await thread.hears(thread.root, "The first words.")
    await live.write("then others.\n")
    await thread.hears(thread.root, "then others.")
    await live.write("The last.\n")
    await live.finish(answer("The first words. And\nthen others.\nThe last.\n"))
    said = await thread.said()
    assert len(said) == 2
    check(said, "The first words. And\nthen others.\nThe last.\n")


async def test_the_next_process_finishes_what_a_dead_one_began(thread: Thread) -> None:
    live = await thread.live()
    await tell(live, TEXT)
    await thread.hears(thread.root, "Paragraph 73")
    await live.close()
    half = await thread.said()
    assert half[-1]["streaming_state"] == "in_progress"

    live = await thread.live()
    await live.write("Another beginning. ")
    await persist(lambda: live.finish(answer("Another beginning. And its end.")))
    said = await thread.said()
    assert [message["ts"] for message in said] == [half[0]["ts"]], "the others are gone"
    check(said, "Another beginning. And its end.")
    again = await thread.gateway()
    assert await again.post(thread.place, answer("Another beginning. And its end."), KEY) == half[0]["ts"]
    assert len(await thread.said()) == 1


async def test_what_comes_to_something_else_takes_its_place(thread: Thread) -> None:
    gateway = await thread.gateway()
    live = gateway.live(thread.place, who("mira"), KEY)
    await live.write("These words will not stand.\n")
    await thread.hears(thread.root, "will not stand")
    await gateway.post(thread.place, Words(text="Something broke (id abc)."), KEY)
    (said,) = await thread.said()
    assert seen(said).count("Something broke") >= 1
    assert "will not stand" not in seen(said)


async def test_an_answer_that_was_not_shown_yet_is_a_plain_post(thread: Thread) -> None:
    live = await thread.live()
    await live.finish(Words(text="Quick words."))
    (said,) = await thread.said()
    assert said["text"] == "Quick words."
    assert await thread.calls("chat.startStream") == 0


async def test_a_stopped_answer_keeps_what_it_said(thread: Thread) -> None:
    live = await thread.live()
    await live.step("Write the answer", "in_progress")
    await live.write("```py\nvalue = 1\n")
    await thread.hears(thread.root, "value = 1")
    await live.stop("Stopped by <@U0MIRA>")
    (said,) = await thread.said()
    assert said["text"].replace("\n\n", "\n") == "```py\nvalue = 1\n```\n_Stopped by <@U0MIRA>_"
    assert said["streaming_state"] == "completed"


async def test_nothing_of_a_model_reaches_slack_unchecked(thread: Thread) -> None:
    live = await thread.live()
    token = "ghp_" + "a1B2" * 9
    text = f"Ask <@U0TOMAS> or <!channel>, see [this](https://evil.example/?q=1). The token is {token} so it is. [1]\n"
    for char in text:
        await live.write(char)
    await thread.hears(thread.root, "The token is [secret removed]")
    await live.finish(answer(text))
    told = str(await thread.said())
    assert token not in told
    assert "](https://evil" not in told
    assert "<@U0TOMAS>" not in told
    assert "<!channel>" not in told
