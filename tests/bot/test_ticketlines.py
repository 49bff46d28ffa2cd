"""`leadhand draft`, `classify` and `similar` as scripts use them: lines in, lines out, no Slack, no database."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main

REPORT = "The CSV export of order 48213 hangs on Safari 17.4, the spinner never stops when I press Export on /orders"
THREAD = [{"user": "mira", "ts": "1.0", "text": "morning all"}, {"user": "mira", "ts": "2.0", "text": REPORT}]


@pytest.fixture
def leadhand(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command on lines; its status, its lines, and what it says on standard error."""
    monkeypatch.chdir(tmp_path)
    for name in ("LEADHAND_MODEL", "DATABASE_URL", "SLACK_BOT_TOKEN"):
        monkeypatch.delenv(name, raising=False)

    def ran(*arguments: str, lines: tuple[Any, ...] = ()) -> tuple[int, list[Any], str]:
        text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        status = main([*arguments])
        said = capsys.readouterr()
        return status, [json.loads(line) for line in said.out.splitlines()], said.err

    return ran


@pytest.fixture
def written(tmp_path: Path) -> Any:
    """A file of lines."""

    def wrote(*lines: Any) -> str:
        path = tmp_path / "lines.jsonl"
        path.write_text("".join((x if isinstance(x, str) else json.dumps(x)) + "\n" for x in lines), "utf-8")
        return str(path)

    return wrote


def test_a_thread_becomes_a_draft_with_the_keys_of_the_contract(leadhand: Any, tmp_path: Path) -> None:
    status, (line,), err = leadhand("draft", "--json", lines=({"id": "a", "thread": THREAD, "focus": "2.0"},))
    assert (status, err) == (0, "")
    assert set(line) == {"id", "action", "tickets", "questions", "engine"}
    assert (line["id"], line["action"], line["engine"]) == ("a", "draft", "rules")
    (ticket,) = line["tickets"]
    assert ticket["type"] == "bug"
    assert "Safari 17.4" in ticket["environment"]
    assert isinstance(ticket["steps"], list)
    assert ticket["sources"] == ["1.0", "2.0"]
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"


def test_the_model_of_the_settings_writes_it(leadhand: Any, monkeypatch: Any, tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    fields = {"title": "CSV export hangs on Safari 17.4", "description": "A flibberwock wait.", "actual": "It hangs."}
    answers = [{"step": "ticket.type", "answer": {"type": "bug"}}, {"step": "ticket.bug", "answer": fields, "times": 1}]
    script.write_text(json.dumps({"name": "parrot", "answers": answers}), "utf-8")
    monkeypatch.setenv("LEADHAND_MODEL", f"scripted:{script}")
    status, (first, second), _ = leadhand("draft", "--json", lines=({"id": 1, "thread": THREAD},) * 2)
    assert status == 0
    assert first["engine"] == "parrot"
    assert first["tickets"][0]["description"].startswith("A flibberwock wait.")
    assert second["engine"] == "rules:no use", "a model that fails leaves the rules' draft"
    assert "Safari 17.4" in str(second["tickets"])


@pytest.mark.parametrize(
    ("thread", "action"),
    [
        ([{"text": "lol"}], "ask"),
        ([{"user": "m", "ts": "1", "text": ""}], "ask"),
        ([{"text": "thanks a lot!"}], "reject"),
    ],
)
def test_too_little_is_asked_about_or_declined(leadhand: Any, thread: Any, action: str) -> None:
    _, (line,), _ = leadhand("draft", "--json", lines=({"id": 1, "thread": thread},))
    assert (line["action"], line["tickets"]) == (action, [])
    assert line["reason"]


@pytest.mark.parametrize(
    "bad", [{"id": 1}, {"id": 1, "thread": []}, {"id": 1, "thread": ["x"]}, {"id": 1, "thread": [{"text": 5}]}, "{"]
)
def test_a_bad_line_answers_for_itself(leadhand: Any, bad: Any) -> None:
    status, (first, second), _ = leadhand("draft", "--json", lines=(bad, {"id": 2, "thread": THREAD}))
    assert status == 1
    assert "error" in first
    assert second["action"] == "draft"


def test_types_are_said_by_rules(leadhand: Any) -> None:
    asked = (
        {"id": 1, "title": "Export crashes", "body": "TypeError"},
        {"id": 2, "title": "", "body": "How do I log in?"},
    )
    status, said, _ = leadhand("classify", "--json", lines=(*asked, {"id": 3, "title": " "}))
    assert status == 1
    assert [line.get("label") for line in said] == ["bug", "question", None]
    assert all(0 <= line["confidence"] <= 1 for line in said[:2])


def test_types_are_learned_from_a_file_in_its_labels(leadhand: Any, written: Any) -> None:
    train = written(
        {"id": 1, "title": "Export crashes", "body": "error", "label": "defect"},
        "",
        {"id": 2, "title": "Please support dark mode", "body": None, "label": "wish"},
    )
    asked = ({"id": 8, "title": "Import crashes"}, {"id": 9, "title": "support light mode"})
    status, said, _ = leadhand("classify", "--json", "--train", train, lines=asked)
    assert (status, [line["label"] for line in said]) == (0, ["defect", "wish"])


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ((), "holds no line"),
        (({"id": 1, "title": "x", "label": "a"}, "{"), "line 2: not JSON"),
        (("[]",), "line 1: not a JSON object"),
        (({"id": 1, "title": "x"},), '"label"'),
        (({"id": 1, "label": "bug"},), '"title" or "body"'),
    ],
)
def test_a_bad_training_file_is_refused_with_its_line(leadhand: Any, written: Any, lines: Any, words: str) -> None:
    path = written(*lines)
    status, said, err = leadhand("classify", "--json", "--train", path)
    assert (status, said) == (2, [])
    assert words in err
    assert path in err


def test_past_tickets_are_ranked(leadhand: Any, written: Any) -> None:
    pool = written(
        {"id": "p1", "title": "Export hangs on Safari", "body": "", "created": "2024-01-01"},
        {"id": 2, "title": "Export is slow", "body": "", "created": 1735689600},
        {"id": "p3", "title": "Dark mode", "body": ""},
    )
    asked = (
        {"id": "a", "title": "Exports hang in Safari", "body": ""},
        {"id": "b", "title": "Exports hang in Safari", "body": "", "created": "2024-06-01T00:00:00Z"},
        {"id": "p1", "title": "Export hangs on Safari", "body": ""},
        {"id": "c", "title": "Export", "created": "yesterday"},
    )
    status, said, _ = leadhand("similar", "--json", "--pool", pool, lines=asked)
    assert status == 1
    assert [line.get("ranked") for line in said] == [["p1", 2], ["p1"], [2], None]
    assert said[0]["scores"][0] > said[0]["scores"][1] > 0
    assert "created" in said[3]["error"]
    status, _, err = leadhand("similar", "--json", "--pool", "absent.jsonl")
    assert (status, "absent.jsonl cannot be read" in err) == (2, True)
