"""Questions with a model: shown while they are answered, checked, and stopped when somebody says so."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from tests.sample_repository import Sample, make_sample
from tests.team import seen, who

pytestmark = pytest.mark.asyncio(loop_scope="module")

STEP = "qa.answer"


@pytest.fixture(scope="module")
def mode() -> str:
    """One door is enough: what a model does begins behind it."""
    return "socket"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return make_sample(tmp_path_factory.mktemp("sample") / "bikes", 11)


class SlowServer:
    """An OpenAI-compatible server whose answers go on until the client leaves, or for so many pieces."""

    def __init__(self) -> None:
        self.piece = "Words and words. "
        self.pieces = 0
        self.asked = 0
        self.left: list[float] = []
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._complete)
        self.runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        self.url = ""

    async def start(self) -> None:
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}/v1"

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await answer.prepare(request)
        sent = 0
        try:
            while not self.pieces or sent < self.pieces:
                await send(answer, {"delta": {"content": self.piece}, "finish_reason": None})
                sent += 1
                await asyncio.sleep(0 if self.pieces else 0.02)
            await send(answer, {"delta": {}, "finish_reason": "stop"})
            await answer.write(b"data: [DONE]\n\n")
        except (asyncio.CancelledError, ConnectionError):
            self.left.append(time.monotonic())
            raise
        return answer


async def send(answer: web.StreamResponse, choice: dict[str, Any]) -> None:
    chunk = {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "m",
        "choices": [{"index": 0, **choice}],
    }
    await answer.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")


@pytest_asyncio.fixture(loop_scope="module")
async def server() -> AsyncIterator[SlowServer]:
    started = SlowServer()
    await started.start()
    yield started
    await started.runner.cleanup()


@pytest_asyncio.fixture(loop_scope="module")
async def slow(open_team: Any, server: SlowServer) -> AsyncIterator[Any]:
    """A team whose model never ends, and whose bot knows no repository."""
    async with open_team(LEADHAND_MODEL="openai:m", OPENAI_BASE_URL=server.url) as team:
        team.server = server
        yield team


def script(folder: Path, *answers: dict[str, Any]) -> str:
    path = folder / "script.json"
    path.write_text(json.dumps({"name": "parrot", "answers": answers}), "utf-8")
    return f"scripted:{path}"


async def answered(team: Any, question: str, text: str) -> dict[str, Any]:
    ts = await team.says("tomas", f"@leadhand {question}")
    said = await team.hears(ts, text)
    await team.quiet()
    (last,) = await team.thread(ts)
    assert last["ts"] == said["ts"], "one answer"
    return dict(last)


async def test_the_models_words_stand_on_checked_lines(open_team: Any, sample: Sample, tmp_path: Path) -> None:
    question = sample.questions[0]
    told = f"So it is: {question.marker} [1]. It was `zqx_made_up` before [1]. See [9]."
    async with open_team(
        LEADHAND_REPOS=str(sample.folder), LEADHAND_MODEL=script(tmp_path, {"step": STEP, "answer": told})
    ) as team:
        said = await answered(team, question.text, "Worded by parrot")
        assert f"{question.marker} [1]" in seen(said)
        assert "zqx_made_up" not in seen(said)
        assert "a sentence that no line holds was left out" in seen(said)
        assert question.path in seen(said)
        await team.ended("qa.answer", "answered")
        (row,) = await team.parts.ledger.entries(5)
        assert (row.step, row.outcome) == (STEP, "answered")

        before = len(await team.messages())
        await team.commands("mira", "/ask", question.text)
        assert question.marker in await team.whispers("mira", "Worded by parrot")
        assert len(await team.messages()) == before, "a command is answered to its asker alone"

        unknown = await answered(team, sample.questions[-1].text, "I don't know")
        assert "parrot" not in seen(unknown)


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        ({"answer": "It is as it is."}, "named no line"),
        ({"answer": "NO ANSWER"}, "named no line"),
        ({"fault": "down"}, "did not answer"),
        ({"fault": "slow"}, "did not answer"),
        ({"fault": "refuse"}, "of no use"),
        ({"answer": "Half of it [1]. And more words [1].", "fault": "truncated"}, "of no use"),
        ({"fault": "garbage"}, "named no line"),
    ],
)
async def test_a_model_of_no_use_leaves_the_quotes(
    open_team: Any, sample: Sample, tmp_path: Path, answer: dict[str, Any], note: str
) -> None:
    question = sample.questions[0]
    model = script(tmp_path, {"step": STEP, **answer})
    async with open_team(LEADHAND_REPOS=str(sample.folder), LEADHAND_MODEL=model, LEADHAND_MODEL_SECONDS="1") as team:
        said = await answered(team, question.text, note)
        assert question.marker in seen(said)
        assert "Quoted word for word" in seen(said)
        assert "As it is" not in seen(said)


async def test_without_a_repository_it_says_that_nothing_was_checked(open_team: Any, tmp_path: Path) -> None:
    words = "{% if 'mira' in user.lower() %}Mira says so.{% else %}It is a word.{% endif %}"
    async with open_team(LEADHAND_MODEL=script(tmp_path, {"step": STEP, "answer": words})) as team:
        said = await answered(team, "what is a word?", "It is a word")
        assert "nothing of it was checked" in seen(said)
        assert "own knowledge" in seen(said)
        root = await team.says("mira", "We ship on Fridays.")
        await team.says("tomas", "@leadhand when do we ship?", root)
        assert "this thread alone" in seen(await team.hears(root, "Mira says so"))


async def test_a_long_answer_comes_whole(open_team: Any, server: SlowServer) -> None:
    server.piece, server.pieces = "Some words and more of them, and so on. \n", 560
    async with open_team(LEADHAND_MODEL="openai:m", OPENAI_BASE_URL=server.url) as team:
        ts = await team.says("tomas", "@leadhand tell me everything")
        await team.hears(ts, "Worded by m")
        said = await team.thread(ts)
        text = "".join(b["text"] for m in said for b in m["blocks"] if b["type"] == "markdown")
        assert len(text) > 20_000
        assert text.split() == (server.piece * 560).split()
        assert len(said) == 3


async def stop_natively(team: Any, ts: str) -> None:
    await team.control("stop", channel=team.channel, user=who("mira"), thread_ts=ts)


async def stop_by_word(team: Any, ts: str) -> None:
    await team.says("mira", "@leadhand stop, please!", ts)


async def stop_by_button(team: Any, ts: str) -> None:
    await team.presses("mira", (await team.thread(ts))[-1], "ask_stop")


@pytest.mark.parametrize("how", [stop_natively, stop_by_word, stop_by_button])
async def test_stop_ends_the_words_and_the_model(slow: Any, how: Any) -> None:
    slow.renew()
    slow.server.left.clear()
    if how is stop_by_button:
        await slow.control("fault", target="slack", method="chat.startStream", kind="unknown_method", times=1)
    ts = await slow.says("tomas", "@leadhand what is a word?")
    await slow.hears(ts, "Words and words")
    asked = time.monotonic()
    await how(slow, ts)
    said = await slow.hears(ts, "Stopped by")
    await slow.ended("qa.answer", "stopped")
    await slow.quiet()
    assert "Words and words" in seen(said), "what was said stays"
    (left,) = slow.server.left
    assert left - asked < 5.0, "within a second where the machine has nothing else to do"
    assert len(await slow.thread(ts)) == 1
    assert "ask_stop" not in str(said)


async def test_where_nothing_is_at_work_stop_says_so(slow: Any) -> None:
    slow.renew()
    ts = await slow.says("mira", "@leadhand stop")
    await slow.hears(ts, "doing nothing here")


async def test_a_draft_that_is_being_improved_stays_the_rules(open_team: Any, server: SlowServer) -> None:
    async with open_team(LEADHAND_MODEL="openai:m", OPENAI_BASE_URL=server.url) as team:
        ts = await team.says("mira", team.report)
        await team.reacts("priya", ts)
        await team.hears(ts, "is working on a better one")
        await team.says("tomas", "@leadhand stop", ts)
        draft = await team.hears(ts, "Stopped by")
        assert "This is the draft that rules made" in seen(draft)
        await team.ended("ticket.draft", "stopped")
        await team.presses("priya", draft, "ticket_file")
        await team.hears(ts, "Filed")


async def test_the_status_is_shown_and_cleared(slow: Any) -> None:
    slow.renew()
    ts = await slow.says("tomas", "@leadhand what is a word?")
    await slow.hears(ts, "Words and words")
    await stop_by_word(slow, ts)
    await slow.hears(ts, "Stopped by")
    await slow.quiet()
    log = (await slow.get("/_control/log"))["log"]
    calls = [line["detail"]["arguments"] for line in log if line["summary"].startswith("agents.sessions.setStatus: ok")]
    told = [call["status"] for call in reversed(calls) if call.get("thread_ts") == ts]
    assert sorted(told[:2]) == ["active", "processing"] or set(told) == {"active", "processing"}


TROUBLES = [
    ("conversations.members", "500", 2),
    ("conversations.replies", "500", 2),
    ("users.info", "500", 2),
    ("reactions.add", "unknown_method", 1),
    ("agents.sessions.setStatus", "unknown_method", 1),
    ("chat.postMessage", "429", 1),
    ("chat.postMessage", "lost_reply", 1),
    ("chat.startStream", "lost_reply", 1),
    ("chat.appendStream", "500", 1),
    ("chat.stopStream", "lost_reply", 1),
    ("chat.stopStream", "429", 1),
]


@pytest_asyncio.fixture(loop_scope="module")
async def talkative(open_team: Any, server: SlowServer) -> AsyncIterator[Any]:
    """A team whose model answers in many pieces."""
    server.piece, server.pieces = "A word and one more. ", 30
    async with open_team(LEADHAND_MODEL="openai:m", OPENAI_BASE_URL=server.url) as team:
        yield team


async def test_whatever_fails_on_the_way_there_is_one_answer(talkative: Any) -> None:
    for method, kind, times in TROUBLES:
        talkative.renew()
        await talkative.control("fault", target="slack", method=method, kind=kind, times=times, after=0)
        ts = await talkative.says("tomas", "@leadhand what is a word?")
        await talkative.hears(ts, "Worded by m")
        await talkative.ended("qa.answer", "answered")
        (said,) = await talkative.thread(ts)
        assert seen(said).count("A word and one more.") >= 30, (method, kind)


async def test_a_button_of_another_version_is_answered(talkative: Any) -> None:
    talkative.renew()
    ts = await talkative.says("tomas", "@leadhand what is a word?")
    said = await talkative.hears(ts, "Worded by m")
    unknown = {"type": "button", "action_id": "solve_it_all", "value": "1"}
    await talkative.control(
        "interact", channel=talkative.channel, user=who("mira"), messageTs=said["ts"], action=unknown
    )
    await talkative.whispers("mira", "I do not know this button")
