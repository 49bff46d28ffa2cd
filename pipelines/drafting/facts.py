"""Finds what a thread states as fact, word for word, each with the message it came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipelines.core.tickets import Fact, FactKind, Message
from pipelines.drafting.sentences import is_order, plain, split

_FILE = (
    r"(?:py|pyi|js|mjs|ts|tsx|jsx|java|kt|kts|go|rs|rb|php|cs|cc|cpp|h|hpp|swift|scala|sql|sh"
    r"|bash|ps1|ya?ml|json|xml|toml|ini|cfg"
    r"|conf|env|log|txt|md|rst|csv|tsv|xlsx?|pdf|docx?|pptx?|png|jpe?g|gif|svg|webp|heic|mp4"
    r"|mov|html?|s?css|less|vue|lock|gz|zip|tar"
    r"|exe|dmg|apk|ipa|proto|tf|ipynb|parquet|ics|eml|plist|gradle)"
)
_PRODUCT = (
    r"(?:Chrome(?:\sOS|\sMobile)?|Chromium|Firefox|Safari|(?:Microsoft\s)?Edge|Opera|Brave"
    r"|Internet\sExplorer|IE(?=\s?\d)|iOS|iPadOS|Android|macOS|Mac\sOS\sX"
    r"|OS\sX|Windows(?:\sServer)?|Win(?=\s?1[01])|Ubuntu|Debian|Fedora|Alpine|Linux|iPhone"
    r"|iPad|Pixel(?=\s\d)|Fairphone(?=\s\d)|Galaxy(?=\s[A-Z]?\d)|MacBook(?:\sPro|\sAir)?|Python|Node(?:\.js)?"
    r"|Java(?=\s\d)"
    r"|Ruby(?=\s\d)|PHP(?=\s\d)|Go(?=\s1\.)|Rust(?=\s1\.)|Postgres(?:QL)?|MySQL|Redis|MongoDB"
    r"|Kafka|Docker|Kubernetes|Django|Rails|React(?:\sNative)?(?=\s\d)|Vue(?=\s\d)"
    r"|Angular(?=\s\d)"
    r"|TypeScript(?=\s\d)|Outlook|Excel|Thunderbird|Electron(?=\s\d)|OpenSSL|Terraform"
    r"|Elasticsearch|Ventura|Sonoma|Sequoia|Monterey)"
)
_HEAD = (
    r"(?:page|screen|tab|button|dialog|modal|popup|menu|dropdown|panel|sidebar|form|field"
    r"|checkbox|toggle|wizard|dashboard|widget"
    r"|endpoint|view|section|banner|tooltip|toolbar|header|footer|table|column|chart|graph"
    r"|setting|settings|flag|report|editor|inbox"
    r"|calendar|job|queue|service|worker|webhook|cron|pipeline|template|filter)"
)
_UNIT = (
    r"(?:%|percent|ms|milliseconds?|s\b|secs?\b|seconds?|mins?\b|minutes?|hrs?\b|hours?|h\b"
    r"|days?|weeks?|months?|years?|[KMGT]i?B\b|[kmg]b\b|bytes?|px|pt\b|fps"
    r"|rpm\b|rps\b|qps\b|(?<=\d)x\b|times|°C|EUR|USD|GBP|euros?|dollars?)"
)
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"

# The order is the precedence: a later kind never takes what an earlier one covers.
_PATTERNS: tuple[tuple[FactKind, re.Pattern[str]], ...] = (
    ("url", re.compile(r"\bhttps?://[^\s<>\"'`|\\^{}\[\]]{1,2000}")),
    (
        "error",
        re.compile(
            r"(?<![\w.])[A-Za-z_][\w.]{0,80}(?:Error|Exception|Panic|Fault)\b(?::\s[^\n\"`]{1,200})?"
            r"|\b(?:E[A-Z]{5,20}|ERR_[A-Z_]{2,40}|ORA-\d{4,6}|SQLSTATE\[?\w{5}\]?|0x[0-9A-Fa-f]{8}"
            r"|SIG[A-Z]{3,6}|OOMKilled|NXDOMAIN)\b"
            r"|(?i:\b(?:fatal|panic|uncaught)\s?:\s?[^\n\"`]{3,200})"
            r"|\b(?:ERROR|[Ee]rror)(?:\smessage)?\s?:\s?[^\n\"`]{3,200}"
            r"|Traceback \(most recent call last\)"
            r"|(?i:\b(?:segmentation fault|segfault|out of memory|stack overflow|deadlock detected"
            r"|connection (?:refused|reset by peer)"
            r"|permission denied|CORS error)\b)"
            r"|\b(?:HTTP(?:/\d(?:\.\d)?)?\s?)[1-5]\d\d\b(?:\s[A-Z][a-z]{2,}(?:\s[A-Z][a-z]{2,}){0,2})?"
            r"|(?i:(?<=\berror )|(?<=\bstatus )|(?<=\bcode )|(?<=\breturns )|(?<=\breturned )"
            r"|(?<=\bgets )|(?<=\bget )|(?<=\bgot )"
            r"|(?<=\bgetting )|(?<=\ba )|(?<=\ban )|(?<=\bwith )|(?<=\bthrows )|(?<=\bgives )"
            r"|(?<=\bthrew )|(?<=\bthe )|(?<=\breturning )"
            r"|(?<=\bseeing )|(?<=\bsees )|(?<=\bof )|(?<=\bme )|(?<=\bis )|(?<=\bto )|(?<=\bstill ))"
            r"[45]\d\d\b(?:'?s\b)?(?!\s?(?:[a-z]{3,}s\b|[KMG]B|ms|px|%"
            r"|[,.]\d))(?:\s[A-Z][a-z]{2,}(?:\s[A-Z][a-z]{2,}){0,2})?"
        ),
    ),
    ("quote", re.compile(r"\"[^\"\n]{2,200}\"|“[^”\n]{2,200}”|«[^»\n]{2,200}»|„[^“”\n]{2,200}[“”]|「[^」\n]{1,200}」")),
    ("quote", re.compile(r"(?<!\w)'[^'\n]{2,120}'(?!\w)|`[^`\n]{1,200}`")),
    (
        "path",
        re.compile(
            rf"(?<![\w/:.<])(?:~|\.{{1,2}})?/[\w.@%{{}}:+*-]{{1,80}}(?:/[\w.@%{{}}:+*=&?-]{{0,80}})*"
            rf"|\b[A-Z]:\\[^\s\"<>|]{{1,200}}"
            rf"|(?<![\w/.-])[\w.-]{{1,60}}(?:/[\w.-]{{1,60}}){{0,8}}\.{_FILE}\b(?::\d{{1,6}})?(?![\w/])"
        ),
    ),
    (
        "id",
        re.compile(
            r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
            r"|\b(?!UTF-|SHA-|ISO-|HTTP-|COVID-|RFC-|UTC-|GMT-|AES-|IPV-|GPT-)[A-Z][A-Z0-9]{1,9}-\d{1,8}\b(?!\.\d)"
            r"|(?<![\w/&])#\d{2,10}\b"
            r"|\b(?=[0-9a-f]{0,39}\d)(?=[0-9a-f]{0,39}[a-f])[0-9a-f]{7,40}\b"
            r"|\b(?:req|trace|evt|cus|ord|inv|txn|run|msg|usr|acct|sub|job|pi|ch)_[A-Za-z0-9]{4,40}\b"
            r"|(?i:\b(?:order|ticket|request|invoice|customer|account|user|trace|job|case|PR|issue"
            r"|run|incident|tenant|workspace|session)"
            r"(?:\s(?:id|no\.?|number|nr\.?))?\s?[:#]?\s?)(?=[\w-]{0,20}\d)[A-Z0-9][\w-]{1,40}\b(?!\.\d)"
            r"|\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{2,5})?\b"
        ),
    ),
    (
        "time",
        re.compile(
            rf"(?i)\b\d{{4}}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z"
            rf"|[+-]\d\d:?\d\d)?)?(?:\sUTC|\sCET|\sCEST)?"
            rf"|\b\d{{1,2}}[:h]\d\d(?::\d\d)?(?:\s?[ap]m)?\b(?:\s(?:UTC|GMT|CES?T|[EP][SD]T|BST))?"
            rf"|\b\d{{1,2}}\s?(?:am|pm)\b(?:\s(?:UTC|GMT|CES?T|[EP][SD]T))?"
            rf"|\b\d{{1,2}}[./]\d{{1,2}}[./](?:20)?\d\d\b|\b{_MONTH}\s\d{{1,2}}(?:st|nd|rd"
            rf"|th)?(?:,?\s20\d\d)?\b|\b\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}(?=\W"
            rf"|$)(?:\s20\d\d)?"
            rf"|\b(?:(?:last|next|this|every|on|since|by|before|until)\s)?{_DAY}(?:'s)?(?:\s(?:morning"
            rf"|afternoon|evening|night))?\b"
            r"|\b(?:since\s)?(?:yesterday|today|tonight|this\s(?:morning|afternoon|week|month)"
            r"|last\s(?:night|week|month|sprint|quarter|year)"
            r"|(?:next|end\sof\s(?:the\s)?)\s?(?:week|month|sprint|quarter|year))\b|\bQ[1-4]\b(?:\s20\d\d)?"
        ),
    ),
    (
        "number",
        re.compile(
            rf"(?i)(?:[$€£¥]|\b(?:EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN)\s)\s?\d[\d,.]{{0,15}}\d?\s?[kM]?\b"
            rf"|[~≈]?\b\d[\d,.]{{0,15}}(?:\s?[-–]\s?\d[\d,.]{{0,10}})?\s?-?{_UNIT}(?!\w)"
        ),
    ),
    (
        "version",
        re.compile(
            rf"(?i:\b{_PRODUCT}\s(?:version\s)?v?[A-Z]?\d[\w.]{{0,20}}\b(?:\s(?:mini|pro|max|plus|ultra)\b){{0,2}})"
            r"|(?i:\b(?:(?!on\b|in\b|the\b|with\b|of\b|and\b|our\b|my\b|an?\b|since\b|is\b"
            r"|from\b)[a-z]+[ -])?(?:app|api)\s"
            r"(?:v\.?\s?)?\d[\w.+-]{0,30}\b)"
            r"|(?i:\b(?:version|release|build|rev(?:ision)?)\s(?:v\.?\s?)?\d[\w.+-]{0,30}\b)"
            r"|(?<![\w.])v\d+(?:\.\d+){0,3}(?:[-+.]?(?:alpha|beta|rc|dev|preview|snapshot|[0-9a-f]{7,})[\w.]*)?\b"
            r"|(?<![\w.$€£])\d+\.\d+\.\d+(?:\.\d+)?(?:[-+][\w.]{1,30})?\b"
            r"|(?i:(?<=\bin )|(?<=\bon )|(?<=\bsince )|(?<=\bfrom )|(?<=\buntil )|(?<=\bbefore )|(?<=\bafter )"
            r"|(?<=\bwith )"
            r"|(?<=\bto )|(?<=\band )|(?<=\())\d{1,4}\.\d{1,4}(?![\w,%])(?!\.\d)(?!\s[a-z]+s\b)"
        ),
    ),
    (
        "number",
        re.compile(
            r"(?i)\b\d[\d,.]{0,12}\s?(?:/|of|out\sof)\s(?:the\s)?(?:last\s)?\d[\d,.]{0,12}(?:\s[a-z]{3,20})?\b"
            r"|[~≈]?\b\d[\d,.]{0,12}k?\+?\s(?:[a-z-]{3,20}\s){0,1}?(?!(?:is|was|has|as|this|does|its"
            r"|plus)\b)[a-z-]{2,20}s\b"
            r"|\b(?:[1-9]|\d\d?)(?:x|th|nd|rd|st)\b|\b\d{1,3}(?:,\d{3})+\b"
        ),
    ),
    (
        "name",
        re.compile(
            r"(?<![\w/])[A-Z][\w&]*(?:\s[A-Z][\w&]*){0,2}\s?(?:>|→|->"
            r"|»)\s?[A-Z][\w&]*(?:\s[\w&]+)?(?:\s?(?:>|→|->|»)\s?[A-Z][\w&]*(?:\s[A-Z][\w&]*)?)*"
            rf"|\b(?!(?:The|An|On|In|At|When|This|That|My|Our|Your|If|And|But|Also|After|From|For|With"
            rf"|Each|Every|New|It|We|To|Its|No)\s)(?:[A-Z][\w&'-]+\s){{1,3}}{_HEAD}s?\b"
            rf"|(?<![\w-])(?!(?:could|would|should|will|must|may|might|they|then|always|never|please"
            rf"|let|users?|people|the|a|an|this|that|my|our|your"
            rf"|every|each|same|new|old|whole|main|right|left|and|or|on|in|of|to|is|for|any|no|one|all"
            rf"|other|first|last|next|wrong|with|from|at|some|their|its|his|her|which|what|see|also"
            rf"|into|reload|refresh|open|save|change|print|when|if|get|load|blank|white|empty|long"
            rf"|short|big|small|like|only|just|back|click|press|hit|two|three|can|does|not|has|still"
            rf"|via|per|by|as|we|you|it|i)\b)[a-z][\w-]{{2,20}}\s{_HEAD}\b"
            r"|(?<![\w.])[a-zA-Z_]\w{0,60}(?:\.\w{1,60}){0,6}\(\)|(?<![\w-])--[a-z][\w-]{1,40}\b"
            r"|\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b|\b[a-z]\w*(?:_[a-z0-9]+)+\b"
            r"|\b[a-z]+(?:[A-Z][a-z0-9]+)+\b|\b[A-Z][a-z]+(?:[A-Z][a-z0-9]+)+\b"
        ),
    ),
    (
        "name",
        re.compile(
            r"(?i:\b(?:click|tap|press|hit|select|choose|open|clicked|pressed|tapped|clicking"
            r"|pressing|tapping|hitting)(?:\son)?(?:\sthe)?\s)([A-Z][\w&]*(?:\s[A-Z][\w&]*){0,2})"
        ),
    ),
    (
        "name",
        re.compile(
            r"(?<=[a-z,(] )(?!I\b)[A-Z][\w&.-]*\w(?:\s[A-Z][\w&.-]*\w){0,2}|(?<=\()[A-Z][\w&.-]+(?:\s[A-Z]\w+)?(?=\))"
        ),
    ),
    (
        "name",
        re.compile(
            rf"(?i)\b{_PRODUCT}\b|(?<![/\w.-])(?:staging|production|prod|sandbox|pre-prod|preview"
            rf"|dark mode|light mode|incognito)(?![/\w-])"
        ),
    ),
)
_PROSE_AFTER = re.compile(
    r"\s(?:when|after|whenever|while|every time|each time|but|so i|and then|if (?:i|you|we))\s|[.!?](?:\s|$)|\s\("
)
_NOT_VERSION_BEFORE = re.compile(r"(?i)(?:[$€£]|\b(?:line|step|figure|section|chapter|table))\s?$")


def find(messages: Sequence[Message]) -> tuple[Fact, ...]:
    """Return the facts of the messages in reading order, each text once; orders to the bot carry none."""
    found: dict[str, Fact] = {}
    for message in messages:
        for line in plain(message.text).splitlines():
            kept = " ".join(part for part in split(line) if not is_order(part)) if is_order(line) else line
            for fact in of_line(kept, message.ts):
                found.setdefault(fact.text.casefold(), fact)
    return tuple(found.values())


def of_line(line: str, source: str) -> list[Fact]:
    """Return the facts of one line (or clause), by their place in it."""
    taken: list[tuple[int, int, FactKind]] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(line):
            start, end = _trimmed(line, kind, *(match.span(1) if match.lastindex else match.span()))
            if end > start and all(end <= a or start >= b for a, b, _ in taken) and _fits(line, kind, start):
                taken.append((start, end, kind))
    return [Fact(kind=kind, text=line[start:end], source=source) for start, end, kind in sorted(taken)]


def of_kind(facts: Iterable[Fact], *kinds: FactKind) -> list[Fact]:
    """Return the facts of these kinds, in order."""
    return [fact for fact in facts if fact.kind in kinds]


def _trimmed(line: str, kind: FactKind, start: int, end: int) -> tuple[int, int]:
    text = line[start:end]
    if kind == "error" and (prose := _PROSE_AFTER.search(text, 8)):
        text = text[: prose.start()]
    if kind in ("url", "path", "error", "version", "number"):
        text = text.rstrip(".,;:!?*…" + ("" if kind == "error" else ")"))
    text = text.rstrip()
    return start, start + len(text)


def _fits(line: str, kind: FactKind, start: int) -> bool:
    return kind != "version" or not _NOT_VERSION_BEFORE.search(line[max(0, start - 12) : start])
