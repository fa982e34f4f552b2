"""createCommitOnBranch: all of a commit or nothing, and only on the commit that the caller knows."""

import base64
from typing import Any

import pytest

from bot.sandbox import Sandbox, Scene
from tests.sandbox.test_graphql import ask

MUTATION = """mutation($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { clientMutationId commit { oid } ref { name } } }"""


def given(scene: Scene, **other: object) -> dict[str, object]:
    """Return an input that changes two files and deletes none."""
    contents = base64.b64encode(b"One\n").decode()
    return {
        "branch": {"repositoryNameWithOwner": "acme/shop", "branchName": "main"},
        "expectedHeadOid": scene.repository.branches["main"],
        "message": {"headline": "Change both", "body": "At once."},
        "fileChanges": {
            "additions": [{"path": "a.md", "contents": contents}, {"path": "b/c.md", "contents": contents}]
        },
        **other,
    }


async def commit(sandbox: Sandbox, scene: Scene, who: str = "app", **other: object) -> dict[str, Any]:
    """Send the mutation."""
    return await ask(sandbox, scene, MUTATION, {"input": given(scene, **other)}, who)


async def test_several_files_come_in_one_commit(sandbox: Sandbox, scene: Scene) -> None:
    scene.installation.permissions["contents"] = "write"
    before = scene.repository.branches["main"]

    answer = await commit(sandbox, scene, clientMutationId="7")

    tip = scene.repository.branches["main"]
    assert answer["data"]["createCommitOnBranch"] == {
        "clientMutationId": "7",
        "commit": {"oid": tip},
        "ref": {"name": "main"},
    }
    made = scene.repository.git.commits[tip]
    assert made.parents == (before,)
    assert made.message == "Change both\n\nAt once."
    assert made.author.account is scene.app.bot
    assert made.committer.account is scene.world.web_flow
    assert {"a.md", "b/c.md"} <= scene.repository.git.files(tip).keys()


async def test_a_file_is_deleted(sandbox: Sandbox, scene: Scene) -> None:
    await commit(sandbox, scene, "erin", fileChanges={"deletions": [{"path": "README.md"}]})

    assert "README.md" not in scene.repository.git.files(scene.repository.branches["main"])


@pytest.mark.parametrize(
    ("other", "kind", "said"),
    [
        ({"expectedHeadOid": "0" * 40}, "STALE_DATA", "Pull and try again"),
        ({"message": {"headline": " "}}, "UNPROCESSABLE", "message"),
        ({"fileChanges": {"deletions": [{"path": "gone.md"}]}}, "UNPROCESSABLE", "does not exist"),
        ({"fileChanges": {"additions": [{"path": "../x", "contents": ""}]}}, "UNPROCESSABLE", "invalid"),
        ({"fileChanges": {"additions": [{"path": "x", "contents": "?"}]}}, "UNPROCESSABLE", "base64"),
        (
            {"fileChanges": {"additions": [{"path": "x", "contents": ""}], "deletions": [{"path": "x"}]}},
            "UNPROCESSABLE",
            "more than one",
        ),
        (
            {"branch": {"repositoryNameWithOwner": "acme/shop", "branchName": "gone"}},
            "NOT_FOUND",
            "No such ref",
        ),
        (
            {"branch": {"repositoryNameWithOwner": "acme/nowhere", "branchName": "main"}},
            "NOT_FOUND",
            "Could not resolve",
        ),
        ({"branch": {"branchName": "main"}}, "UNPROCESSABLE", "repositoryNameWithOwner"),
    ],
)
async def test_what_does_not_fit_writes_nothing(
    sandbox: Sandbox, scene: Scene, other: dict[str, object], kind: str, said: str
) -> None:
    scene.installation.permissions["contents"] = "write"
    before = scene.repository.branches["main"]

    answer = await commit(sandbox, scene, "app", **other)

    [error] = answer["errors"]
    assert error["type"] == kind
    assert said in error["message"]
    assert answer["data"] == {"createCommitOnBranch": None}
    assert scene.repository.branches["main"] == before


@pytest.mark.parametrize("who", ["app", "mallory"])
async def test_whoever_may_not_write_is_refused(sandbox: Sandbox, scene: Scene, who: str) -> None:
    before = scene.repository.branches["main"]

    answer = await commit(sandbox, scene, who)

    assert [one["type"] for one in answer["errors"]] == ["FORBIDDEN"]
    assert scene.repository.branches["main"] == before
