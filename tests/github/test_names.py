"""What names are: teams first, persons who may review here, and why not."""

from datetime import timedelta

import pytest

from bot.core.model import Absence, Team, Unresolved, Unverified, User
from bot.github.client import Client
from bot.github.names import MOST_NAMES, Names
from bot.ports import UnavailableError
from bot.sandbox import Failure, OrgRole, Privacy, Role
from tests.github.stage import PATH, Stage, document, knowing

COLLABORATOR = "GET /repos/{owner}/{repo}/collaborators/{username}"


async def names(stage: Stage, *reviewers: str, author: str = "Alice") -> dict[str, object]:
    """Return what the reviewers of a document are."""
    pull = stage.propose(document(*reviewers, author=author))
    return dict((await stage.read(pull)).names)


async def test_a_bare_name_and_the_full_one_are_the_same_team(stage: Stage) -> None:
    found = await names(stage, "eng-lead", "acme/eng-lead", "ACME/Eng-Lead")
    team = found["eng-lead"]
    assert isinstance(team, Team)
    assert team.label == "acme/eng-lead"
    assert found["acme/eng-lead"] == team
    assert set(found) == {"eng-lead", "acme/eng-lead"}


async def test_a_login_of_the_organisation_is_a_person(stage: Stage) -> None:
    found = await names(stage, "erin")
    user = found["erin"]
    assert isinstance(user, User)
    assert (user.person.id, user.person.login) == (stage.id("erin"), "erin")


async def test_a_team_wins_over_a_person_of_the_same_name(stage: Stage) -> None:
    world = stage.sandbox.world
    team = world.add_team(stage.scene.organization, "erin")
    team.repositories[stage.scene.repository.id] = Role.WRITE
    assert isinstance((await names(stage, "erin"))["erin"], Team)


async def test_a_stranger_is_nobody_here(stage: Stage) -> None:
    assert (await names(stage, "mallory"))["mallory"] == Unresolved(Absence.NOT_A_MEMBER)


async def test_a_direct_collaborator_may_review(stage: Stage) -> None:
    stage.scene.repository.collaborators[stage.id("mallory")] = Role.READ
    pull = stage.propose(document("mallory"))
    assert (await stage.requests(pull))[COLLABORATOR] == 1
    assert isinstance((await stage.read(pull)).names["mallory"], User)


async def test_a_name_that_is_none_comes_with_the_nearest_team(stage: Stage) -> None:
    found = await names(stage, "securty-team", "acme/enfrastructure", "zzz")
    assert found["securty-team"] == Unresolved(Absence.NO_SUCH_NAME, "acme/security-team")
    assert found["acme/enfrastructure"] == Unresolved(Absence.NO_SUCH_NAME, "acme/infrastructure")
    assert found["zzz"] == Unresolved(Absence.NO_SUCH_NAME)


async def test_a_team_of_another_organisation_is_nobody_here(stage: Stage) -> None:
    stage.sandbox.world.add_team(stage.sandbox.world.add_organization("other"), "eng-lead")
    found = await names(stage, "other/eng-lead")
    assert found["other/eng-lead"] == Unresolved(Absence.NO_SUCH_NAME)


async def test_a_full_name_is_never_read_as_a_person(stage: Stage) -> None:
    assert isinstance((await names(stage, "acme/erin"))["acme/erin"], Unresolved)


async def test_a_secret_team_cannot_be_asked(stage: Stage) -> None:
    stage.scene.team("security-team").privacy = Privacy.SECRET
    found = (await names(stage, "security-team"))["security-team"]
    assert isinstance(found, Unresolved)
    assert found.why in {Absence.HIDDEN, Absence.NO_SUCH_NAME}


async def test_a_team_that_does_not_see_the_repository_cannot_be_asked(stage: Stage) -> None:
    stage.scene.team("security-team").repositories.clear()
    assert (await names(stage, "security-team"))["security-team"] == Unresolved(Absence.NO_ACCESS)


async def test_access_to_a_repository_of_a_similar_name_is_no_access(stage: Stage) -> None:
    other = stage.sandbox.world.add_repository(stage.scene.organization, "shop-api")
    team = stage.scene.team("security-team")
    team.repositories = {other.id: Role.WRITE}
    assert (await names(stage, "security-team"))["security-team"] == Unresolved(Absence.NO_ACCESS)


async def test_a_team_with_very_many_similar_repositories_is_asked_about_this_one(stage: Stage) -> None:
    team = stage.scene.team("security-team")
    mine = team.repositories.pop(stage.scene.repository.id)
    for i in range(120):
        other = stage.sandbox.world.add_repository(stage.scene.organization, f"shop-{i}")
        team.repositories[other.id] = Role.READ
    team.repositories[stage.scene.repository.id] = mine
    assert isinstance((await names(stage, "security-team"))["security-team"], Team)


async def test_members_of_child_teams_are_members(stage: Stage) -> None:
    world = stage.sandbox.world
    child = world.add_team(stage.scene.organization, "crypto", parent=stage.scene.team("security-team"))
    child.members[stage.id("erin")] = "member"
    team = (await names(stage, "security-team"))["security-team"]
    assert isinstance(team, Team)
    assert set(team.members) == {stage.id("dana"), stage.id("erin")}


async def test_a_large_team_is_read_by_page(stage: Stage) -> None:
    world = stage.sandbox.world
    for i in range(250):
        user = world.add_user(f"person{i}")
        world.add_member(stage.scene.organization, user, OrgRole.MEMBER)
        stage.scene.team("eng-lead").members[user.id] = "member"
    pull = stage.propose(document("eng-lead"))
    assert (await stage.requests(pull))["POST Members"] == 2
    team = (await stage.read(pull)).names["eng-lead"]
    assert isinstance(team, Team)
    assert len(team.members) == 251


async def test_auto_assignment_is_known(stage: Stage) -> None:
    stage.scene.team("eng-lead").delegation = 1
    found = await names(stage, "eng-lead", "security-team")
    assert [found[name].auto_assigns for name in ("eng-lead", "security-team")] == [True, False]  # type: ignore[attr-defined] # a Team, or the test fails


async def test_without_the_members_permission_nothing_is_verified(stage: Stage) -> None:
    """Never invalid, and never a person of the team's name."""
    stage.scene.installation.permissions.pop("members")
    found = await names(stage, "eng-lead", "erin", "no-such-name")
    assert {type(one) for one in found.values()} == {Unverified}
    assert "members: read" in found["eng-lead"].cause  # type: ignore[attr-defined] # as above


async def test_what_could_not_be_verified_is_asked_again(stage: Stage) -> None:
    permission = stage.scene.installation.permissions.pop("members")
    pull = stage.propose()
    await stage.read(pull)
    stage.scene.installation.permissions["members"] = permission
    assert isinstance((await stage.read(pull)).names["eng-lead"], Team)


@pytest.mark.parametrize("name", ["a b", "<script>", "x" * 200, "a/b/c", "../..", 'x"}', "é", "app[bot]"])
async def test_what_can_be_no_name_is_not_asked(stage: Stage, name: str) -> None:
    repository = (await stage.read(stage.scene.open_pull({"README.md": ""}))).repository
    ref = stage.ref(stage.scene.open_pull({PATH: ""}, branch="other"))
    stage.sandbox.log.clear()
    resolver = Names(Client(stage.session, stage.access, stage.clock), stage.cache)
    resolved = await resolver.resolve(ref, repository, [name])
    assert resolved.names == {name.casefold(): Unresolved(Absence.NO_SUCH_NAME)}
    assert len(stage.sandbox.log) == 0


async def test_more_names_than_anyone_needs_are_not_looked_up(stage: Stage) -> None:
    many = [f"team{i}" for i in range(MOST_NAMES + 20)]
    pull = stage.propose(document(*many))
    taken = await stage.requests(pull)
    assert taken["POST Names"] == 3
    found = (await stage.read(pull)).names
    assert sum(isinstance(one, Unverified) for one in found.values()) == len(found) - MOST_NAMES


async def test_the_base_copy_and_the_authors_are_looked_up_too(stage: Stage) -> None:
    erin = stage.scene.person("erin")
    erin.commit(stage.scene.repository, "main", {PATH: document("infrastructure")})
    found = await names(stage, "eng-lead", author="@carol")
    assert set(found) == {"eng-lead", "infrastructure", "carol"}
    assert isinstance(found["carol"], User)


async def test_a_personal_repository_knows_logins_only(stage: Stage) -> None:
    world = stage.sandbox.world
    alice = stage.scene.person("alice")
    repository = world.add_repository(alice.account, "notes")
    repository.collaborators[stage.id("bob")] = Role.WRITE
    alice.commit(repository, "main", {"README.md": ""})
    alice.commit(repository, "change", {PATH: document("bob", "alice", "dana", "acme/eng-lead", "nobody-x")})
    pull = alice.open_pull(repository, "change")
    installation = world.install(stage.scene.app, alice.account)
    ref = stage.ref(pull)
    ref = type(ref)(installation.id, ref.repository_id, ref.owner, ref.name, ref.number)
    snapshot = await stage.adapter.read(ref, knowing())
    assert not snapshot.repository.in_organization
    found = snapshot.names
    assert isinstance(found["bob"], User)
    assert isinstance(found["alice"], User)
    assert found["dana"] == Unresolved(Absence.NOT_A_MEMBER)
    assert found["acme/eng-lead"] == Unresolved(Absence.NO_SUCH_NAME)
    assert found["nobody-x"] == Unresolved(Absence.NO_SUCH_NAME)


async def test_members_are_at_most_fifteen_minutes_old(stage: Stage) -> None:
    pull = stage.propose(document("security-team"))
    await stage.read(pull)
    stage.scene.team("security-team").members[stage.id("erin")] = "member"
    stage.clock.forward(timedelta(minutes=14))
    team = (await stage.read(pull)).names["security-team"]
    assert isinstance(team, Team)
    assert len(team.members) == 1
    stage.clock.forward(timedelta(minutes=2))
    team = (await stage.read(pull)).names["security-team"]
    assert isinstance(team, Team)
    assert len(team.members) == 2


async def test_a_name_that_was_nobody_is_asked_again_after_two_minutes(stage: Stage) -> None:
    pull = stage.propose(document("quality"))
    assert (await stage.read(pull)).names["quality"] == Unresolved(Absence.NO_SUCH_NAME)
    team = stage.sandbox.world.add_team(stage.scene.organization, "quality")
    team.repositories[stage.scene.repository.id] = Role.READ
    stage.clock.forward(timedelta(minutes=3))
    assert isinstance((await stage.read(pull)).names["quality"], Team)


async def test_forgetting_the_owners_teams_asks_again(stage: Stage) -> None:
    pull = stage.propose()
    await stage.read(pull)
    await stage.cache.drop("team/acme/")
    assert (await stage.requests(pull, knowing(PATH))) == {"POST Snapshot": 1, "POST Names": 1}


async def test_freshening_reads_members_now_in_one_request(stage: Stage) -> None:
    pull = stage.propose()
    await stage.read(pull)
    snapshot = await stage.read(pull, knowing(PATH))
    assert not snapshot.members_fresh
    stage.scene.team("security-team").members.clear()
    stage.sandbox.log.clear()
    fresh = await stage.adapter.freshen(stage.ref(pull), snapshot)
    assert stage.sandbox.log.counts() == {"POST Names": 1}
    assert fresh.members_fresh
    team = fresh.names["security-team"]
    assert isinstance(team, Team)
    assert team.members == {}
    assert fresh.changes == snapshot.changes


async def test_members_read_in_this_run_are_fresh_already(stage: Stage) -> None:
    assert (await stage.read(stage.propose())).members_fresh


async def test_an_outage_while_names_are_read_is_no_verdict_on_them(stage: Stage) -> None:
    pull = stage.propose()
    stage.sandbox.faults.fail_next(Failure(status=503, path="Names"))
    with pytest.raises(UnavailableError):
        await stage.read(pull)
