"""Whole reviews as tables: what people do, and what the check then says. Everything goes over HTTP."""

from dataclasses import dataclass, field

import pytest

from tests.builders import design
from tests.scenarios.deeds import (
    APPROVED,
    DESIGN,
    Deed,
    Play,
    approves,
    auto_assigns,
    comments,
    deletes_comment,
    dismiss_stale,
    dismisses,
    edits_comment,
    joins,
    merge_is_refused,
    merges,
    objects,
    on_main,
    opens,
    pushes,
    readies,
    reruns,
    reruns_all,
    reviews,
    squashes,
    takes_back,
)
from tests.scenarios.stage import Stage

TEAMS = {"eng-lead", "security-team", "infrastructure"}


@dataclass(frozen=True)
class Step:
    """A deed, and how things stand once the bot has dealt with it."""

    deed: Deed
    conclusion: str
    title: str
    asked: set[str] | None = None
    """Who is asked now; None: not looked at."""


@dataclass(frozen=True)
class Scenario:
    """A story."""

    steps: tuple[Step, ...]
    before: tuple[Deed, ...] = ()
    replies: tuple[str, ...] = field(default=())
    """What the bot's answers begin with, in order."""


NOBODY = (
    "1 thing to mend before approval: nobody can sign for acme/eng-lead: everybody in it opened, wrote or "
    "pushed this design"
)
WAIT, FAIL, PASS = "action_required", "failure", "success"
THREE = "Waiting for acme/eng-lead and 2 more"
SIGNED = "Approved and signed by bob, dana and carol"

SCENARIOS = {
    "from half-filled to merged": Scenario(
        (
            Step(opens(design(without=("4.2",))), FAIL, "1 section to write before review", set()),
            Step(merge_is_refused(), FAIL, "1 section to write before review"),
            Step(pushes(DESIGN), WAIT, THREE, TEAMS),
            Step(approves("bob"), WAIT, "Waiting for acme/security-team and acme/infrastructure"),
            Step(approves("carol"), WAIT, "Waiting for acme/security-team", {"security-team"}),
            Step(approves("dana"), WAIT, "All three seats have signed: set Status to Approved", set()),
            Step(merge_is_refused(), WAIT, "All three seats have signed: set Status to Approved"),
            Step(pushes(APPROVED), PASS, SIGNED),
            Step(merges(), PASS, SIGNED),
        )
    ),
    "a draft asks nobody": Scenario(
        (
            Step(opens(design("Draft")), WAIT, "Draft: all 16 sections written", set()),
            Step(pushes(DESIGN), WAIT, THREE, TEAMS),
            Step(pushes(design("Draft")), WAIT, "Draft: all 16 sections written"),
        )
    ),
    "a draft pull request asks nobody": Scenario(
        (
            Step(
                opens(DESIGN, draft=True),
                WAIT,
                "Draft pull request: mark it ready for review to have the design read",
                set(),
            ),
            Step(readies(), WAIT, THREE, TEAMS),
        )
    ),
    "an objection blocks until its author lifts it": Scenario(
        (
            Step(opens(DESIGN), WAIT, THREE),
            Step(objects("carol"), FAIL, "carol of acme/infrastructure asked for changes"),
            Step(approves("bob"), FAIL, "carol of acme/infrastructure asked for changes"),
            Step(
                reviews("carol", "COMMENT", "Thinking."),
                FAIL,
                "carol of acme/infrastructure asked for changes",
            ),
            Step(approves("carol"), WAIT, "Waiting for acme/security-team"),
        )
    ),
    "an objection that the author dismisses stands": Scenario(
        (
            Step(opens(DESIGN), WAIT, THREE),
            Step(objects("carol"), FAIL, "carol of acme/infrastructure asked for changes"),
            Step(dismisses("alice", "carol"), FAIL, "carol of acme/infrastructure asked for changes"),
        )
    ),
    "an objection that an admin dismisses is lifted": Scenario(
        (
            Step(opens(DESIGN), WAIT, THREE),
            Step(objects("carol"), FAIL, "carol of acme/infrastructure asked for changes"),
            Step(dismisses("erin", "carol"), WAIT, THREE),
        )
    ),
    "stale approvals are dismissed by the branch, signatures stand": Scenario(
        before=(dismiss_stale(),),
        steps=(
            Step(opens(DESIGN), WAIT, THREE),
            Step(approves("bob"), WAIT, "Waiting for acme/security-team and acme/infrastructure"),
            Step(approves("carol"), WAIT, "Waiting for acme/security-team"),
            Step(approves("dana"), WAIT, "All three seats have signed: set Status to Approved"),
            Step(pushes(APPROVED), PASS, SIGNED),
            Step(merges(), PASS, SIGNED),
        ),
    ),
    "a rebase and squash keeps signatures": Scenario(
        (
            Step(opens(DESIGN), WAIT, THREE),
            Step(approves("bob"), WAIT, "Waiting for acme/security-team and acme/infrastructure"),
            Step(
                squashes(DESIGN.replace("is written here.", "is\nwritten *here*.")),
                WAIT,
                "Waiting for acme/security-team and acme/infrastructure",
            ),
        )
    ),
    "a real edit asks again and says what changed": Scenario(
        (
            Step(opens(DESIGN), WAIT, THREE),
            Step(approves("bob"), WAIT, "Waiting for acme/security-team and acme/infrastructure"),
            Step(
                pushes(design(bodies={"4.2": "Tokens are kept for thirty days."})),
                WAIT,
                "acme/eng-lead to sign again: 4.2 Security & Privacy changed after bob signed (and 2 more)",
                TEAMS,
            ),
            Step(approves("bob"), WAIT, "Waiting for acme/security-team and acme/infrastructure"),
        )
    ),
    "a reviewer cannot be edited away once asked": Scenario(
        (
            Step(opens(DESIGN), WAIT, THREE, TEAMS),
            Step(pushes(design("Approved", "@eng-lead")), WAIT, THREE),
            Step(approves("bob"), WAIT, "Waiting for acme/security-team and acme/infrastructure"),
        )
    ),
    "a reviewer of the base branch's header cannot be edited away": Scenario(
        before=(on_main(design("Draft")),),
        steps=(
            Step(opens(design("Approved", "@eng-lead")), WAIT, THREE, TEAMS),
            Step(approves("bob"), WAIT, "Waiting for acme/security-team and acme/infrastructure"),
        ),
    ),
    "a reviewer who objected before being asked cannot be edited away": Scenario(
        (
            Step(opens(design("Draft")), WAIT, "Draft: all 16 sections written", set()),
            Step(objects("dana"), FAIL, "dana of acme/security-team asked for changes"),
            Step(pushes(design("Draft", "@eng-lead")), FAIL, "dana of acme/security-team asked for changes"),
        )
    ),
    "who pushes the design cannot sign it": Scenario(
        (
            Step(opens(DESIGN), WAIT, THREE),
            Step(
                pushes(design(bodies={"1": "Summed up by bob."}), "bob"),
                FAIL,
                NOBODY,
            ),
            Step(approves("bob"), FAIL, NOBODY),
        )
    ),
    "the lead signs by comment and takes it back": Scenario(
        (
            Step(opens(DESIGN), WAIT, THREE),
            Step(
                comments("bob", "/tdd approve"),
                WAIT,
                "Waiting for acme/security-team and acme/infrastructure",
            ),
            Step(comments("bob", "/tdd withdraw"), WAIT, THREE),
            Step(deletes_comment("alice", "bob"), WAIT, THREE),
        )
    ),
    "an approving comment edited by a maintainer does not count": Scenario(
        (
            Step(opens(DESIGN), WAIT, THREE),
            Step(comments("bob", "Hm."), WAIT, THREE),
            Step(edits_comment("alice", "bob", "/tdd approve"), WAIT, THREE),
        )
    ),
    "a signature whose comment is deleted is gone": Scenario(
        (
            Step(opens(DESIGN), WAIT, THREE),
            Step(
                comments("bob", "/tdd approve"),
                WAIT,
                "Waiting for acme/security-team and acme/infrastructure",
            ),
            Step(deletes_comment("alice", "bob"), WAIT, THREE),
        )
    ),
    "strangers are refused with the reason": Scenario(
        (
            Step(opens(DESIGN), WAIT, THREE),
            Step(comments("mallory", "/tdd approve"), WAIT, THREE),
            Step(comments("alice", "/tdd approve"), WAIT, THREE),
            Step(comments("mallory", "/tdd aprove"), WAIT, THREE),
        ),
        replies=(
            "`/tdd approve` by mallory is refused: only holders of a seat can",
            "`/tdd approve` by alice is refused: who opened the pull request cannot sign it",
            "There is no command `/tdd aprove`. Did you mean `/tdd approve`?",
        ),
    ),
    "questions are answered": Scenario(
        (
            Step(opens(DESIGN), WAIT, THREE),
            Step(comments("mallory", "/tdd help"), WAIT, THREE),
            Step(comments("mallory", "/tdd status"), WAIT, THREE),
            Step(comments("mallory", "/tdd check"), WAIT, THREE),
        ),
        replies=("| Command | Who | Effect |", "**Waiting for acme/eng-lead and 2 more**"),
    ),
    "a command in a review counts": Scenario(
        (
            Step(opens(DESIGN), WAIT, THREE),
            Step(
                reviews("bob", "COMMENT", "Fine.\n\n/tdd approve"),
                WAIT,
                "Waiting for acme/security-team and acme/infrastructure",
            ),
        )
    ),
    "a request taken back by a person is not made again": Scenario(
        (
            Step(opens(DESIGN), WAIT, THREE, TEAMS),
            Step(takes_back("security-team"), WAIT, THREE, TEAMS - {"security-team"}),
            Step(comments("erin", "/tdd check"), WAIT, THREE, TEAMS - {"security-team"}),
        )
    ),
    "a team that assigns its members is asked once": Scenario(
        before=(joins("erin", "security-team"), auto_assigns("security-team")),
        steps=(
            Step(opens(DESIGN), WAIT, THREE),
            Step(comments("erin", "/tdd check"), WAIT, THREE),
            Step(pushes(design(bodies={"1": "Summed up anew."})), WAIT, THREE),
        ),
    ),
    "a commenting review does not have the team asked again": Scenario(
        (
            Step(opens(DESIGN), WAIT, THREE, TEAMS),
            Step(reviews("dana", "COMMENT", "Reading."), WAIT, THREE, TEAMS - {"security-team"}),
        )
    ),
    "re-run is answered": Scenario(
        (
            Step(opens(APPROVED), WAIT, THREE),
            Step(approves("bob"), WAIT, "Waiting for acme/security-team and acme/infrastructure"),
            Step(approves("carol"), WAIT, "Waiting for acme/security-team"),
            Step(approves("dana"), PASS, SIGNED),
            Step(reruns(), PASS, SIGNED),
            Step(reruns_all(), PASS, SIGNED),
            Step(merges(), PASS, SIGNED),
        )
    ),
    "an approved design that is removed waits for its seats": Scenario(
        before=(on_main(APPROVED),),
        steps=(
            Step(opens(APPROVED + "\nMore.\n"), WAIT, THREE),
            Step(pushes(None), WAIT, "Removing this design waits for acme/eng-lead and 2 more"),
        ),
    ),
    "an unknown status has no side effects": Scenario(
        (
            Step(
                opens(design("Nearly done")),
                FAIL,
                "Status “Nearly done” is not one of Draft, In-Review, Approved or Superseded",
                set(),
            ),
        )
    ),
}


@pytest.mark.parametrize("name", SCENARIOS)
async def test_scenario(name: str, stage: Stage) -> None:
    scenario = SCENARIOS[name]
    play = Play(stage)
    for deed in scenario.before:
        deed(play)
    for number, step in enumerate(scenario.steps, start=1):
        step.deed(play)
        await stage.run()
        run = stage.check(play.it)
        seen = (run.conclusion.value if run.conclusion else None, run.title)
        assert seen == (step.conclusion, step.title), f"step {number}"
        assert not run.rerun_asked
        if step.asked is not None:
            assert stage.asked(play.it) == step.asked, f"step {number}"
        assert_at_rest(stage, play)
    said = [one.split("\n\n", 1)[1] for one in stage.replies(play.it)]
    assert len(said) == len(scenario.replies)
    for reply, beginning in zip(said, scenario.replies, strict=True):
        assert reply.startswith(beginning)


def assert_at_rest(stage: Stage, play: Play) -> None:
    """One comment, one run, and every command is acknowledged."""
    assert stage.comment(play.it)
    for one in play.it.comments:
        if one.body.startswith("/tdd") and not one.edits:
            given = {reaction.content for reaction in one.reactions if reaction.user is stage.scene.app.bot}
            assert "eyes" in given
            assert len(given & {"+1", "confused"}) == 1


async def test_a_repeated_run_of_every_state_writes_nothing(stage: Stage) -> None:
    play = Play(stage)
    for step in SCENARIOS["from half-filled to merged"].steps[:-1]:
        step.deed(play)
        await stage.run()
        stage.count()
        stage.scene.person("erin").edit(play.it, title=f"Title {stage.clock.now()}")
        await stage.run()
        assert stage.count().writes == 0
