"""The content of a message as an app gives it, checked as Slack checks it."""

import json
from dataclasses import dataclass
from typing import Any

from bot.playground.blocks import BLOCKS_CHARACTERS, MARKDOWN_CHARACTERS, characters, message_problems
from bot.playground.refusal import Refused
from bot.playground.store import Document
from bot.playground.typed import link_urls
from bot.playground.workspace import mint

# Slack truncates a longer text on posting.
TEXT_CHARACTERS = 40_000
# Slack refuses a longer text on updating: bytes of UTF-8, after escaping.
UPDATE_BYTES = 4_000
ATTACHMENTS = 100


@dataclass(frozen=True)
class Content:
    """Text and blocks of a message; both were checked, every block has a block_id.

    Bare URLs in the text are wrapped in `<>`, as Slack links them, unless the app said `parse`: `none`.
    """

    text: str
    blocks: list[Document] | None = None
    attachments: list[Document] | None = None


def app_blocks(arguments: Document) -> Content:
    """The content in these arguments. Raises Refused: no_text, invalid_blocks, msg_blocks_too_long and the like."""
    blocks = _listed(arguments.get("blocks"), "invalid_blocks_format")
    attachments = _listed(arguments.get("attachments"), "invalid_attachments")
    text = _text(arguments, bool(blocks or attachments))
    if attachments and len(attachments) > ATTACHMENTS:
        raise Refused("too_many_attachments")
    if blocks:
        _check(blocks)
        blocks = [block if block.get("block_id") else {**block, "block_id": mint("", 5)} for block in blocks]
    return Content(text, blocks, attachments)


def _text(arguments: Document, has_blocks: bool) -> str:
    text, markdown = arguments.get("text"), arguments.get("markdown_text")
    if markdown:
        if text or has_blocks:
            raise Refused("markdown_text_conflict")
        if len(str(markdown)) > MARKDOWN_CHARACTERS:
            raise Refused("msg_too_long")
        return str(markdown)
    text = "" if text is None else str(text)
    if not text.strip() and not has_blocks:
        raise Refused("no_text")
    text = text[:TEXT_CHARACTERS]
    return text if arguments.get("parse") == "none" else link_urls(text)


def _listed(value: Any, code: str) -> list[Any] | None:
    """Blocks come as a list or, in a form, as JSON."""
    if isinstance(value, str) and value:
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise Refused(code) from None
    if not value:
        return None
    if not isinstance(value, list):
        raise Refused(code)
    return value


def _check(blocks: list[Any]) -> None:
    problems = message_problems(blocks)
    if problems:
        raise Refused("invalid_blocks", errors=problems, response_metadata={"messages": problems})
    if characters(blocks) > BLOCKS_CHARACTERS:
        raise Refused("msg_blocks_too_long")


def check_update(content: Content) -> None:
    """The tighter limit of chat.update. Raises Refused."""
    if len(content.text.encode(errors="surrogatepass")) > UPDATE_BYTES:
        raise Refused("msg_too_long")
