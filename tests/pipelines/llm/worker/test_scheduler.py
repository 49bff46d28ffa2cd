"""The scheduler over a toy model that counts: who is served, who waits, who is let go; without llama.cpp."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from pipelines.llm.worker.binding import DecodeFailed, Entry, Logits, Tokens
from pipelines.llm.worker.sampling import Taste
from pipelines.llm.worker.scheduler import SLICE, Busy, Job, Said, Scheduler

LETTERS = 26
END = LETTERS


class Counting:
    """After each token comes the next letter, and after Z the end; a letter beyond Z is nothing it ever says."""

    context_size = 200

    def __init__(self) -> None:
        self.batches: list[list[Entry]] = []
        self.forgotten: list[int] = []
        self.broken = False

    def decode(self, entries: Sequence[Entry]) -> None:
        if self.broken:
            raise DecodeFailed("out of order")
        self.batches.append(list(entries))

    def logits(self, at: int) -> Logits:
        made = np.zeros(LETTERS + 1, np.float32)
        made[min(self.batches[-1][at].token + 1, END)] = 9
        return made

    def forget(self, sequence: int) -> None:
        self.forgotten.append(sequence)

    def piece(self, token: int) -> bytes:
        return bytes([ord("A") + token])

    def is_end(self, token: int) -> bool:
        return token == END

    def grammar(self, rules: str) -> Only:
        if rules == "broken":
            raise ValueError("no such grammar")
        return Only(rules)


class Only:
    """A grammar that permits the letters of a word and, where it has none, nothing."""

    def __init__(self, letters: str) -> None:
        self.allowed = np.array([END if letter == "." else ord(letter) - ord("A") for letter in letters], np.int32)
        self.closed = False

    def permitted(self, tokens: Tokens) -> Tokens:
        return tokens[np.isin(tokens, self.allowed)]

    def accept(self, token: int) -> None:
        assert token in self.allowed

    def close(self) -> None:
        self.closed = True


class Asking:
    """A job, and what it heard."""

    def __init__(self, prompt: str, limit: int = 50, rules: str | None = None, stops: Sequence[str] = ()) -> None:
        self.said: list[Said] = []
        tokens = [ord(letter) - ord("A") for letter in prompt]
        self.job = Job(tokens, limit, Taste(), self.said.append, rules, stops)

    @property
    def text(self) -> str:
        return "".join(said.text for said in self.said)

    @property
    def reason(self) -> str | None:
        return self.said[-1].reason if self.said else None


@pytest.fixture
def model() -> Counting:
    return Counting()


@pytest.fixture
def scheduler(model: Counting) -> Scheduler:
    return Scheduler(model, sequences=2, queue=3)


def serve(scheduler: Scheduler, *asking: Asking, steps: int = 100) -> None:
    for one in asking:
        scheduler.submit(one.job)
    for _ in range(steps):
        scheduler.step()


@pytest.mark.parametrize(
    ("asking", "text", "reason"),
    [
        (Asking("W"), "XYZ", "stop"),
        (Asking("A", limit=3), "BCD", "length"),
        (Asking("A", stops=["DE"]), "BC", "stop"),
        (Asking("A", limit=3, stops=["DE"]), "BCD", "length"),
        (Asking("A", limit=4, rules="KL"), "KLKL", "length"),
        (Asking("Y", rules="Z."), "Z", "stop"),
        (Asking("A", rules="broken"), "", "error"),
        (Asking("A", rules="?"), "", "error"),
    ],
)
def test_an_answer_ends_for_a_reason(
    scheduler: Scheduler, model: Counting, asking: Asking, text: str, reason: str
) -> None:
    serve(scheduler, asking)
    assert (asking.text, asking.reason) == (text, reason)
    assert scheduler.load() == (0, 0)


def test_two_share_each_batch_and_the_third_waits_its_turn(scheduler: Scheduler, model: Counting) -> None:
    first, second, third = Asking("A", 5), Asking("M", 5), Asking("Q", 2)
    serve(scheduler, first, second, third, steps=3)
    assert scheduler.load() == (2, 1)
    assert {entry.sequence for entry in model.batches[-1]} == {0, 1}
    serve(scheduler)
    assert [one.text for one in (first, second, third)] == ["BCDEF", "NOPQR", "RS"]
    assert sorted(model.forgotten) == [0, 0, 1] or sorted(model.forgotten) == [0, 1, 1]


def test_a_long_prompt_is_read_in_slices_beside_who_speaks(scheduler: Scheduler, model: Counting) -> None:
    speaking, reading = Asking("A", 20), Asking("B" * (2 * SLICE + 10), 3)
    serve(scheduler, speaking, reading)
    assert max(len(batch) for batch in model.batches) == SLICE + 1
    positions = [e.position for batch in model.batches for e in batch if e.sequence == 1][: 2 * SLICE + 10]
    assert positions == list(range(2 * SLICE + 10))
    assert (speaking.text[:3], reading.text) == ("BCD", "CDE")


def test_who_leaves_costs_no_further_batch(scheduler: Scheduler, model: Counting) -> None:
    reading, waiting, hidden = Asking("B" * 150, 3), Asking("A", 100), Asking("A", 100)
    for one in (reading, waiting, hidden):
        scheduler.submit(one.job)
    scheduler.step()
    assert scheduler.load() == (1, 2), "the context has no room for the others yet"
    reading.job.cancel()
    waiting.job.cancel()
    scheduler.step()
    assert scheduler.load() == (1, 0)
    assert model.forgotten == [0]
    assert (reading.said, waiting.said) == ([], [])
    hidden.job.cancel()
    before = len(model.batches)
    scheduler.step()
    assert len(model.batches) == before


def test_a_full_queue_and_a_prompt_that_never_fits_are_refused(scheduler: Scheduler) -> None:
    with pytest.raises(ValueError, match="do not fit into the context of 200"):
        scheduler.submit(Asking("A" * 190, 11).job)
    for _ in range(3):
        scheduler.submit(Asking("A").job)
    with pytest.raises(Busy):
        scheduler.submit(Asking("A").job)


def test_a_batch_that_fails_is_told_to_everyone_in_it(scheduler: Scheduler, model: Counting) -> None:
    model.broken = True
    one, other = Asking("A"), Asking("B")
    serve(scheduler, one, other)
    assert [asking.said[-1].trouble for asking in (one, other)] == ["out of order"] * 2
    model.broken = False
    serve(scheduler, again := Asking("X"))
    assert again.text == "YZ"
