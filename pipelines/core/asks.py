"""What people ask for, after the door it came through is forgotten."""

from __future__ import annotations

from pydantic import Field

from pipelines.core.tickets import Frozen


class Place(Frozen):
    """Where a conversation is: `thread_ts` is the root message's ts, empty for the channel itself."""

    team: str
    channel: str
    thread_ts: str = ""


class Ask(Frozen):
    """One thing asked of the bot.

    `key` is unique to the ask however often it is delivered. `verb` is what an ability should do. `ts` is the
    message that it is about, `asked_ts` the message that asks, `at` when it was asked (seconds since 1970).
    `value` is what a button carried, `values` what a form held. `openly` says that the answer belongs in the
    thread, not in the asker's ear; `reply_url` answers a command or a shortcut where the bot may not post.
    `bot` are the ids of a bot that asks, its app's among them; `home` is the workspace that the asker belongs to, where
    the chat said so. `earlier` is what was asked before in the same talk, oldest first, where this goes on from there.
    `amends` is the key of the ask whose words were edited into these; `emoji` the reaction that asked.
    """

    key: str
    verb: str
    place: Place
    user: str
    ts: str = ""
    asked_ts: str = ""
    at: float = 0.0
    text: str = ""
    value: str = ""
    values: dict[str, str] = Field(default_factory=dict)
    openly: bool = False
    reply_url: str = ""
    bot: tuple[str, ...] = ()
    home: str = ""
    earlier: tuple[str, ...] = ()
    amends: str = ""
    emoji: str = ""


class Triggers(Frozen):
    """The doors of an ability: each door's word mapped to the verb it asks for.

    `words` are the first words of a mention, `exact` the whole of one, or of a slash command with what follows it,
    `commands` slash commands, with the first word after them where that counts, `reactions` emoji names, `buttons`
    action ids, `forms` callback ids of modals, `shortcuts` callback ids of message shortcuts, `board` the verb for a
    card that moved, `stopped` the one for Slack's own Stop, `continues` what a message without a mention goes on with:
    `question` or `draft`.
    `unreactions` are emoji that somebody took back, `changes` what happens to messages.
    """

    words: dict[str, str] = Field(default_factory=dict)
    exact: dict[str, str] = Field(default_factory=dict)
    commands: dict[str, str] = Field(default_factory=dict)
    reactions: dict[str, str] = Field(default_factory=dict)
    buttons: dict[str, str] = Field(default_factory=dict)
    forms: dict[str, str] = Field(default_factory=dict)
    shortcuts: dict[str, str] = Field(default_factory=dict)
    board: str = ""
    stopped: str = ""
    continues: dict[str, str] = Field(default_factory=dict)
    unreactions: dict[str, str] = Field(default_factory=dict)
    changes: dict[str, str] = Field(default_factory=dict)


class Outcome(Frozen):
    """How an ask ended: a word for the records and the reason, which people may read."""

    word: str
    reason: str = ""
