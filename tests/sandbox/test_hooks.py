"""Webhooks: signed, on record, and as unreliable as a test wants them."""

import hashlib
import hmac
import json

import pytest

from bot.sandbox import PullRequest, Sandbox, Scene
from bot.sandbox.acts.installing import choose, grant, install, set_suspended, uninstall
from bot.sandbox.acts.people import join_team, leave_organization, leave_team, rename_team
from bot.sandbox.acts.repositories import delete, rename, set_archived, transfer
from bot.sandbox.state.world import Event
from tests.sandbox.clients import as_app, webhooks
from tests.sandbox.conftest import Client, Receiver, events, last

DOC = {"docs/tdd/0001-x.md": "# TDD: X\n"}


async def test_a_webhook_is_signed_and_says_what_it_is(
    sandbox: Sandbox, scene: Scene, receiver: Receiver
) -> None:
    scene.open_pull(DOC)
    await sandbox.settled()
    headers, raw = receiver.received[-1]
    assert headers["X-GitHub-Event"] == "pull_request"
    assert headers["User-Agent"].startswith("GitHub-Hookshot/")
    assert headers["X-GitHub-Hook-Installation-Target-ID"] == str(scene.app.id)
    assert headers["X-GitHub-Hook-Installation-Target-Type"] == "integration"
    assert webhooks.verify(scene.app.webhook_secret or "", raw, headers["X-Hub-Signature-256"])
    assert json.loads(raw)["installation"]["id"] == scene.installation.id


async def test_the_signature_is_the_documented_one(
    sandbox: Sandbox, scene: Scene, receiver: Receiver
) -> None:
    scene.app.webhook_secret = "It's a Secret to Everybody"
    scene.open_pull(DOC)
    await sandbox.settled()
    headers, raw = receiver.received[-1]
    known = hmac.new(b"It's a Secret to Everybody", raw, hashlib.sha256).hexdigest()
    assert headers["X-Hub-Signature-256"] == f"sha256={known}"


async def test_a_client_nobody_here_wrote_reads_every_payload(
    sandbox: Sandbox, scene: Scene, receiver: Receiver
) -> None:
    alice, bob, erin = (scene.person(login) for login in ("alice", "bob", "erin"))
    pull = scene.open_pull(DOC, draft=True)
    alice.ready(pull)
    alice.edit(pull, title="Another", body="Text")
    alice.request(pull, users=("carol",), teams=("eng-lead",))
    alice.unrequest(pull, users=("carol",))
    bob.line_comment(pull, "docs/tdd/0001-x.md", "Why?")
    comment = bob.comment(pull, "Hm")
    bob.edit_comment(comment, "Hm!")
    erin.delete_comment(comment)
    erin.dismiss(bob.approve(pull))
    alice.label(pull, "design")
    alice.draft(pull)
    alice.close(pull)
    alice.reopen(pull)
    alice.force_push(scene.repository, "change", {"b.md": "b"})
    erin.lock(pull)
    await sandbox.settled()
    for headers, raw in receiver.received:
        assert webhooks.parse(headers["X-GitHub-Event"], raw)
    assert set(events(sandbox.deliveries)) >= {
        "push",
        "check_suite.requested",
        "pull_request.opened",
        "pull_request.ready_for_review",
        "pull_request.edited",
        "pull_request.review_requested",
        "pull_request.review_request_removed",
        "pull_request.labeled",
        "pull_request.converted_to_draft",
        "pull_request.closed",
        "pull_request.reopened",
        "pull_request.synchronize",
        "pull_request.locked",
        "pull_request_review.submitted",
        "pull_request_review.dismissed",
        "pull_request_review_comment.created",
        "issue_comment.created",
        "issue_comment.edited",
        "issue_comment.deleted",
    }


async def test_changes_of_people_reach_the_app(sandbox: Sandbox, scene: Scene, receiver: Receiver) -> None:
    erin = scene.person("erin").account
    team, bob = scene.team("eng-lead"), scene.person("bob").account
    join_team(scene.world, team, scene.person("carol").account, erin)
    leave_team(scene.world, team, bob, erin)
    rename_team(scene.world, team, "leads", erin)
    leave_organization(scene.world, scene.organization, bob, erin)
    grant(scene.world, scene.installation, {**scene.installation.permissions, "contents": "write"}, erin)
    set_suspended(scene.world, scene.installation, erin, suspended=True)
    set_suspended(scene.world, scene.installation, erin, suspended=False)
    uninstall(scene.world, scene.installation, erin)
    await sandbox.settled()
    assert events(sandbox.deliveries)[-8:] == [
        "membership.added",
        "membership.removed",
        "team.edited",
        "organization.member_removed",
        "installation.new_permissions_accepted",
        "installation.suspend",
        "installation.unsuspend",
        "installation.deleted",
    ]
    assert all(webhooks.parse(headers["X-GitHub-Event"], raw) for headers, raw in receiver.received)


async def test_a_suspended_app_hears_nothing_of_its_repositories(sandbox: Sandbox, scene: Scene) -> None:
    set_suspended(scene.world, scene.installation, scene.person("erin").account, suspended=True)
    scene.open_pull(DOC)
    await sandbox.settled()
    assert events(sandbox.deliveries)[-1] == "installation.suspend"


async def test_an_event_without_its_permission_is_not_sent(sandbox: Sandbox, scene: Scene) -> None:
    del scene.installation.permissions["issues"]
    pull = scene.open_pull(DOC)
    scene.person("bob").comment(pull, "Hello")
    await sandbox.settled()
    assert "issue_comment.created" not in events(sandbox.deliveries)


async def test_an_event_that_is_not_subscribed_is_not_sent(sandbox: Sandbox, scene: Scene) -> None:
    scene.installation.events.remove("push")
    scene.open_pull(DOC)
    await sandbox.settled()
    assert events(sandbox.deliveries)[-2:] == ["check_suite.requested", "pull_request.opened"]


async def test_held_webhooks_wait_and_come_in_another_order(
    sandbox: Sandbox, scene: Scene, receiver: Receiver
) -> None:
    await sandbox.settled()
    before = len(receiver.received)
    sandbox.hooks.hold()
    for number in range(6):
        scene.open_pull({f"{number}.md": "x"}, branch=f"b{number}")
    await sandbox.settled()
    assert len(receiver.received) == before
    made = [each.guid for each in sandbox.hooks.waiting]
    sandbox.hooks.release(shuffle_seed=3)
    await sandbox.settled()
    sent = [headers["X-GitHub-Delivery"] for headers, _ in receiver.received[before:]]
    assert sorted(sent) == sorted(made)
    assert sent != made


async def test_doubled_webhooks_share_their_guid(sandbox: Sandbox, scene: Scene, receiver: Receiver) -> None:
    await sandbox.settled()
    receiver.received.clear()
    sandbox.hooks.double = True
    pull = scene.open_pull(DOC)
    await sandbox.settled()
    guids = [headers["X-GitHub-Delivery"] for headers, _ in receiver.received]
    assert guids[::2] == guids[1::2]
    assert pull.open


async def test_dropped_webhooks_never_arrive(sandbox: Sandbox, scene: Scene, receiver: Receiver) -> None:
    sandbox.hooks.drop(lambda delivery: delivery.event == "pull_request")
    scene.open_pull(DOC)
    await sandbox.settled()
    assert "pull_request" not in {headers["X-GitHub-Event"] for headers, _ in receiver.received}
    assert [each.action for each in sandbox.hooks.dropped] == ["opened"]


async def test_a_failed_delivery_is_listed_and_can_be_sent_again(
    sandbox: Sandbox, scene: Scene, receiver: Receiver
) -> None:
    await sandbox.settled()
    receiver.status = 500
    scene.open_pull(DOC)
    await sandbox.settled()
    app = as_app(sandbox, scene)
    failed = await app.rest.apps.async_list_webhook_deliveries(status="failure")
    assert {row.status_code for row in failed.parsed_data} == {500}
    assert {row.status for row in failed.parsed_data} == {"Invalid HTTP Response: 500"}
    chosen = failed.parsed_data[0]
    receiver.status = 202
    again = await app.rest.apps.async_redeliver_webhook_delivery(chosen.id)
    assert again.status_code == 202
    await sandbox.settled()
    newest = (await app.rest.apps.async_list_webhook_deliveries(per_page=1)).parsed_data[0]
    assert (newest.guid, newest.redelivery, newest.status) == (chosen.guid, True, "OK")
    whole = await app.rest.apps.async_get_webhook_delivery(newest.id)
    assert whole.parsed_data.response.payload == "taken"


async def test_deliveries_are_paged_by_cursor(sandbox: Sandbox, scene: Scene) -> None:
    for number in range(3):
        scene.open_pull({f"{number}.md": "x"}, branch=f"b{number}")
    await sandbox.settled()
    app = as_app(sandbox, scene)
    first = await app.rest.apps.async_list_webhook_deliveries(per_page=4)
    place = first.headers["Link"].split(">")[0].removeprefix("<")
    second = await app.arequest("GET", place)
    seen = [row.id for row in first.parsed_data] + [row["id"] for row in second.json()]
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 8


async def test_a_receiver_that_is_not_there_counts_as_failed(sandbox: Sandbox, scene: Scene) -> None:
    await sandbox.settled()
    scene.app.webhook_url = "http://127.0.0.1:1/"
    scene.open_pull(DOC)
    await sandbox.settled()
    assert {(each.status_code, each.status) for each in sandbox.deliveries[-3:]} == {
        (502, "failed to connect to host")
    }


async def test_installing_and_choosing_repositories_reach_the_app(
    sandbox: Sandbox, scene: Scene, receiver: Receiver
) -> None:
    erin = scene.person("erin").account
    zoe = scene.world.add_user("zoe")
    kept = scene.world.add_repository(zoe, "kept")
    scene.world.add_repository(zoe, "left")
    installation = install(scene.world, scene.app, zoe, zoe)
    choose(scene.world, installation, [kept], zoe)
    choose(scene.world, installation, None, zoe)
    rename(scene.world, scene.repository, "store", erin)
    set_archived(scene.world, scene.repository, erin, archived=True)
    set_archived(scene.world, scene.repository, erin, archived=False)
    transfer(scene.world, scene.repository, zoe, erin)
    transfer(scene.world, scene.repository, scene.organization, zoe)
    delete(scene.world, scene.repository, erin)
    await sandbox.settled()
    assert events(sandbox.deliveries)[-9:] == [
        "installation.created",
        "installation_repositories.removed",
        "installation_repositories.added",
        "repository.renamed",
        "repository.archived",
        "repository.unarchived",
        "repository.transferred",
        "repository.transferred",
        "repository.deleted",
    ]
    assert all(webhooks.parse(headers["X-GitHub-Event"], raw) for headers, raw in receiver.received)


async def test_who_takes_back_an_authorization_is_told_to_that_app(
    sandbox: Sandbox, scene: Scene, receiver: Receiver
) -> None:
    sandbox.gatekeeper.revoke_authorization(scene.app, scene.person("bob").account)
    await sandbox.settled()

    headers, raw = receiver.received[-1]
    event = webhooks.parse(headers["X-GitHub-Event"], raw)
    assert (headers["X-GitHub-Event"], event.action, event.sender.login) == (
        "github_app_authorization",
        "revoked",
        "bob",
    )
    assert sandbox.deliveries[-1].installation_id is None


async def test_events_of_a_pull_request_go_on_when_its_fork_is_gone(sandbox: Sandbox, scene: Scene) -> None:
    pull = scene.open_fork_pull(DOC)
    assert pull.head_repository is not None
    scene.person("mallory").delete_repository(pull.head_repository)
    scene.person("erin").request(pull, teams=("eng-lead",))
    await sandbox.settled()
    sent = last(sandbox.deliveries, "pull_request")
    assert (sent["action"], sent["pull_request"]["head"]["repo"]) == ("review_requested", None)


async def test_an_event_over_25_megabytes_is_not_sent(sandbox: Sandbox, scene: Scene) -> None:
    scene.world.emit(
        Event(
            name="pull_request",
            action="edited",
            sender=scene.person("alice").account,
            repository=scene.repository,
            subject={"changes": {"title": {"from": "x" * 25 * 1024**2}}},
        )
    )
    await sandbox.settled()
    assert [each.action for each in sandbox.hooks.dropped] == ["edited"]


@pytest.mark.parametrize(
    ("conclusion", "merged", "reason"), [("success", True, "merged"), ("failure", False, "invalidated")]
)
async def test_the_merge_queue_follows_the_required_check(
    sandbox: Sandbox, scene: Scene, client: Client, conclusion: str, merged: bool, reason: str
) -> None:
    scene.rule.merge_queue = True
    pull = scene.open_pull(DOC)
    checks = client("app").rest.checks
    await checks.async_create("acme", "shop", name="tdd/review", head_sha=pull.head_sha, conclusion="success")
    head = scene.person("alice").enqueue(pull)
    await checks.async_create("acme", "shop", name="tdd/review", head_sha=head, conclusion=conclusion)
    assert pull.merged is merged
    assert pull.queue_entry is None
    await sandbox.settled()
    ended = [each for each in sandbox.deliveries if each.event == "merge_group"][-1]
    assert (ended.action, ended.body["reason"]) == ("destroyed", reason)


@pytest.mark.parametrize("reason", ["dequeued", "invalidated"])
async def test_the_merge_queue_asks_for_checks_on_its_group(
    sandbox: Sandbox, scene: Scene, receiver: Receiver, reason: str
) -> None:
    scene.rule.merge_queue = True
    scene.rule.required_checks = []
    pull = scene.open_pull(DOC)
    head = scene.person("alice").enqueue(pull)
    scene.person("alice").dequeue(pull, reason)
    await sandbox.settled()
    assert all(webhooks.parse(headers["X-GitHub-Event"], raw) for headers, raw in receiver.received)
    sent = [each for each in sandbox.deliveries if each.event == "merge_group"]
    assert [each.action for each in sent] == ["checks_requested", "destroyed"]
    group = sent[0].body["merge_group"]
    assert isinstance(group, dict)
    assert group["head_sha"] == head
    assert sent[1].body["reason"] == reason


async def passes(client: Client, head: str, conclusion: str = "success") -> None:
    """Report the required check on a commit."""
    await client("app").rest.checks.async_create(
        "acme", "shop", name="tdd/review", head_sha=head, conclusion=conclusion
    )


async def queued(scene: Scene, client: Client, number: int) -> tuple[list[PullRequest], list[str]]:
    """Put pull requests into the queue, each with a file of its own; return them and their groups' heads."""
    scene.rule.merge_queue = True
    pulls = [
        scene.open_pull({f"docs/{place}.md": "text\n"}, branch=f"change-{place}") for place in range(number)
    ]
    for pull in pulls:
        await passes(client, pull.head_sha)
    return pulls, [scene.person("alice").enqueue(pull) for pull in pulls]


async def test_a_group_stands_on_the_one_ahead_and_does_not_overtake_it(scene: Scene, client: Client) -> None:
    pulls, (first, second) = await queued(scene, client, 2)
    git = scene.repository.git
    assert {"docs/0.md", "docs/1.md"} <= git.files(second).keys()
    assert git.commits[second].parents[0] == first

    await passes(client, second)
    assert [pull.merged for pull in pulls] == [False, False]
    await passes(client, first)
    assert [pull.merged for pull in pulls] == [True, True]
    assert scene.repository.branches["main"] == second


async def test_a_group_whose_ground_is_gone_is_made_anew(
    sandbox: Sandbox, scene: Scene, client: Client
) -> None:
    pulls, (first, second) = await queued(scene, client, 2)

    await passes(client, first, "failure")

    entry = pulls[1].queue_entry
    assert pulls[0].queue_entry is None
    assert entry is not None
    assert entry.head_sha != second
    assert "docs/0.md" not in scene.repository.git.files(entry.head_sha)
    await sandbox.settled()
    sent = [(one.action, one.body.get("reason")) for one in sandbox.deliveries if one.event == "merge_group"]
    assert sent == [
        ("checks_requested", None),
        ("checks_requested", None),
        ("destroyed", "invalidated"),
        ("destroyed", "invalidated"),
        ("checks_requested", None),
    ]


async def test_with_headgreen_the_last_group_speaks_for_those_ahead(scene: Scene, client: Client) -> None:
    scene.rule.queue_head_green = True
    pulls, (first, second) = await queued(scene, client, 2)

    await passes(client, first, "failure")
    assert [pull.merged for pull in pulls] == [False, False]
    await passes(client, second)
    assert [pull.merged for pull in pulls] == [True, True]
