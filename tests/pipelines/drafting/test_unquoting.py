"""A message is taken out of a card's text with every line that repeats it, and nothing else is touched."""

from __future__ import annotations

import pytest

from pipelines.core.tickets import Message, Ticket
from pipelines.drafting.card import card_text
from pipelines.drafting.unquoting import TAKEN_OUT, without_message, without_request

LINK = "https://larkspur.slack.com/archives/C1/p{ts}?thread_ts=100.000001&cid=C1"


def said(ts: str, name: str, text: str) -> Message:
    return Message(user="U1", ts=ts, text=text, name=name, permalink=LINK.format(ts=ts.replace(".", "")))


@pytest.fixture
def description() -> str:
    ticket = Ticket(
        title="Export hangs",
        type="bug",
        sections={
            "description": "The export hangs on Safari.\nOrder 48213 of Acme GmbH is lost since Monday.",
            "steps": "Open orders\nPress Export",
            "evidence": "48213",
        },
        sources=(
            said("100.000001", "Mira", "The export hangs on Safari.\nPress Export in orders."),
            said("100.000002", "Jonas", "Order 48213 of Acme GmbH is lost since Monday.\n\n> and a quote\nBad!"),
        ),
    )
    return card_text(ticket, request="the request for Acme", requested_by="Priya", marker="leadhand:d1")


def test_the_quote_and_what_repeats_it_go(description: str) -> None:
    left = without_message(description, "100.000002")
    for gone in ("Acme GmbH", "48213", "Jonas", "Bad!", "and a quote"):
        assert gone not in left
    for kept in ("The export hangs on Safari.", "1. Open orders", "**Mira**", "the request for Acme", "leadhand:d1"):
        assert kept in left
    assert TAKEN_OUT in left
    assert without_message(left, "100.000002") == left, "a second time changes nothing"


def test_the_request_goes_alone(description: str) -> None:
    left = without_request(description)
    assert "the request for Acme" not in left
    assert "Order 48213" in left
    assert "**Mira**" in left


@pytest.mark.parametrize("ts", ["100.000003", "100.00000", "1.0"])
def test_a_message_that_is_not_quoted_changes_nothing(description: str, ts: str) -> None:
    assert without_message(description, ts) == description
    assert without_request("no request here") == "no request here"
