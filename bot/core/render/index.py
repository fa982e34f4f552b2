"""The table of all designs that ``tdd-bot index`` keeps in a README, and the graph of their links."""

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from bot.core.document.links import links_of
from bot.core.model import Document
from bot.core.policy.lifecycle import APPROVED, DRAFT, IN_REVIEW, SUPERSEDED
from bot.core.render.safe import counted, inline, listed

BEGIN: Final = "<!-- tdd-bot:index:begin -->"
END: Final = "<!-- tdd-bot:index:end -->"

_ORDER: Final = (IN_REVIEW, DRAFT, APPROVED, SUPERSEDED)
"""What asks for somebody's time comes first, what nobody follows any more last."""
_MOST_EDGES: Final = 200
"""GitHub draws at most 500 of a graph, and nobody reads as many."""
_LABEL: Final = 60
_NUMBER: Final = re.compile(r"\d{1,9}(?=\D|$)")
_PEOPLE: Final = 3
_NOT_IN_LABELS: Final = re.compile(r"[\"#;<>\[\]{}()|`\\]")


class MarkersError(ValueError):
    """The two markers are not there as they have to be; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A design in the index."""

    path: str
    """Relative to the README, with forward slashes."""
    number: str
    title: str
    status: str
    """As the template writes it; as written where it is none of those; ``""`` where there is none."""
    stage: str | None
    """Which of the lifecycle's four it stands for."""
    date: str
    authors: tuple[str, ...]
    successor: str | None
    """Path of the design that replaces it."""
    links: tuple[str, ...] = ()
    """Paths that its text links to."""


def entry_of(document: Document, path: str) -> Entry:
    """Return a document's row; ``path`` is relative to the README."""
    header = document.header
    name = posixpath.basename(path)
    number = _NUMBER.match(name)
    named = header.superseded_by
    return Entry(
        path=path,
        number=number[0] if number else "",
        title=_title(document.title or name.rpartition(".")[0]),
        status=header.status or header.status_raw or "",
        stage=header.stage,
        date=header.date.isoformat() if header.date else "",
        authors=header.authors,
        successor=_beside(path, named) if named else None,
        links=tuple(dict.fromkeys(_links(document, path))),
    )


def _title(title: str) -> str:
    return title.removeprefix("TDD:").strip() or title


def _links(document: Document, path: str) -> Iterator[str]:
    for link in links_of(document):
        if link.path:
            yield _beside(path, link.path)


def _beside(path: str, target: str) -> str:
    """Return where a target leads from a document, both relative to the README."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), target.split("#", 1)[0].strip()))


def render_index(entries: Sequence[Entry]) -> str:
    """Return what stands between the markers: how many there are, the table, and any graph."""
    ordered = sorted(entries, key=lambda one: (_rank(one), one.number.zfill(9), one.path))
    if not ordered:
        return "No designs yet.\n"
    lines = [
        _summary(ordered),
        "",
        "| Status | Design | Date | Authors |",
        "|---|---|---|---|",
        *(_row(one, ordered) for one in ordered),
    ]
    graph = _graph(ordered)
    if graph:
        lines += ["", *graph]
    return "\n".join(lines) + "\n"


def _rank(entry: Entry) -> tuple[int, str]:
    known = _ORDER.index(entry.stage) if entry.stage in _ORDER else len(_ORDER)
    return known, entry.status


def _summary(entries: Sequence[Entry]) -> str:
    statuses = dict.fromkeys(one.status for one in entries)
    said = [
        f"{sum(one.status == status for one in entries)} {inline(status) if status else 'without a status'}"
        for status in statuses
    ]
    return f"{counted(len(entries), 'design')}: {listed(said)}."


def _row(entry: Entry, entries: Sequence[Entry]) -> str:
    authors = [inline(one.removeprefix("@")) for one in entry.authors[:_PEOPLE]]
    more = ["others"] if len(entry.authors) > _PEOPLE else []
    status = inline(entry.status) or "–"
    successor = next((one for one in entries if one.path == entry.successor), None)
    if successor:
        status += f" by {_link(successor, successor.number or successor.title)}"
    people = listed([*authors, *more]) or "–"
    return f"| {status} | {_link(entry, _name(entry))} | {entry.date or '–'} | {people} |"


def _name(entry: Entry) -> str:
    return f"{entry.number} {entry.title}".strip()


def _link(entry: Entry, words: str) -> str:
    return f"[{inline(words)}]({quote(entry.path, errors='replace')})"


def _graph(entries: Sequence[Entry]) -> list[str]:
    """Return a Mermaid graph of what is replaced by what, and links where; nothing where there is none."""
    at = {entry.path: f"d{number}" for number, entry in enumerate(sorted(entries, key=lambda one: one.path))}
    edges = [(at[start], at[end], replaces) for start, end, replaces in _edges(entries)]
    if not edges:
        return []
    shown = edges[:_MOST_EDGES]
    used = {end for one in shown for end in one[:2]}
    lines = ["```mermaid", "graph LR"]
    lines += [f'  {at[one.path]}["{_mermaid(_name(one))}"]' for one in entries if at[one.path] in used]
    lines += [
        f"  {start} -->|superseded by| {end}" if replaces else f"  {start} -.-> {end}"
        for start, end, replaces in shown
    ]
    lines += ["```"]
    if len(edges) > len(shown):
        lines += ["", f"The graph leaves out {counted(len(edges) - len(shown), 'more link')}."]
    return lines


def _edges(entries: Sequence[Entry]) -> Iterator[tuple[str, str, bool]]:
    """Return from where, to where, and whether the second replaces the first; replacements come first."""
    paths = frozenset(one.path for one in entries)
    for replaces in (True, False):
        for entry in entries:
            successor = {entry.successor} if entry.successor else set[str]()
            targets = sorted(successor) if replaces else [one for one in entry.links if one not in successor]
            for target in targets:
                if target in paths and target != entry.path:
                    yield entry.path, target, replaces


def _mermaid(text: str) -> str:
    """Return a label that cannot end its quotes or begin markup."""
    line = _NOT_IN_LABELS.sub(" ", " ".join(text.split()))
    line = " ".join(line.split())
    return line if len(line) <= _LABEL else line[: _LABEL - 1].rstrip() + "…"


def place(readme: str, index: str) -> str:
    """Return a README with the index between its markers; nothing else in it changes.

    Raises:
        MarkersError: there is not exactly one pair of them, each on a line of its own.
    """
    lines = readme.splitlines(keepends=True)
    begins = [at for at, line in enumerate(lines) if line.strip() == BEGIN]
    ends = [at for at, line in enumerate(lines) if line.strip() == END]
    if len(begins) != 1 or len(ends) != 1 or begins[0] > ends[0]:
        raise MarkersError(
            f"put these two on lines of their own, once, where the table belongs: {BEGIN} {END}"
        )
    end_of_line = "\r\n" if lines[begins[0]].endswith("\r\n") else "\n"
    body = f"\n{index}\n".replace("\n", end_of_line)
    return "".join([*lines[: begins[0] + 1], body, *lines[ends[0] :]])


def fresh(index: str) -> str:
    """Return a README that holds nothing but the index."""
    return place(f"# Designs\n\n{BEGIN}\n{END}\n", index)
