"""A webhook leads to the right jobs, or to none."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.core.intake import PayloadError, told_by
from bot.core.model import (
    App,
    EndSessions,
    ForgetTeams,
    ForgetToken,
    Job,
    Login,
    Pressed,
    PullRequestRef,
    Reconcile,
    ReconcileCommit,
    ReconcileLeaning,
    Sha,
)
from bot.core.model.topics import (
    Topic,
    branch_topic,
    file_topic,
    name_topic,
    person_topic,
    shared_topic,
    team_topic,
)

APP = App(id=7, slug="tdd-bot")
HEAD = "a" * 40
REF = PullRequestRef(installation_id=5, repository_id=11, owner="acme", name="shop", number=3)
EXAMPLES = Path(__file__).parents[2] / ".official/octokit-webhooks-examples/api.github.com/index.json"


def jobs_of(event: str, payload: object, app: App | None) -> tuple[Job, ...]:
    """Return the jobs alone, of a payload as a test writes it."""
    return told_by(event, json.dumps(payload).encode(), app).jobs


def sent(action: str, by: str = "alice", **parts: object) -> dict[str, Any]:
    """Build the fields that every event about a repository has."""
    return {
        "action": action,
        "installation": {"id": 5, "node_id": "x"},
        "repository": {"id": 11, "name": "shop", "full_name": "acme/shop", "owner": {"login": "acme"}},
        "sender": {"login": by, "type": "User"},
        **parts,
    }


def pull_request(action: str, by: str = "alice") -> dict[str, Any]:
    return sent(action, by, pull_request={"number": 3, "title": "x"})


def comment(action: str, by: str = "alice", author: str = "alice") -> dict[str, Any]:
    issue = {"number": 3, "pull_request": {"url": "https://api.github.com/x"}}
    return sent(action, by, issue=issue, comment={"id": 1, "user": {"login": author}})


def check(action: str, by: str = "alice", **more: object) -> dict[str, Any]:
    run = {"head_sha": HEAD, "app": {"id": 7}, "external_id": "", "pull_requests": [], **more}
    return sent(action, by, check_run=run)


def listed(number: int, repository: int = 11) -> dict[str, Any]:
    return {"number": number, "base": {"ref": "main", "repo": {"id": repository}}}


@pytest.mark.parametrize(
    "action",
    [
        "opened",
        "reopened",
        "synchronize",
        "edited",
        "ready_for_review",
        "converted_to_draft",
        "review_requested",
        "review_request_removed",
        "locked",
        "unlocked",
        "closed",
    ],
)
def test_a_changed_pull_request_is_judged_anew(action: str) -> None:
    assert jobs_of("pull_request", pull_request(action), APP) == (Reconcile(REF),)


@pytest.mark.parametrize("action", ["enqueued", "dequeued", "labeled", "assigned", "auto_merge_enabled"])
def test_what_decides_nothing_leads_to_no_job(action: str) -> None:
    assert jobs_of("pull_request", pull_request(action), APP) == ()


@pytest.mark.parametrize("action", ["submitted", "edited", "dismissed"])
def test_a_review_leads_to_its_pull_request(action: str) -> None:
    assert jobs_of("pull_request_review", pull_request(action), APP) == (Reconcile(REF),)


@pytest.mark.parametrize("action", ["created", "edited", "deleted"])
def test_a_line_comment_may_hold_a_command(action: str) -> None:
    assert jobs_of("pull_request_review_comment", pull_request(action), APP) == (Reconcile(REF),)


@pytest.mark.parametrize("action", ["created", "edited", "deleted"])
def test_a_comment_may_hold_a_command(action: str) -> None:
    assert jobs_of("issue_comment", comment(action), APP) == (Reconcile(REF),)


def test_a_comment_on_an_issue_is_not_ours() -> None:
    payload = sent("created", issue={"number": 3}, comment={"id": 1})
    assert jobs_of("issue_comment", payload, APP) == ()


@pytest.mark.parametrize("action", ["created", "edited"])
def test_our_own_comment_leads_to_no_job(action: str) -> None:
    assert jobs_of("issue_comment", comment(action, by="tdd-bot[bot]", author="tdd-bot[bot]"), APP) == ()


@pytest.mark.parametrize("action", ["edited", "deleted"])
def test_a_person_who_touches_our_comment_has_it_healed(action: str) -> None:
    payload = comment(action, by="mallory", author="tdd-bot[bot]")
    assert jobs_of("issue_comment", payload, APP) == (Reconcile(REF),)


def test_our_own_review_request_leads_to_no_job() -> None:
    assert jobs_of("pull_request", pull_request("review_requested", by="tdd-bot[bot]"), APP) == ()


@pytest.mark.parametrize("action", ["synchronize", "opened", "edited"])
def test_our_own_commits_and_pull_requests_are_judged(action: str) -> None:
    assert jobs_of("pull_request", pull_request(action, by="tdd-bot[bot]"), APP) == (Reconcile(REF),)


def test_another_bot_is_not_dropped() -> None:
    payload = pull_request("review_requested", by="dependabot[bot]")
    assert jobs_of("pull_request", payload, APP) == (Reconcile(REF),)


def test_nothing_is_dropped_while_the_app_does_not_know_its_name() -> None:
    assert jobs_of("issue_comment", comment("created", by="tdd-bot[bot]"), None) == (Reconcile(REF),)


def test_re_run_finds_the_pull_requests_that_the_check_lists() -> None:
    payload = check("rerequested", pull_requests=[listed(3), listed(3), listed(9, repository=99)])
    assert jobs_of("check_run", payload, APP) == (Reconcile(REF),)


def test_re_run_of_a_fork_is_found_by_our_own_external_id() -> None:
    payload = check("rerequested", external_id="3:abcdef")
    assert jobs_of("check_run", payload, APP) == (Reconcile(REF),)


@pytest.mark.parametrize("external_id", [None, "", "3", "x:y", "-3:y", "0:y", "٣:y", "9" * 30 + ":y"])
def test_re_run_without_a_number_goes_by_the_commit(external_id: str | None) -> None:
    payload = check("rerequested", external_id=external_id)
    assert jobs_of("check_run", payload, APP) == (ReconcileCommit(5, 11, Sha(HEAD)),)


def button(identifier: str = "submit", kind: str = "User", **more: object) -> dict[str, Any]:
    fields: dict[str, Any] = {"external_id": "3:abcdef:0", **more}
    pressed = check("requested_action", **fields)
    sender = {"id": 21, "login": "alice", "type": kind}
    return {**pressed, "sender": sender, "requested_action": {"identifier": identifier}}


def test_a_button_on_our_check_is_taken_with_whoever_pressed_it() -> None:
    pressed = Pressed(REF, "submit", 21, Login("alice"))

    assert jobs_of("check_run", button(), APP) == (pressed,)
    assert jobs_of("check_run", button(pull_requests=[listed(4)]), APP) == (pressed,)


@pytest.mark.parametrize(
    "payload",
    [button(kind="Bot"), button(external_id=""), button(external_id=None), button(app={"id": 15368})],
    ids=["a bot", "no pull request", "no name", "another app"],
)
def test_a_press_that_is_not_for_us_leads_to_no_job(payload: dict[str, Any]) -> None:
    assert jobs_of("check_run", payload, APP) == ()


@pytest.mark.parametrize("identifier", ["", "x" * 21, 7, None])
def test_a_press_of_what_can_be_no_button_is_refused(identifier: object) -> None:
    payload = button() | {"requested_action": {"identifier": identifier}}
    with pytest.raises(PayloadError, match=r"requested_action\.identifier"):
        jobs_of("check_run", payload, APP)


@pytest.mark.parametrize("action", ["created", "completed"])
def test_checks_that_come_and_go_are_nothing_to_us(action: str) -> None:
    assert jobs_of("check_run", check(action), APP) == ()


def test_another_apps_check_is_nothing_to_us() -> None:
    assert jobs_of("check_run", check("rerequested", app={"id": 15368}), APP) == ()


def test_our_own_hand_on_a_check_leads_to_no_job() -> None:
    assert jobs_of("check_run", check("rerequested", by="tdd-bot[bot]"), APP) == ()


def test_re_run_all_goes_by_pull_requests_or_by_the_commit() -> None:
    suite = {"head_sha": HEAD, "app": {"id": 7}, "pull_requests": [listed(3)]}
    assert jobs_of("check_suite", sent("rerequested", check_suite=suite), APP) == (Reconcile(REF),)
    suite["pull_requests"] = []
    commit = ReconcileCommit(5, 11, Sha(HEAD))
    assert jobs_of("check_suite", sent("rerequested", check_suite=suite), APP) == (commit,)


def test_a_new_check_suite_is_nothing_to_us() -> None:
    suite = {"head_sha": HEAD, "pull_requests": []}
    assert jobs_of("check_suite", sent("requested", check_suite=suite), APP) == ()


@pytest.mark.parametrize(
    ("event", "action"),
    [
        ("team", "edited"),
        ("team", "deleted"),
        ("team", "added_to_repository"),
        ("membership", "added"),
        ("membership", "removed"),
        ("organization", "member_removed"),
        ("organization", "renamed"),
    ],
)
def test_a_change_of_people_forgets_the_organisations_teams(event: str, action: str) -> None:
    payload = {"action": action, "organization": {"login": "acme", "id": 2}, "installation": {"id": 5}}
    assert jobs_of(event, payload, APP) == (ForgetTeams("acme"),)


def people(action: str, **parts: object) -> dict[str, Any]:
    return {"action": action, "organization": {"login": "acme"}, "installation": {"id": 5}, **parts}


def test_a_change_in_a_team_is_looked_at_where_the_team_or_the_one_above_has_a_seat() -> None:
    payload = people("removed", team={"id": 21, "slug": "db", "parent": {"id": 20, "slug": "infra"}})
    topics = (team_topic(21), team_topic(20))
    expected = (ForgetTeams("acme"), ReconcileLeaning(5, None, topics, "people"))
    assert jobs_of("membership", payload, APP) == expected


def test_a_changed_team_is_looked_at_where_its_name_meant_nothing_before() -> None:
    payload = people("created", team={"id": 21, "slug": "DB", "parent": None})
    _, leaning = jobs_of("team", payload, APP)
    assert leaning == ReconcileLeaning(5, None, (team_topic(21), name_topic("db")), "people")


def test_a_person_who_leaves_is_looked_at_where_the_word_counted() -> None:
    payload = people("member_removed", membership={"user": {"id": 4, "login": "bob"}})
    _, leaning = jobs_of("organization", payload, APP)
    assert leaning == ReconcileLeaning(5, None, (person_topic(4), name_topic("bob")), "people")


# --- pushes --------------------------------------------------------------------------------------

DESIGN = "docs/tdd/0007-prices.md"


def push(*commits: dict[str, list[str]], ref: str = "refs/heads/main", **more: object) -> dict[str, Any]:
    """Return a push; each commit names what it added, removed and modified."""
    lists = [{"added": [], "removed": [], "modified": [], **one} for one in commits]
    payload = sent("", ref=ref, created=False, deleted=False, forced=False, commits=lists)
    payload["repository"] = {**payload["repository"], "default_branch": "main"}
    del payload["action"]
    return {**payload, **more}


def topics_of(payload: dict[str, Any]) -> tuple[Topic, ...]:
    (job,) = jobs_of("push", payload, APP)
    assert isinstance(job, ReconcileLeaning)
    assert (job.installation_id, job.repository_id) == (5, 11)
    return job.topics


def test_a_push_names_the_documents_and_the_configuration_that_it_touches() -> None:
    payload = push({"added": ["src/a.py", DESIGN]}, {"modified": [DESIGN, ".github/tdd-bot.yml"]})
    assert topics_of(payload) == (
        file_topic("main", DESIGN),
        file_topic("main", ".github/tdd-bot.yml"),
        Topic("number main docs/tdd 7"),
    )


def test_a_push_of_code_leads_to_nothing() -> None:
    assert jobs_of("push", push({"added": ["src/a.py", "ci.yml"], "removed": ["b.txt.bak"]}), APP) == ()


@pytest.mark.parametrize(
    "payload",
    [
        push(ref="refs/tags/v1"),
        push({"added": [DESIGN]}, deleted=True),
        push({"added": [DESIGN]}, ref="refs/heads/gh-readonly-queue/main/pr-3-" + HEAD),
    ],
)
def test_a_push_that_is_no_branchs_new_content_leads_to_nothing(payload: dict[str, Any]) -> None:
    assert jobs_of("push", payload, APP) == ()


@pytest.mark.parametrize(
    "payload",
    [
        push(forced=True),
        push(created=True),
        push(*[{"added": ["x"]}] * 2048),
        push({"added": [f"{number}.png" for number in range(300)]}),
        push(*[{"added": [f"docs/{number}.md"]} for number in range(501)]),
    ],
)
def test_what_a_push_may_not_tell_whole_stands_for_the_branch(payload: dict[str, Any]) -> None:
    assert topics_of(payload) == (branch_topic("main"),)


def test_the_organisations_configuration_is_looked_at_everywhere() -> None:
    payload = push({"modified": [".github/tdd-bot.yml"]})
    payload["repository"] = {**payload["repository"], "name": ".github"}
    own, everywhere = jobs_of("push", payload, APP)
    assert isinstance(own, ReconcileLeaning)
    assert everywhere == ReconcileLeaning(5, None, (shared_topic(".github/tdd-bot.yml"),), "base-push")


def test_a_change_of_collaborators_forgets_the_owners_people() -> None:
    assert jobs_of("member", sent("removed", member={"login": "dana"}), APP) == (ForgetTeams("acme"),)


@pytest.mark.parametrize(
    ("event", "action"),
    [
        ("installation", "created"),
        ("installation", "suspend"),
        ("installation", "unsuspend"),
        ("installation", "new_permissions_accepted"),
        ("installation", "deleted"),
        ("installation_repositories", "added"),
        ("installation_repositories", "removed"),
    ],
)
def test_a_changed_installation_forgets_its_token(event: str, action: str) -> None:
    assert jobs_of(event, {"action": action, "installation": {"id": 5}}, APP) == (ForgetToken(5),)


@pytest.mark.parametrize("action", ["renamed", "transferred", "archived", "unarchived"])
def test_a_repository_that_is_no_longer_as_it_was_is_looked_for_with_another_token(
    action: str,
) -> None:
    payload = {
        "action": action,
        "installation": {"id": 5},
        "repository": {"id": 22, "name": "shop", "owner": {"login": "beta"}},
    }

    assert jobs_of("repository", payload, APP) == (ForgetTeams("beta"), ForgetToken(5))
    assert jobs_of("repository", {**payload, "action": "publicized"}, APP) == ()


def test_an_authorization_taken_back_ends_the_persons_sessions() -> None:
    payload = {"action": "revoked", "sender": {"login": "bob", "id": 7}}

    assert jobs_of("github_app_authorization", payload, APP) == (EndSessions(7),)
    assert jobs_of("github_app_authorization", {**payload, "action": "granted"}, APP) == ()
    with pytest.raises(PayloadError, match=r"sender"):
        jobs_of("github_app_authorization", {"action": "revoked"}, APP)


def group(head_ref: str, action: str = "checks_requested") -> dict[str, Any]:
    return sent(action, merge_group={"head_sha": HEAD, "head_ref": head_ref, "base_ref": "refs/heads/main"})


@pytest.mark.parametrize("base", ["main", "release/2.0/pr-9-x"])
def test_a_merge_group_leads_to_its_pull_request(base: str) -> None:
    payload = group(f"refs/heads/gh-readonly-queue/{base}/pr-3-{HEAD}")
    assert jobs_of("merge_group", payload, APP) == (Reconcile(REF),)


@pytest.mark.parametrize("ref", ["refs/heads/main", f"refs/heads/x/pr-0-{HEAD}", "refs/heads/x/pr-3-main"])
def test_a_merge_group_that_names_no_pull_request_leads_to_none(ref: str) -> None:
    assert jobs_of("merge_group", group(ref), APP) == ()


def test_a_merge_group_that_is_gone_is_not_looked_for() -> None:
    payload = group(f"refs/heads/gh-readonly-queue/main/pr-3-{HEAD}", "destroyed")
    assert jobs_of("merge_group", payload, APP) == ()


@pytest.mark.parametrize("event", ["ping", "star", "", "no_such_event"])
def test_an_event_that_is_not_subscribed_leads_to_no_job(event: str) -> None:
    assert jobs_of(event, {}, APP) == ()


def test_an_unknown_action_needs_no_other_field() -> None:
    assert jobs_of("pull_request", {"action": "new_in_2027"}, APP) == ()


@pytest.mark.parametrize(
    ("event", "payload", "field"),
    [
        ("pull_request", {}, "action"),
        ("pull_request", {"action": 3}, "action"),
        ("pull_request", {"action": "opened"}, "installation"),
        ("pull_request", pull_request("opened") | {"pull_request": None}, "pull_request"),
        ("pull_request", pull_request("opened") | {"pull_request": {"number": "3"}}, "pull_request.number"),
        ("pull_request", pull_request("opened") | {"pull_request": {"number": -3}}, "pull_request.number"),
        ("pull_request", pull_request("opened") | {"pull_request": {"number": 2**70}}, "pull_request.number"),
        ("pull_request", pull_request("opened") | {"repository": {"id": 1, "name": "x"}}, "repository.owner"),
        ("issue_comment", sent("created"), "issue"),
        ("check_run", check("rerequested", head_sha="main"), "check_run.head_sha"),
        ("check_run", check("rerequested", pull_requests={}), "check_run.pull_requests"),
        ("team", {"action": "edited", "installation": {"id": 5}}, "organization"),
        ("installation", {"action": "deleted"}, "installation"),
    ],
)
def test_a_broken_payload_is_refused_by_the_field(event: str, payload: dict[str, Any], field: str) -> None:
    with pytest.raises(PayloadError, match=f"^webhook {event}: `{field}"):
        jobs_of(event, payload, APP)


@pytest.mark.parametrize(
    ("event", "payload", "action"),
    [
        ("pull_request", pull_request("opened"), "opened"),
        ("pull_request", pull_request("labeled"), "labeled"),
        ("pull_request", {"action": "new_in_2027"}, "new_in_2027"),
        ("star", {"action": "created"}, "created"),
        ("star", {"action": 3}, ""),
        ("ping", {}, ""),
        ("push", push({"added": ["docs/tdd/a.md"]}), ""),
    ],
)
def test_the_action_is_told_whether_it_matters_or_not(
    event: str, payload: dict[str, Any], action: str
) -> None:
    assert told_by(event, json.dumps(payload).encode(), APP).action == action


@pytest.mark.parametrize("event", ["pull_request", "push", "ping"])
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"a":' * 1000 + b"1" + b"}" * 1000])
def test_a_body_that_is_no_json_object_is_refused_whatever_the_event(event: str, body: bytes) -> None:
    with pytest.raises(PayloadError, match=f"^webhook {event}: `the whole`"):
        told_by(event, body, APP)


def test_a_payload_that_is_no_object_is_refused() -> None:
    payload: Any = ["not", "an", "object"]
    with pytest.raises(PayloadError, match="webhook pull_request: `the whole`"):
        jobs_of("pull_request", payload, APP)


def test_a_refusal_does_not_repeat_what_was_sent() -> None:
    payload = pull_request("opened") | {"pull_request": {"number": "secret text"}}
    with pytest.raises(PayloadError) as refused:
        jobs_of("pull_request", payload, APP)
    assert "secret text" not in str(refused.value)


@pytest.mark.skipif(
    not EXAMPLES.exists(), reason="official GitHub descriptions are not fetched (run .ci/fetch-official)"
)
def test_no_official_example_is_refused() -> None:
    events = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    jobs = 0
    for event in events:
        for example in event["examples"]:
            # The examples were recorded by repository webhooks; an app's carry the installation.
            jobs += len(jobs_of(event["name"], {"installation": {"id": 5}, **example}, APP))
    assert jobs > 20
