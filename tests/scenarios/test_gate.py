"""The gate around the pull request: what stands on its commits, its branches and its repository."""

from bot.sandbox import CheckRun
from tests.builders import design
from tests.scenarios.deeds import Play, comments, opens
from tests.scenarios.stage import Stage


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
