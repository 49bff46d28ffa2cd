"""Replies as Block Kit: pure builders, tested alone. Limits are Slack's (docs.slack.dev/reference/block-kit)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.slack.splitting import split
from bot.slack.text import cut, escape, link
from bot.slack.tongue import ENGLISH, Catalog
from bot.slack.untrusted import clean
from bot.slack.untrusted import mrkdwn as mrkdwn_of
from pipelines.core.chat import (
    Answer,
    Assessment,
    CardBehind,
    CardCaughtUp,
    CardNews,
    Citation,
    Closed,
    Elsewhere,
    Entry,
    Filed,
    Judged,
    Listing,
    Preview,
    Reply,
    SourceChange,
    Suspect,
    Words,
)
from pipelines.core.tickets import NOT_STATED, TEMPLATES, Field, Ticket

Block = dict[str, Any]
SECTION_LIMIT = 2900
# Slack refuses a message whose blocks hold more than about 13,000 characters in all; the rest needs room, too.
SECTIONS_LIMIT = 9000
MESSAGE_LIMIT = 3900
QUOTE_LIMIT = 2400
TYPE_SIGNS = {
    "bug": ":beetle: Bug",
    "idea": ":bulb: Idea",
    "feedback": ":speech_balloon: Feedback",
    "question": ":question: Question",
    "docs": ":books: Docs",
    "task": ":clipboard: Task",
}
TITLE_LIMIT = 150
STATES = {
    "open": ":memo: Draft",
    "filing": ":hourglass_flowing_sand: Being filed",
    "filed": ":white_check_mark: Filed",
    "discarded": ":wastebasket: Discarded",
    "undone": ":leftwards_arrow_with_hook: Taken back",
    "withdrawn": ":wastebasket: Withdrawn",
    "archived": ":package: Archived on the board",
    "gone": ":package: No longer on the board",
}
ENGINES = {
    "rules": "Drafted by rules, without a model",
    "rules:no answer": "Drafted by rules: the model did not answer",
    "rules:no use": "Drafted by rules: the model's answer was of no use",
}
UNCHECKED = "nothing of it was checked"
AMENDED = ":pencil2: Updated after your edit"
BY_CODE = "Found and checked by code, without a model"


def render(reply: Reply, words: Catalog = ENGLISH) -> tuple[str, list[Block]]:
    """The fallback text and the blocks of a reply, in the words of a language; no blocks where the text is all."""
    text, blocks = _rendered(reply)
    return words.say_all(text), words.show(blocks)


def _rendered(reply: Reply) -> tuple[str, list[Block]]:
    text, blocks = RENDERERS[type(reply)](reply)
    if isinstance(reply, Judged) and reply.amended:
        blocks = [*(blocks or [section(text)]), context(AMENDED)]
    return text, blocks


def mrkdwn(text: str, limit: int = SECTION_LIMIT) -> Block:
    """A text object; `text` is escaped already. Verbatim: Slack makes links and mentions of our tokens alone."""
    return {"type": "mrkdwn", "text": cut(text, limit), "verbatim": True}


def section(text: str) -> Block:
    """A section of mrkdwn."""
    return {"type": "section", "text": mrkdwn(text)}


def context(text: str) -> Block:
    """A small grey line."""
    return {"type": "context", "elements": [mrkdwn(text, 1900)]}


def button(action_id: str, label: str, value: str, style: str = "") -> Block:
    """A button; `value` comes back with the press."""
    made: Block = {
        "type": "button",
        "action_id": action_id,
        "text": {"type": "plain_text", "text": label, "emoji": True},
        "value": value,
    }
    return made | ({"style": style} if style else {})


def words(reply: Words) -> tuple[str, list[Block]]:
    """Our own sentence, and a person's text as a quote."""
    quote = "\n".join(f"> {line}" for line in escape(reply.quote).splitlines())
    return cut("\n".join(filter(None, [reply.text, quote])), MESSAGE_LIMIT), []


def preview(reply: Preview) -> tuple[str, list[Block]]:
    """The draft as it would be filed, and the buttons that decide about it."""
    ticket = reply.ticket
    text = f"Draft: {escape(ticket.title)}"
    blocks = [section(f"*{escape(ticket.title)}*"), context(_facts_line(reply)), *_sections(ticket)]
    if reply.questions:
        asked = "\n".join(f"• {escape(question)}" for question in reply.questions)
        blocks.append(section(f"*To make it complete, answer in this thread*\n{asked}"))
    if ticket.sources:
        blocks.append(context("Source: " + _sources(ticket)))
    if files := _files(ticket):
        blocks.append(context(files))
    if reply.change:
        blocks.append(context(source_change(reply.change)))
    if reply.note:
        blocks.append(
            section(
                f":hourglass_flowing_sand: {escape(reply.note)}"
                if not reply.waiting
                else f":warning: {escape(reply.note)}"
            )
        )
    if reply.waiting:
        blocks.append(_decision(reply))
    return cut(text, MESSAGE_LIMIT), blocks


def _files(ticket: Ticket) -> str:
    """What goes to the card beside its words; empty where nothing does."""
    kinds = {file.id: file.kind for message in ticket.sources for file in message.files}
    if not kinds:
        return ""
    images = sum(kind.startswith("image/") for kind in kinds.values())
    return f":paperclip: Goes to the card, too: {', '.join(_counted(images, len(kinds) - images))}"


def _counted(images: int, others: int) -> list[str]:
    told = ["1 image" if images == 1 else f"{images} images"] if images else []
    return [*told, "1 other file" if others == 1 else f"{others} other files"] if others else told


def source_change(change: SourceChange) -> str:
    """What became of the draft's messages, in a line."""
    parts = ", ".join(map(escape, change.parts))
    if change.deleted:
        told = "A message was deleted; what came of it is no longer in this draft" + (f": {parts}." if parts else ".")
    elif change.added:
        told = f"Completed by what <@{change.by}> said below" + (f": {parts}." if parts else ": the source alone.")
    elif change.empty:
        told = f"After an edit by <@{change.by}> I see nothing to file here any more; the draft stays as it was."
    else:
        told = f"Updated after an edit by <@{change.by}>" + (f": {parts}." if parts else ": the source alone.")
    if change.kept:
        told += f" Kept as people typed them: {', '.join(map(escape, change.kept))}."
    return f"{':wastebasket:' if change.deleted else ':pencil2:'} {told}"


def _facts_line(reply: Preview) -> str:
    engine = ENGINES.get(reply.engine, f"Drafted with {escape(reply.engine)}, facts checked against the thread")
    parts = [TYPE_SIGNS[reply.ticket.type], engine]
    if reply.improver:
        parts.append(f"{escape(reply.improver)} is working on a better one")
    if reply.requested_by:
        parts.append(f"asked for by <@{reply.requested_by}>")
    return " · ".join(parts)


def _sections(ticket: Ticket) -> list[Block]:
    told = [(field, ticket.sections.get(field.name, "").strip()) for field in TEMPLATES[ticket.type]]
    filled = [(field, body) for field, body in told if body not in {"", NOT_STATED}]
    share = min(SECTION_LIMIT, SECTIONS_LIMIT // max(1, len(filled)))
    blocks = [section(cut(f"*{field.label}*\n{_body(field, body)}", share)) for field, body in filled]
    if any(len(block["text"]["text"]) == share for block in blocks):
        blocks.append(context("Long sections are cut in this preview; the card has all of them."))
    missing = ", ".join(field.label.lower() for field, body in told if body == NOT_STATED)
    return [*blocks, context(f"{NOT_STATED}: {missing}")] if missing else blocks


def _body(field: Field, body: str) -> str:
    lines = escape(body).splitlines()
    if not field.items:
        return "\n".join(lines)
    if field.name == "steps":
        return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))
    return "\n".join(f"• {line}" for line in lines)


def _sources(ticket: Ticket) -> str:
    marks = [
        link(message.permalink, message.name or "message") if message.permalink else escape(message.name or "message")
        for message in ticket.sources[:8]
    ]
    more = len(ticket.sources) - len(marks)
    return ", ".join(marks) + (f" and {more} more" if more else "")


def _decision(reply: Preview) -> Block:
    value = f"{reply.draft_id}:{reply.digest}"
    return {
        "type": "actions",
        "block_id": "ticket_decision",
        "elements": [
            button("ticket_file", "File", value, "primary"),
            button("ticket_edit", "Edit", value),
            button("triage_run", "Triage", value),
            button("ticket_discard", "Discard", value, "danger"),
            *([button("ticket_redraft", "Draft anew", value)] if reply.change and reply.change.kept else []),
        ],
    }


def filed(reply: Filed) -> tuple[str, list[Block]]:
    """Where the card is, and the way back."""
    text = f":white_check_mark: Filed: {link(reply.card_url, reply.title)}"
    where = f"in *{escape(reply.list_name)}*, by <@{reply.by}>. I will say so here when it is done."
    blocks = [section(text), context(where)]
    if reply.questions:
        blocks.append(section("*Still open*\n" + "\n".join(f"• {escape(question)}" for question in reply.questions)))
    if reply.note:
        blocks.append(section(f":hourglass_flowing_sand: {escape(reply.note)}"))
    undo = button("ticket_undo", "Undo", f"{reply.draft_id}:")
    blocks.append({"type": "actions", "block_id": "ticket_filed", "elements": [undo]})
    return text, blocks


def closed(reply: Closed) -> tuple[str, list[Block]]:
    """One grey line where the draft was."""
    if reply.withdrawn:
        text = "Draft withdrawn: the message that it was made of was deleted."
        return text, [context(text)]
    what = "Taken back from the board" if reply.undone else "Draft discarded"
    text = f"{what} by <@{reply.by}>: {escape(reply.title)}"
    return text, [context(text)]


def card_news(reply: CardNews) -> tuple[str, list[Block]]:
    """What became of the card."""
    by = f" by {escape(reply.by)}" if reply.by else ""
    title = link(reply.card_url, reply.title)
    if reply.done:
        return f":tada: Done: {title} was moved to *{escape(reply.list_name)}*{by}.", []
    return f":leftwards_arrow_with_hook: Taken up again: {title} was moved to *{escape(reply.list_name)}*{by}.", []


def card_behind(reply: CardBehind) -> tuple[str, list[Block]]:
    """The card has words that the thread has no longer, and the way to change that."""
    card = link(reply.card_url, reply.title)
    if reply.deleted:
        text = f":wastebasket: A message was deleted that {card} quotes. The card on the board is as it was."
        press = button("ticket_unquote", "Take the quote out", reply.value)
    else:
        text = f":pencil2: <@{reply.by}> edited a message that {card} was made of. The card on the board is as it was."
        press = button("ticket_comment", "Add the change to the card", reply.value)
    return text, [section(text), {"type": "actions", "block_id": "ticket_behind", "elements": [press]}]


def card_caught_up(reply: CardCaughtUp) -> tuple[str, list[Block]]:
    """The card has the change now."""
    what = "The quote of a deleted message is out of" if reply.deleted else "The new words are a comment on"
    text = f":white_check_mark: {what} {link(reply.card_url, reply.title)}, by <@{reply.by}>."
    return text, [context(text)]


def elsewhere(reply: Elsewhere) -> tuple[str, list[Block]]:
    """What belongs in a channel, for one person to read; buttons stay where everybody sees what they do."""
    text, blocks = render(reply.said)
    where = context(f"I could not say this in <#{reply.channel}>: {escape(reply.why)}")
    return text, [where, *(block for block in blocks or [section(text)] if block["type"] != "actions")]


def answer(reply: Answer) -> tuple[str, list[Block]]:
    """The answer with what it rests on: quotes under the place that they were copied from, and what found it."""
    if reply.by_model:
        body = mrkdwn_of(clean(reply.text, reply.marks))
        parts = [part.text for part in split(body, SECTION_LIMIT)][: SECTIONS_LIMIT // SECTION_LIMIT]
        return cut(body, MESSAGE_LIMIT), [*map(section, parts), *grounds(reply)]
    return cut(escape(reply.text), MESSAGE_LIMIT), [section(escape(reply.text)), *grounds(reply)]


def grounds(reply: Answer) -> list[Block]:
    """What stands below the words of an answer."""
    note = f" · {escape(reply.note)}" if reply.note else ""
    if not reply.by_model:
        quotes = [section(_quoted(citation)) for citation in reply.citations]
        return [*quotes, context((f"Quoted word for word · {BY_CODE}" if quotes else BY_CODE) + note)]
    places = [f"[{number}] {_place(citation)}" for number, citation in enumerate(reply.citations, 1)]
    checked = UNCHECKED if reply.unchecked else "each line that it names was compared with its file"
    engine = context(f"Worded by {escape(reply.engine)}; {checked}{note}")
    return [context("\n".join(places)), engine] if places else [engine]


def assessment(reply: Assessment) -> tuple[str, list[Block]]:
    """Where in the code, what is like it, who knows it, how much it is, what is open."""
    text = f"Triage: {escape(reply.title)}"
    told = {
        "Likely files": [_suspect(one) for one in reply.suspects],
        "Similar past changes": [
            f"`{one.commit[:7]}` {escape(one.subject)}, by {escape(one.author)}" for one in reply.changes
        ],
        "Who knows it": [escape(", ".join(reply.people))] if reply.people else [],
        f"First estimate: {escape(reply.effort)}": [escape(reason) for reason in reply.effort_reasons],
        "Open questions": [escape(question) for question in reply.questions],
    }
    blocks = [section(f"*{escape(cut(reply.title, 200))}*")]
    for head, lines in told.items():
        if lines:
            blocks.append(section(f"*{head}*\n" + "\n".join(f"• {line}" for line in lines)))
    blocks.append(context(f"Search and history of {escape(reply.repository)} at {reply.commit[:7]} · {BY_CODE}"))
    return cut(text, MESSAGE_LIMIT), blocks


def _suspect(one: Suspect) -> str:
    place = link(one.url, one.path) if one.url else f"`{escape(one.path.replace('`', ''))}`"
    return f"{place}: {escape('; '.join(one.reasons))}"


def _place(citation: Citation) -> str:
    place = f"{citation.path}:{citation.first}-{citation.last}"
    if citation.url:
        return f"{link(citation.url, place)} at {citation.commit[:7]}"
    return f"{escape(place)} @ {citation.commit[:7]}"


def _quoted(citation: Citation) -> str:
    # Three backticks in a file would end the block: the middle dot keeps them apart for the eye alone.
    code = cut(escape(citation.quote.replace("```", "`·`·`")), QUOTE_LIMIT)
    return f"{_place(citation)}\n```\n{code}\n```"


def listing(reply: Listing) -> tuple[str, list[Block]]:
    """Drafts and cards, the head above them."""
    quote = f"\n> {escape(cut(reply.quote, TITLE_LIMIT))}" if reply.quote else ""
    more = [context(f"And {reply.more} more.")] if reply.more else []
    blocks = [section(reply.head + quote), *(block for one in reply.entries for block in entry(one)), *more]
    return reply.head, blocks


def entry(one: Entry) -> tuple[Block, Block]:
    """What a draft or its card is about and how it stands; below, where it is and whose."""
    title = cut(one.title, TITLE_LIMIT)
    address = one.card_url or one.link
    shown = link(address, title) if address else escape(title)
    about = [
        TYPE_SIGNS.get(one.type, ""),
        f"in the list *{escape(one.list_name)}*" if one.list_name else "",
        *origin(one.channel, one.link, one.requested_by, one.at),
    ]
    return section(f"{STATES[one.state]}: {shown}"), context(" · ".join(filter(None, about)))


def origin(channel: str, address: str, user: str, at: datetime) -> tuple[str, str, str]:
    """Where something stands, who asked for it, when."""
    where = f"<#{channel}>" if not channel.startswith("D") else "a direct message"
    return f"{link(address, 'thread')} in {where}" if address else where, f"asked for by <@{user}>", date(at)


def date(at: datetime) -> str:
    """A time that each reader sees in the time of their own place."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{at:%Y-%m-%d %H:%M} UTC>"


RENDERERS: Mapping[type, Callable[[Any], tuple[str, list[Block]]]] = {
    Words: words,
    Preview: preview,
    Filed: filed,
    Closed: closed,
    CardNews: card_news,
    CardBehind: card_behind,
    CardCaughtUp: card_caught_up,
    Elsewhere: elsewhere,
    Answer: answer,
    Assessment: assessment,
    Listing: listing,
}
