"""GraphQL: partial data, limits, paging, and the shapes that differ from REST's."""

from typing import Any

import aiohttp
import pytest

from bot.sandbox import SUBMODULE, SYMLINK, Entry, Privacy, Sandbox, Scene
from tests.sandbox.clients import GraphQLFailed
from tests.sandbox.conftest import Client

DOC = {"docs/tdd/0001-x.md": "# TDD: X\n"}
PULL = 'repository(owner: "acme", name: "shop") { pullRequest(number: 1) { %s } }'


async def ask(
    sandbox: Sandbox, scene: Scene, text: str, variables: dict[str, object] | None = None, who: str = "app"
) -> dict[str, Any]:
    """Send a query and return the whole answer, errors included; the status is always 200."""
    token = sandbox.token(scene.installation).text if who == "app" else sandbox.user_token(who)
    headers = {"Authorization": f"bearer {token}"}
    body = {"query": text, "variables": variables or {}}
    async with aiohttp.request("POST", sandbox.graphql_url, json=body, headers=headers) as response:
        assert response.status == 200
        answer: dict[str, Any] = await response.json()
        return answer


async def test_what_is_not_found_is_an_error_beside_the_rest(sandbox: Sandbox, scene: Scene) -> None:
    answer = await ask(
        sandbox, scene, '{ a: user(login: "nobody") { login } b: user(login: "bob") { databaseId } }'
    )
    assert answer["data"] == {"a": None, "b": {"databaseId": scene.person("bob").id}}
    [error] = answer["errors"]
    assert (error["type"], error["path"]) == ("NOT_FOUND", ["a"])
    assert error["message"] == "Could not resolve to a User with the login of 'nobody'."


async def test_a_client_nobody_here_wrote_gets_both_halves_of_an_answer(scene: Scene, client: Client) -> None:
    """It raises, and has beside the errors what there is."""
    with pytest.raises(GraphQLFailed) as failed:
        await client("app").async_graphql(
            '{ a: user(login: "nobody") { login } b: user(login: "bob") { databaseId } }'
        )

    answer = failed.value.response
    assert answer.data == {"a": None, "b": {"databaseId": scene.person("bob").id}}
    assert [(one.type, one.path) for one in answer.errors] == [("NOT_FOUND", ["a"])]


async def test_an_unknown_team_is_null_without_an_error(sandbox: Sandbox, scene: Scene) -> None:
    answer = await ask(sandbox, scene, '{ organization(login: "acme") { team(slug: "nope") { slug } } }')
    assert answer == {"data": {"organization": {"team": None}}}


async def test_an_unknown_pull_request_is_not_found(sandbox: Sandbox, scene: Scene) -> None:
    answer = await ask(sandbox, scene, "{ %s }" % (PULL % "number"))
    assert answer["data"] == {"repository": {"pullRequest": None}}
    assert answer["errors"][0]["type"] == "NOT_FOUND"


async def test_without_members_read_a_requested_team_is_null_and_forbidden(
    sandbox: Sandbox, scene: Scene
) -> None:
    pull = scene.open_pull(DOC)
    scene.person("alice").request(pull, users=("carol",), teams=("eng-lead",))
    del scene.installation.permissions["members"]
    inner = """reviewRequests(first: 5) { nodes { requestedReviewer {
      ... on User { login } ... on Team { slug } } } }"""
    answer = await ask(sandbox, scene, "{ %s }" % (PULL % inner))
    rows = answer["data"]["repository"]["pullRequest"]["reviewRequests"]["nodes"]
    assert rows == [{"requestedReviewer": {"login": "carol"}}, {"requestedReviewer": None}]
    [error] = answer["errors"]
    assert error["type"] == "FORBIDDEN"
    assert error["path"][-3:] == ["nodes", 1, "requestedReviewer"]


@pytest.mark.parametrize(
    ("permission", "inner", "place"),
    [
        ("merge_queues", "number mergeQueueEntry { state }", "mergeQueueEntry"),
        (
            "checks",
            "number headRef { target { ... on Commit { checkSuites(first: 1) { totalCount } } } }",
            "headRef",
        ),
    ],
)
async def test_a_missing_permission_takes_only_its_own_part(
    sandbox: Sandbox, scene: Scene, permission: str, inner: str, place: str
) -> None:
    scene.open_pull(DOC)
    del scene.installation.permissions[permission]
    answer = await ask(sandbox, scene, "{ %s }" % (PULL % inner))
    assert answer["data"]["repository"]["pullRequest"]["number"] == 1
    assert place in answer["errors"][0]["path"]
    assert answer["errors"][0]["type"] == "FORBIDDEN"


@pytest.mark.parametrize(
    ("inner", "kind"),
    [
        ("reviews { totalCount }", "MISSING_PAGINATION_BOUNDARIES"),
        ("reviews(first: 101) { totalCount }", "EXCESSIVE_PAGINATION"),
        ("reviews(last: -1) { totalCount }", "INVALID_PAGINATION"),
        ('reviews(first: 1, after: "x") { totalCount }', "INVALID_CURSOR_ARGUMENTS"),
    ],
)
async def test_every_page_has_its_bounds(sandbox: Sandbox, scene: Scene, inner: str, kind: str) -> None:
    scene.open_pull(DOC)
    answer = await ask(sandbox, scene, "{ %s }" % (PULL % inner))
    assert answer["errors"][0]["type"] == kind


async def test_too_many_nodes_are_refused_before_anything_runs(sandbox: Sandbox, scene: Scene) -> None:
    inner = """reviews(first: 100) { nodes { onBehalfOf(first: 100) { nodes {
      members(first: 100) { totalCount } } } } }"""
    answer = await ask(sandbox, scene, "{ %s }" % (PULL % inner))
    assert answer["errors"][0]["type"] == "MAX_NODE_LIMIT_EXCEEDED"


async def test_an_unknown_field_fails_the_whole_query(sandbox: Sandbox, scene: Scene) -> None:
    answer = await ask(sandbox, scene, "{ viewer { login favouriteColour } }")
    assert "data" not in answer
    assert "favouriteColour" in answer["errors"][0]["message"]


async def test_the_cost_follows_the_documented_formula(sandbox: Sandbox, scene: Scene) -> None:
    # docs.github.com/graphql, "rate limits": 1 + 100 + 100 x 50 requests make 51 points.
    text = """{ rateLimit { cost nodeCount } organization(login: "acme") { teams(first: 100) { nodes {
      members(first: 50) { nodes { organizations(first: 60) { totalCount } } } } } } }"""
    answer = await ask(sandbox, scene, text)
    assert answer["data"]["rateLimit"] == {"cost": 51, "nodeCount": 100 + 5000 + 300_000}


async def test_points_run_out_and_say_so(sandbox: Sandbox, scene: Scene) -> None:
    sandbox.limits.per_hour = 0
    token = sandbox.token(scene.installation).text
    headers = {"Authorization": f"bearer {token}"}
    body = {"query": "{ viewer { login } }"}
    async with aiohttp.request("POST", sandbox.graphql_url, json=body, headers=headers) as response:
        assert response.status == 200
        assert (await response.json())["errors"][0]["type"] == "RATE_LIMITED"
        assert response.headers["x-ratelimit-remaining"] == "0"
        assert response.headers["x-ratelimit-resource"] == "graphql"


async def test_pages_go_forwards_and_backwards(sandbox: Sandbox, scene: Scene) -> None:
    pull = scene.open_pull(DOC)
    for number in range(5):
        scene.person("bob").comment(pull, str(number))

    async def page(arguments: str) -> tuple[list[str], dict[str, Any]]:
        inner = (
            f"comments({arguments}) {{ totalCount pageInfo "
            "{ hasNextPage hasPreviousPage startCursor endCursor } nodes { body } }"
        )
        shown = (await ask(sandbox, scene, "{ %s }" % (PULL % inner)))["data"]["repository"]["pullRequest"]
        return [row["body"] for row in shown["comments"]["nodes"]], shown["comments"]["pageInfo"]

    rows, info = await page("first: 2")
    assert (rows, info["hasNextPage"], info["hasPreviousPage"]) == (["0", "1"], True, False)
    rows, info = await page(f'first: 2, after: "{info["endCursor"]}"')
    assert (rows, info["hasNextPage"], info["hasPreviousPage"]) == (["2", "3"], True, True)
    rows, info = await page("last: 2")
    assert (rows, info["hasNextPage"], info["hasPreviousPage"]) == (["3", "4"], False, True)
    rows, info = await page(f'last: 2, before: "{info["startCursor"]}"')
    assert rows == ["1", "2"]


async def test_removed_files_are_called_deleted_and_renames_lose_their_old_name(
    sandbox: Sandbox, scene: Scene
) -> None:
    erin = scene.person("erin")
    erin.commit(scene.repository, "main", {"a.md": "one\ntwo\nthree\n", "b.md": "gone"})
    scene.open_pull({"a.md": None, "c.md": "one\ntwo\nthree\n", "b.md": None})
    answer = await ask(sandbox, scene, "{ %s }" % (PULL % "files(first: 9) { nodes { path changeType } }"))
    assert answer["data"]["repository"]["pullRequest"]["files"]["nodes"] == [
        {"path": "b.md", "changeType": "DELETED"},
        {"path": "c.md", "changeType": "RENAMED"},
    ]


async def test_blobs_tell_binary_cut_symlink_and_submodule(sandbox: Sandbox, scene: Scene) -> None:
    repository = scene.repository
    link = Entry(SYMLINK, repository.git.add_blob(b"README.md"))
    scene.person("erin").commit(
        repository,
        "main",
        {
            "big.md": "x" * 600_000,
            "logo.png": b"\x89PNG\0\0",
            "link.md": link,
            "vendor": Entry(SUBMODULE, "1" * 40),
        },
    )
    body = "mode type object { ... on Blob { byteSize isBinary isTruncated text } }"
    text = """{ repository(owner: "acme", name: "shop") { defaultBranchRef { target { ... on Commit {
      big: file(path: "big.md") { %s } png: file(path: "logo.png") { %s } link: file(path: "link.md") { %s }
      vendor: file(path: "vendor") { %s } none: file(path: "none") { %s } } } } } }"""
    shown = (await ask(sandbox, scene, text % ((body,) * 5)))["data"]["repository"]["defaultBranchRef"][
        "target"
    ]
    big = shown["big"]["object"]
    assert (big["byteSize"], big["isTruncated"], len(big["text"])) == (600_000, True, 512_000)
    assert shown["png"]["object"] == {"byteSize": 6, "isBinary": True, "isTruncated": False, "text": None}
    assert (shown["link"]["mode"], shown["link"]["object"]["text"]) == (0o120000, "README.md")
    assert (shown["vendor"]["mode"], shown["vendor"]["type"]) == (0o160000, "commit")
    assert shown["vendor"]["object"] is None
    assert shown["none"] is None


async def test_a_fork_that_is_gone_leaves_a_pull_request_that_can_be_read(
    sandbox: Sandbox, scene: Scene
) -> None:
    pull = scene.open_fork_pull(DOC)
    fork = pull.head_repository
    assert fork is not None
    scene.world.drop_repository(fork)
    inner = """isCrossRepository headRefName headRef { name } headRepository { nameWithOwner }
      commits(last: 1) { nodes { commit { oid file(path: "docs/tdd/0001-x.md") {
        object { ... on Blob { text } } } } } }"""
    shown = (await ask(sandbox, scene, "{ %s }" % (PULL % inner)))["data"]["repository"]["pullRequest"]
    assert (shown["isCrossRepository"], shown["headRef"], shown["headRepository"]) == (True, None, None)
    [commit] = shown["commits"]["nodes"]
    assert commit["commit"]["oid"] == pull.head_sha
    assert commit["commit"]["file"]["object"]["text"] == "# TDD: X\n"


async def test_a_deleted_account_leaves_words_by_nobody(sandbox: Sandbox, scene: Scene) -> None:
    pull = scene.open_pull(DOC)
    scene.person("bob").comment(pull, "Hello")
    scene.person("bob").approve(pull)
    sandbox.world.delete_user(scene.person("bob").account)
    inner = """comments(last: 1) { nodes { body author { login } } }
      reviews(last: 1) { nodes { author { login } } }"""
    shown = (await ask(sandbox, scene, "{ %s }" % (PULL % inner)))["data"]["repository"]["pullRequest"]
    assert shown["comments"]["nodes"] == [{"body": "Hello", "author": None}]
    assert shown["reviews"]["nodes"] == [{"author": None}]
    place = f"{sandbox.url}/repos/acme/shop/issues/1/comments"
    async with aiohttp.request("GET", place, headers={"Authorization": "token user-carol"}) as response:
        assert [row["user"]["login"] for row in await response.json()] == ["ghost"]


async def test_draft_and_ready_are_mutations(sandbox: Sandbox, scene: Scene) -> None:
    pull = scene.open_pull(DOC, draft=True)
    text = "mutation($id: ID!) { %s(input: {pullRequestId: $id}) { pullRequest { isDraft } } }"
    for name, draft in (("markPullRequestReadyForReview", False), ("convertPullRequestToDraft", True)):
        answer = await ask(sandbox, scene, text % name, {"id": pull.node_id}, who="alice")
        assert answer["data"][name]["pullRequest"]["isDraft"] is draft
    inner = """timelineItems(first: 5, itemTypes: [READY_FOR_REVIEW_EVENT, CONVERT_TO_DRAFT_EVENT]) {
      nodes { __typename } }"""
    answer = await ask(sandbox, scene, "{ %s }" % (PULL % inner))
    kinds = [
        row["__typename"] for row in answer["data"]["repository"]["pullRequest"]["timelineItems"]["nodes"]
    ]
    assert kinds == ["ReadyForReviewEvent", "ConvertToDraftEvent"]


async def test_a_stranger_changes_nothing_by_mutation(sandbox: Sandbox, scene: Scene) -> None:
    pull = scene.open_pull(DOC)
    text = """mutation($id: ID!) { convertPullRequestToDraft(input: {pullRequestId: $id}) {
      pullRequest { isDraft } } }"""
    answer = await ask(sandbox, scene, text, {"id": pull.node_id}, who="mallory")
    assert answer["errors"][0]["type"] == "FORBIDDEN"
    assert not pull.draft


async def test_teams_show_children_privacy_access_and_delegation(sandbox: Sandbox, scene: Scene) -> None:
    lead = scene.team("eng-lead")
    child = scene.world.add_team(scene.organization, "Eng Lead EU", parent=lead)
    child.members[scene.person("carol").id] = "member"
    lead.delegation = 1
    scene.team("security-team").privacy = Privacy.SECRET
    text = """{ organization(login: "acme") {
      lead: team(slug: "eng-lead") { ...T } child: team(slug: "eng-lead-eu") { ...T }
      secret: team(slug: "security-team") { privacy } } }
      fragment T on Team { combinedSlug privacy reviewRequestDelegationEnabled parentTeam { slug }
        repositories(first: 5, query: "shop") { edges { permission node { nameWithOwner } } }
        all: members(first: 9, membership: ALL) { nodes { login } }
        own: members(first: 9, membership: IMMEDIATE) { nodes { login } } }"""
    shown = (await ask(sandbox, scene, text))["data"]["organization"]
    assert [row["login"] for row in shown["lead"]["all"]["nodes"]] == ["bob", "carol"]
    assert [row["login"] for row in shown["lead"]["own"]["nodes"]] == ["bob"]
    assert shown["lead"]["reviewRequestDelegationEnabled"] is True
    assert shown["child"]["parentTeam"] == {"slug": "eng-lead"}
    assert shown["child"]["repositories"]["edges"][0]["permission"] == "WRITE"
    assert shown["secret"] == {"privacy": "SECRET"}


async def test_a_persons_organisation_is_null_for_strangers(sandbox: Sandbox, scene: Scene) -> None:
    text = """{ bob: user(login: "bob") { organization(login: "acme") { login } }
      mallory: user(login: "mallory") { organization(login: "acme") { login } } }"""
    answer = await ask(sandbox, scene, text)
    assert answer["data"] == {"bob": {"organization": {"login": "acme"}}, "mallory": {"organization": None}}


async def test_everything_said_is_found_by_its_node_id(sandbox: Sandbox, scene: Scene) -> None:
    pull = scene.open_pull(DOC)
    comment = scene.person("bob").comment(pull, "a")
    review = scene.person("bob").approve(pull, "b")
    line = scene.person("bob").line_comment(pull, "docs/tdd/0001-x.md", "c")
    text = """query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on IssueComment { body }
      ... on PullRequestReview { body } ... on PullRequestReviewComment { body } } }"""
    ids = [comment.node_id, review.node_id, line.node_id]
    answer = await ask(sandbox, scene, text, {"ids": ids})
    assert [(row["__typename"], row["body"]) for row in answer["data"]["nodes"]] == [
        ("IssueComment", "a"),
        ("PullRequestReview", "b"),
        ("PullRequestReviewComment", "c"),
    ]


async def test_a_forced_push_shows_both_ends(sandbox: Sandbox, scene: Scene) -> None:
    pull = scene.open_pull(DOC)
    before = pull.head_sha
    after = scene.person("alice").force_push(scene.repository, "change", {"z.md": "z"})
    inner = """timelineItems(first: 5, itemTypes: [HEAD_REF_FORCE_PUSHED_EVENT]) { nodes {
      ... on HeadRefForcePushedEvent { beforeCommit { oid } afterCommit { oid } } } }"""
    answer = await ask(sandbox, scene, "{ %s }" % (PULL % inner))
    assert answer["data"]["repository"]["pullRequest"]["timelineItems"]["nodes"] == [
        {"beforeCommit": {"oid": before}, "afterCommit": {"oid": after}}
    ]


async def test_the_merge_queue_names_its_pull_request(sandbox: Sandbox, scene: Scene) -> None:
    scene.rule.merge_queue, scene.rule.required_checks = True, []
    pull = scene.open_pull(DOC)
    head = scene.person("alice").enqueue(pull)
    text = """{ repository(owner: "acme", name: "shop") { mergeQueue(branch: "main") {
      entries(first: 9) { nodes {
      position state headCommit { oid } pullRequest { number } } } } } }"""
    answer = await ask(sandbox, scene, text)
    assert answer["data"]["repository"]["mergeQueue"]["entries"]["nodes"] == [
        {"position": 1, "state": "AWAITING_CHECKS", "headCommit": {"oid": head}, "pullRequest": {"number": 1}}
    ]


async def test_nobody_asks_anonymously(sandbox: Sandbox) -> None:
    async with aiohttp.request(
        "POST", sandbox.graphql_url, json={"query": "{ viewer { login } }"}
    ) as response:
        assert response.status == 401


@pytest.mark.parametrize("body", [{}, {"query": 7}, [1], "text"])
async def test_a_body_without_a_query_is_refused(sandbox: Sandbox, scene: Scene, body: object) -> None:
    headers = {"Authorization": f"bearer {sandbox.token(scene.installation).text}"}
    async with aiohttp.request("POST", sandbox.graphql_url, json=body, headers=headers) as response:
        assert response.status == 400
