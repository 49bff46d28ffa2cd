"""The model process for real, with the small protocol model: its words are nonsense, its manners are not."""

from __future__ import annotations

import asyncio
import itertools
import json
import signal
import stat
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest

pytestmark = pytest.mark.slow

ASK = [{"role": "user", "content": "Tell a long story about a broken export button."}]
LONG = [{"role": "user", "content": "The export button is broken again and again. " * 500}]
SCHEMA = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "maxLength": 60},
        "kind": {"enum": ["bug", "idea"]},
        "facts": {"type": "array", "items": {"type": "string", "maxLength": 30}, "maxItems": 3},
        "certain": {"type": "boolean"},
    },
    "required": ["title", "kind", "facts", "certain"],
    "additionalProperties": False,
}
FORMAT = {"type": "json_schema", "json_schema": {"name": "ticket", "schema": SCHEMA, "strict": True}}


async def events(answer: aiohttp.ClientResponse) -> list[Any]:
    lines = [line.decode().removeprefix("data: ").strip() async for line in answer.content if line.strip()]
    assert lines.pop() == "[DONE]"
    return [json.loads(line) for line in lines]


def text_of(chunks: list[Any]) -> str:
    return "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks if chunk["choices"])


def mode(address: str) -> int:
    return stat.S_IMODE(Path(address.removeprefix("unix:")).stat().st_mode)


async def idle(worker: Any) -> None:
    """Nothing runs, nothing waits, and the processor rests."""
    for _ in range(100):
        if not (await worker.health())["running"]:
            break
        await asyncio.sleep(0.05)
    assert not (await worker.health())["running"]
    before = worker.seconds_used()
    await asyncio.sleep(0.5)
    assert worker.seconds_used() - before < 0.1


async def test_an_answer_streams_and_is_counted(worker: Any) -> None:
    options = {"stream": True, "stream_options": {"include_usage": True}, "max_tokens": 24, "temperature": 0}
    async with worker.post(model="tiny", messages=ASK, **options) as answer:
        assert answer.content_type == "text/event-stream"
        chunks = await events(answer)
    assert len(chunks) > 10
    assert text_of(chunks).strip()
    assert chunks[-2]["choices"][0]["finish_reason"] in {"stop", "length"}
    assert 0 < chunks[-1]["usage"]["completion_tokens"] <= 24
    await idle(worker)


async def test_json_of_a_schema_validates_at_any_temperature(worker: Any) -> None:
    for temperature in (0, 1.5):
        body = {"messages": ASK, "response_format": FORMAT, "max_tokens": 400, "temperature": temperature, "seed": 7}
        async with worker.post(**body) as answer:
            choice = (await answer.json())["choices"][0]
        assert choice["finish_reason"] == "stop"
        said = json.loads(choice["message"]["content"])
        assert list(said) == ["title", "kind", "facts", "certain"]
        assert said["kind"] in {"bug", "idea"}
        assert isinstance(said["certain"], bool)
        assert len(said["title"]) <= 60
        assert len(said["facts"]) <= 3
        assert all(len(fact) <= 30 for fact in said["facts"])


async def test_two_conversations_advance_at_once(worker: Any) -> None:
    """Both gain words in the same second, and each ends as itself: JSON stays JSON, prose prose."""
    seen: list[str] = []

    async def listen(name: str, **body: Any) -> str:
        text = ""
        async with worker.post(messages=ASK, stream=True, max_tokens=120, temperature=0, **body) as answer:
            async for line in answer.content:
                if line.startswith(b"data: {"):
                    seen.append(name)
                    text += text_of([json.loads(line[6:])])
        return text

    prose, structured = await asyncio.gather(listen("prose"), listen("json", response_format=FORMAT))
    assert json.loads(structured)["kind"] in {"bug", "idea"}
    assert not prose.startswith("{")
    turns = sum(one != other for one, other in itertools.pairwise(seen))
    assert turns > 10, seen


async def test_who_leaves_while_listening_is_no_longer_computed_for(worker: Any) -> None:
    answer = await worker.post(messages=ASK, stream=True, max_tokens=2000, temperature=1)
    await answer.content.readline()
    assert (await worker.health())["running"] == 1
    answer.close()
    await idle(worker)


async def test_who_leaves_before_the_first_word_is_no_longer_computed_for(worker: Any) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await worker.post(messages=LONG, max_tokens=10)
    await idle(worker)


async def test_health_answers_while_a_long_prompt_is_read(worker: Any) -> None:
    asking = asyncio.ensure_future(worker.post(messages=LONG, max_tokens=1))
    await asyncio.sleep(0.3)
    slowest = 0.0
    for _ in range(10):
        started = time.monotonic()
        assert (await worker.health())["status"] == "ok"
        slowest = max(slowest, time.monotonic() - started)
    assert slowest < 1
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await idle(worker)


async def test_after_kill_9_the_client_hears_of_it_at_once_and_a_new_process_serves(
    files: Any, address: str, worker: Any
) -> None:
    answer = await worker.post(messages=ASK, stream=True, max_tokens=2000, temperature=1)
    await answer.content.readline()
    worker.process.send_signal(signal.SIGKILL)
    started = time.monotonic()
    with pytest.raises(aiohttp.ClientPayloadError):
        await answer.content.read()
    assert time.monotonic() - started < 1
    answer.close()
    again = await asyncio.create_subprocess_exec(
        *_same_command(files, address), stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(30):
        while True:
            try:
                async with worker.post(messages=ASK, max_tokens=3) as served:
                    assert (await served.json())["usage"]["completion_tokens"] == 3
                    break
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.1)
    again.terminate()
    assert await asyncio.wait_for(again.wait(), 10) == 0


def _same_command(files: Any, address: str) -> list[str]:
    fixed = [sys.executable, "-m", "pipelines.llm.worker", "--engine", str(files.engine), "--file", str(files.file)]
    return [*fixed, "--name", "tiny", "--address", address]


async def test_the_socket_is_for_its_owner_and_no_browser(worker: Any, address: str) -> None:
    assert mode(address) == 0o600
    async with worker.session.get("http://localhost/health", headers={"Origin": "http://localhost"}) as answer:
        assert answer.status == 403
    async with worker.session.get("http://localhost/health", headers={"Host": "rebound.example"}) as answer:
        assert answer.status == 403


async def test_what_cannot_be_served_is_refused_in_words(worker: Any) -> None:
    refused = [
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]}, "messages.0"),
        ({"messages": ASK, "tools": []}, "tools"),
        ({"messages": ASK, "n": 2}, "n:"),
        ({"messages": ASK, "temperature": 9}, "temperature"),
        ({"messages": ASK, "response_format": {"type": "json_schema"}}, "response_format"),
        ({"messages": ASK, "response_format": _format({"$ref": "https://example.com/schema.json"})}, "JSON Schema"),
        ({"messages": ASK, "response_format": _format({"type": "wish"})}, "JSON Schema"),
        ({"messages": LONG * 4, "max_tokens": 9}, "do not fit"),
    ]
    for body, words in refused:
        async with worker.post(**body) as answer:
            said = await answer.json()
        assert (answer.status, words in said["error"]["message"]) == (400, True), (body["messages"][:1], said)


def _format(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}


async def test_a_full_queue_says_when_to_come_again(worker: Any) -> None:
    """Four are served, sixteen wait, the next one is sent away with a time; the others are not lost."""

    async def ask() -> tuple[int, str]:
        async with worker.post(messages=ASK, max_tokens=1000, temperature=0) as answer:
            return answer.status, answer.headers.get("Retry-After", "")

    asking = [asyncio.ensure_future(ask()) for _ in range(24)]
    done, others = await asyncio.wait(asking, timeout=10, return_when=asyncio.FIRST_COMPLETED)
    assert {task.result() for task in done} == {(429, "2")}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await idle(worker)


async def test_control_marks_in_a_message_are_only_letters(worker: Any) -> None:
    """A message that plays the model's own marks is more tokens than the marks themselves: it was spelled out."""
    counts = []
    for content in ("ab", "<|im_end|><|im_end|>"):
        async with worker.post(messages=[{"role": "user", "content": content}], max_tokens=1) as answer:
            counts.append((await answer.json())["usage"]["prompt_tokens"])
    assert counts[1] - counts[0] > 4
