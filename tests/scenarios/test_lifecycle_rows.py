"""Every row of the lifecycle's table over HTTP: what the check says, what it lets merge, who is asked."""

from dataclasses import dataclass

import pytest

from bot.sandbox import Refused
from tests.builders import design
from tests.scenarios.configured import configure
from tests.scenarios.deeds import (
    APPROVED,
    DESIGN,
    Deed,
    Play,
    also_on_main,
    approves,
    comments,
    objects,
    on_main,
    opens,
    pushes,
)
from tests.scenarios.stage import PATH, Stage

ALL = frozenset({"eng-lead", "security-team", "infrastructure"})
NONE: frozenset[str] = frozenset()
OTHERS = ALL - {"eng-lead"}
"""Of whom one would have been enough: what they were asked stays theirs to answer or not."""
WAIT, FAIL, PASS, NEUTRAL = "action_required", "failure", "success", "neutral"
THREE = "Waiting for acme/eng-lead and 2 more"
SIGNED = "Approved and signed by bob, dana and carol"
NEXT = "docs/tdd/0008-next.md"
RETIRED = design("Superseded", header=f"**Superseded-By:** {NEXT}")
EVERYBODY = (approves("bob"), approves("carol"), approves("dana"))
UNFILLED = {"4.2": "TBD", "7": ""}


@dataclass(frozen=True)
class Row:
    """Where a document stands at base and head, and what comes of it."""

    deeds: tuple[Deed, ...]
    conclusion: str
    title: str
    asked: frozenset[str]
    before: tuple[Deed, ...] = ()
    configuration: str = ""


def nothing_of_ours() -> Deed:
    """Open a pull request without a document."""

    def deed(play: Play) -> None:
        play.pull = play.stage.scene.open_pull({"src/x.py": "x = 1\n"})

    return deed


def moves_away(path: str) -> Deed:
    """Open a pull request that moves the design of the base branch."""

    def deed(play: Play) -> None:
        files: dict[str, str | None] = {PATH: None, path: APPROVED.replace("# TDD: ", "# ")}
        scene = play.stage.scene
        alice = scene.person("alice")
        alice.commit(scene.repository, "change", files)
        play.pull = alice.open_pull(scene.repository, "change")

    return deed


ON_MAIN: tuple[Deed, ...] = (on_main(APPROVED),)

ROWS = {
    "a change request stands, Draft": Row(
        (opens(design("Draft")), objects("dana")), FAIL, "dana of acme/security-team asked for changes", NONE
    ),
    "a change request stands, In-Review": Row(
        (opens(DESIGN), objects("dana")),
        FAIL,
        "dana of acme/security-team asked for changes",
        ALL - {"security-team"},
    ),
    "a change request stands, Approved": Row(
        (opens(APPROVED), approves("bob"), approves("carol"), objects("dana")),
        FAIL,
        "dana of acme/security-team asked for changes",
        NONE,
    ),
    "a concern stands": Row(
        (opens(DESIGN), comments("dana", "/tdd concern keys Who rotates them?")),
        FAIL,
        "dana raised the concern “keys”: Who rotates them?",
        ALL,
    ),
    "a hold stands": Row(
        (opens(APPROVED), *EVERYBODY, comments("bob", "/tdd hold the freeze")),
        FAIL,
        "bob holds the merge: the freeze",
        NONE,
    ),
    "a draft pull request, In-Review": Row(
        (opens(DESIGN, draft=True),), WAIT, "Draft pull request: mark it ready for review", NONE
    ),
    "a draft pull request, Approved and signed": Row(
        (opens(APPROVED, draft=True), *EVERYBODY), WAIT, "Draft pull request: mark it ready for review", NONE
    ),
    "Draft": Row((opens(design("Draft", bodies=UNFILLED)),), WAIT, "Draft: 2 of 16 sections to write", NONE),
    "In-Review, a section missing": Row(
        (opens(design(without=("4.2",))),), FAIL, "1 section to write before review", NONE
    ),
    "In-Review, faults but readable": Row(
        (opens(design(bodies=UNFILLED)),), FAIL, "2 sections to write before approval", ALL
    ),
    "In-Review, faults, and only a complete design asks": Row(
        (opens(design(bodies=UNFILLED)),),
        FAIL,
        "2 sections to write before review",
        NONE,
        configuration="ask_when: complete\n",
    ),
    "In-Review, a section missing, and every design asks": Row(
        (opens(design(without=("4.2",))),),
        FAIL,
        "1 section to write before approval",
        ALL,
        configuration="ask_when: always\n",
    ),
    "In-Review, complete": Row((opens(DESIGN),), WAIT, THREE, ALL),
    "In-Review, complete, some signed": Row(
        (opens(DESIGN), approves("bob"), approves("carol")),
        WAIT,
        "Waiting for acme/security-team",
        frozenset({"security-team"}),
    ),
    "In-Review, all signed": Row(
        (opens(DESIGN), *EVERYBODY), WAIT, "All three seats have signed: set Status to Approved", NONE
    ),
    "In-Review, all signed, and lands so": Row(
        (opens(DESIGN), *EVERYBODY),
        PASS,
        "In-Review and signed by bob, dana and carol, which may be merged here",
        NONE,
        configuration="land: [In-Review, Approved]\n",
    ),
    "Approved, faults": Row(
        (opens(design("Approved", bodies=UNFILLED)),), FAIL, "2 sections to write before approval", NONE
    ),
    "Approved, seats open": Row((opens(APPROVED),), WAIT, THREE, ALL),
    "Approved, all signed": Row((opens(APPROVED), *EVERYBODY), PASS, SIGNED, NONE),
    "Approved, signed on what stood there before": Row(
        (opens(APPROVED), *EVERYBODY, pushes(design("Approved", bodies={"1": "Otherwise."}))),
        WAIT,
        "acme/eng-lead to sign again: 1 Executive Summary changed after bob signed (and 2 more)",
        ALL,
    ),
    "Approved, but no Approved design lands": Row(
        (opens(APPROVED), *EVERYBODY),
        WAIT,
        "All three seats have signed, but no Approved design is merged here",
        NONE,
        configuration="land: [Superseded]\n",
    ),
    "Approved at base, edited": Row(
        (opens(design("Approved", bodies={"1": "Otherwise."})),), WAIT, THREE, ALL, ON_MAIN
    ),
    "Approved at base, reopened": Row((opens(DESIGN),), WAIT, THREE, ALL, (on_main(APPROVED),)),
    "Approved at base, nothing that is signed changed": Row(
        (opens(APPROVED.replace("2026-11-20", "2026-11-21")),),
        PASS,
        "Approved before; nothing that anybody signs has changed",
        NONE,
        (on_main(APPROVED),),
    ),
    "Superseded, not signed": Row(
        (opens(RETIRED),), WAIT, THREE, ALL, (on_main(APPROVED), also_on_main(APPROVED, NEXT))
    ),
    "Superseded, one has signed": Row(
        (opens(RETIRED), approves("bob")),
        PASS,
        "Superseded and signed by bob",
        OTHERS,
        (on_main(APPROVED), also_on_main(DESIGN, NEXT)),
    ),
    "Superseded, signed, without a successor": Row(
        (opens(RETIRED), approves("bob")),
        WAIT,
        "Signed; the design that supersedes it",
        OTHERS,
        (on_main(APPROVED),),
    ),
    "Approved at base, deleted": Row(
        (opens(DESIGN), pushes(None)),
        WAIT,
        "Removing this design waits for acme/eng-lead and 2 more",
        ALL,
        (on_main(APPROVED),),
    ),
    "Approved at base, deleted, signed by all": Row(
        (opens(DESIGN), pushes(None), *EVERYBODY),
        PASS,
        "The design is removed as bob",
        NONE,
        (on_main(APPROVED),),
    ),
    "Approved at base, moved out of the paths": Row(
        (moves_away("notes/cache.md"),),
        WAIT,
        "Removing this design waits for acme/eng-lead and 2 more",
        ALL,
        (on_main(APPROVED),),
    ),
    "Draft at base, deleted": Row(
        (opens(design("Draft", bodies=UNFILLED)), pushes(None)),
        PASS,
        "The design is removed",
        NONE,
        (on_main(design("Draft")),),
    ),
    "unknown status": Row((opens(design("Nearly done")),), FAIL, "Status “Nearly done” is not one of", NONE),
    "no document": Row((nothing_of_ours(),), PASS, "No design document in this pull request", NONE),
    "new as Superseded": Row(
        (opens(RETIRED),),
        FAIL,
        "A new document cannot start as Superseded",
        NONE,
        (also_on_main(APPROVED, NEXT),),
    ),
    "Approved at base, back to Draft": Row(
        (opens(design("Draft")),),
        FAIL,
        "An Approved document cannot become Draft",
        NONE,
        (on_main(APPROVED),),
    ),
    "In-Review at base, Superseded": Row(
        (opens(RETIRED),), FAIL, "An In-Review document cannot become Superseded", NONE, (on_main(DESIGN),)
    ),
    "Superseded at base, to anything": Row(
        (opens(APPROVED),), FAIL, "A superseded document stays superseded", NONE, (on_main(RETIRED),)
    ),
    "advice only": Row((opens(APPROVED),), NEUTRAL, THREE, ALL, configuration="mode: advise\n"),
}


@pytest.mark.parametrize("name", ROWS)
async def test_row(name: str, stage: Stage) -> None:
    row = ROWS[name]
    play = Play(stage)
    if row.configuration:
        configure(stage, row.configuration)
    for deed in (*row.before, *row.deeds):
        deed(play)
        if play.pull is not None:
            await stage.run()

    run = stage.check(play.it)
    assert run.conclusion is not None
    assert (run.conclusion.value, (run.title or "")[: len(row.title)]) == (row.conclusion, row.title)
    assert stage.asked(play.it) == row.asked
    assert merged(play) is (row.conclusion in {PASS, NEUTRAL})


def merged(play: Play) -> bool:
    """Try to merge."""
    try:
        play.stage.scene.person("alice").merge(play.it)
    except Refused:
        return False
    return True
