"""Decides whether there is enough text for a ticket, and says politely what to do when there is not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.core.tickets import Draft, Message
from pipelines.drafting.sentences import Sentence, is_order, plain, split

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f\uac00-\ud7af]")
_SPAM = re.compile(
    r"(?i)\b(?:buy now|click here to (?:win|claim)|free (?:money|crypto|bitcoin|followers)"
    r"|you(?:'ve| have) won|act now|limited[- ]time offer|100% free)\b"
)

EMPTY = (
    "There is no text to make a ticket from. React to a message that describes the problem, "
    "or write `/ticket` followed by a sentence or two."
)
TOO_SHORT = (
    "That is too little for a ticket. Reply here with what happened, or what you would like "
    "to change, in a sentence or two."
)
CHATTER = (
    "I found no problem, wish or question here to file. React to the message that describes "
    "one, or write `/ticket` followed by what it is about."
)
ORDERS = (
    "This holds instructions but describes no problem, wish or task, so there is nothing to "
    "file. Write what happened, or what you would like to change."
)
SPAM = (
    "This looks like advertising, so I made no ticket. If it is a real report, describe in "
    "your own words what happened."
)
QUESTION = "What happened, or what would you like to change, and where (page, feature, version)?"


def check(messages: Sequence[Message], sentences: Sequence[Sentence]) -> Draft | None:
    """Return the polite refusal or question for a thread without substance, None when it is worth a draft."""
    text = " ".join(plain(message.text) for message in messages)
    if not _WORD.search(text):
        return Draft(action="ask", questions=(QUESTION,), reason=EMPTY)
    if len(_SPAM.findall(text)) >= 2:
        return Draft(action="reject", reason=SPAM)
    if not sentences:
        return _nothing_said(messages, text)
    if _substance(sentences) < 2:
        return Draft(action="ask", questions=(QUESTION,), reason=TOO_SHORT)
    return None


def _nothing_said(messages: Sequence[Message], text: str) -> Draft:
    if any(is_order(part) for message in messages for part in split(plain(message.text))):
        return Draft(action="reject", reason=ORDERS)
    if len(_WORD.findall(text)) == 1:
        return Draft(action="ask", questions=(QUESTION,), reason=TOO_SHORT)
    return Draft(action="reject", reason=CHATTER)


def _substance(sentences: Sequence[Sentence]) -> int:
    """How many words the thread says; scripts without spaces count four characters as a word."""
    text = " ".join(each.text for each in sentences)
    return len(_WORD.findall(text)) + len(_UNSPACED.findall(text)) // 4
