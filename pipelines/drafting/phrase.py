"""Cleans a reporter's own clause for a headline and holds every headline against plain grammar."""

from __future__ import annotations

import re

from pipelines.core.tickets import TITLE_MAX, TITLE_MIN
from pipelines.drafting.neutral import FIRST_PERSON, sentence_case

_QUOTED = re.compile(r"(`[^`]*`|\"[^\"]*\"|“[^”]*”|«[^»]*»|„[^“”]*[“”]|https?://\S+|(?<!\w)/[\w./-]+|\S+[._/@]\w\S*)")
_UPPER_WORDS = (
    "csv pdf api url vat sso cpu ui ux json xml html css sql faq sms gps 2fa mfa crm sla kpi usb qr ssl tls dns "
    "saml iban ip http https id vpn ocr rss utc xlsx"
)
_NAMES_WORDS = (
    "Safari Chrome Firefox Android iPhone iPad iOS macOS Excel Outlook PayPal Stripe Slack Trello Windows Postgres "
    "Edge Linux Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February April June July "
    "August September October November December Danish German English French Spanish Swiss Gmail GitHub Jira "
    "Sentry Docker Kubernetes"
)
_PROPER = {word: word.upper() for word in _UPPER_WORDS.split() if word != "id"} | {
    word.lower(): word for word in _NAMES_WORDS.split() if word != "Edge"
}
_SHORT_FORMS = (
    (r"can['’]?t", "cannot"),
    (r"can not", "cannot"),
    (r"won['’]t", "will not"),
    (r"(do|does|did|is|are|was|were|has|have|had|could|would|should|need)n['’]t", r"\1 not"),
    (r"it['’]s (?=not |no |still |always |never |too |so |very )", "it is "),
    (r"any ?more", "any more"),
    (r"gonna", "going to"),
    (r"wanna", "want to"),
    (r"pls|plz", "please"),
)
_FILLER = re.compile(
    r"(?i)\b(?:(?:really|just|totally|super|literally|completely|actually|basically|simply|honestly|somehow|obviously"
    r"|fucking|freaking|damn|bloody|like,|kind of|sort of|kinda|sorta|suddenly) (?=\w)"
    r"|for some reason\b,?\s?|i (?:think|guess|believe),? (?=\w)|to be honest\b,?\s?)"
    r"|(?<=\w) (?:again|right now|at the moment|atm|lol|tho|though|somehow|or something|or so|i think|i guess"
    r"|imo)(?=$|[,.!?])"
    r"|(?<=broken) again\b|(?<=down) again\b"
)
_THING = re.compile(r"(?i)(?<=\w) (?:thing|thingy|stuff)\b")
_REPORTS = re.compile(
    r"(?i)^(?:(?:(?:the|a|an|one|our|another|some|several|many|two|three|\d+)\s)?(?:\w+\s)?"
    r"(?:customers?|clients?|users?|riders?|people|reporters?|support|kunde|lady|guy|man|woman|someone|somebody)"
    r"(?:\s(?:on the phone|in \w+|from [\w ]{2,20}|\([^()]*\)))?|he|she|they|i|we)\s"
    r"(?:just |also |now )?(?:says?|said|reports?|reported|reporting|tells?|told (?:me|us)|complains?|complained"
    r"|writes?|wrote|mentions?"
    r"|mentioned|noticed?|found|realized|see|saw)(?:\sthat|:)?,?\s"
    r"(?=(?:the|an?|their|his|her|our|my|that|in|on|when|every|all|no|she|he|it|they|there|some)\b)"
)
_PREFACES = re.compile(
    r"(?i)^(?:(?:please|pls) (?:check|look|fix|help)[,:.]\s|(?:i |we )?can(?:['’]t|not) reproduce [\w ]{0,20}?but |"
    r"(?:ticket|mail|e-mail|call|message|report|feedback) from [^:]{3,50}:\s|(?:kunde|kundin) meldet:?\s"
    r"|(?:minor|major|urgent|small thing|flaky|bug|problem)"
    r"\s?[:,-]\s|(?:i|we) (?:have|has|had|got|am having|are having) (?:a |an |some |the )?(?:problems?|issues?"
    r"|bugs?|trouble) (?:with|in|on) [^,:]{3,40}[,:]\s(?:when\b)?(?=\w)"
    r"|(?:we|i) (?:get|have|had|got|receive)d? (?:a lot of |many |some |several |more and more "
    r"|\d+ )?(?:complaints|reports|tickets|e-?mails|calls) (?:about|that|of|saying)\s"
    r"|.{3,60}?\b(?:mentions?|complains?|says?|said|reports?|reported|noticed|realized|found out|told (?:me|us)"
    r"|writes?"
    r"|wrote)\s(?:[a-z]+ ){0,3}that (?=\w)"
    r"|(?:i|we)(?:'ve| have)? (?:just |also |now )?(?:see|saw|found|notice|noticed|have|spotted) (?=(?:an?|the"
    r"|\d+|some|lots of)\b)|saw in sentry: |is there (?:a|any) (?:reason|chance) (?:why|that) |(?:does "
    r"|is )?any(?:one|body) else (?:get|gets|getting|see|seeing|have|having) )"
)
_SUBJECT_I = re.compile(r"(?i)^(?:(?:sometimes|often|always|now|still|today|since [\w ]{2,20},?)\s)?(?:i|we)\s")
_DANGLING_WORDS = (
    "the a an of to in on at for with and or but by from when if that which is are as so it its after while "
    "because into than not be this these their your our my per via e.g i.e whether since until without via also "
    "then does do did was were has have had will would can could should just only between about over under who "
    "where how what why very too us him them off"
)
_DANGLING = frozenset(_DANGLING_WORDS.split()) - {"off", "does", "do", "over", "about", "under"}
_NO_START = re.compile(
    r"(?i)^(?:and|but|or|so|because|which|that|than|then|it|its|it['’]s|they|he|she|him|her|them|is|are|was|were"
    r"|has|have|had|be|been"
    r"|also|there|this|these|those|who|to|of|as|again|not|no,|yes|even|same|one|anyone|yours|mine|us|say|says"
    r"|said|got|get|gets|ok|both"
    r"|\W)(?![\w-])"
)
_DOUBLED = re.compile(r"(?i)\b([a-z]+)[ ,:]+\1\b")
_SENTENCE_END = re.compile(r"[.!?…] +[A-Z\"]|[!?]{2,}|\.\.|[.!?] *:")
_ODD_CAPITALS = re.compile(r"(?<![\w./-])(?!iOS|iPadOS|macOS|xUnit|eSIM)[a-z][A-Z]{2,}")
_PAIRS = (("(", ")"), ("[", "]"), ("“", "”"), ("«", "»"))


def well_formed(title: str) -> bool:
    """Whether a headline is safe to show: 15 to 90 characters, opens and ends as a clause, nothing doubled or "
    "open."""
    outside = _outside(title)
    head, mark, rest = title.partition(": ")
    words = re.findall(r"[\w'’.]+", outside.lower())
    return (
        TITLE_MIN <= len(title) <= TITLE_MAX
        and len(title.split()) >= 2
        and sentence_case(title) == title
        and not (_NO_START.match(title) or (mark and head == "Fix" and _NO_START.match(rest)))
        and not re.search(r"(?i): (?:the|an?)\s", outside)
        and not (_DOUBLED.search(outside) or _SENTENCE_END.search(outside) or _ODD_CAPITALS.search(outside))
        and not (words and words[-1].strip("'.’") in _DANGLING and title[-1] not in '"”`»)')
        and title[-1] not in ",;:-–—(“«'"
        and all(title.count(one) == title.count(other) for one, other in _PAIRS)
        and not re.match(r"[^(]*\)", title)
        and title.count('"') % 2 == title.count("`") % 2 == 0
        and not FIRST_PERSON.search(title)
        and proper(title) == title
    )


def _outside(text: str) -> str:
    """The text with quoted passages, code, paths and addresses blanked."""
    return _QUOTED.sub("X9", text)


def proper(text: str) -> str:
    """Return `text` with acronyms and well-known names in their own case (`csv`, `safari`), quotes and code kept."""
    parts = _QUOTED.split(text)
    return "".join(part if at % 2 else re.sub(r"(?<![\w-])\w+", _own_case, part) for at, part in enumerate(parts))


def _own_case(match: re.Match[str]) -> str:
    word = match[0]
    return _PROPER.get(word, _PROPER.get(word.lower(), word) if word[1:].islower() else word)


def plain_clause(text: str) -> str:
    """Return a clause as a headline says it: no filler, no `customer says that`, short forms written out."""
    text = _REPORTS.sub("", _PREFACES.sub("", text.strip()))
    text = re.sub(
        r"(?i)^(?:it|this) (?=(?:does|doesn['’]t|did|keeps|is|won['’]t|never|crashes|stopped|fails)\b)",
        "Something ",
        text,
    )
    text = re.sub(r"(?i)^(?:please|pls) (?=[a-z])", "", text)
    text = re.sub(r"(?i)^(?:she|he) (?=\w+ )", "Customer ", text)
    text = re.sub(
        r"(?i)^since (?:[^\s,]+ ){1,3}?(?=(?:nobody|no one|the|my|our|we|i|users|customers|all|every)\b)", "", text
    )
    text = re.sub(
        r"(?i)^(?:we|you|one) (?:could|should|must|might|need to|have to|would need to|ought to) (?!be\b)(?=[a-z])",
        "",
        text,
    )
    parts = _QUOTED.split(text)
    text = "".join(part if at % 2 else _plain_words(part) for at, part in enumerate(parts))
    return anyone(" ".join(text.split()).strip(" ,;:-–—"))


def _plain_words(text: str) -> str:
    for pattern, told in _SHORT_FORMS:
        text = re.sub(rf"(?i)\b(?:{pattern})(?![\w'’])", told, text)
    text = re.sub(r"(?i)\bmy (\w+) and (?:me|i)\b", r"\1", _THING.sub("", text))
    text = re.sub(r"(?i)(?<=\w) like (?=\d)|[?!]{2,}", lambda match: " " if match[0].strip() == "like" else "", text)
    return _FILLER.sub("", text)


def anyone(text: str) -> str:
    """Return a clause told of anyone: `I` and `we` become `you`, which never bends a verb; quotes and code are kept.

    At the head of the clause `I can't` loses its subject (`Cannot pay`) and `I get` becomes `Users get`.
    """
    text = re.sub(r"(?i)^(?:i|we) cannot\b", "Cannot", text)
    text = re.sub(r"(?i)^(?:i|we) (?:don't|do not) understand why\b", "Unclear why", text)
    head = _SUBJECT_I.match(text)
    if head:
        text = re.sub(r"(?i)\b(?:i|we)\s$", "users ", head[0]) + re.sub(r"(?i)^(?:am|'m)\b", "are", text[head.end() :])
        text = re.sub(r"(?i)(?<=users )was\b", "were", text)
        text = re.sub(r"(?i)(?<![\w'])(?:my|our)\b", "their", text)
        text = re.sub(r"(?i)(?<![\w'])(?:me|us)(?![\w'])", "them", text)
        text = re.sub(r"(?<![\w'./-])(?:I am|I['’]m|we['’]re)(?= [a-z])", "they are", text)
        text = re.sub(r"(?<![\w'./-])I was(?= [a-z])", "they were", text)
        text = re.sub(r"(?<![\w'./-])(?:I|we|We)(?= [a-z])", "they", text)
    parts = _QUOTED.split(text)
    return "".join(part if at % 2 else _you(part) for at, part in enumerate(parts))


_YOU = (
    (r"(?:i|we) was", "you were"),
    (r"(?:i am|i['’]m|we['’]re)", "you are"),
    (r"(?:i|we)['’]ve", "you have"),
    (r"(?:i|we)['’]ll", "you will"),
    (r"(?:i|we)['’]d", "you would"),
    (r"(?:am|was) i", "are you"),
    (r"(?:myself|ourselves)", "yourself"),
    (r"(?:mine|ours)", "yours"),
    (r"(?:my|our)", "your"),
    (r"(?:i|we|me|us)", "you"),
)


def _you(text: str) -> str:
    for pattern, told in _YOU:
        text = re.sub(rf"(?i)(?<![\w'’./-]){pattern}(?![\w'’/-]|\.\w)", told, text)
    return text


def headline_of(text: str) -> str:
    """Return a clause in the dress of a headline: no article or end punctuation, capital first, names in their "
    "case."""
    text = re.sub(r"(?i)^(?:the|an?|your|our|my|their|also)\s(?=[\w\"“`])", "", text.strip(" .,;:!?-–—…"))
    text = re.sub(r"(?i): (?:the|an?) (?=\w)", ": ", text)
    return sentence_case(proper(" ".join(text.split())))


def shortened(text: str, most: int = TITLE_MAX) -> str:
    """Return a headline cut to `most` characters at the last clause break, else at a word, without a dangling end."""
    if len(text) > most:
        text = re.sub(r"\s\([^()]*\)", "", text)
    if len(text) > most:
        breaks = [match.start() for match in _CUTS.finditer(text) if 20 <= match.start() <= most]
        text = text[: breaks[-1]] if breaks else text[: most + 1].rsplit(" ", 1)[0][:most]
        text = re.sub(r",\s\w+$", "", text)
    words = text.split()
    while len(words) > 2 and words[-1].lower().strip(".,;:()[]'") in _DANGLING:
        words.pop()
    return " ".join(words).rstrip(" ,;:.-–—(")


_CUTS = re.compile(
    r"\s[–—-]+\s|[;,]\s|\s(?=\()|\s(?=(?:because|since|so that|so|which|but|although|even though|even if|and then"
    r"|after|when|while|until|whenever|if|where|and|as|for|with|on|in|from)\b)"
)
