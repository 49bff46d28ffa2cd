"""Asks who somebody is and what the house allows, before an ability serves them."""

from __future__ import annotations

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.trouble import translate
from bot.slack.workspaces import Workspaces
from pipelines.core.asks import Ask, Outcome, Place
from pipelines.policy.callers import BOT_TURNS, Caller, Refusal, hush, kind_of, refuse
from pipelines.policy.configuring import Asker
from pipelines.policy.house import House
from storage.talks import Talks

# Nobody heard anything in the thread.
UNSAID = frozenset({"ignored", "refused", "unreachable", "voted", "failed"})

# Who is an admin counts as it is now.
FRESH = 30.0
TROUBLE = (SlackApiError, SlackClientError, aiohttp.ClientError, OSError, TimeoutError)


class Admission:
    """Says why an ask may not be served. Raises TryAgain and TellPerson where Slack cannot be asked."""

    def __init__(self, workspaces: Workspaces, house: House, talks: Talks) -> None:
        self._workspaces = workspaces
        self._house = house
        self._talks = talks

    async def hushed(self, door: str, ability: str, ask: Ask) -> bool:
        """Whether the channel is muted for this; asks nobody but the database."""
        rules = await self._house.rules(ask.place.team, ask.place.channel, ask.user)
        return hush(door, f"{ability}.{ask.verb}", rules) is not None

    async def refuse(self, door: str, ability: str, ask: Ask) -> Refusal | None:
        """The reason not to serve this ask. A bot's ask counts as one of its turns in the thread."""
        if not ask.user:
            return None
        rules = await self._house.rules(ask.place.team, ask.place.channel, ask.user)
        act = f"{ability}.{ask.verb}"
        if (quiet := hush(door, act, rules)) is not None:
            return quiet
        try:
            return refuse(await self._caller(ask), act, rules)
        except TROUBLE as failure:
            raise translate(failure) from failure

    async def note(self, ability: str, ask: Ask, outcome: Outcome) -> None:
        """Remember with whom the bot talked in a thread, so that the talk can go on there."""
        place = ask.place
        if place.thread_ts and ask.user and outcome.word not in UNSAID:
            said = f"{ability}:{outcome.word}"
            await self._talks.note(
                place.team,
                place.channel,
                place.thread_ts,
                asker=ask.user,
                said=said,
                ask_key=ask.key,
                by_bot=bool(ask.bot),
            )

    async def standing(self, place: Place, user: str) -> Asker:
        """What the person is to the channel and its workspace. Raises TryAgain, TellPerson."""
        try:
            return await self._standing(place, user)
        except TROUBLE as failure:
            raise translate(failure) from failure

    async def _standing(self, place: Place, user: str) -> Asker:
        people = (await self._workspaces.of(place.team)).people
        profile = await people.profile(user, FRESH)
        direct = place.channel.startswith("D")
        known = place.channel.startswith(("C", "G"))
        return Asker(
            user=user,
            is_admin=profile.is_admin,
            is_creator=direct or (known and await people.creator(place.channel) == user),
            is_member=direct or (known and await people.is_member(place.channel, user)),
            is_full=kind_of(profile, people.team or place.team, people.enterprise) == "member",
        )

    async def _caller(self, ask: Ask) -> Caller:
        place = ask.place
        if ask.bot:
            turns = await self._talks.bots_turn(place.team, place.channel, place.thread_ts) - 1
            return Caller(kind="bot", ids=frozenset({*ask.bot, ask.user}), turns=min(turns, BOT_TURNS))
        workspace = await self._workspaces.of(place.team)
        profile = await workspace.people.profile(ask.user)
        if ask.home and ask.home != place.team and not profile.team:
            profile = profile.model_copy(update={"team": ask.home})
        kind = kind_of(profile, workspace.people.team or place.team, workspace.people.enterprise)
        return Caller(kind=kind, ids=frozenset({ask.user}))
