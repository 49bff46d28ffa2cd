"""A model joins in: the rules' draft at once, the model's in its place, and a true draft whatever the model does."""

import json
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.team import buttons, seen

pytestmark = pytest.mark.asyncio(loop_scope="module")

NONCE = "flibberwock"
TYPE = {"step": "ticket.type", "answer": {"type": "bug"}}
GOOD = {
    "description": f"The CSV export never ends, a {NONCE} wait.",
    "steps": ["Open /orders", "Press Export"],
    "expected": "A CSV file comes.",
    "actual": "The spinner never stops.",
    "environment": "Safari 17.4",
    "acceptance_criteria": ["The export ends on Safari 17.4"],
    "title": "CSV export: spinner never stops on Safari 17.4",
}
LIES = {
    "description": f"Broken since ZQX-90417, a {NONCE} wait.",
    "steps": ["Open /orders", "Run /zqx90417/fix.sh", "Press Export"],
    "expected": 'It says "ZQX90417 done".',
    "actual": "The spinner never stops. It shows ZqxError: 90417 is gone.",
    "environment": "Safari 17.4, app version 90.41.7",
    "acceptance_criteria": ["The export ends on Safari 17.4"],
    "title": "CSV export: spinner never stops since 90.41.7",
}
FIELDS = {"step": "ticket.bug", "answer": GOOD}


@pytest.fixture(scope="module")
def mode() -> str:
    """One door is enough: what a model does begins behind it."""
    return "socket"


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The value of LEADHAND_MODEL for a script of these entries."""

    def written(*answers: dict[str, Any]) -> str:
        path = Path(tmp_path_factory.mktemp("script")) / "script.json"
        path.write_text(json.dumps({"name": "parrot", "answers": answers}), "utf-8")
        return f"scripted:{path}"

    return written


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def helped(open_team: Any, script: Any) -> Any:
    async with open_team(LEADHAND_MODEL=script(TYPE, {**FIELDS, "seconds": 0.6})) as opened:
        yield opened


@pytest.fixture
def team(helped: Any) -> Any:
    helped.renew()
    return helped


async def test_the_rules_draft_comes_at_once_and_the_models_takes_its_place(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    first = await team.hears(ts, "parrot is working on a better one")
    assert "Drafted by rules" in seen(first)
    assert NONCE not in seen(first)

    better = await team.hears(ts, NONCE)
    assert better["ts"] == first["ts"], "one message, improved in place"
    assert "Drafted with parrot" in seen(better)
    assert "Drafted by rules" not in seen(better)
    assert team.order in seen(better), "a fact that the model left out stands in the evidence"

    await team.presses("priya", better, "ticket_file")
    await team.hears(ts, "Filed")
    (card,) = await team.cards_like(team.order)
    assert card["name"] == GOOD["title"]
    assert team.report in card["desc"]

    rows = await team.parts.ledger.entries(2)
    assert [(row.asked_by, row.pipeline, row.step, row.model, row.outcome) for row in rows] == [
        ("U0PRIYA", "ticket", "ticket.bug", "parrot", "answered"),
        ("U0PRIYA", "ticket", "ticket.type", "parrot", "answered"),
    ]
    assert all(row.tokens_in and row.tokens_out for row in rows)
    assert rows[0].seconds >= 0.6


async def test_the_button_of_the_first_draft_files_it_while_the_model_writes(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    await team.presses("priya", await team.hears(ts, "is working on"), "ticket_file")
    await team.hears(ts, "Filed")
    await team.quiet()
    (shown,) = await team.thread(ts)
    assert "Filed" in seen(shown), "what the model wrote too late replaces nothing"
    (card,) = await team.cards_like(team.order)
    assert NONCE not in card["desc"]


async def test_what_a_person_is_editing_is_not_changed_under_their_hands(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    await team.presses("priya", await team.hears(ts, "is working on"), "ticket_edit")
    view = await team.modal("priya")
    await team.quiet()
    (shown,) = await team.thread(ts)
    assert "working on" not in seen(shown)
    assert "Drafted by rules" in seen(shown)
    await team.saves("priya", view, title="The title that Priya typed meanwhile")
    edited = await team.hears(ts, "Priya typed")
    assert NONCE not in seen(edited)


async def test_a_press_on_the_text_before_the_model_files_nothing(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    before = await team.hears(ts, "is working on")
    await team.hears(ts, NONCE)
    await team.presses("tomas", before, "ticket_file")
    await team.whispers("tomas", "changed since you saw it")
    assert await team.cards_like(team.order) == []


async def test_direct_filing_waits_for_the_model(open_team: Any, script: Any) -> None:
    async with open_team(LEADHAND_MODEL=script(TYPE, FIELDS), LEADHAND_FILING="direct") as team:
        ts = await team.says("mira", team.report)
        await team.reacts("priya", ts)
        await team.hears(ts, "Filed")
        (card,) = await team.cards_like(team.order)
        assert NONCE in card["desc"]


async def test_what_nobody_said_is_stripped_where_it_is_a_fact_and_kept_where_it_is_wording(
    open_team: Any, script: Any
) -> None:
    answer = {"step": "ticket.bug", "answer": {**LIES, "actual": LIES["actual"] + f" A {NONCE} thing."}}
    async with open_team(LEADHAND_MODEL=script(TYPE, answer)) as team:
        ts = await team.says("mira", team.report)
        await team.reacts("priya", ts)
        draft = seen(await team.hears(ts, "Drafted with parrot"))
        assert NONCE in draft, "the model was asked, and its words stand"
        assert "90417" not in draft
        assert "90.41.7" not in draft
        assert "17.4" in draft
        outcomes = [row.outcome for row in await team.parts.ledger.entries()]
        assert outcomes == ["answered"] * 3, "its mistake was shown to it once"


@pytest.mark.parametrize(
    ("answers", "label"),
    [
        ([{"fault": "down"}], "the model did not answer"),
        ([{"fault": "slow"}], "the model did not answer"),
        ([TYPE, {"fault": "slow"}], "the model did not answer"),
        ([{"fault": "refuse"}], "of no use"),
        ([TYPE, {**FIELDS, "fault": "truncated"}], "of no use"),
        ([TYPE, {"fault": "garbage"}], "of no use"),
        ([TYPE, {"fault": "empty"}], "of no use"),
        ([TYPE, {"answer": {"title": ["a", "list"]}}], "of no use"),
        ([TYPE, {"answer": {**dict.fromkeys(GOOD, ""), "title": "All else is empty"}}], "of no use"),
    ],
)
async def test_a_model_in_trouble_leaves_a_true_draft_that_says_so(
    open_team: Any, script: Any, answers: list[dict[str, Any]], label: str
) -> None:
    async with open_team(LEADHAND_MODEL=script(*answers), LEADHAND_MODEL_SECONDS="1") as team:
        ts = await team.says("mira", team.report)
        await team.reacts("priya", ts)
        draft = await team.hears(ts, label)
        assert "Drafted by rules" in seen(draft)
        assert team.order in seen(draft)
        assert len(await team.thread(ts)) == 1
        await team.presses("priya", draft, "ticket_file")
        await team.hears(ts, "Filed")
        assert {button["action_id"] for button in buttons(draft)} >= {"ticket_file", "ticket_edit", "ticket_discard"}


async def test_an_answer_that_fails_once_is_asked_for_again(open_team: Any, script: Any) -> None:
    cut = {**FIELDS, "fault": "truncated", "times": 1}
    async with open_team(LEADHAND_MODEL=script(TYPE, cut, {**FIELDS, "match": "cut off"})) as team:
        ts = await team.says("mira", team.report)
        await team.reacts("priya", ts)
        assert "Drafted with parrot" in seen(await team.hears(ts, NONCE))
        assert [row.outcome for row in await team.parts.ledger.entries()] == ["answered", "cut", "answered"]
