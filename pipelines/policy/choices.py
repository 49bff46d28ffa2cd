"""What may be chosen, by whom it counts, and how it is written: workspace, channel and person, the nearest wins."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple, cast

from pipelines.core.tickets import Frozen
from storage.preferences import Key, Scope

Filing = Literal["preview", "direct"]
Admitted = Literal["nothing", "report", "everything"]
"""What guests and strangers may do: nothing, have tickets drafted, or all that members may."""

EMOJI = re.compile(r"[a-z0-9_+'-]{1,100}")
BOT = re.compile(r"[ABUW][A-Z0-9]{2,20}")
MOST = 10
LANGUAGES = ("auto", "en", "de", "es", "fr")
YES = frozenset({"on", "yes", "true", "1"})
NO = frozenset({"off", "no", "false", "0"})


class Choice(NamedTuple):
    """One thing to choose: `scopes` where it may be set, `read` makes a value of what was typed, `says` tells it."""

    scopes: tuple[Scope, ...]
    read: Callable[[str], Any]
    says: str


class Defaults(Frozen):
    """What counts where nothing is chosen: from the settings of the process."""

    emoji: tuple[str, ...] = ("ticket",)
    triage_emoji: tuple[str, ...] = ("triage",)
    filing: Filing = "preview"
    guests: Admitted = "report"
    strangers: Admitted = "nothing"
    bots: frozenset[str] = frozenset()


class Rules(Frozen):
    """What counts in one place for one person."""

    emoji: tuple[str, ...]
    triage_emoji: tuple[str, ...]
    filing: Filing
    guests: Admitted
    strangers: Admitted
    bots: frozenset[str]
    muted: bool = False
    goes_on: bool = True
    language: str = "auto"
    opted_out: bool = False

    def meaning(self, emoji: str) -> Literal["ticket", "triage", ""]:
        """What an emoji on a message asks for, skin tone aside; empty for one that means nothing here."""
        name = emoji.partition("::")[0]
        if name in self.emoji:
            return "ticket"
        return "triage" if name in self.triage_emoji else ""


def rules(chosen: Mapping[Key, Any], defaults: Defaults, channel: str = "", user: str = "") -> Rules:
    """Everything that counts in the channel for the person: theirs before the channel's before the workspace's."""
    places: tuple[tuple[Scope, str], ...] = (("person", user), ("channel", channel), ("workspace", ""))

    def pick(name: str, otherwise: Any) -> Any:
        for scope, subject in places:
            if scope in CHOICES[name].scopes and (scope, subject, name) in chosen:
                return chosen[scope, subject, name]
        return otherwise

    return Rules(
        emoji=tuple(pick("emoji", defaults.emoji)),
        triage_emoji=tuple(pick("triage_emoji", defaults.triage_emoji)),
        filing=pick("filing", defaults.filing),
        guests=pick("guests", defaults.guests),
        strangers=pick("strangers", defaults.strangers),
        bots=defaults.bots | frozenset(pick("bots", ())),
        muted=pick("muted", False),
        goes_on=pick("continue", True),
        language=pick("language", "auto"),
        opted_out=pick("opted_out", False),
    )


def opted_out(chosen: Mapping[Key, Any]) -> frozenset[str]:
    """The people whose messages are not read."""
    return frozenset(whose for (scope, whose, name), on in chosen.items() if name == "opted_out" and on)


def read_choice(scope: Scope, name: str, text: str) -> Any:
    """The value of what was typed; None takes a choice back. Raises ValueError with a sentence for the person."""
    choice = CHOICES.get(name)
    if choice is None:
        known = ", ".join(f"`{one}`" for one in CHOICES if one != "opted_out")
        raise ValueError(f"I know no setting {name!r}. There are {known}.")
    if scope not in choice.scopes:
        where = " or ".join(f"this {one}" if one != "person" else "yourself" for one in choice.scopes)
        raise ValueError(f"`{name}` is chosen for {where}.")
    text = text.strip()
    return None if text.lower() in {"default", "reset"} else choice.read(text)


def _emoji(text: str) -> list[str]:
    names = [name.strip(":").lower() for name in re.split(r"[\s,;]+", text) if name.strip(":")]
    if not names or len(names) > MOST or not all(EMOJI.fullmatch(name) for name in names):
        raise ValueError(f"Name one to {MOST} emoji, such as `:ticket:, :bug:`.")
    return list(dict.fromkeys(names))


def _bots(text: str) -> list[str]:
    names = [name.strip("<@>") for name in re.split(r"[\s,;]+", text) if name.strip("<@>")]
    if text.lower() in {"none", "nobody"}:
        return []
    if not names or not all(BOT.fullmatch(name) for name in names):
        raise ValueError("Name bots by their bot id (B...), app id (A...) or user id (U...), or `none`.")
    return list(dict.fromkeys(names))


def _switch(text: str) -> bool:
    if text.lower() not in YES | NO:
        raise ValueError("It is `on` or `off`.")
    return text.lower() in YES


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.lower() not in words:
            raise ValueError("It is one of " + ", ".join(f"`{word}`" for word in words) + ".")
        return text.lower()

    return read


CHOICES: Mapping[str, Choice] = {
    "emoji": Choice(("channel", "workspace"), _emoji, "Emoji that make a ticket"),
    "triage_emoji": Choice(("channel", "workspace"), _emoji, "Emoji that triage"),
    "filing": Choice(("channel", "workspace"), _one_of("preview", "direct"), "Filing"),
    "continue": Choice(("channel", "workspace"), _switch, "Go on in threads without a mention"),
    "muted": Choice(("channel",), _switch, "Silent here"),
    "language": Choice(("person", "channel", "workspace"), _one_of(*LANGUAGES), "Language"),
    "guests": Choice(("channel", "workspace"), _one_of("nothing", "report", "everything"), "Guests may"),
    "strangers": Choice(
        ("channel", "workspace"), _one_of("nothing", "report", "everything"), "People of other workspaces may"
    ),
    "bots": Choice(("workspace",), _bots, "Bots that may ask me"),
    "opted_out": Choice(("person",), _switch, "My messages are not read"),
}


def tell(name: str, value: Any) -> str:
    """A value as a person would type it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list | tuple | frozenset):
        names = [str(one) for one in cast(list[str], sorted(value) if isinstance(value, frozenset) else value)]
        return ", ".join(f":{one}:" for one in names) if name.endswith("emoji") else ", ".join(names) or "none"
    return str(value)
