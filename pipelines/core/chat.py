"""What a pipeline needs of a chat, whoever makes it: the port, and the replies it can show."""

from __future__ import annotations

from typing import Protocol

from pipelines.core.asks import Place
from pipelines.core.tickets import Frozen, Message, Ticket


class Judged(Frozen):
    """A reply that people may judge; `run` is the key of the ask that made it, empty where they are not asked to."""

    run: str = ""


class Words(Judged):
    """A plain answer in Slack's mrkdwn, written by our code; people's text in it is marked by `quote`."""

    text: str
    quote: str = ""


class Preview(Judged):
    """A draft that waits for a person. `note` says what is going on with it, if anything.

    `engine` is what wrote it, `improver` the model that is at work on a better one, if any.
    """

    draft_id: str
    digest: str
    ticket: Ticket
    questions: tuple[str, ...] = ()
    engine: str = "rules"
    improver: str = ""
    requested_by: str = ""
    note: str = ""
    waiting: bool = True


class Filed(Frozen):
    """A draft that became a card."""

    draft_id: str
    title: str
    card_url: str
    list_name: str
    by: str
    questions: tuple[str, ...] = ()
    note: str = ""


class Closed(Frozen):
    """A draft that came to nothing: discarded, or undone after it was filed."""

    title: str
    by: str
    undone: bool = False


class CardNews(Frozen):
    """A filed card moved on the board."""

    title: str
    card_url: str
    list_name: str
    by: str
    done: bool


class Citation(Frozen):
    """Lines of a file, word for word; lines count from 1; `url` is empty where no page shows the file."""

    repository: str
    commit: str
    path: str
    first: int
    last: int
    quote: str
    url: str = ""


class Answer(Judged):
    """What a repository says to a question. `text` is plain, names of people and files as they are."""

    text: str
    citations: tuple[Citation, ...] = ()
    engine: str = "rules"


class Suspect(Frozen):
    """A file that a task may be about, with the reasons in words; `url` is empty where no page shows it."""

    path: str
    reasons: tuple[str, ...]
    url: str = ""


class PastChange(Frozen):
    """A commit that sounds like the task."""

    commit: str
    subject: str
    author: str


class Assessment(Judged):
    """What a task takes, as far as the repository tells: all of it plain text, names as they are."""

    title: str
    repository: str
    commit: str
    suspects: tuple[Suspect, ...]
    changes: tuple[PastChange, ...] = ()
    people: tuple[str, ...] = ()
    effort: str = ""
    effort_reasons: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


Reply = Assessment | Words | Preview | Filed | Closed | CardNews | Answer


class Conversation(Frozen):
    """The messages of a thread, oldest first, without the bot's own; `focus` is the one asked about, if it is there.

    `veiled` is the author of the focus where they opted out of being read.
    """

    place: Place
    messages: tuple[Message, ...]
    focus: Message | None
    by_bot: bool = False
    veiled: str = ""


class Chat(Protocol):
    """The one way out to people. Every method raises TryAgain for a passing fault, TellPerson for a final one."""

    async def read(self, place: Place, ts: str) -> Conversation:
        """The thread around message `ts` as it stands now; `focus` is None when that message is gone."""
        ...

    async def post(self, place: Place, reply: Reply, key: str) -> str:
        """Post once for each key, whatever fails on the way; returns the message's ts."""
        ...

    async def update(self, place: Place, ts: str, reply: Reply) -> None:
        """Replace what message `ts` shows."""
        ...

    async def whisper(self, place: Place, user: str, reply: Reply, reply_url: str = "") -> None:
        """Tell one person only; through `reply_url` where the bot is not in the channel."""
        ...

    async def sign(self, place: Place, ts: str, *, working: bool) -> None:
        """Show, or stop showing, on message `ts` that the bot is at work on it."""
        ...

    async def may_ask(self, place: Place, user: str) -> bool:
        """Whether this person belongs to the channel."""
        ...

    async def name(self, place: Place, user: str) -> str:
        """What people of the place's workspace call this person."""
        ...

    async def permalink(self, place: Place, ts: str) -> str:
        """The address of a message; empty when the chat cannot say."""
        ...
