"""Which files of a message count, and where the workspace's token may go."""

import pytest

from bot.slack.files import files_of, is_slacks
from pipelines.core.tickets import File, Message

API = "https://slack.com/api/"


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://files.slack.com/files-pri/T1-F1/cart.png", True),
        ("https://slack.com/files/F1", True),
        ("http://files.slack.com/files-pri/T1-F1/cart.png", False),
        ("https://files.slack.com:8443/F1", False),
        ("https://files.slack.com.evil.example/F1", False),
        ("https://files.slack.com@evil.example/F1", False),
        ("https://evil.example/files.slack.com", False),
        ("file:///etc/passwd", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_the_token_goes_to_slacks_own_hosts(url: str, same: bool) -> None:
    assert is_slacks(url, API) is same


def test_deleted_and_malformed_files_are_left_out() -> None:
    told = [
        {"id": "F1", "mode": "tombstone"},
        {"id": "F2", "mode": "hidden_by_limit"},
        {"name": "nameless"},
        "F3",
        {"id": "F4", "name": "a.txt", "mimetype": "text/plain", "size": 3, "url_private": "https://files.slack.com/4"},
        {"id": "F5", "title": "Plan", "is_external": True, "url_private": "https://docs.example/5"},
    ]
    assert files_of({"files": told}) == (
        File(id="F4", name="a.txt", kind="text/plain", size=3, url="https://files.slack.com/4"),
        File(id="F5", name="Plan"),
    )
    assert files_of({"files": "F1"}) == files_of({}) == ()


def test_a_message_without_files_is_written_as_before() -> None:
    message = Message(user="U1", ts="1.0", text="hello")
    assert set(message.model_dump()) == {"user", "ts", "text", "name", "permalink"}
    shared = message.model_copy(update={"files": (File(id="F1", name="a.png"),)})
    assert Message.model_validate_json(shared.model_dump_json()) == shared
