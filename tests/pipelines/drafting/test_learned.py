"""Labels learned from examples."""

from __future__ import annotations

import random
import time

import pytest

from pipelines.drafting.learned import Example, LabelModel

CUES = {
    "bug": ["crash", "error", "broken"],
    "feature": ["support", "option", "allow"],
    "question": ["how", "why", "when"],
}


def _examples(count: int, seed: int) -> list[tuple[Example, str]]:
    """Noise, with one telling word in each."""
    pick = random.Random(seed)  # noqa: S311 - no secret
    made = []
    for _ in range(count):
        label = pick.choice(list(CUES))
        noise = [f"w{pick.randrange(400)}" for _ in range(12)]
        made.append((Example(" ".join([*noise[:4], pick.choice(CUES[label])]), " ".join(noise[4:])), label))
    return made


def test_it_finds_the_words_that_tell() -> None:
    known, new = _examples(300, 1), _examples(100, 2)
    started = time.process_time()
    model = LabelModel([example for example, _ in known], [label for _, label in known])
    said = model.say([example for example, _ in new])
    assert time.process_time() - started < 5
    assert sum(label == truth for (label, _), (_, truth) in zip(said, new, strict=True)) >= 90
    assert all(1 / 3 <= chance <= 1 for _, chance in said)


def test_a_rare_label_is_not_drowned() -> None:
    examples = [Example("login page crash", "")] * 30 + [Example("rename the service", "")] * 2
    model = LabelModel(examples, ["bug"] * 30 + ["task"] * 2)
    assert model.say([Example("rename this", "")])[0][0] == "task"


def test_words_in_the_title_count_apart() -> None:
    model = LabelModel([Example("docs", "login"), Example("login", "docs")] * 5, ["docs", "bug"] * 5)
    assert [label for label, _ in model.say([Example("docs", ""), Example("login", "")])] == ["docs", "bug"]


def test_what_it_never_saw_gets_an_unsure_answer() -> None:
    model = LabelModel([Example("crash", ""), Example("support", "")], ["bug", "feature"])
    ((_, chance),) = model.say([Example("zebra", "")])
    assert chance == pytest.approx(0.5, abs=0.05)
    assert model.say([]) == []


def test_one_label_is_always_said_and_none_is_refused() -> None:
    assert LabelModel([Example("a", "b")], ["bug"]).say([Example("", "")]) == [("bug", 1.0)]
    for examples, labels in (([], []), ([Example("a", "")], [])):
        with pytest.raises(ValueError, match="label"):
            LabelModel(examples, labels)
