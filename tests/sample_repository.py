"""A repository with names and numbers that nobody has seen before, and questions that only its files can answer."""

from __future__ import annotations

import os
import random
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprtvz" for vowel in "aeiou"]


@dataclass(frozen=True)
class Question:
    """`path` and `marker` say where the answer stands; both empty when it stands nowhere."""

    text: str
    path: str = ""
    marker: str = ""


@dataclass
class Sample:
    """A repository made of random words."""

    folder: Path
    chance: random.Random
    used: set[str] = field(default_factory=set)
    questions: list[Question] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def word(self) -> str:
        while True:
            made = "".join(self.chance.choice(SYLLABLES) for _ in range(3)) + self.chance.choice("xqkn")
            if made not in self.used:
                self.used.add(made)
                return made

    def number(self) -> int:
        return self.chance.randrange(211, 9_900)

    def write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def asks(self, text: str, path: str = "", marker: str = "") -> None:
        self.questions.append(Question(text, path, marker))

    def commit(self, author: str, subject: str, day: int) -> str:
        when = f"2026-0{1 + day // 28}-{1 + day % 28:02}T10:00:00+00:00"
        who = {"NAME": author, "EMAIL": f"{author.split(maxsplit=1)[0].lower()}@example.com"}
        env = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in who.items()}
        env |= {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        git(self.folder, "add", "-A", **env)
        git(self.folder, "commit", "-q", "-m", subject, **env)
        return git(self.folder, "rev-parse", "HEAD").strip()


def git(folder: Path, *arguments: str, **env: str) -> str:
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "PATH": os.environ["PATH"]}
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env={**alone, **env}, check=True, capture_output=True, text=True
    )
    return done.stdout


def make_sample(folder: Path, seed: int) -> Sample:
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    sample = Sample(folder, random.Random(seed))  # noqa: S311  # not for secrets
    _fillers(sample)
    sample.commit("Uma Filler", "Add the modules", 1)
    _python(sample)
    sample.commit("Ada Client", f"Let the {sample.names['client']} client wait before it tries again", 2)
    _docs(sample)
    sample.commit("Bo Writer", "Describe operations", 3)
    _others(sample)
    sample.commit("Cy Script", "Add label, tariff and batches", 4)
    _nowhere(sample)
    return sample


def _fillers(sample: Sample) -> None:
    for _ in range(30):
        name, other = sample.word(), sample.word()
        sample.write(
            f"src/{name}/store.py",
            f'"""Keeps {name} rows."""\n\n\ndef load_{name}(path: str) -> list[str]:\n'
            f'    """Read the {other} rows."""\n    with open(path) as file:\n        return file.read().split()\n',
        )


def _python(s: Sample) -> None:
    a, b, c, d = (s.word() for _ in range(4))
    limit, pause, age = s.number(), s.number(), s.number()
    s.names |= {"client": a, "token": b, "error": c}
    path = f"src/{a}/client.py"
    filler = "\n\n".join(f"    def {s.word()}_{n}(self) -> int:\n        return {s.number()}" for n in range(12))
    s.write(
        path,
        f'"""Talks to the {a} server."""\n\nimport time\n\n{a.upper()}_RETRY_LIMIT = {limit}\n'
        f"PAUSE_MS = {pause}  # before the {a} client tries again\n\n\n"
        f'class {c.title()}Error(Exception):\n    """The {a} server closed the stream."""\n\n\n'
        f"class {a.title()}Client:\n{filler}\n\n"
        f"    def refresh_{b}(self, held: dict) -> str:\n"
        f'        """Swap the {b} token for a new one once it is older than {age} seconds."""\n'
        f'        if time.time() - held["made"] > {age}:\n            return self.issue(held)\n'
        f'        return held["value"]\n\n'
        f"    def revoke_all(self) -> None:\n"
        f'        """Sign every {d} device out."""\n        self.devices.clear()\n',
    )
    s.asks(f"What is the retry limit of the {a} client?", path, f"{a.upper()}_RETRY_LIMIT")
    s.asks(f"How many milliseconds does the {a} client pause before it tries again?", path, "PAUSE_MS")
    s.asks(f"How old may a {b} token get before it is refreshed?", path, f"older than {age}")
    s.asks(f"what does refresh_{b} return?", path, 'return held["value"]')
    s.asks(f"Which exception says that the {a} server closed the stream?", path, f"class {c.title()}Error")
    s.asks(f"Where are all {d} devices signed out?", path, "def revoke_all")


def _docs(s: Sample) -> None:
    a, b, c, d, e = (s.word() for _ in range(5))
    port, days = s.number(), s.number()
    s.names |= {"gateway": a}
    path = f"docs/{a}.md"
    s.write(
        path,
        f"# The {a} gateway\n\nIt stands before everything.\n\n## Ports\n\n"
        f"The {a} gateway listens on port {port}.\n\n"
        f"## Clearing the {b} cache\n\nStop the gateway, delete the folder `{c}`, start it again.\n\n"
        f"## Retention\n\nRows of the {d} archive are kept for {days} days, then removed.\n\n"
        f"## Alarms\n\nThe {e} alarm goes to the person on duty by text message.\n",
    )
    s.asks(f"Which port does the {a} gateway listen on?", path, f"port {port}")
    s.asks(f"How do I clear the {b} cache?", path, "Stop the gateway")
    s.asks(f"For how many days are {d} archive rows kept?", path, f"{days} days")
    s.asks(f"Who gets the {e} alarm?", path, "person on duty")


def _others(s: Sample) -> None:
    a, b, c, d = (s.word() for _ in range(4))
    width, rate, batch = s.number(), s.number(), s.number()
    s.names |= {"label": a}
    s.write(
        f"web/{a}.ts",
        f"export const MAX_WIDTH = {width};\n\n/** Shortens the {a} label so that it fits the badge. */\n"
        f"export function shorten{a.title()}Label(text: string): string {{\n"
        f"  return text.slice(0, MAX_WIDTH);\n}}\n",
    )
    s.write(
        f"cmd/{b}/tariff.go",
        f"package {b}\n\n// Night rides of the {b} plan cost this many cents.\nconst nightRate = {rate}\n\n"
        f"// {b.title()}Tariff adds the deposit when the rider has no {c} pass.\n"
        f"func {b.title()}Tariff(hours int, pass bool) int {{\n\tif !pass {{\n\t\treturn hours*nightRate + 50\n\t}}\n"
        f"\treturn hours * nightRate\n}}\n",
    )
    s.write(f"config/{d}.toml", f"[{d}]\nbatch_size = {batch}\nworkers = 3\n")
    s.asks(f"Where is the {a} label shortened?", f"web/{a}.ts", "export function")
    s.asks(f"How many cents do night rides of the {b} plan cost?", f"cmd/{b}/tariff.go", f"nightRate = {rate}")
    s.asks(f"When does {b.title()}Tariff add the deposit?", f"cmd/{b}/tariff.go", f"func {b.title()}Tariff")
    s.asks(f"what does shorten{a.title()}Label do?", f"web/{a}.ts", "export function")
    s.asks(f"What is the batch size of {d}?", f"config/{d}.toml", f"batch_size = {batch}")


def _nowhere(s: Sample) -> None:
    unseen, other = s.word(), s.word()
    s.asks(f"Which port does the {unseen} gateway listen on?")
    s.asks(f"What does refresh_{other} return?")
    s.asks(f"How is the {s.names['gateway']} gateway deployed to Kubernetes?")
    s.asks("Which GraphQL federation library do we use for the invoices?")
    s.asks(f"How many milliseconds does the {unseen} client pause before it tries again?")
