"""Lets people choose how the bot behaves: in a channel, in the whole workspace, for themselves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from pipelines.core.answers import answer
from pipelines.core.asks import Ask, Outcome, Place, Triggers
from pipelines.core.chat import Chat, Words
from pipelines.core.runs import Run, keep_trying
from pipelines.policy.choices import CHOICES, Rules, read_choice, tell
from pipelines.policy.configuring import Asker, why_not
from pipelines.policy.house import House
from storage.preferences import Scope
from storage.threads import Threads

HELP = (
    "*Settings* — `/leadhand settings`: which emoji make tickets, filing at once, going on in threads, guests, bots, "
    "language; for a channel, the workspace, yourself. `/leadhand mute` silences me in a channel, `/leadhand optout` "
    "keeps me from reading your messages."
)
TRIGGERS = Triggers(
    exact={
        "mute": "mute",
        "unmute": "unmute",
        "optout": "opt_out",
        "opt out": "opt_out",
        "optin": "opt_in",
        "opt in": "opt_in",
    },
    commands={
        "/leadhand settings": "settings",
        "/leadhand mute": "mute",
        "/leadhand unmute": "unmute",
        "/leadhand optout": "opt_out",
        "/leadhand optin": "opt_in",
    },
    forms={"settings": "choose"},
)

WORDS_OF_SCOPE: Mapping[str, Scope] = {
    "channel": "channel",
    "here": "channel",
    "workspace": "workspace",
    "team": "workspace",
    "me": "person",
    "person": "person",
}
NAMES: Mapping[Scope, str] = {"channel": "this channel", "workspace": "the whole workspace", "person": "you"}
MUTED = (
    "Muted: I post nothing in this channel any more; what is asked by slash command I answer to its asker alone. "
    "`/leadhand unmute` ends that."
)
UNMUTED = "I am back in this channel."
OPTED_OUT = (
    "Noted: I read your messages no more, neither for tickets nor for anything else, and have forgotten those that I "
    "kept. Cards and drafts that stand already keep what they say. `/leadhand optin` ends that."
)
OPTED_IN = "Noted: I read your messages again where somebody asks me to."
SAVED = "Saved for {place}: {what}."
TAKEN_BACK = "the default again"
SAME = "Nothing to change for {place}: it is so already."
UNKNOWN_EMOJI = "This workspace has no emoji {names}."
HEAD = "*What counts here* (to change it: `/leadhand settings [workspace|me] NAME VALUE`)"
LINE = "• `{name}` — {says}: {value}"
NOT_HERE = "That is chosen in a channel: say it there."

Standing = Callable[[Place, str], Awaitable[Asker]]
"""What a person is to a channel and to its workspace."""
Unknown = Callable[[str, Sequence[str]], Awaitable[list[str]]]
"""Those of the emoji that a team's workspace does not have, as far as it says."""


async def run(
    ask: Ask, run: Run, *, chat: Chat, house: House, threads: Threads, standing: Standing, unknown_emoji: Unknown
) -> Outcome:
    """Choose, or say what is chosen; the answer is the asker's alone."""
    ask = ask.model_copy(update={"openly": ask.place.channel.startswith(("D", "U", "W"))})
    counter = Counter(house, threads, standing, unknown_emoji)
    words, outcome = await keep_trying(run, "choose", lambda: counter.serve(ask))
    await answer(ask, run, chat, Words(text=words))
    return Outcome(word=outcome, reason=words[:200])


class Counter:
    """Where choices are handed in."""

    def __init__(self, house: House, threads: Threads, standing: Standing, unknown_emoji: Unknown) -> None:
        self._house = house
        self._threads = threads
        self._standing = standing
        self._unknown = unknown_emoji

    async def serve(self, ask: Ask) -> tuple[str, str]:
        """What to answer, and the word for the records. Repeating it does no harm."""
        match ask.verb:
            case "mute" | "unmute":
                on = ask.verb == "mute"
                refusal = await self._put(ask, "channel", {"muted": True if on else None})
                return (refusal, "refused") if refusal else (MUTED if on else UNMUTED, "chosen")
            case "opt_out" | "opt_in":
                return await self._opt(ask, out=ask.verb == "opt_out"), "chosen"
            case "choose":
                return await self._choose(ask, ask.value, ask.values)
            case _:
                return await self._typed(ask)

    async def _opt(self, ask: Ask, *, out: bool) -> str:
        key = ("person", ask.user, "opted_out")
        await self._house.choose(ask.place.team, key, True if out else None, ask.user)  # type: ignore[arg-type]
        if out:
            await self._threads.forget_person(ask.place.team, ask.user)
        return OPTED_OUT if out else OPTED_IN

    async def _typed(self, ask: Ask) -> tuple[str, str]:
        """`[channel|workspace|me] NAME VALUE`; without words: what is chosen."""
        first, _, rest = ask.text.strip().partition(" ")
        scope = WORDS_OF_SCOPE.get(first.lower())
        name, _, value = (rest if scope else ask.text).strip().partition(" ")
        if not name:
            return await self._tell(ask), "told"
        name = name.lower()
        if scope is None:
            scope = CHOICES[name].scopes[0] if name in CHOICES else "channel"
        return await self._choose(ask, scope, {name: value})

    async def _choose(self, ask: Ask, scope: str, typed: Mapping[str, str]) -> tuple[str, str]:
        at: Scope = WORDS_OF_SCOPE.get(scope, "channel")
        try:
            wanted = {name: read_choice(at, name, text) for name, text in typed.items()}
        except ValueError as wrong:
            return str(wrong), "refused"
        chosen = await self._house.chosen(ask.place.team)
        subject = self._subject(ask, at)
        changed = {name: value for name, value in wanted.items() if chosen.get((at, subject, name)) != value}
        if not changed:
            return SAME.format(place=NAMES[at]), "chosen"
        if refusal := await self._put(ask, at, changed):
            return refusal, "refused"
        told = [f"`{name}` {TAKEN_BACK if value is None else tell(name, value)}" for name, value in changed.items()]
        return SAVED.format(place=NAMES[at], what=", ".join(told)), "chosen"

    def _subject(self, ask: Ask, scope: Scope) -> str:
        return {"workspace": "", "channel": ask.place.channel, "person": ask.user}[scope]

    async def _put(self, ask: Ask, scope: Scope, values: Mapping[str, object]) -> str:
        """Store what may be stored; a sentence why not, empty when all is well."""
        subject = self._subject(ask, scope)
        if scope == "channel" and not subject.startswith(("C", "G", "D")):
            return NOT_HERE
        asker = await self._standing(ask.place, ask.user)
        house = self._house
        if why := why_not(scope, subject, asker, policy=house.configurers, approvers=house.approvers):
            return why
        named = [str(one) for name in ("emoji", "triage_emoji") for one in values.get(name) or ()]  # type: ignore[attr-defined]
        if named and (missing := await self._unknown(ask.place.team, named)):
            return UNKNOWN_EMOJI.format(names=", ".join(f"`:{name}:`" for name in missing))
        for name, value in values.items():
            await house.choose(ask.place.team, (scope, subject, name), value, ask.user)
        return ""

    async def _tell(self, ask: Ask) -> str:
        rules = await self._house.rules(ask.place.team, ask.place.channel, ask.user)
        lines = [LINE.format(name=name, says=CHOICES[name].says, value=value) for name, value in shown(rules).items()]
        return "\n".join([HEAD, *lines])


def shown(rules: Rules) -> dict[str, str]:
    """What counts, as a person would type it, by the name of the choice."""
    fields = rules.model_dump() | {"continue": rules.goes_on}
    return {name: tell(name, fields[name]) for name in CHOICES}
