"""Takes secrets and mass mentions out of text before anything else sees it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable

REMOVED = "[secret removed]"

# Each shape with the words that it cannot be without: a look for them costs a hundredth of the search.
_SHAPED: tuple[tuple[str, str], ...] = (
    ("-----BEGIN", r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]{0,40}-----|\Z)"),
    ("AKIA ASIA AGPA AIDA AROA ANPA ANVA", r"\b(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA|ANVA)[0-9A-Z]{16}\b"),
    ("ghp_ gho_ ghu_ ghs_ ghr_", r"\bgh[pousr]_[A-Za-z0-9]{20,}"),
    ("github_pat_", r"\bgithub_pat_[A-Za-z0-9_]{20,}"),
    ("gl", r"\bgl(?:pat|dt|ft|rt|cbt|ptt|soat|imt|agent|oas)-[A-Za-z0-9_.-]{16,}"),
    ("xox", r"\bxox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,}"),
    ("xapp-", r"\bxapp-[A-Za-z0-9-]{8,}"),
    ("hooks.slack.com", r"\bhttps://hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{8,}"),
    ("sk-", r"\bsk-[A-Za-z0-9_-]{16,}"),
    ("k_live_ k_test_ whsec_", r"\b(?:[srp]k_(?:live|test)|whsec)_[A-Za-z0-9]{10,}"),
    ("AIza", r"\bAIza[0-9A-Za-z_-]{30,}"),
    ("ya29.", r"\bya29\.[0-9A-Za-z_-]{20,}"),
    ("GOCSPX-", r"\bGOCSPX-[0-9A-Za-z_-]{20,}"),
    ("SG.", r"\bSG\.[0-9A-Za-z_-]{16,}\.[0-9A-Za-z_-]{16,}"),
    ("npm_ hf_ dop_v1_ doo_v1_ shpat_ lin_api_", r"\b(?:npm|hf|dop_v1|doo_v1|shpat|lin_api)_[A-Za-z0-9]{24,}\b"),
    ("pypi-", r"\bpypi-[A-Za-z0-9_-]{32,}"),
    ("ATTA ATATT3", r"\bAT(?:TA|ATT3)[A-Za-z0-9_=-]{32,}"),
    ("eyJ", r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?"),
)
_SHAPES = tuple((tuple(signs.split()), re.compile(shape)) for signs, shape in _SHAPED)
_URL_PASSWORD = re.compile(r"(\b[a-zA-Z][a-zA-Z0-9+.-]{1,30}://[^\s/:@]{0,120}:)([^\s/@]{1,200})(?=@)")
_HEADER = re.compile(
    r"(?i)\b(authorization\s*[:=]\s*[\"']?(?:\w+\s+)?|bearer\s+"
    r"|x-api-key\s*[:=]\s*)([\w.~+/=-]{8,})"
)
_PAIR = re.compile(
    r"""(?ix)
    (?P<name>(?:password|passwort|passwd|pwd|passphrase|secret|api[ _-]?key|access[ _-]?key
        |private[ _-]?key|account[ _-]?key|token|credentials?)[\w-]{0,20}|\[secret[ ]removed\])
    (?P<mark>["']?\s{0,3}(?::=|=>|=|:|\bis\b)\s{0,3}["'`]?)
    (?P<value>[^\s"'`<>,;]{3,400})"""
)
_ASSIGNED = re.compile(r"((?<=\w)[\"']?\s{0,2}[=:]\s{0,2}[\"']?)([A-Za-z0-9+/_-]{20,400}={0,2})(?![\w./])")
_CARD = re.compile(r"(?<![\w.#-])[3-6]\d{3}(?:[ -]?\d){9,15}(?![\w-])")
_MENTION = re.compile(
    r"(?i)<!(channel|here|everyone|group)(?:\|[^>]{0,80})?>|<!subteam\^\w{1,20}(?:\|@?([^>]{0,80}))?>"
    r"|(?<![\w.])[@＠](channel|here|everyone|group)\b(?!\.\w)"
)
_PLAIN_WORDS_WORDS = (
    "required missing invalid incorrect wrong expired null none undefined empty field reset change error must "
    "true false not the removed "
)
_PLAIN_WORDS = frozenset(_PLAIN_WORDS_WORDS.split())


def mask(text: str) -> str:
    """Return `text` with each secret replaced by `[secret removed]` and each mass mention by `(word)`."""
    if _has(text, ("@", "＠", "<!")):
        text = _MENTION.sub(_bare_word, text)
    for signs, shape in _SHAPES:
        if _has(text, signs):
            text = shape.sub(REMOVED, text)
    text = _masked_values(text)
    return _CARD.sub(_masked_card, text)


def mask_address(address: str) -> str:
    """Return an address without what has the shape of a secret; its path and numbers are no secrets."""
    for signs, shape in _SHAPES:
        if _has(address, signs):
            address = shape.sub(REMOVED, address)
    return _URL_PASSWORD.sub(_keep_name, address)


def _masked_values(text: str) -> str:
    if "://" in text:
        text = _URL_PASSWORD.sub(_keep_name, text)
    # None of these words has an i: Turkish ones are the same to the patterns, not to casefold.
    folded = text.casefold()
    if _has(folded, ("author", "bearer", "key")):
        text = _HEADER.sub(_value_if(lambda name, value: _random_looking(value)), text)
    if _has(folded, ("pass", "pwd", "secret", "key", "token", "credent")):
        text = _PAIR.sub(_masked_pair, text)
    if _has(text, ("=", ":")):
        text = _ASSIGNED.sub(_value_if(lambda name, value: _high_entropy(value)), text)
    return text


def _has(text: str, signs: tuple[str, ...]) -> bool:
    for sign in signs:  # noqa: SIM110  # any() with a generator takes three times as long
        if sign in text:
            return True
    return False


def _bare_word(match: re.Match[str]) -> str:
    return f"({next((group for group in match.groups() if group), 'group')})"


def _keep_name(match: re.Match[str]) -> str:
    return match[1] + REMOVED


def _value_if(secret: Callable[[str, str], bool]) -> Callable[[re.Match[str]], str]:
    return lambda match: match[1] + REMOVED if secret(match[1], match[2]) else match[0]


def _masked_pair(match: re.Match[str]) -> str:
    name, mark, value = match["name"].lower(), match["mark"].strip(), match["value"]
    if value.startswith("[secret") or value.lower().rstrip(".!?") in _PLAIN_WORDS:
        return match[0]
    told_in_prose = mark.lower().startswith("is") or ("pass" not in name and "pwd" not in name and mark == ":")
    if told_in_prose and not _random_looking(value):
        return match[0]
    return match["name"] + match["mark"] + REMOVED


def _random_looking(value: str) -> bool:
    mixed = any(map(str.isdigit, value)) and any(map(str.isalpha, value))
    return mixed or len(value) >= 24 or any(char in "!$%^&*#" for char in value)


def _high_entropy(value: str) -> bool:
    kinds = (any(map(str.isdigit, value)), any(map(str.isupper, value)), any(map(str.islower, value)))
    wordy = sum(value.count(char) for char in "/_-") > 3
    return all(kinds) and not wordy and _entropy(value) >= 3.8


def _entropy(value: str) -> float:
    """Shannon entropy in bits per character."""
    shares = [count / len(value) for count in Counter(value).values()]
    return -sum(share * math.log2(share) for share in shares)


def _masked_card(match: re.Match[str]) -> str:
    digits = [int(char) for char in match[0] if char.isdigit()]
    return REMOVED if len(digits) <= 19 and _luhn(digits) else match[0]


def _luhn(digits: list[int]) -> bool:
    """ISO/IEC 7812-1 check digit: every second digit from the right doubled, nines cast out."""
    doubled = [digit if at % 2 == 0 else digit * 2 - 9 * (digit > 4) for at, digit in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0
