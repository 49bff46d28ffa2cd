"""Secrets and mass mentions go, everything else stays word for word."""

from __future__ import annotations

import time

import pytest

from pipelines.drafting.mask import REMOVED, mask

# Put together here, so that no scanner takes a made-up secret for a real one.
SECRETS = {
    "aws": "AK" + "IA" + "ABCDEFGHIJKLMNOP",
    "github": "gh" + "p_" + "a1B2" * 9,
    "github fine": "github" + "_pat_" + "A1b2C3d4" * 4,
    "gitlab": "gl" + "pat-" + "a1b2c3d4e5f6g7h8i9j0",
    "slack bot": "xo" + "xb-" + "123456789012-abcdefabcdef",
    "slack app": "xa" + "pp-1-" + "A012345-6789-abcdef",
    "openai": "sk" + "-proj-" + "abcdEFGH1234ijkl",
    "anthropic": "sk" + "-ant-" + "api03-abcdEFGH1234ijkl",
    "stripe": "sk" + "_live_" + "abcdEFGH1234ijkl",
    "google": "AI" + "za" + "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q",
    "jwt": "ey" + "JhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0." + "abcDEF123456",
    "npm": "npm" + "_" + "a1B2c3D4e5F6g7H8i9J0k1L2",
}
AROUND = ("it fails with {} on staging", "key={}", "`{}`", "({}),", '"{}"', "line\n{}\nline")


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("name", SECRETS)
def test_known_shapes_are_removed_wherever_they_stand(name: str, around: str) -> None:
    said = mask(around.format(SECRETS[name]))
    assert SECRETS[name] not in said
    assert REMOVED in said


@pytest.mark.parametrize(
    ("said", "secret", "left"),
    [
        ("postgres://app:hunter22@db.test/x", "hunter22", "@db.test/x"),
        ("password=hunter2", "hunter2", "password="),
        ("the password is h4nter!2 btw", "h4nter!2", "btw"),
        ('"client_secret": "abc123def456"', "abc123def456", "client_secret"),
        ("token: a8f3k2m9q1", "a8f3k2m9q1", "token"),
        ("Authorization: Bearer abcd1234efgh", "abcd1234efgh", "Authorization"),
        ("curl -H 'X-Api-Key: abcd1234efgh'", "abcd1234efgh", "curl"),
        ("card 4111 1111 1111 1111 was charged", "4111 1111 1111 1111", "was charged"),
        ("card 5500-0000-0000-0004", "5500-0000-0000-0004", "card"),
        ("SESSION=Zk9vQ2xwT3hLbW5RsT8uVw1", "Zk9vQ2xwT3hLbW5RsT8uVw1", "SESSION="),
        ("-----BEGIN " + "PRIVATE KEY-----\nMIIabc\n-----END " + "PRIVATE KEY----- done", "MIIabc", "done"),
    ],
)
def test_values_are_removed_and_their_names_stay(said: str, secret: str, left: str) -> None:
    assert secret not in mask(said)
    assert REMOVED in mask(said)
    assert left in mask(said)


@pytest.mark.parametrize(
    "said",
    [
        "the password reset page is broken",
        "password: required",
        "token: expired",
        "my token is invalid",
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
        "order 4111111111111112 is late",
        "basic authentication and bearer tokens confuse me",
        "see src/checkout/summary.tsx:41 and /api/v2/orders?x=1",
        "mail bob@here.test, not @heresy",
        "request 123e4567-e89b-12d3-a456-426614174000 took 1712000000000 ms",
    ],
)
def test_plain_talk_stays(said: str) -> None:
    assert mask(said) == said


@pytest.mark.parametrize(
    "said",
    [
        "<!channel> help",
        "<!here|here> help",
        "@channel help",
        "hey @Everyone",
        "@here",
        "＠channel",
        "<!subteam^S012AB|@ops>",
    ],
)
def test_mass_mentions_are_bare_words(said: str) -> None:
    assert "<!" not in mask(said)
    assert "@" not in mask(said).replace("＠", "@")


def test_masking_twice_is_masking_once() -> None:
    text = " ".join(SECRETS.values()) + " password=hunter2 @channel"
    assert mask(mask(text)) == mask(text)


@pytest.mark.parametrize(
    "piece", ["a", "password=", "http://a:", "1 ", "A1b", "-----BEGIN PRIVATE KEY-----", "eyJ", "<!"]
)
def test_long_text_is_masked_in_a_blink(piece: str) -> None:
    started = time.process_time()
    mask((piece * 40_000)[:40_000])
    assert time.process_time() - started < 0.5
