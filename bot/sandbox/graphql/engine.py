"""Running a query: parse and validate once for each text, count, execute, report errors."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import Final

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    OperationDefinitionNode,
    build_schema,
    execute,
    get_operation_ast,
    parse,
    validate,
)

from bot.sandbox.errors import Refused
from bot.sandbox.graphql import (
    checks,
    commits,
    mutations,
    objects,
    people,
    pulls,
    query,
    repositories,
    said,
    timeline,
)
from bot.sandbox.graphql.context import Context
from bot.sandbox.graphql.cost import Cost
from bot.sandbox.graphql.fields import Resolver, plain, resolvers, snake, type_of
from bot.sandbox.http.call import Answer
from bot.sandbox.state.clock import iso

# Importing these modules registers their resolvers.
MODULES: Final = (checks, commits, mutations, objects, people, pulls, query, repositories, said, timeline)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A parsed text, or the errors that keep it from running."""

    document: DocumentNode | None
    errors: tuple[GraphQLError, ...]


QUEUE_FIELDS: Final = (
    ("PullRequest", "isInMergeQueue"),
    ("PullRequest", "isMergeQueueEnabled"),
    ("PullRequest", "mergeQueueEntry"),
    ("Repository", "mergeQueue"),
)
"""What an enterprise server does not have: a query that names one of them is refused whole."""


@functools.cache
def schema(*, enterprise: bool = False) -> GraphQLSchema:
    """Build the executable schema from `schema.graphql`, or what an enterprise server has of it."""
    text = resources.files("bot.sandbox").joinpath("schema.graphql").read_text("utf-8")
    built = build_schema(text)
    for named in built.type_map.values():
        if named.name.startswith("__"):
            continue
        if isinstance(named, GraphQLObjectType):
            for name, definition in named.fields.items():
                own = resolvers.get((named.name, name))
                definition.resolve = plain(name) if own is None else _adapt(own)
        elif isinstance(named, GraphQLInterfaceType | GraphQLUnionType):
            named.resolve_type = type_of
        elif isinstance(named, GraphQLScalarType) and named.name in SCALARS:
            named.serialize = SCALARS[named.name]  # type: ignore[assignment]  # graphql-core's own way
    for holder, name in QUEUE_FIELDS if enterprise else ():
        kind = built.type_map[holder]
        if isinstance(kind, GraphQLObjectType):
            del kind.fields[name]
    return built


def _adapt(resolver: Resolver) -> Resolver:
    def resolve(record: object, info: GraphQLResolveInfo, **args: object) -> object:
        return resolver(record, info.context, **{snake(name): args[name] for name in args})

    return resolve


def _moment(value: object) -> str:
    return iso(value) if isinstance(value, datetime) else str(value)


SCALARS: Final = {"BigInt": str, "DateTime": _moment, "GitTimestamp": _moment}


@functools.lru_cache(maxsize=512)
def prepare(text: str, *, enterprise: bool = False) -> Prepared:
    """Parse and validate a text; bots send the same few again and again."""
    try:
        document = parse(text)
    except GraphQLError as error:
        return Prepared(None, (error,))
    return Prepared(document, tuple(validate(schema(enterprise=enterprise), document)))


def operation_of(text: str, name: str | None) -> OperationDefinitionNode | None:
    """Return the operation that a request will run."""
    document = prepare(text).document
    return None if document is None else get_operation_ast(document, name)


def run(context: Context, text: str, variables: Mapping[str, object], name: str | None) -> Answer:
    """Run a query or mutation for a caller; the answer is 200 even with errors."""
    enterprise = context.services.enterprise
    prepared = prepare(text, enterprise=enterprise)
    if prepared.document is None or prepared.errors:
        return Answer({"errors": [_shown(error) for error in prepared.errors]})
    operation = operation_of(text, name)
    if operation is None:
        return Answer({"errors": [{"message": "An operation name is required"}]})
    try:
        defaults = {
            definition.variable.name.value: definition.default_value
            for definition in operation.variable_definitions
        }
        known = {**_values(defaults), **variables}
        cost = Cost(schema(enterprise=enterprise), prepared.document, known).measure(operation)
    except Refused as refusal:
        return Answer({"errors": [{"type": refusal.kind, "message": refusal.message}]})
    context.points, context.nodes = cost.points, cost.nodes
    try:
        context.services.limits.spend(context.actor.name, "graphql", cost.points)
    except Refused as refusal:  # unlike REST: 200 with an error
        return Answer({"errors": [{"type": "RATE_LIMITED", "message": refusal.message}]})
    result = execute(
        schema(enterprise=enterprise),
        prepared.document,
        context_value=context,
        variable_values=dict(variables),
        operation_name=name,
        is_awaitable=lambda _value: False,
    )
    if not isinstance(result, ExecutionResult):
        raise TypeError(result)
    answer: dict[str, object] = {"data": result.data}
    if result.errors:
        answer["errors"] = [_shown(error) for error in result.errors]
    return Answer(answer)


def _values(defaults: Mapping[str, object]) -> dict[str, object]:
    """Return the default values of variables that are plain."""
    return {
        name: getattr(node, "value", None)
        for name, node in defaults.items()
        if node is not None and hasattr(node, "value")
    }


def _shown(error: GraphQLError) -> dict[str, object]:
    """Write an error as GitHub does; anything that is no refusal is the sandbox's fault."""
    cause = error.original_error
    if cause is not None and not isinstance(cause, Refused | GraphQLError):
        raise cause
    shown: dict[str, object] = {"message": error.message}
    if isinstance(cause, Refused):
        shown["type"] = cause.kind
        shown["message"] = cause.message
    if error.path is not None:
        shown["path"] = error.path
    if error.locations:
        shown["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    return shown
