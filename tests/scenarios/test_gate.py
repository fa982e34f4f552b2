"""The gate around the pull request: what stands on its commits, its branches and its repository."""

import pytest

from bot.core.model import ForgetTeams
from bot.sandbox import CheckRun, Conclusion, Happened, PullRequest, RequiredCheck, Role
from tests.builders import design
from tests.scenarios.deeds import Play, approves, comments, objects, opens, pushes, reruns, reruns_all
from tests.scenarios.stage import PATH, Cost, Stage


def lines(run: CheckRun) -> list[str]:
    """Return what a run says on the lines of files."""
    return [f"{one.annotation_level}: {one.message}" for one in run.annotations]


# --- annotations ---------------------------------------------------------------------------------


async def test_lines_that_are_right_again_are_taken_back_by_a_new_run(stage: Stage) -> None:
    """An update of a run can only add annotations, so another set of them makes another run."""
    play = Play(stage)
    opens(design(reviewers="@eng-lead, @payments"))(play)
    await stage.run()
    assert any("payments" in one for one in lines(stage.check(play.it)))

    stage.sandbox.world.add_team(stage.scene.organization, "payments").repositories.update(
        stage.scene.team("eng-lead").repositories
    )
    stage.scene.person("dana").add_to_team(stage.scene.team("payments"), "dana")
    comments("erin", "It is there now.")(play)
    await stage.run()

    first, second = stage.checks_on(play.it, play.it.head_sha)
    assert any("payments" in one for one in lines(first))
    assert not any("payments" in one for one in lines(second))
    assert second.title == "Waiting for acme/eng-lead and acme/payments"


async def test_the_same_lines_stay_on_the_run_that_has_them(stage: Stage) -> None:
    play = Play(stage)
    opens(design(bodies={"4.2": "TBD"}))(play)
    await stage.run()
    shown = lines(stage.check(play.it))

    comments("bob", "/tdd concern cost Who pays?")(play)
    await stage.run()

    (run,) = stage.checks_on(play.it, play.it.head_sha)
    assert run.title is not None
    assert run.title.startswith("bob raised the concern")
    assert lines(run) == shown != []


# --- the base branch moves -----------------------------------------------------------------------

OTHER = "docs/tdd/0008-stock.md"


async def three_open(stage: Stage) -> tuple[Play, Play, Play]:
    """Return pull requests with a design of theirs each, and one without any; all are judged."""
    plays = Play(stage), Play(stage), Play(stage)
    plays[0].pull = stage.scene.open_pull({PATH: design()}, branch="prices")
    plays[1].pull = stage.scene.open_pull({OTHER: design()}, branch="stock")
    plays[2].pull = stage.scene.open_pull({"src/shop.py": "print()\n"}, branch="code")
    await stage.run()
    stage.count()
    stage.runs.clear()
    return plays


def on_base(stage: Stage, path: str, text: str | None, branch: str = "main") -> None:
    """Push a file to a branch of the repository, as an administrator does."""
    stage.scene.person("erin").commit(stage.scene.repository, branch, {path: text})


def judged(stage: Stage) -> list[int]:
    """Return the numbers of the pull requests that were judged since, and forget them."""
    numbers = sorted(int(key.rpartition("/")[2]) for key in stage.runs)
    stage.runs.clear()
    return numbers


@pytest.mark.parametrize(
    ("path", "text", "concerned", "reads"),
    [
        ("src/other.py", "print()\n", [], 0),
        ("README.md", "# Shop\n", [], 0),
        ("docs/tdd/0099-else.md", design(), [], 0),
        (PATH, design(), [1], 1),
        ("docs/tdd/0007-taken.md", design(), [1], 1),
        ("docs/tdd/TEMPLATE.md", "# TDD: x\n\n## 1. Summary\n[What?]\n", [1, 2], 2),
        (".github/tdd-bot.yml", "approvals: 1\n", [1, 2, 3], 3),
    ],
)
async def test_a_push_to_the_base_branch_is_looked_at_where_it_matters(
    stage: Stage, path: str, text: str, concerned: list[int], reads: int
) -> None:
    """One read each for the pull requests concerned, and nothing for all others."""
    plays = await three_open(stage)

    on_base(stage, path, text)
    await stage.run()

    assert judged(stage) == [plays[at - 1].it.number for at in concerned]
    assert stage.count().reads == reads


async def test_a_push_to_another_branch_matters_to_nobody(stage: Stage) -> None:
    await three_open(stage)
    on_base(stage, PATH, design("Approved"), branch="release")
    await stage.run()

    assert judged(stage) == []
    assert stage.count() == Cost(0, 0, 0)


async def test_many_pushes_at_once_are_one_look(stage: Stage) -> None:
    plays = await three_open(stage)
    for number in range(5):
        on_base(stage, PATH, design(bodies={"1": f"Version {number}."}))
    await stage.run()

    assert judged(stage) == [plays[0].it.number]


async def test_an_approved_copy_on_the_base_makes_its_seats_count(stage: Stage) -> None:
    """Taking security out of the header does not help once the base branch names it."""
    play = Play(stage)
    opens(design(reviewers="@eng-lead"))(play)
    await stage.run()
    assert stage.check(play.it).title == "Waiting for acme/eng-lead"

    on_base(stage, PATH, design(reviewers="@eng-lead, @security-team"))
    await stage.run()

    assert stage.check(play.it).title == "Waiting for acme/eng-lead and acme/security-team"


async def test_a_broken_configuration_on_the_default_branch_closes_every_gate(stage: Stage) -> None:
    plays = await three_open(stage)
    on_base(stage, ".github/tdd-bot.yml", "mdoe: off\n")
    await stage.run()
    assert {stage.check(play.it).conclusion for play in plays} == {Conclusion.ACTION_REQUIRED}

    on_base(stage, ".github/tdd-bot.yml", None)
    await stage.run()

    assert stage.check(plays[2].it).conclusion is Conclusion.SUCCESS


async def test_another_base_is_judged_anew(stage: Stage) -> None:
    """On the other branch the design is approved already: there the edit needs the seats of that copy."""
    on_base(stage, PATH, design("Approved", reviewers="@infrastructure"), branch="release")
    play = Play(stage)
    opens(design(reviewers="@eng-lead"))(play)
    await stage.run()
    assert stage.check(play.it).title == "Waiting for acme/eng-lead"

    stage.scene.person("alice").edit(play.it, base="release")
    await stage.run()

    assert stage.check(play.it).title == "Waiting for acme/eng-lead and acme/infrastructure"


async def test_a_suite_that_is_asked_for_again_is_answered(stage: Stage) -> None:
    play = Play(stage)
    opens(design())(play)
    await stage.run()
    for again in (reruns(), reruns_all()):
        again(play)
        stage.count()
        await stage.run()

        assert stage.check(play.it).rerun_asked is False
        assert stage.count() == Cost(0, 1, 1)


# --- people --------------------------------------------------------------------------------------


async def test_a_membership_touches_only_pull_requests_with_a_seat_of_the_team(stage: Stage) -> None:
    plays = Play(stage), Play(stage), Play(stage)
    for play, team in zip(plays, ("eng-lead", "security-team", "security-team"), strict=True):
        branch = f"branch-{plays.index(play)}"
        path = f"docs/tdd/000{plays.index(play) + 1}-x.md"
        play.pull = stage.scene.open_pull({path: design("Approved", reviewers=f"@{team}")}, branch=branch)
    await stage.run()
    stage.runs.clear()
    stage.count()

    stage.scene.person("erin").add_to_team(stage.scene.team("eng-lead"), "carol")
    await stage.run()

    assert judged(stage) == [plays[0].it.number]
    assert stage.count() == Cost(tokens=0, reads=2, writes=0)


async def test_who_leaves_the_team_takes_the_signature_along(stage: Stage) -> None:
    play = Play(stage)
    opens(design("Approved", reviewers="@eng-lead"))(play)
    stage.scene.person("erin").add_to_team(stage.scene.team("eng-lead"), "carol")
    approves("bob")(play)
    await stage.run()
    assert stage.check(play.it).conclusion is Conclusion.SUCCESS

    stage.scene.person("erin").remove_from_team(stage.scene.team("eng-lead"), "bob")
    await stage.run()

    assert stage.check(play.it).conclusion is Conclusion.ACTION_REQUIRED
    assert stage.check(play.it).title == "Waiting for acme/eng-lead"


async def test_who_leaves_the_organisation_takes_the_signature_along(stage: Stage) -> None:
    play = Play(stage)
    opens(design("Approved", reviewers="@eng-lead"))(play)
    stage.scene.person("erin").add_to_team(stage.scene.team("eng-lead"), "carol")
    approves("bob")(play)
    await stage.run()

    stage.scene.person("erin").remove_from_organization(stage.scene.organization, "bob")
    await stage.run()

    assert stage.check(play.it).title == "Waiting for acme/eng-lead"


# --- forks and people's own repositories ---------------------------------------------------------


async def test_a_forks_design_is_judged_asked_for_and_merged_like_any_other(stage: Stage) -> None:
    pull = stage.scene.open_fork_pull({PATH: design("Approved", reviewers="@eng-lead")})
    await stage.run()
    assert stage.check(pull).title == "Waiting for acme/eng-lead"
    assert stage.asked(pull) == {"eng-lead"}

    stage.scene.person("bob").approve(pull)
    await stage.run()

    assert stage.check(pull).conclusion is Conclusion.SUCCESS


async def test_a_fork_that_is_deleted_leaves_its_pull_request_to_be_judged(stage: Stage) -> None:
    pull = stage.scene.open_fork_pull({PATH: design("Approved", reviewers="@eng-lead")})
    fork = pull.head_repository
    assert fork is not None
    await stage.run()
    stage.scene.person("mallory").delete_repository(fork)

    stage.scene.person("bob").approve(pull)
    await stage.run()

    assert stage.check(pull).conclusion is Conclusion.SUCCESS


async def a_persons_own(stage: Stage, reviewers: str) -> PullRequest:
    """Return a pull request into alice's own repository, where bob may write and nobody else."""
    world, alice = stage.sandbox.world, stage.scene.person("alice")
    repository = world.add_repository(alice.account, "notes")
    alice.install(stage.scene.app, alice.account)
    repository.collaborators[stage.scene.person("bob").id] = Role.WRITE
    alice.commit(repository, "main", {"README.md": "# notes\n"})
    alice.commit(repository, "change", {PATH: design("Approved", reviewers=reviewers)})
    pull = alice.open_pull(repository, "change")
    await stage.run()
    return pull


async def test_a_persons_own_repository_knows_logins_and_no_teams(stage: Stage) -> None:
    pull = await a_persons_own(stage, "@bob")
    assert stage.check(pull).title == "Waiting for bob"
    assert stage.asked(pull) == {"bob"}

    stage.scene.person("bob").approve(pull)
    await stage.run()

    assert stage.check(pull).title == "Approved and signed by bob"


@pytest.mark.parametrize("name", ["@acme/eng-lead", "@payments", "@carol"])
async def test_a_name_that_nobody_there_has_is_a_fault(stage: Stage, name: str) -> None:
    """A team of an organisation is none there, and neither is a person who has no access."""
    pull = await a_persons_own(stage, f"@bob, {name}")

    assert stage.check(pull).conclusion is Conclusion.FAILURE
    assert "cannot be asked" in stage.comment(pull)
    assert stage.asked(pull) == set()


async def test_without_a_name_anybody_who_may_write_signs(stage: Stage) -> None:
    pull = await a_persons_own(stage, "none yet")
    assert stage.check(pull).title == "Waiting for anyone with write access"

    stage.scene.person("bob").approve(pull)
    await stage.run()

    assert stage.check(pull).conclusion is Conclusion.SUCCESS


# --- what the branch demands ---------------------------------------------------------------------

NOT_REQUIRED = "does not require this check"
ANY_SOURCE = "from any source"
OTHER_SOURCE = "from another app"


@pytest.mark.parametrize(
    ("source", "said"),
    [("ours", ""), ("none", NOT_REQUIRED), ("any", ANY_SOURCE), ("other", OTHER_SOURCE), ("both", "")],
)
async def test_an_administrator_is_told_where_nothing_waits_for_the_check(
    stage: Stage, source: str, said: str
) -> None:
    """It comes with the snapshot: no request is made for it, ever."""
    ours, anybody = stage.scene.rule.required_checks[0], RequiredCheck("tdd/review")
    demands = {
        "ours": [ours],
        "none": [],
        "any": [anybody],
        "other": [RequiredCheck("tdd/review", 4711)],
        "both": [anybody, ours],
    }
    stage.scene.rule.required_checks = demands[source]
    play = Play(stage)
    opens(design())(play)
    await stage.run()
    assert stage.count() == Cost(tokens=1, reads=3, writes=3)

    comments("bob", "Let me see.")(play)
    comments("bob", "Fine.")(play)
    await stage.run()
    await stage.run()

    text = stage.check(play.it).text or ""
    assert [one for one in (NOT_REQUIRED, ANY_SOURCE, OTHER_SOURCE) if one in text] == (
        [said] if said else []
    )
    assert text.count("For an administrator") == bool(said)
    assert "administrator" not in stage.comment(play.it)
    assert stage.count().reads == 1


@pytest.mark.parametrize(("source", "said"), [("ours", []), ("any", [ANY_SOURCE]), ("both", [])])
async def test_a_branch_protection_rule_is_read_from_the_branch(
    stage: Stage, source: str, said: list[str]
) -> None:
    """One request for all pull requests of a quarter of an hour, and none where a ruleset says it."""
    rule = stage.scene.rule
    ours, anybody = rule.required_checks[0], RequiredCheck("tdd/review")
    rule.classic = True
    rule.required_checks = {
        "ours": [ours],
        "any": [anybody],
        "both": [anybody, ours],
    }[source]
    play = Play(stage)
    opens(design())(play)
    await stage.run()
    other = stage.scene.open_pull({"docs/tdd/0008-other.md": design()}, branch="other")
    await stage.run()
    stage.count()

    for pull in (play.it, other):
        stage.scene.person("bob").comment(pull, "Let me see.")
        await stage.run()
        text = stage.check(pull).text or ""
        assert [one for one in (NOT_REQUIRED, ANY_SOURCE, OTHER_SOURCE) if one in text] == said
    assert stage.count().reads == 3


async def test_what_is_only_advice_demands_nothing(stage: Stage) -> None:
    stage.scene.rule.required_checks = []
    on_base(stage, ".github/tdd-bot.yml", "mode: advise\n")
    play = Play(stage)
    opens(design())(play)
    await stage.run()
    comments("bob", "Let me see.")(play)
    await stage.run()

    assert "administrator" not in (stage.check(play.it).text or "")


# --- names that change ---------------------------------------------------------------------------


async def test_a_renamed_team_keeps_its_seat(stage: Stage) -> None:
    """It was asked under its old name; what counts is the number behind it."""
    play = Play(stage)
    opens(design("Approved", reviewers="@security-team, @eng-lead"))(play)
    await stage.run()

    stage.scene.person("erin").rename_team(stage.scene.team("security-team"), "appsec")
    pushes(design("Approved", reviewers="@eng-lead"))(play)
    await stage.run()
    approves("bob")(play)
    await stage.run()
    assert stage.check(play.it).title == "Waiting for acme/appsec"

    approves("dana")(play)
    await stage.run()

    assert stage.check(play.it).conclusion is Conclusion.SUCCESS
    asked = [one for one in play.it.timeline if one.kind is Happened.REVIEW_REQUESTED]
    assert len(asked) == 2


async def test_another_team_that_takes_the_name_does_not_take_the_seat(stage: Stage) -> None:
    play = Play(stage)
    opens(design("Approved", reviewers="@security-team, @eng-lead"))(play)
    await stage.run()
    erin, world = stage.scene.person("erin"), stage.sandbox.world
    erin.rename_team(stage.scene.team("security-team"), "appsec")
    other = world.add_team(stage.scene.organization, "security-team")
    other.repositories.update(stage.scene.team("eng-lead").repositories)
    erin.add_to_team(other, "carol")
    await stage.run()

    approves("carol")(play)
    approves("bob")(play)
    await stage.run()

    assert stage.check(play.it).title == "Waiting for acme/appsec"


async def test_a_deleted_team_leaves_with_its_seat(stage: Stage) -> None:
    play = Play(stage)
    opens(design("Approved", reviewers="@security-team, @eng-lead"))(play)
    await stage.run()
    stage.scene.person("erin").delete_team(stage.scene.team("security-team"))
    pushes(design("Approved", reviewers="@eng-lead"))(play)
    approves("bob")(play)
    await stage.run()

    assert stage.check(play.it).conclusion is Conclusion.SUCCESS


async def test_a_renamed_person_keeps_the_seat(stage: Stage) -> None:
    play = Play(stage)
    opens(design("Approved", reviewers="@dana, @eng-lead"))(play)
    await stage.run()

    rename(stage, "dana", "dana-new")
    pushes(design("Approved", reviewers="@eng-lead"))(play)
    approves("bob")(play)
    await stage.run()
    assert stage.check(play.it).title == "Waiting for dana-new"

    approves("dana-new")(play)
    await stage.run()

    assert stage.check(play.it).conclusion is Conclusion.SUCCESS


def rename(stage: Stage, login: str, new: str) -> None:
    """Give a person another login, and have what is cached of people expire."""
    accounts = stage.sandbox.world.accounts
    account = accounts.pop(login)
    account.login = new
    accounts[new] = account
    stage.queue.jobs.append(ForgetTeams("acme"))


async def test_a_deleted_account_signs_nothing_any_more(stage: Stage) -> None:
    play = Play(stage)
    opens(design("Approved", reviewers="@eng-lead"))(play)
    stage.scene.person("erin").add_to_team(stage.scene.team("eng-lead"), "carol")
    approves("bob")(play)
    await stage.run()
    assert stage.check(play.it).conclusion is Conclusion.SUCCESS

    stage.sandbox.world.delete_user(stage.scene.person("bob").account)
    stage.queue.jobs.append(ForgetTeams("acme"))
    comments("alice", "bob has left us.")(play)
    await stage.run()

    assert stage.check(play.it).title == "Waiting for acme/eng-lead"


async def test_a_deleted_authors_design_is_judged_on(stage: Stage) -> None:
    play = Play(stage)
    opens(design("Approved", reviewers="@eng-lead"))(play)
    await stage.run()
    stage.sandbox.world.delete_user(stage.scene.person("alice").account)

    approves("bob")(play)
    await stage.run()

    assert stage.check(play.it).conclusion is Conclusion.SUCCESS
    assert "@ghost" not in stage.comment(play.it)


async def test_a_renamed_repository_is_written_to_under_its_new_name(stage: Stage) -> None:
    """The bulk queue knows the old name still; the repository's number is what counts."""
    play = Play(stage)
    opens(design())(play)
    await stage.run()
    stage.scene.person("erin").rename_repository(stage.scene.repository, "store")
    on_base(stage, PATH, design("Approved", reviewers="@eng-lead"))
    approves("bob")(play)
    await stage.run()

    assert stage.check(play.it).title == "Waiting for acme/security-team and acme/infrastructure"
    assert not [one for one in stage.requests() if one.status >= 400]


@pytest.mark.parametrize(("reviewer", "by"), [("security-team", "dana"), ("dana", "dana-new")])
async def test_a_seat_only_heard_is_found_by_its_number(stage: Stage, reviewer: str, by: str) -> None:
    """Nobody was asked for a draft, so that GitHub's timeline does not name the seat."""
    play = Play(stage)
    opens(design("Draft", reviewers=f"@{reviewer}, @eng-lead"))(play)
    objects("dana")(play)
    await stage.run()

    if reviewer == "dana":
        rename(stage, "dana", "dana-new")
    else:
        stage.scene.person("erin").rename_team(stage.scene.team("security-team"), "appsec")
    pushes(design("Approved", reviewers="@eng-lead"))(play)
    approves("bob")(play)
    await stage.run()
    assert (stage.check(play.it).title or "").startswith(f"{by} ")

    approves(by)(play)
    await stage.run()
    assert stage.check(play.it).conclusion is Conclusion.SUCCESS
    assert {by, "bob"} <= set((stage.check(play.it).title or "").split())


async def test_an_organisation_with_many_teams_is_looked_through(stage: Stage) -> None:
    for number in range(120):
        stage.sandbox.world.add_team(stage.scene.organization, f"a-team-{number}")
    play = Play(stage)
    opens(design("Draft", reviewers="@security-team, @eng-lead"))(play)
    objects("dana")(play)
    await stage.run()
    stage.scene.person("erin").rename_team(stage.scene.team("security-team"), "zz-security")

    pushes(design("Approved", reviewers="@eng-lead"))(play)
    await stage.run()

    assert stage.check(play.it).title == "dana of acme/zz-security asked for changes"
