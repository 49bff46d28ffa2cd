"""Decides which ability an arrival is for: by its door first, by its first words then."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType

import pipelines
from pipelines.core.asks import Triggers

LEAD_IN = re.compile(r"^(?:(?:please|pls|hey|hi|hello|can you|could you|would you)\b[\s,:!]*)+", re.IGNORECASE)
TRAIL_IN = re.compile(r"^[\s:,.;!–—-]+")
AFTERTHOUGHT = re.compile(
    r"^(?:please|pls|thanks|thank you|for me|to trello|on trello|on the board|:\w+:)[\s.!]*$", re.I
)


@dataclass(frozen=True)
class Route:
    """The ability, what it should do, and what is left of the text for it."""

    ability: str
    verb: str
    text: str = ""


def find_abilities() -> dict[str, ModuleType]:
    """Each module directly in `pipelines/`, by name: that folder's listing is the list of abilities."""
    names = sorted(found.name for found in pkgutil.iter_modules(pipelines.__path__) if not found.ispkg)
    return {name: importlib.import_module(f"pipelines.{name}") for name in names}


class Router:
    """A table from doors to abilities, made once from their TRIGGERS."""

    def __init__(self, abilities: Mapping[str, ModuleType]) -> None:
        self._triggers: dict[str, Triggers] = {name: module.TRIGGERS for name, module in abilities.items()}
        phrases = [(phrase, name, verb) for name, t in self._triggers.items() for phrase, verb in t.words.items()]
        self._phrases = sorted(phrases, key=lambda entry: -len(entry[0]))

    def mention(self, text: str) -> Route:
        """By the first words after the bot's name; anything else is a question."""
        text = text.strip()
        bare = LEAD_IN.sub("", text)
        if whole := self._by("exact", " ".join(bare.lower().split()).rstrip("!. "), ""):
            return whole
        for phrase, ability, verb in self._phrases:
            found = re.match(rf"{re.escape(phrase)}\b", bare, re.IGNORECASE)
            if found:
                return Route(ability, verb, _rest(bare[found.end() :]))
        if not text:
            return Route("help", "empty")
        return Route("qa", "answer", text) if "qa" in self._triggers else Route("help", "unknown", text)

    def command(self, name: str, text: str) -> Route:
        """By the slash command; one that nobody serves yet is answered as if it were said."""
        text = text.strip()
        first, _, rest = text.partition(" ")
        return (
            self._by("exact", f"{name} {text.lower()}".strip(), "")
            or self._by("commands", f"{name} {first.lower()}", rest.strip())
            or self._by("commands", name, text)
            or self.mention(f"{name.removeprefix('/')} {text}")
        )

    def reaction(self, name: str) -> Route | None:
        """By the emoji, skin tone aside; None for one that means nothing to us."""
        return self._by("reactions", name.partition("::")[0], "")

    def unreaction(self, name: str) -> Route | None:
        """By the emoji that was taken back."""
        return self._by("unreactions", name.partition("::")[0], "")

    def change(self, kind: str) -> Route | None:
        """By what happened to a message or a channel."""
        return self._by("changes", kind, "")

    def button(self, action_id: str) -> Route | None:
        """By the action id."""
        return self._by("buttons", action_id, "")

    def form(self, callback_id: str) -> Route | None:
        """By the callback id of a modal."""
        return self._by("forms", callback_id, "")

    def shortcut(self, callback_id: str) -> Route | None:
        """By the callback id of a message shortcut."""
        return self._by("shortcuts", callback_id, "")

    def continuation(self, topic: str, text: str) -> Route | None:
        """Who goes on with this topic: `question` or `draft`."""
        return self._by("continues", topic, text)

    def stopped(self) -> Route | None:
        """Who hears of Slack's own Stop."""
        return next((Route(name, t.stopped) for name, t in self._triggers.items() if t.stopped), None)

    def board(self) -> Route | None:
        """Who hears of cards that move."""
        return next((Route(name, t.board) for name, t in self._triggers.items() if t.board), None)

    def _by(self, door: str, word: str, text: str) -> Route | None:
        for name, triggers in self._triggers.items():
            verb = getattr(triggers, door).get(word)
            if verb:
                return Route(name, verb, text)
        return None


def _rest(text: str) -> str:
    text = TRAIL_IN.sub("", text).strip()
    return "" if AFTERTHOUGHT.match(text) else text
