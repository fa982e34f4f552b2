"""Documents at the commits that opinions refer to: what a sign-off was given on."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.core.model import (
    CommandSeen,
    Comment,
    Commit,
    Dismissal,
    DocumentChange,
    File,
    Opinion,
    Review,
    Sha,
)
from bot.core.policy.authority import signed_commit
from bot.core.policy.commands import Command, parse_commands
from bot.github.blobs import At, Blobs, Place

MOST_COMMITS = 50
"""The newest ones: what was signed before them counts as stale."""

_OPINIONS = {Opinion.APPROVED, Opinion.CHANGES_REQUESTED}


def commits_referred_to(
    reviews: Iterable[Review],
    dismissals: Iterable[Dismissal],
    commands: Iterable[CommandSeen],
    comments: Iterable[Comment],
    commits: Sequence[Commit],
) -> tuple[Sha, ...]:
    """Return the commits that somebody has signed or objected to, latest opinion first."""
    was = {dismissal.review_id: dismissal.was for dismissal in dismissals}
    found = [
        (review.submitted_at, review.commit)
        for review in reviews
        if review.commit and (review.opinion in _OPINIONS or was.get(review.id) in _OPINIONS)
    ]
    found += [(command.at, command.signs) for command in commands if command.signs]
    found += [
        (comment.created_at, sha)
        for comment in comments
        if comment.author and not comment.author.is_bot
        for command in parse_commands(comment.body)
        if (sha := _seen_by(command, comment.created_at, commits))
    ]
    found.sort(key=lambda one: one[0], reverse=True)
    return tuple(dict.fromkeys(sha for _, sha in found))[:MOST_COMMITS]


def _seen_by(command: Command, at: datetime, commits: Sequence[Commit]) -> Sha | None:
    """Return the commit that whoever gives a command is taken to have read; None where it does not matter."""
    if command.name == "approve":
        return signed_commit(commits, at, command.argument)
    return signed_commit(commits, at, "") if command.name == "waive" else None


async def read_history(
    blobs: Blobs, place: Place, commits: Iterable[Sha], changes: Sequence[DocumentChange]
) -> Mapping[At, File | None]:
    """Return each document at each commit but the head; a commit that is out of reach has no entry.

    A document that the pull request has renamed is looked for under its old name too, and entered under its
    present one.
    """
    names = {change.path: tuple(dict.fromkeys((change.path, _old(change)))) for change in changes}
    wanted = [
        (sha, name) for sha in commits if sha != place.head for paths in names.values() for name in paths
    ]
    found = await blobs.kept(place.repository_id, wanted)
    missing: dict[Sha, list[str]] = {}
    for sha, name in wanted:
        if (sha, name) not in found:
            missing.setdefault(sha, []).append(name)
    if missing:
        fetched = await blobs.at_commits(place, missing)
        await blobs.keep(place.repository_id, fetched)
        found |= fetched
    return {
        (sha, path): next((file for name in paths if (file := found.get((sha, name)))), None)
        for sha in {sha for sha, _ in found}
        for path, paths in names.items()
        if all((sha, name) in found for name in paths)
    }


def _old(change: DocumentChange) -> str:
    return change.base.path if change.base else change.path
