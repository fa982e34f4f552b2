"""Every query that can be sent is valid for GitHub, and no value enters its text."""

from functools import cache
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from bot.github import GitHubAccess, queries

ROOT = Path(__file__).parents[2]
SANDBOX = ROOT / "bot/sandbox/schema.graphql"
OFFICIAL = ROOT / ".official/octokit-graphql-schema/schema.graphql"

HOSTILE = 'x"}) { viewer { login } } #'
TEXTS = {
    **{path.stem: path.read_text(encoding="utf-8") for path in Path(queries.__path__[0]).glob("*.graphql")},
    "snapshot of a document": queries.snapshot(["docs/tdd/a.md"]).text,
    "snapshot of many": queries.snapshot([HOSTILE] * 20).text,
    "snapshot with a queue": queries.snapshot(["docs/tdd/a.md"], queue=True).text,
    "blobs and folders": queries.blobs(["a"], ["b"], ["docs", HOSTILE]).text,
    "compared": queries.compared({"a" * 40: ["x", "y"], "b" * 40: [HOSTILE]}).text,
    "landed": queries.landed([1, 2]).text,
    "blobs": queries.blobs(["a", HOSTILE], ["b"]).text,
    "blobs of the base": queries.blobs([], ["b"]).text,
    "history": queries.history({"a" * 40: ["x", "y"], "b" * 40: [HOSTILE]}).text,
    "readable": queries.readable([("a", "b"), (HOSTILE, HOSTILE)]).text,
    "tips": queries.tips([("a", "b"), (HOSTILE, HOSTILE)]).text,
    "ground": queries.ground("a", HOSTILE).text,
    "names": queries.names({0: "a", 3: HOSTILE}, {3: HOSTILE, 4: "b"}, organization=True).text,
    "names of teams": queries.names({0: "a"}, {}, organization=True).text,
    "names of persons": queries.names({}, {0: "a"}, organization=False).text,
}


@cache
def schema(path: Path) -> GraphQLSchema:
    return build_schema(path.read_text(encoding="utf-8"), assume_valid_sdl=True)


@pytest.mark.parametrize("name", TEXTS)
def test_a_query_is_valid_in_the_sandbox(name: str) -> None:
    assert validate(schema(SANDBOX), parse(TEXTS[name])) == []


@pytest.mark.skipif(
    not OFFICIAL.exists(), reason="official GitHub descriptions are not fetched (run .ci/fetch-official)"
)
@pytest.mark.parametrize("name", TEXTS)
def test_a_query_is_valid_at_github(name: str) -> None:
    assert validate(schema(OFFICIAL), parse(TEXTS[name])) == []


ON_GITHUB_ALONE = {"queue", "snapshot with a queue"}


@pytest.mark.parametrize("name", sorted(TEXTS.keys() - ON_GITHUB_ALONE))
def test_a_query_asks_for_nothing_that_enterprise_server_lacks(name: str) -> None:
    """One unknown field fails a whole query, and GHES has no merge queue."""
    assert "mergeQueue" not in TEXTS[name]
    assert "isInMergeQueue" not in TEXTS[name]


@pytest.mark.parametrize(
    ("api", "there"),
    [
        ("https://api.github.com", True),
        ("https://api.acme.ghe.com", True),
        ("https://git.acme/api/v3", False),
    ],
)
def test_a_server_without_merge_queues_is_not_asked_for_one(api: str, there: bool) -> None:
    assert GitHubAccess(api, f"{api}/graphql", "", "").merge_queues is there


@pytest.mark.parametrize("name", TEXTS)
def test_no_value_enters_a_text(name: str) -> None:
    assert "login } } #" not in TEXTS[name]


def test_values_are_the_variables() -> None:
    assert queries.readable([("a", HOSTILE)]).variables == {"o0": "a", "n0": HOSTILE}
    assert queries.blobs(["a"], [HOSTILE]).variables == {"h0": "a", "b0": HOSTILE}
    assert queries.history({"c" * 40: ["x", HOSTILE]}).variables == {
        "c0": "c" * 40,
        "p0x0": "x",
        "p0x1": HOSTILE,
    }
    assert queries.names({2: "a"}, {5: "b"}, organization=True).variables == {"t2": "a", "u5": "b"}
