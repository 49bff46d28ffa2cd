"""Every model of the folder keeps the port's promises; over the wire, whatever the server does."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import pkgutil
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from pipelines import llm
from pipelines.core.errors import ModelFailed, TryAgain
from pipelines.core.models import Completion, Model, Request
from pipelines.llm import local, none, openai, scripted

MODULES = [
    importlib.import_module(f"pipelines.llm.{found.name}")
    for found in pkgutil.iter_modules(llm.__path__)
    if not found.ispkg
]
PLUGS = {module.__name__.rpartition(".")[2]: module for module in MODULES if hasattr(module, "connect")}
PORT = {name: method for name, method in vars(Model).items() if not name.startswith("_")}
SCHEMA = {
    "type": "object",
    "properties": {"type": {"type": "string", "maxLength": 20}},
    "required": ["type"],
    "additionalProperties": False,
}
HELLO = Request(system="You file bugs.", user="Say something.", step="test.say", deadline=5)
SHAPED = HELLO.model_copy(update={"json_schema": SCHEMA, "step": "test.shape"})


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "script.json"
    answers = [{"step": "test.shape", "answer": {"type": "bug"}}, {"answer": "The spinner never stops."}]
    path.write_text(json.dumps({"answers": answers}), "utf-8")
    return path


@pytest.fixture(params=["openai", "local port", "local socket", "scripted"])
async def model(request: pytest.FixtureRequest, wire: Any, script: Path, socket_path: Path) -> Any:
    if request.param == "local socket":
        await web.UnixSite(wire.runner, str(socket_path)).start()
    made = {
        "openai": lambda: openai.connect("big", "sk-not-a-key", wire.url),
        "local port": lambda: local.connect("small", wire.url),
        "local socket": lambda: local.connect("/models/small.gguf", f"unix:{socket_path}"),
        "scripted": lambda: scripted.connect(script),
    }[request.param]()
    yield made
    await made.close()
    await made.close()


@pytest.fixture
async def remote(wire: Any) -> Any:
    made = openai.connect("big", "sk-not-a-key", wire.url)
    yield made
    await made.close()


def test_the_folder_holds_the_known_models() -> None:
    assert set(PLUGS) == {"local", "none", "openai", "scripted"}


@pytest.mark.parametrize("name", ["local", "none", "openai"])
async def test_a_model_has_every_method_of_the_port(name: str) -> None:
    arguments = {"local": ("x", "unix:/nowhere/model.sock"), "none": (), "openai": ("x",)}[name]
    made = PLUGS[name].connect(*arguments)
    for method, wanted in PORT.items():
        if not isinstance(wanted, property):
            found = getattr(made, method)
            assert list(inspect.signature(found).parameters) == list(inspect.signature(wanted).parameters)[1:]
    assert isinstance(made.name, str)
    assert await made.ready() is (name == "openai"), "a remote model is ready until it fails; a local one is asked"
    await made.close()


async def test_no_model_is_never_ready_and_says_so() -> None:
    absent = none.connect()
    assert not await absent.ready()
    with pytest.raises(ModelFailed, match="LEADHAND_MODEL"):
        await absent.complete(HELLO)
    with pytest.raises(ModelFailed):
        [piece async for piece in absent.stream(HELLO)]


async def test_an_answer_a_stream_and_a_shape(model: Model) -> None:
    assert await model.ready()
    whole = await model.complete(HELLO)
    assert isinstance(whole, Completion)
    assert (whole.text, whole.finish) == ("The spinner never stops.", "stop")
    assert whole.tokens_in > 0
    assert whole.tokens_out > 0
    pieces = [piece async for piece in model.stream(HELLO)]
    assert len(pieces) > 1
    assert "".join(pieces) == whole.text
    assert json.loads((await model.complete(SHAPED)).text) == {"type": "bug"}


async def test_calls_at_once_do_not_mix(model: Model) -> None:
    answers = await asyncio.gather(*(model.complete(SHAPED if at % 2 else HELLO) for at in range(6)))
    assert [answer.text.startswith("{") for answer in answers] == [False, True] * 3


async def test_the_request_is_sent_as_the_wire_format_says(remote: Model, wire: Any) -> None:
    await remote.complete(SHAPED.model_copy(update={"max_tokens": 77, "temperature": 0.4}))
    (sent,) = wire.asked
    assert sent["messages"] == [
        {"role": "system", "content": "You file bugs."},
        {"role": "user", "content": "Say something."},
    ]
    assert (sent["model"], sent["max_tokens"], sent["temperature"]) == ("big", 77, 0.4)
    assert sent["response_format"]["json_schema"]["schema"] == SCHEMA


async def test_openai_itself_gets_the_words_that_it_knows() -> None:
    arguments = openai.connect("big", "sk-not-a-key")._arguments(SHAPED)  # type: ignore[attr-defined]
    assert "maxLength" not in str(arguments)
    assert "temperature" not in arguments
    assert arguments["max_completion_tokens"] == SHAPED.max_tokens


@pytest.mark.parametrize("fault", ["429", "500", "529", "429 dated"])
async def test_a_passing_fault_is_tried_again(remote: Model, wire: Any, fault: str) -> None:
    wire.faults = [fault]
    assert (await remote.complete(HELLO)).text == "The spinner never stops."
    wire.faults = [fault]
    assert "".join([piece async for piece in remote.stream(HELLO)]) == "The spinner never stops."
    assert len(wire.asked) == 4


async def test_the_server_is_left_alone_for_as_long_as_it_asks(remote: Model, wire: Any) -> None:
    wire.faults = ["429"]
    assert (await remote.complete(HELLO)).seconds >= 0.3
    wire.faults = ["429 for an hour"]
    with pytest.raises(TryAgain) as busy:
        await remote.complete(HELLO)
    assert busy.value.after == 3600
    assert len(wire.asked) == 3, "no use to wait for longer than the deadline"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("quota", "spending limit"),
        ("400", "refused the request"),
        ("401", "OPENAI_API_KEY"),
        ("404", "404"),
        ("html", "not readable"),
        ("garbage", "not readable"),
        ("list", "not readable"),
        ("no choices", "not readable"),
        ("empty", "empty"),
        ("null", "empty"),
        ("declined", "declined"),
        ("filtered", "declined"),
    ],
)
async def test_an_answer_of_no_use_fails_at_once(remote: Model, wire: Any, fault: str, words: str) -> None:
    wire.faults = [fault]
    with pytest.raises(ModelFailed, match=words):
        await remote.complete(HELLO)
    assert len(wire.asked) == 1


async def test_an_answer_that_was_cut_says_so(remote: Model, wire: Any) -> None:
    wire.faults = ["length"]
    assert (await remote.complete(HELLO)).finish == "length"
    wire.faults = ["no usage"]
    assert (await remote.complete(HELLO)).tokens_in == 0


async def test_a_hanging_server_is_left_at_the_deadline(remote: Model, wire: Any) -> None:
    wire.faults = ["hang"]
    with pytest.raises(TryAgain, match=r"longer than 0\.3 seconds"):
        await remote.complete(HELLO.model_copy(update={"deadline": 0.3}))
    await asyncio.wait_for(wire.cancelled.wait(), 2)
    wire.faults = ["hang midway"]
    with pytest.raises(TryAgain, match=r"longer than 0\.3 seconds"):
        [piece async for piece in remote.stream(HELLO.model_copy(update={"deadline": 0.3}))]


async def test_a_caller_who_leaves_takes_the_call_along(remote: Model, wire: Any) -> None:
    wire.faults = ["hang"]
    call = asyncio.create_task(remote.complete(HELLO))
    await wire.arrived.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await asyncio.wait_for(wire.cancelled.wait(), 2)


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ("break off", TryAgain),
        ("garbage midway", ModelFailed),
        ("end midway", ModelFailed),
        ("length", ModelFailed),
        ("html", ModelFailed),
    ],
)
async def test_a_stream_that_stops_short_never_looks_whole(
    remote: Model, wire: Any, fault: str, failure: type[Exception]
) -> None:
    wire.faults = [fault]
    with pytest.raises(failure):
        [piece async for piece in remote.stream(HELLO)]


async def test_a_server_that_is_not_there_is_a_passing_fault() -> None:
    for model in (openai.connect("x", "", "http://127.0.0.1:9/v1"), local.connect("x", "unix:/nowhere/model.sock")):
        with pytest.raises(TryAgain):
            await model.complete(HELLO.model_copy(update={"deadline": 0.3}))
        await model.close()
