"""Which function resolves which field, and which type a record is."""

from __future__ import annotations

import enum
import functools
import re
from collections.abc import Callable
from typing import Any, Final

from graphql import GraphQLResolveInfo

from bot.sandbox.graphql import views
from bot.sandbox.graphql.paging import Edge
from bot.sandbox.state.accounts import Account, App, Kind, Team
from bot.sandbox.state.check import CheckRun, CheckSuite
from bot.sandbox.state.pull import (
    IssueComment,
    PullRequest,
    QueueEntry,
    Reaction,
    Review,
    ReviewComment,
    ReviewRequest,
    TimelineEvent,
)
from bot.sandbox.state.repository import Label, Repository

# (type, field) -> function of (record, context, **arguments).
resolvers: Final[dict[tuple[str, str], Callable[..., Any]]] = {}
Resolver = Callable[..., Any]

TYPES: Final[dict[type, str]] = {
    Team: "Team",
    App: "App",
    Repository: "Repository",
    Label: "Label",
    PullRequest: "PullRequest",
    IssueComment: "IssueComment",
    Review: "PullRequestReview",
    ReviewComment: "PullRequestReviewComment",
    ReviewRequest: "ReviewRequest",
    Reaction: "Reaction",
    QueueEntry: "MergeQueueEntry",
    CheckRun: "CheckRun",
    CheckSuite: "CheckSuite",
    views.CommitAt: "Commit",
    views.BlobAt: "Blob",
    views.TreeAt: "Tree",
    views.RefAt: "Ref",
    views.PullCommit: "PullRequestCommit",
    views.Thread: "PullRequestReviewThread",
    views.Rule: "RepositoryRule",
}
ACCOUNTS: Final = {Kind.USER: "User", Kind.ORGANIZATION: "Organization", Kind.BOT: "Bot"}


def field(*names: str) -> Callable[[Resolver], Resolver]:
    """Register a resolver for fields written `Type.field`."""

    def keep(resolver: Resolver) -> Resolver:
        for name in names:
            owner, _, inner = name.partition(".")
            resolvers[owner, inner] = resolver
        return resolver

    return keep


def type_of(record: object, _info: GraphQLResolveInfo, _type: object) -> str | None:
    """Return the GraphQL type of a record that stands for an interface or a union."""
    if isinstance(record, Account):
        return ACCOUNTS[record.kind]
    if isinstance(record, TimelineEvent):
        return record.kind.value
    if isinstance(record, views.Remark):
        return "CheckAnnotation"
    if isinstance(record, dict):
        return str(record["__typename"])
    return TYPES.get(type(record))


@functools.cache
def snake(name: str) -> str:
    """Turn `fullDatabaseId` into `full_database_id`."""
    return re.sub(r"(?<=[a-z0-9])[A-Z]|(?<=[A-Z])[A-Z](?=[a-z])", r"_\g<0>", name).lower()


def plain(name: str) -> Callable[..., Any]:
    """Make the default resolver of a field: the record's attribute of that name."""
    attribute = {"id": "node_id", "databaseId": "id", "fullDatabaseId": "id"}.get(name, snake(name))

    def resolve(record: object, _info: GraphQLResolveInfo, **_args: object) -> object:
        if isinstance(record, dict):
            return record.get(name)
        if isinstance(record, Edge) and name in record.extra:
            return record.extra[name]
        value: object = getattr(record, attribute)
        if isinstance(value, Account) and value.deleted:
            return None
        return value.name if isinstance(value, enum.Enum) else value

    return resolve
