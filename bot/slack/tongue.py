"""The bot's own words in a person's language: a table of sentences for each, looked up at the rim.

Everything inside speaks English, the language of the code. A catalog, `tongues/LANGUAGE.json`, maps each sentence that
code writes to its translation; `{name}` in both stands for whatever the code fills in there. What people, models and
repositories say is never looked up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib import resources
from typing import Any

from bot.slack.text import escape

Block = dict[str, Any]
PLACEHOLDER = re.compile(r"\{(\w+)\}")
# What may stand around a sentence in a line: a bullet, an emoji, the stars of bold, the underscores of italics.
AROUND = re.compile(r"^((?:[•*_]\s?|:[\w+-]+:\s|\d+\.\s)*)(.*?)([*_]*)$", re.DOTALL)
SEPARATOR = " · "
# A sentence within a sentence, as in "{words} I keep trying.", and that is all.
DEPTH = 2


class Catalog:
    """One language. An empty one says everything as it is."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        given = {**sentences, **{escape(english): escape(said) for english, said in sentences.items()}}
        self._is_empty = not given
        self._plain = {english: said for english, said in given.items() if not PLACEHOLDER.search(english)}
        self._filled = {english: said for english, said in given.items() if PLACEHOLDER.search(english)}

    @cached_property
    def _patterns(self) -> list[tuple[str, re.Pattern[str], str]]:
        """Those with most words of their own first: the closest sentence wins."""
        ordered = sorted(self._filled, key=lambda english: -len(PLACEHOLDER.sub("", english)))
        return [(_lead(english), _pattern(english), self._filled[english]) for english in ordered]

    def say(self, text: str, depth: int = DEPTH) -> str:
        """The sentence in this language; the text itself where the catalog does not know it."""
        if text in self._plain:
            return self._plain[text]
        if not depth:
            return text
        for lead, pattern, said in self._patterns:
            if text.startswith(lead) and (found := pattern.fullmatch(text)):
                filled = {name: self._fill(value, depth - 1) for name, value in found.groupdict().items()}
                return said.format_map(filled)
        return text

    def _fill(self, value: str, depth: int) -> str:
        """What code filled in: a sentence of its own, a list of words that are all ours, or somebody else's."""
        names = value.split(", ")
        said = [self.say(name, depth) for name in names]
        if len(names) > 1 and all(mine != name or name in self._plain for mine, name in zip(said, names, strict=True)):
            return ", ".join(said)
        return self.say(value, depth)

    def say_all(self, text: str) -> str:
        """A text of several lines. Under one of a ticket's own headings people's words stand: they stay."""
        if self._is_empty:
            return text
        whole = self.say(text)
        if whole != text:
            return whole
        head, *rest = text.split("\n")
        if not rest:
            return self._line(head)
        is_quoted = head.strip("*") in self._plain and head.startswith("*") and not rest[0].startswith("• ")
        return "\n".join([self._line(head), *(rest if is_quoted else self._lines(rest))])

    def _lines(self, lines: Sequence[str]) -> list[str]:
        said, in_code = [], False
        for line in lines:
            in_code = in_code != line.startswith("```")
            verbatim = in_code or line.startswith((">", "&gt;", "```"))
            said.append(line if verbatim else self._line(line))
        return said

    def _line(self, line: str) -> str:
        whole = self.say(line)
        if whole != line:
            return whole
        if SEPARATOR in line:
            return SEPARATOR.join(self._line(part) for part in line.split(SEPARATOR))
        around = AROUND.match(line)
        return f"{around[1]}{self.say(around[2])}{around[3]}" if around else line

    def show(self, node: Any) -> Any:
        """Blocks or a view with every text of ours in this language; ids, values and inputs stay as they are."""
        if self._is_empty:
            return node
        if isinstance(node, list):
            return [self.show(one) for one in node]
        if not isinstance(node, dict):
            return node
        if node.get("type") in {"mrkdwn", "plain_text"} and isinstance(node.get("text"), str):
            said = self.say_all(node["text"])
            return node | {"text": said}
        return {name: self.show(value) for name, value in node.items()}


ENGLISH = Catalog({})


def _lead(english: str) -> str:
    return english[: english.index("{")]


def _pattern(english: str) -> re.Pattern[str]:
    parts = PLACEHOLDER.split(english)
    texts = [re.escape(text) for text in parts[::2]]
    holes = [f"(?P<{name}>.+?)" for name in parts[1::2]]
    return re.compile("".join(text + hole for text, hole in zip(texts, [*holes, ""], strict=True)), re.DOTALL)


def languages() -> tuple[str, ...]:
    """The languages that the bot speaks, English first."""
    names = (file.name for file in resources.files("bot.slack").joinpath("tongues").iterdir())
    return ("en", *sorted(name.removesuffix(".json") for name in names if name.endswith(".json")))


def load(language: str) -> Catalog:
    """The catalog of a language; an empty one for English, and for a language that the bot does not speak."""
    if language not in languages() or language == "en":
        return Catalog({})
    file = resources.files("bot.slack").joinpath("tongues").joinpath(f"{language}.json")
    return Catalog(json.loads(file.read_text("utf-8")))


def language_of(locale: str) -> str:
    """`de` for `de-DE`; English for one that is not known."""
    name = locale.replace("_", "-").partition("-")[0].lower()
    return name if name in languages() else "en"
