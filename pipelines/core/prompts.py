"""Prompts are files: `prompts/PIPELINE/STEP.md`, a system and a user part, rendered with named values."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment

FOLDER = Path(__file__).resolve().parents[1] / "prompts"
SYSTEM, USER = "## System\n", "\n## User\n"


class Prompt(NamedTuple):
    """A prompt, ready to be rendered. Values are put in as they are: a value never makes a part."""

    system: Template
    user: Template

    def render(self, **values: Any) -> tuple[str, str]:
        """The system and the user text. Raises jinja2.UndefinedError for a value that is not given."""
        return self.system.render(values).strip(), self.user.render(values).strip()


def load(pipeline: str, folder: Path = FOLDER) -> Mapping[str, Prompt]:
    """The prompts of a pipeline by step. Raises ValueError for a file without both parts, OSError where none are.

    A file without parts is one that others include; it is no step.
    """
    place = folder / pipeline
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(place), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    texts = {path.stem: path.read_text("utf-8") for path in sorted(place.glob("*.md"))}
    if not texts:
        raise FileNotFoundError(f"there are no prompts in {place}")
    return {step: _parsed(step, text, environment) for step, text in texts.items() if "## " in text}


def _parsed(step: str, text: str, environment: SandboxedEnvironment) -> Prompt:
    system, mark, user = text.partition(USER)
    if not system.startswith(SYSTEM) or not mark:
        raise ValueError(f"the prompt {step} needs the parts `## System` and `## User`")
    return Prompt(environment.from_string(system.removeprefix(SYSTEM)), environment.from_string(user))
