"""GitHub fails to give the configuration: the last good one serves, and never stands for a wrong one."""

from datetime import timedelta

import pytest

from bot.ports import UnavailableError
from bot.sandbox import Failure, Repository
from bot.store.wakes import DatabaseWakes
from tests.builders import design
from tests.scenarios.configured import FILE, configure, organise, said
from tests.scenarios.deeds import Play, approves, comments
from tests.scenarios.stage import Stage

OURS = "reviewers: ['@acme/security-team']\n"
OWN_FILE = ("repository", "defaultBranchRef", "target", "cfg")
LEAD = design("Approved", "@eng-lead")
BOTH = "Waiting for acme/eng-lead and acme/security-team"
FAILS = "GitHub fails to give what the default branch says at this moment."


def loses(stage: Stage, at: tuple[str, ...], times: int = 1) -> None:
    """Have GitHub answer all of the next query but this."""
    stage.sandbox.faults.fail_next(*[Failure(path="Snapshot", at=at) for _ in range(times)])


def shared_configuration(stage: Stage, text: str) -> Repository:
    """Let the organisation say something for all its repositories."""
    organise(stage, text)
    return stage.scene.world.repository("acme", ".github")


def summary(stage: Stage, play: Play) -> str:
    """Return what the check says."""
    return stage.check(play.it).summary or ""


def moves_on(stage: Stage) -> str:
    """Have the default branch move, with the configuration as it was; return the commit of before."""
    before = stage.scene.repository.branches["main"]
    stage.scene.person("erin").commit(stage.scene.repository, "main", {"src/x.py": "x = 1\n"})
    return before


async def opened(stage: Stage) -> Play:
    """Have a pull request judged by what is configured now."""
    play = Play(stage, stage.scene.open_pull({"docs/tdd/0007.md": LEAD}))
    assert await said(stage, play) == ("action_required", BOTH)
    assert FAILS not in summary(stage, play)
    return play


async def test_the_last_good_configuration_serves_an_outage_and_the_check_says_so(stage: Stage) -> None:
    configure(stage, OURS)
    play = await opened(stage)
    read_at = moves_on(stage)
    loses(stage, OWN_FILE)
    approves("bob")(play)

    assert await said(stage, play) == ("action_required", "Waiting for acme/security-team")
    assert f"{FAILS} This is judged by what it said" in summary(stage, play)
    assert f"`.github/tdd-bot.yml` of commit {read_at[:7]}" in summary(stage, play)
    later = (stage.clock.present + timedelta(minutes=6)).timestamp()
    (due,) = await DatabaseWakes(stage.database, lambda: later).due(10, timedelta(minutes=1))
    assert due.number == play.it.number

    comments("alice", "/tdd check")(play)
    assert await said(stage, play) == ("action_required", "Waiting for acme/security-team")
    assert FAILS not in summary(stage, play)


async def test_at_the_same_commit_nothing_is_older(stage: Stage) -> None:
    configure(stage, OURS)
    play = await opened(stage)
    loses(stage, OWN_FILE, times=2)
    approves("bob")(play)

    assert await said(stage, play) == ("action_required", "Waiting for acme/security-team")
    assert FAILS not in summary(stage, play)


async def test_what_the_organisation_says_survives_an_outage_too(stage: Stage) -> None:
    shared_configuration(stage, OURS)
    play = await opened(stage)
    loses(stage, ("shared",))
    approves("bob")(play)

    assert await said(stage, play) == ("action_required", "Waiting for acme/security-team")
    assert "`acme/.github: .github/tdd-bot.yml` of commit " in summary(stage, play)


async def test_a_template_that_cannot_be_read_at_a_new_tip_is_the_one_of_before(stage: Stage) -> None:
    configure(stage, f"{OURS}template: docs/our.md\n", **{"docs/our.md": "# TDD: x\n\n## Problem\n"})
    text = "# TDD: x\n\n**Status:** Approved\n**Reviewers:** @eng-lead\n\n## Problem\n\nIt is slow.\n"
    play = Play(stage, stage.scene.open_pull({"docs/tdd/0007.md": text}))
    await stage.run()
    moves_on(stage)
    stage.sandbox.faults.fail_next(*[Failure(status=502, path="History") for _ in range(2)])
    approves("bob")(play)

    await stage.run()

    assert "`docs/our.md` of commit" in summary(stage, play)
    assert ".github/tdd-bot.yml` of commit" not in summary(stage, play)


async def refuses_to_judge(stage: Stage, play: Play) -> None:
    """Let the bot deal with what happened: it waits, and what the check said stays."""
    before = stage.check(play.it).title
    approves("bob")(play)
    with pytest.raises(UnavailableError):
        await stage.run()
    assert stage.check(play.it).title == before


async def test_it_never_stands_for_a_configuration_that_can_be_read_and_is_wrong(stage: Stage) -> None:
    configure(stage, OURS)
    play = await opened(stage)
    configure(stage, "modes: off\n")
    comments("alice", "/tdd check")(play)
    conclusion, title = await said(stage, play)
    assert conclusion == "action_required"
    assert "unknown key `modes`" in (title or "")

    loses(stage, OWN_FILE, times=2)

    await refuses_to_judge(stage, play)


async def test_a_wrong_file_is_wrong_while_the_organisations_cannot_be_read(stage: Stage) -> None:
    shared_configuration(stage, OURS)
    play = await opened(stage)
    stage.scene.person("erin").commit(stage.scene.repository, "main", {FILE: "modes: off\n"})
    loses(stage, ("shared",), times=2)

    await refuses_to_judge(stage, play)


async def test_without_a_good_one_nothing_is_judged(stage: Stage) -> None:
    configure(stage, OURS)
    play = await opened(stage)
    await stage.forget()
    loses(stage, OWN_FILE, times=2)

    await refuses_to_judge(stage, play)


async def test_what_another_default_branch_said_is_not_used(stage: Stage) -> None:
    configure(stage, OURS)
    play = await opened(stage)
    repository = stage.scene.repository
    repository.branches["trunk"] = repository.branches["main"]
    repository.default_branch = "trunk"
    loses(stage, OWN_FILE, times=2)

    await refuses_to_judge(stage, play)


async def test_what_another_organisation_repository_said_is_not_used(stage: Stage) -> None:
    shared = shared_configuration(stage, OURS)
    play = await opened(stage)
    shared.id += 100_000
    loses(stage, ("shared", "defaultBranchRef", "target", "cfg"), times=2)

    await refuses_to_judge(stage, play)
