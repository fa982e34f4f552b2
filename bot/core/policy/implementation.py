"""The implementation gate: files whose change needs a design that is approved on the base branch.

The design is named in the pull request's description, on a line of its own: ``TDD: docs/tdd/0007-x.md``, as a
link to that file in this repository, or as ``TDD: #12``, a merged pull request that brought designs in.
Nothing else counts as named: no title, no branch name, no link in running text.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import unquote

from bot.core.document import read_version
from bot.core.document.paths import compile_globs
from bot.core.model import Implementation, NamedDesign, Snapshot, Verdict
from bot.core.policy.kinds import schema_for
from bot.core.policy.lifecycle import APPROVED, SUPERSEDED

MOST_NAMED: Final = 5
"""Designs in one description."""
_LONGEST_BODY: Final = 70_000
"""Characters; GitHub takes fewer."""
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_FENCE: Final = re.compile(r"^ {0,3}(?:```|~~~)")
_LINE: Final = re.compile(r"^\s{0,3}(?:[-*]\s{1,3})?\**TDD\**\s{0,3}:\**\s{0,9}(?P<names>\S.{0,2000})$")
_LINK: Final = re.compile(r"\[[^\]]{0,500}\]\(<?([^)<>\s]{1,1000})>?\)")
_COMMA: Final = re.compile(r",(?![^\[\]]{0,500}\])")
"""One between two names: not one in the words of a link."""
_NUMBER: Final = re.compile(r"#([1-9]\d{0,8})$")


@dataclass(frozen=True, slots=True)
class Citation:
    """A design as a description names it: a path, or the pull request that brought it in."""

    name: str
    """As written."""
    path: str = ""
    number: int = 0


def citations(body: str, repository_url: str, base: str = "") -> tuple[Citation, ...]:
    """Return what a description names, each once; code and HTML comments name nothing.

    Args:
        body: The description's Markdown.
        repository_url: ``https://HOST/OWNER/NAME``; a link elsewhere names nothing.
        base: The base branch: a link does not tell where a branch's name ends that has a slash.
    """
    lines = _COMMENT.sub("", body[:_LONGEST_BODY]).splitlines()
    found: dict[tuple[str, int], Citation] = {}
    fenced = False
    for line in lines:
        if _FENCE.match(line):
            fenced = not fenced
        named = None if fenced else _LINE.match(line)
        for name in _COMMA.split(named["names"]) if named else ():
            one = _citation(name.strip(), repository_url, base)
            found.setdefault((one.path, one.number), one)
    return tuple(found.values())[:MOST_NAMED]


def _citation(name: str, repository_url: str, base: str) -> Citation:
    link = _LINK.search(name)
    target = link[1] if link else name.strip("`<>*. ")
    prefix = f"{repository_url}/"
    if target.casefold().startswith(prefix.casefold()):
        kind, _, rest = target[len(prefix) :].partition("/")
        if kind == "pull":
            target = f"#{rest.partition('/')[0]}"
        elif kind in {"blob", "tree"}:
            # The branch is not looked at: what counts stands on the base branch.
            inside = rest.removeprefix(f"{base}/") if base else rest
            inside = rest.partition("/")[2] if inside == rest else inside
            target = inside.partition("#")[0].partition("?")[0]
    if number := _NUMBER.match(target):
        return Citation(name, number=int(number[1]))
    return Citation(name, path=unquote(target.partition("#")[0]).lstrip("/"))


def gated(globs: tuple[str, ...], paths: Iterable[str], documents: frozenset[str]) -> tuple[str, ...]:
    """Return the changed files that need a design; documents are judged themselves."""
    if not globs:
        return ()
    matcher = compile_globs(globs)
    return tuple(path for path in paths if path not in documents and matcher.match(path))


def implementation(snapshot: Snapshot) -> Implementation | None:
    """Judge the designs that the description names; None where no changed file needs one."""
    if not snapshot.gated:
        return None
    designs = tuple(_design(snapshot, one) for one in snapshot.cited)
    verdict = max((one.verdict for one in designs), default=Verdict.BLOCKED)
    return Implementation(snapshot.gated, designs, verdict)


def _design(snapshot: Snapshot, one: NamedDesign) -> NamedDesign:
    """Add the status at the base branch, and what follows from it."""
    document = read_version(one.file, schema_for(snapshot, one.path), one.path)
    if document is None:
        return one
    stage, status = document.header.stage or "", document.header.status or ""
    verdict = {APPROVED: Verdict.PASS, SUPERSEDED: Verdict.BLOCKED}.get(stage, Verdict.WAITING)
    return replace(one, status=status, verdict=verdict)
