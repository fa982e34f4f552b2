"""Valid values with defaults, built once; a test bends one thing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.builtin import template
from bot.core.model import (
    App,
    Comment,
    CommentKind,
    Commit,
    DocumentChange,
    File,
    Login,
    Memory,
    NodeId,
    Opinion,
    Person,
    PullRequest,
    Repository,
    Resolution,
    Review,
    Sha,
    Snapshot,
    Team,
)

NOW: Final = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PATH: Final = "docs/tdd/0007-price-cache.md"
MARKER = "<!-- tdd-bot:checklist -->"
"""What the comment of an app that is called as usual begins with."""

ALICE: Final = Person(1, Login("alice"))
BOB: Final = Person(2, Login("bob"))
CAROL: Final = Person(3, Login("carol"))
DANA: Final = Person(4, Login("dana"))
ERIN: Final = Person(5, Login("erin"))
MALLORY: Final = Person(6, Login("mallory"))

APP: Final = App(77, "tdd-bot")
BOT: Final = Person(99, APP.login, is_bot=True)

HEAD: Final = Sha("b" * 40)
BEFORE: Final = Sha("a" * 40)


def ago(**kwargs: float) -> datetime:
    """Return the time that long before ``NOW``."""
    return NOW - timedelta(**kwargs)


def team(number: int, slug: str, *members: Person, auto_assigns: bool = False) -> Team:
    """Return a team of acme."""
    return Team(number, f"acme/{slug}", {one.id: one.login for one in members}, auto_assigns=auto_assigns)


TEAMS: Final[Mapping[str, Resolution]] = {
    "eng-lead": team(11, "eng-lead", BOB),
    "security-team": team(12, "security-team", DANA, ALICE),
    "infrastructure": team(13, "infrastructure", CAROL),
}


def design(
    status: str = "In-Review",
    reviewers: str = "@eng-lead, @security-team, @infrastructure",
    *,
    without: tuple[str, ...] = (),
    bodies: Mapping[str, str] | None = None,
    header: str = "",
) -> str:
    """Return a complete design; ``without`` and ``bodies`` name sections of the template by number."""
    lines = [
        "# TDD: Price cache",
        "",
        "**Author:** Alice Example (@alice)",
        f"**Status:** {status}",
        "**Date:** 2026-11-20",
        f"**Reviewers:** {reviewers}",
        *([header] if header else []),
        "",
        "---",
        "",
    ]
    for heading in (line for line in template().splitlines() if line.startswith("##")):
        number = heading.lstrip("# ").split()[0].rstrip(".")
        if number in without:
            continue
        leaf = "." in number or number in {"1", "6", "7"}
        body = (bodies or {}).get(number, f"The decision for part {number} is written here." if leaf else "")
        lines += [heading, "", *([body, ""] if body else [])]
    return "\n".join(lines)


def change(head: str | None, base: str | None = None, path: str = PATH) -> DocumentChange:
    """Return a document as the pull request changes it, from its text at the head and at the base."""
    return DocumentChange(path, _file(path, head), _file(path, base))


def _file(path: str, text: str | None) -> File | None:
    return None if text is None else File(path, len(text.encode()), text)


def commit(sha: Sha = HEAD, author: Person = ALICE, *, parents: int = 1, minutes: float = 60) -> Commit:
    """Return a commit whose check suite appeared that many minutes before ``NOW``."""
    return Commit(sha, author.id, author.id, parents, ago(minutes=minutes))


def review(
    person: Person,
    opinion: Opinion = Opinion.APPROVED,
    *,
    number: int = 1,
    commit: Sha | None = HEAD,
    minutes: float = 30,
    body: str = "",
    writer: bool = True,
) -> Review:
    """Return a review of the head by ``person``."""
    return Review(
        id=number,
        node_id=NodeId(f"PRR_{number}"),
        opinion=opinion,
        author=person,
        commit=commit,
        submitted_at=ago(minutes=minutes),
        body=body,
        url=f"https://github.example/acme/shop/pull/7#pullrequestreview-{number}",
        edited=False,
        writer=writer,
    )


def comment(
    person: Person,
    body: str,
    *,
    number: int = 500,
    minutes: float = 20,
    edited: bool = False,
    kind: CommentKind = CommentKind.THREAD,
    reactions: frozenset[str] = frozenset(),
) -> Comment:
    """Return a comment in the thread."""
    return Comment(
        id=number,
        node_id=NodeId(f"IC_{number}"),
        kind=kind,
        author=person,
        own=person == BOT,
        created_at=ago(minutes=minutes),
        edited=edited,
        body=body,
        url=f"https://github.example/acme/shop/pull/7#issuecomment-{number}",
        reactions=reactions,
    )


def pull_request(**changes: object) -> PullRequest:
    """Return an open pull request number 7 of alice into main."""
    base = PullRequest(
        number=7,
        url="https://github.example/acme/shop/pull/7",
        open=True,
        merged=False,
        draft=False,
        locked=False,
        author=ALICE,
        base_ref="main",
        head_sha=HEAD,
        title="Design of the price cache",
        total_files=1,
    )
    return replace(base, **changes)  # type: ignore[arg-type] # the test names fields of PullRequest


def snapshot(*changes: DocumentChange, **fields: object) -> Snapshot:
    """Return a snapshot of acme/shop#7 with these documents, its teams known and nothing said yet."""
    base = Snapshot(
        now=NOW,
        app=APP,
        repository=Repository(42, "acme", "shop", in_organization=True, default_branch="main"),
        pull_request=pull_request(),
        template=template(),
        changes=changes,
        commits=(commit(),),
        names=TEAMS,
        memory=Memory(paths=tuple(one.path for one in changes)),
    )
    return replace(base, **fields)  # type: ignore[arg-type] # the test names fields of Snapshot
