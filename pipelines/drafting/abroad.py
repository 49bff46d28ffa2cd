"""Headline of a thread that is not in English: its own words, cut to one clause, with its telling fact."""

from __future__ import annotations

import re

from pipelines.drafting.facts import of_kind
from pipelines.drafting.neutral import sentence_case
from pipelines.drafting.reading import Reading

_GREETING = re.compile(
    r"(?i)^(?:hallo|moin|hola|salut|bonjour|ciao|olá|oi|buenas|buenos días|guten (?:morgen"
    r"|tag)|servus|zusammen|hoi)[\s,!.]+(?:zusammen|todos|tous|allen|tutti)?[\s,!.]*"
)
_WISH = re.compile(
    r"(?i)^(?:ce serait (?:bien|cool|utile|super) (?:de pouvoir|de|si)|es wäre (?:schön|gut"
    r"|toll|super|cool),? wenn|estaría bien (?:poder|que|si)|me gustaría(?: poder)?"
    r"|sería (?:bueno|genial|útil) (?:poder|que|si)|sarebbe (?:bello|utile) (?:poter|se)"
    r"|seria (?:bom|ótimo) (?:poder|se)|j'aimerais(?: pouvoir)?|könnten wir)\s+"
)


def headline(reading: Reading) -> str:
    """Return the leading sentence's first real clause, followed by the error, version or id that it leaves out."""
    text = _WISH.sub(
        "",
        _GREETING.sub(
            "", re.sub(r"(?i)^(?:kund(?:e|in)|cliente?) (?:meldet|sagt|dice|dit)[:,]? ", "", reading.lead.text)
        ),
    )
    clauses = [part.strip() for part in re.split(r"[,;:。、，]\s*", text) if len(part.strip()) >= 12] or [text]
    said = clauses[0][:70].rsplit(" ", 1)[0] if len(clauses[0]) > 70 else clauses[0]
    for fact in of_kind(reading.facts, "error", "id", "version", "quote", "path"):
        if fact.text.lower() not in said.lower() and len(said) + len(fact.text) <= 84:
            return f"{sentence_case(said)} ({fact.text})"
    return sentence_case(said)
