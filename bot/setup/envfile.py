"""The file `.env`: read, and changed line by line without touching what somebody else wrote in it."""

from __future__ import annotations

import io
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from pipelines.core.errors import Refused

PLAIN = re.compile(r"[\w./:@,+=~%&?-]*")
TAIL = re.compile(r"[^\S\r\n]+#[^\r\n]*$")


class EnvFile:
    """One `.env`. Each change reads the file anew and puts a whole new one in its place, for its owner alone."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def values(self) -> dict[str, str]:
        """What the file sets; the last line of a name counts. Raises Refused."""
        return {one.key: one.value or "" for one in self._bindings() if one.key and not one.error}

    def put(self, **values: str) -> None:
        """Set these and keep everything else: order, comments, names that nobody knows. Raises Refused."""
        bindings = self._bindings()
        last = {one.key: place for place, one in enumerate(bindings) if one.key in values and not one.error}
        lines = [
            _rewritten(one, values[str(one.key)]) if last.get(str(one.key)) == place else one.original.string
            for place, one in enumerate(bindings)
        ]
        text = "".join(lines)
        for name in (name for name in values if name not in last):
            text += ("" if not text or text.endswith("\n") else "\n") + f"{name}={_quoted(values[name])}\n"
        self._replace(text)

    def _bindings(self) -> list[Binding]:
        try:
            return list(parse_stream(io.StringIO(self.path.read_bytes().decode("utf-8"))))
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise Refused(f"{self.path} cannot be read ({reason}): move it away, or make it readable.") from None

    def _replace(self, text: str) -> None:
        # A link stays a link: the file that it leads to is replaced.
        target = self.path.resolve()
        fresh = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
        try:
            _write(fresh, text)
            fresh.replace(target)
        except OSError as error:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise Refused(f"{self.path} cannot be written ({error.strerror}): make its folder writable.") from None


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _rewritten(binding: Binding, value: str) -> str:
    """The line with another value: indentation, `export` and the remark behind it stay."""
    if binding.value == value:
        return binding.original.string
    line = binding.original.string
    end = line[len(line.rstrip("\r\n")) :]
    before = line[: line.index(str(binding.key))]
    return f"{before}{binding.key}={_quoted(value)}{_remark(binding, line.rstrip())}{end}"


def _remark(binding: Binding, line: str) -> str:
    found = TAIL.search(line)
    if not found:
        return ""
    without = next(iter(parse_stream(io.StringIO(line[: found.start()]))))
    return found[0] if without.value == binding.value else ""


def _quoted(value: str) -> str:
    if PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
