"""Answering the asker where they asked: openly in the thread, or in their ear."""

from __future__ import annotations

from pipelines.core.asks import Ask
from pipelines.core.chat import Answer, Assessment, Chat, Judged, Reply
from pipelines.core.runs import Run, keep_trying


async def answer(ask: Ask, run: Run, chat: Chat, reply: Reply, *, judged: bool = False) -> None:
    """Say something to the asker, once for each ask that was made openly; an open answer may be `judged` by people."""
    if ask.openly and isinstance(reply, Judged) and (judged or isinstance(reply, Answer | Assessment)):
        reply = reply.model_copy(update={"run": ask.key})

    async def say() -> None:
        if ask.openly:
            await chat.post(ask.place, reply, key=f"answer:{ask.key}")
        else:
            await chat.whisper(ask.place, ask.user, reply, ask.reply_url)

    await keep_trying(run, "answer", say)
