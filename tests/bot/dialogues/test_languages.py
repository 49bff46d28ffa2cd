"""The bot speaks the language of whom it speaks to; what people wrote stays as they wrote it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.team import buttons, seen, who

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def mode() -> str:
    return "socket"


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def mira_is_german(team: Any) -> AsyncIterator[None]:
    await team.control("user", user=who("mira"), locale="de-DE")
    await team.control("user", user=who("tomas"), locale="fr-FR")
    yield


async def test_a_german_and_a_french_person_are_each_answered_in_their_language(team: Any) -> None:
    german = await team.says("mira", "@leadhand")
    french = await team.says("tomas", "@leadhand")
    english = await team.says("priya", "@leadhand")
    await team.hears(german, "Ich bin da.")
    await team.hears(french, "Je suis là.")
    await team.hears(english, "I am here.")


async def test_a_draft_speaks_to_whom_it_is_for_and_keeps_the_report_word_for_word(team: Any) -> None:
    ts = await team.says("ella", team.report)
    await team.reacts("mira", ts)
    draft = await team.hears(ts, "Abnahmekriterien")
    labels = {e["text"]["text"] for e in buttons(draft)}
    assert {"Ablegen", "Bearbeiten", "Verwerfen"} <= labels
    assert "Safari 17.4" in seen(draft)
    assert "TypeError: rows is undefined" in seen(draft)
    await team.presses("priya", draft, "ticket_file")
    await team.hears(ts, "Abgelegt")
    (card,) = await team.cards_like(team.order)
    assert "Acceptance criteria" in card["desc"], "the card speaks the board's language"


async def test_what_the_channel_chose_goes_before_what_people_speak(team: Any) -> None:
    house = team.parts.house
    key = ("channel", team.channel, "language")
    await house.choose("T0LARKSPUR", key, "es", "U0PRIYA")
    try:
        ts = await team.says("mira", "@leadhand")
        await team.hears(ts, "Aquí estoy.")
        await house.choose("T0LARKSPUR", ("person", who("mira"), "language"), "fr", who("mira"))
        ts = await team.says("mira", "@leadhand")
        await team.hears(ts, "Je suis là.")
    finally:
        await house.choose("T0LARKSPUR", key, None, "U0PRIYA")
        await house.choose("T0LARKSPUR", ("person", who("mira"), "language"), None, who("mira"))


async def test_a_private_answer_is_in_the_readers_language(team: Any) -> None:
    await team.commands("mira", "/leadhand", "help")
    await team.whispers("mira", "Was ich kann")


async def test_where_slack_does_not_say_the_language_it_is_english(team: Any) -> None:
    await team.control("fault", target="slack", method="users.info", kind="unknown_method", times=3)
    team.parts.workspaces.people._profiles.clear()
    ts = await team.says("jonas", "@leadhand")
    await team.hears(ts, "I am here.")


async def test_home_and_windows_speak_the_language_of_whoever_looks(team: Any) -> None:
    ts = await team.says("ella", team.report)
    await team.reacts("mira", ts)
    draft = await team.hears(ts, team.order)
    await team.opens_home("mira")
    home = await team.home("mira", "Entwurf: <")
    assert "Was ich kann" in home
    assert "Wartet auf eine Entscheidung" in home
    assert "Zum Vervollständigen der Einrichtung" in home
    await team.presses("mira", draft, "ticket_edit")
    window = await team.modal("mira")
    assert window["title"]["text"] == "Entwurf bearbeiten"
    assert "CSV export" in next(b["element"]["initial_value"] for b in window["blocks"] if b["block_id"] == "title")
    refused = await team.saves("mira", window, title="kurz")
    assert "Ein Titel braucht ein paar Worte" in str(refused)
    await team.commands("mira", "/leadhand", "settings")

    async def settings() -> Any:
        window = await team.modal("mira")
        return window if window["title"]["text"] == "Einstellungen" and len(window["blocks"]) > 3 else None

    assert "Sprache" in str(await team.until(settings, "the settings in German"))
