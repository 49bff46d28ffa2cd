"""Fills the templates of ideas and feedback: whose problem it is, what they want, what they said."""

from __future__ import annotations

import re
from typing import Literal

from pipelines.core.tickets import NOT_STATED
from pipelines.drafting import abroad
from pipelines.drafting import component as components
from pipelines.drafting.neutral import ended, sentence_case
from pipelines.drafting.phrase import anyone, plain_clause, proper
from pipelines.drafting.reading import WISH, Reading
from pipelines.drafting.sentences import Sentence

_PAIN = re.compile(
    r"(?i)\b(?:every (?:time|day|week|month|morning|release|sprint)|by hand|manual(?:ly)?"
    r"|copy\w*|past(?:e|ing)|hours?|minutes?|have to|has to|had to|can'?t|cannot|no way"
    r"|hard|annoying|tedious|painful|slow|lose|lost|miss(?:es|ed|ing)?|forget|forgot"
    r"|error-prone|currently|right now|today|at the moment|because|since|complain\w*|asked"
    r"|asking|confus\w+"
    r"|wast\w+|only|instead|workaround|spreadsheet|struggl\w+|problem|need)\b"
)
_ROLE = (
    r"(?:customers?|clients?|users?|people|riders?|admins?|administrators?|support(?: team| agents?)?"
    r"|sales(?: team| reps?)?|finance(?: team)?|accounting|marketing(?: team)?|designers?"
    r"|developers?|engineers?"
    r"|managers?|team leads?|new (?:hires|users|customers)|operators?|ops(?: team)?"
    r"|qa(?: team)?|accountants?|teachers?|students?|drivers?|warehouse(?: team| staff)?"
    r"|agents?|buyers?"
    r"|sellers?|vendors?|partners?|prospects?|screen[- ]reader users|colou?r[- ]blind users"
    r"|patients?|nurses?|doctors?|tenants?|subscribers?|freelancers?|recruiters?|logistics"
    r"|legal|hr|people ops|on-?call)"
)
_WHO = re.compile(
    rf"(?i)\b(?:(?:about |around |at least |over |the |our |all |many |some |several |most "
    rf"|one |two |three |four |five |six |ten |\d[\d,]* (?:of (?:our|the) )?|enterprise |big "
    rf"|large |small |mobile |new |trial |paying |power )*){_ROLE}\b(?: at [A-Z]\w+"
    rf"| in [A-Z]\w+)?"
)
_ORGANISATION = re.compile(
    r"\b(?:customers?|clients?|prospects?|partners?|tenants?|[Cc]all with"
    r"|[Tt]alked to)\s\(?((?:[A-Z][\w&-]+)(?:\s(?:[A-Z][\w&-]+))?)(?=[\s,.):;]|$)"
)
_ASKING = re.compile(
    r"(?!They|We|You|She|He|It|I)((?:[A-Z][\w&-]+\s)*[A-Z][\w&-]+)\s(?:would like|wants?|needs?|asks? for"
    r"|asked for)\b"
)
_GOOD = re.compile(
    r"(?i)\b(?:lik(?:e|es|ed) (?!the old)|lov(?:e|es|ed|ing)|great|awesome|amazing|beautiful|delight\w*|fantastic"
    r"|excellent|impress\w+|happy|fast(?:er)?|smooth|easy|easier|intuitive|kudos|well done"
    r"|perfect|wonderful|nice|clean|thank\w*|saved?|best|brilliant|pleas\w+|enjoy\w*)\b"
)
_BAD = re.compile(
    r"(?i)\b(?:hat(?:e|es|ed)|annoy\w+|frustrat\w+|confus\w+|clunky|unintuitive|ugly"
    r"|clutter\w+|overwhelm\w+|disappoint\w+|pain(?:ful)?|cumbersome|tedious|too (?:small|big"
    r"|many|much|slow|long|complicated|busy|bright|dark|aggressive|noisy|often|hidden)"
    r"|hard to|slow(?:er)?|unhappy|terrible|awful|bad|worse|worst|not (?:obvious|clear"
    r"|intuitive|great|happy|a fan)|dated|lost|giv(?:e|es|ing) up|gave up|churn\w*|cancel\w*"
    r"|complain\w*|noisy|unusable|difficult|miss(?:es|ed)|can'?t find|cannot find|liked the old|preferred the old"
    r"|now i have to)\b"
)
_NEGATED = re.compile(r"(?i)\b(?:not|n't|never|no longer|isn'?t|wasn'?t|hardly)\s(?:\w+\s){0,2}$")
_SUGGESTS = re.compile(
    r"(?i)\b(?:should|could|maybe|perhaps|suggest\w*|wish(?:es|ed)?|would (?:prefer|like|love"
    r"|be|help|rather)|why not|please|how about|want(?:s|ed)?|if (?:it|there|we)|better if"
    r"|instead of|make (?:it|the)|needs? (?:a|an|to))\b"
)
_SAYS = re.compile(
    r"(?i)\b(?:said|says|told (?:me|us)|mentioned|wrote|quote|feedback|complained|called it"
    r"|described|writes|reported)\b"
)

Sentiment = Literal["positive", "negative", "mixed", "neutral"]


def idea_sections(reading: Reading) -> dict[str, str]:
    """Return the idea template's sections without evidence, `Not stated` where the thread says nothing."""
    clauses = _clauses(reading)
    wishes = [each for each in clauses if _asks(each.text)] or [reading.lead]
    others = [
        each
        for each in clauses
        if each not in wishes and (not each.text.endswith("?") or each.text == reading.lead.text)
    ]
    problems = [each for each in others if each.user == reading.reporter.user and len(each.text.split()) > 2]
    replies = [each for each in others if each.user != reading.reporter.user and _PAIN.search(each.text)]
    told = [*problems[:5], *replies[:2]]
    return {
        "problem": _joined(reading, told) or NOT_STATED,
        "who": who(reading) or _askers(reading) or NOT_STATED,
        "outcome": " ".join(dict.fromkeys(_outcome(reading, each) for each in wishes[:4])),
        "acceptance_criteria": "\n".join(_idea_acceptance(reading, wishes)),
    }


def feedback_sections(reading: Reading) -> dict[str, str]:
    """Return the feedback template's sections without evidence; what was said stays word for word."""
    said = [each for each in reading.prose if opinion(each.text)] or [reading.lead]
    suggested = [each for each in reading.prose if _SUGGESTS.search(each.text) and each not in said[:1]]
    felt = sentiment(" ".join(each.text for each in reading.prose))
    quoted = [fact.text for fact in reading.facts if fact.kind == "quote" and len(fact.text.split()) >= 4]
    suggestion = _joined(reading, suggested[:3])
    return {
        "who": who(reading) or reading.reporter.name or NOT_STATED,
        "said": "\n".join(
            quoted[:3] or [f"“{each.text}”" for each in said[:3] if each not in suggested or len(said) == 1]
        )
        or f"“{said[0].text}”",
        "sentiment": felt.capitalize() + _reasons(said),
        "suggestion": suggestion,
        "acceptance_criteria": _feedback_done(reading, felt, suggestion),
    }


def sentiment(text: str) -> Sentiment:
    """Return how a text feels about the product, by word lists; `not great` counts as negative."""
    good = bad = 0
    for match in _GOOD.finditer(text):
        negated = _NEGATED.search(text[max(0, match.start() - 25) : match.start()])
        good, bad = good + (not negated), bad + bool(negated)
    bad += len(_BAD.findall(text))
    if good and bad:
        return "mixed" if min(good, bad) * 2 >= max(good, bad) else "positive" if good > bad else "negative"
    return "positive" if good else "negative" if bad else "neutral"


def opinion(text: str) -> bool:
    """Whether a sentence tells what somebody said or felt."""
    return bool(_SAYS.search(text) or _GOOD.search(text) or _BAD.search(text))


def who(reading: Reading) -> str:
    """Return the people that the thread names as concerned, in its words; empty if it names none."""
    found: dict[str, str] = {}
    for sentence in reading.prose:
        for match in _WHO.finditer(sentence.text):
            if re.search(r"(?i)\b(?:by|per|one|each|an?)\s$", sentence.text[: match.start()]):
                continue
            text = re.sub(r"(?i)^(?:our|the|all)\s", "", match[0].strip())
            found.setdefault(re.sub(r"(?i)^(?:.*\s)?(\w+?)s?$", r"\1", text.lower()), text)
    asking = [asks[1] for each in reading.prose if (asks := _ASKING.match(each.text))]
    names = [*asking, *(match[1] for each in reading.prose for match in _ORGANISATION.finditer(each.text))]
    found = {key: text for key, text in found.items() if not any(text in name for name in names)}
    return sentence_case(", ".join(list(dict.fromkeys([*names[:3], *found.values()]))[:5]))


def _askers(reading: Reading) -> str:
    """The people who wish for it or agree, when the thread names nobody else."""
    names = [reading.reporter.name, *reading.witnesses()]
    return ", ".join(dict.fromkeys(name for name in names if name))


_VERBS_WORDS = (
    "export filter sort search share see view choose pick select set save download upload import schedule "
    "assign archive "
    "undo duplicate rename edit delete remove hide show send get bulk mute pin tag group attach drag mark merge "
    "move print "
    "copy reorder resize restore invite customise customize configure switch change use add create make allow "
    "let support "
    "include display keep remember paste log sign comment reply snooze subscribe track compare preview zoom "
    "limit split "
    "link embed turn toggle disable enable have go jump open skip translate pause swap pay book cancel order receive"
)
_VERBS = frozenset(_VERBS_WORDS.split())
_OFFERED = re.compile(r"(?i)^(?:get|have|add|offer|support|introduce|include|build)\s+(?!to\b|rid\b)")
_LET = re.compile(r"(?i)^(?:let|allow) (people|users|customers|riders|admins|everyone|us|them|me) (?:to )?(.+)$")
_CUT = re.compile(
    r"(?i)[?;]|,\s(?=(?:older |new |many |some )?(?:we|i|it|they|finance|sales|support|accounting|customers|users"
    r"|people|my|our|he|she|that"
    r"|this|and|but|so)\b)|,?\s(?:because|since|so that|so we"
    r"|so i|otherwise"
    r"|but|instead of having to|right now|currently|every (?:single )?time)\b|\s-+\s"
)
_ACTOR = re.compile(
    r"(?i)^(?:i|we|you|users?|people|customers?|they|one|someone|everyone|it)\s(?:could|can|would|were\sable\sto"
    r"|was\sable\sto|had|be\sable\sto)\s(?:also\s|just\s|maybe\s)?"
)
_LEAD_IN = re.compile(
    r"(?i)^(?:be able to|also|just|maybe|please|have (?:a|an|the) (?:way|option|ability) to"
    r"|(?:a|an|the|some) (?:way|option|ability) (?:for us |for users )?to)\s"
)
_ASKS_TO = re.compile(
    r"(?i)\b(?:can|could|couldn'?t) (?:we|you|i|they)\b|\bwhy (?:doesn'?t|don't) (?:it|the app|we)\b|\b(?:able"
    r"|way|option|ability|like|love|need|needs) to\b"
)
_WISHED = re.compile(r"(?i)\b(?:wish(?:es)?)\b")


def wanted(text: str) -> str:
    """Return what a wish asks for, in its own words (`export to CSV`, `dark mode in the app`), or nothing."""
    match = WISH.search(text)
    if not match or _WISHED.search(match[0]):
        return ""
    rest = re.sub(r"(?i)^[\s,:]*(?:(?:if|to|that)\s)?", "", text[match.end() :]).strip(" .?!")
    rest = re.sub(r"(?i)^(?:there\s(?:was|were|is)|had|got)\s(?=(?:an?|the|some)\b)", "", rest)
    rest = _LEAD_IN.sub("", _ACTOR.sub("", rest))
    return anyone(re.sub(r"(?i)^(?:an?|the|some) (?=\w)", "", _CUT.split(rest)[0].strip(" ,.")))


def is_action(text: str) -> bool:
    """Whether a wish opens with a verb (`export to CSV`) rather than a thing (`dark mode`)."""
    return text.split(" ", 1)[0].lower() in _VERBS


def wish_of(text: str) -> str:
    """Return a wish as a headline: `Export to CSV`, `Add dark mode in the app`, or its whole clause in its own "
    "words."""
    if stated := re.search(r"(?i)\bwould (?:really )?like (?:it if|that) (.+)$", text):
        return plain_clause(_CUT.split(stated[1])[0])
    want = re.sub(r"(?i)^(?:get|have)\s(?!to\b|rid\b)", "add ", wanted(text))
    if _ASKS_TO.search(text) and len(want.split()) > 1:
        return want
    if told := re.match(r"(?i)(.{3,40}?) (could|would|should) (?=\w)", want):
        return f"{told[1]} {'can' if told[2].lower() == 'could' else 'should'} {want[told.end() :]}"
    if len(want.split()) < 2 and not want.isupper():
        wish = re.search(r"(?i)\b(?:i |we )?wish (?:that )?(.+)$", text)
        return re.sub(r"\bwould\b", "should", plain_clause(_CUT.split(wish[1] if wish else text)[0]))
    if re.match(r"(?i)(?:the|an?) ", want) or not is_action(want):
        return (
            f"Add {want}"
            if not re.match(r"(?i)(?:when|if|not|to|it|they|you|who|which)\b", want)
            else plain_clause(text)
        )
    return want


def _asks(text: str) -> bool:
    return bool(WISH.search(text) or _WOULD_DO.search(text))


_WOULD_DO = re.compile(r"(?i)\bwould (?:also )?(?:do|help|be enough|suffice|work|save)\b|\bis enough\b|\bideally\b")
_BREAKS = re.compile(
    r"(?i),\s+(?=(?:they|we|i|it|he|she|finance|sales|support|accounting|customers|users|people|everyone|because"
    r"|since|currently|right now|today|every)\b)|\s+(?=(?:because"
    r"|otherwise) )|\s-+\s"
)


def _clauses(reading: Reading) -> list[Sentence]:
    """The sentences of a wish, those that also tell its reason taken apart."""
    return [
        sentence._replace(text=part.strip(" ,"))
        for sentence in reading.prose
        for part in (_BREAKS.split(sentence.text) if _asks(sentence.text) and not reading.foreign else [sentence.text])
        if part.strip(" ,")
    ]


def _outcome(reading: Reading, sentence: Sentence) -> str:
    want = re.sub(r"(?i)^(?:get|have)\s(?!to\b|rid\b)", "", wanted(sentence.text))
    if (
        reading.foreign
        or len(want.split()) < 2
        or not re.match(
            r"(?i)\W*(?:could|can|would|any|please|pls|do we|is there any|i'd|we'd|i |we |is there|it |that |add)",
            sentence.text,
        )
    ):
        return ended(proper(reading.told(sentence)))
    return ended(sentence_case(proper(want)))


def _joined(reading: Reading, sentences: list[Sentence]) -> str:
    return " ".join(dict.fromkeys(ended(proper(reading.told(each))) for each in sentences))


def _idea_acceptance(reading: Reading, wishes: list[Sentence]) -> list[str]:
    wishes = [each for each in wishes if not _STATED.search(each.text)]
    lines = [_accepted(wanted(each.text), bool(_ASKS_TO.search(each.text))) for each in wishes[:2]]
    if reading.foreign:
        return [ended(abroad.headline(reading))]
    wish = sentence_case(wish_of(reading.lead.text))
    return list(dict.fromkeys(line for line in lines if line)) or [ended(proper(wish))]


_STATED = re.compile(r"(?i)\bwould (?:really )?like (?:it if|that) |\bneeds an? ")
_CHANGES = re.compile(
    r"(?i)(?:make|remove|get rid|keep|show|stop|allow|let|include|display|remember|support|change|limit|turn|tell|pin"
    r"|warn|remind|cluster|send)\b"
)


def _accepted(want: str, does: bool) -> str:
    want = proper(re.sub(r"(?i)^your ", "", want))
    small = want[:1].lower() + want[1:] if want[1:2].islower() else want
    if re.search(r"(?i)\b(?:could|would|should)\b", small):
        return ""
    if let := _LET.match(small):
        people = "Users" if let[1] in ("us", "them", "me") else let[1].capitalize()
        return f"{people} can {let[2]}."
    if _OFFERED.match(small) or (len(small.split()) > 1 and not (does or is_action(small))):
        thing = _OFFERED.sub("", small)
        return (
            ""
            if re.match(r"(?i)(?:when|if|not|to|it|they|you|who|which|that)\b", thing)
            else f"The product offers {thing}."
        )
    if _CHANGES.match(small):
        return ""
    return f"A user can {small}." if len(small.split()) > 1 else ""


def _reasons(said: list[Sentence]) -> str:
    words = dict.fromkeys(
        match[0].lower() for each in said for pattern in (_BAD, _GOOD) for match in pattern.finditer(each.text)
    )
    return f" ({', '.join(list(words)[:4])})" if words else ""


def _feedback_done(reading: Reading, felt: Sentiment, suggestion: str) -> str:
    part = components.the(reading.component) or "the part concerned"
    if felt == "positive" and not suggestion:
        return f"The people who work on {part} have seen it, and the sender has been thanked."
    asked = "the suggestion" if suggestion else "the criticism"
    return f"It is decided what to change about {part} in answer to {asked}.\nThe sender has heard the decision."
