"""Decides whether a message without a mention continues the talk with the bot; in doubt the bot stays silent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from pipelines.core.tickets import Frozen
from pipelines.policy import phrases

Said = Literal["answer", "unknown", "triage", "help", "asked", "question", "draft", "filed", "news"]
"""What the bot said last: lines that answer, "I don't know", a triage, help, a request for words, a question of its
own, a draft that waits, a filed card, news of a card."""

INFORMED = frozenset({"answer", "unknown", "triage", "help"})
DRAFTING = frozenset({"draft", "question"})
OVER = frozenset({"filed", "news"})
LONG_ENOUGH = 2
# "Tomas, what do you think?": a word and a comma at the start name somebody, unless it is one of these.
NAMES_NOBODY = re.compile(
    r"yes|no|yep|nope|ok|okay|well|so|sorry|hmm?|oh|ah|great|correction|also|and|but|please|first|then|today|yesterday"
    r"|actually|anyway|thanks|right|fine|cool|nice|super|never|wait|look|see|listen|hold|btw|oops|finally|again|now"
    r"|maybe|perhaps|hey|ja|nein|gut|danke|warte|sí|si|bueno|espera|oui|non|bon|merci|attends",
    re.IGNORECASE,
)

SAID: Mapping[str, Said] = {
    "qa:answered": "answer",
    "qa:abstained": "unknown",
    "triage:assessed": "triage",
    "triage:abstained": "unknown",
    "follow:told": "news",
}


class Line(Frozen):
    """One message of a person: `by` is their id, `text` as Slack delivers it, or plain."""

    by: str
    text: str


class Situation(Frozen):
    """A thread as a new message finds it.

    `asker` is whom the bot talked with last, `questions` what the bot asked that is still open, `since` what people
    said after the bot's last message, oldest first, the new one not included; `names` are the bot's own.
    """

    bot: Said
    asker: str
    by: str
    text: str
    questions: tuple[str, ...] = ()
    since: tuple[Line, ...] = ()
    names: tuple[str, ...] = ("leadhand",)


class Verdict(Frozen):
    """Whether to answer, and the reason, for the record."""

    speaks: bool
    reason: str


def last_said(said: str, draft_state: str, *, draft_later: bool) -> Said | None:
    """What the bot said last in a thread, from how its last ask there ended (ABILITY:OUTCOME) and its draft's state."""
    ability, _, outcome = said.partition(":")
    if draft_state and (draft_later or ability in {"ticket", "amend", "complete"}):
        return "draft" if draft_state == "open" else "filed"
    return SAID.get(said) or ("help" if ability == "help" else "asked" if outcome == "asked" else None)


def decide(now: Situation) -> Verdict:
    """Answer only what is clearly meant for the bot."""
    if _calls(now.text, now.names):
        return Verdict(speaks=True, reason="it calls the bot by name")
    said = _meat(now.text)
    if _is_about_its_words(now, said):
        return Verdict(speaks=True, reason="the asker asks about what the bot said")
    for silent, reason in (
        (not said, "it asks for nothing"),
        (phrases.TO_ALL.search(said), "it speaks to somebody else"),
        (_names_somebody(said), "it speaks to somebody by name"),
        (_speaks_of(said, now.names), "it speaks of the bot, not to it"),
        (now.bot in OVER, "the matter is closed"),
    ):
        if silent:
            return Verdict(speaks=False, reason=reason)
    return _by_asker(now, said) if now.by == now.asker else _by_another(now, said)


def _by_asker(now: Situation, said: str) -> Verdict:
    asks = is_question(said)
    if now.questions and not asks and _replies(said):
        return Verdict(speaks=True, reason="it answers a question of the bot")
    if now.bot in DRAFTING and phrases.DECIDES.search(said):
        return Verdict(speaks=True, reason="it decides about the draft")
    if _others_spoke(now):
        return Verdict(speaks=False, reason="people are talking with each other")
    return _follows(now, said, asks=asks) if now.bot in INFORMED else _tells(now, said, asks=asks)


def _tells(now: Situation, said: str, *, asks: bool) -> Verdict:
    """After a request of the bot, or under a draft: what the asker tells counts; remarks and questions don't."""
    if phrases.ASIDE.search(said):
        return Verdict(speaks=False, reason="it is said for people")
    if now.bot == "asked":
        return Verdict(speaks=len(said.split()) >= LONG_ENOUGH, reason="the bot had asked for it")
    if now.questions:
        return Verdict(speaks=not asks, reason="the asker says more after the bot's questions")
    amends = phrases.AMENDS.search(now.text) and (not asks or phrases.REQUEST.search(said))
    return Verdict(speaks=bool(amends), reason="whether it changes the draft")


def _follows(now: Situation, said: str, *, asks: bool) -> Verdict:
    """After an answer of the bot: a question, a request or a correction goes on; remarks don't."""
    if phrases.RHETORICAL.search(said):
        return Verdict(speaks=False, reason="no answer is expected")
    if asks or phrases.REQUEST.search(said):
        return Verdict(speaks=True, reason="the asker asks on")
    if phrases.ASIDE.search(said):
        return Verdict(speaks=False, reason="it is said for people")
    helps = now.bot == "unknown" and phrases.NAME_OF_CODE.search(said)
    return Verdict(speaks=bool(helps or phrases.CORRECTION.search(said)), reason="whether it corrects the question")


def _by_another(now: Situation, said: str) -> Verdict:
    """Somebody else joins in: only an answer to what the bot asked is for the bot."""
    fits = phrases.DETAIL.search(said) and not is_question(said) and not phrases.ASIDE.search(said)
    if now.bot in DRAFTING and now.questions and fits:
        return Verdict(speaks=True, reason="it answers a question of the bot")
    return Verdict(speaks=False, reason="the bot is talking with somebody else")


def _replies(said: str) -> bool:
    return bool(phrases.ANSWERED.search(said) or phrases.DETAIL.search(said)) and not phrases.ASIDE.search(said)


def _others_spoke(now: Situation) -> bool:
    return any(line.by != now.asker and _meat(line.text) for line in now.since)


def _is_about_its_words(now: Situation, said: str) -> bool:
    mine = now.by == now.asker and now.bot in INFORMED and not _others_spoke(now)
    return mine and bool(phrases.OF_ITS_WORDS.search(said))


def is_question(text: str) -> bool:
    """Whether the text, or its last sentence, asks something; openers such as "and" aside."""
    last = re.split(r"(?<=[.!])\s+", text.strip())[-1]
    return text.rstrip().endswith("?") or bool(phrases.ASKING.search(phrases.LEAD.sub("", last)))


def _calls(text: str, names: tuple[str, ...]) -> bool:
    """Whether the bot is called, not spoken of: its name and a comma, or after a greeting, or at the very end."""
    for name in map(re.escape, names):
        start = rf"^\W*(?:(?:hey|hi|hello|ok|dear|hallo|hola|salut)\W+{name}\b|{name}\s*[,:])|^\s*@{name}\b"
        if re.search(rf"{start}|,\s*{name}\W*$", text, re.IGNORECASE):
            return True
    return False


def _speaks_of(said: str, names: tuple[str, ...]) -> bool:
    return any(name in said.lower() for name in names) or bool(re.search(r"\b(?:the|this|that) bot\b", said, re.I))


def _meat(text: str) -> str:
    """The message without thanks, agreement and openers; empty when nothing is left."""
    bare = phrases.LEAD.sub("", phrases.THANKS.sub(" ", text).strip(" \t\n,.!;:-"))
    bare = phrases.LEAD.sub("", bare.strip(" \t\n,.!;:-"))
    return bare if re.search(r"\w", bare) else ""


def _names_somebody(said: str) -> bool:
    """Whether it begins or ends with a name: "Tomas, could you", "Tomas do you", "is it, Tomas?"."""
    found = re.match(r"([^\W\d_]{2,})(?:,\s|\s+(?=(?:do|can|could|did|will|would|are|have) you\b))", said)
    if found and not NAMES_NOBODY.fullmatch(found[1]) and _expects(said):
        return True
    return bool(re.search(r",\s+[A-Z][^\W\d_]+\s*\?\s*$", said))


def _expects(said: str) -> bool:
    """Whether it wants something of whoever it speaks to."""
    return "?" in said or bool(re.search(r"\b(?:you|your|please|can|could|du|dir|bitte|tu|te|toi)\b", said, re.I))
