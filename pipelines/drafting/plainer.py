"""Fills the templates of questions, documentation gaps and tasks."""

from __future__ import annotations

import re

from pipelines.core.tickets import NOT_STATED
from pipelines.drafting.neutral import ended, neutral, sentence_case
from pipelines.drafting.reading import Reading
from pipelines.drafting.sentences import Sentence

_ASKS = re.compile(r"(?i)\?$|\bwondering\b|^(?:how|where|what|which|why|when|who|is there|does|can)\b")
_PAGE = re.compile(
    r"(?i)\b(?:(?:the|our)\s)?((?:[\w.&'/-]+\s){0,3}?(?:readme|documentation|docs?|wiki"
    r"|runbook|changelog|handbook|faq|tutorial|guide|help (?:page|article|cent(?:er|re))"
    r"|release notes|docstring)(?:\s(?:page|section|article))?(?:\s(?:for|on|about"
    r"|of)\s(?:the\s)?(?!(?:still|is|are|says?|does\w*|has|was|and|but|needs?|links?|tells?"
    r"|mentions?|shows?|which|that|doesn't|don't|lists?|never"
    r"|page)\b)[\w.'-]+(?:\s(?!(?:still|is|are|says?|does\w*|has|was|and|but|needs?|links?"
    r"|tells?|mentions?|shows?|which|that|doesn't|don't|lists?|never|page)\b)[\w'-]+)?)?)"
)
_CORRECT = re.compile(
    r"(?i)\b(?:should (?:say|be|read|mention|list|use|point|link|show|explain)|(?:it"
    r"|that)(?:'s| is) (?:actually|now)|actually|in reality|correct(?:ly)? (?:is|value"
    r"|command|version)?|the right|needs? (?:to|a|an)|was (?:renamed|moved|changed|replaced"
    r"|removed)|has been (?:renamed|moved|changed|replaced|removed)|(?:changed|moved|renamed"
    r"|switched) (?:to|in)|since v?\d|we (?:now )?(?:use|require|need))\b"
)
_PRELUDE = re.compile(
    r"(?i)^(?:(?:i(?:'m| am)? (?:was )?)?(?:just )?wondering|do you know|does (?:anyone|anybody"
    r"|someone) (?:here )?know|(?:anyone|anybody) knows?"
    r"|can (?:someone|anyone) (?:explain|tell me)|could (?:someone|anyone) (?:explain"
    r"|tell me)|any idea|not sure|i(?:'d| would) like to know)[\s,]+"
)
HOW = re.compile(
    r"(?i)^(?:.*?\b)?(how|where) (?:do|does|can|should|would|could) (?:one|you|people|users|someone) (.+)$"
)
_WHY = re.compile(
    r"(?i)\b(?:because|since|so that|so we|otherwise|expires?|expired|expiring|end of life"
    r"|eol|deprecated|deadline|before|audit|security|cve|vulnerab\w+|compliance|cost\w*"
    r"|blocks?|blocked|risk|unsupported|no longer|costing|customers?|slow|fails?|breaks?"
    r"|will (?:stop|break|fail)|the reason|due)\b"
)
_DUTY = re.compile(
    r"(?ix)^(?:(?:and|so|also|then)\s)*(?:(?:i|we|you|someone|somebody|they|the\steam"
    r"|\w+\steam)\s(?:really\s|also\s|still\s|probably\s)?(?:need(?:s)?|have|has|ought"
    r"|want)\sto|(?:we|someone|somebody|you|i)\s(?:should|must|gotta)(?:\sprobably|\sreally"
    r"|\salso)?"
    r"|(?:can|could|would)\s(?:someone|somebody|you|we|anyone)(?:\splease)?|needs?\sto"
    r"|have\sto|let'?s|remember\sto|don'?t\sforget\sto|please|it'?s\stime\sto|time\sto"
    r"|to\s?do\s?:?)\s+"
)
_IRREGULAR = {
    "write": "written",
    "set": "set",
    "split": "split",
    "put": "put",
    "send": "sent",
    "build": "built",
    "take": "taken",
    "make": "made",
    "drop": "dropped",
    "swap": "swapped",
    "get": "obtained",
    "do": "done",
    "cut": "cut",
    "run": "run",
    "stop": "stopped",
    "ship": "shipped",
    "tag": "tagged",
    "plan": "planned",
    "find": "found",
    "rewrite": "rewritten",
    "rebuild": "rebuilt",
    "bump": "bumped",
    "draw": "drawn",
}


_PLURAL = re.compile(r"(?i)(?:[^s]s|\band\b.*)$")
_SINGULAR = re.compile(
    r"(?i)(?:postgres|kubernetes|redis|aws|dns|sms|css|js|https|rails|status|access|news"
    r"|analytics|canvas|os|\w+(?:us|is|ss))$"
)


_TELLS = re.compile(
    r"(?i)\b(?:is|are|was|were|has|have|will|they|it|expires?|because|since|otherwise|so that"
    r"|slows?|wants?|needs?|costs?|complains?|asked|breaks?|fails?)\b"
)
_DEADLINE = re.compile(
    r"(?i)[\s,]+(?:by|before|until|no later than)\s+(?:the\s+)?(?:end of (?:\w+ )?\w+|then"
    r"|next \w+|(?:mon|tues|wednes|thurs|fri|satur|sun)day|eod|eow"
    r"|(?:\d{1,2}(?:st|nd|rd|th)? )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov"
    r"|dec)[a-z]*(?: \d{1,2})?|q[1-4]|\d{4}-\d\d-\d\d"
    r"|(?:v?\d[\w.]* )?(?:the )?(?:\w+ ){0,2}(?:release|launch|sprint|audit|freeze|demo))\b"
)


def question_sections(reading: Reading) -> dict[str, str]:
    """Return the question template's sections without evidence."""
    own = [each for each in reading.prose if each.user == reading.reporter.user]
    asked = [each for each in own if _ASKS.search(each.text)] or [reading.lead]
    context = [each for each in reading.prose if each not in asked]
    return {
        "question": " ".join(dict.fromkeys(_question(reading, each) for each in asked[:3])),
        "context": _told(reading, context[:4]),
        "acceptance_criteria": f"The thread answers {_asked_for(reading)}, with a link to the source.",
    }


def docs_sections(reading: Reading) -> dict[str, str]:
    """Return the documentation template's sections without evidence."""
    statements = [each for each in reading.prose if _CORRECT.search(each.text) and each != reading.lead]
    gaps = [each for each in reading.prose if each not in statements and not each.text.endswith("?")] or [reading.lead]
    where = page(reading)
    statement = _told(reading, statements[:3])
    return {
        "page": where or NOT_STATED,
        "gap": _gap(reading, gaps[:3], statement),
        "statement": statement or _corrected(reading) or NOT_STATED,
        "acceptance_criteria": "\n".join(_docs_done(bool(statement or _corrected(reading)))),
    }


def task_sections(reading: Reading) -> dict[str, str]:
    """Return the task template's sections without evidence."""
    goal, reason, due = task_parts(reading)
    others = [each for each in reading.prose if each != reading.lead]
    why = [each for each in others if _WHY.search(each.text) and not _DUTY.match(each.text)]
    more = [duty(each.text) for each in others if each not in why and _DUTY.match(each.text)]
    rest = [each for each in others if each not in why and not _DUTY.match(each.text) and not each.text.endswith("?")]
    told = [ended(goal), *(ended(each) for each in more[:3]), *(ended(reading.told(each)) for each in rest[:3])]
    reasons = " ".join(part for part in (reason, _told(reading, why[:3])) if part)
    return {
        "goal": " ".join([*told, *([f"Deadline: {due}."] if due else [])]),
        "why": reasons or NOT_STATED,
        "acceptance_criteria": "\n".join(_task_done(reading, [goal, *more[:3]])),
    }


def task_parts(reading: Reading) -> tuple[str, str, str]:
    """Return a task's goal as an imperative, its reason as sentences, and its deadline; the last two may be empty."""
    text = reading.lead.text
    if reading.foreign:
        return text, "", ""
    clauses = re.split(
        r"[,;]\s+(?:and\s|so\s)?|\s+(?=because\b|since (?:the|we|it|they|our|this)\b|otherwise\b|so that\b)", text
    )
    at = next((number for number, clause in enumerate(clauses) if _DUTY.match(clause)), -1)
    at = at if at >= 0 else next((number for number, clause in enumerate(clauses) if duty(clause)), 0)
    goal = duty(clauses[at]) or neutral(clauses[at], reading.speaker(reading.lead))
    reasons = [clause for number, clause in enumerate(clauses) if number != at and _TELLS.search(clause)]
    goal = ", ".join([goal, *(clause for clause in clauses[at + 1 :] if not _TELLS.search(clause))])
    if at and (
        subject := re.match(
            r"(?i)^((?:the |our |a )?.{3,60}?)\s(?:expires?|is|are|was|will|has|have|needs?|runs?|ends?)\b", clauses[0]
        )
    ):
        goal = re.sub(
            r"(?i)\b(?:it|them|that|this)\b",
            _lowered(subject[1]),
            goal,
            count=1,
        )
    due = _DEADLINE.search(goal)
    if due:
        goal = (goal[: due.start()] + goal[due.end() :]).strip(" ,.")
    told = [
        ended(neutral(re.sub(r"(?i)^(?:because|since|otherwise|as)\s", "", each), "the reporter"))
        for each in reasons
        if len(each.split()) > 1
    ]
    return goal, " ".join(told), due[0].strip(" ,.") if due and "then" not in due[0] else ""


def _lowered(text: str) -> str:
    return re.sub(r"^(The|A|Our)\b", lambda match: match[0].lower(), text).replace("our ", "the ")


def _task_done(reading: Reading, goals: list[str]) -> list[str]:
    lines = [done(goal) for goal in goals if not reading.foreign and _imperative(goal)]
    return [*lines, "The thread has been told that it is done."]


def _imperative(goal: str) -> bool:
    return goal.split(" ", 1)[0].lower() in _VERBS


def duty(text: str) -> str:
    """Return what has to be done as an imperative (`we need to rotate the keys` -> `Rotate the keys`), or empty."""
    match = _DUTY.match(text)
    rest = text[match.end() :] if match else text
    verb = re.match(r"[A-Za-z]+", rest)
    if not match and not (verb and verb[0].lower() in _VERBS):
        return ""
    return neutral(re.sub(r"(?i)\b(?:our|my)\b", "the", rest)).rstrip(" .?!")


_VERBS_WORDS = (
    "upgrade bump rotate renew remove delete clean migrate move rename refactor update set setup configure "
    "provision archive backfill deprecate drop enable disable replace switch schedule prepare write extract "
    "split convert audit install order revoke onboard document add create build fix test "
)
_VERBS = frozenset(_VERBS_WORDS.split())


def done(goal: str) -> str:
    """Return an imperative as a finished state: `Upgrade Postgres to 16` -> `Postgres is upgraded to 16.`"""
    match = re.match(r"^([A-Za-z]+)(\s(?:up|out|off|over|down))?\s+(.+)$", goal.strip())
    if not match:
        return ended(f"Done: {goal}")
    verb, particle, rest = match[1].lower(), match[2] or "", match[3]
    cut = re.search(r"(?i)\s(?:to|from|on|in|before|by|into|so|at|after|across|as|until)\s", rest)
    thing, tail = (rest[: cut.start()], rest[cut.start() :]) if cut else (rest, "")
    head = re.split(r"(?i)\s(?:for|of|with|about)\s", thing)[0]
    form = "are" if _PLURAL.search(head) and not _SINGULAR.search(head) else "is"
    return ended(sentence_case(f"{thing} {form} {_participle(verb)}{particle}{tail}"))


def _participle(verb: str) -> str:
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("e"):
        return verb + "d"
    return verb[:-1] + "ied" if re.search(r"[^aeiou]y$", verb) else verb + "ed"


def asked(text: str) -> str:
    """Return a question bare of `does anyone know` and in the third person (`How does one rotate the key`)."""
    text = _PRELUDE.sub("", text)
    text = re.sub(r"(?i)\b(how|where|when|what|which|why) do (?:i|we)\b", r"\1 does one", text)
    text = re.sub(r"(?i)\b(how|where|when|what|which|why) (can|should|would|could) (?:i|we)\b", r"\1 \2 one", text)
    return re.sub(r"(?i)^(can|could|should|may) (?:i|we)\b", r"\1 one", text).rstrip(" ?.")


def _question(reading: Reading, sentence: Sentence) -> str:
    return neutral(asked(sentence.text), reading.speaker(sentence)) + "?"


def _told(reading: Reading, sentences: list[Sentence]) -> str:
    return " ".join(dict.fromkeys(ended(reading.told(each)) for each in sentences if len(each.text.split()) > 1))


def _the(text: str) -> str:
    return re.sub(r"(?i)\b(?:my|our|your)\b", "the", text)


def _asked_for(reading: Reading) -> str:
    """What an answer must tell, as part of a sentence: `how to rotate the key`, or the question's own topic."""
    how = HOW.match(asked(reading.lead.text))
    if how and not reading.foreign:
        return f"{how[1].lower()} to {_the(how[2])}"
    return "the question above"


def page(reading: Reading) -> str:
    """Return the documentation page that the thread names, with its address or file if it gives one."""
    names = [match[1] for each in reading.prose for match in _PAGE.finditer(each.text)]
    name = (
        re.sub(
            (
                r"(?i)^(?:(?:in|on|the|our|hey|so|that|at|of|and|i|was|following|followed|reading|read"
                r"|says?|update|fix|write|add|create|an?)\s)+"
            ),
            "",
            max(names[:3], key=len),
        )
        if names
        else ""
    )
    address = next((fact.text for fact in reading.facts if fact.kind in ("url", "path")), "")
    name = name or (reading.component if reading.component.lower().endswith("page") else "")
    return f"{sentence_case(name)} ({address})" if name and address else sentence_case(name) or address


def _gap(reading: Reading, gaps: list[Sentence], statement: str) -> str:
    """The gap without the half that says what is right, which has a section of its own."""
    told = _told(reading, gaps)
    right = "" if statement else _corrected(reading).rstrip(".")
    at = told.lower().find(right.lower()) if right else -1
    return (
        ended(
            re.sub(
                r"(?i)[\s,]*\b(?:but|however"
                r"|instead|while|although)"
                r"[\s,]*$",
                "",
                told[:at],
            )
        )
        + told[at + len(right) + 1 :]
        if at > 0
        else told
    )


def _corrected(reading: Reading) -> str:
    match = re.search(
        r"(?i)(?:\b(?:still (?:says?|shows?|lists?|mentions?|gives?|has) [^,]{2,60}|(?:is|are) (?:wrong"
        r"|outdated)),\s+(?=(?:the|it|since|we|our|new|now)\b)|\b(?:but|however|instead|while|although)\b[\s,]*"
        r"|,\s+(?=(?:since|as of"
        r"|from) v?\d))(.{6,200})$",
        reading.lead.text,
    )
    return ended(neutral(match[1])) if match else ""


def _docs_done(corrected: bool) -> list[str]:
    if corrected:
        return ["The page gives the correct statement above.", "No other page still carries the old one."]
    return ["The page covers the gap above."]
