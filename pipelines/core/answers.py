"""Answering the asker where they asked: openly in the thread, or in their ear."""

from __future__ import annotations

from pipelines.core.asks import Ask
from pipelines.core.chat import Answer, Assessment, Chat, Judged, Reply
from pipelines.core.runs import Run, keep_trying


async def answer(ask: Ask, run: Run, chat: Chat, reply: Reply, *, judged: bool = False) -> None:
    """Say something to the asker, once for each ask that was made openly; an open answer may be `judged` by people.

    The answer to words that were edited takes the place of the one before.
    """
    reply = reply.model_copy(update={"to": ask.user})
    if ask.openly and isinstance(reply, Judged) and (judged or isinstance(reply, Answer | Assessment)):
        reply = reply.model_copy(update={"run": ask.key})

    async def say() -> None:
        earlier = await chat.posted(f"answer:{ask.amends}") if ask.openly and ask.amends else ""
        if earlier:
            await chat.update(ask.place, earlier, amended(reply))
        elif ask.openly:
            await chat.post(ask.place, reply, key=f"answer:{ask.key}")
        else:
            await chat.whisper(ask.place, ask.user, reply, ask.reply_url)

    await keep_trying(run, "answer", say)


def amended(reply: Reply) -> Reply:
    """The reply, saying that it answers the words as they were edited."""
    return reply.model_copy(update={"amended": True}) if isinstance(reply, Judged) else reply
