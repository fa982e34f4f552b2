"""What documents and commands of a snapshot lead to: names to look up, people to ask about, files to read."""

from collections.abc import Iterator, Sequence

from bot.core.document import DocumentTooLargeError, read_document, read_version, schema_of
from bot.core.model import Comment, Header, Opinion, Person, Snapshot, Unresolved
from bot.core.policy.commands import REGISTRY, Command, parse_commands
from bot.core.policy.imports import is_import
from bot.core.policy.kinds import schema_for, view_of

MOST_NAMED = 20
"""Files read along with one query; what more there is takes another one, or is left alone."""

_NAMING = frozenset({"request", "delegate"})
"""Commands that name somebody who is to sign."""

_SIGNING = frozenset({"approve", "withdraw"})


def headers_of(snapshot: Snapshot) -> list[tuple[str, Header]]:
    """Read the headers of both copies of every document; one that is too large has none."""
    found = []
    for change in snapshot.changes:
        schema = schema_of(view_of(snapshot, change.path).template)
        for file in (change.head, change.base):
            if file is not None and file.text is not None:
                try:
                    found.append((change.path, read_document(file.path, file.text, schema).header))
                except DocumentTooLargeError:
                    continue
    return found


def names_of(headers: Sequence[tuple[str, Header]], snapshot: Snapshot) -> list[str]:
    """Return every name that a seat may come from."""
    names: list[str] = []
    for change in snapshot.changes:
        settings = view_of(snapshot, change.path).configuration
        names += settings.reviewers
        names += [settings.reminders.escalate] if settings.reminders and settings.reminders.escalate else []
        schema = schema_for(snapshot, change.path)
        names += [one for section in schema.sections for one in section.owners]
    names += [one.text for _, header in headers for one in header.reviewers]
    names += [handle for _, header in headers for handle in header.author_handles]
    names += [one.label for one in snapshot.memory.asked]
    names += [one.label for one in snapshot.memory.heard]
    names += [one.subject.rpartition(",")[2] for one in snapshot.memory.commands if one.name in _NAMING]
    names += [
        one.argument.partition(" ")[0]
        for _, commands in calls_of(snapshot)
        for one in commands
        if one.name in _NAMING and one.argument
    ]
    return names + [event.subject.label for event in snapshot.request_events if event.own]


def reviewers_then(snapshot: Snapshot) -> list[str]:
    """Return the reviewers of the headers that were reviewed; ``snapshot``: with its history.

    Whoever of them has given an opinion keeps the seat, although the header may not name it any more.
    """
    reviewed = {one.commit for one in snapshot.reviews}
    found: dict[str, None] = {}
    for (sha, path), file in snapshot.history.items():
        if sha in reviewed and file is not None:
            then = read_version(file, schema_for(snapshot, path), path)
            found |= dict.fromkeys(one.text for one in then.header.reviewers) if then else {}
    return list(found)


def judges_of(headers: Sequence[tuple[str, Header]], snapshot: Snapshot) -> Iterator[Person]:
    """Return those whose permission decides.

    Who dismissed an objection; who gives a command, or presses a button, that rests on it, until that is on
    record; who signs by comment where nobody is named.
    """
    yield from _who_dismissed(snapshot)
    yield from _who_commands(snapshot)
    settled = {one.id for one in snapshot.memory.settled}
    yield from (Person(one.actor_id, one.actor) for one in snapshot.memory.pressed if one.id not in settled)
    if _may_be_anyones(headers, snapshot):
        yield from _who_signs(snapshot)


def _may_be_anyones(headers: Sequence[tuple[str, Header]], snapshot: Snapshot) -> bool:
    """Tell whether anyone who can push may sign a document: nobody is named for it, or nobody is left."""
    if any(one.name == "release" for _, commands in calls_of(snapshot) for one in commands):
        return True
    named = {
        path
        for path, header in headers
        if any(_is_somebody(snapshot, path, one.text) for one in header.reviewers)
    }
    return any(
        one.path not in named or is_import(view_of(snapshot, one.path).configuration, one)
        for one in snapshot.changes
    )


def _is_somebody(snapshot: Snapshot, path: str, name: str) -> bool:
    return not isinstance(view_of(snapshot, path).names.get(name.casefold()), Unresolved)


def _who_dismissed(snapshot: Snapshot) -> Iterator[Person]:
    """Return who dismissed an objection."""
    for one in snapshot.dismissals:
        if one.actor and not one.by_rule and one.was is Opinion.CHANGES_REQUESTED:
            yield one.actor


def _who_commands(snapshot: Snapshot) -> Iterator[Person]:
    """Return who has given a command that rests on a permission and is not on record."""
    recorded = {(one.kind, one.comment_id) for one in snapshot.memory.commands}
    for comment, commands in calls_of(snapshot):
        specs = [REGISTRY[one.name] for one in commands if one.name in REGISTRY]
        new = (comment.kind, comment.id) not in recorded
        if new and comment.author and any(spec.who.rests_on_permission for spec in specs):
            yield comment.author


def _who_signs(snapshot: Snapshot) -> Iterator[Person]:
    """Return who has signed by comment, on record or not."""
    for seen in snapshot.memory.commands:
        if seen.name in _SIGNING:
            yield Person(seen.actor_id, seen.actor)
    for comment, commands in calls_of(snapshot):
        if comment.author and any(one.name in _SIGNING for one in commands):
            yield comment.author


def calls_of(snapshot: Snapshot) -> Iterator[tuple[Comment, Sequence[Command]]]:
    """Return the comments of people that hold commands as they were written."""
    for comment in snapshot.comments:
        if comment.author and not comment.author.is_bot and not comment.own and not comment.edited:
            commands = parse_commands(comment.body)
            if commands:
                yield comment, commands


def is_readable(path: str) -> bool:
    """Tell whether a path that somebody wrote may be one of a document in the repository."""
    return path.endswith(".md") and not path.startswith(("..", "/"))
