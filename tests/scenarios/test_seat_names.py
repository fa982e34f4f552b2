"""Names in headers: what resolves and what does not, who is asked for it, and what the author is told."""

from collections.abc import Callable

import pytest

from bot.sandbox import Role
from bot.sandbox.state.accounts import Privacy
from tests.builders import design
from tests.scenarios.configured import configure, said
from tests.scenarios.deeds import Play, approves, joins, on_main, opens, pushes, takes_back
from tests.scenarios.stage import Stage


@pytest.fixture
def play(stage: Stage) -> Play:
    """The standard scene; frank is a member without access, wendy collaborates from outside."""
    world = stage.scene.world
    world.add_member(stage.scene.organization, world.add_user("frank"))
    world.add_user("wendy")
    stage.scene.repository.collaborators[world.user("wendy").id] = Role.READ
    return Play(stage)


def hidden(stage: Stage) -> None:
    """Make infrastructure a secret team."""
    stage.scene.team("infrastructure").privacy = Privacy.SECRET


def without_access(stage: Stage) -> None:
    """Take infrastructure's access to the repository."""
    stage.scene.team("infrastructure").repositories.clear()


def alias(stage: Stage) -> None:
    """Give the infrastructure team a name of the house."""
    configure(stage, "aliases: {Network People: '@acme/infrastructure', bob: '@dana'}\n")


def nothing(_: Stage) -> None:
    """Leave the scene as it is."""


@pytest.mark.parametrize(
    ("prepare", "reviewers", "asked"),
    [
        (nothing, "@acme/infrastructure", {"infrastructure"}),
        (nothing, "@infrastructure", {"infrastructure"}),
        (nothing, "infrastructure", {"infrastructure"}),
        (nothing, "@Infrastructure", {"infrastructure"}),
        (nothing, "@bob", {"bob"}),
        (nothing, "@wendy", {"wendy"}),
        (alias, "Network People", {"infrastructure"}),
        (alias, "@bob", {"dana"}),
        (nothing, "@infrastructure, @acme/infrastructure", {"infrastructure"}),
    ],
)
async def test_what_resolves_is_asked(
    play: Play, prepare: Callable[[Stage], None], reviewers: str, asked: set[str]
) -> None:
    prepare(play.stage)
    opens(design("Approved", reviewers=reviewers))(play)
    await play.stage.run()

    assert play.stage.asked(play.it) == asked


@pytest.mark.parametrize(
    ("prepare", "reviewers", "why"),
    [
        (nothing, "@infrastructur", "did you mean"),
        (nothing, "@mallory", "mallory"),
        (nothing, "@other-org/infrastructure", "infrastructure"),
        (without_access, "@infrastructure", "access"),
        (hidden, "@infrastructure", "secret"),
        (nothing, "@alice", "alice"),
    ],
)
async def test_what_does_not_resolve_is_a_fault_that_says_why(
    play: Play, prepare: Callable[[Stage], None], reviewers: str, why: str
) -> None:
    prepare(play.stage)
    opens(design("Approved", reviewers=f"@eng-lead, {reviewers}"))(play)
    conclusion, _ = await said(play.stage, play)

    assert conclusion == "failure"
    assert why in play.stage.comment(play.it).casefold()
    assert reviewers.removeprefix("@").rpartition("/")[2] not in play.stage.asked(play.it)


async def test_what_could_not_be_looked_up_is_never_called_invalid(play: Play) -> None:
    play.stage.scene.installation.permissions.pop("members")
    opens(design("Approved", reviewers="@eng-lead"))(play)
    conclusion, _ = await said(play.stage, play)

    assert conclusion != "success"
    body = play.stage.comment(play.it)
    assert "could not be verified" in body
    assert "no such team" not in body


async def test_a_name_of_the_base_that_is_gone_is_not_required_any_more(play: Play) -> None:
    on_main(design("Approved", reviewers="@eng-lead, @frank"))(play)
    world = play.stage.scene.world
    world.delete_user(world.user("frank"))
    opens(design("Approved", reviewers="@eng-lead", bodies={"1": "Otherwise."}))(play)

    assert await said(play.stage, play) == ("action_required", "Waiting for acme/eng-lead")


async def test_a_seat_that_nobody_can_sign_is_a_fault_with_the_ways_out(play: Play) -> None:
    team = play.stage.scene.team("eng-lead")
    team.members.clear()
    joins("alice", "eng-lead")(play)
    opens(design("Approved", reviewers="@eng-lead, @infrastructure"))(play)
    conclusion, _ = await said(play.stage, play)

    assert conclusion == "failure"
    assert "nobody can sign it" in play.stage.comment(play.it)
    assert play.stage.asked(play.it) <= {"infrastructure"}


# --- requests -------------------------------------------------------------------------------------


async def test_a_seat_is_asked_once_per_content_and_never_after_a_person_took_it_back(play: Play) -> None:
    lead = design("Approved", reviewers="@eng-lead, @infrastructure")
    opens(lead)(play)
    await play.stage.run()
    assert play.stage.asked(play.it) == {"eng-lead", "infrastructure"}

    takes_back("infrastructure")(play)
    await play.stage.run()
    pushes(lead.replace("2026-11-20", "2026-11-21"))(play)
    await play.stage.run()
    assert play.stage.asked(play.it) == {"eng-lead"}
    pushes(design("Approved", reviewers="@eng-lead, @infrastructure", bodies={"1": "Otherwise."}))(play)
    await play.stage.run()
    assert play.stage.asked(play.it) == {"eng-lead"}


async def test_whoever_signed_is_asked_again_when_the_content_changes(play: Play) -> None:
    opens(design("Approved", reviewers="@eng-lead, @infrastructure"))(play)
    await play.stage.run()
    approves("bob")(play)
    await play.stage.run()
    assert play.stage.asked(play.it) == {"infrastructure"}

    pushes(design("Approved", reviewers="@eng-lead, @infrastructure", bodies={"1": "Otherwise."}))(play)
    await play.stage.run()
    assert play.stage.asked(play.it) == {"eng-lead", "infrastructure"}


@pytest.mark.parametrize("status", ["Draft", "In-Review", "Approved"])
async def test_a_draft_pull_request_asks_nobody(play: Play, status: str) -> None:
    opens(design(status), draft=True)(play)
    await play.stage.run()

    assert play.stage.asked(play.it) == set()


async def test_one_name_that_github_refuses_loses_nobody(play: Play) -> None:
    # Somebody who may read nothing here cannot be asked, and GitHub refuses the whole call for it.
    opens(design("Approved", reviewers="@eng-lead, @frank"))(play)
    await play.stage.run()

    assert "eng-lead" in play.stage.asked(play.it)
