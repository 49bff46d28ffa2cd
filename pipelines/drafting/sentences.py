"""Cuts messages into clean sentences and tells what a thread says from its chatter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from pipelines.core.tickets import Message

# Beyond this a message is a log dump: its head says what it is, and the source section keeps the rest.
READ_LIMIT = 6_000
# No sentence that a person writes is longer, and no thread needs more of them to be understood.
_SENTENCE_LIMIT, _SENTENCES = 600, 80


class Sentence(NamedTuple):
    """One sentence without greeting and filler, with the message it came from; `code` marks logs and traces."""

    text: str
    source: str
    user: str
    code: bool = False
    first: bool = False


_FENCE = re.compile(r"```(?:\w{1,15}\n)?([\s\S]*?)(?:```|\Z)")
_LINK = re.compile(r"<(https?://[^|>\s]{1,2000})(?:\|[^>]{0,300})?>")
_EMOJI_CODE = re.compile(r"(?<![\w:/]):[a-z][a-z0-9_+'-]{1,40}:(?![\w/])|(?<!\S):[+-]1:(?!\S)")
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55\ufe0f\u200d\u20e3]+")
_SMILEY = re.compile(r"(?<!\S)(?:[:;]-?[)(DPp/]|<3|xD|\^\^|¯\\_\(ツ\)_/¯)(?!\S)")
# A word this long is data that somebody pasted: its head is enough to know it by.
_ENDLESS = re.compile(r"(\S{400})\S+")
_BREAK = re.compile(r"(?<=[.!?…])(?:[\"')\]]\s+(?=[A-Z])|\s+(?=[^\s.,;)]))|(?<=[。！？])")
_ABBREVIATION = re.compile(r"(?i)\b(?:e\.g|i\.e|etc|vs|approx|no|incl|mr|mrs|dr|resp|z\.b|d\.h)\.$")
_TRACE = re.compile(
    r"^\s*(?:at \S+.*[:(]|File \".*\", line \d+|Traceback \(most recent|Caused by:|\.\.\. \d+ more|#\d+ 0x|"
    r"\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d|(?:ERROR|FATAL|WARN|INFO|DEBUG)\b[ :\[])"
)
# `Steps: 1. open X 2. click Y Expected: Z` in one line is a list.
_LIST_MARK = re.compile(
    r"(?<=[\w.)!?:])\s+(?=\d{1,2}[.)]\s+[A-Za-z][a-z]+\s)|(?<=[\w.)!?])\s+(?=(?:Expected"
    r"|Actual|Steps|Repro)(?:\s\w+){0,2}:\s)"
)
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+")

_OPENERS = re.compile(
    r"""(?ix)^(?:
    (?:hey|hi|hello|hiya|yo|howdy|morning|good\s(?:morning|afternoon|evening)|dear|heya|hallo|hola|bonjour|moin)\b
        (?:\s(?:all|team|folks|everyone|everybody|guys|there|people|y'all|channel|here|friends|both|again))?
        (?:\s@[\w.-]+)*
    |@[\w.-]+(?:\s@[\w.-]+)*
    |\((?:here|channel|everyone|group)\)|is\sit\s(?:just|only)\sme,?\sor\s(?:is|are|does|do)
    |(?:ok|okay|so|well|um+|uh+|hm+|er+|ah+|oh|ugh+|argh|wow|yikes|oof|welp|yeah|yep|yup|yes|nope|nah|actually
        |anyway|anyways|btw|fwiw|fyi|psa|heads[\s-]up|quick\s(?:one|thing|note|question|q)|just\sfyi|small\sthing
        |also|and|but|lol|lmao|haha+|sorry|honestly|basically|like|right|alright|cool|great|nice|sure|imo|imho|tbh
        |not\ssure\sif\s(?:this\sis\s(?:the\sright|known)[^,.:]{0,30})|(?:is\s)?any(?:one|body)\sknows?\s?(?:if)?
        |(?:\w+\s)?(?:tiny|small|quick|weird|odd|strange|funny|minor|fun|another|new)\sone|another\s(?:\w+\s){1,2}one|true|idk|\+1|huh|ouch|oops|update|edit|weird(?:ly)?|interesting(?:ly)?|strange(?:ly)?|please|pls|plz|guys|folks|team|all|dude|man|omg
        |wtf|damn|jeez|gosh|bug\sreport|bug|question|feedback|suggestion|docs?|task
        |todo|ticket|reminder)
    )(?=$|[\s,.:;!?-])[\s,.:;!?…-]*"""
)
_APOSTROPHE = re.compile(r"(?i)\b(does|do|did|is|are|was|were|has|have|would|could|should|wo|ca)nt\b")
_BARE_OPENERS_WORDS = (
    "bug question feedback idea request suggestion docs doc task todo ticket reminder update edit like right "
    "all great nice team and but also please pls actually cool sure yes weird interesting strange man "
)
_BARE_OPENERS = frozenset(_BARE_OPENERS_WORDS.split())
_CLOSERS = re.compile(
    r"(?i)[\s,;.!-]*\b(?:thanks(?: (?:all|a lot|so much|in advance|everyone|team))?|thank you"
    r"|thx|ty|cheers|lol|lmao|haha+"
    r"|please|pls|plz|tho|though|idk|imo|imho|tbh|fwiw|btw|sorry|ugh|smh)[\s.!)]*$"
)
_CHATTER = re.compile(
    r"""(?ix)^[\s\W]*(?:
    thanks\sto\swhoever\b.{0,90}|(?:i'?m\s)?just\ssaying|(?:many\s|ok(?:ay)?\s|great\s?,?\s)?(?:thanks?|thank\syou|thx|ty|cheers|danke|merci|gracias)\b.{0,30}
    |\+1(?:\s.{0,20})?|same(?:\s(?:here|for\sme|issue|problem))?|me\stoo|ditto|this|agreed|(?:i\s)?agree|\^+
    |(?:this|that|it)(?:'s|\sis)\s(?:an?\s)?(?:\w+\s)?(?:weird|odd|strange|funny|tricky|fun|nasty)\sone
    |(?:is\s)?any(?:one|body)\s(?:around|here|awake|online|free|from)\b.{0,30}|(?:which|what)\s(?:\w+\s){0,2}(?:browser|version|account|plan|device|os|env(?:ironment)?|tenant|customer)\b.{0,30}
    |(?:on\s)?(?:which|what)\s\w+|how\s(?:many|often|come)|whose\sturn.{0,20}|what\sdo\syou\smean|(?:maybe\s)?ask\s(?:@?\w+\s?){1,2}|congrats.{0,20}|you\srock|w[o]+h[o]+.{0,10}|true|yay.{0,10}
    |lol|lmao|haha\w*|ok(?:ay)?|k|kk|cool|nice|great|awesome|perfect|sure|yes|yep|yeah|yup|no|nope|nah|done|ack|noted
    |good\s(?:point|catch|idea|question|one|call|to\sknow)|got\sit|makes\ssense|no\sworries|np|my\sbad|oops|ouch|ugh+|wow
    |(?:oh\s)?(?:no|dear|wow|boy|man)|really|seriously|why|what|huh|hm+|interesting|weird|strange|odd|yikes|oof
    |(?:i(?:'?ll|\swill|\scan|'m|\sam)|let\sme|lemme)\s(?:going\sto\s|gonna\s)?(?:take\sa\s|have\sa\s)?
        (?:look|check|dig|see\s(?:what|if|whether|to)|ask|ping|investigate|find\sout|file|create|open\sa\sticket|add\sa\sticket|looking|checking|on\sit|fix)
        \b.{0,60}
    |(?:looking|checking|on\sit|will\sdo|wip)\b.{0,25}
    |(?:can|could|would)\s(?:you|someone|somebody|anyone|we|u)\s(?:please\s|pls\s|plz\s)?(?:take\sa\slook|have\sa\slook|look|check
        |file|create|open|make|log|raise|write|turn)\b(?:\s(?:into|at|this|that|it|a|one|up|the|for|as|in|please|ticket|card
        |issue|bug|me|us|into|trello|jira))*
    |(?:please|pls)\s(?:file|create|open|make|log|raise)\s.{0,40}
    |(?:file|create|open|make|log)\s(?:this|it|that|a\s(?:ticket|card|bug|issue))(?:\s(?:up|please|as|a|ticket|card|bug|issue|for|this|that))*
    |(?:any\s(?:news|update|updates|ideas?|thoughts|eta)|thoughts|ideas|bump|ping|wdyt)\b.{0,30}
    |(?:is\s)?any(?:one|body)\s(?:else\s)?(?:seeing|seen|having|experiencing|noticed)\s(?:this|that|it|the\ssame).{0,20}
    |(?:who|whom?)\s(?:owns?|is\son|can\stake|should)\b.{0,40}
    |(?:worth|needs?|deserves|should\shave|should\sbe|let'?s\s(?:make|file|open|create))\s(?:a|filing\sa)\s(?:ticket|card).{0,20}
    |(?:hey|hi|hello|morning|good\s(?:morning|afternoon|evening))\b.{0,25}
    |(?:sorry|apologies)\b.{0,40}|(?:have\sa\s)?(?:nice|good|great)\s(?:day|weekend|one)|tgif|happy\s\w+
    |(?:hope|trust)\s(?:this|that|you)\b.{0,40}
    |not\ssure\s(?:if|who|where)\b.{0,60}(?:right|known|channel|place|ask|person).{0,20}
    |how'?s\s(?:it\sgoing|everyone).{0,10}|what'?s\sup|screenshot\s(?:attached|below|incoming)|see\s(?:attached|screenshot|below)
    |(?:it'?s|that'?s|this\sis)\s(?:so\s|really\s|very\s|super\s)?(?:weird|odd|strange|funny|annoying|great|fine)
    |(?:lunch|coffee|pizza|beer)\b.{0,60}
    )[\s\W]*$"""
)
_CONFIRMS = re.compile(
    r"(?i)^\W*(?:\+1|:\+1:|same(?: here| for me| issue| problem)?|me too|ditto|(?:also )?seeing (?:this"
    r"|it|that) too|happens to me too"
    r"|(?:i )?can (?:confirm|reproduce|repro)|confirmed|i see (?:it|this|that) too|getting this too"
    r"|i have this too)\b"
)
_ORDERS = re.compile(
    r"""(?ix)
    \b(?:ignore|disregard|forget|override|bypass)\s(?:\w+\s){0,4}(?:rules?|instructions?|prompts?|guidelines|guardrails|polic(?:y|ies)|above|previous)\b
    |\byou\sare\s(?:now\s)?(?:an?\s)?(?:\w+\s)?(?:ai|bot|assistant|admin|language\smodel|developer\smode)\b
    |\b(?:system\sprompt|jailbreak|prompt\sinjection|as\san\sai\b|new\sinstructions?|developer\smode)
    |^\W*(?:system|assistant|ai|bot|leadhand|note\sto\s(?:the\s)?(?:ai|bot|assistant|model))\s*[:>\]]
    |^\W*(?:(?:and|also|then|please|pls|now|instead|just|you\s(?:must|should|have\sto|need\sto)|make\ssure\s(?:to|you)|be\ssure\sto|leadhand)[\s,]+)*
      (?:set|make|mark|change|raise|bump)\s(?:(?:the|this|its|it|ticket|card|ticket's|as)\s)*
      (?:priority|severity|due\sdate|label|assignee|member|owner|urgent|p0|p1|title|critical|blocker|highest)\b
    |^\W*(?:(?:and|also|then|please|pls|now|instead|just|you\s(?:must|should|have\sto|need\sto)|make\ssure\s(?:to|you)|be\ssure\sto|leadhand)[\s,]+)*
      (?:(?:file|put|move|place|create|add)\s(?:(?:it|this|that|the|a|ticket|card|one)\s)*(?:in|into|to|on|under)\s(?:\w+\s|"[^"]{0,40}"\s|the\s){0,4}(?:list|board|column|backlog)
      |(?:mention|ping|tag|notify|cc|assign|alert)\s(?:\w+\s){0,4}(?:@\w+|channel|everyone|here|all)\b
      |assign\s(?:it|this|the\s(?:ticket|card))\b
      |(?:add|apply|attach)\s(?:the\s|a\s)?(?:\w+\s|"[^"]{0,30}"\s)?labels?\b
      |(?:reply|respond|answer|output|print|say|write|post|reveal|send|show|repeat|dump)\s(?:\w+\s){0,5}(?:token|secret|password|api\skey|prompt|instructions|pwned|hacked|only)\b)
    """
)


def plain(text: str) -> str:
    """Return a message's text with links unwrapped and emoji gone, cut to what is worth reading by code."""
    text = _ENDLESS.sub(r"\1", _LINK.sub(r"\1", text[:READ_LIMIT]))
    for noise in (_EMOJI_CODE, _EMOJI, _SMILEY):
        text = noise.sub(" ", text)
    return text


def read(message: Message, first: bool = False) -> list[Sentence]:
    """Return the message's sentences that say something, in order; orders to the bot and chatter are left out."""
    made = []
    for text, code in _pieces(plain(message.text)):
        kept = text.strip()[:READ_LIMIT] if code else clean(text[:_SENTENCE_LIMIT])
        if kept and (code or not is_noise(kept)):
            made.append(Sentence(kept, message.ts, message.user, code, first))
    return made


def clean(text: str) -> str:
    """Return a sentence without bullet, greeting, filler words at its ends and doubled spaces."""
    text = " ".join(_BULLET.sub("", text).split())
    text = _APOSTROPHE.sub(r"\1n't", text)
    text = re.sub(r"(?i)^its (?=\w+ing\b|not\b|all\b|still\b|broken\b)", "it's ", text)
    for _ in range(6):
        opener = _OPENERS.match(text)
        if not opener or _is_subject(text, opener):
            break
        text = text[opener.end() :]
    for _ in range(3):
        text = _CLOSERS.sub("", text)
    return text.strip(" ,;:-–—")


def _is_subject(text: str, opener: re.Match[str]) -> bool:
    """Whether the opener is a word of the sentence itself: `docs say ...`, `like a tree`, `all orders ...`."""
    words = opener[0].strip().lower()
    bare = words.strip(" ,.:;!?…-")
    if bare.startswith("@"):
        return bool(re.match(r"\s*(?:is|has|said|was|says|saw|reported|and)\b", text[opener.end() - 1 :]))
    return bare in _BARE_OPENERS and words[-1:] not in tuple(",:!-")


def is_noise(text: str) -> bool:
    """Whether a clean sentence carries nothing for a ticket: chatter, or an order to whoever reads it."""
    return not re.search(r"\w", text) or bool(_CHATTER.match(text)) or is_order(text)


def is_order(text: str) -> bool:
    """Whether a sentence tries to steer the reader (rules, priority, list, labels, mentions): data, never obeyed."""
    return bool(_ORDERS.search(text))


def confirms(message: Message) -> bool:
    """Whether a message says `+1`, `same here`, `me too`: a second witness."""
    return bool(_CONFIRMS.match(message.text[:200]))


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Yield (piece, is code): fenced blocks and log lines whole, prose by sentence."""
    at = 0
    for fence in _FENCE.finditer(text):
        yield from _prose(text[at : fence.start()])
        yield fence[1].strip("\n"), True
        at = fence.end()
    yield from _prose(text[at:])


def _prose(text: str) -> Iterator[tuple[str, bool]]:
    for line in text.splitlines():
        bare = line.removeprefix("&gt;").removeprefix(">").strip()
        if _TRACE.match(bare):
            yield bare, True
        else:
            parts = (part for row in _LIST_MARK.split(bare) for part in split(row))
            yield from ((part, False) for part in parts)


def split(line: str) -> list[str]:
    """Return the sentences of one line; abbreviations and list numbers do not end one."""
    parts: list[str] = []
    for part in _BREAK.split(line):
        joined = parts and (_ABBREVIATION.search(parts[-1]) or re.fullmatch(r"\s*\d{1,2}\.", parts[-1]))
        if joined:
            parts[-1] += " " + part
        else:
            parts.append(part)
    return [part for part in parts if part.strip()]


def read_all(messages: Sequence[Message]) -> list[Sentence]:
    """Return the sentences of all messages, oldest first; the first message's are marked as such."""
    every = (sentence for at, message in enumerate(messages) for sentence in read(message, first=at == 0))
    return list(islice(every, _SENTENCES))
