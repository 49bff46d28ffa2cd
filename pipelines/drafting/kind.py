"""Decides by rules what type of ticket a thread is, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipelines.core.tickets import TicketType
from pipelines.drafting import component, symptom
from pipelines.drafting.language import english
from pipelines.drafting.sentences import Sentence


class Kind(NamedTuple):
    """A ticket type and its confidence, 0 to 1: the winner's share of all the evidence seen."""

    type: TicketType
    confidence: float


def _cue(weight: float, pattern: str) -> tuple[float, re.Pattern[str]]:
    return weight, re.compile(pattern, re.IGNORECASE)


_CUES: dict[TicketType, tuple[tuple[float, re.Pattern[str]], ...]] = {
    "bug": (
        _cue(3, r"\b(?:problem|issue):"),
        _cue(
            2,
            r"\b(?:acting up|outage|problem:|rollback|rolled back|affected|is down|are down)\b"
            r"|^(?:please )?fix\b",
        ),
        _cue(5, r"^(?:steps(?: to reproduce)?|expected(?: \w+)?|actual(?: \w+)?|repro)\s?:"),
        _cue(3, r"\b(?:takes|took|taking) (?:\w+ ){0,2}\d[\d.,]* ?(?:s|secs?|seconds?|min|mins|minutes?|hours?)\b"),
        _cue(
            3,
            (
                r"\b(?:falsch\w*|fehler\w*|kaputt|crash\w*|broken|breaks|broke|bug|regression|traceback|exception"
                r"|stack ?trace"
                r"|segfault|repro(?:duce\w*)?)\b"
            ),
        ),
        _cue(
            3,
            (
                r"\b(?:error|fails?|failing|failed|failure|freez\w+|froze|hangs?|hung|times? ?out"
                r"|timed out|timeout|stuck|corrupt\w*)\b"
            ),
        ),
        _cue(
            3,
            (
                r"\b(?:does ?n[o']?t|do ?n[o']?t|did ?n[o']?t|is ?n[o']?t|are ?n[o']?t|won'?t"
                r"|not) (?:even |actually |seem to )?(?:work|load|save|open|show|send|update|appear"
                r"|respond|render|start|sync|finish|arrive|refresh|log|print|match|get|fire)\w*"
            ),
        ),
        _cue(
            2,
            (
                r"\b(?:stopped|no longer|keeps? (?!asking|hearing|wondering|wanting)\w+ing|spins|spinning"
                r"|forever|disappear\w*|vanish\w*"
                r"|duplicat\w+|twice|blank|wrong|incorrect|missing|logged out|logs? (?:me|us|users) out"
                r"|loses?|lost|garbled|overlap\w*|cut off|flicker\w*|negative|off by)\b"
            ),
        ),
        _cue(
            2,
            (
                r"\b(?:4\d\d|5\d\d) (?:error|on|when|from|for|after)\b|\b(?:HTTP|status|returns?|gets?"
                r"|got|getting|gives?|throws?)(?: an?| me| a)? [45]\d\d\b"
            ),
        ),
        _cue(1.5, r"\b(?:can'?t|cannot|unable to|couldn'?t) (?!we\b)\w+"),
        _cue(
            1,
            (
                r"\b(?:since the (?:update|deploy|release|upgrade)|after (?:the )?(?:update|deploy\w*"
                r"|upgrad\w+)|used to work|worked (?:fine )?(?:until|before|last|yesterday))\b"
            ),
        ),
        _cue(2, r"(?:Error|Exception)\b[:(]?|\b(?:ECONN\w+|ETIMEDOUT)\b"),
    ),
    "idea": (
        _cue(
            7,
            r"\b(?:can|could) (?:we|you) (?:please |maybe )?(?:make|change|increase|extend|reduce) (?!sure)"
            r"|would help (?:\w+ ){0,5}(?:to have|if)\b|^(?:i|we) would (?:really )?like (?:that|to|it|an?)\b",
        ),
        _cue(
            7,
            r"\b(?:could|can|couldn'?t) (?:we|you) (?:please |maybe |also |possibly )?(?:get|have|add|let|allow"
            r"|support|offer"
            r"|introduce|show|include|build|pin)\b(?! (?:a|the|some) (?:look|fix|answer|update)\b)|\b(?:unless"
            r"|until) (?:we|you|they)"
            r" (?:have|support|offer|add)\b|^(?:i |we )?wish\b|\bwould love to\b|why (?:does ?n[o']?t"
            r"|don'?t) (?:it|we|the app)"
            r" (?:tell|show|let|offer|just|simply)\b|^idea\b|^(?:please |pls )(?:add|make|change|increase|allow"
            r"|show|let|reduce|extend)\b"
            r"|^(?:feature )?(?:idea|need|request|wish)\s?[:–-]|^(?:the |our )?(?:\w+ ){1,5}needs an? (?!fix"
            r"|restart)\w",
        ),
        _cue(
            5,
            r"\b(?:asked|asking|asks?|question)\b.{0,25}\b(?:whether|if) (?:they|we|you|one|it) can\b"
            r"|^(?-i:(?!They|We|You|She|He|It|I)(?:[A-Z]\w+ ){1,3})(?:would like|wants?|needs?|asks? for"
            r"|asked for)\b|\bwould be enough\b|\b(?:we|one) could \w+",
        ),
        _cue(3, r"^(?:please |pls )?add\b|\b(?:can|could) (?:we|you) (?:please )?(?:get rid of|remove|stop)\b"),
        _cue(
            4,
            r"^(?:we|it|there|you|they|the \w+) should (?:really |also |probably |just )?(?:have"
            r"|offer|support|let|allow|show|be able|be an? (?:way|option)|remember)\b",
        ),
        _cue(
            4,
            (
                r"\b(?:feature request|would (?:be|love|really like)[^.]{0,25}\b(?:nice|great|cool|lovely"
                r"|awesome|helpful|useful|handy|amazing|sweet|good|if|to be able|to have|to see)|it'?d be"
                r"|i wish|wish ?list|we wish|idea\s?[:-])"
            ),
        ),
        _cue(
            3,
            (
                r"\b(?:could we|can we|couldn'?t we|why don'?t we) (?:please |maybe |also )?(?:add|have"
                r"|get|support|make|let|allow|introduce|show|build|offer|include|default)\b"
            ),
        ),
        _cue(
            3,
            (
                r"\b(?:how about|what about|what if|any chance|is there any way we could|please add"
                r"|pls add|(?<!can.t )(?<!cannot )(?<!to )add (?:a|an|support|an option)|need (?:a|some) way to"
                r"|a way to|an option to"
                r"|ability to|allow (?:us|users|people|me|customers) to|let (?:us|users|people"
                r"|customers) \w+|support for)\b"
            ),
        ),
        _cue(
            2,
            (
                r"\b(?:suggestion|proposal|propose|feature|asking for|requested|(?:customers?|users?"
                r"|people|clients?) (?:keep asking|want|would like|are asking|ask for|need)"
                r"|want(?:s)? to be able|should be able to|would save)\b"
            ),
        ),
        _cue(1.5, r"\b(?:every (?:week|month|day|time)|by hand|manually|copy ?-?(?:and )?-?past\w*)\b"),
    ),
    "feedback": (
        _cue(
            3,
            (
                r"\b(?:feedback|nps|survey|review(?:er)? (?:said|says|wrote)|(?:customer|client|user"
                r"|prospect|they|he|she)s? (?:said|says|told (?:me|us)|mentioned|complain\w*|wrote"
                r"|called it|described|finds?|found|feels?|felt))\b"
            ),
        ),
        _cue(
            3,
            (
                r"\b(?:love[sd]?|hate[sd]?|annoy\w+|frustrat\w+|confus\w+|clunky|unintuitive|intuitive"
                r"|ugly|beautiful|cluttered|overwhelming|delight\w*|disappoint\w+|painful|cumbersome"
                r"|tedious|impressed|happy with|unhappy)\b"
            ),
        ),
        _cue(
            1.5,
            (
                r"\b(?:too (?:small|big|many|much|slow|long|complicated|busy|bright|dark|aggressive"
                r"|noisy)|hard to (?:find|read|see|understand|use)|feels (?:like|slow|off|dated|old)"
                r"|not obvious|great job|well done|kudos)\b"
            ),
        ),
    ),
    "question": (
        _cue(
            3,
            (
                r"^(?:does anyone know |do you know |anyone know |quick question[:, ]*)?(?:how (?:do|can"
                r"|does|should|would|is|are|long|often|many|much)|where (?:do|can|is|are|does)|what(?:'s"
                r"| is| are| does| do| happens)|which|who|when (?:do|does|is|are|will)|why (?:do|does|is"
                r"|are))\b"
            ),
        ),
        _cue(
            2,
            (
                r"^(?:is|are|does|do|can|could|should|will|has|have) (?:there|it|this|that|the|we|i|you"
                r"|anyone|our|someone)\b[^.]*\?$"
            ),
        ),
        _cue(1.5, r"\?$"),
        _cue(
            2,
            (
                r"\b(?:wondering (?:if|how|what|where|whether)|can someone explain|could (?:someone"
                r"|anyone) explain|anyone know|does anybody know|not sure (?:how|what|which|whether)"
                r"|question about)\b"
            ),
        ),
    ),
    "docs": (
        _cue(
            3,
            r"^(?:the |our )?(?:[\w-]+ ){0,2}(?:docs?|documentation|readme|wiki|help page|faq|handbook|runbook"
            r"|changelog)\b",
        ),
        _cue(
            4,
            (
                r"\b(?:docs?|documentation|readme|wiki|runbook|changelog|help (?:page|article|cent(?:er"
                r"|re))|handbook|faq|tutorial|(?:user|install\w*|setup|onboarding|migration|quick ?start"
                r"|api) guide|docstring|release notes)\b"
            ),
        ),
        _cue(
            2,
            (
                r"\b(?:outdated|out of date|typos?|undocumented|not documented|documented|still (?:says"
                r"|mentions|shows|lists|refers|references|describes)|dead link|broken link|code sample)\b"
            ),
        ),
    ),
    "task": (
        _cue(
            3,
            (
                r"^(?:we (?:need|have|ought|should) to|we should|we must|we gotta|need(?:s)? to|have to"
                r"|let'?s|(?:can|could) (?:someone|somebody|you|we)(?: please)?|someone (?:needs|has"
                r"|should)|remember to|don'?t forget to|please|to ?do)?\s*(?:please )?(?:upgrade|bump"
                r"|rotate|renew|remove|delete|clean ?up|migrate|move|rename|refactor|update|set up|setup"
                r"|configure|provision|archive|backfill|deprecate|drop|enable|disable|replace|switch"
                r"|schedule|prepare|write|extract|split|convert|audit|install|order|revoke|onboard"
                r"|document)\b"
            ),
        ),
        _cue(
            2,
            (
                r"\b(?:expires?|expiring|end of life|eol|deprecated|deadline|tech debt|chore|housekeeping"
                r"|clean-?up|migration|before (?:we|the) (?:launch|ship|release|go live)"
                r"|needs? (?:to be )?(?:upgraded|rotated|renewed|removed|migrated|updated|cleaned"
                r"|replaced|done))\b"
            ),
        ),
        _cue(
            1.5,
            (
                r"\b(?:we need to|needs? to (?:be )?\w+|have to|by (?:monday|tuesday|wednesday|thursday"
                r"|friday|end of|next|eod|the end))\b"
            ),
        ),
    ),
}
_FOREIGN_CUES: dict[TicketType, re.Pattern[str]] = {
    "bug": re.compile(
        r"(?i)\b(?:fehler\w*|stürzt|absturz|abgestürzt|funktioniert nicht|geht nicht|kaputt|hängt"
        r"|erreur|plante|bug|ne (?:marche|fonctionne) (?:pas|plus)"
        r"|falsch\w*|keine? (?:mail|reaktion|antwort)|error|falla|fallo|no puedo|no se puede|denegado|no funciona"
        r"|no carga|se cierra|errore"
        r"|non funziona|erro|não funciona"
        r"|trava|fout|werkt niet|błąd|ошибка|не работает)"
        r"|エラー|できない|动不了|错误|无法|崩溃"
    ),
    "idea": re.compile(
        r"(?i)\b(?:wäre (?:schön|gut|toll|super|cool)|könnten wir|wünsch\w+|ce serait"
        r"|serait (?:bien|utile|cool)|on pourrait|j'aimerais|estaría (?:bien|genial)"
        r"|sería (?:bueno|genial|útil)|me gustaría|podríamos|sarebbe (?:bello|utile)|seria (?:bom"
        r"|ótimo)|zou (?:fijn|mooi|handig))|欲しい|希望"
    ),
    "question": re.compile(
        r"(?i)^(?:wie|wo|warum|wann|wer|was|comment|où|pourquoi|quand|cómo|dónde|por qué|cuándo|¿"
        r"|come|dove|perché|como|onde)\b|[?？]$"
    ),
}
_ORDER: tuple[TicketType, ...] = ("bug", "docs", "idea", "feedback", "question", "task")
# The message that was reacted to, or opened the thread, says what the thread is about.
# Who opened it counts next; what others reply counts little, and what they ask back not at all.
_LEAD_WEIGHT, _OWN_WEIGHT, _REPLY_WEIGHT = 1.0, 0.8, 0.2


def decide(sentences: Sequence[Sentence], focus: str | None = None) -> Kind:
    """Return the type with most evidence in the thread; `focus` is the ts of the message that leads.

    Without any cue a statement about a part of the product is taken for a bug, anything else for a task, both with
    confidence 0.
    """
    scores: dict[TicketType, float] = dict.fromkeys(_ORDER, 0.0)
    reporter = next((each.user for each in sentences if each.source == focus), sentences[0].user if sentences else "")
    foreign = not english(" ".join(each.text for each in sentences if not each.code))
    for sentence in sentences:
        for type_, gained in _evidence(sentence, foreign).items():
            if type_ != "question" or sentence.user == reporter:
                later = type_ == "question" and _weight(sentence, focus, reporter) < 1
                scores[type_] += _weight(sentence, focus, reporter) * gained * (0.2 if later else 1)
    if scores["docs"] and not _docs_is_subject(sentences, focus):
        scores["docs"] *= 0.4
    best = max(_ORDER, key=lambda type_: scores[type_])
    total = sum(scores.values())
    if total:
        return Kind(best, round(scores[best] / total, 3))
    return Kind("bug" if any(_states(each.text) for each in sentences[:2]) else "task", 0.0)


def _states(text: str) -> bool:
    words = text.split()
    return (
        not text.endswith("?")
        and len(words) > 3
        and bool(component.candidates(" ".join(words[:12])) and not text[0].isdigit())
    )


def _weight(sentence: Sentence, focus: str | None, reporter: str) -> float:
    if sentence.source == focus or (sentence.first and sentence.user == reporter):
        return _LEAD_WEIGHT
    return _OWN_WEIGHT if sentence.user == reporter or sentence.code else _REPLY_WEIGHT


def _evidence(sentence: Sentence, foreign: bool) -> dict[TicketType, float]:
    if sentence.code:
        return {"bug": 3.0} if re.search(r"(?i)error|exception|traceback|fatal|\bat \S+\(", sentence.text) else {}
    if foreign or not english(sentence.text):
        return {type_: 3.0 for type_, cue in _FOREIGN_CUES.items() if cue.search(sentence.text)}
    found = {
        type_: sum(weight for weight, pattern in cues if pattern.search(sentence.text)) for type_, cues in _CUES.items()
    }
    found["bug"] += 0 if sentence.text.endswith("?") else min(symptom.weight(sentence.text), 4) / 2
    return found


def _docs_is_subject(sentences: Sequence[Sentence], focus: str | None) -> bool:
    lead = [each.text for each in sentences if each.first or each.source == focus]
    pattern = _CUES["docs"][1][1]
    return any(pattern.search(text) for text in lead[:1])
