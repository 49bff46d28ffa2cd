"""Reads a repository that may be hostile: nothing of its configuration is obeyed, nothing in it is run.

A path is read through an empty repository of our own that borrows its objects, so that no hook, filter, include or
remote of the original counts; a clone URL is fetched into one. Only plumbing that reads objects is used.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from pipelines.core.errors import LeadhandError

FILE_LIMIT = 400_000  # bytes of one file
FILES_LIMIT = 50_000
BATCH_LIMIT = 8_000_000  # bytes of blobs read at once
HISTORY_LIMIT = 5_000  # commits
ANSWER_WITHIN = 300.0
FETCH_WITHIN = 1_800.0
REACH_WITHIN = 30.0
REACHES = "https:http:ssh:git:file"
BRANCH = "refs/heads/leadhand"
_REGULAR = {"100644", "100755"}
_SAFE = (
    *("-c", "safe.directory=*", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"),
    *("-c", "core.attributesFile=/dev/null", "-c", "gc.auto=0", "-c", "maintenance.auto=false"),
    *("--no-pager", "--no-replace-objects", "--literal-pathspecs"),
)
_SCP = re.compile(r"^(?:[\w.-]+@)?([\w.-]+):(?!//)([^\s]+)$")


class RepositoryTrouble(LeadhandError):
    """A repository cannot be read; the words say which and why."""


@dataclass(frozen=True)
class Entry:
    """A regular file of the tree; `size` in bytes."""

    path: str
    blob: str
    size: int


@dataclass(frozen=True)
class Commit:
    """A commit and the paths it changed; `at` in seconds since 1970."""

    id: str
    author: str
    at: int
    subject: str
    body: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """A repository at one commit. `name` is what people call it, `web` begins the address of its files, or is empty."""

    name: str
    commit: str
    web: str
    git_dir: Path

    async def entries(self) -> list[Entry]:
        """The regular files of the tree, by path: no symlinks, no submodules. Raises RepositoryTrouble for too many."""
        listed = await _git(self.git_dir, "ls-tree", "-r", "-z", "-l", "--full-tree", self.commit)
        found = [entry for line in listed.split(b"\0") if line and (entry := _entry(line))]
        if len(found) > FILES_LIMIT:
            raise RepositoryTrouble(f"The repository {self.name} has more than {FILES_LIMIT:,} files.")
        return found

    async def blobs(self, entries: Sequence[Entry]) -> AsyncIterator[tuple[Entry, bytes]]:
        """The contents of these files, read in batches."""
        batch: list[Entry] = []
        for entry in entries:
            batch.append(entry)
            if sum(one.size for one in batch) > BATCH_LIMIT or len(batch) >= 500:
                for found in await self._batch(batch):
                    yield found
                batch = []
        for found in await self._batch(batch):
            yield found

    async def _batch(self, entries: Sequence[Entry]) -> list[tuple[Entry, bytes]]:
        if not entries:
            return []
        asked = "".join(f"{entry.blob}\n" for entry in entries).encode()
        answer = await _git(self.git_dir, "cat-file", "--batch", said=asked)
        found, at = [], 0
        for entry in entries:
            end = answer.index(b"\n", at)
            head = answer[at:end].split()
            if head[-1] == b"missing":
                raise RepositoryTrouble(f"The repository {self.name} lacks the contents of {entry.path}.")
            size = int(head[2])
            found.append((entry, answer[end + 1 : end + 1 + size]))
            at = end + 2 + size
        return found

    async def read(self, path: str) -> bytes | None:
        """A file's contents at the commit; None where there is no such regular file, or a huge one."""
        if path.startswith("/") or ".." in path.split("/"):
            return None
        listed = await _git(self.git_dir, "ls-tree", "-z", "-l", "--full-tree", self.commit, "--", path)
        entry = _entry(listed.partition(b"\0")[0]) if listed else None
        if entry is None or entry.path != path or entry.size > FILE_LIMIT:
            return None
        return await _git(self.git_dir, "cat-file", "blob", entry.blob)

    async def history(self, since: str = "") -> list[Commit]:
        """Commits and what they changed, newest first, no merges; only those after `since`, where that is known."""
        mark = secrets.token_hex(16)
        form = f"--format={mark}%x00%H%x00%an%x00%at%x00%s%x00%b%x00"
        wanted = [self.commit, f"^{since}"] if since and await self._has(since) else [self.commit]
        told = await _git(
            self.git_dir,
            *("log", "-z", f"-n{HISTORY_LIMIT}", "--no-merges", "--name-only", "--no-renames", "--no-mailmap"),
            *("--no-show-signature", "--no-ext-diff", "--no-textconv", "--no-notes", form, *wanted, "--"),
        )
        return [_commit(record) for record in told.decode("utf-8", "replace").split(mark)[1:]]

    async def _has(self, commit: str) -> bool:
        try:
            await _git(self.git_dir, "cat-file", "-e", f"{commit}^{{commit}}")
        except RepositoryTrouble:
            return False
        return True


async def open_source(place: str, folder: Path) -> Source:
    """The repository at a path or clone URL, as it stands; ours are kept in `folder`. Raises RepositoryTrouble."""
    if is_address(place):
        return await _fetch(place, folder)
    return await _borrow(_folder(place), folder)


async def reach(place: str) -> None:
    """Try the repository at a path or clone URL; nothing is kept. Raises RepositoryTrouble where it cannot be read."""
    try:
        if is_address(place):
            asked = ("ls-remote", "--quiet", "--exit-code", "--", place, "HEAD")
            await _git(None, *asked, reaches=REACHES, within=REACH_WITHIN)
        else:
            where = _folder(place)
            await _ask(where, "rev-parse", "--verify", "--end-of-options", "HEAD^{commit}")
    except FileNotFoundError:
        raise RepositoryTrouble("git is missing on this machine: install it.") from None
    except RepositoryTrouble as trouble:
        if "git " not in str(trouble):
            raise
        raise RepositoryTrouble(f"{shown(place)} is no git repository with a commit that can be read here.") from None


def _folder(place: str) -> Path:
    where = Path(place).expanduser()
    if not where.is_dir():
        raise RepositoryTrouble(f"There is no folder {place}.")
    return where.resolve()


def is_address(place: str) -> bool:
    """Whether this is a clone URL rather than a path."""
    return "://" in place or (bool(_SCP.match(place)) and not Path(place).exists())


async def _borrow(where: Path, folder: Path) -> Source:
    try:
        commit = await _ask(where, "rev-parse", "--verify", "--end-of-options", "HEAD^{commit}")
    except RepositoryTrouble:
        raise RepositoryTrouble(f"{where} is not a git repository with a commit.") from None
    git_dir = await _make(folder, where.name, str(where), await _ask(where, "rev-parse", "--show-object-format"))
    objects = (where / await _ask(where, "rev-parse", "--git-path", "objects")).resolve()
    (git_dir / "objects" / "info" / "alternates").write_text(f"{objects}\n", "utf-8")
    shallow = where / await _ask(where, "rev-parse", "--git-path", "shallow")
    (git_dir / "shallow").unlink(missing_ok=True)
    if shallow.is_file():
        shutil.copyfile(shallow, git_dir / "shallow")
    config = where / await _ask(where, "rev-parse", "--git-path", "config")
    return Source(where.name, commit, web_address(await _remote(where, config)), git_dir)


async def _remote(where: Path, config: Path) -> str:
    try:
        return await _ask(where, "config", "--no-includes", "--file", str(config), "--get", "remote.origin.url")
    except RepositoryTrouble:
        return ""


async def _fetch(address: str, folder: Path) -> Source:
    name = re.split(r"[/:]", address.rstrip("/"))[-1].removesuffix(".git") or "repository"
    git_dir = await _make(folder, name, address, "sha1")
    try:
        await _git(
            git_dir,
            *("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--force"),
            *("--", address, f"+HEAD:{BRANCH}"),
            reaches=REACHES,
            within=FETCH_WITHIN,
        )
    except RepositoryTrouble:
        raise RepositoryTrouble(f"{shown(address)} cannot be fetched.") from None
    commit = (await _git(git_dir, "rev-parse", "--verify", f"{BRANCH}^{{commit}}")).decode().strip()
    return Source(name, commit, web_address(address), git_dir)


async def _make(folder: Path, name: str, place: str, form: str) -> Path:
    """An empty bare repository of our own, one for each place."""
    digest = hashlib.sha256(shown(place).encode()).hexdigest()[:8]
    git_dir = folder / f"{re.sub(r'[^A-Za-z0-9._-]', '-', name)}-{digest}.git"
    if not (git_dir / "HEAD").is_file():
        git_dir.mkdir(parents=True, exist_ok=True)
        await _git(git_dir, "init", "--quiet", "--bare", "--template=", f"--object-format={form}", str(git_dir))
    (git_dir / "objects" / "info").mkdir(parents=True, exist_ok=True)
    return git_dir


def shown(address: str) -> str:
    """A clone URL without user and password."""
    parts = urlsplit(address) if "://" in address else None
    if parts is None or "@" not in parts.netloc:
        return address
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def web_address(remote: str) -> str:
    """Where a browser finds the repository, for hosts whose addresses of files we know; else empty."""
    scp = _SCP.match(remote)
    parts = urlsplit(shown(remote)) if "://" in remote else None
    host, path = (parts.hostname or "", parts.path) if parts else (scp[1], scp[2]) if scp else ("", "")
    path = path.strip("/").removesuffix(".git")
    if not re.fullmatch(r"[A-Za-z0-9.-]+", host) or "/" not in path or not {"github", "gitlab"} & set(host.split(".")):
        return ""
    return f"https://{host}/{quote(path)}"


def _entry(line: bytes) -> Entry | None:
    """A line of ls-tree; None for what is no regular file, or whose name is no decent text."""
    head, _, name = line.partition(b"\t")
    mode, _, blob, size = head.decode("ascii").split()
    try:
        path = name.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return Entry(path, blob, int(size)) if mode in _REGULAR and path.isprintable() else None


def _commit(record: str) -> Commit:
    _, name, author, at, subject, body, *rest = record.split("\0")
    files = tuple(path.lstrip("\n") for path in rest if path.strip())
    return Commit(name, author, int(at), subject, body.strip()[:2000], files)


async def _ask(where: Path, *arguments: str) -> str:
    """A question to the original itself: where its parts are. No command of this kind runs anything."""
    return (await _git(None, "-C", str(where), *arguments)).decode("utf-8", "surrogateescape").rstrip("\n")


async def _git(
    git_dir: Path | None, *arguments: str, said: bytes = b"", reaches: str = "none", within: float = ANSWER_WITHIN
) -> bytes:
    """What git answers. Raises RepositoryTrouble when it fails or takes too long."""
    where = [f"--git-dir={git_dir}"] if git_dir is not None else []
    process = await asyncio.create_subprocess_exec(
        *("git", *_SAFE, *where, *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=_surroundings(reaches),
    )
    try:
        answer, _ = await asyncio.wait_for(process.communicate(said), within)
    except TimeoutError:
        raise RepositoryTrouble("git takes too long.") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise RepositoryTrouble(f"git {arguments[0]} failed with status {process.returncode}.")
    return answer


def _surroundings(reaches: str) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.environ.get("HOME", "/"),
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": reaches,
        "GIT_SSH_COMMAND": "ssh -oBatchMode=yes",
    }
