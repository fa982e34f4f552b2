"""The cost of a query, counted before it runs (docs.github.com/graphql, rate limits)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_directive_values,
    get_named_type,
    value_from_ast_untyped,
)
from graphql.type import (
    GraphQLIncludeDirective,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSkipDirective,
)

from bot.sandbox.errors import Refused

MOST_ROWS: Final = 100
MOST_NODES: Final = 500_000


@dataclass(slots=True)
class Cost:
    """Counts the connections a query opens and the nodes they may bring."""

    schema: GraphQLSchema
    document: DocumentNode
    variables: Mapping[str, object]
    requests: int = 0
    nodes: int = 0
    fragments: dict[str, FragmentDefinitionNode] = field(default_factory=dict)

    def measure(self, operation: OperationDefinitionNode) -> Cost:
        """Count an operation; raises `Refused` when it asks for too much."""
        self.fragments = {
            node.name.value: node
            for node in self.document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        root = self.schema.get_root_type(operation.operation)
        if root is not None:
            self._selections(operation.selection_set, root, 1)
        if self.nodes > MOST_NODES:
            raise Refused(
                422,
                f"This query requests up to {self.nodes:,} possible nodes which exceeds the "
                f"maximum limit of {MOST_NODES:,}.",
                kind="MAX_NODE_LIMIT_EXCEEDED",
            )
        return self

    @property
    def points(self) -> int:
        """What the query takes from the hour's points."""
        return max(1, round(self.requests / 100))

    def _selections(self, selections: SelectionSetNode | None, owner: GraphQLNamedType, times: int) -> None:
        for node in selections.selections if selections else ():
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                self._field(node, owner, times)
            elif isinstance(node, InlineFragmentNode):
                name = owner.name if node.type_condition is None else node.type_condition.name.value
                self._selections(node.selection_set, self.schema.type_map[name], times)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self.fragments[node.name.value]
                inner = self.schema.type_map[fragment.type_condition.name.value]
                self._selections(fragment.selection_set, inner, times)

    def _included(self, node: FieldNode | InlineFragmentNode | FragmentSpreadNode | object) -> bool:
        variables = dict(self.variables)
        skip = get_directive_values(GraphQLSkipDirective, node, variables)  # type: ignore[arg-type]  # every selection has directives
        include = get_directive_values(GraphQLIncludeDirective, node, variables)  # type: ignore[arg-type]  # the same
        return not (skip and skip["if"]) and (include is None or bool(include["if"]))

    def _field(self, node: FieldNode, owner: GraphQLNamedType, times: int) -> None:
        if not isinstance(owner, GraphQLObjectType | GraphQLInterfaceType):
            return
        definition = owner.fields.get(node.name.value)
        if definition is None:
            return
        inner = get_named_type(definition.type)
        if inner.name.endswith("Connection") and "first" in definition.args:
            rows = self._rows(node)
            self.requests += times
            self.nodes += times * rows
            times *= rows
        self._selections(node.selection_set, inner, times)

    def _rows(self, node: FieldNode) -> int:
        given = {
            argument.name.value: value_from_ast_untyped(argument.value, dict(self.variables))
            for argument in node.arguments
            if argument.name.value in ("first", "last")
        }
        given = {name: value for name, value in given.items() if value is not None}
        name = node.name.value
        if not given:
            raise Refused(
                422,
                f"You must provide a `first` or `last` value to properly paginate the `{name}` connection.",
                kind="MISSING_PAGINATION_BOUNDARIES",
            )
        bound, rows = next(iter(given.items()))
        if rows > MOST_ROWS:
            raise Refused(
                422,
                f"Requesting {rows} records on the `{name}` connection exceeds the `{bound}` "
                f"limit of {MOST_ROWS} records.",
                kind="EXCESSIVE_PAGINATION",
            )
        if rows < 0:
            raise Refused(
                422,
                f"`{bound}` on the `{name}` connection cannot be less than zero.",
                kind="INVALID_PAGINATION",
            )
        return int(rows)
