"""Takes secrets out of code before it is stored: literals alone, since code speaks of tokens and passwords all day."""

from __future__ import annotations

import re

HIDDEN = "[secret removed]"
_SHAPES = re.compile(
    r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{20,}"
    r"|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}|\bxox[a-z]-[\w-]{8,}|\bxapp-[\w-]{8,}|\bsk-[\w-]{16,}"
    r"|\b(?:[srp]k_(?:live|test)|whsec)_[A-Za-z0-9]{10,}|\bAIza[\w-]{30,}|\beyJ[\w-]{8,}\.[\w-]{8,}"
    r"|\bnpm_[A-Za-z0-9]{24,}|\bhf_[A-Za-z0-9]{24,}|[a-z][a-z0-9+.-]{1,30}://[^\s/:@'\"{}$<]{1,80}:[^\s/@'\"{}$<]{3,80}@"
)
_NAMED = re.compile(
    r"""(?imx) (?:passw(?:or)?d|passwd|passphrase|secret|token|api_?key|access_?key|private_?key|credential)\w{0,20}
    ["']? \s{0,3} (?: := | => | = | : ) \s{0,3} (?: (["'`]) ([^"'`\s]{8,200}) \1
    | ([^\s"'`(){}\[\]<>,;$]{8,200}) \s*$ )"""
)
_KEY_LINE = re.compile(r"^\s*[\"']?[A-Za-z0-9+/=]{60,}[\"',\\n]*\s*$")


def hide(text: str) -> str:
    """The text with each line that holds a secret replaced; the number of lines stays."""
    if not (_SHAPES.search(text) or _NAMED.search(text) or "PRIVATE KEY" in text):
        return text
    return "\n".join(HIDDEN if _is_secret(line) else line for line in text.split("\n"))


def _is_secret(line: str) -> bool:
    if _SHAPES.search(line) or _KEY_LINE.match(line):
        return True
    named = _NAMED.search(line)
    return bool(named) and _random(named[2] or named[3] or "")  # type: ignore[index]  # bool(named) says it is there


def _random(value: str) -> bool:
    """Letters and digits mixed, as nobody names a variable: `hunter2hunter2`, not `refresh_token`."""
    digits = sum(map(str.isdigit, value))
    return digits >= 2 and any(map(str.isalpha, value)) and "." not in value
