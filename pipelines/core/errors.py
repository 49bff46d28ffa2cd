"""The two failures a pipeline may have, and that of a model, which it answers for; anything else is a bug.

LeadhandError
├── TryAgain     a passing fault: the step is repeated with back-off
├── TellPerson   final: the person who asked reads the words
│   └── Unsayable  what was to be said is refused for its form, wherever it is said
├── ModelFailed  the model's answer is of no use: the pipeline goes on without it
└── Refused      the process cannot start: the operator reads the words, exit status 2
"""

from __future__ import annotations


class LeadhandError(Exception):
    """Base of every failure that we foresee; its text is written for a person."""


class TryAgain(LeadhandError):
    """A passing fault outside; `after`: the seconds it asked us to wait; `sure`: nothing was done for certain."""

    def __init__(self, words: str, after: float = 0.0, *, sure: bool = False) -> None:
        super().__init__(words)
        self.words = words
        self.after = after
        self.sure = sure


class TellPerson(LeadhandError):
    """It will not work as asked; the words say why and what to do next."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class Unsayable(TellPerson):
    """What was to be said is refused for its form; the place is open, so there is nothing to wait for."""


class ModelFailed(LeadhandError):
    """The model answered, or refused to, and the answer is of no use; the same request would get no better one."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class Refused(LeadhandError):
    """The set-up is wrong; one plain sentence that says what to do."""
