"""What a pipeline needs of a chat, whoever makes it: the port, and the replies it can show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, Protocol

from pipelines.core.asks import Place
from pipelines.core.tickets import File, Frozen, Message, Ticket

FILE_LIMIT = 10 * 1024 * 1024
"""The largest file that is taken from the chat to a card, in bytes: Trello's own limit for most boards."""


class Said(Frozen):
    """Something said to people; `to` is whom it is for, and whose language it is said in."""

    to: str = ""


class Judged(Said):
    """A reply that people may judge; `run` is the key of the ask that made it, empty where they are not asked to.

    `amended`: it stands where the answer to earlier words of the same message stood.
    """

    run: str = ""
    amended: bool = False


class Words(Judged):
    """A plain answer in Slack's mrkdwn, written by our code; people's text in it is marked by `quote`."""

    text: str
    quote: str = ""


class SourceChange(Frozen):
    """What became of the messages of a draft: somebody, `by`, edited or deleted one, or added one.

    `parts` is what changed in the draft, in words; `kept` are the parts whose words a person typed and that stay;
    `empty` says that nothing to file is left in the messages.
    """

    by: str = ""
    deleted: bool = False
    added: bool = False
    parts: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    empty: bool = False


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
    change: SourceChange | None = None
    waiting: bool = True


class Filed(Said):
    """A draft that became a card."""

    draft_id: str
    title: str
    card_url: str
    list_name: str
    by: str
    questions: tuple[str, ...] = ()
    note: str = ""


class Closed(Said):
    """A draft that came to nothing: discarded, undone after it was filed, or `withdrawn` with its messages."""

    title: str
    by: str
    undone: bool = False
    withdrawn: bool = False


class CardBehind(Said):
    """A message that a filed card was made of changed; `value` comes back with the press that takes the change over."""

    title: str
    card_url: str
    by: str
    value: str
    deleted: bool = False


class CardCaughtUp(Said):
    """The change of a message was taken over to its card, by somebody."""

    title: str
    card_url: str
    by: str
    deleted: bool = False


class CardNews(Said):
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
    """An answer to a question. `text` is plain, names of people and files as they are; a model's is Markdown.

    `engine` is what worded it: `rules`, or a model's name. The marks [1], [2] of a model's text are its citations, in
    order; `unchecked` says that there was nothing to check it against. `note` is a word of our code about it.
    """

    text: str
    citations: tuple[Citation, ...] = ()
    engine: str = "rules"
    unchecked: bool = False
    note: str = ""

    @property
    def by_model(self) -> bool:
        """Whether a model worded it."""
        return self.engine != "rules"

    @property
    def marks(self) -> dict[str, str]:
        """The addresses of its marks, where a page shows the lines."""
        return {str(number): one.url for number, one in enumerate(self.citations, 1) if one.url}


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


class Entry(Frozen):
    """A draft as a list tells of it: `link` leads to it in its thread, `card_url` to the card, if there is one.

    `state` is the draft's, or what became of its card: `archived`, `gone`. `list_name` is where the card lies, `at` the
    latest change. `value` is what its buttons carry, `decides` whether the reader may file and discard it.
    """

    title: str
    type: str
    state: str
    channel: str
    requested_by: str
    at: datetime
    link: str = ""
    card_url: str = ""
    list_name: str = ""
    value: str = ""
    decides: bool = False


class Listing(Said):
    """Drafts and cards, for one person's eyes: a sentence of our code above them, with the person's words quoted.

    `more` is how many are not shown.
    """

    head: str
    quote: str = ""
    entries: tuple[Entry, ...] = ()
    more: int = 0


class Elsewhere(Said):
    """Something that could not be said in a channel, said to one person: `why` not there, in words."""

    channel: str
    why: str
    said: Words | Filed | Closed | CardNews | Answer | Assessment


Reply = (
    Elsewhere | Assessment | Words | Preview | Filed | Closed | CardNews | CardBehind | CardCaughtUp | Answer | Listing
)


class Conversation(Frozen):
    """The messages of a thread, oldest first, without the bot's own; `focus` is the one asked about, if it is there.

    `veiled` is the author of the focus where they opted out of being read.
    """

    place: Place
    messages: tuple[Message, ...]
    focus: Message | None
    by_bot: bool = False
    veiled: str = ""


StepState = Literal["in_progress", "complete", "error"]


class Live(Protocol):
    """An answer that people see while it is made. `step` and `write` return at once and never fail: what they say is
    shown within a second where the chat can, and otherwise with the end."""

    async def step(self, title: str, state: StepState) -> None:
        """A step of the work begins, or ended; steps are known by their titles."""
        ...

    async def write(self, piece: str) -> None:
        """More of the answer, in Markdown; it may come from a model, and is made harmless."""
        ...

    def cite(self, marks: Mapping[str, str]) -> None:
        """The addresses, made by our code, that marks such as [1] lead to; before anything is written."""
        ...

    async def finish(self, reply: Reply) -> str:
        """End as this reply; what was written stays where it is the beginning of it, and is replaced where not.

        May be repeated after TryAgain. Returns the message's ts.
        """
        ...

    async def stop(self, words: str) -> None:
        """End where it is, with these words of our code below what was written. May be repeated after TryAgain."""
        ...


class Chat(Protocol):
    """The one way out to people. Every method raises TryAgain for a passing fault, TellPerson for a final one."""

    async def read(self, place: Place, ts: str) -> Conversation:
        """The thread around message `ts` as it stands now; `focus` is None when that message is gone."""
        ...

    async def post(self, place: Place, reply: Reply, key: str) -> str:
        """Post once for each key, whatever fails on the way; returns the message's ts."""
        ...

    def live(self, place: Place, user: str, key: str) -> Live:
        """The answer under this key, shown while it is made; the same one for the same key, also after a crash."""
        ...

    async def remark(self, place: Place, reply: Words, key: str) -> None:
        """A word about work that takes long, once for each key: a step of its live answer, or a message of its own."""
        ...

    async def update(self, place: Place, ts: str, reply: Reply) -> None:
        """Replace what message `ts` shows."""
        ...

    async def posted(self, key: str) -> str:
        """The ts of the message posted under this key; empty when there is none."""
        ...

    async def whisper(self, place: Place, user: str, reply: Reply, reply_url: str = "") -> None:
        """Tell one person only; through `reply_url` where the bot is not in the channel."""
        ...

    async def tell(self, place: Place, user: str, reply: Reply, key: str) -> None:
        """Tell a person of that workspace in a direct message, once for each key: the last resort."""
        ...

    async def sign(self, place: Place, ts: str, *, working: bool) -> None:
        """Show, or stop showing, on message `ts` that the bot is at work on it."""
        ...

    async def fetch(self, place: Place, file: File) -> bytes:
        """The bytes of a file, FILE_LIMIT at most. A TellPerson's words are half a sentence: why it cannot be had."""
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

    async def close(self) -> None:
        """Let go of what is being shown; the next process goes on with it."""
        ...
