"""Files of a thread travel to its card: each once, the large ones as links, trouble told in the thread."""

from __future__ import annotations

import functools

from pipelines.core.asks import Ask
from pipelines.core.boards import Attachment, Card
from pipelines.core.chat import FILE_LIMIT, Words
from pipelines.core.errors import TellPerson
from pipelines.core.runs import Run, keep_trying
from pipelines.core.tickets import File, Message
from pipelines.desk.changing import place_of, sources_of
from pipelines.desk.desk import Desk
from pipelines.desk.showing import find

# A thread that has more brings its first ones.
FILES_LIMIT = 20


async def carry(draft_id: str, card: Card, ask: Ask, run: Run, desk: Desk) -> None:
    """Bring the files of the draft's messages to its card. What does not arrive is told in the thread.

    Never raises TellPerson: the card is filed, whatever becomes of its files.
    """
    row = await find(draft_id, desk)
    files = files_of(sources_of(row))
    trouble = [f"{len(files) - FILES_LIMIT} more files: I take {FILES_LIMIT}."] if len(files) > FILES_LIMIT else []
    for message, file in files[:FILES_LIMIT]:
        bring = functools.partial(_bring, message, file, card, draft_id, ask=ask, desk=desk)
        try:
            await keep_trying(run, f"attach {file.id}", bring)
        except TellPerson as failure:
            trouble.append(f"{file.name}: {failure.words}")
    if not trouble:
        return
    words = Words(to=ask.user, text="The card is filed, but not all of its files are on it:", quote="\n".join(trouble))
    try:
        await keep_trying(
            run, "tell of the files", lambda: desk.chat.post(place_of(row), words, key=f"files:{draft_id}")
        )
    except TellPerson:
        return


def files_of(messages: tuple[Message, ...]) -> list[tuple[Message, File]]:
    """Each file once, with the first message that it came with."""
    found: dict[str, tuple[Message, File]] = {}
    for message in messages:
        for file in message.files:
            found.setdefault(file.id, (message, file))
    return list(found.values())


async def _bring(message: Message, file: File, card: Card, draft_id: str, *, ask: Ask, desk: Desk) -> None:
    name = f"{file.name} ({file.id})"
    if not file.url or file.size > FILE_LIMIT:
        if not message.permalink:
            raise TellPerson("it is too large or kept elsewhere, and its message has no address")
        attachment = Attachment(name=name, marker=file.id, url=message.permalink)
    else:
        content = await desk.chat.fetch(place_of(await find(draft_id, desk)), file)
        attachment = Attachment(name=name, marker=file.id, kind=file.kind, content=content)
    await desk.tracker.attach(card.id, attachment)
    await desk.audit.record(
        actor=ask.user, action="card.attach", target=card.url, outcome="done", key=f"{draft_id}:{file.id}"
    )
