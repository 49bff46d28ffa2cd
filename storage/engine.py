"""Durable execution: workflows whose finished steps are never done again, not even after kill -9.

A thin port over DBOS, the only place that knows it. A workflow is an async function of a `Run` and a string; every
costly or outward act in it is a step, whose result is kept in the database and given back after a crash. A step that
was under way when the process died runs once more, so its effect must be idempotent.
"""

from __future__ import annotations

import asyncio
import contextvars
import importlib
import json
import logging
import secrets
import sqlite3
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from storage.connection import engine_options, normalise, prepare, sqlite_file
from storage.errors import StorageRefused
from storage.failures import JsonSerializer, describe, rebuild
from storage.lease import FileLease, Lease, ServerLease
from storage.models import ENGINE_SCHEMA
from storage.refusal import refusal

if TYPE_CHECKING:
    from dbos import DBOS, DBOSConfig, WorkflowStatus

T = TypeVar("T")

# Work begun by one version of the program must be finished by the next one: DBOS would hash the source instead.
APPLICATION_VERSION = "1"
# A process that dies while it runs a workflow, again and again, is stopped from doing so by giving that workflow up.
MAX_RECOVERIES = 50
SWEEP_SECONDS = 3.0
TOGETHER = 200
UNFINISHED = ("PENDING", "ENQUEUED", "DELAYED")
DEAD = frozenset({"ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})
# Nobody here waits for a message of DBOS, so a poll costs nothing; but a stop waits for the end of one.
POLL_SECONDS = 0.1
HEALTH_SECONDS = 5.0  # after which a server counts as gone
# A failed workflow logs itself, in words without secrets; an interrupted one is no news at a stop; a second start is
# what makes ours idempotent; a failed launch is told to the operator in one sentence.
NO_NEWS = (
    "Exception encountered in",
    "Asyncio task cancelled",
    "Workflow already exists",
    "DBOS failed to launch",
)

log = logging.getLogger(__name__)


class Run(Protocol):
    """What a workflow may ask of the engine; `key`: the key that it was started with."""

    key: str

    async def step(self, name: str, fn: Callable[[], Awaitable[T]]) -> T:
        """Do the act once and keep its result, which must be JSON.

        After a crash the kept result comes back and `fn` is not called. An exception of an expected type is kept as
        well, and raised again as the same type with the same arguments and attributes; any other one propagates.
        """

    async def sleep(self, seconds: float) -> None:
        """Wait; after a crash only for what is left."""

    async def forget(self, keys: Collection[str]) -> list[str]:
        """Delete what the engine kept of these workflows, of whatever name; returns the keys of those still running.

        To be called in a step.
        """


class Thorough(sqlite3.Connection):
    """A connection that leaves nothing of what it deletes in the file."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.execute("PRAGMA secure_delete = ON")


Workflow = Callable[[Run, str], Awaitable[None]]
_Durable = Callable[[str, str], Coroutine[Any, Any, None]]


class _DurableRun:
    def __init__(
        self,
        dbos: type[DBOS],
        key: str,
        *,
        names: Collection[str],
        expected: tuple[type[Exception], ...],
        away: Exception | None,
    ) -> None:
        self.key = key
        self._names = names
        self._dbos = dbos
        self._expected = expected
        self._away = away

    async def step(self, name: str, fn: Callable[[], Awaitable[T]]) -> T:
        async def kept() -> str:
            try:
                return json.dumps({"result": await fn()})
            except self._expected as failure:
                return json.dumps({"failure": describe(failure)})
            except (OperationalError, InterfaceError):
                if self._away is None:
                    raise
                return json.dumps({"failure": describe(self._away)})

        # Text on both sides, so that the first time looks exactly like a replay.
        outcome = json.loads(await self._dbos.run_step_async({"name": name}, kept))
        if "failure" in outcome:
            raise rebuild(outcome["failure"], self._expected)
        return cast(T, outcome["result"])

    async def sleep(self, seconds: float) -> None:
        await self._dbos.sleep_async(seconds)

    async def forget(self, keys: Collection[str]) -> list[str]:
        ids = {f"{name}/{key}": key for name in self._names for key in keys if key != self.key}
        # Never an empty list: DBOS takes that for no condition at all.
        running: set[str] = set()
        for some in batched(list(ids), TOGETHER):
            found = await self._dbos.list_workflows_async(workflow_ids=some, load_input=False, load_output=False)
            running |= {status.workflow_id for status in found if status.status in UNFINISHED}
            over = [status.workflow_id for status in found if status.status not in UNFINISHED]
            if over:
                await self._dbos.delete_workflows_async(over)
        return sorted({ids[each] for each in running})


class Engine:
    """Starts and resumes workflows; one engine per process, and on SQLite one process per file."""

    def __init__(
        self,
        url: str,
        workflows: Mapping[str, Workflow],
        *,
        executor: str,
        expected: tuple[type[Exception], ...] = (),
        away: Exception | None = None,
        sweep_seconds: float = SWEEP_SECONDS,
    ) -> None:
        self._url = normalise(url)
        self._workflows = workflows
        self._expected = expected
        # What a step raises when our own database does not answer; it must be one of the expected types.
        self._away = away
        self._sweep_seconds = sweep_seconds
        path = sqlite_file(self._url)
        # One process per file, so the next one continues under the same id; on Postgres a dead process's id is
        # never used again, and its peers see by the free lock that its work is theirs.
        self.executor = "local" if path is not None else f"{executor}-{secrets.token_hex(4)}"
        self._lease: Lease = ServerLease(self._url, self.executor) if path is None else FileLease(path)
        self._dbos: type[DBOS] | None = None
        self._naming: Callable[[str], AbstractContextManager[Any]] = nullcontext
        self._durable: dict[str, _Durable] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closing = False
        self._stopped = False
        self._sweeper: asyncio.Task[None] | None = None

    async def launch(self) -> None:
        """Take the lease, register the workflows, continue what a dead process left; raises StorageRefused."""
        # Imported here and in a thread: it takes over a second, and most commands never need it.
        module = await asyncio.to_thread(importlib.import_module, "dbos")
        dbos: type[DBOS] = module.DBOS
        self._naming = module.SetWorkflowID
        await self._lease.hold()
        try:
            await asyncio.to_thread(self._open_file)
            self._launch(dbos)
        except (SQLAlchemyError, OSError) as failure:
            await self._discard(dbos)
            raise refusal(self._url, failure) from None
        except BaseException:
            await self._discard(dbos)
            raise
        self._dbos = dbos
        if isinstance(self._lease, ServerLease):
            self._sweeper = asyncio.create_task(self._sweep_forever(dbos, self._lease))

    def _launch(self, dbos: type[DBOS]) -> None:
        # On the loop's own thread: DBOS runs recovered workflows on the loop that it finds there.
        instance = dbos(config=self._config())
        # DBOS's own set: a workflow is in it from before its start returns until its end is recorded.
        self._tasks = instance._workflow_tasks
        _quieten()
        self._durable = {name: self._register(dbos, name, flow) for name, flow in self._workflows.items()}
        dbos.launch()

    async def _discard(self, dbos: type[DBOS]) -> None:
        # DBOS has made its threads the loop's own and takes them along: the loop gets others first.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(thread_name_prefix="leadhand"))
        await asyncio.to_thread(dbos.destroy, destroy_registry=True)
        await self._lease.release()

    def _open_file(self) -> None:
        """Turn on the write-ahead log, which stays on in the file: DBOS does not, and is ten times slower without."""
        if sqlite_file(self._url) is None:
            return
        engine = create_engine(make_url(self._url).set(drivername="sqlite"), **engine_options(self._url))
        prepare(engine)
        with engine.connect():
            pass
        engine.dispose()

    def _config(self) -> DBOSConfig:
        on_sqlite = sqlite_file(self._url) is not None
        plain = make_url(self._url).set(drivername="sqlite" if on_sqlite else "postgresql")
        return {
            "name": "leadhand",
            "system_database_url": plain.render_as_string(hide_password=False),
            "dbos_system_schema": ENGINE_SCHEMA,
            "db_engine_kwargs": {
                "hide_parameters": True,
                **({"connect_args": {"factory": Thorough}} if on_sqlite else {}),
            },
            "sys_db_pool_size": 10,
            "executor_id": self.executor,
            "application_version": APPLICATION_VERSION,
            "serializer": cast(Any, JsonSerializer()),
            "max_executor_threads": 64,
            "notification_listener_polling_interval_sec": POLL_SECONDS,
            "log_level": "WARNING",
        }

    def _register(self, dbos: type[DBOS], name: str, workflow: Workflow) -> _Durable:
        async def durable(key: str, argument: str) -> None:
            if self._stopped:
                # Left for the next process: cancelled work stays pending.
                raise asyncio.CancelledError
            run = _DurableRun(dbos, key, names=self._workflows, expected=self._expected, away=self._away)
            await workflow(run, argument)

        return dbos.workflow(name=name, max_recovery_attempts=MAX_RECOVERIES)(durable)

    async def start(self, name: str, key: str, argument: str) -> None:
        """Start the workflow once for this name and key; on return it is recorded, and it runs on by itself.

        Raises KeyError for a workflow that was not given to the engine, RuntimeError before launch or after close.
        """
        if self._dbos is None or self._closing:
            raise RuntimeError("the engine is not running")
        # A context of its own: begun from inside another workflow it must not become a part of that one.
        begin = self._begin(self._dbos, name, key, argument)
        await asyncio.create_task(begin, context=contextvars.Context())

    async def _begin(self, dbos: type[DBOS], name: str, key: str, argument: str) -> None:
        with self._naming(f"{name}/{key}"):
            await dbos.start_workflow_async(self._durable[name], key, argument)

    async def pending(self) -> int:
        """How many workflows of all processes are begun and not finished."""
        return 0 if self._dbos is None else len(await _unfinished(self._dbos))

    async def dead(self, name: str, key: str) -> bool:
        """Whether the workflow ended without doing its work: it failed, was cancelled or given up."""
        if self._dbos is None:
            return False
        status = await self._dbos.get_workflow_status_async(f"{name}/{key}")
        return status is not None and status.status in DEAD

    async def healthy(self) -> bool:
        """Whether the engine runs and its lease is its own."""
        if self._dbos is None or self._closing:
            return False
        try:
            return await asyncio.wait_for(self._lease.held(), HEALTH_SECONDS)
        except TimeoutError:
            return False

    async def close(self, grace: float) -> None:
        """Stop: running workflows get `grace` seconds, then are interrupted and go on at the next launch."""
        if self._dbos is None or self._closing:
            return
        self._closing = True
        if self._sweeper is not None:
            self._sweeper.cancel()
            await asyncio.gather(self._sweeper, return_exceptions=True)
        await self._stop_running(grace)
        await self._discard(self._dbos)
        self._dbos = None

    async def _stop_running(self, grace: float) -> None:
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=grace)
        self._stopped = True
        interrupted = set(self._tasks)
        for task in interrupted:
            task.cancel()
        await asyncio.gather(*interrupted, return_exceptions=True)

    async def _sweep_forever(self, dbos: type[DBOS], lease: ServerLease) -> None:
        while True:
            try:
                if not await lease.held():
                    await lease.hold()
                await self._take_over(dbos, lease)
            except (SQLAlchemyError, OSError, StorageRefused) as failure:
                log.warning("The durable engine lost its database (%s); it tries again.", type(failure).__name__)
            await asyncio.sleep(self._sweep_seconds)

    async def _take_over(self, dbos: type[DBOS], lease: ServerLease) -> None:
        """Continue the work of every process whose lock is free."""
        executors = {status.executor_id for status in await _unfinished(dbos, "PENDING")}
        for executor in sorted(filter(None, executors - {self.executor})):
            async with lease.borrowed(executor) as gone:
                if gone:
                    # Asked again under the lock, by executor: another peer may have taken the work meanwhile.
                    await asyncio.to_thread(dbos._recover_pending_workflows, [executor])
                    log.warning("Continuing the work of %s, which is gone.", executor)


def batched(ids: list[str], size: int) -> Iterator[list[str]]:
    """The list in pieces of at most that size; nothing for an empty one."""
    for at in range(0, len(ids), size):
        yield ids[at : at + size]


async def _unfinished(dbos: type[DBOS], *states: str) -> list[WorkflowStatus]:
    wanted = list(states or UNFINISHED)
    return await dbos.list_workflows_async(status=wanted, load_input=False, load_output=False)


def _quieten() -> None:
    """Let DBOS speak through our logging, and not of what the workflow has said already."""
    logger = logging.getLogger("dbos")
    logger.handlers.clear()
    logger.propagate = True
    logger.addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    return not record.getMessage().startswith(NO_NEWS)
