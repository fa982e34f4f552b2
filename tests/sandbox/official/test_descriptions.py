"""The sandbox held against GitHub's own descriptions of its API."""

import re
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    parse,
    validate,
)

import bot.sandbox
from bot.sandbox.graphql.fields import resolvers
from bot.sandbox.rest import router
from tests.sandbox.official.descriptions import GRAPHQL, REASON, missing, template_of

pytestmark = pytest.mark.skipif(missing(), reason=REASON)
QUERIES = sorted((Path(bot.sandbox.__file__).parents[1] / "github" / "queries").glob("*.graphql"))
OWN = Path(bot.sandbox.__file__).with_name("schema.graphql")


@pytest.fixture(scope="module")
def whole() -> GraphQLSchema:
    """GitHub's whole schema."""
    return build_schema(GRAPHQL.read_text("utf-8"), assume_valid=True)


@pytest.fixture(scope="module")
def part() -> GraphQLSchema:
    """The sandbox's schema."""
    return build_schema(OWN.read_text("utf-8"))


def _field_faults(owner: str, name: str, ours: GraphQLField, theirs: GraphQLField | None) -> list[str]:
    if theirs is None:
        return [f"{owner}.{name} does not exist"]
    faults = []
    if str(ours.type) != str(theirs.type):
        faults.append(f"{owner}.{name}: {ours.type} is {theirs.type}")
    for argument, given in ours.args.items():
        real = theirs.args.get(argument)
        if real is None or str(real.type) != str(given.type) or real.default_value != given.default_value:
            faults.append(f"{owner}.{name}({argument}:) differs")
    faults += [
        f"{owner}.{name}({argument}:) is mandatory"
        for argument, real in theirs.args.items()
        if str(real.type).endswith("!") and argument not in ours.args
    ]
    return faults


def _type_faults(ours: GraphQLNamedType, theirs: GraphQLNamedType | None) -> list[str]:
    if type(ours) is not type(theirs):
        return [f"{ours.name} is another kind of type"]
    if isinstance(ours, GraphQLEnumType) and isinstance(theirs, GraphQLEnumType):
        return [f"{ours.name}.{value}" for value in ours.values if value not in theirs.values]
    if isinstance(ours, GraphQLUnionType) and isinstance(theirs, GraphQLUnionType):
        known = {member.name for member in theirs.types}
        return [f"{ours.name} = {member.name}" for member in ours.types if member.name not in known]
    if isinstance(ours, GraphQLInputObjectType) and isinstance(theirs, GraphQLInputObjectType):
        real = {name: str(row.type) for name, row in theirs.fields.items()}
        return [f"{ours.name}.{name}" for name, row in ours.fields.items() if real.get(name) != str(row.type)]
    faults = []
    if isinstance(ours, GraphQLObjectType | GraphQLInterfaceType) and isinstance(
        theirs, GraphQLObjectType | GraphQLInterfaceType
    ):
        known = {interface.name for interface in theirs.interfaces}
        faults = [f"{ours.name}: {each.name}" for each in ours.interfaces if each.name not in known]
        for name, row in ours.fields.items():
            faults += _field_faults(ours.name, name, row, theirs.fields.get(name))
    return faults


def test_the_small_schema_is_a_part_of_the_official_one(part: GraphQLSchema, whole: GraphQLSchema) -> None:
    faults = [
        fault
        for name, ours in part.type_map.items()
        if not name.startswith("__")
        for fault in _type_faults(ours, whole.type_map.get(name))
    ]
    assert faults == []


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.name)
def test_the_bots_queries_are_valid_here_and_at_github(
    path: Path, part: GraphQLSchema, whole: GraphQLSchema
) -> None:
    text = path.read_text("utf-8")
    if "{" not in text or "$" in re.sub(r"\$[A-Za-z_]\w*", "", text):
        pytest.skip("a template of a query, not a query")
    query = parse(text)
    assert validate(whole, query) == []
    assert validate(part, query) == []


@pytest.mark.parametrize(("method", "pattern"), router.patterns(), ids=str)
def test_every_endpoint_of_the_sandbox_is_one_of_githubs(method: str, pattern: str) -> None:
    path = re.sub(r"\{(\w+)(:[^}]+)?\}", "1", pattern)
    assert template_of(method, path) is not None


def test_every_resolver_belongs_to_a_field(part: GraphQLSchema) -> None:
    known = {
        (owner.name, name)
        for owner in part.type_map.values()
        if isinstance(owner, GraphQLObjectType)
        for name in owner.fields
    }
    assert set(resolvers) - known == set()
