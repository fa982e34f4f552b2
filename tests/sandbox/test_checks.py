"""Check runs and suites, and what they do to a merge."""

from typing import Any

import aiohttp
import pytest
from yarl import URL

from bot.sandbox import CheckRun, Conclusion, PullRequest, RunStatus, Sandbox, Scene
from tests.sandbox.clients import RequestFailed, as_forger
from tests.sandbox.conftest import Client, events

DOC = {"docs/tdd/0001-x.md": "# TDD: X\n"}
OUTPUT = {"title": "2 of 3", "summary": "One seat is open."}


@pytest.fixture
def pull(scene: Scene) -> PullRequest:
    """An open pull request."""
    return scene.open_pull(DOC)


async def check(client: Client, pull: PullRequest, **fields: object) -> int:
    """Create the gate's run and return its id."""
    body = {"name": "tdd/review", "head_sha": pull.head_sha, "output": OUTPUT, **fields}
    made = await client("app").rest.checks.async_create("acme", "shop", data=body)
    return int(made.parsed_data.id)


def run_of(scene: Scene, number: int) -> CheckRun:
    """Return the record of a run."""
    return scene.repository.runs[number]


async def merge_refusal(client: Client, pull: PullRequest, who: str = "alice") -> tuple[int, str]:
    """Try to merge, and return status and message of the refusal."""
    with pytest.raises(RequestFailed) as refusal:
        await client(who).rest.pulls.async_merge("acme", "shop", pull.number)
    return refusal.value.response.status_code, refusal.value.response.json()["message"]


async def test_every_pushed_head_gets_a_suite_of_each_app_that_writes_checks(
    sandbox: Sandbox, client: Client, pull: PullRequest
) -> None:
    listed = await client("app").rest.checks.async_list_suites_for_ref("acme", "shop", pull.head_sha)
    [suite] = listed.parsed_data.check_suites
    assert suite.app is not None
    assert (suite.app.slug, suite.head_branch, suite.status) == ("tdd-bot", "change", "queued")
    await sandbox.settled()
    assert "check_suite.requested" in events(sandbox.deliveries)


async def test_a_run_is_read_back_as_it_was_written(client: Client, pull: PullRequest) -> None:
    number = await check(client, pull, conclusion="action_required", external_id="42")
    listed = await client("app").rest.checks.async_list_for_ref(
        "acme", "shop", "change", check_name="tdd/review", filter_="latest"
    )
    [run] = listed.parsed_data.check_runs
    assert (run.id, run.status, run.conclusion) == (number, "completed", "action_required")
    assert (run.output.title, run.external_id) == ("2 of 3", "42")


async def test_the_runs_of_a_branch_with_a_slash_are_found(sandbox: Sandbox, scene: Scene) -> None:
    scene.open_pull({"b.md": "b"}, branch="feature/b")
    headers = {"Authorization": "token user-bob"}
    for name in ("feature/b", "feature%2Fb"):
        place = f"{sandbox.url}/repos/acme/shop/commits/{name}/check-suites"
        async with aiohttp.request("GET", URL(place, encoded=True), headers=headers) as response:
            assert (await response.json())["total_count"] == 1


async def test_the_merge_is_refused_until_the_apps_run_has_passed(client: Client, pull: PullRequest) -> None:
    assert await merge_refusal(client, pull) == (
        405,
        'Repository rule violations found\n\nRequired status check "tdd/review" is expected.\n\n',
    )
    number = await check(client, pull, conclusion="failure")
    assert 'Required status check "tdd/review" is failing.' in (await merge_refusal(client, pull))[1]
    await client("app").rest.checks.async_update("acme", "shop", number, data={"conclusion": "success"})
    merged = await client("alice").rest.pulls.async_merge("acme", "shop", pull.number)
    assert merged.parsed_data.merged
    assert pull.merged


@pytest.mark.parametrize("conclusion", ["neutral", "skipped"])
async def test_neutral_and_skipped_let_merge(client: Client, pull: PullRequest, conclusion: str) -> None:
    await check(client, pull, conclusion=conclusion)
    merged = await client("alice").rest.pulls.async_merge("acme", "shop", pull.number)
    assert merged.parsed_data.merged


async def test_a_run_of_that_name_by_another_app_does_not_satisfy_the_rule(
    sandbox: Sandbox, scene: Scene, client: Client, pull: PullRequest
) -> None:
    forger = as_forger(sandbox, scene)
    await forger.rest.checks.async_create(
        "acme", "shop", data={"name": "tdd/review", "head_sha": pull.head_sha, "conclusion": "success"}
    )
    assert (await merge_refusal(client, pull))[0] == 405


async def test_only_its_own_app_may_write_a_run(
    sandbox: Sandbox, scene: Scene, client: Client, pull: PullRequest
) -> None:
    number = await check(client, pull, conclusion="failure")
    forger = as_forger(sandbox, scene)
    with pytest.raises(RequestFailed) as refusal:
        await forger.rest.checks.async_update("acme", "shop", number, data={"conclusion": "success"})
    assert refusal.value.response.status_code == 403
    assert "Invalid app_id" in refusal.value.response.text
    assert run_of(scene, number).conclusion is Conclusion.FAILURE


async def test_a_person_cannot_write_a_run(client: Client, pull: PullRequest) -> None:
    with pytest.raises(RequestFailed) as refusal:
        await client("erin").rest.checks.async_create(
            "acme", "shop", data={"name": "x", "head_sha": pull.head_sha}
        )
    assert refusal.value.response.status_code == 403


async def test_a_push_asks_for_a_new_run(scene: Scene, client: Client, pull: PullRequest) -> None:
    await check(client, pull, conclusion="success")
    scene.person("alice").commit(scene.repository, "change", {"a.md": "more"})
    assert (await merge_refusal(client, pull))[0] == 405


async def test_rerun_resets_the_suite_and_leaves_the_run(
    sandbox: Sandbox, scene: Scene, client: Client, pull: PullRequest
) -> None:
    number = await check(client, pull, conclusion="success")
    await client("alice").rest.checks.async_rerequest_run("acme", "shop", number)
    run = run_of(scene, number)
    assert (run.suite.status, run.suite.conclusion) == (RunStatus.QUEUED, None)
    assert (run.status, run.conclusion) == (RunStatus.COMPLETED, Conclusion.SUCCESS)
    assert "is queued" in (await merge_refusal(client, pull))[1]
    await sandbox.settled()
    assert events(sandbox.deliveries)[-1] == "check_run.rerequested"
    await client("app").rest.checks.async_update("acme", "shop", number, data={"conclusion": "success"})
    assert run.suite.status is RunStatus.COMPLETED
    merged = await client("alice").rest.pulls.async_merge("acme", "shop", pull.number)
    assert merged.parsed_data.merged


async def test_rerun_all_is_an_event_of_the_suite(
    sandbox: Sandbox, scene: Scene, client: Client, pull: PullRequest
) -> None:
    number = await check(client, pull, conclusion="success")
    suite = run_of(scene, number).suite
    await client("alice").rest.checks.async_rerequest_suite("acme", "shop", suite.id)
    assert (await merge_refusal(client, pull))[0] == 405
    await sandbox.settled()
    assert events(sandbox.deliveries)[-1] == "check_suite.rerequested"


async def test_a_second_run_of_the_name_is_the_one_that_counts(client: Client, pull: PullRequest) -> None:
    await check(client, pull, conclusion="success")
    await check(client, pull, conclusion="failure")
    listed = await client("app").rest.checks.async_list_for_ref("acme", "shop", pull.head_sha, filter_="all")
    assert listed.parsed_data.total_count == 2
    assert (await merge_refusal(client, pull))[0] == 405


def remarks(count: int) -> list[dict[str, object]]:
    """Make annotations."""
    return [
        {
            "path": "docs/tdd/0001-x.md",
            "start_line": n + 1,
            "end_line": n + 1,
            "annotation_level": "warning",
            "message": f"Remark {n}",
        }
        for n in range(count)
    ]


async def test_annotations_are_added_up_and_paged(client: Client, pull: PullRequest) -> None:
    number = await check(client, pull, output={**OUTPUT, "annotations": remarks(50)})
    await client("app").rest.checks.async_update(
        "acme",
        "shop",
        number,
        data={"output": {**OUTPUT, "annotations": remarks(1)}},
    )
    first = await client("app").rest.checks.async_list_annotations("acme", "shop", number, per_page=50)
    second = await client("app").rest.checks.async_list_annotations(
        "acme", "shop", number, per_page=50, page=2
    )
    assert (len(first.parsed_data), len(second.parsed_data)) == (50, 1)


BAD: list[dict[str, Any]] = [
    {"output": {**OUTPUT, "annotations": remarks(51)}},
    {"output": {**OUTPUT, "summary": "x" * 65_536}},
    {"output": {**OUTPUT, "text": "x" * 65_536}},
    {"output": {"summary": "no title"}},
    {"status": "completed"},
    {"conclusion": "stale"},
    {"conclusion": "fine"},
    {"actions": [{"label": "x", "description": "x", "identifier": "x"}] * 4},
    {"actions": [{"label": "x" * 21, "description": "x", "identifier": "x"}]},
    {"started_at": "yesterday"},
    {"unheard": "of"},
    {"head_sha": "0" * 40},
    {"output": {**OUTPUT, "annotations": [{**remarks(1)[0], "annotation_level": "grave"}]}},
]


@pytest.mark.parametrize("fields", BAD, ids=lambda fields: str(fields)[:40])
async def test_what_github_refuses_is_refused_and_leaves_no_run(
    scene: Scene, client: Client, pull: PullRequest, fields: dict[str, Any]
) -> None:
    body = {"name": "tdd/review", "head_sha": pull.head_sha, "output": OUTPUT, **fields}
    with pytest.raises(RequestFailed) as refusal:
        await client("app").arequest("POST", "/repos/acme/shop/check-runs", json=body)
    assert refusal.value.response.status_code == 422
    assert scene.repository.runs == {}


async def test_the_longest_texts_are_taken(client: Client, pull: PullRequest) -> None:
    long = "x" * 65_535
    assert await check(client, pull, output={"title": "t", "summary": long, "text": long})


async def test_a_button_of_the_run_reaches_the_app(
    sandbox: Sandbox, scene: Scene, client: Client, pull: PullRequest
) -> None:
    action = {"label": "Finalize", "description": "Set Status Approved", "identifier": "finalize"}
    number = await check(client, pull, conclusion="action_required", actions=[action])
    scene.person("alice").press(run_of(scene, number), "finalize")
    await sandbox.settled()
    sent = sandbox.deliveries[-1]
    assert (sent.event, sent.action) == ("check_run", "requested_action")
    assert sent.body["requested_action"] == {"identifier": "finalize"}


async def test_a_status_of_the_same_name_has_to_pass_too(
    scene: Scene, client: Client, pull: PullRequest
) -> None:
    scene.rule.required_checks = [type(scene.rule.required_checks[0])("tdd/review")]
    await check(client, pull, conclusion="success")
    await client("app").rest.repos.async_create_commit_status(
        "acme", "shop", pull.head_sha, state="failure", context="tdd/review"
    )
    combined = await client("app").rest.repos.async_get_combined_status_for_ref("acme", "shop", "change")
    assert combined.parsed_data.state == "failure"
    assert (await merge_refusal(client, pull))[0] == 405


async def test_a_draft_cannot_be_merged(scene: Scene, client: Client, pull: PullRequest) -> None:
    await check(client, pull, conclusion="success")
    scene.person("alice").draft(pull)
    assert await merge_refusal(client, pull) == (405, "Pull Request is still a draft")


async def test_a_conflict_cannot_be_merged(scene: Scene, client: Client, pull: PullRequest) -> None:
    await check(client, pull, conclusion="success")
    scene.person("erin").commit(scene.repository, "main", {"docs/tdd/0001-x.md": "other"})
    assert await merge_refusal(client, pull) == (405, "Pull Request is not mergeable")


async def test_a_merge_of_an_older_head_is_refused(client: Client, pull: PullRequest) -> None:
    await check(client, pull, conclusion="success")
    with pytest.raises(RequestFailed) as refusal:
        await client("alice").rest.pulls.async_merge("acme", "shop", pull.number, sha="0" * 40)
    assert refusal.value.response.status_code == 409


async def test_an_admin_may_pass_where_the_rule_lets_admins_pass(
    sandbox: Sandbox, scene: Scene, client: Client, pull: PullRequest
) -> None:
    scene.rule.admins_bypass = True
    assert (await merge_refusal(client, pull))[0] == 405
    merged = await client("erin").rest.pulls.async_merge("acme", "shop", pull.number)
    assert merged.parsed_data.merged
    await sandbox.settled()
    closed = [each.body for each in sandbox.deliveries if each.action == "closed"]
    merged_by = closed[0]["pull_request"]
    assert isinstance(merged_by, dict)
    assert merged_by["merged_by"]["login"] == "erin"


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
async def test_each_method_brings_the_files_to_the_base(
    scene: Scene, client: Client, pull: PullRequest, method: str
) -> None:
    await check(client, pull, conclusion="success")
    merged = await client("alice").rest.pulls.async_merge(
        "acme",
        "shop",
        pull.number,
        data={"merge_method": method},
    )
    tip = scene.repository.branches["main"]
    assert merged.parsed_data.sha == tip
    assert "docs/tdd/0001-x.md" in scene.repository.git.files(tip)
    assert len(scene.repository.git.commits[tip].parents) == (2 if method == "merge" else 1)


async def test_the_runs_of_a_forks_head_name_no_pull_request(scene: Scene, client: Client) -> None:
    pull = scene.open_fork_pull(DOC)
    number = await check(client, pull, conclusion="success")
    shown = await client("app").rest.checks.async_get("acme", "shop", number)
    assert shown.parsed_data.pull_requests == []
    assert run_of(scene, number).suite.head_branch is None


async def test_graphql_tells_which_run_is_required(scene: Scene, client: Client, pull: PullRequest) -> None:
    await check(client, pull, conclusion="success")
    await check(client, pull, name="other", conclusion="success")
    shown = await client("app").async_graphql(
        """query($a: Int!) { repository(owner: "acme", name: "shop") { pullRequest(number: 1) {
        mergeStateStatus
        commits(last: 1) { nodes { commit { checkSuites(first: 5, filterBy: {appId: $a}) { nodes {
          checkRuns(first: 5) { nodes { name isRequired(pullRequestNumber: 1) } } } } } } } } } }""",
        {"a": scene.app.id},
    )
    found = shown["repository"]["pullRequest"]
    [suite] = found["commits"]["nodes"][0]["commit"]["checkSuites"]["nodes"]
    required = {run["name"]: run["isRequired"] for run in suite["checkRuns"]["nodes"]}
    assert required == {"tdd/review": True, "other": False}
    assert found["mergeStateStatus"] == "CLEAN"
