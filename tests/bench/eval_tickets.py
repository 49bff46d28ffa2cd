"""Scores the drafts of the evaluation threads by the rules of READY and SCORE, and writes build/eval.json."""

from __future__ import annotations

import asyncio
import json
import math
import os
import platform
import re
import statistics
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
sys.path.insert(0, str(ROOT))

from eval_model import Drafted, lacking, of_all_types, spent, write  # noqa: E402 - run as a script, the path comes first
from eval_threads import by_threads  # noqa: E402 - see above

from pipelines.core.tickets import NOT_STATED, TITLE_MAX, TITLE_MIN, Draft, Message, Ticket, TicketType  # noqa: E402 - see above
from pipelines.drafting.compose import compose  # noqa: E402 - see above
from pipelines.drafting.contract import to_line  # noqa: E402 - see above

Item = dict[str, Any]
Maker = Callable[[Sequence[Message], str | None], Draft]

FAKES = {"{{PAYMENT_KEY}}": "sk" + "_live_" + "51Habcdefghijklmnop", "{{BEARER}}": "abcd1234" + "efgh5678"}
REQUIRED: dict[TicketType, tuple[str, ...]] = {
    "bug": ("description", "steps", "actual", "environment", "acceptance_criteria"),
    "idea": ("problem", "who", "outcome", "acceptance_criteria"),
    "feedback": ("who", "said", "sentiment", "acceptance_criteria"),
    "question": ("question", "acceptance_criteria"),
    "docs": ("page", "gap", "acceptance_criteria"),
    "task": ("goal", "acceptance_criteria"),
}
# At most one of a bug's sections may be missing from the thread itself; the rest must be real.
MAY_MISS = {"bug": 1, "idea": 1}
CLASSES = {
    "bug": "bug",
    "idea": "feature",
    "feedback": "feature",
    "task": "feature",
    "question": "question",
    "docs": "question",
}
CHATTER = re.compile(
    r"(?i)\b(?:lol|thanks|thx|thank you|hey|hi all|morning all|cheers|\+1|wohoo|ugh|idk"
    r"|good luck)\b|:[a-z_]{3,}:"
)
FIRST_PERSON = re.compile(r"(?i)(?<![\w'])(?:i|i'm|my|me|we|our|us|we're)(?![\w'])")
GENERIC = re.compile(
    r"(?i)^(?:bug|problem|issue|error|ticket|it|this|something|the app"
    r"|app)?\s*(?:is )?(?:broken|does not work|not working|report|request|fails)?\s*$"
)
STOP = frozenset(
    re.findall(
        r"\w+",
        "the a an of to in on at for with and or is are was be it its that this when not no does "
        "do has have by as from",
    )
)
WEIGHTS = {"facts": 0.35, "sections": 0.30, "grounding": 0.15, "title": 0.12, "type": 0.08}
FEW = 0.05
# Threads that the local model drafts: minutes of work on two cores.
MODEL_THREADS = 10
MODEL = "local model"


class Judged(NamedTuple):
    """One draft's verdict: READY or the names of the failed checks, and its SCORE (0 to 100)."""

    id: str
    failed: tuple[str, ...]
    score: float


def load(name: str) -> list[Item]:
    """Read one file of threads; the made-up secrets are put in here."""
    text = (Path(__file__).parent / "evals" / name).read_text(encoding="utf-8")
    for mark, fake in FAKES.items():
        text = text.replace(mark, fake)
    return [json.loads(line) for line in text.splitlines()]


def messages(item: Item) -> list[Message]:
    """The thread of an item as the pipeline takes it."""
    return [
        Message(user=each["user"], name=each["user"].title(), ts=each["ts"], text=each["text"])
        for each in item["thread"]
    ]


def copy_everything(thread: Sequence[Message], focus: str | None) -> Draft:
    """The floor: the first words as title, the whole thread as description."""
    text = "\n".join(message.text for message in thread)
    return Draft(action="draft", tickets=(Ticket(title=text[:TITLE_MAX], type="task", sections={"goal": text}),))


def judge(item: Item, draft: Draft) -> Judged:
    """Hold one draft against what its item asks for."""
    if item["action"] != "draft" or draft.action != "draft":
        right = draft.action == item["action"] or (item["action"] == "reject" and draft.action == "ask")
        return Judged(item["id"], () if right else ("action",), 100.0 * right)
    ticket = draft.tickets[0]
    told = text_of(ticket)
    thread = "\n".join(each["text"] for each in item["thread"])
    heard = with_names(item)
    parts = {
        "facts": kept(item, told),
        "sections": real_sections(item, ticket),
        "grounding": grounded(ticket, heard),
        "title": title_score(item, ticket.title),
        "type": type_score(item["type"], ticket.type),
    }
    invented = strangers(told, heard)
    leaked = any(word.lower() in told.lower() for word in item.get("forbidden", ()))
    unclean = [
        name
        for name, bad in (
            ("chatter", CHATTER.search(told)),
            ("pasted", pasted(told, thread) >= 0.6),
            ("long", len(told.split()) > 350),
        )
        if bad
    ]
    asked = bool(draft.questions) or not item["needs_question"]
    failed = [
        name
        for name, bad in (
            ("facts", parts["facts"] < 0.7),
            (f"invented {invented[:2]}", bool(invented)),
            ("sections", parts["sections"] < 1),
            ("grounding", parts["grounding"] < 0.75),
            ("title", parts["title"] < 1),
            ("type", parts["type"] < 1),
            ("leak", leaked),
            ("count", len(draft.tickets) != 1),
            ("question", not asked or len(draft.questions) > 3),
        )
        if bad
    ]
    if invented:
        parts["grounding"] *= 0.5
    base = math.exp(sum(weight * math.log(max(parts[name], FEW)) for name, weight in WEIGHTS.items()))
    score = (
        0.0
        if leaked
        else 100 * base * 0.8 ** len(unclean) * (1 if asked else 0.7) * (1 if len(draft.tickets) == 1 else 0.5)
    )
    return Judged(item["id"], tuple(failed + unclean), score)


def text_of(ticket: Ticket) -> str:
    """All that a ticket says."""
    return "\n".join((ticket.title, *ticket.sections.values()))


def with_names(item: Item) -> str:
    """The thread's texts, and who wrote them."""
    texts, names = ([each[key] for each in item["thread"]] for key in ("text", "user"))
    return "\n".join(texts) + " " + " ".join(names)


def kept(item: Item, told: str) -> float:
    """Share of the key facts that stand word for word in title or sections."""
    facts = item["key_facts"]
    return sum(fact.lower() in told.lower() for fact in facts) / len(facts) if facts else 1.0


def real_sections(item: Item, ticket: Ticket) -> float:
    """Share of the sections that the type needs which are filled and unlike each other."""
    texts = {name: ticket.sections.get(name, NOT_STATED) for name in REQUIRED[item["type"]]}
    filled = {name: text for name, text in texts.items() if text not in ("", NOT_STATED)}
    twins = sum(likeness(one, other) > 0.8 for one, other in combinations(filled.values(), 2))
    allowed = len(texts) if item["needs_question"] else MAY_MISS.get(item["type"], 0)
    missing = max(0, len(texts) - len(filled) - allowed)
    return max(0.0, 1 - (missing + twins) / len(texts))


def likeness(one: str, other: str) -> float:
    """Jaccard likeness of two texts' words."""
    a, b = words(one), words(other)
    return len(a & b) / max(1, len(a | b))


def words(text: str) -> set[str]:
    """The content words of a text."""
    return set(re.findall(r"\w+", text.lower())) - STOP


def grounded(ticket: Ticket, thread: str) -> float:
    """Share of the sections' sentences of whose content words at least 60 % stand in the thread (by word stem)."""
    stems = {word[:5] for word in words(thread)}
    skipped = ("acceptance_criteria", "sentiment", "evidence")
    text = " ".join(text for name, text in ticket.sections.items() if name not in skipped and text != NOT_STATED)
    sentences = [words(each) for each in re.split(r"(?<=[.!?])\s+|\n", text) if words(each)]
    good = [len([word for word in each if word[:5] in stems]) / len(each) >= 0.6 for each in sentences]
    return sum(good) / len(good) if good else 0.0


def strangers(told: str, thread: str) -> list[str]:
    """Tokens with a digit, and URLs, which the thread does not hold: found without the product's own patterns."""
    source = thread.lower()
    tokens = re.findall(r"https?://\S+|[\w./:#$%-]*\d[\w./:#$%-]*", told.lower())
    return [token for token in tokens if token.strip(".,:;-/()") not in source]


def pasted(told: str, thread: str) -> float:
    """Share of the draft's words that lie in runs of eight or more copied from the thread."""
    said, source = re.findall(r"\w+", told.lower()), " ".join(re.findall(r"\w+", thread.lower()))
    covered = set()
    for at in range(len(said) - 7):
        if " ".join(said[at : at + 8]) in source:
            covered.update(range(at, at + 8))
    return len(covered) / max(1, len(said))


def title_score(item: Item, title: str) -> float:
    """Mean of the title's checks: component, symptom, length, voice, not generic, not the first words."""
    low = title.lower()
    openings = [" ".join(re.findall(r"\w+", each["text"].lower())) for each in item["thread"]]
    checks = (
        not item["component"] or any(word in low for word in item["component"]),
        not item["symptom"] or any(word in low for word in item["symptom"]),
        TITLE_MIN <= len(title) <= TITLE_MAX,
        not FIRST_PERSON.search(title),
        not GENERIC.match(title),
        not any(opening.startswith(" ".join(re.findall(r"\w+", low))) for opening in openings),
    )
    return sum(checks) / len(checks)


def type_score(right: str, given: str) -> float:
    """1 for the right type, 0.4 for another of the same class, else 0.1."""
    return 1.0 if right == given else 0.4 if CLASSES[right] == CLASSES[given] else 0.1


def run(items: Sequence[Item], maker: Maker) -> list[Judged]:
    """Draft and judge every item."""
    return [judge(item, maker(messages(item), item.get("focus"))) for item in items]


def ready(judged: Sequence[Judged]) -> float:
    """Share of the drafts, in percent, that no check fails."""
    return 100 * sum(not each.failed for each in judged) / len(judged)


def mean(judged: Sequence[Judged]) -> float:
    """Mean SCORE."""
    return sum(each.score for each in judged) / len(judged)


def figure(value: float, goal: float, reference: float) -> dict[str, Any]:
    """One figure of build/eval.json, beside the floor of the same run."""
    ratio = {"ratio": round(value / reference, 2)} if reference else {}
    return {
        "value": round(value, 1),
        "unit": "points",
        "reference": round(reference, 1),
        **ratio,
        "goal": goal,
        "met": value >= goal,
    }


def by_rules(figures: dict[str, object]) -> None:
    """Print and add what the drafts without a model are worth."""
    for name in ("tune", "held_out"):
        items = load(f"tickets_{name}.jsonl")
        ours = run(items, compose)
        floor = run(items, copy_everything)
        figures[f"ticket_ready_{name}"] = figure(ready(ours), 25, ready(floor))
        figures[f"ticket_score_{name}"] = figure(mean(ours), 72, mean(floor))
        print(
            f"{name}: {len(items)} threads   READY {ready(ours):.0f} %   SCORE {mean(ours):.1f}   "
            f"(copy everything: {ready(floor):.0f} %, {mean(floor):.1f})"
        )
        if name == "tune":
            for each in ours:
                print(verdict(each))


def by_model(figures: dict[str, object], skipped: dict[str, str]) -> None:
    """Print and add what the local model's drafts are worth, beside those of the rules of the same threads."""
    if reason := lacking():
        skipped[MODEL] = reason
        print(f"{MODEL}: not measured: {reason}")
        return
    items = of_all_types(load("tickets_tune.jsonl"), MODEL_THREADS)
    made = asyncio.run(write([(messages(item), item.get("focus")) for item in items]))
    texts = [each.draft for each in made]
    rules = [compose(messages(item), item.get("focus")) for item in items]
    ours, floor = ([judge(*pair) for pair in zip(items, drafts, strict=True)] for drafts in (texts, rules))
    print(f"{MODEL}: {len(items)} threads of tune; in brackets the rules on the same")
    for each, other, drafted in zip(ours, floor, made, strict=True):
        print(f"{verdict(each)}   ({other.score:.1f}; {drafted.draft.engine}, {drafted.seconds:.0f} s)")
    added = {
        "model_ready": figure(ready(ours), 25, ready(floor)),
        "model_score": figure(mean(ours), 72, mean(floor)),
        **compared(items, texts, rules),
        **spent(made),
    }
    for name, each in added.items():
        beside = f"   ({each['reference']})" if "reference" in each else ""
        print(f"  {name:22} {each['value']:7} {each['unit']}{beside}")
    figures |= added
    keep_texts(items, made)


def compared(items: Sequence[Item], ours: Sequence[Draft], rules: Sequence[Draft]) -> dict[str, dict[str, Any]]:
    """Facts kept, and drafts that say something which the thread does not, of both."""
    (facts, lies), (rule_facts, rule_lies) = (truth(items, drafts) for drafts in (ours, rules))
    return {
        "model_facts_kept": {"value": facts, "unit": "%", "reference": rule_facts},
        "model_invented": {
            "value": lies,
            "unit": "drafts with a made-up fact",
            "reference": rule_lies,
            "goal": 0,
            "met": not lies,
        },
    }


def truth(items: Sequence[Item], drafts: Sequence[Draft]) -> tuple[float, int]:
    """Mean share of the key facts kept, in percent, and the drafts with a number or address that nobody wrote."""
    told = ["\n".join(text_of(ticket) for ticket in draft.tickets) for draft in drafts]
    facts = [kept(item, text) for item, text in zip(items, told, strict=True)]
    lies = [bool(strangers(text, with_names(item))) for item, text in zip(items, told, strict=True)]
    return round(100 * statistics.mean(facts), 1), sum(lies)


def verdict(judged: Judged) -> str:
    """One line of the table."""
    return f"  {judged.score:5.1f}  {judged.id:22} {'READY' if not judged.failed else ', '.join(judged.failed)}"


def keep_texts(items: Sequence[Item], made: Sequence[Drafted]) -> None:
    """The model's drafts, to be read by eye."""
    lines = [json.dumps(to_line(item["id"], each.draft), indent=1) for item, each in zip(items, made, strict=True)]
    (BUILD / "eval_model_drafts.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Print the tables and write build/eval.json: once for the rules, once more when the model is through."""
    BUILD.mkdir(exist_ok=True)
    figures: dict[str, object] = {}
    skipped = {MODEL: "not finished"}
    by_rules(figures)
    by_threads(figures)
    report(figures, skipped)
    skipped.clear()
    by_model(figures, skipped)
    report(figures, skipped)


def report(figures: dict[str, object], skipped: dict[str, str]) -> None:
    """Write build/eval.json."""
    written = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()} {platform.system()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        "figures": figures,
        "skipped": skipped,
    }
    (BUILD / "eval.json").write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
