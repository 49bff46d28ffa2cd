"""What a person types, turned into Slack's message text."""

import re
from collections.abc import Callable

from bot.playground.workspace import Workspace

Rewrite = Callable[[str], str]

TOKEN = re.compile(
    r"<(?:@[UW][A-Z0-9]+|#C[A-Z0-9]+(?:\|[^<>]*)?|![a-z]+(?:\^[A-Z0-9]+)?(?:\|[^<>]*)?|https?://[^<>\s]+)>"
)
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
NAME = re.compile(r"(?<![\w@.])@([a-z0-9][a-z0-9._-]*[a-z0-9]|[a-z0-9])", re.IGNORECASE)
CHANNEL = re.compile(r"(?<![\w#&])#([a-z0-9_-]+)")
URL = re.compile(r"https?://(?:(?!&[lg]t;)[^\s<>|])+")
ANGLE = re.compile(r"<[^<>\n]*>")
BROADCAST = re.compile(r"(?<![\w@])@(here|channel|everyone)\b")


def encode(text: str, workspace: Workspace) -> str:
    """Escape `& < >`, name known people and channels by id, wrap bare URLs; leave Slack's own tokens and code."""
    return _around(TOKEN, text, lambda plain: _around(CODE, plain, lambda rest: _words(rest, workspace), _escape), str)


def link_urls(text: str) -> str:
    """An app's message text with its bare URLs wrapped as Slack wraps them; tokens in `<>` and code stay."""
    return _around(ANGLE, text, lambda plain: _around(CODE, plain, _link_bare, str), str)


def _link_bare(text: str) -> str:
    return _around(URL, text, str, lambda url: _wrap(url, str))


def _around(pattern: re.Pattern[str], text: str, outside: Rewrite, inside: Rewrite) -> str:
    parts: list[str] = []
    place = 0
    for match in pattern.finditer(text):
        parts += [outside(text[place : match.start()]), inside(match.group())]
        place = match.end()
    return "".join([*parts, outside(text[place:])])


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _words(text: str, workspace: Workspace) -> str:
    return _around(URL, text, lambda rest: _names(_escape(rest), workspace), _link)


def _link(url: str) -> str:
    return _wrap(url, _escape)


def _wrap(url: str, escape: Rewrite) -> str:
    bare = url.rstrip(".,;:!?)'\"*_~")
    return f"<{escape(bare)}>{escape(url[len(bare) :])}"


def _names(text: str, workspace: Workspace) -> str:
    people = {user["name"].lower(): user["id"] for user in workspace.users.all()}
    channels = {channel["name"]: channel["id"] for channel in workspace.channels.all() if channel["name"]}

    def person(match: re.Match[str]) -> str:
        user = people.get(match[1].lower())
        return f"<@{user}>" if user else match[0]

    def channel(match: re.Match[str]) -> str:
        found = channels.get(match[1])
        return f"<#{found}|{match[1]}>" if found else match[0]

    return CHANNEL.sub(channel, NAME.sub(person, BROADCAST.sub(r"<!\1>", text)))
