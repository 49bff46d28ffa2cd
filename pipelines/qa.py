"""Answers questions from code and docs, in checked quotes or a model's checked words, or says that it does not know."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from pipelines.answering.wording import Wording
from pipelines.core.answers import answer
from pipelines.core.asks import Ask, Outcome, Triggers
from pipelines.core.chat import Answer, Chat, Citation, Live, StepState, Words
from pipelines.core.errors import TellPerson, TryAgain
from pipelines.core.runs import Run, keep_trying
from pipelines.core.tickets import Message
from pipelines.knowledge.asking import Found, answers, search
from pipelines.knowledge.citing import cite, holds
from pipelines.knowledge.library import Library
from pipelines.knowledge.people import who_knows

HELP = (
    "*Questions* — `@leadhand QUESTION` or `/ask QUESTION`: I answer from the code and the docs, with the lines that "
    "say so; where there are none I say so, and whom to ask."
)
TRIGGERS = Triggers(words={"ask": "answer"}, commands={"/ask": "answer"}, continues={"question": "answer"})
STOPPABLE = frozenset({"answer"})

NO_REPOSITORY = (
    "I know no repository, so I cannot answer questions: set LEADHAND_REPOS to its path or clone URL "
    "(docs/reference/settings.md)."
)
NO_QUESTION = "Ask me about the code or the docs: `@leadhand how does token refresh work?`"
NO_MODEL_ANSWER = "The model did not answer."
SEARCHING, WORDING = "Search the code and the docs", "Word the answer"
SLOW_AFTER = 3.0
# What a model gets to read.
PASSAGES = 6
# The files whose history says whom to ask: at most so many, each with this share of the question's words.
SUSPECTS, SOME_COVERAGE = 3, 0.35


async def run(ask: Ask, run: Run, *, chat: Chat, library: Library, wording: Wording) -> Outcome:
    """Answer the question in the thread; a command's, to its asker alone."""
    worded = await run.step("look for a model", wording.ready)
    if not library.places and not worded:
        return await _say(ask, run, chat, NO_REPOSITORY, "told")
    if not ask.text.strip():
        return await _say(ask, run, chat, NO_QUESTION, "asked")
    if not library.places:
        return await _from_talk(ask, run, chat, wording)
    live = _live(ask, chat)
    async with _step(live, SEARCHING, soon=worded):
        found = await keep_trying(run, "find an answer", lambda: _found(in_context(ask), library))
    made = Answer.model_validate(found["answer"])
    if worded and made.citations:
        passages = [Citation.model_validate(one) for one in found["passages"]]

        async def word() -> dict[str, Any]:
            thread = await _thread(ask, chat)
            asked = ask.model_copy(update={"text": in_context(ask)})
            return (await wording.from_passages(asked, made, passages, thread, live)).model_dump(mode="json")

        async with _step(live, WORDING, soon=True):
            made = Answer.model_validate(await keep_trying(run, "word the answer", word))
    await answer(ask, run, chat, made)
    return Outcome(word="answered" if made.citations else "abstained", reason=made.text[:200])


async def _from_talk(ask: Ask, run: Run, chat: Chat, wording: Wording) -> Outcome:
    """Without a repository the thread is all there is, or the model alone; the answer says so."""
    live = _live(ask, chat)

    async def word() -> dict[str, Any] | None:
        asked = ask.model_copy(update={"text": in_context(ask)})
        made = await wording.from_talk(asked, await _thread(ask, chat), live)
        return made.model_dump(mode="json") if made else None

    async with _step(live, WORDING, soon=True):
        made = await keep_trying(run, "word the answer", word)
    if made is None:
        return await _say(ask, run, chat, f"{NO_MODEL_ANSWER} {NO_REPOSITORY}", "told")
    await answer(ask, run, chat, Answer.model_validate(made))
    return Outcome(word="answered", reason=made["text"][:200])


def _live(ask: Ask, chat: Chat) -> Live | None:
    """Where the answer can be seen while it is made; an edited question's takes the place of the one before."""
    return chat.live(ask.place, ask.user, f"answer:{ask.key}") if ask.openly and not ask.amends else None


async def _thread(ask: Ask, chat: Chat) -> list[Message]:
    """What people said in the thread beside the question; a courtesy to the model, so nothing fails for it."""
    if not ask.openly:
        return []
    try:
        talk = await chat.read(ask.place, ask.ts or ask.asked_ts)
    except (TryAgain, TellPerson):
        return []
    return [message for message in talk.messages if message.ts != ask.asked_ts]


@asynccontextmanager
async def _step(live: Live | None, title: str, *, soon: bool) -> AsyncIterator[None]:
    """Show the step while it lasts; one that is not waited for only once it takes long."""
    showing = asyncio.create_task(_show_step(live, title, 0.0 if soon else SLOW_AFTER))
    state: StepState = "error"
    try:
        yield
        state = "complete"
    finally:
        shown = showing.done()
        showing.cancel()
        if live is not None and (soon or shown):
            await live.step(title, state)


async def _show_step(live: Live | None, title: str, after: float) -> None:
    await asyncio.sleep(after)
    if live is not None:
        await live.step(title, "in_progress")


def in_context(ask: Ask) -> str:
    """The question with those before it, where it goes on from them: "and on mobile?" alone has nothing to find."""
    return "\n".join([*ask.earlier, ask.text])


async def _say(ask: Ask, run: Run, chat: Chat, text: str, word: str) -> Outcome:
    await answer(ask, run, chat, Words(text=text))
    return Outcome(word=word, reason=text)


async def _found(question: str, library: Library) -> dict[str, Any]:
    """The answer that code makes, and the passages that a model may word one from."""
    made, passages = await _search(question, library)
    return {
        "answer": made.model_dump(mode="json"),
        "passages": [passage.model_dump(mode="json") for passage in passages],
    }


async def find_answer(question: str, library: Library) -> Answer:
    """The best quotes that answer, each checked against its file; without any, whom to ask."""
    return (await _search(question, library))[0]


async def _search(question: str, library: Library) -> tuple[Answer, list[Citation]]:
    if not await library.ready():
        return Answer(text="I cannot read the repository just now. " + " ".join(library.troubles.values())), []
    terms, found = await search(question, library.knowledge)
    citations = await _all_checked(answers(question, terms, found), library)
    if not citations:
        return Answer(text=await _whom_to_ask(found, library)), []
    commits = sorted({f"{citation.repository} at {citation.commit[:7]}" for citation in citations})
    made = Answer(text=f"This is what {' and '.join(commits)} says:", citations=tuple(citations))
    near = await _all_checked([one for one in found if one.coverage >= SOME_COVERAGE][:PASSAGES], library)
    return made, [*citations, *(one for one in near if one not in citations)][:PASSAGES]


async def _all_checked(found: Sequence[Found], library: Library) -> list[Citation]:
    cited = [await _checked(one, library) for one in found]
    return [citation for citation in cited if citation]


async def _checked(found: Found, library: Library) -> Citation | None:
    source = library.sources.get(found.passage.repository)
    if source is None:
        return None
    citation = cite(found, source)
    return citation if await holds(citation, source) else None


async def _whom_to_ask(found: list[Found], library: Library) -> str:
    near = [one for one in found if one.coverage >= SOME_COVERAGE][:SUSPECTS]
    name = near[0].passage.repository if near else next(iter(library.sources))
    paths = list(dict.fromkeys(one.passage.path for one in near if one.passage.repository == name))
    people = who_knows(await library.knowledge.commits(name), paths)
    if not people:
        return f"I don't know: I find nothing about this in {name}."
    know = "know" if len(people) > 1 else "knows"
    part = f"this part best by the history of {paths[0]}" if paths else f"{name} best by its history"
    return f"I don't know. {' and '.join(people)} {know} {part}."
