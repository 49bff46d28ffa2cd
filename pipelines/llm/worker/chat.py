"""Writes a conversation as the model expects it; what people said never becomes one of the model's control marks."""

from __future__ import annotations

import json
import os
import resource
import secrets
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

RENDER_WITHIN = 5
RENDER_MEMORY = 1 << 30
CHATML = "<|im_start|>"


class NotRendered(Exception):
    """The template of the model file cannot be used."""


@dataclass(frozen=True)
class Message:
    """One turn of the conversation."""

    role: str
    content: str


@dataclass(frozen=True)
class Segment:
    """A stretch of the prompt; only one of `control` may hold control marks."""

    text: str
    control: bool


Writer = Callable[[Sequence[Message]], list[Segment]]


def writer(template: str) -> Writer:
    """How this model's file wants it: our own words for ChatML, else the file's template, rendered in a sandbox."""
    if not template or CHATML in template:
        return write_chatml
    return lambda messages: write_by_template(template, messages)


def write_chatml(messages: Sequence[Message]) -> list[Segment]:
    """The form of Qwen, SmolLM2 and many others; without the system words that their own templates would add."""
    segments = []
    for message in messages:
        segments += [
            Segment(f"<|im_start|>{message.role}\n", control=True),
            Segment(message.content, control=False),
            Segment("<|im_end|>\n", control=True),
        ]
    return [*segments, Segment("<|im_start|>assistant\n", control=True)]


def write_by_template(template: str, messages: Sequence[Message]) -> list[Segment]:
    """Render with a mark in place of each content, in a process with limits, and put the contents in afterwards.

    Raises NotRendered where the template fails, takes too long, or drops or doubles a message.
    """
    marks = [f"leadhand{secrets.token_hex(8)}" for _ in messages]
    turns = [{"role": message.role, "content": mark} for message, mark in zip(messages, marks, strict=True)]
    rest = _render_apart(json.dumps({"template": template, "messages": turns}))
    segments = []
    for message, mark in zip(messages, marks, strict=True):
        before, found, rest = rest.partition(mark)
        if not found:
            raise NotRendered("the model's own chat template leaves a message out")
        segments += [Segment(before, control=True), Segment(message.content, control=False)]
    return [*segments, Segment(rest, control=True)]


def _render_apart(job: str) -> str:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pipelines.llm.worker.chat"],
            input=job, capture_output=True, text=True, timeout=RENDER_WITHIN, check=False,
            env={"PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise NotRendered("the model's own chat template takes too long") from None
    if done.returncode:
        raise NotRendered(f"the model's own chat template fails: {done.stderr.strip()[-200:]}")
    return done.stdout


def render(template: str, messages: Sequence[dict[str, str]]) -> str:
    """Render in Jinja's sandbox. Raises TemplateError."""
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    environment.globals["raise_exception"] = _refuse
    return environment.from_string(template).render(
        messages=messages, add_generation_prompt=True, bos_token="", eos_token=""
    )


def _refuse(words: str) -> None:
    raise TemplateError(words)


def main() -> int:
    """Render the job on standard input, within the limits of this process."""
    resource.setrlimit(resource.RLIMIT_CPU, (RENDER_WITHIN, RENDER_WITHIN))
    resource.setrlimit(resource.RLIMIT_AS, (RENDER_MEMORY, RENDER_MEMORY))
    job = json.load(sys.stdin)
    try:
        sys.stdout.write(render(job["template"], job["messages"]))
    except (TemplateError, MemoryError) as error:
        sys.stderr.write(str(error))
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
