"""Slack's text both ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.text import cut, escape, host, link, mentioned, plain, unescape, without_mention

NAMES = {"U1": "Maya"}


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("hi <@U1>", "hi @Maya"),
        ("hi <@U9|sam>", "hi @sam"),
        ("hi <@U9>", "hi @U9"),
        ("see <#C1|general>", "see #general"),
        ("<!channel> <!here>", "@channel @here"),
        ("<!subteam^S1|@devs> look", "@devs look"),
        ("<https://a.example/x?a=1&amp;b=2>", "https://a.example/x?a=1&b=2"),
        ("<https://a.example|docs>", "docs (https://a.example)"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
        ("&amp;lt; stays an entity", "&lt; stays an entity"),
        ("a < b > c", "a < b > c"),
    ],
)
def test_tokens_read_as_a_person_reads_them(raw: str, read: str) -> None:
    assert plain(raw, NAMES) == read


@given(st.text())
def test_escaped_text_holds_no_token_and_reads_back_the_same(text: str) -> None:
    assert "<" not in escape(text)
    assert unescape(escape(text)) == text


def test_a_mention_is_found_and_taken_out() -> None:
    assert mentioned("<@U1> and <@U2|x>") == {"U1", "U2"}
    assert without_mention("<@UBOT> file this", "UBOT") == "file this"
    assert without_mention("please <@UBOT> file this", "UBOT") == "please file this"


def test_a_link_cannot_be_broken_out_of() -> None:
    made = link("https://t.example/c/1", "<!channel> | >x<")
    assert made.count("<") == 1
    assert made.count(">") == 1
    assert made.count("|") == 1


def test_a_cut_shows_and_holds_the_limit() -> None:
    assert cut("abcdef", 4) == "abc…"
    assert cut("abcd", 4) == "abcd"


@pytest.mark.parametrize(
    ("address", "name"), [("https://A.example:1/x", "a.example"), ("nonsense", ""), ("http://[", "")]
)
def test_the_host_of_an_address(address: str, name: str) -> None:
    assert host(address) == name
