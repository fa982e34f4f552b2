"""A pull request is read whole, in exactly as many requests as needed."""

from datetime import timedelta

import pytest

from bot.core.model import Team
from bot.ports import GoneError, OutsideError, UnavailableError
from bot.sandbox import Failure
from tests.github.stage import PATH, Stage, document, knowing, paths_of

SNAPSHOT = "POST Snapshot"
BLOBS = "POST Blobs"
NAMES = "POST Names"
TOKEN = "POST /app/installations/{id}/access_tokens"


async def test_a_cold_pull_request_takes_a_token_and_three_reads(stage: Stage) -> None:
    pull = stage.propose()
    taken = await stage.requests(pull)
    assert taken == {TOKEN: 1, SNAPSHOT: 1, BLOBS: 1, NAMES: 1}


async def test_a_new_pull_request_takes_two_reads_where_the_teams_are_known(stage: Stage) -> None:
    await stage.read(stage.propose())
    other = stage.scene.open_pull({"docs/tdd/0008-other.md": document()}, branch="other")
    assert await stage.requests(other) == {SNAPSHOT: 1, BLOBS: 1}


async def test_a_repeated_event_takes_one_read(stage: Stage) -> None:
    pull = stage.propose()
    await stage.read(pull)
    assert await stage.requests(pull, knowing(PATH)) == {SNAPSHOT: 1}


async def test_a_push_takes_one_read(stage: Stage) -> None:
    pull = stage.propose()
    await stage.read(pull)
    stage.scene.person("alice").commit(stage.scene.repository, "change", {PATH: document(more="More.")})
    assert await stage.requests(pull, knowing(PATH)) == {SNAPSHOT: 1}
    snapshot = await stage.read(pull, knowing(PATH))
    assert snapshot.changes[0].head is not None
    assert snapshot.changes[0].head.text == document(more="More.")


async def test_a_pull_request_without_documents_takes_one_read(stage: Stage) -> None:
    pull = stage.scene.open_pull({"src/shop.py": "print()", "README.md": "# shop"})
    await stage.read(pull)
    assert await stage.requests(pull) == {SNAPSHOT: 1}


async def test_a_document_that_was_not_known_takes_a_second_read(stage: Stage) -> None:
    pull = stage.scene.open_pull({PATH: document(), "docs/tdd/0008-other.md": document(title="Other")})
    await stage.read(pull)
    stage.cache.values.clear()
    await stage.read(pull)
    stage.scene.person("alice").commit(stage.scene.repository, "change", {"docs/tdd/0009.md": document()})
    taken = await stage.requests(pull, knowing(PATH, "docs/tdd/0008-other.md"))
    assert taken == {SNAPSHOT: 1, BLOBS: 1}


async def test_the_snapshot_says_what_the_pull_request_is(stage: Stage) -> None:
    pull = stage.propose()
    snapshot = await stage.read(pull)
    assert snapshot.repository.id == stage.scene.repository.id
    assert (snapshot.repository.owner, snapshot.repository.name) == ("acme", "shop")
    assert snapshot.repository.in_organization
    assert snapshot.repository.default_branch == "main"
    read = snapshot.pull_request
    assert (read.number, read.open, read.merged, read.draft, read.locked) == (
        pull.number,
        True,
        False,
        False,
        False,
    )
    assert read.author is not None
    assert read.author.login == "alice"
    assert read.author.id == stage.id("alice")
    assert (read.base_ref, read.head_sha, read.title) == ("main", pull.head_sha, "A change")
    assert read.total_files == 1
    assert snapshot.files_complete
    assert snapshot.app.login == "tdd-bot[bot]"
    assert snapshot.now.tzinfo is not None


async def test_the_document_is_read_at_the_head_and_is_new_at_the_base(stage: Stage) -> None:
    [change] = (await stage.read(stage.propose())).changes
    assert change.path == PATH
    assert change.head is not None
    assert (change.head.text, change.head.problem) == (document(), None)
    assert change.base is None


async def test_an_edit_has_the_copy_at_the_tip_of_the_base(stage: Stage) -> None:
    """The tip, not the merge base: status and reviewers are judged by what is on the branch now."""
    erin = stage.scene.person("erin")
    erin.commit(stage.scene.repository, "main", {PATH: document(status="Draft")})
    pull = stage.propose(document(status="In-Review"))
    erin.commit(stage.scene.repository, "main", {PATH: document(status="Approved")})
    for memory in (knowing(), knowing(PATH)):
        [change] = (await stage.read(pull, memory)).changes
        assert change.head is not None
        assert change.base is not None
        assert change.head.text == document(status="In-Review")
        assert change.base.text == document(status="Approved")


async def test_names_come_resolved_with_their_members(stage: Stage) -> None:
    snapshot = await stage.read(stage.propose())
    team = snapshot.names["security-team"]
    assert isinstance(team, Team)
    assert team.label == "acme/security-team"
    assert dict(team.members) == {stage.id("dana"): "dana"}
    assert set(snapshot.names) == {"eng-lead", "security-team", "infrastructure"}


async def test_draft_state_and_lock_are_read(stage: Stage) -> None:
    pull = stage.propose()
    stage.scene.person("alice").draft(pull)
    stage.scene.person("erin").lock(pull)
    read = (await stage.read(pull)).pull_request
    assert read.draft
    assert read.locked


async def test_a_merged_pull_request_is_read_too(stage: Stage) -> None:
    pull = stage.scene.open_pull({PATH: document()})
    stage.scene.repository.rules.clear()
    stage.scene.person("erin").merge(pull)
    read = (await stage.read(pull)).pull_request
    assert not read.open
    assert read.merged


async def test_a_fork_is_read_through_the_base_repository(stage: Stage) -> None:
    pull = stage.scene.open_fork_pull({PATH: document()})
    snapshot = await stage.read(pull)
    assert paths_of(snapshot) == [PATH]
    assert snapshot.pull_request.author is not None
    assert snapshot.pull_request.author.login == "mallory"


async def test_a_fork_that_was_deleted_is_still_read(stage: Stage) -> None:
    pull = stage.scene.open_fork_pull({PATH: document()})
    pull.head_repository = None
    [change] = (await stage.read(pull)).changes
    assert change.head is not None
    assert change.head.text == document()


async def test_a_pull_request_that_is_not_there_is_gone(stage: Stage) -> None:
    ref = stage.ref(stage.propose())
    missing = type(ref)(ref.installation_id, ref.repository_id, ref.owner, ref.name, 999)
    with pytest.raises(GoneError):
        await stage.adapter.read(missing, knowing())


async def test_a_repository_that_took_over_a_name_is_not_read(stage: Stage) -> None:
    ref = stage.ref(stage.propose())
    other = type(ref)(ref.installation_id, ref.repository_id + 1, ref.owner, ref.name, ref.number)
    with pytest.raises(GoneError):
        await stage.adapter.read(other, knowing())


async def test_a_suspended_installation_is_not_read(stage: Stage) -> None:
    ref = stage.ref(stage.propose())
    stage.scene.installation.suspended_at = stage.sandbox.world.now()
    with pytest.raises(OutsideError, match="suspended"):
        await stage.adapter.read(ref, knowing())


async def test_an_expired_token_is_replaced_within_the_read(stage: Stage) -> None:
    pull = stage.propose()
    await stage.read(pull)
    for token in stage.sandbox.gatekeeper.tokens.values():
        token.revoked = True
    assert (await stage.requests(pull, knowing(PATH)))[TOKEN] == 1


async def test_a_token_to_be_forgotten_is_made_anew(stage: Stage) -> None:
    pull = stage.propose()
    await stage.read(pull)
    await stage.adapter.forget_token(stage.scene.installation.id)
    assert (await stage.requests(pull, knowing(PATH)))[TOKEN] == 1


async def test_each_process_replaces_a_withdrawn_token_by_itself(stage: Stage) -> None:
    pull = stage.propose()
    both = stage.adapter, stage.another()
    for one in both:
        await one.read(stage.ref(pull), knowing(PATH))
    for token in stage.sandbox.gatekeeper.tokens.values():
        token.revoked = True
    stage.sandbox.log.clear()

    first, second = [await one.read(stage.ref(pull), knowing(PATH)) for one in both]

    assert first.pull_request == second.pull_request
    assert stage.sandbox.log.counts()[TOKEN] == 2


async def test_a_token_from_before_a_repository_was_added_is_replaced_in_every_process(stage: Stage) -> None:
    pull = stage.propose()
    stage.scene.repository.private = True
    other = stage.another()
    await other.read(stage.ref(pull), knowing(PATH))
    for token in stage.sandbox.gatekeeper.tokens.values():
        token.repositories = frozenset()
    with pytest.raises(GoneError):
        await other.read(stage.ref(pull), knowing(PATH))

    # The event that tells of the repository comes to one process.
    await stage.adapter.forget_token(stage.scene.installation.id)

    stage.sandbox.log.clear()
    assert (await other.read(stage.ref(pull), knowing(PATH))).pull_request.number == pull.number
    assert stage.sandbox.log.counts()[TOKEN] == 1


@pytest.mark.parametrize("operation", ["Snapshot", "Blobs", "Names"])
async def test_a_half_read_snapshot_is_never_returned(stage: Stage, operation: str) -> None:
    pull = stage.propose()
    stage.sandbox.faults.fail_next(Failure(status=502, path=operation))
    with pytest.raises(UnavailableError):
        await stage.read(pull)


async def test_a_cut_connection_is_an_outage(stage: Stage) -> None:
    pull = stage.propose()
    stage.sandbox.faults.fail_next(Failure(status=None, path="Snapshot"))
    with pytest.raises(UnavailableError):
        await stage.read(pull)


async def test_a_renamed_repository_is_read_and_written_under_its_new_name(stage: Stage) -> None:
    pull = stage.propose()
    ref = stage.ref(pull)
    stage.sandbox.world.rename_repository(stage.scene.repository, "store")
    snapshot = await stage.adapter.read(ref, knowing())
    assert snapshot.repository.name == "store"
    assert paths_of(snapshot) == [PATH]


async def test_another_process_finds_files_and_names_in_the_cache(stage: Stage) -> None:
    pull = stage.propose()
    await stage.read(pull)
    other = stage.another()
    await other.identify()
    stage.sandbox.log.clear()
    await other.read(stage.ref(pull), knowing(PATH))
    assert stage.sandbox.log.counts() == {TOKEN: 1, SNAPSHOT: 1}


async def test_a_cache_of_another_release_is_read_anew(stage: Stage) -> None:
    pull = stage.propose()
    await stage.read(pull)
    later = stage.clock.now + timedelta(days=1)
    stage.cache.values = dict.fromkeys(stage.cache.values, (b'{"odd": 1}', later))
    snapshot = await stage.read(pull)
    assert isinstance(snapshot.names["eng-lead"], Team)
    assert snapshot.changes[0].head is not None
