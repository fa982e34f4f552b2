"""What a verdict leans on outside its pull request: files of the base branch, configuration, people."""

from collections.abc import Iterator
from typing import Final

from bot.core.document.paths import TEMPLATE_PATHS
from bot.core.model import Decision, Snapshot, Unresolved
from bot.core.model.topics import (
    Topic,
    branch_topic,
    file_topic,
    name_topic,
    number_topic,
    person_topic,
    shared_topic,
    team_topic,
)
from bot.core.policy.configuration import PATH

MOST: Final = 500
"""Of one pull request; what goes beyond is looked at with the next event."""


def leanings(snapshot: Snapshot, decision: Decision) -> frozenset[Topic]:
    """Return the topics on which this decision has to be made again when they change."""
    found = dict.fromkeys([*_everywhere(snapshot), *_of_documents(snapshot), *_of_people(snapshot, decision)])
    return frozenset(list(found)[:MOST])


def _everywhere(snapshot: Snapshot) -> Iterator[Topic]:
    default = snapshot.repository.default_branch
    yield branch_topic(snapshot.pull_request.base_ref)
    yield branch_topic(default)
    yield file_topic(default, PATH)
    yield shared_topic(PATH)
    yield from (file_topic(snapshot.pull_request.base_ref, one.path) for one in snapshot.cited if one.path)


def _of_documents(snapshot: Snapshot) -> Iterator[Topic]:
    if not snapshot.changes:
        return
    base, default = snapshot.pull_request.base_ref, snapshot.repository.default_branch
    settings = snapshot.configuration
    of_kinds = [one.configuration.template for one in settings.kinds if one.configuration.template]
    for path in (*((settings.template,) if settings.template else TEMPLATE_PATHS), *of_kinds):
        yield file_topic(default, path)
        yield shared_topic(path)
    for change in snapshot.changes:
        paths = [change.path, *([change.base.path] if change.base else [])]
        yield from (file_topic(base, path) for path in paths)
        number = number_topic(base, change.path)
        if change.head is not None and number:
            yield number
    yield from (file_topic(base, path) for path in snapshot.linked)


def _of_people(snapshot: Snapshot, decision: Decision) -> Iterator[Topic]:
    for state in (state for document in decision.documents for state in document.seats):
        kind, _, number = state.seat.key.partition(":")
        if kind == "team":
            yield team_topic(int(number))
        elif kind == "user":
            yield person_topic(int(number))
        yield from (person_topic(one.person.id) for one in state.signed)
        yield from (person_topic(one.person.id) for one in state.objections)
    for name, one in snapshot.names.items():
        if isinstance(one, Unresolved):
            yield name_topic(name.rpartition("/")[2])
