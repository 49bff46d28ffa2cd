"""How the playground says no: an error code of Slack's, or a control verb that cannot be done."""

from typing import Any


class Refused(Exception):
    """A Web API call that Slack would refuse: `code` is Slack's own, `extra` joins the answer."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra

    def answer(self) -> dict[str, Any]:
        """The body of the answer."""
        return {"ok": False, "error": self.code, **self.extra}


class Impossible(Exception):
    """A control verb that cannot be done: a short code, and plain words for a person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def answer(self) -> dict[str, Any]:
        """The body of the answer."""
        return {"ok": False, "error": self.code, "message": self.message}
