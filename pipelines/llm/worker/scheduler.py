"""Serves several conversations at once from one context: a batch of one token each, and a slice of a waiting prompt."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np

from pipelines.llm.worker.binding import DecodeFailed, Entry, Logits, NoWayOn, Tokens
from pipelines.llm.worker.sampling import Taste, choose
from pipelines.llm.worker.wording import Wording

# A slice is what a client that leaves may still cost: a second of the 1.5B on two cores.
SLICE = 64
Reason = Literal["stop", "length", "error"]


class Busy(Exception):
    """The queue is full."""


@dataclass(frozen=True)
class Said:
    """What an answer gained; `reason` is set on its last piece."""

    text: str
    reason: Reason | None = None
    trouble: str = ""


@dataclass
class Job:
    """An answer to make. `hear` is called from the scheduler's thread; `cancel` from any."""

    prompt: Sequence[int]
    limit: int
    taste: Taste
    hear: Callable[[Said], None]
    rules: str | None = None
    stops: Sequence[str] = ()
    made: int = 0
    _left: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        """Nobody listens any more."""
        self._left.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether nobody listens any more."""
        return self._left.is_set()

    @property
    def cells(self) -> int:
        """The room it may need in the context."""
        return len(self.prompt) + self.limit


class Rules(Protocol):
    """A grammar in use."""

    def permitted(self, tokens: Tokens) -> Tokens:
        """Those that may come next."""
        ...

    def accept(self, token: int) -> None:
        """Take one."""
        ...

    def close(self) -> None:
        """Let go."""
        ...


class Model(Protocol):
    """What the scheduler needs of the weights."""

    context_size: int

    def decode(self, entries: Sequence[Entry]) -> None:
        """Compute a batch. Raises DecodeFailed."""
        ...

    def logits(self, at: int) -> Logits:
        """What may follow entry `at`."""
        ...

    def forget(self, sequence: int) -> None:
        """Empty a sequence."""
        ...

    def piece(self, token: int) -> bytes:
        """A token's bytes."""
        ...

    def is_end(self, token: int) -> bool:
        """Whether it ends the answer."""
        ...

    def grammar(self, rules: str) -> Rules:
        """A grammar at its beginning. Raises ValueError."""
        ...


class _Running:
    """A job that has a sequence."""

    def __init__(self, job: Job, sequence: int, rules: Rules | None) -> None:
        self.job = job
        self.sequence = sequence
        self.rules = rules
        self.wording = Wording(job.stops)
        self.chance = np.random.default_rng(job.taste.seed)
        self.waiting = deque(job.prompt)
        self.position = 0

    def take(self, most: int) -> list[Entry]:
        """The next tokens to compute; what follows the last one is wanted once none is left."""
        entries = []
        for _ in range(min(most, len(self.waiting))):
            token = self.waiting.popleft()
            entries.append(Entry(token, self.position, self.sequence, not self.waiting))
            self.position += 1
        return entries


class Scheduler:
    """One thread, one context, `sequences` conversations; the others wait in a queue of at most `queue`."""

    def __init__(self, model: Model, *, sequences: int = 4, queue: int = 16) -> None:
        self._model = model
        self._queue = queue
        self._free = deque(range(sequences))
        self._running: list[_Running] = []
        self._waiting: deque[Job] = deque()
        self._change = threading.Condition()
        self._closing = False

    def submit(self, job: Job) -> None:
        """Queue a job. Raises Busy where the queue is full, ValueError where the context can never hold it."""
        if job.cells > self._model.context_size:
            raise ValueError(
                f"the prompt's {len(job.prompt)} tokens and {job.limit} for the answer do not fit into the context "
                f"of {self._model.context_size}"
            )
        with self._change:
            if len(self._waiting) >= self._queue:
                raise Busy
            self._waiting.append(job)
            self._change.notify()

    def load(self) -> tuple[int, int]:
        """How many are served and how many wait."""
        with self._change:
            return len(self._running), len(self._waiting)

    def close(self) -> None:
        """Have `run` return after the batch that it is in."""
        with self._change:
            self._closing = True
            self._change.notify()

    def run(self) -> None:
        """Serve until closed; the thread that calls this is the only one that touches the context."""
        while self._wait():
            self.step()

    def _wait(self) -> bool:
        with self._change:
            self._change.wait_for(lambda: self._closing or self._running or self._waiting)
            return not self._closing

    def step(self) -> None:
        """Let go of those who left, admit those who fit, compute one batch, hand out what it gave."""
        for gone in [running for running in self._running if running.job.is_cancelled]:
            self._finish(gone)
        self._admit()
        entries = self._plan()
        if not entries:
            return
        try:
            self._model.decode(entries)
        except DecodeFailed as failure:
            for running in list(self._running):
                self._finish(running, Said("", "error", str(failure)))
            return
        wanted = {entry.sequence: at for at, entry in enumerate(entries) if entry.wanted}
        for running in [one for one in self._running if one.sequence in wanted]:
            self._advance(running, self._model.logits(wanted[running.sequence]))

    def _admit(self) -> None:
        """First come, first served; a large one that does not fit yet is not overtaken for ever."""
        while self._free:
            with self._change:
                taken = sum(running.job.cells for running in self._running)
                if not self._waiting or taken + self._waiting[0].cells > self._model.context_size:
                    return
                job = self._waiting.popleft()
            if not job.is_cancelled:
                self._begin(job)

    def _begin(self, job: Job) -> None:
        try:
            rules = self._model.grammar(job.rules) if job.rules else None
        except ValueError as error:
            job.hear(Said("", "error", str(error)))
            return
        with self._change:
            self._running.append(_Running(job, self._free.popleft(), rules))

    def _plan(self) -> list[Entry]:
        """One token of each conversation that speaks; then a slice of one prompt, the oldest first."""
        entries: list[Entry] = []
        for running in self._running:
            if len(running.waiting) == 1:
                entries += running.take(1)
        for running in self._running:
            if running.waiting:
                return entries + running.take(SLICE)
        return entries

    def _advance(self, running: _Running, logits: Logits) -> None:
        try:
            token = choose(logits, running.job.taste, running.rules, running.chance)
        except NoWayOn:
            self._finish(running, Said("", "error", "the grammar permits no next token"))
            return
        if self._model.is_end(token):
            self._finish(running, Said(running.wording.rest(), "stop"))
            return
        if running.rules:
            running.rules.accept(token)
        self._speak(running, token)

    def _speak(self, running: _Running, token: int) -> None:
        job = running.job
        job.made += 1
        text = running.wording.add(self._model.piece(token))
        if running.wording.stopped:
            self._finish(running, Said(text, "stop"))
        elif job.made >= job.limit:
            self._finish(running, Said(text + running.wording.rest(), "length"))
        else:
            running.waiting.append(token)
            if text:
                job.hear(Said(text))

    def _finish(self, running: _Running, last: Said | None = None) -> None:
        self._model.forget(running.sequence)
        if running.rules:
            running.rules.close()
        with self._change:
            self._running.remove(running)
            self._free.append(running.sequence)
        if last:
            running.job.hear(last)
