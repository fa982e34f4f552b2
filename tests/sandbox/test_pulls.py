"""Pull requests from opening to merging, through PyGithub: a second client nobody here wrote."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from bot.sandbox import Happened, Refused, Sandbox, Scene
from bot.sandbox.acts.merging import merge_lines
from tests.sandbox.clients import RequestFailed, github
from tests.sandbox.conftest import Client, events, last

DOC = {"docs/tdd/0001-x.md": "# TDD: X\n"}
T = TypeVar("T")


async def as_person(sandbox: Sandbox, login: str, deed: Callable[[Any], T]) -> T:
    """Run a deed on acme/shop with PyGithub, which blocks, in a thread."""

    def run() -> T:
        auth = github.Auth.Token(sandbox.user_token(login))
        # PyGithub waits a second between writes unless told not to.
        calm = {"retry": None, "seconds_between_requests": 0, "seconds_between_writes": 0}
        with github.Github(auth=auth, base_url=sandbox.url, **calm) as hub:
            return deed(hub.get_repo("acme/shop"))

    return await asyncio.to_thread(run)


async def test_a_pull_request_is_opened_edited_and_closed(sandbox: Sandbox, scene: Scene) -> None:
    alice = scene.person("alice")
    alice.commit(scene.repository, "change", DOC)

    def deed(repo: Any) -> tuple[str, list[str], int]:  # noqa: ANN401 - PyGithub's repository
        pull = repo.create_pull(base="main", head="change", title="TDD: X", body="Please", draft=True)
        pull.edit(title="TDD: Y", body="Do")
        pull.create_issue_comment("Hello")
        pull.add_to_labels("design")
        files = [file.filename for file in pull.get_files()]
        pull.edit(state="closed")
        return repo.get_pull(pull.number).title, files, pull.number

    title, files, number = await as_person(sandbox, "alice", deed)
    pull = scene.repository.pulls[number]
    assert (title, files) == ("TDD: Y", ["docs/tdd/0001-x.md"])
    assert (pull.open, pull.draft, pull.merged) == (False, True, False)
    assert [label.name for label in pull.labels] == ["design"]
    await sandbox.settled()
    assert events(sandbox.deliveries)[-1] == "pull_request.closed"


async def test_reviews_requests_and_commits_read_the_same_through_both_clients(
    sandbox: Sandbox, scene: Scene
) -> None:
    pull = scene.open_pull(DOC)
    scene.person("alice").request(pull, users=("carol",), teams=("eng-lead",))
    scene.person("dana").approve(pull, "Good")

    def deed(repo: Any) -> list[object]:  # noqa: ANN401 - PyGithub's repository
        found = repo.get_pull(1)
        people, teams = found.get_review_requests()
        return [
            [user.login for user in people],
            [team.slug for team in teams],
            [(review.user.login, review.state) for review in found.get_reviews()],
            [commit.sha for commit in found.get_commits()],
            found.mergeable_state,
        ]

    assert await as_person(sandbox, "bob", deed) == [
        ["carol"],
        ["eng-lead"],
        [("dana", "APPROVED")],
        [pull.head_sha],
        "blocked",
    ]


async def test_a_new_base_is_an_edit_with_the_old_one(sandbox: Sandbox, scene: Scene) -> None:
    scene.person("erin").commit(scene.repository, "release", {"r.md": "r"})
    pull = scene.open_pull(DOC)
    await as_person(sandbox, "alice", lambda repo: repo.get_pull(1).edit(base="release"))
    assert pull.base_ref == "release"
    assert pull.timeline[-1].kind is Happened.BASE_CHANGED
    await sandbox.settled()
    assert last(sandbox.deliveries, "pull_request")["changes"]["base"]["ref"] == {"from": "main"}


async def test_lists_are_filtered_and_paged(sandbox: Sandbox, scene: Scene) -> None:
    for number in range(5):
        scene.open_pull({f"{number}.md": "x"}, branch=f"b{number}")
    scene.person("alice").close(scene.repository.pulls[1])

    def deed(repo: Any) -> list[list[int]]:  # noqa: ANN401 - PyGithub's repository
        repo.requester.per_page = 2
        return [
            [pull.number for pull in repo.get_pulls()],
            [pull.number for pull in repo.get_pulls(state="all", direction="asc")],
            [pull.number for pull in repo.get_pulls(head="acme:b3")],
        ]

    assert await as_person(sandbox, "bob", deed) == [[5, 4, 3, 2], [1, 2, 3, 4, 5], [4]]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": "x", "head": "nope", "base": "main"}, '"field": "head"'),
        ({"title": "x", "head": "main", "base": "main"}, "No commits between main and main"),
        ({"title": "x", "head": "change", "base": "nope"}, '"field": "base"'),
        ({"title": "x", "head": "change", "base": "main"}, "A pull request already exists for acme:change."),
        ({"title": " ", "head": "change", "base": "main"}, "missing_field"),
        ({"head": "change", "base": "main"}, "wasn't supplied"),
        ({"title": 7, "head": "change", "base": "main"}, "is not a string"),
        ({"title": "x" * 257, "head": "change", "base": "main"}, "too long"),
    ],
)
async def test_a_pull_request_that_cannot_be_is_refused(
    scene: Scene, client: Client, fields: dict[str, object], sentence: str
) -> None:
    scene.open_pull(DOC)
    with pytest.raises(RequestFailed) as refusal:
        await client("alice").arequest("POST", "/repos/acme/shop/pulls", json=fields)
    assert refusal.value.response.status_code == 422
    assert sentence in refusal.value.response.text
    assert len(scene.repository.pulls) == 1


@pytest.mark.parametrize(
    ("raw", "message"), [(b"{", "Problems parsing JSON"), (b"7", "Body should be a JSON object")]
)
async def test_a_body_that_is_no_object_is_refused(client: Client, raw: bytes, message: str) -> None:
    with pytest.raises(RequestFailed) as refusal:
        await client("alice").arequest("POST", "/repos/acme/shop/pulls", content=raw)
    assert refusal.value.response.status_code == 400
    assert refusal.value.response.json()["message"] == message


async def test_a_stranger_opens_from_a_fork_and_edits_only_the_own(scene: Scene, client: Client) -> None:
    mallory = scene.person("mallory")
    fork = mallory.fork(scene.repository)
    mallory.commit(fork, "change", DOC)
    made = await client("mallory").rest.pulls.async_create(
        "acme", "shop", title="From afar", head="mallory:change", base="main"
    )
    pull = scene.repository.pulls[made.parsed_data.number]
    assert (pull.cross_repository, made.parsed_data.head.label) == (True, "mallory:change")
    other = scene.open_pull({"o.md": "o"}, branch="other")
    with pytest.raises(RequestFailed):
        await client("mallory").rest.pulls.async_update("acme", "shop", other.number, title="Mine")
    await client("mallory").rest.pulls.async_update("acme", "shop", pull.number, title="Closer")
    assert (other.title, pull.title) == ("A change", "Closer")


async def test_a_pull_request_outlives_the_repository_of_its_fork(
    sandbox: Sandbox, scene: Scene, client: Client
) -> None:
    pull = scene.open_fork_pull(DOC)
    assert pull.head_repository is not None
    scene.world.drop_repository(pull.head_repository)

    read = await client("app").rest.pulls.async_get("acme", "shop", pull.number)
    kept = await as_person(sandbox, "bob", lambda repo: repo.get_pull(pull.number).head.repo)

    assert (read.parsed_data.head.repo, kept) == (None, None)
    assert read.parsed_data.head.sha == pull.head_sha


async def test_a_stranger_cannot_merge(scene: Scene, client: Client) -> None:
    scene.rule.required_checks = []
    scene.open_pull(DOC)
    with pytest.raises(RequestFailed) as refusal:
        await client("mallory").rest.pulls.async_merge("acme", "shop", 1)
    assert refusal.value.response.status_code == 403


async def test_pushing_the_commits_to_the_base_merges_the_pull_request(scene: Scene, client: Client) -> None:
    pull = scene.open_pull(DOC)
    await client("erin").rest.git.async_update_ref("acme", "shop", "heads/main", sha=pull.head_sha)
    assert pull.merged
    assert (await client("bob").rest.pulls.async_check_if_merged("acme", "shop", 1)).status_code == 204


async def test_changes_of_one_file_merge_where_they_do_not_touch(scene: Scene) -> None:
    scene.rule.required_checks = []
    lines = [f"line {number}\n" for number in range(9)]
    erin = scene.person("erin")
    erin.commit(scene.repository, "main", {"doc.md": "".join(lines)})
    pull = scene.open_pull({"doc.md": "".join(["top\n", *lines[1:]])})
    erin.commit(scene.repository, "main", {"doc.md": "".join([*lines[:-1], "bottom\n"])})
    scene.person("alice").merge(pull)
    entry = scene.repository.git.entry(scene.repository.branches["main"], "doc.md")
    assert entry is not None
    assert scene.repository.git.blobs[entry.oid].decode() == "".join(["top\n", *lines[1:-1], "bottom\n"])


@pytest.mark.parametrize(
    ("mine", "other", "merged"),
    [
        (["a", "B", "c", "d"], ["a", "b", "c", "D"], ["a", "B", "c", "D"]),
        (["a", "B", "c", "d"], ["a", "b", "C", "d"], None),
        (["a", "B", "c", "d"], ["a", "x", "c", "d"], None),
        (["a", "B", "c", "d"], ["a", "B", "c", "d"], ["a", "B", "c", "d"]),
        (["a", "b", "c", "d", "e"], ["b", "c", "d"], ["b", "c", "d", "e"]),
    ],
)
def test_lines_merge_unless_edits_touch(mine: list[str], other: list[str], merged: list[str] | None) -> None:
    old, ours, theirs = ([line.encode() for line in lines] for lines in (["a", "b", "c", "d"], mine, other))
    found = merge_lines(old, ours, theirs)
    assert found == (None if merged is None else [line.encode() for line in merged])


async def test_required_approvals_hold_the_merge(scene: Scene) -> None:
    scene.rule.required_checks, scene.rule.required_approvals = [], 1
    pull = scene.open_pull(DOC)
    with pytest.raises(Refused, match="At least 1 approving review is required"):
        scene.person("alice").merge(pull)
    scene.person("bob").review(pull, "REQUEST_CHANGES", "No")
    scene.person("carol").approve(pull)
    with pytest.raises(Refused):
        scene.person("alice").merge(pull)
    scene.person("bob").approve(pull)
    assert scene.person("alice").merge(pull)


async def test_the_app_reads_a_pull_request_at_a_known_time(scene: Scene, client: Client) -> None:
    scene.open_pull(DOC)
    found = await client("app").rest.pulls.async_get("acme", "shop", 1)
    assert found.parsed_data.created_at.tzinfo is not None
    assert found.parsed_data.created_at < datetime(2026, 1, 6, tzinfo=UTC)
    assert found.parsed_data.changed_files == 1
