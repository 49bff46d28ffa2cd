"""People in several workspaces of one playground who install the app with their browsers."""

from __future__ import annotations

from typing import Any

import aiohttp
from yarl import URL

from storage.sealing import make_key

Json = dict[str, Any]
KEY = make_key()
OAUTH = {
    "SLACK_BOT_TOKEN": "",
    "SLACK_CLIENT_ID": "1000.2000",
    "SLACK_CLIENT_SECRET": "playground-client-secret",
    "LEADHAND_SIGNING_KEYS": KEY,
}


class Tenants:
    """`url` is the playground's address, `bot` the bot's own."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.session = session
        self.bot = ""

    async def control(self, verb: str, **body: Any) -> Json:
        async with self.session.post(f"{self.url}/_control/{verb}", json=body) as answer:
            said: Json = await answer.json()
            assert said["ok"], (verb, said)
            return said

    async def opens(self, name: str) -> Json:
        """A further workspace: team, users, channels."""
        return await self.control("workspace", name=name)

    async def starts(self, browser: aiohttp.ClientSession) -> URL:
        """Opens the install page; where it leads."""
        async with browser.get(f"{self.bot}/slack/install", allow_redirects=False) as answer:
            assert answer.status == 302, await answer.text()
            return URL(answer.headers["Location"], encoded=True)

    async def consents(self, page: URL, team: str, *, allow: bool = True) -> URL:
        """Decides on Slack's page; where it leads back to."""
        said = await self.control("install", url=str(page), team=team, allow=allow)
        return URL(said["location"], encoded=True)

    async def ends(self, browser: aiohttp.ClientSession, back: URL) -> tuple[int, str]:
        """Follows the way back: status and text of the page."""
        async with browser.get(back) as answer:
            return answer.status, await answer.text()

    async def installs(self, team: str) -> tuple[int, str]:
        """The whole way in a browser of its own."""
        async with a_browser() as browser:
            return await self.ends(browser, await self.consents(await self.starts(browser), team))

    async def calls(self, method: str) -> int:
        """How often the app called this method."""
        async with self.session.get(f"{self.url}/_control/log") as answer:
            log = (await answer.json())["log"]
        return sum(line["kind"] == "web_api" and line["summary"].startswith(method) for line in log)

    async def is_installed(self, team: str) -> bool:
        async with self.session.get(f"{self.url}/_control/state") as answer:
            return any(one["id"] == team and one["installed"] for one in (await answer.json())["teams"])


def a_browser() -> aiohttp.ClientSession:
    """One that keeps cookies, of an address without a name, too."""
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
