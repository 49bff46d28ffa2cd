"""Slack's text both ways: what people wrote as plain text, what we say escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

TOKEN = re.compile(r"<([@#!]?)([^<>|\s][^<>|]*)(?:\|([^<>]*))?>")
MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")


def plain(text: str, names: Mapping[str, str]) -> str:
    """Slack's mrkdwn tokens as a person reads them; `names` maps user ids to names."""

    def read(found: re.Match[str]) -> str:
        sigil, body, label = found.groups()
        if sigil == "@":
            return f"@{names.get(body, label or body)}"
        if sigil == "#":
            return f"#{label or body}"
        if sigil == "!":
            return f"@{label or body.partition('^')[0]}".replace("@@", "@")
        address = body.removeprefix("mailto:")
        return address if not label or label in address else f"{label} ({address})"

    return unescape(TOKEN.sub(read, text))


def unescape(text: str) -> str:
    """Slack escapes these three and no others."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escape(text: str) -> str:
    """Text of people, safe in mrkdwn: no token, mention or link can come of it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mentioned(text: str) -> set[str]:
    """The ids of the users a message mentions."""
    return set(MENTION.findall(text))


def without_mention(text: str, user: str) -> str:
    """The message without this user's mention."""
    return re.sub(rf"\s*<@{re.escape(user)}(?:\|[^<>]*)?>\s*", " ", text).strip()


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, the cut shown."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def link(address: str, label: str) -> str:
    """A link made by our code; a label can't break out of it."""
    return f"<{address.replace('>', '%3E').replace('|', '%7C').replace('<', '%3C')}|{escape(label).replace('|', '¦')}>"


def host(address: str) -> str:
    """The host of an address, empty when it has none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
