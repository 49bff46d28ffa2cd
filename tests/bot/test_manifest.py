"""The manifest as setup and doctor use it: fitted, linked to, compared."""

from __future__ import annotations

import copy
import json
from urllib.parse import parse_qs, urlsplit

from bot.manifest import Difference, compare, for_many, load, new_app_link, over_http
from bot.playground.manifest import manifest_problems
from bot.slack.install import REDIRECT


def test_it_is_the_one_of_the_checkout_and_slack_takes_it_in_every_form() -> None:
    ours = load()
    assert ours["display_information"]["name"] == "leadhand"
    http = over_http(ours, "https://leadhand.example.com/")
    assert http["features"]["slash_commands"][0]["url"] == "https://leadhand.example.com/slack/events"
    many = for_many(http, "https://leadhand.example.com" + REDIRECT)
    for manifest in (ours, http, many):
        assert manifest_problems(manifest) == []
    assert "url" not in load()["features"]["slash_commands"][0]


def test_the_link_holds_all_of_it() -> None:
    query = parse_qs(urlsplit(new_app_link(load())).query)
    assert query["new_app"] == ["1"]
    assert json.loads(query["manifest_json"][0]) == load()
    # A browser and Slack take addresses of this length; a longer one would have to be checked anew.
    assert len(new_app_link(load())) < 8_000


def test_names_and_texts_are_free_and_doors_are_not() -> None:
    ours = load()
    theirs = copy.deepcopy(ours)
    theirs["display_information"]["name"] = "acme bot"
    theirs["features"]["slash_commands"][0]["description"] = "Fragen"
    assert compare(ours, theirs) == []
    theirs["oauth_config"]["scopes"]["bot"].remove("reactions:read")
    theirs["oauth_config"]["scopes"]["bot"].append("files:write")
    theirs["features"]["slash_commands"].pop(0)
    theirs["features"].pop("agent_view")
    theirs["settings"]["interactivity"]["is_enabled"] = False
    assert compare(ours, theirs) == [
        Difference("scopes", "OAuth & Permissions", ("reactions:read",), ("files:write",)),
        Difference("commands", "Slash Commands", ("/ask",), ()),
        Difference("interactivity", "Interactivity & Shortcuts", ("interactivity",), ()),
        Difference("agent", "Agents & AI Apps", ("agent",), ()),
    ]
    assert {one.part for one in compare(ours, {})} >= {"scopes", "events", "commands", "shortcuts", "bot user"}
    assert compare(ours, {"features": [], "settings": "x", "oauth_config": {"scopes": None}})
