"""Who may have what done: members, guests, people of other workspaces, deactivated people, other bots."""

from __future__ import annotations

from typing import Literal

from pipelines.core.tickets import Frozen
from pipelines.policy.choices import Rules

Kind = Literal["member", "guest", "stranger", "deactivated", "bot"]
Act = Literal["report", "other"]
"""To have something drafted, to vote, to read help or to choose for oneself; or anything else."""

BOT_TURNS = 3
# Abilities and verbs that reveal nothing of code, cards and other channels, and decide nothing.
REPORTS = frozenset(
    {
        "ticket.draft",
        "feedback.vote",
        "help.help",
        "help.empty",
        "help.unknown",
        "help.solve",
        "follow.moved",
        "preferences.opt_out",
        "preferences.opt_in",
        "reports.mine",
        "complete.take_over",
    }
)
NOTHING = {
    "guest": "Guests of this workspace may not use me here. Ask a full member, or a workspace admin to change "
    "*Guests may* in `/leadhand settings`.",
    "stranger": "People of other workspaces may not use me here. Ask somebody of this workspace to do it, or an admin "
    "of theirs to change *People of other workspaces may* in `/leadhand settings`.",
}
REPORTS_ONLY = {
    "guest": "Guests of this workspace may have tickets drafted here, and no more. Ask a full member to do this.",
    "stranger": "People of other workspaces may have tickets drafted here, and no more. Ask somebody of this workspace "
    "to do this.",
}
MUTED = "I am muted in this channel, so I post nothing here. `/leadhand unmute` ends that."
# What would post to the channel; other commands answer their asker alone.
PUBLIC = frozenset({"ticket.draft", "triage.assess_message"})
# Said to the bot in so many words, and answered in private: it must be possible to end the silence.
UNHUSHED = frozenset({"preferences.mute", "preferences.unmute", "preferences.opt_out", "preferences.opt_in"})
PRIVATE_DOORS = frozenset({"command", "shortcut", "form"})


class Caller(Frozen):
    """Who asks: `ids` are a bot's ids, its app's among them; `turns` how many bots' turns in a row the thread had."""

    kind: Kind
    ids: frozenset[str] = frozenset()
    turns: int = 0


class Refusal(Frozen):
    """Why not: `words` for the person alone, empty where silence is right; `reason` for the record."""

    reason: str
    words: str = ""


def kind_of(profile: Profile, team: str, enterprise: str = "") -> Kind:
    """What somebody is in this workspace, from what Slack says of them."""
    if profile.deleted:
        return "deactivated"
    if profile.is_bot:
        return "bot"
    elsewhere = bool(profile.team and team and profile.team != team)
    akin = bool(enterprise and profile.enterprise == enterprise)
    if profile.is_stranger or (elsewhere and not akin):
        return "stranger"
    return "guest" if profile.is_guest else "member"


class Profile(Frozen):
    """What Slack says of a person; fields that it leaves out are as of a plain member."""

    user: str
    name: str
    team: str = ""
    enterprise: str = ""
    deleted: bool = False
    is_bot: bool = False
    is_guest: bool = False
    is_stranger: bool = False
    is_admin: bool = False
    tz: str = ""
    tz_offset: int = 0
    locale: str = ""


def refuse(caller: Caller, act: str, rules: Rules) -> Refusal | None:
    """Why this caller may not have this done (ABILITY.VERB); None when they may."""
    if caller.kind == "deactivated":
        return Refusal(reason="The person is deactivated.")
    if caller.kind == "bot":
        return _refuse_bot(caller, rules)
    if caller.kind == "member":
        return None
    may = rules.guests if caller.kind == "guest" else rules.strangers
    if may == "nothing":
        return Refusal(reason=f"A {caller.kind} may do nothing here.", words=NOTHING[caller.kind])
    if may == "report" and act not in REPORTS:
        return Refusal(reason=f"A {caller.kind} may only report here.", words=REPORTS_ONLY[caller.kind])
    return None


def _refuse_bot(caller: Caller, rules: Rules) -> Refusal | None:
    if not caller.ids & rules.bots:
        return Refusal(reason="The bot is not on the list of those that may ask.")
    if caller.turns >= BOT_TURNS:
        return Refusal(reason=f"Bots had {BOT_TURNS} turns in a row in this thread.")
    return None


def hush(door: str, act: str, rules: Rules) -> Refusal | None:
    """Why a muted channel hears nothing; what answers its asker alone goes on, and so do presses on what stands."""
    if not rules.muted or act in UNHUSHED or (door in {"press", "form"} and act not in PUBLIC):
        return None
    if door in PRIVATE_DOORS:
        return Refusal(reason="The channel is muted.", words=MUTED) if act in PUBLIC else None
    return Refusal(reason="The channel is muted.")
