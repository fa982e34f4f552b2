"""Reviews, through a client nobody here wrote."""

import pytest

from bot.sandbox import Happened, ReviewState, Sandbox, Scene
from tests.sandbox.clients import RequestFailed
from tests.sandbox.conftest import Client, events, last

DOC = {"docs/tdd/0001-x.md": "# TDD: X\n\none\n"}
DISMISSALS = """query($n: Int!) { repository(owner: "acme", name: "shop") { pullRequest(number: $n) {
  reviews(first: 10) { nodes { state } }
  timelineItems(first: 10, itemTypes: [REVIEW_DISMISSED_EVENT]) { nodes { ... on ReviewDismissedEvent {
    actor { login } previousReviewState dismissalMessage
    pullRequestCommit { commit { oid } } review { fullDatabaseId } } } } } } }"""


async def test_an_approval_is_read_back_as_it_was_given(scene: Scene, client: Client) -> None:
    pull = scene.open_pull(DOC)
    made = await client("bob").rest.pulls.async_create_review(
        "acme", "shop", pull.number, event="APPROVE", body="Fine by me"
    )
    assert made.parsed_data.state == "APPROVED"
    listed = await client("app").rest.pulls.async_list_reviews("acme", "shop", pull.number)
    [review] = listed.parsed_data
    assert review.user is not None
    assert (review.user.login, review.body, review.commit_id) == ("bob", "Fine by me", pull.head_sha)


async def test_the_stale_rule_dismisses_an_approval_when_a_push_changes_the_diff(
    scene: Scene, client: Client
) -> None:
    scene.rule.dismiss_stale_reviews = True
    pull = scene.open_pull(DOC)
    scene.person("bob").approve(pull)
    head = scene.person("alice").commit(scene.repository, "change", {"docs/tdd/0001-x.md": "# TDD: Y\n"})
    shown = await client("app").async_graphql(DISMISSALS, {"n": pull.number})
    found = shown["repository"]["pullRequest"]
    assert [review["state"] for review in found["reviews"]["nodes"]] == ["DISMISSED"]
    [event] = found["timelineItems"]["nodes"]
    assert event["pullRequestCommit"]["commit"]["oid"] == head
    assert event["previousReviewState"] == "APPROVED"
    assert event["dismissalMessage"] is None


async def test_the_stale_rule_leaves_change_requests_alone(scene: Scene) -> None:
    scene.rule.dismiss_stale_reviews = True
    pull = scene.open_pull(DOC)
    review = scene.person("bob").review(pull, "REQUEST_CHANGES", "No")
    scene.person("alice").commit(scene.repository, "change", {"docs/tdd/0001-x.md": "# TDD: Y\n"})
    assert review.state is ReviewState.CHANGES_REQUESTED


async def test_without_the_rule_an_approval_outlives_a_push(scene: Scene) -> None:
    pull = scene.open_pull(DOC)
    review = scene.person("bob").approve(pull)
    scene.person("alice").commit(scene.repository, "change", {"docs/tdd/0001-x.md": "# TDD: Y\n"})
    assert review.state is ReviewState.APPROVED


async def test_the_stale_rule_spares_approvals_when_only_the_base_was_merged_in(
    scene: Scene, client: Client
) -> None:
    scene.rule.dismiss_stale_reviews = True
    pull = scene.open_pull(DOC)
    review = scene.person("bob").approve(pull)
    scene.person("erin").commit(scene.repository, "main", {"other.txt": "x"})
    updated = await client("alice").rest.pulls.async_update_branch("acme", "shop", pull.number)
    assert updated.status_code == 202
    assert review.state is ReviewState.APPROVED


async def test_a_persons_dismissal_names_the_person_and_no_commit(
    sandbox: Sandbox, scene: Scene, client: Client
) -> None:
    pull = scene.open_pull(DOC)
    review = scene.person("bob").review(pull, "REQUEST_CHANGES", "Not yet")
    await client("erin").rest.pulls.async_dismiss_review(
        "acme", "shop", pull.number, review.id, message="Talked it over", event="DISMISS"
    )
    shown = await client("app").async_graphql(DISMISSALS, {"n": pull.number})
    [event] = shown["repository"]["pullRequest"]["timelineItems"]["nodes"]
    assert event["pullRequestCommit"] is None
    assert event["actor"]["login"] == "erin"
    assert event["dismissalMessage"] == "Talked it over"
    assert event["review"]["fullDatabaseId"] == str(review.id)
    await sandbox.settled()
    assert last(sandbox.deliveries, "pull_request_review")["review"]["state"] == "dismissed"


async def test_a_stranger_cannot_dismiss(scene: Scene, client: Client) -> None:
    pull = scene.open_pull(DOC)
    review = scene.person("bob").approve(pull)
    with pytest.raises(RequestFailed) as refusal:
        await client("mallory").rest.pulls.async_dismiss_review(
            "acme", "shop", pull.number, review.id, message="Ha"
        )
    assert refusal.value.response.status_code == 403
    assert review.state is ReviewState.APPROVED


async def test_a_mere_comment_cannot_be_dismissed(scene: Scene, client: Client) -> None:
    pull = scene.open_pull(DOC)
    review = scene.person("bob").review(pull, "COMMENT", "hm")
    with pytest.raises(RequestFailed) as refusal:
        await client("erin").rest.pulls.async_dismiss_review(
            "acme", "shop", pull.number, review.id, message="Ha"
        )
    assert refusal.value.response.status_code == 422


async def test_a_commented_review_clears_the_persons_and_the_teams_request(
    scene: Scene, client: Client
) -> None:
    pull = scene.open_pull(DOC)
    scene.person("alice").request(pull, users=("bob", "carol"), teams=("eng-lead", "security-team"))
    await client("bob").rest.pulls.async_create_review(
        "acme", "shop", pull.number, event="COMMENT", body="Reading"
    )
    left = await client("app").rest.pulls.async_list_requested_reviewers("acme", "shop", pull.number)
    assert [user.login for user in left.parsed_data.users] == ["carol"]
    assert [team.slug for team in left.parsed_data.teams] == ["security-team"]


async def test_a_review_is_on_behalf_of_the_team_that_was_asked(scene: Scene, client: Client) -> None:
    pull = scene.open_pull(DOC)
    scene.person("alice").request(pull, teams=("eng-lead",))
    scene.person("bob").approve(pull)
    shown = await client("app").async_graphql(
        """{ repository(owner: "acme", name: "shop") { pullRequest(number: 1) { reviews(first: 5) { nodes {
        onBehalfOf(first: 5) { nodes { combinedSlug } } } } } } }"""
    )
    [review] = shown["repository"]["pullRequest"]["reviews"]["nodes"]
    assert review["onBehalfOf"]["nodes"] == [{"combinedSlug": "acme/eng-lead"}]


@pytest.mark.parametrize("event", ["APPROVE", "REQUEST_CHANGES"])
async def test_the_author_cannot_judge_the_own_pull_request(scene: Scene, client: Client, event: str) -> None:
    pull = scene.open_pull(DOC)
    with pytest.raises(RequestFailed) as refusal:
        await client("alice").rest.pulls.async_create_review(
            "acme",
            "shop",
            pull.number,
            data={"event": event, "body": "me"},
        )
    assert refusal.value.response.status_code == 422
    assert "your own pull request" in refusal.value.response.text
    assert pull.reviews == []


async def test_a_change_request_needs_words(scene: Scene, client: Client) -> None:
    pull = scene.open_pull(DOC)
    with pytest.raises(RequestFailed) as refusal:
        await client("bob").rest.pulls.async_create_review(
            "acme", "shop", pull.number, event="REQUEST_CHANGES"
        )
    assert refusal.value.response.status_code == 422


async def test_a_pending_review_is_its_authors_secret_until_submitted(scene: Scene, client: Client) -> None:
    pull = scene.open_pull(DOC)
    bob = client("bob")
    made = await bob.rest.pulls.async_create_review("acme", "shop", pull.number, body="draft")
    others = await client("app").rest.pulls.async_list_reviews("acme", "shop", pull.number)
    assert others.parsed_data == []
    await bob.rest.pulls.async_submit_review(
        "acme", "shop", pull.number, made.parsed_data.id, event="APPROVE"
    )
    others = await client("app").rest.pulls.async_list_reviews("acme", "shop", pull.number)
    assert [review.state for review in others.parsed_data] == ["APPROVED"]


async def test_a_review_of_an_older_commit_keeps_that_commit(scene: Scene, client: Client) -> None:
    pull = scene.open_pull(DOC)
    old = pull.head_sha
    scene.person("alice").commit(scene.repository, "change", {"docs/tdd/0001-x.md": "# TDD: Y\n"})
    made = await client("bob").rest.pulls.async_create_review(
        "acme", "shop", pull.number, event="APPROVE", commit_id=old
    )
    assert made.parsed_data.commit_id == old != pull.head_sha


async def test_comments_on_lines_form_threads(sandbox: Sandbox, scene: Scene, client: Client) -> None:
    pull = scene.open_pull(DOC)
    first = await client("bob").rest.pulls.async_create_review_comment(
        "acme",
        "shop",
        pull.number,
        body="Why?",
        commit_id=pull.head_sha,
        path="docs/tdd/0001-x.md",
        line=1,
        side="RIGHT",
    )
    await client("alice").rest.pulls.async_create_reply_for_review_comment(
        "acme", "shop", pull.number, first.parsed_data.id, body="Because."
    )
    shown = await client("app").async_graphql(
        """{ repository(owner: "acme", name: "shop") { pullRequest(number: 1) {
        reviewThreads(last: 5) { nodes { path
          comments(last: 5) { nodes { body author { login } } } } } } } }"""
    )
    [thread] = shown["repository"]["pullRequest"]["reviewThreads"]["nodes"]
    assert [row["body"] for row in thread["comments"]["nodes"]] == ["Why?", "Because."]
    await sandbox.settled()
    assert events(sandbox.deliveries).count("pull_request_review_comment.created") == 2


async def test_a_comment_on_a_file_that_is_not_changed_is_refused(scene: Scene, client: Client) -> None:
    pull = scene.open_pull(DOC)
    with pytest.raises(RequestFailed) as refusal:
        await client("bob").rest.pulls.async_create_review_comment(
            "acme", "shop", pull.number, body="x", commit_id=pull.head_sha, path="README.md", line=1
        )
    assert refusal.value.response.status_code == 422


async def test_an_edited_review_shows_its_editor(scene: Scene, client: Client) -> None:
    pull = scene.open_pull(DOC)
    review = scene.person("bob").review(pull, "COMMENT", "first")
    await client("erin").rest.pulls.async_update_review("acme", "shop", pull.number, review.id, body="second")
    assert review.editor is scene.person("erin").account
    assert review.last_edited_at is not None


async def test_a_dismissal_is_part_of_the_timeline(scene: Scene) -> None:
    pull = scene.open_pull(DOC)
    review = scene.person("bob").approve(pull)
    scene.person("erin").dismiss(review)
    assert [event.kind for event in pull.timeline] == [Happened.REVIEW_DISMISSED]
