"""A model's text is harmless in Slack, whole or in pieces."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.untrusted import Growing, clean, mrkdwn

MARKS = {"1": "https://code.example/repo/blob/abc/a.py#L1-L3"}
KEY = "ghp_" + "a1B2" * 9


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Ask <@U0MIRA> and <!channel> in <#C1>.", "Ask <\u200b@U0MIRA> and (channel) in <\u200b#C1>."),
        ("See [here](https://evil.example/?q=1).", "See here `https://evil.example/?q=1`."),
        ("![logo](https://evil.example/x.png)", "logo `https://evil.example/x.png`"),
        ("Go to https://evil.example/a_b, now", "Go to `https://evil.example/a_b`, now"),
        ("<https://evil.example|x>", "<\u200b`https://evil.example`|x>"),
        ("evil.example/a or www.evil.example", "`evil.example/a` or `www.evil.example`"),
        ("Write to a.b@evil.example.", "Write to `a.b@evil.example`."),
        ("[x]: https://evil.example", "[x]\u200b: `https://evil.example`"),
        ("It is in `https://code.example` and a.py.", "It is in `https://code.example` and a.py."),
        ("So it is [1], not [2].", f"So it is [[1]]({MARKS['1']}), not [2]."),
        ("[1](https://evil.example)", "1 `https://evil.example`"),
        (f"The token is {KEY}.", "The token is [secret removed]."),
        (
            "```py\nx = '<@U1>' # https://a.example [1]\n```\n",
            "```py\nx = '<\u200b@U1>' # https://a.example [1]\n```\n",
        ),
    ],
)
def test_what_is_left_of_it(said: str, shown: str) -> None:
    assert clean(said, MARKS) == shown


def test_a_label_of_nested_brackets_makes_no_link() -> None:
    for said in ("[a [b]](https://evil.example)", "[a\nb](https://evil.example)", "[](https://evil.example)"):
        assert "](" not in clean(said)
        assert "`https://evil.example`" in clean(said)


@pytest.mark.parametrize(
    ("markdown", "older"),
    [
        ("# Head\n", "*Head*\n"),
        ("**Bold** and `a<b>`", "*Bold* and `a&lt;b&gt;`"),
        ("- one\n  * two\n", "• one\n  • two\n"),
        (f"It is [[1]]({MARKS['1']}).", f"It is <{MARKS['1']}|[1]>."),
        ("~~~py\na < b\n~~~\n", "```\na &lt; b\n```\n"),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
    ],
)
def test_the_same_in_the_older_markup(markdown: str, older: str) -> None:
    assert mrkdwn(markdown) == older


SENTENCES = ("Some words. ", "More words, ", "`code` ", "[a](https://e.example/x) ", "[1] ", f"key {KEY}", "1. one\n")
SECRETS = ("password: hunter2 ", "4111 1111 ", "1111 1111 ", "-----BEGIN PRIVATE KEY-----\n", "abcd\n")
ENDS = ("\n", "\n\n", "```\n", "x = 1\n", "<@U1>", "-----END PRIVATE KEY-----\n", "https://evil.example/p ", "a" * 300)
PIECES = st.lists(st.sampled_from([*SENTENCES, *SECRETS, *ENDS, "- two\n"]), max_size=40).map("".join)


@settings(max_examples=50, deadline=None)
@given(PIECES, st.integers(min_value=1, max_value=60))
def test_pieces_come_to_the_same(text: str, size: int) -> None:
    growing = Growing()
    growing.marks = MARKS
    shown = "".join([*(growing.feed(text[at : at + size]) for at in range(0, len(text), size)), growing.close()])
    assert shown == clean(text, MARKS)
    for secret in (KEY, "hunter2"):
        assert secret not in shown
    assert "](https://e.example" not in shown or "```" in shown


def test_a_long_text_is_the_same_though_its_beginning_is_let_go() -> None:
    text = "".join(f"Line {number} says `code` and [1], see https://e.example/{number}.\n" for number in range(900))
    text += "```py\n" + "x = 1  # https://a.example\n" * 600 + "```\nAnd https://b.example.\n"
    growing = Growing()
    growing.marks = MARKS
    assert "".join([*(growing.feed(text[at : at + 997]) for at in range(0, len(text), 997)), growing.close()]) == clean(
        text, MARKS
    )
    assert len(growing._raw) < 10_000


def test_a_sentence_does_not_wait_for_its_line() -> None:
    growing = Growing()
    assert growing.feed("The first sentence. The sec") == "The first sentence. "
    assert growing.feed("ond [a](https://e.exa") == ""
    assert growing.feed("mple) ends. Third") == "The second a `https://e.example` ends. "
