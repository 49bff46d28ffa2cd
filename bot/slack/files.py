"""Files that people share in Slack: read from a message, and fetched from Slack's own hosts alone."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.slack.workspaces import Workspace
from pipelines.core.chat import FILE_LIMIT
from pipelines.core.errors import TellPerson, TryAgain
from pipelines.core.tickets import File
from pipelines.drafting.mask import mask

# Modes of files that are not there (any more): docs.slack.dev/reference/objects/file-object.
ABSENT = frozenset({"tombstone", "hidden_by_limit"})
FILE_HOST = "files.slack.com"
TIMEOUT = aiohttp.ClientTimeout(total=60, connect=5)
GONE = "it was deleted in Slack"
REFUSED = "Slack does not let me read it (is the scope files:read granted?)"


def files_of(raw: dict[str, Any]) -> tuple[File, ...]:
    """The files of a message as Slack tells of them; those that were deleted are left out."""
    found = raw.get("files")
    told = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return tuple(_file(one) for one in told if one.get("id") and one.get("mode") not in ABSENT)


def _file(one: dict[str, Any]) -> File:
    url = one.get("url_private_download") or one.get("url_private") or ""
    size = one.get("size")
    return File(
        id=str(one["id"]),
        name=mask(str(one.get("name") or one.get("title") or "file")),
        kind=str(one.get("mimetype") or ""),
        size=size if isinstance(size, int) else 0,
        url="" if one.get("is_external") else str(url),
    )


async def fetch(workspace: Workspace, file: File) -> bytes:
    """The bytes of the file, with the workspace's token, which goes to no other host.

    Raises TellPerson with half a sentence that says why not, TryAgain for a passing fault.
    """
    client = workspace.client
    if not is_slacks(file.url, client.base_url):
        raise TellPerson("it is not kept in Slack")
    session = client.session
    assert session is not None  # noqa: S101  # bot/app.py passes one in
    head = {"Authorization": f"Bearer {client.token}"}
    try:
        async with session.get(file.url, headers=head, allow_redirects=False, timeout=TIMEOUT) as answer:
            _judge(answer)
            content = await answer.content.read(FILE_LIMIT + 1)
            while len(content) <= FILE_LIMIT and (more := await answer.content.read(FILE_LIMIT + 1 - len(content))):
                content += more
    except (aiohttp.ClientError, OSError, TimeoutError) as failure:
        raise TryAgain("Slack is not answering.", sure=True) from failure
    if len(content) > FILE_LIMIT:
        raise TellPerson("it is larger than Slack said")
    return content


def is_slacks(url: str, api_url: str) -> bool:
    """Whether the address is on Slack's file host, or on the very host that serves the API."""
    try:
        given, api = urlsplit(url), urlsplit(api_url)
        same = (given.scheme, given.hostname, given.port) == (api.scheme, api.hostname, api.port)
        return same or (given.scheme, given.hostname, given.port) == ("https", FILE_HOST, None)
    except ValueError:
        return False


def _judge(answer: aiohttp.ClientResponse) -> None:
    if answer.status == 429 or answer.status >= 500:
        raise TryAgain("Slack is not answering.", sure=True)
    if answer.status in {404, 410}:
        raise TellPerson(GONE)
    # Without the scope Slack leads to its page for signing in.
    if answer.status != 200:
        raise TellPerson(REFUSED)
