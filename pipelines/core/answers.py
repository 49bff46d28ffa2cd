"""Answering the asker where they asked: openly in the thread, or in their ear."""

from __future__ import annotations

from pipelines.core.asks import Ask, Place
from pipelines.core.chat import Answer, Assessment, CardNews, Chat, Closed, Elsewhere, Filed, Judged, Reply, Words
from pipelines.core.errors import TellPerson
from pipelines.core.runs import Run, keep_trying


async def answer(ask: Ask, run: Run, chat: Chat, reply: Reply, *, judged: bool = False) -> None:
    """Say something to the asker, once for each ask that was made openly; an open answer may be `judged` by people.

    The answer to words that were edited takes the place of the one before. Where the channel is closed to the bot, the
    asker reads it in a direct message. Raises TellPerson where that fails, too.
    """
    reply = reply.model_copy(update={"to": ask.user})
    if ask.openly and isinstance(reply, Judged) and (judged or isinstance(reply, Answer | Assessment)):
        reply = reply.model_copy(update={"run": ask.key})

    async def say() -> None:
        earlier = await chat.posted(f"answer:{ask.amends}") if ask.openly and ask.amends else ""
        if earlier:
            await chat.update(ask.place, earlier, amended(reply))
            await blank_parts(chat, ask.place, f"answer:{ask.amends}")
        elif ask.openly:
            await chat.post(ask.place, reply, key=f"answer:{ask.key}")
        else:
            await chat.whisper(ask.place, ask.user, reply, ask.reply_url)

    try:
        await keep_trying(run, "answer", say)
    except TellPerson as closed:
        await tell_elsewhere(ask, run, chat, reply, closed)


async def tell_elsewhere(ask: Ask, run: Run, chat: Chat, reply: Reply, closed: TellPerson) -> None:
    """Say to the asker alone what their channel could not be told: where they stand, else in a direct message.

    Raises `closed` where that fails, too.
    """
    if not ask.user or not isinstance(reply, Words | Filed | Closed | CardNews | Answer | Assessment):
        raise closed
    said = Elsewhere(to=ask.user, channel=ask.place.channel, why=closed.words, said=reply)
    if ask.reply_url and await _whispered(ask, run, chat, said):
        return
    try:
        await keep_trying(run, "tell them elsewhere", lambda: chat.tell(ask.place, ask.user, said, f"direct:{ask.key}"))
    except TellPerson:
        raise closed from None


async def _whispered(ask: Ask, run: Run, chat: Chat, said: Elsewhere) -> bool:
    """A command's own address reaches its person also where the bot is not."""
    try:
        await keep_trying(run, "whisper it", lambda: chat.whisper(ask.place, ask.user, said, ask.reply_url))
    except TellPerson:
        return False
    return True


async def blank_parts(chat: Chat, place: Place, key: str) -> None:
    """Empty the messages in which a long answer went on after its first one."""
    number = 2
    while ts := await chat.posted(f"{key}#{number}"):
        await chat.update(place, ts, Words(text="…"))
        number += 1


def amended(reply: Reply) -> Reply:
    """The reply, saying that it answers the words as they were edited."""
    return reply.model_copy(update={"amended": True}) if isinstance(reply, Judged) else reply
