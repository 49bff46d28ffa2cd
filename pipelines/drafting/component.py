"""Names the part of the product that a thread is about, in the thread's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.core.tickets import Fact
from pipelines.drafting.neutral import FIRST_PERSON, sentence_case
from pipelines.drafting.sentences import Sentence, clean

_PART = (
    r"(?:page|screen|tab|button|dialog|modal|popup|menu|dropdown|panel|sidebar|form|field"
    r"|wizard|dashboard|widget|endpoint|api|view|section"
    r"|banner|toolbar|table|chart|graph|settings|report|reports|editor|inbox|calendar|job"
    r"|queue|service|worker|webhook|webhooks|cron|pipeline"
    r"|template|filter|filters|export|exports|import|imports|upload|uploads|uploader|download"
    r"|downloads|login|log-in|sign-?in|sign-?up|signup"
    r"|logout|checkout|cart|search|search bar|sync|notification|notifications|e-?mail"
    r"|e-?mails|invoice|invoices|billing|payment|payments|onboarding"
    r"|autocomplete|integration|backup|backups|build|deploy|deployment|deploys|migration|cli"
    r"|sdk|installer|app|site|website|profile|feed|map|timeline"
    r"|picker|date picker|scheduler|importer|exporter|parser|cache|database|server|gateway"
    r"|proxy|plugin|extension|bot|command|shortcut"
    r"|password reset|reset link|link|links|pdf|csv|newsletter|digest|comments?|attachments?"
    r"|thumbnails?|avatar|permissions?|roles?|audit log|log|logs"
    r"|docs|readme|guide|changelog|runbook|wiki|checklist|tooltips?|labels?|pricing|plan"
    r"|plans|subscription|board|kanban|card|list|grid|pagination"
    r"|certificate|certificates|cluster|pod|pods|tests?|test suite|ci|staging"
    r"|keyboard shortcuts?|font|fonts|colou?rs?|icon|icons)"
)
_STOP = (
    r"(?:the|a|an|this|that|these|those|my|our|your|their|his|her|its|some|any|every|each|all"
    r"|no|when|whenever|if|while|after|before|once|since|because"
    r"|and|or|but|so|then|on|in|at|to|of|for|from|with|by|into|onto|via|as|is|are|was|were|be"
    r"|been|being|has|have|had|do|does|did|it|i|we|you|they|he|she"
    r"|click|clicking|clicked|open|opening|opened|press|pressing|tap|tapping|go|going|hit"
    r"|hitting|use|using|try|trying|tried|save|saving|get|getting|got|see"
    r"|seeing|looks?|like|not|long|new|old|same|other|another|more|just|also|still|again|only|even"
    r"|really|very|can|cannot|can't|could|would|should|will|won't|don't"
    r"|doesn't|didn't|isn't|there|here|where|which|who|what|how|why|whole|entire|current"
    r"|about|than|too|back|out|up|down|off|over|add|adding|make|let|need|want"
    r"|wish|nice|great|love|hate|find|found|says?|said|one|two|three|both|most|many|few"
    r"|yesterday's|today's|visit|visiting|load|loading|reload|refresh|run|running|me|us|them"
    r"|him)"
)
# `Save button`, `Open dialog`: a verb with a capital inside a sentence is a name, an article never is.
_STOPS = (
    rf"(?:{_STOP}|(?i:the|an?|this|that|these|those|my|our|your|their|its|when|whenever|if"
    rf"|after|while|since|on|in|at|to|for|with|and|but|so|i|we))"
)
_WORD = r"[A-Za-z][\w&'/-]*"
_NAMED = re.compile(
    rf"(?<![\w/.'’-])((?:(?!{_STOPS}\b){_WORD}\s){{0,3}}?)(?i:{_PART})(?:\s(?:page|screen|form"
    rf"|button|dialog|modal|flow|job|endpoint|tab|link|template|settings|list|editor|view"
    rf"|table|report|bar|field|results?))?(?![\w/-]|\.\w)"
)
_MODIFIERS = re.compile(rf"(?<![\w/'’-])(?:(?!{_STOPS}\b){_WORD}\s+){{0,2}}$")
_LEADING = re.compile(
    rf"^(?:(?:{_STOPS}|please|fix|thing|stuff|bug|problem|issue|latest|quick|annoying|weird|stupid"
    rf"|small|minor|big|actual|little)\s+)+"
)
_TRAILING = re.compile(
    r"(?i)\s+(?:thing|thingy|stuff|feature|functionality|is|are|was|were|has|have|had|been|it"
    r"|that|which|just|also|still|now|always|sometimes|keeps?|really|constantly|randomly"
    r"|completely|totally|get|gets|got|getting|i|we|they|you|people|users?|customers?|an?|the"
    r"|back|with|only|suddenly|all|again|then|and|but|so|to)$"
)
_PRONOUN = re.compile(
    r"(?i)^(?:it|this|that|they|these|those|he|she|there|here|everything|nothing|something"
    r"|someone|anyone|one|who|which|what|and|or|but|then|now|all)?$"
)


def subject(text: str) -> str:
    """Return the noun phrase that a clause opens with, bare of articles and filler; empty if it names nothing."""
    text = re.split(r"[,;:()]|\s[-–—]+\s", clean(text))[-1].strip()
    text = re.sub(r"(?i)^(?:in|on|at|with|for)\s(?:[\w-]+\s){1,3}?(?=(?:the|my|our)\s)", "", text)
    text = re.sub(
        r"(?i)\s(?:shows?|displays?|lists?|prints?|reports?|returns?|says?|is|are|was|were|has"
        r"|have|does|keeps?|gets?|feels?|seems?|looks?)(?:\s.*)?$",
        "",
        text,
    )
    for _ in range(4):
        text = _TRAILING.sub("", _LEADING.sub("", text)).strip()
    text = re.sub(r"(?i)\b(?:thing|stuff)\b", "", text)
    text = " ".join(text.split()).strip(" -'")
    text = text.replace('"', "") if text.count('"') % 2 else text
    if _PRONOUN.match(text) or FIRST_PERSON.search(text) or not 3 <= len(text) <= 60 or len(text.split()) > 8:
        return ""
    return text


def candidates(text: str) -> list[str]:
    """Return the part names that a text holds (`invoice page`, `CSV export`), in order."""
    found = []
    for match in _NAMED.finditer(text):
        before = _MODIFIERS.search(text[: match.start()])
        name = " ".join(((before[0] if before and not match[1] else "") + match[0]).split())
        bare = _LEADING.sub("", name)
        if bare and not FIRST_PERSON.search(bare):
            found.append(bare)
    return found


def component(lead: str, sentences: Sequence[Sentence], facts: Sequence[Fact]) -> str:
    """Return the component: a part named in the leading sentence, else in another, else a screen, file or "
    "endpoint."""
    if found := candidates(lead):
        return sentence_case(max(found[:2], key=_precision))
    every = [name.lower() for each in sentences if not each.code for name in candidates(each.text)]
    if every:
        return sentence_case(max(every, key=lambda name: (sum(name in other for other in every), -every.index(name))))
    for kind in ("name", "path", "id"):
        for fact in facts:
            if fact.kind == kind and len(fact.text) <= 50 and not re.match(r"[+\d]|(?:Mrs?|Ms|Dr)\b", fact.text):
                return fact.text
    return sentence_case(subject(lead))


def _precision(name: str) -> tuple[int, int]:
    return min(len(name.split()), 3), -len(name)


def the(name: str) -> str:
    """Return a component as it stands inside a sentence: `the invoice page`, `Profile settings`, `/api/orders`."""
    ordinary = name[:1].isupper() and name[1:].islower() and bool(_NAMED.search(name.lower()))
    return f"the {name[0].lower()}{name[1:]}" if ordinary else name
