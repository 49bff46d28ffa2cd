"""Ids, short links and moments as Trello writes them."""

import hashlib
import itertools
import secrets
import string
import time
from datetime import UTC, datetime, timedelta

ALPHABET = string.ascii_letters + string.digits


class Clock:
    """Moments that never repeat and never go back, so that `since` and ids order what happened."""

    def __init__(self) -> None:
        self._last = datetime.fromtimestamp(0, UTC)
        self._count = itertools.count()

    def now(self) -> str:
        """This moment in Trello's form, at least a millisecond after the one given before."""
        self._last = max(datetime.now(UTC), self._last + timedelta(milliseconds=1))
        return stamp(self._last)

    def after(self, moment: str) -> None:
        """Give only moments after this one from now on."""
        self._last = max(self._last, read_stamp(moment))

    def new_id(self) -> str:
        """24 hex digits: seconds, milliseconds, a counter, chance; ids made later compare greater."""
        now = time.time()
        return f"{int(now):08x}{int(now % 1 * 1000):03x}{next(self._count) % 0x100000:05x}{secrets.token_hex(4)}"


def fixed_id(what: str, moment: str) -> str:
    """The id of seeded data: its time of creation, then digits that depend on `what` alone."""
    digest = hashlib.sha256(what.encode()).hexdigest()
    return f"{int(read_stamp(moment).timestamp()):08x}{digest[:16]}"


def new_short_link() -> str:
    """Eight characters for a new card or board."""
    return "".join(secrets.choice(ALPHABET) for _ in range(8))


def fixed_short_link(what: str) -> str:
    """The eight characters of seeded data."""
    digest = hashlib.sha256(what.encode()).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:8])


def stamp(moment: datetime) -> str:
    """A moment as Trello writes it: UTC, milliseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_stamp(text: str) -> datetime:
    """The moment of an ISO 8601 text, UTC where it names no zone. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
