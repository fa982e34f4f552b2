"""Comments in the conversation: written, edited and deleted by anybody who may."""

import pytest

from bot.sandbox import Happened, PullRequest, Sandbox, Scene
from tests.sandbox.clients import RequestFailed
from tests.sandbox.conftest import Client, events, last

COMMENTS = """{ repository(owner: "acme", name: "shop") { pullRequest(number: 1) {
  comments(last: 10) { nodes { body includesCreatedEdit lastEditedAt viewerDidAuthor
    author { __typename login } editor { __typename login }
    reactionGroups { content viewerHasReacted } } }
  timelineItems(first: 10, itemTypes: [COMMENT_DELETED_EVENT]) { nodes { ... on CommentDeletedEvent {
    actor { login } deletedCommentAuthor { login } } } } } } }"""


@pytest.fixture
def pull(scene: Scene) -> PullRequest:
    """An open pull request."""
    return scene.open_pull({"docs/tdd/0001-x.md": "# TDD: X\n"})


async def test_the_apps_comment_is_by_its_bot(sandbox: Sandbox, client: Client, pull: PullRequest) -> None:
    made = await client("app").rest.issues.async_create_comment("acme", "shop", 1, body="Hello")
    assert made.parsed_data.user is not None
    assert (made.parsed_data.user.login, made.parsed_data.user.type) == ("tdd-bot[bot]", "Bot")
    shown = await client("app").async_graphql(COMMENTS)
    [comment] = shown["repository"]["pullRequest"]["comments"]["nodes"]
    assert comment["author"] == {"__typename": "Bot", "login": "tdd-bot"}
    assert comment["viewerDidAuthor"] is True
    await sandbox.settled()
    sent = last(sandbox.deliveries, "issue_comment")
    assert sent["sender"]["login"] == "tdd-bot[bot]"
    assert "pull_request" in sent["issue"]
    assert pull.comments[0].via_app is not None


async def test_another_hand_shows_as_the_editor(
    sandbox: Sandbox, scene: Scene, client: Client, pull: PullRequest
) -> None:
    comment = scene.person("bob").comment(pull, "/tdd approve")
    await client("erin").rest.issues.async_update_comment("acme", "shop", comment.id, body="/tdd hold")
    shown = await client("app").async_graphql(COMMENTS)
    [row] = shown["repository"]["pullRequest"]["comments"]["nodes"]
    assert row["editor"] == {"__typename": "User", "login": "erin"}
    assert row["includesCreatedEdit"]
    assert row["lastEditedAt"]
    assert row["author"]["login"] == "bob"
    await sandbox.settled()
    assert last(sandbox.deliveries, "issue_comment")["changes"] == {"body": {"from": "/tdd approve"}}


async def test_a_deleted_comment_leaves_an_event(
    sandbox: Sandbox, scene: Scene, client: Client, pull: PullRequest
) -> None:
    comment = scene.person("bob").comment(pull, "/tdd concern X")
    await client("erin").rest.issues.async_delete_comment("acme", "shop", comment.id)
    shown = await client("app").async_graphql(COMMENTS)
    found = shown["repository"]["pullRequest"]
    assert found["comments"]["nodes"] == []
    assert found["timelineItems"]["nodes"] == [
        {"actor": {"login": "erin"}, "deletedCommentAuthor": {"login": "bob"}}
    ]
    assert pull.timeline[-1].kind is Happened.COMMENT_DELETED
    await sandbox.settled()
    assert events(sandbox.deliveries)[-1] == "issue_comment.deleted"
    with pytest.raises(RequestFailed) as refusal:
        await client("app").rest.issues.async_get_comment("acme", "shop", comment.id)
    assert refusal.value.response.status_code == 404


async def test_a_person_without_write_access_cannot_edit_the_words_of_others(
    scene: Scene, client: Client, pull: PullRequest
) -> None:
    comment = scene.person("bob").comment(pull, "Mine")
    with pytest.raises(RequestFailed) as refusal:
        await client("mallory").rest.issues.async_update_comment("acme", "shop", comment.id, body="Yours")
    assert refusal.value.response.status_code == 403
    assert comment.body == "Mine"


async def test_the_longest_body_is_taken(client: Client, pull: PullRequest) -> None:
    await client("bob").rest.issues.async_create_comment("acme", "shop", 1, body="x" * 65_536)
    assert len(pull.comments) == 1


@pytest.mark.parametrize("length", [65_537, 0])
async def test_a_body_that_is_too_long_or_empty_is_refused(
    client: Client, pull: PullRequest, length: int
) -> None:
    with pytest.raises(RequestFailed) as refusal:
        await client("bob").rest.issues.async_create_comment("acme", "shop", 1, body="x" * length)
    assert refusal.value.response.status_code == 422
    assert pull.comments == []


async def test_reacting_twice_is_reacting_once(scene: Scene, client: Client, pull: PullRequest) -> None:
    comment = scene.person("bob").comment(pull, "/tdd check")
    app = client("app")
    statuses = [
        (
            await app.rest.reactions.async_create_for_issue_comment(
                "acme", "shop", comment.id, content="eyes"
            )
        ).status_code
        for _ in range(2)
    ]
    assert statuses == [201, 200]
    listed = await app.rest.reactions.async_list_for_issue_comment("acme", "shop", comment.id)
    assert [row.content for row in listed.parsed_data] == ["eyes"]


async def test_reactions_through_graphql_show_to_whom_they_belong(
    scene: Scene, client: Client, pull: PullRequest
) -> None:
    comment = scene.person("bob").comment(pull, "/tdd check")
    text = """mutation($id: ID!) { addReaction(input: {subjectId: $id, content: THUMBS_UP}) {
      reaction { content user { login } } } }"""
    await client("app").async_graphql(text, {"id": comment.node_id})
    for who, seen in (("app", True), ("bob", False)):
        shown = await client(who).async_graphql(COMMENTS)
        groups = shown["repository"]["pullRequest"]["comments"]["nodes"][0]["reactionGroups"]
        assert len(groups) == 8
        assert groups[0] == {"content": "THUMBS_UP", "viewerHasReacted": seen}


async def test_a_line_comment_can_be_reacted_to(scene: Scene, client: Client, pull: PullRequest) -> None:
    comment = scene.person("bob").line_comment(pull, "docs/tdd/0001-x.md", "/tdd hold")
    await client("app").rest.reactions.async_create_for_pull_request_review_comment(
        "acme", "shop", comment.id, content="confused"
    )
    assert [row.content for row in comment.reactions] == ["confused"]


async def test_a_hidden_comment_says_why(scene: Scene, client: Client, pull: PullRequest) -> None:
    comment = scene.person("bob").comment(pull, "old")
    text = """mutation($id: ID!) { minimizeComment(input: {subjectId: $id, classifier: OUTDATED}) {
      minimizedComment { isMinimized minimizedReason } } }"""
    shown = await client("erin").async_graphql(text, {"id": comment.node_id})
    assert shown["minimizeComment"]["minimizedComment"] == {
        "isMinimized": True,
        "minimizedReason": "outdated",
    }


async def test_a_locked_conversation_is_closed_to_strangers(
    scene: Scene, client: Client, pull: PullRequest
) -> None:
    scene.person("erin").lock(pull)
    with pytest.raises(RequestFailed) as refusal:
        await client("mallory").rest.issues.async_create_comment("acme", "shop", 1, body="But")
    assert refusal.value.response.status_code == 403
    await client("app").rest.issues.async_create_comment("acme", "shop", 1, body="Still")
    assert len(pull.comments) == 1


async def test_comments_are_paged_with_links(scene: Scene, client: Client, pull: PullRequest) -> None:
    for number in range(5):
        scene.person("bob").comment(pull, f"comment {number}")
    app = client("app")
    seen = [
        comment.body
        async for comment in app.rest.paginate(
            app.rest.issues.async_list_comments, owner="acme", repo="shop", issue_number=1, per_page=2
        )
    ]
    assert seen == [f"comment {number}" for number in range(5)]
    first = await app.rest.issues.async_list_comments("acme", "shop", 1, per_page=2)
    assert 'page=2>; rel="next"' in first.headers["Link"]
    assert 'page=3>; rel="last"' in first.headers["Link"]
