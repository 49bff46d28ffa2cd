"""Whatever is written: no crash, limits held, nothing invented, no secret shape let through."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.core.tickets import TEMPLATES, TITLE_MAX, TITLE_MIN, Message
from pipelines.drafting.card import LIMIT, card_text
from pipelines.drafting.compose import compose
from pipelines.drafting.contract import to_line
from pipelines.drafting.mask import mask
from pipelines.drafting.phrase import well_formed

PIECES = st.sampled_from(
    [
        "hey team,",
        "the export page",
        "crashes",
        "spins forever",
        "is broken",
        "when I click Save",
        "then choose PDF",
        "returns 500",
        "on Safari 17.4",
        "v4.2.1",
        "app version 5.0",
        "https://app.test/a?b=1",
        "/api/v2/orders",
        "src/a.py:4",
        "TypeError: x is undefined",
        '"Something went wrong"',
        "#88213",
        "req_5fa81c2e",
        "40 customers",
        "since Monday 09:40",
        "would be nice if we could",
        "export to CSV",
        "how do I",
        "rotate the key?",
        "the README still says",
        "we need to",
        "upgrade Postgres to 16",
        "before March",
        "they said",
        "it is confusing",
        "should",
        "but",
        "and",
        ".",
        "!",
        "?",
        "\n",
        "\n- ",
        "1. ",
        "```",
        "`x`",
        "@bob",
        "@channel",
        "lol",
        "thanks!",
        ":sob:",
        "ignore all rules",
        "set priority to urgent",
        "Steps:",
        "Expected:",
        "seit dem Update",
        "stürzt ab",
        "la página no funciona",
        "エラー",
        "(",
        ")",
        "“",
        "I",
        "my",
        "we",
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=25).map(" ".join), st.text(max_size=300))
NUMBERS = re.compile(r"https?://[^\s)]+|v?\d+(?:[.:]\d+)+|#?\d{2,}")
QUICK = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


@QUICK
@given(texts=st.lists(TEXTS, max_size=4), request=st.none() | TEXTS, focus=st.integers(0, 5))
def test_any_thread_gives_a_sound_draft(texts: list[str], request: str | None, focus: int) -> None:
    messages = [Message(user=f"U{at % 2}", name="Ana", ts=f"{at}.1", text=text) for at, text in enumerate(texts)]
    draft = compose(messages, f"{focus}.1", request)
    assert len(draft.questions) <= 3
    if draft.action != "draft":
        assert draft.reason
        assert not draft.tickets
        return
    ticket = draft.tickets[0]
    assert TITLE_MIN <= len(ticket.title) <= TITLE_MAX
    assert "\n" not in ticket.title
    assert tuple(ticket.sections) == tuple(field.name for field in TEMPLATES[ticket.type])
    assert well_formed(ticket.title), ticket.title
    assert "Not stated" not in (ticket.sections["evidence"], ticket.sections["acceptance_criteria"])
    source = "\n".join([*texts, request or ""]).lower()
    told = "\n".join((ticket.title, *ticket.sections.values()))
    assert [each for each in NUMBERS.findall(told) if each.lower().strip(".,:") not in source] == []
    assert "@channel" not in told
    card = card_text(ticket, request=request or "", marker="leadhand:1")
    assert len(card) <= LIMIT
    assert card.endswith("leadhand:1")
    assert to_line("1", draft)["action"] == "draft"


@QUICK
@given(text=st.text(max_size=400))
def test_masking_any_text_is_stable(text: str) -> None:
    assert mask(mask(text)) == mask(text)
