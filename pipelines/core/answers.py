"""Answering the asker where they asked: openly in the thread, or in their ear."""

from __future__ import annotations

from pipelines.core.asks import Ask
from pipelines.core.chat import Chat, Words
from pipelines.core.runs import Run, keep_trying


async def answer(ask: Ask, run: Run, chat: Chat, words: Words) -> None:
    """Say something to the asker, once for each ask that was made openly."""

    async def say() -> None:
        if ask.openly:
            await chat.post(ask.place, words, key=f"answer:{ask.key}")
        else:
            await chat.whisper(ask.place, ask.user, words, ask.reply_url)

    await keep_trying(run, "answer", say)
