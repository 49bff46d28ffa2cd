"""Makes the title from the reporter's own clause, cleaned; every candidate must be well formed and say something."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipelines.core.tickets import TITLE_MAX, Fact, Message
from pipelines.drafting import abroad, symptom
from pipelines.drafting import component as components
from pipelines.drafting.bug import environment
from pipelines.drafting.clauses import step_of, take_apart
from pipelines.drafting.idea import sentiment, wish_of
from pipelines.drafting.neutral import FIRST_PERSON
from pipelines.drafting.phrase import anyone, headline_of, plain_clause, shortened, well_formed
from pipelines.drafting.plainer import HOW, asked, page, task_parts
from pipelines.drafting.reading import Reading
from pipelines.drafting.sentences import plain

_KINDS = {
    "bug": "Problem",
    "idea": "Idea",
    "feedback": "Feedback",
    "question": "Question",
    "docs": "Docs",
    "task": "Task",
}
_GENERIC = re.compile(
    r"(?i)^(?:(?:the|a|an|it|this|that|app|site|page|system|bug|problem|issue|error|thing"
    r"|something|everything|does not work|not working|broken|is|fails|with)\s*)+\W*$"
)
_CLAUSE_END = re.compile(
    r"[;]\s|\s[–—-]+\s|,\s+(?:and |but |so |then |and then )?(?=(?:the|it|its|it's|they|she|he|i|we|you|there"
    r"|this|that|when"
    r"|if|because|since|which|also|nothing|no|my|our|total)\b)|,\s+(?=[\"“])|\s(?:but|and then|and now|so now)\s|\?\s"
)
_DONE_THEN = re.compile(
    r"(?i)^(?P<before>.{10,200}?,\s)?(?:then |and |so |and then )*(?P<who>she|he|they|i|we|you|the (?:user"
    r"|customer))\s"
    r"(?P<did>[a-z]+ [^,;.]{3,50}?) and (?:then )?(?P<what>(?:the|my|our|her|his|their|nothing|no)\s[^,;.]{3,}.*)$"
)
_WHO = {"she": "the customer", "he": "the customer", "they": "users", "i": "you", "we": "you"}
_HEAD = re.compile(r"(?i)^(when(?:ever)?|if|after|as soon as|once|while|every time|each time)\s[^,]{4,70},\s(?=\S)")
_STANDS_ALONE = re.compile(
    r"(?i)^(?!(?:it|its|they|he|she|this|that|these|those|then|there|which|who|and|but|also|is|are|was|i|we|you"
    r"|me|same|so)\b)\S+\s\S+"
)
_ACTUAL = re.compile(r"(?i)^actual(?:ly)?(?: \w+)?\s?[:=-]\s*(.+)$")
_LABELS = re.compile(r"(?i)^(?:steps?|repro)(?: to reproduce)?\s?:?\s*(?:\d[.)]\s*)?")
_BEING = re.compile(
    r"(?i)^(?P<what>[\w /-]{3,40}?) (?:is|are) (?P<how>(?:very |so |too |extremely )?(?:slow|down|broken))$"
)
_SAID = {
    "slow": ("responds slowly", "respond slowly"),
    "broken": ("does not work", "do not work"),
    "down": ("is not reachable", "are not reachable"),
}


def title(reading: Reading) -> str:
    """Return a title of 15 to 90 characters that repeats the opening words of no message."""
    for said in _proposals(reading):
        for made in (headline_of(said), shortened(headline_of(said))):
            if not _says_it(reading, made):
                continue
            if well_formed(made) and not _GENERIC.match(made) and not opens(made, reading.messages):
                return made
    return _last_resort(reading)


def _says_it(reading: Reading, made: str) -> bool:
    """Whether a headline that was cut from its sentence still says what is wrong."""
    whole = headline_of(plain_clause(reading.lead.text))
    cut = len(made) < len(whole) and set(_bare(made.removeprefix("Fix: ")).split()) <= set(_bare(whole).split())
    return (
        reading.type != "bug" or reading.foreign or not cut or bool(symptom.weight(made)) or symptom.weight(whole) < 4
    )


def opens(made: str, messages: Sequence[Message]) -> bool:
    """Whether a title is nothing but the first words of a message or of one of its lines."""
    bare = _bare(made)
    return any(_bare(line).startswith(bare) for message in messages for line in plain(message.text).splitlines())


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _proposals(reading: Reading) -> Iterator[str]:
    said = list(_foreign(reading) if reading.foreign else _MAKERS[reading.type](reading))
    yield from said
    for each in said:
        yield from _marked(reading, each)


def _marked(reading: Reading, said: str) -> Iterator[str]:
    """A headline that a message opens with, told with one more fact or under its kind or component."""
    whole = headline_of(said)
    for told in (whole, shortened(whole, TITLE_MAX - 30)):
        yield from (f"{told} ({fact.text})" for fact in _seen_on(reading) if fact.text not in told)
        small = _inside(told, reading)
        kind = "Fix" if reading.type in ("bug", "docs") else _KINDS[reading.type]
        yield f"{kind}: {small}" if not told.startswith(kind) else told
        if reading.component and reading.component.lower() not in told.lower() and len(reading.component) <= 30:
            yield f"{reading.component}: {small}"


def _inside(told: str, reading: Reading) -> str:
    """A headline as it stands after a colon: its first word small where the thread writes it small."""
    word = told.split(" ", 1)[0]
    text = " ".join(message.text for message in reading.messages)
    seen = re.search(rf"(?<![\w.]){re.escape(word.lower())}(?!\w)", text)
    small = seen or word in ("Every", "After", "When", "On", "In", "If", "Two", "Since", "For", "With", "At")
    return told[:1].lower() + told[1:] if small and word[1:].islower() else told


def _seen_on(reading: Reading) -> list[Fact]:
    """The browsers, devices and releases of the leading message where the fault is seen, unless it is a list."""
    own = next((each.text for each in reading.messages if each.ts == reading.lead.source), "")
    if len(re.findall(r"(?m)^\s*[-*•]\s", own)) > 1:
        return []
    where = environment(reading).split("; ")
    return [
        fact
        for fact in reading.facts
        if fact.source == reading.lead.source and fact.text in where and fact.kind == "version"
    ]


def _foreign(reading: Reading) -> Iterator[str]:
    yield abroad.headline(reading)


def _bug(reading: Reading) -> Iterator[str]:
    if step_of(reading.lead.text) or not symptom.weight(reading.lead.text):
        yield from _of_labels(reading)
    if symptom.weight(reading.lead.text) < 3:
        yield from _errors(reading)
    text = plain_clause(_result_first(reading.lead.text))
    clauses = clauses_of(text)
    first = clauses[0]
    yield from _reworded(first)
    strong = max(clauses, key=symptom.weight)
    if symptom.vague(first) and strong != first and _STANDS_ALONE.match(strong):
        yield from _with_place(reading, f"{first}: {strong}")
    if strong != first and symptom.weight(strong) > symptom.weight(first) and _STANDS_ALONE.match(strong):
        part = reading.component
        if part and len(part) < 25 and part.lower() not in strong.lower() and len(strong) < 45:
            yield f"{part}: {strong}"
        yield from _with_place(reading, strong)
    if symptom.weight(first) or len(clauses) == 1:
        yield from _with_place(reading, first)
    yield shortened(headline_of(text))
    yield first
    yield anyone(text)


def _errors(reading: Reading) -> Iterator[str]:
    """What a pasted trace says, without the path of its class."""
    for each in reading.sentences:
        for line in each.text.splitlines() if each.code else ():
            if match := re.match(r"(?:\w+\.)*(\w+(?:Error|Exception): .{5,75})$", line.strip()):
                yield match[1]


def _of_labels(reading: Reading) -> Iterator[str]:
    """A report in labels (`Steps: ... Actual: ...`): its last step and what came of it."""
    actual = next((match[1] for each in reading.prose if (match := _ACTUAL.match(each.text))), "")
    steps = [step for each in reading.prose if (step := step_of(_LABELS.sub("", each.text)))]
    if steps and not actual and "=>" in steps[-1]:
        yield re.sub(r"\s*=>\s*", ": ", steps[-1])
    if actual and steps:
        yield f"{steps[-1]}: {plain_clause(actual)}"


def _result_first(text: str) -> str:
    """`When uploading X the bar stops` as `the bar stops when uploading X`, where the result can stand alone."""
    condition, result = take_apart(text)
    if condition.count("(") != condition.count(")"):
        return text
    moved = condition and text.startswith(condition) and len(result.split()) > 2 and _STANDS_ALONE.match(result)
    if not moved or not symptom.weight(result) or re.search(r"[.;]\s", result):
        return text
    return " ".join([clauses_of(result)[0], condition[0].lower() + condition[1:]])


def _reworded(clause: str) -> Iterator[str]:
    match = _BEING.match(re.sub(r"(?i)^(?:the|our|my|your)\s", "", clause.strip(" .!")))
    if match:
        word = match["how"].split()[-1].lower()
        many = re.search(r"(?i)[^sui]s$", match["what"].split()[-1])
        yield f"{match['what']} {_SAID[word][bool(many)]}"


def _with_place(reading: Reading, clause: str) -> Iterator[str]:
    """The clause with the browser, device or release that its message names, where it has room."""
    told = shortened(headline_of(clause))
    if not re.search(r"\d", told):
        yield from (f"{told} ({fact.text})" for fact in _seen_on(reading) if len(told) + len(fact.text) < 80)
    yield told


def clauses_of(text: str) -> list[str]:
    """Return the clauses of a sentence in order; a leading condition stays with, or moves behind, its result."""
    head = _HEAD.match(text)
    if head:
        condition = head[0].strip(" ,")
        rest = clauses_of(text[head.end() :])
        behind = condition[0].lower() + condition[1:]
        told = (
            f"{rest[0]} {behind}" if _STANDS_ALONE.match(rest[0]) and len(rest[0]) < 60 else f"{condition}, {rest[0]}"
        )
        return [told, *rest[1:]]
    if done := _DONE_THEN.match(text):
        before = clauses_of(done["before"]) if done["before"] else []
        who = _WHO.get(done["who"].lower(), done["who"])
        return [*before, *_after(clauses_of(done["what"]), f"when {who} {done['did']}")]
    parts = [part.strip(" ,.") for part in _CLAUSE_END.split(text)]
    if len(text) > TITLE_MAX:
        parts = [piece for part in parts for piece in re.split(r":\s", part)]
    clauses = [part for part in parts if len(part.split()) > 1] or [text]
    conceded = re.match(r"(?i)(?:even )?(?:although|though)\b", clauses[0])
    return [*clauses[1:], clauses[0]] if conceded else clauses


def _after(clauses: list[str], condition: str) -> list[str]:
    return [f"{clauses[0]} {condition}", *clauses[1:]]


def _idea(reading: Reading) -> Iterator[str]:
    want = wish_of(reading.lead.text)
    yield want
    yield plain_clause(clauses_of(reading.lead.text)[0])
    yield plain_clause(reading.lead.text)
    yield from (plain_clause(each.text) for each in reading.prose[:2] if each.source == reading.lead.source)


def _feedback(reading: Reading) -> Iterator[str]:
    text = plain_clause(reading.lead.text)
    part = reading.component
    if _felt(text) and '"' not in text and len(text) <= TITLE_MAX:
        yield text
    text = plain_clause(reading.lead.text.replace('"', ""))
    name = part.split()[-1].lower() if part else ""
    for clause in sorted(clauses_of(text), key=lambda each: -len(_felt(each))):
        if (
            _felt(clause)
            and not re.search(r"\b(?:one|it|that)$", clause)
            and _STANDS_ALONE.match(clause)
            and (name in clause.lower() or clause == clauses_of(text)[0])
        ):
            yield clause
    felt = sentiment(" ".join(each.text for each in reading.prose))
    mood = "" if felt == "neutral" else f"{felt} "
    yield f"{mood}feedback on {components.the(part)}" if part else text


def _felt(text: str) -> str:
    return sentiment(text).replace("neutral", "")


def _question(reading: Reading) -> Iterator[str]:
    text = anyone(asked(reading.lead.text))
    if how := HOW.match(text):
        yield f"{how[1].capitalize()} to {how[2]}"
    elif re.match(r"(?i)(?:who|whether|what happens|which \w+ (?:is|are))\b", text):
        yield f"Clarify {text[:1].lower() + text[1:]}"
    yield f"Question: {text[:1].lower() + text[1:]}"


def _docs(reading: Reading) -> Iterator[str]:
    where = re.sub(r"\s\(.*\)$", "", page(reading))
    text = plain_clause(re.sub(r"https?://\S+\s?", "", reading.lead.text))
    if len(text) <= TITLE_MAX + 4:
        yield text
    yield from (clause for clause in clauses_of(text)[:1] if where.lower() in clause.lower())
    yield text
    if where.lower() not in text.lower():
        yield f"{where}: {text[:1].lower() + text[1:]}"


def _task(reading: Reading) -> Iterator[str]:
    goal = plain_clause(task_parts(reading)[0])
    yield goal
    yield clauses_of(goal)[0]
    yield plain_clause(clauses_of(reading.lead.text)[0])


_MAKERS = {"bug": _bug, "idea": _idea, "feedback": _feedback, "question": _question, "docs": _docs, "task": _task}


def _last_resort(reading: Reading) -> str:
    """The kind, the component and whose report it is: never empty, never invented."""
    name = reading.component or components.subject(reading.lead.text)
    words = " ".join(re.findall(r"[\w.#/-]+", " ".join(reading.lead.text.split())[:200]))
    bare = " ".join(word for word in words.split() if not FIRST_PERSON.fullmatch(word))
    for said in (f"{_KINDS[reading.type]} with {name}", f"{_KINDS[reading.type]} reported: {bare}"):
        made = shortened(headline_of(said), 80)
        if name and well_formed(made):
            return made
    return f"{_KINDS[reading.type]} reported in chat"
