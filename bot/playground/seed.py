"""Fills an empty workspace with the sample company of `company.json`."""

import json
import time
from pathlib import Path
from typing import Any

from bot.playground import typed
from bot.playground.store import Document
from bot.playground.team import Team
from bot.playground.workspace import Workspace, message_path, mint

COMPANY_FILE = Path(__file__).parent / "company.json"
SETTINGS = ("name", "domain")
TABLES = ("user", "channel", "company", "message", "response_url", "stream", "session", "file")
SECONDS_PER_HOUR = 3600.0
NEWCOMERS = (
    ("Noor Haddad", "Owner", "8e5c9a"),
    ("Sam Reyes", "Support", "3d7f5c"),
    ("Ines Duarte", "Developer", "b86b2b"),
)


def read_company(file: Path = COMPANY_FILE) -> Document:
    """The sample company: settings, users, channels and messages, each message with its age in hours.

    A tip leads to a message by its name in braces.
    """
    company: Document = json.loads(file.read_text(encoding="utf-8"))
    return company


def plant(workspace: Workspace, company: Document) -> None:
    """Write the company into the empty workspace; ages count back from now."""
    now = time.time()
    with workspace.store.batch():
        for user in company["users"]:
            workspace.users.put(user["id"], user)
        for channel in company["channels"]:
            workspace.channels.put(channel["id"], {"is_im": False, **channel, "created": f"{now - 9e6:.6f}"})
        paths: dict[str, str] = {}
        for number, line in enumerate(company["messages"]):
            root = _plant_message(workspace, line, now, number)
            if "name" in line:
                paths[line["name"]] = message_path(root)
        tips = [tip.format_map(paths) for tip in company["tips"]]
        settings = {key: company[key] for key in SETTINGS}
        workspace.company.put("settings", {**settings, "tips": tips})


def _plant_message(workspace: Workspace, line: Document, now: float, number: int) -> Document:
    root = _message(workspace, line, now, number * 1000)
    workspace.put_message(root)
    for place, reply in enumerate(line.get("thread", []), 1):
        message = _message(workspace, {**reply, "channel": line["channel"]}, now, number * 1000 + place)
        workspace.put_message({**message, "thread_ts": root["ts"]})
    return root


def _message(workspace: Workspace, line: Document, now: float, micros: int) -> dict[str, Any]:
    # The number in the last digits keeps every ts unique, as Slack's are.
    seconds = int(now - line["hours_ago"] * SECONDS_PER_HOUR)
    message: dict[str, Any] = {
        "type": "message",
        "channel": line["channel"],
        "user": line["user"],
        "text": typed.encode(line["text"], workspace),
        "ts": f"{seconds}.{100_000 + micros:06d}",
        "team": workspace.team.id,
    }
    if line.get("reactions"):
        message["reactions"] = [
            {"name": name, "users": users, "count": len(users)} for name, users in line["reactions"].items()
        ]
    return message


def is_planted(workspace: Workspace) -> bool:
    """Whether the workspace was filled before."""
    return workspace.bot in workspace.users


def branch(name: str, domain: str) -> Document:
    """A small company for a further workspace: three people, two channels, no bot yet."""
    people = [_newcomer(*who) for who in NEWCOMERS]
    members = [user["id"] for user in people]
    place = {"is_private": False, "members": members}
    channels = [
        {"id": mint("C"), "name": "general", "topic": "Everybody", "is_general": True, **place},
        {"id": mint("C"), "name": "support", "topic": "What customers ask", **place, "members": list(members)},
    ]
    filled: Document = {"users": people, "channels": channels, "messages": [], "tips": []}
    return {**filled, "name": name, "domain": domain}


def _newcomer(real_name: str, title: str, color: str) -> Document:
    first, _, last = real_name.partition(" ")
    shown = {"name": first.lower(), "real_name": real_name, "title": title, "color": color}
    return {"id": mint("U"), **shown, "initials": first[0] + last[0], "is_bot": False, "is_admin": title == "Owner"}


def bot_user(team: Team, first: Document) -> Document:
    """The app's bot as a user of another workspace, after the one of the first."""
    return {**first, "id": team.bot_user}


def uproot(workspace: Workspace) -> None:
    """Empty the workspace."""
    with workspace.store.batch():
        for name in TABLES:
            workspace.table(name).clear()
        workspace.store.delete_blobs(f"{workspace.team.id}/")
    workspace.index()
