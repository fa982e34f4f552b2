"""Review requests: one call is all or nothing, teams may hand on."""

import pytest

from bot.sandbox import Happened, Privacy, Role, Sandbox, Scene
from tests.sandbox.clients import RequestFailed
from tests.sandbox.conftest import Client, events, last

DOC = {"docs/tdd/0001-x.md": "# TDD: X\n"}


async def ask(client: Client, number: int, **names: list[str]) -> None:
    """Ask for reviews through the client, as the app."""
    await client("app").rest.pulls.async_request_reviewers("acme", "shop", number, **names)


async def test_people_and_teams_are_asked_in_one_call(sandbox: Sandbox, scene: Scene, client: Client) -> None:
    pull = scene.open_pull(DOC)
    await ask(client, pull.number, reviewers=["carol"], team_reviewers=["eng-lead"])
    left = await client("app").rest.pulls.async_list_requested_reviewers("acme", "shop", pull.number)
    assert [user.login for user in left.parsed_data.users] == ["carol"]
    assert [team.slug for team in left.parsed_data.teams] == ["eng-lead"]
    await sandbox.settled()
    requested = [each.body for each in sandbox.deliveries if each.action == "review_requested"]
    assert [("requested_team" in body, "requested_reviewer" in body) for body in requested] == [
        (False, True),
        (True, False),
    ]


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ({"reviewers": ["carol", "alice"]}, "Review cannot be requested from pull request author."),
        ({"reviewers": ["carol", "mallory"]}, "Reviews may only be requested from collaborators."),
        ({"reviewers": ["carol", "nobody"]}, "Reviews may only be requested from collaborators."),
        ({"reviewers": ["carol"], "team_reviewers": ["nope"]}, "Reviews may only be requested from"),
    ],
)
async def test_one_bad_name_fails_the_whole_call(
    scene: Scene, client: Client, names: dict[str, list[str]], sentence: str
) -> None:
    pull = scene.open_pull(DOC)
    with pytest.raises(RequestFailed) as refusal:
        await ask(client, pull.number, **names)
    assert refusal.value.response.status_code == 422
    assert sentence in refusal.value.response.text
    assert pull.requests == []
    assert pull.timeline == []


async def test_a_secret_team_cannot_be_asked(scene: Scene, client: Client) -> None:
    scene.team("eng-lead").privacy = Privacy.SECRET
    pull = scene.open_pull(DOC)
    with pytest.raises(RequestFailed):
        await ask(client, pull.number, team_reviewers=["eng-lead"])


async def test_a_team_without_access_cannot_be_asked(scene: Scene, client: Client) -> None:
    scene.team("eng-lead").repositories.clear()
    pull = scene.open_pull(DOC)
    with pytest.raises(RequestFailed):
        await ask(client, pull.number, team_reviewers=["eng-lead"])


async def test_without_members_read_a_team_cannot_be_resolved(scene: Scene, client: Client) -> None:
    pull = scene.open_pull(DOC)
    del scene.installation.permissions["members"]
    with pytest.raises(RequestFailed) as refusal:
        await ask(client, pull.number, team_reviewers=["eng-lead"])
    assert "Could not resolve to a node" in refusal.value.response.text


async def test_a_team_with_auto_assignment_is_replaced_by_members(
    sandbox: Sandbox, scene: Scene, client: Client
) -> None:
    team = scene.team("eng-lead")
    team.delegation = 2
    for login in ("carol", "dana", "alice"):
        team.members[scene.person(login).id] = "member"
    pull = scene.open_pull(DOC)
    await ask(client, pull.number, team_reviewers=["eng-lead"])
    left = await client("app").rest.pulls.async_list_requested_reviewers("acme", "shop", pull.number)
    assert left.parsed_data.teams == []
    assert [user.login for user in left.parsed_data.users] == ["bob", "carol"]
    asked = [event.reviewer for event in pull.timeline if event.kind is Happened.REVIEW_REQUESTED]
    assert asked[0] is team
    await sandbox.settled()
    assert events(sandbox.deliveries).count("pull_request.review_requested") == 3


async def test_auto_assignment_turns_to_those_with_fewer_requests(scene: Scene) -> None:
    team = scene.team("eng-lead")
    team.delegation = 1
    team.members[scene.person("carol").id] = "member"
    first, second = scene.open_pull(DOC), scene.open_pull({"b.md": "b"}, branch="b")
    for pull in (first, second):
        scene.person("alice").request(pull, teams=("eng-lead",))
    assert [pull.requests[0].reviewer for pull in (first, second)] == [
        scene.person("bob").account,
        scene.person("carol").account,
    ]


async def test_asking_again_changes_nothing(sandbox: Sandbox, scene: Scene, client: Client) -> None:
    pull = scene.open_pull(DOC)
    for _ in range(2):
        await ask(client, pull.number, team_reviewers=["eng-lead"])
    await sandbox.settled()
    assert events(sandbox.deliveries).count("pull_request.review_requested") == 1
    assert len(pull.timeline) == 1


async def test_more_than_fifteen_cannot_be_asked_in_one_call(scene: Scene, client: Client) -> None:
    logins = [f"extra{n}" for n in range(16)]
    for login in logins:
        scene.repository.collaborators[scene.world.add_user(login).id] = Role.READ
    pull = scene.open_pull(DOC)
    with pytest.raises(RequestFailed):
        await ask(client, pull.number, reviewers=logins)
    assert pull.requests == []
    for some in (logins[:15], logins[15:]):
        await ask(client, pull.number, reviewers=some)
    assert len(pull.requests) == 16


async def test_a_request_taken_back_is_in_the_timeline(
    sandbox: Sandbox, scene: Scene, client: Client
) -> None:
    pull = scene.open_pull(DOC)
    scene.person("alice").request(pull, teams=("eng-lead",))
    await client("alice").rest.pulls.async_remove_requested_reviewers(
        "acme", "shop", pull.number, reviewers=[], team_reviewers=["eng-lead"]
    )
    assert pull.requests == []
    assert pull.timeline[-1].kind is Happened.REVIEW_REQUEST_REMOVED
    await sandbox.settled()
    assert last(sandbox.deliveries, "pull_request")["requested_team"]["slug"] == "eng-lead"


async def test_taking_back_needs_the_field_reviewers(scene: Scene, client: Client) -> None:
    pull = scene.open_pull(DOC)
    response = client("app")
    with pytest.raises(RequestFailed) as refusal:
        await response.arequest(
            "DELETE", f"/repos/acme/shop/pulls/{pull.number}/requested_reviewers", json={"team_reviewers": []}
        )
    assert refusal.value.response.status_code == 422


async def test_graphql_replaces_unless_told_to_unite(scene: Scene, client: Client) -> None:
    pull = scene.open_pull(DOC)
    scene.person("alice").request(pull, users=("carol",))
    text = """mutation($p: ID!, $u: [ID!], $union: Boolean) {
      requestReviews(input: {pullRequestId: $p, userIds: $u, union: $union}) { pullRequest {
        reviewRequests(first: 5) { nodes { requestedReviewer { ... on User { login } } } } } } }"""
    known = {"p": pull.node_id, "u": [scene.person("dana").account.node_id]}
    app = client("app")
    united = await app.async_graphql(text, {**known, "union": True})
    replaced = await app.async_graphql(text, {**known, "union": False})
    names = [
        [
            row["requestedReviewer"]["login"]
            for row in shown["requestReviews"]["pullRequest"]["reviewRequests"]["nodes"]
        ]
        for shown in (united, replaced)
    ]
    assert names == [["carol", "dana"], ["dana"]]
