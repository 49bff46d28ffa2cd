"""Citations: where a quote stands, and the proof that it stands there."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from pipelines.core.chat import Citation
from pipelines.knowledge.asking import Found
from pipelines.knowledge.cutting import lines_of
from pipelines.knowledge.git import Source


def cite(found: Found, source: Source) -> Citation:
    """The citation of lines that were found, at the commit of the source."""
    path = found.passage.path
    return Citation(
        repository=source.name,
        commit=source.commit,
        path=path,
        first=found.first,
        last=found.last,
        quote=found.quote,
        url=file_address(source.web, source.commit, path, found.first, found.last),
    )


def file_address(web: str, commit: str, path: str, first: int = 0, last: int = 0) -> str:
    """The address of lines of a file on GitHub or GitLab; empty for a repository that has none."""
    if not web:
        return ""
    is_gitlab = "gitlab" in (urlsplit(web).hostname or "").split(".")
    lines = (f"#L{first}-{last}" if is_gitlab else f"#L{first}-L{last}") if first else ""
    return f"{web}{'/-' if is_gitlab else ''}/blob/{commit}/{quote(path)}{lines}"


async def holds(citation: Citation, source: Source) -> bool:
    """Whether the file, at the citation's commit, has exactly the quote at exactly these lines."""
    if citation.commit != source.commit or not 1 <= citation.first <= citation.last:
        return False
    data = await source.read(citation.path)
    if data is None:
        return False
    lines = lines_of(data.decode("utf-8", "replace").replace("\r\n", "\n"))
    return "\n".join(lines[citation.first - 1 : citation.last]) == citation.quote
