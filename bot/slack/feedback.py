"""The thumbs under an answer or a draft: they carry the key of the run that made it."""

from __future__ import annotations

from slack_sdk.models.blocks import ContextActionsBlock, FeedbackButtonsElement
from slack_sdk.models.blocks.basic_components import FeedbackButtonObject

from bot.slack.blocks import SECTION_LIMIT, Block, grounds, render, section
from bot.slack.tongue import ENGLISH, Catalog
from pipelines.core.chat import Answer, Judged, Preview, Reply

# What Slack, or an emulator, answers where it does not know the block.
REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format"})


def render_judged(reply: Reply, words: Catalog = ENGLISH) -> tuple[str, list[Block]]:
    """As `render`, with the thumbs under a reply that may be judged."""
    text, blocks = render(reply, words)
    if not isinstance(reply, Judged) or not reply.run:
        return text, blocks
    kind = "draft" if isinstance(reply, Preview) else "answer"
    return text, [*(blocks or sections(text)), *words.show([thumbs(kind, reply.run)])]


def below(reply: Reply, words: Catalog = ENGLISH) -> list[Block]:
    """What stands below a streamed answer: what it rests on, and the thumbs."""
    blocks = grounds(reply) if isinstance(reply, Answer) else []
    shown = [*blocks, thumbs("answer", reply.run)] if isinstance(reply, Judged) and reply.run else blocks
    translated: list[Block] = words.show(shown)
    return translated


def thumbs(kind: str, run: str) -> Block:
    """One block with both; the value of a press is CHOICE:KIND:RUN."""
    element = FeedbackButtonsElement(
        action_id="answer_feedback",
        positive_button=_thumb("Good", "This was of use", "up", f"{kind}:{run}"),
        negative_button=_thumb("Bad", "This was of no use", "down", f"{kind}:{run}"),
    )
    return ContextActionsBlock(block_id="feedback", elements=[element]).to_dict()


def _thumb(label: str, says: str, choice: str, about: str) -> FeedbackButtonObject:
    return FeedbackButtonObject(text=label, accessibility_label=says, value=f"{choice}:{about}")


def sections(text: str) -> list[Block]:
    """A plain text as sections, cut between paragraphs where one is not enough."""
    parts = [""]
    for paragraph in text.split("\n\n"):
        if parts[-1] and len(parts[-1]) + len(paragraph) + 2 > SECTION_LIMIT:
            parts.append("")
        parts[-1] = f"{parts[-1]}\n\n{paragraph}" if parts[-1] else paragraph
    return [section(part) for part in parts if part]
