"""A model's Markdown, made harmless before Slack sees it: no mention, no link, no image, no secret is left in it.

Only links that our code made stay links: the marks `[1]` of an answer, whose addresses come beside the text. Any other
address is shown as code, which Slack neither links nor unfurls.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bot.slack.text import escape, link
from pipelines.drafting.mask import mask

BREAK = "\u200b"
# What a sentence of the unfinished line must leave behind before it is shown; a longer one is cut between words.
LONGEST_WAIT = 400
# So much of what was shown is read again with what comes: a secret is rarely longer, a key has its own marks.
WINDOW = 3_000

_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_TOKEN = re.compile(r"<(?=[@#!]|[a-zA-Z][a-zA-Z0-9+.-]*:)")
_CODE = re.compile(r"(`+)(?:(?!\1).)+?\1(?!`)")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\(\s*<?([^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)>?(?:\s+[\"'(][^()]*)?\)")
_ADDRESS = re.compile(
    r"<?\b(?:[a-zA-Z][a-zA-Z0-9+.-]{1,20}://|www\.|mailto:)[^\s<>|`\"]*[^\s<>|`\".,;:!?)\]'*_]>?"
    r"|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w./-])(?:[\w-]+\.)+(?:com|net|org|io|dev|ai|app|co|xyz|info|me|ru|cn|de|uk|example|link|site|online|top)\b"
    r"(?:[/:?#][^\s<>|`\"]*[^\s<>|`\".,;:!?)\]'*_])?"
)
_MARK = re.compile(r"(?<!\[)\[(\d{1,2})\](?![\[(\]])")
_MADE = re.compile(r"\[\[(\d{1,2})\]\]\(([^\s()]+)\)")
_SENTENCE = re.compile(r"[.!?:][\"')\]*_`]*\s+(?=\S)")
_SPACE = re.compile(r"\s+(?=\S)")

Policy = Callable[[str], bool]


def nowhere(address: str) -> bool:
    """The policy that links to nothing."""
    return False


def clean(text: str, marks: Mapping[str, str] | None = None, may_link: Policy = nowhere, fence: str = "") -> str:
    """The text, harmless. `marks` maps a number to the address that our code made for it.

    `fence` is the mark of a code fence that the text begins in.
    """
    done = []
    for line in _TOKEN.sub(f"<{BREAK}", mask(text)).splitlines(keepends=True):
        inside = fence
        fence = _fence_after(line, fence)
        done.append(line if inside or fence else _harmless(line, marks or {}, may_link))
    return "".join(done)


def _fence_after(line: str, fence: str) -> str:
    found = _FENCE.match(line)
    if not found:
        return fence
    if not fence:
        return "" if found[1][0] == "`" and "`" in line[found.end() :] else found[1]
    closes = found[1][0] == fence[0] and len(found[1]) >= len(fence) and not line[found.end() :].strip()
    return "" if closes else fence


def _harmless(line: str, marks: Mapping[str, str], may_link: Policy) -> str:
    """One line outside of fences: what stands in code there stays."""
    done, at = [], 0
    for code in _CODE.finditer(line):
        done += [_unlinked(line[at : code.start()], marks, may_link), code[0]]
        at = code.end()
    return "".join([*done, _unlinked(line[at:], marks, may_link)])


def _unlinked(text: str, marks: Mapping[str, str], may_link: Policy) -> str:
    def named(found: re.Match[str]) -> str:
        label, address = found[1].strip(), found[2]
        if may_link(address) and not found[0].startswith("!"):
            return found[0]
        return f"{label} {address}" if label and label != address else address

    def shown(found: re.Match[str]) -> str:
        address = found[0].strip("<>")
        return found[0] if may_link(address) else f"`{address}`"

    def cited(found: re.Match[str]) -> str:
        return f"[[{found[1]}]]({marks[found[1]]})" if marks.get(found[1]) else found[0]

    text = _LINK.sub(named, text)
    # A label of several lines or brackets escapes the pattern: without this pair nothing is a link.
    text = _ADDRESS.sub(shown, text).replace("](", f"]{BREAK}(").replace("]:", f"]{BREAK}:")
    return _MARK.sub(cited, text)


def mrkdwn(markdown: str) -> str:
    """Harmless Markdown in Slack's older markup, for where it knows no other."""
    done, fence = [], ""
    for line in markdown.splitlines(keepends=True):
        inside, fence = fence, _fence_after(line, fence)
        done.append(_code_line(line, inside, fence) if inside or fence else _marked(line))
    return "".join(done)


def _code_line(line: str, inside: str, fence: str) -> str:
    """A line of a fence; the fence itself has three backticks, and no name of a language."""
    if inside and fence:
        return escape(line)
    end = line[len(line.rstrip("\r\n")) :]
    return f"```{end}"


def _marked(line: str) -> str:
    line = re.sub(r"^[ \t]{0,3}#{1,6}[ \t]+(.*?)[ \t#]*$", r"**\1**", line.rstrip("\n")) + "\n" * line.endswith("\n")
    line = re.sub(r"^([ \t]*)[-*+][ \t]+", r"\1• ", line)
    done, at = [], 0
    for code in _CODE.finditer(line):
        done += [_styled(line[at : code.start()]), escape(code[0])]
        at = code.end()
    return "".join([*done, _styled(line[at:])])


def _styled(text: str) -> str:
    done, at = [], 0
    for made in _MADE.finditer(text):
        done += [_bold(text[at : made.start()]), link(made[2], f"[{made[1]}]")]
        at = made.end()
    return "".join([*done, _bold(text[at:])])


def _bold(text: str) -> str:
    return re.sub(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", r"*\2*", escape(text))


class Growing:
    """An untrusted text that grows: gives out what is settled, harmless; what may still change is held back."""

    def __init__(self, may_link: Policy = nowhere) -> None:
        self.marks: Mapping[str, str] = {}
        self._may_link = may_link
        self._raw = ""
        self._shown = ""
        self._fence = ""
        self._until = 0

    def feed(self, piece: str) -> str:
        """More of the text; what can be shown now."""
        self._raw += piece
        settled = _settled(self._raw)
        return self._show(settled) if settled > self._until else ""

    def close(self) -> str:
        """Nothing more comes; the rest."""
        return self._show(len(self._raw))

    def _show(self, until: int) -> str:
        shown = clean(self._raw[:until], self.marks, self._may_link, self._fence)
        new = shown[len(self._shown) :]
        self._shown = shown if new else self._shown
        self._until = until
        self._forget(until)
        return new

    def _forget(self, until: int) -> None:
        """Let go of what is long settled, at a line's end: a long answer is not read again and again."""
        at = self._raw.rfind("\n", 0, max(0, until - WINDOW // 2)) + 1
        if until < WINDOW or not at or "PRIVATE KEY" in self._raw[:at]:
            return
        for line in self._raw[:at].splitlines(keepends=True):
            self._fence = _fence_after(line, self._fence)
        self._raw, self._until = self._raw[at:], until - at
        self._shown = clean(self._raw[: until - at], self.marks, self._may_link, self._fence)


def _settled(text: str) -> int:
    """How much of the text nothing that comes can change: whole lines, and whole sentences of the last."""
    start = text.rfind("\n") + 1
    last = text[start:]
    borders = [found.end() for found in _SENTENCE.finditer(last) if _is_outside(last[: found.end()])]
    if not borders and len(last) > LONGEST_WAIT:
        spaces = [found.end() for found in _SPACE.finditer(last, 0, len(last) - LONGEST_WAIT // 4)]
        borders = [at for at in spaces if _is_outside(last[:at]) or len(last) > 4 * LONGEST_WAIT]
    # A secret may stand in several words, such as a card's number: it is not cut after a digit.
    borders = [at for at in borders if not last[:at].rstrip()[-1:].isdigit()]
    return start + (borders[-1] if borders else 0)


def _is_outside(text: str) -> bool:
    """Whether no code, link or name of a secret is open at the end."""
    return text.count("`") % 2 == 0 and text.rfind("[") <= text.rfind("]") and not text.rstrip().endswith((":", "="))
