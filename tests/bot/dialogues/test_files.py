"""Images and files of a thread travel to its card."""

import base64
from typing import Any

import pytest

from bot.slack import files
from pipelines.desk import carrying
from tests.team import seen, who

pytestmark = pytest.mark.asyncio(loop_scope="module")
PNG = b"\x89PNG one pixel"


def given(name: str, content: bytes, mimetype: str) -> dict[str, str]:
    return {"name": name, "mimetype": mimetype, "content_base64": base64.b64encode(content).decode()}


async def shares(team: Any, user: str, text: str, *shared: dict[str, str], thread: str = "") -> str:
    body = {"channel": team.channel, "user": who(user), "text": text, "files": list(shared)}
    told = await team.control("message", **body, **({"thread_ts": thread} if thread else {}))
    return str(told["message"]["ts"])


async def attached(team: Any) -> dict[str, int]:
    (card,) = await team.cards_like(team.order)
    return {
        each["name"].partition(" (")[0]: each["bytes"] for each in await team.get(f"/1/cards/{card['id']}/attachments")
    }


async def filed(team: Any, ts: str) -> Any:
    await team.reacts("priya", ts)
    draft = await team.hears(ts, team.order)
    await team.presses("priya", draft, "ticket_file")
    await team.hears(ts, "Filed")
    await team.quiet()
    return draft


async def test_the_preview_says_so_and_each_arrives_once(team: Any) -> None:
    ts = await shares(team, "mira", team.report, given("cart.png", PNG, "image/png"))
    await shares(team, "tomas", "", given("log.txt", b"TypeError", "text/plain"), thread=ts)
    await team.control("fault", target="trello", method="POST /1/cards/", kind="lost_reply", times=1, after=0)
    draft = await filed(team, ts)
    assert "Goes to the card, too: 1 image, 1 other file" in seen(draft)
    assert await attached(team) == {"cart.png": len(PNG), "log.txt": len(b"TypeError")}
    assert len(await team.parts.audit.entries(50, action="card.attach")) == 2


async def test_what_is_too_large_becomes_a_link(team: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying, "FILE_LIMIT", 8)
    ts = await shares(team, "mira", team.report, given("film.mp4", b"x" * 9, "video/mp4"))
    await filed(team, ts)
    (card,) = await team.cards_like(team.order)
    (link,) = await team.get(f"/1/cards/{card['id']}/attachments")
    assert not link["isUpload"]
    assert ts.replace(".", "") in link["url"]


async def test_a_file_that_cannot_be_had_is_told_and_the_card_is_filed(
    team: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "is_slacks", lambda *_: False)
    ts = await shares(team, "mira", team.report, given("cart.png", PNG, "image/png"))
    await filed(team, ts)
    said = await team.hears(ts, "not all of its files")
    assert "cart.png: it is not kept in Slack" in seen(said)
    assert await attached(team) == {}


async def test_an_image_alone_is_answered_with_a_question(team: Any) -> None:
    ts = await shares(team, "mira", "", given("cart.png", PNG, "image/png"))
    await team.reacts("priya", ts)
    assert "What happened" in await team.whispers("priya", "no text to make a ticket from")
