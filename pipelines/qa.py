"""Answers questions from a repository's code and docs, in quotes that were checked, or says that it does not know."""

from __future__ import annotations

from typing import Any

from pipelines.core.answers import answer
from pipelines.core.asks import Ask, Outcome, Triggers
from pipelines.core.chat import Answer, Chat, Citation, Words
from pipelines.core.runs import Run, keep_trying
from pipelines.knowledge.asking import Found, answers, search
from pipelines.knowledge.citing import cite, holds
from pipelines.knowledge.library import Library
from pipelines.knowledge.people import who_knows

HELP = (
    "*Questions* — `@leadhand QUESTION` or `/ask QUESTION`: I answer from the code and the docs, with the lines that "
    "say so; where there are none I say so, and whom to ask."
)
TRIGGERS = Triggers(words={"ask": "answer"}, commands={"/ask": "answer"}, continues={"question": "answer"})

NO_REPOSITORY = (
    "I know no repository, so I cannot answer questions: set LEADHAND_REPOS to its path or clone URL "
    "(docs/reference/settings.md)."
)
NO_QUESTION = "Ask me about the code or the docs: `@leadhand how does token refresh work?`"
# The files whose history says whom to ask: at most so many, each with this share of the question's words.
SUSPECTS, SOME_COVERAGE = 3, 0.35


async def run(ask: Ask, run: Run, *, chat: Chat, library: Library) -> Outcome:
    """Answer the question in the thread; a command's, to its asker alone."""
    if not library.places:
        return await _say(ask, run, chat, NO_REPOSITORY, "told")
    if not ask.text.strip():
        return await _say(ask, run, chat, NO_QUESTION, "asked")
    made = Answer.model_validate(await keep_trying(run, "find an answer", lambda: _found(in_context(ask), library)))
    await answer(ask, run, chat, made)
    return Outcome(word="answered" if made.citations else "abstained", reason=made.text[:200])


def in_context(ask: Ask) -> str:
    """The question with those before it, where it goes on from them: "and on mobile?" alone has nothing to find."""
    return "\n".join([*ask.earlier, ask.text])


async def _say(ask: Ask, run: Run, chat: Chat, text: str, word: str) -> Outcome:
    await answer(ask, run, chat, Words(text=text))
    return Outcome(word=word, reason=text)


async def _found(question: str, library: Library) -> dict[str, Any]:
    return (await find_answer(question, library)).model_dump(mode="json")


async def find_answer(question: str, library: Library) -> Answer:
    """The best quotes that answer, each checked against its file; without any, whom to ask."""
    if not await library.ready():
        return Answer(text="I cannot read the repository just now. " + " ".join(library.troubles.values()))
    terms, found = await search(question, library.knowledge)
    cited = [await _checked(one, library) for one in answers(question, terms, found)]
    citations = tuple(citation for citation in cited if citation)
    if not citations:
        return Answer(text=await _whom_to_ask(found, library))
    commits = sorted({f"{citation.repository} at {citation.commit[:7]}" for citation in citations})
    return Answer(text=f"This is what {' and '.join(commits)} says:", citations=citations)


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
