"""In which language the bot speaks to somebody: what they, the channel or the workspace chose, else their own."""

from __future__ import annotations

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.tongue import Catalog, language_of, load
from bot.slack.workspaces import Workspaces
from pipelines.core.asks import Place
from pipelines.core.errors import LeadhandError
from pipelines.policy.house import House

AUTOMATIC = "auto"
TROUBLE = (LeadhandError, SlackApiError, SlackClientError, aiohttp.ClientError, TimeoutError, OSError)


class Voice:
    """Catalogs by whom they are for."""

    def __init__(self, workspaces: Workspaces, house: House) -> None:
        self._workspaces = workspaces
        self._house = house
        self._catalogs: dict[str, Catalog] = {}

    async def catalog(self, place: Place, user: str) -> Catalog:
        """The words for this person in this place; English where nobody can tell, which is no reason to be silent."""
        language = await self.language(place, user)
        if language not in self._catalogs:
            self._catalogs[language] = load(language)
        return self._catalogs[language]

    async def language(self, place: Place, user: str) -> str:
        """Such as `de`. Without a person it is the channel's or the workspace's choice, else English."""
        chosen = (await self._house.rules(place.team, place.channel, user)).language
        if chosen != AUTOMATIC:
            return chosen
        return await self._own(place.team, user) if user else "en"

    async def _own(self, team: str, user: str) -> str:
        try:
            people = (await self._workspaces.of(team)).people
            return language_of((await people.profile(user)).locale)
        except TROUBLE:
            return "en"
