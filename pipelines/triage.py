"""Says what a task takes: likely files and why, similar past changes, who knows them, an estimate, open questions."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

from pipelines.core.answers import answer
from pipelines.core.asks import Ask, Outcome, Place, Triggers
from pipelines.core.chat import Assessment, Chat, PastChange, Suspect, Words
from pipelines.core.errors import TellPerson
from pipelines.core.runs import Run, keep_trying
from pipelines.core.tickets import NOT_STATED, Draft
from pipelines.desk.desk import Composer
from pipelines.desk.showing import UNKNOWN
from pipelines.knowledge import locating
from pipelines.knowledge.citing import file_address
from pipelines.knowledge.library import Library
from pipelines.knowledge.locating import Located, locate
from pipelines.knowledge.people import who_knows
from pipelines.qa import NO_REPOSITORY
from storage.drafts import Drafts
from storage.knowledge import Passage

HELP = (
    "*Triage* — `@leadhand triage TEXT`, `/triage TEXT`, *Triage this* in the menu of a message or the button under a "
    "draft: where in the code, what was like it, who knows it, how much it is, what is open."
)
TRIGGERS = Triggers(
    words={"triage": "assess"},
    commands={"/triage": "assess"},
    buttons={"triage_run": "assess_draft"},
    shortcuts={"triage_from_message": "assess_message"},
    reactions={"triage": "assess_message"},
)
STOPPABLE = frozenset({"assess", "assess_message", "assess_draft"})

NO_TASK = "Tell me the task: `@leadhand triage the export hangs on Safari`."
GONE = "That message is gone, or it has no words, so there is nothing to triage."
MINE = "That message is my own. Press *Triage* under the draft, or use *Triage this* on what a person wrote."
OPTED_OUT = "Whoever wrote that message has opted out, so I make nothing of it. Tell me the task: `/triage TEXT`."
SUSPECTS, CHANGES, PEOPLE = 5, 3, 3
NEAR = 0.45  # share of the best file's score below which a file is no longer a suspect
WHY = {
    "traceback": "it is in the stack trace",
    "path": "the text names it",
    "content": "it speaks of the same things",
    "function": "one of its functions is about this",
    "identifier": "it defines a name of the text",
    "history": "changes like this one touched it",
    "imports": "the other suspects import it, or it them",
}


async def run(ask: Ask, run: Run, *, chat: Chat, library: Library, drafts: Drafts, compose: Composer) -> Outcome:
    """Assess the asker's words, a message or a draft. Raises TellPerson when the message or the draft is gone."""
    if not library.places:
        return await _say(ask, run, chat, NO_REPOSITORY, "told")
    if ask.verb == "assess_draft":
        title, body, place = await _of_draft(ask, drafts)
        ask = ask.model_copy(update={"place": place, "openly": True})
    elif ask.verb == "assess_message":
        task = await keep_trying(run, "read", lambda: _of_message(ask, chat))
        title, body, place = task["title"], task["body"], ask.place.model_copy(update={"thread_ts": task["thread_ts"]})
        ask = ask.model_copy(update={"place": place, "openly": True})
    elif ask.text.strip():
        title, _, body = ask.text.strip().partition("\n")
    else:
        return await _say(ask, run, chat, NO_TASK, "asked")

    async def find() -> dict[str, Any]:
        made = await assess(title, body, library, compose)
        return made.model_dump(mode="json") if isinstance(made, Assessment) else {"words": made}

    found = await keep_trying(run, "assess", find)
    if "words" in found:
        return await _say(ask, run, chat, found["words"], "abstained")
    await answer(ask, run, chat, Assessment.model_validate(found))
    return Outcome(word="assessed", reason=title[:200])


async def _say(ask: Ask, run: Run, chat: Chat, text: str, word: str) -> Outcome:
    await answer(ask, run, chat, Words(text=text))
    return Outcome(word=word, reason=text)


async def _of_message(ask: Ask, chat: Chat) -> dict[str, str]:
    """The message as the task, the rest of its thread as what is known of it."""
    talk = await chat.read(ask.place, ask.ts)
    if talk.by_bot:
        raise TellPerson(MINE)
    if talk.veiled:
        raise TellPerson(OPTED_OUT)
    if talk.focus is None or not talk.focus.text.strip():
        raise TellPerson(GONE)
    title, _, body = talk.focus.text.strip().partition("\n")
    others = [message.text for message in talk.messages if message.ts != talk.focus.ts]
    return {"title": title, "body": "\n".join([body, *others]).strip(), "thread_ts": talk.place.thread_ts}


async def _of_draft(ask: Ask, drafts: Drafts) -> tuple[str, str, Place]:
    """Title, text and thread of the draft that a button belongs to."""
    row = await drafts.get(ask.value.partition(":")[0])
    if row is None:
        raise TellPerson(UNKNOWN)
    ticket = Draft.model_validate(row.body).tickets[0]
    told = [text for text in ticket.sections.values() if text and text != NOT_STATED]
    said = [message.text for message in ticket.sources]
    place = Place(team=row.team, channel=row.channel, thread_ts=row.thread_ts or row.preview_ts)
    return ticket.title, "\n".join([*told, *said, row.request]), place


async def assess(title: str, body: str, library: Library, compose: Composer) -> Assessment | str:
    """What the task takes in the repository that it fits best; a sentence where it fits none."""
    if not await library.ready():
        return "I cannot read the repository just now. " + " ".join(library.troubles.values())
    places = {
        name: await locate(title, body, name, library.knowledge, await library.graph(name)) for name in library.sources
    }
    name = max(places, key=lambda one: sum(file.score for file in places[one].files[:3]))
    source, place = library.sources[name], places[name]
    suspects = [file for file in place.files if _is_suspect(file, place)][:SUSPECTS]
    if not suspects:
        return f"I find nothing about this in {name}. Tell me more: a message, a screen, a name from the code."
    history = await library.knowledge.commits(name)
    effort, reasons = estimate(suspects, place.commits)
    return Assessment(
        title=title,
        repository=name,
        commit=source.commit,
        suspects=tuple(
            Suspect(path=file.path, reasons=_reasons(file), url=file_address(source.web, source.commit, file.path))
            for file in suspects
        ),
        changes=tuple(
            PastChange(commit=past.path, subject=past.title, author=str(past.detail["author"]))
            for past in place.commits[:CHANGES]
        ),
        people=tuple(who_knows(history, [file.path for file in suspects[:3]], PEOPLE)),
        effort=effort,
        effort_reasons=reasons,
        questions=compose((), None, f"{title}\n{body}").questions,
    )


def _is_suspect(file: Located, place: locating.Place) -> bool:
    telling = set(file.signals) - {"recent", "imports"}
    return bool(telling) and file.score >= NEAR * place.files[0].score


def _reasons(file: Located) -> tuple[str, ...]:
    return tuple(WHY[signal] for signal in file.signals if signal in WHY)[:3]


def estimate(suspects: Sequence[Located], past: Sequence[Passage]) -> tuple[str, tuple[str, ...]]:
    """A first size with its reasons: how clear the place is, how many files changes like it touched."""
    best = suspects[0]
    clear = {"traceback", "path"} & set(best.signals) or len(suspects) == 1 or suspects[1].score < 0.8 * best.score
    reasons = [f"the place is clear: {best.path}" if clear else f"{len(suspects)} files are about equally likely"]
    touched = [len(change.detail["files"]) for change in past[:5] if change.detail["files"]]
    usual = statistics.median(touched) if touched else 0
    if touched:
        files = "1 file" if usual == 1 else f"{usual:g} files"
        reasons.append(f"similar past changes touched {files} each (median of {len(touched)})")
    else:
        reasons.append("no past change is like it")
    points = (not clear) + (usual > 3) + (usual > 8) + (not touched)
    return ("small, hours", "medium, a day or two", "large, more than two days")[min(points, 2)], tuple(reasons)
