"""Logging to standard error, one line each, tokens never in it."""

from __future__ import annotations

import logging
import re
import sys

TOKENS = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+|ATTA\w{20,}|(?<=key=)[0-9a-f]{32}|(?<=token=)\w{32,}|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
)


class Redacted(logging.Formatter):
    """A line with the time, the level, the action if there is one, and no token."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; also a traceback is searched for tokens."""
        action = getattr(record, "action", record.name)
        short = f" id={record.id}" if hasattr(record, "id") else ""
        line = f"{self.formatTime(record)} {record.levelname.lower()} {action}{short} {super().format(record)}"
        return TOKENS.sub("[removed]", line)


def set_up(level: int = logging.INFO) -> None:
    """Log to standard error; other libraries only speak of trouble."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacted())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("bot").setLevel(level)
    # Bolt logs a forged body at INFO, and each unhandled event as a warning.
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)
    # The socket client prints a traceback for each failed reconnection; /readyz says it in a sentence.
    logging.getLogger("slack_socket").setLevel(logging.CRITICAL)
