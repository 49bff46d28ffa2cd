"""The durable engine: a finished step is never done again, a name and key are one workflow."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, make_url

from storage.connection import normalise
from storage.engine import Engine, Run, Workflow
from storage.errors import StorageRefused
from storage.models import ENGINE_SCHEMA, ENGINE_TABLES, is_ours, metadata

Launch = Callable[..., Awaitable[Engine]]


class Busy(Exception):
    """An expected failure, with more than its words."""

    def __init__(self, words: str, *, after: float = 0.0) -> None:
        super().__init__(words)
        self.after = after


class VeryBusy(Busy):
    """A kind of it."""


@pytest.fixture
async def launch(database_url: str) -> AsyncIterator[Launch]:
    engines: list[Engine] = []

    async def launched(**workflows: Workflow) -> Engine:
        engine = Engine(database_url, workflows, executor="test", expected=(Busy,), sweep_seconds=0.1)
        await engine.launch()
        engines.append(engine)
        return engine

    yield launched
    for engine in engines:
        await engine.close(0)


async def idle(engine: Engine) -> None:
    for _ in range(500):
        if not await engine.pending():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the workflows do not end")


async def test_steps_results_and_failures(launch: Launch, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[Any] = []

    async def result() -> Any:
        return {"list": (1, 2.5, None, "🎫"), "nested": {"yes": True}}

    async def busy() -> str:
        raise VeryBusy("try later", after=2.5)

    async def bug() -> str:
        raise LookupError("a secret")

    async def unstorable() -> Any:
        return object()

    async def flow(run: Run, argument: str) -> None:
        seen.append((run.key, argument))
        seen.append(await run.step("result", result))
        for name, fails in (("busy", busy), ("bug", bug), ("unstorable", unstorable)):
            try:
                await run.step(name, fails)
            except Exception as failure:  # noqa: BLE001 - what comes out is the question here
                seen.append((type(failure), getattr(failure, "after", None)))
        raise ValueError("another secret")

    async def healthy(run: Run, argument: str) -> None:
        seen.append("the next one runs")

    caplog.set_level(logging.INFO)
    engine = await launch(flow=flow, healthy=healthy)
    assert await engine.healthy()
    await engine.start("flow", "C1:1.0", "an argument")
    await idle(engine)
    assert seen == [
        ("C1:1.0", "an argument"),
        {"list": [1, 2.5, None, "🎫"], "nested": {"yes": True}},
        (VeryBusy, 2.5),
        (LookupError, None),
        (TypeError, None),
    ]
    await engine.start("healthy", "k", "")
    await engine.start("flow", "C1:1.0", "an argument")
    await idle(engine)
    assert seen[5:] == ["the next one runs"]
    # The workflow logs its own failure; the engine adds no secrets to it, and no noise.
    assert "secret" not in caplog.text
    assert [record.name for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_started_twenty_times_it_runs_once(launch: Launch) -> None:
    runs: list[str] = []

    async def flow(run: Run, argument: str) -> None:
        runs.append(f"flow {run.key} {argument}")
        await run.sleep(0.2)

    async def other(run: Run, argument: str) -> None:
        runs.append(f"other {run.key} {argument}")

    engine = await launch(flow=flow, other=other)
    await asyncio.gather(*(engine.start("flow", "k", f"{n}") for n in range(10)))
    for n in range(10):
        await engine.start("flow", "k", f"later {n}")
    await idle(engine)
    await engine.start("flow", "k", "after the end")
    await engine.start("other", "k", "same key")
    await idle(engine)
    await engine.close(1)
    engine = await launch(flow=flow, other=other)
    await engine.start("flow", "k", "after a restart")
    await idle(engine)
    assert [line for line in runs if line.startswith("other")] == ["other k same key"]
    assert len(runs) == 2


async def test_a_stop_interrupts_and_the_next_launch_goes_on(launch: Launch) -> None:
    done: list[str] = []
    reached = asyncio.Event()

    async def act() -> str:
        done.append("act")
        return f"result {len(done)}"

    async def busy() -> None:
        done.append("busy")
        raise Busy("try later", after=7.0)

    async def flow(run: Run, argument: str) -> None:
        first = await run.step("act", act)
        try:
            await run.step("busy", busy)
        except Busy as failure:
            first += f", after {failure.after}"
        reached.set()
        begun = time.monotonic()
        await run.sleep(1.5)
        done.append(f"{first}, slept {time.monotonic() - begun < 1.2}")

    engine = await launch(flow=flow)
    await engine.start("flow", "k", "")
    await reached.wait()
    await asyncio.sleep(0.4)
    await engine.close(0)
    assert not await engine.healthy()
    assert done == ["act", "busy"]
    engine = await launch(flow=flow)
    await idle(engine)
    assert done == ["act", "busy", "result 1, after 7.0, slept True"]
    # The loop has working threads again, whatever the engine took along.
    await engine.close(0)
    assert await asyncio.to_thread(lambda: "a thread") == "a thread"


async def test_a_stop_waits_for_what_ends_in_time(launch: Launch) -> None:
    done: list[str] = []

    async def flow(run: Run, argument: str) -> None:
        await run.sleep(0.2)
        done.append("end")

    engine = await launch(flow=flow)
    await engine.start("flow", "k", "")
    await engine.close(5)
    assert done == ["end"]
    with pytest.raises(RuntimeError, match="not running"):
        await engine.start("flow", "l", "")


async def test_one_workflow_starts_another(launch: Launch) -> None:
    done: list[str] = []

    async def second(run: Run, argument: str) -> None:
        done.append(f"{run.key} {argument}")

    async def first(run: Run, argument: str) -> None:
        await engine.start("second", "from the workflow", argument)
        await run.step("start", lambda: engine.start("second", "from a step", argument))

    engine = await launch(first=first, second=second)
    await engine.start("first", "k", "x")
    await idle(engine)
    assert sorted(done) == ["from a step x", "from the workflow x"]
    with pytest.raises(KeyError):
        await engine.start("unknown", "k", "")


async def test_its_tables_are_no_business_of_the_migrations(launch: Launch, database_url: str) -> None:
    await launch()
    url = make_url(normalise(database_url))
    on_sqlite = url.get_backend_name() == "sqlite"
    engine = create_engine(url.set(drivername="sqlite" if on_sqlite else "postgresql+psycopg"))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_ours})
        assert compare_metadata(context, metadata) == []
        # SQLite keeps the full-text index in tables of its own.
        tables = {name for name in inspect(connection).get_table_names() if not name.startswith("passage_search")}
        engine_tables = set(inspect(connection).get_table_names(schema=None if on_sqlite else ENGINE_SCHEMA))
    engine.dispose()
    ours = set(metadata.tables) | {"alembic_version"}
    assert tables - ours == (ENGINE_TABLES if on_sqlite else set())
    assert engine_tables >= ENGINE_TABLES


async def test_before_launch_nothing_runs(database_url: str) -> None:
    engine = Engine(database_url, {}, executor="test")
    assert not await engine.healthy()
    assert await engine.pending() == 0
    with pytest.raises(RuntimeError, match="not running"):
        await engine.start("flow", "k", "")
    await engine.close(0)


async def test_a_second_process_on_one_file_is_refused(sqlite_url: str) -> None:
    first = Engine(sqlite_url, {}, executor="test")
    await first.launch()
    path = make_url(sqlite_url).database
    with pytest.raises(StorageRefused) as refused:
        await Engine(sqlite_url, {}, executor="other").launch()
    assert refused.value.words == (
        f"Another leadhand is already running on {path}; stop it, or use Postgres for several processes."
    )
    assert await first.healthy()
    await first.close(0)
    second = Engine(sqlite_url, {}, executor="other")
    await second.launch()
    await second.close(0)


async def test_a_server_that_is_not_there() -> None:
    engine = Engine("postgresql://lead:fake-secret@127.0.0.1:9/lead", {}, executor="test")
    with pytest.raises(StorageRefused, match=r"127\.0\.0\.1:9 cannot be reached; start it"):
        await engine.launch()


async def test_a_lease_that_the_server_dropped_is_taken_again(postgres_url: str) -> None:
    engine = Engine(postgres_url, {}, executor="test", sweep_seconds=0.1)
    await engine.launch()
    server = create_engine(make_url(normalise(postgres_url)))
    with server.begin() as connection:
        held = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        assert connection.exec_driver_sql(held).all()
    server.dispose()
    health = [await engine.healthy()]
    while not health[-1] and len(health) < 100:
        await asyncio.sleep(0.05)
        health.append(await engine.healthy())
    await engine.close(0)
    assert health[-1]


async def test_finished_work_is_forgotten_and_running_work_is_named(launch: Launch) -> None:
    left: list[Any] = []
    release, running = asyncio.Event(), asyncio.Event()

    async def speak(run: Run, argument: str) -> None:
        async def words() -> str:
            return f"words of {argument}"

        await run.step("speak", words)
        if argument == "slow":
            running.set()
            await release.wait()

    async def forget(run: Run, argument: str) -> None:
        async def act() -> list[str]:
            return await run.forget(argument.split(",") if argument else [])

        left.append(await run.step("forget", act))

    engine = await launch(speak=speak, forget=forget)
    for key in ("k1", "k2", "slow"):
        await engine.start("speak", key, key)
    await running.wait()
    for _ in range(500):
        if await engine.pending() == 1:
            break
        await asyncio.sleep(0.02)
    await engine.start("forget", "f1", "k1,slow,unknown,f1")
    await engine.start("forget", "f2", "")
    for _ in range(500):
        if len(left) == 2:
            break
        await asyncio.sleep(0.02)
    assert sorted(left) == [[], ["slow"]], "itself it cannot forget, and nothing means nothing"
    release.set()
    await idle(engine)
    await engine.start("speak", "k1", "again")
    await engine.start("forget", "f3", "k2,slow")
    await idle(engine)
    assert left[-1] == []
