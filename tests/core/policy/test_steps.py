"""What it takes to retire or delete an approved design, and when one that is under way asks its reviewers."""

from dataclasses import replace

import pytest

from bot.core.decide import decide
from bot.core.model import (
    AskWhen,
    Configuration,
    DocumentChange,
    DocumentDecision,
    File,
    FileProblem,
    Opinion,
    Permission,
    Review,
    SectionSettings,
    Snapshot,
    Step,
    Verdict,
)
from tests.builders import (
    ALICE,
    BOB,
    CAROL,
    DANA,
    ERIN,
    PATH,
    TEAMS,
    change,
    comment,
    design,
    pull_request,
    review,
    snapshot,
    team,
)

NEXT = "docs/tdd/0008-next.md"
RETIRED = design("Superseded", header=f"**Superseded-By:** {NEXT}")
ALL_SIGN = (review(BOB, number=1), review(CAROL, number=2), review(DANA, number=3))
WITH_DESIGN_COUNCIL = {**TEAMS, "council": team(14, "council", ERIN)}


def judged(seen: Snapshot) -> DocumentDecision:
    (document,) = decide(seen).documents
    return document


def retiring(head: str = RETIRED, successor: str = "Approved", **fields: object) -> Snapshot:
    """Return an approved design's retirement, with a successor of that status on the branch."""
    return snapshot(
        change(head, design("Approved")), linked={NEXT: File(NEXT, 1, design(successor))}, **fields
    )


@pytest.mark.parametrize(
    ("successor", "step"),
    [
        ("In-Review", Step.DONE),
        ("Approved", Step.DONE),
        ("Draft", Step.SUCCEED),
        ("Superseded", Step.SUCCEED),
    ],
)
def test_a_design_is_retired_for_one_that_is_under_way(successor: str, step: Step) -> None:
    assert judged(retiring(successor=successor, reviews=(review(DANA),))).step is step


def test_a_seat_that_the_author_adds_does_not_retire_a_design() -> None:
    head = design("Superseded", "@council", header=f"**Superseded-By:** {NEXT}")
    seen = retiring(head, names=WITH_DESIGN_COUNCIL, reviews=(review(ERIN),))

    assert judged(seen).step is Step.SIGN
    assert judged(replace(seen, reviews=(review(ERIN), review(BOB, number=2)))).step is Step.DONE


def test_a_seat_that_was_asked_by_command_does_not_retire_a_design() -> None:
    asks = comment(ALICE, "/tdd request @acme/council")
    seen = retiring(names=WITH_DESIGN_COUNCIL, comments=(asks,), reviews=(review(ERIN),))

    assert "acme/council" in {one.seat.label for one in judged(seen).seats}
    assert judged(seen).step is Step.SIGN


def test_a_seat_of_the_configuration_may_retire_a_design() -> None:
    required = Configuration(reviewers=("council",))
    seen = retiring(configuration=required, names=WITH_DESIGN_COUNCIL, reviews=(review(ERIN),))

    assert judged(seen).step is Step.DONE


@pytest.mark.parametrize(
    "head",
    [
        RETIRED.replace("The decision for part 4.2", "Nothing of what part 4.2 said"),
        RETIRED.replace("# TDD: Price cache", "# TDD: Another cache"),
        RETIRED.replace("Alice Example (@alice)", "Mallory (@mallory)"),
        RETIRED.replace("# TDD: Price cache", "# TDD: Price cache\n\nA word before the header."),
    ],
)
def test_who_changes_more_than_the_status_on_the_way_needs_every_seat(head: str) -> None:
    assert head != RETIRED
    assert judged(retiring(head, reviews=(review(DANA),))).step is Step.SIGN


@pytest.mark.parametrize("back", ["0007-price-cache.md", "0009-third.md"])
def test_a_design_is_not_retired_in_a_circle(back: str) -> None:
    third = "docs/tdd/0009-third.md"
    seen = snapshot(
        change(RETIRED, design("Approved")),
        change(design("In-Review", header=f"**Superseded-By:** {back}"), path=NEXT),
        change(design("In-Review", header="**Superseded-By:** 0007-price-cache.md"), path=third),
        reviews=ALL_SIGN,
    )

    assert decide(seen).documents[0].step is Step.SUCCEED


def test_a_successor_that_names_another_one_still_is_one() -> None:
    seen = retiring(reviews=ALL_SIGN)
    onward = design("Approved", header="**Superseded-By:** 0009-third.md")

    assert judged(replace(seen, linked={NEXT: File(NEXT, 1, onward)})).step is Step.DONE


def test_a_retirement_with_a_fault_is_mended_first() -> None:
    assert judged(retiring(design("Superseded"), reviews=ALL_SIGN)).step is Step.MEND


def test_a_retirement_lands_only_where_superseded_designs_may() -> None:
    seen = retiring(reviews=ALL_SIGN, configuration=Configuration(land=("Approved",)))

    assert (judged(seen).step, judged(seen).verdict) == (Step.HELD, Verdict.WAITING)


def test_a_design_that_names_nobody_is_retired_by_one_who_can_push() -> None:
    alone = design("Superseded", "none", header=f"**Superseded-By:** {NEXT}")
    linked = {NEXT: File(NEXT, 1, design("Approved"))}
    seen = snapshot(change(alone, design("Approved", "none")), linked=linked)

    assert judged(seen).step is Step.SIGN
    assert judged(replace(seen, reviews=(review(ERIN, writer=False),))).step is Step.SIGN
    assert judged(replace(seen, reviews=(review(ERIN),))).step is Step.DONE


# One that is superseded already


@pytest.mark.parametrize("successor", ["Superseded", None])
def test_whatever_became_of_its_successor_a_superseded_design_can_be_mended(successor: str | None) -> None:
    mended = RETIRED.replace("The decision for part 4.2", "The decision on part 4.2")
    linked = {NEXT: File(NEXT, 1, design(successor)) if successor else None}
    seen = snapshot(change(mended, RETIRED), linked=linked, reviews=ALL_SIGN[:2])

    assert judged(seen).step is Step.SIGN
    assert judged(replace(seen, reviews=ALL_SIGN)).step is Step.DONE


def test_a_superseded_design_gets_another_successor_only_where_that_is_under_way() -> None:
    renamed = RETIRED.replace(NEXT, "docs/tdd/0009-third.md")
    seen = snapshot(change(renamed, RETIRED), reviews=ALL_SIGN)

    assert judged(seen).step is Step.SUCCEED
    there = {"docs/tdd/0009-third.md": File("docs/tdd/0009-third.md", 1, design("Approved"))}
    assert judged(replace(seen, linked=there)).step is Step.DONE
    assert judged(replace(seen, linked=there, reviews=ALL_SIGN[:1])).step is Step.SIGN


def test_a_superseded_design_that_says_the_same_needs_nobody() -> None:
    seen = snapshot(change(RETIRED.replace("is written here.", "is\nwritten here."), RETIRED))

    assert judged(seen).step is Step.DONE


def test_who_is_taken_out_of_a_superseded_design_agrees_to_that() -> None:
    fewer = RETIRED.replace(", @infrastructure", "")
    seen = snapshot(change(fewer, RETIRED))

    assert judged(seen).step is Step.SIGN
    assert judged(replace(seen, reviews=(review(CAROL),))).step is Step.DONE


def test_an_objection_of_one_holds_what_another_would_retire() -> None:
    said = (review(DANA), review(BOB, Opinion.CHANGES_REQUESTED, number=2))

    assert judged(retiring(reviews=said)).step is Step.OBJECTION


def test_an_objection_of_a_seat_that_only_the_head_names_holds_a_retirement() -> None:
    head = design("Superseded", "@council", header=f"**Superseded-By:** {NEXT}")
    said = (review(DANA), review(ERIN, Opinion.CHANGES_REQUESTED, number=2))

    assert judged(retiring(head, names=WITH_DESIGN_COUNCIL, reviews=said)).step is Step.OBJECTION


@pytest.mark.parametrize("missing", [BOB, CAROL, DANA])
def test_deleting_an_approved_design_takes_every_seat(missing: object) -> None:
    some = tuple(one for one in ALL_SIGN if one.author != missing)

    assert judged(snapshot(change(None, design("Approved")), reviews=some)).step is Step.SIGN
    assert judged(snapshot(change(None, design("Approved")), reviews=ALL_SIGN)).step is Step.DONE


@pytest.mark.parametrize("problem", [FileProblem.TOO_LARGE, FileProblem.NOT_TEXT, None])
def test_what_cannot_be_read_may_have_been_approved_and_is_not_deleted_by_its_author_alone(
    problem: FileProblem | None,
) -> None:
    unread = File(PATH, 1_000_000, None if problem else "x" * 1_000_000, problem)
    seen = snapshot(DocumentChange(PATH, None, unread))

    assert judged(seen).step is Step.SIGN
    assert judged(replace(seen, reviews=(review(ALICE),))).step is Step.SIGN
    assert judged(replace(seen, reviews=(review(ERIN),))).step is Step.DONE


@pytest.mark.parametrize("problem", [FileProblem.SYMLINK, FileProblem.SUBMODULE])
def test_what_never_was_a_text_is_deleted_by_anybody(problem: FileProblem) -> None:
    assert judged(snapshot(DocumentChange(PATH, None, File(PATH, 9, None, problem)))).step is Step.DONE


def test_a_draft_pull_request_asks_nobody_to_agree_to_a_deletion() -> None:
    seen = snapshot(change(None, design("Approved")), pull_request=pull_request(draft=True))

    assert judged(seen).step is Step.DRAFT_PULL_REQUEST
    assert not any(one.ask for one in judged(seen).seats)


@pytest.mark.parametrize("base", ["Draft", "In-Review", "Approved"])
def test_a_design_that_is_objected_to_is_not_deleted(base: str) -> None:
    said: tuple[Review, ...] = (*ALL_SIGN[:2], review(DANA, Opinion.CHANGES_REQUESTED, number=3))
    one = judged(snapshot(change(None, design(base)), reviews=said))

    assert (one.step, one.verdict) == (Step.OBJECTION, Verdict.BLOCKED)


@pytest.mark.parametrize("base", ["Draft", "In-Review", "Approved"])
def test_a_design_with_a_concern_is_not_deleted(base: str) -> None:
    raised = comment(DANA, "/tdd concern keys Who rotates them?")
    one = judged(snapshot(change(None, design(base)), comments=(raised,), reviews=ALL_SIGN))

    assert (one.step, one.verdict) == (Step.OBJECTION, Verdict.BLOCKED)


def test_a_section_that_may_be_missing_keeps_nobody_from_being_asked() -> None:
    head = design("In-Review", without=("4.2",))
    optional = Configuration(sections={"4.2": SectionSettings(required=False)})

    assert not judged(snapshot(change(head))).asks
    assert judged(snapshot(change(head), configuration=optional)).asks


@pytest.mark.parametrize(
    ("when", "asked"), [(AskWhen.ALWAYS, True), (AskWhen.NO_MISSING, False), (AskWhen.COMPLETE, False)]
)
def test_when_a_design_in_review_asks_is_configured(when: AskWhen, *, asked: bool) -> None:
    head = design("In-Review", without=("4.2",))

    assert judged(snapshot(change(head), configuration=Configuration(ask_when=when))).asks is asked


def test_a_section_that_is_excused_keeps_nobody_from_being_asked() -> None:
    excused = comment(ERIN, "/tdd waive 4.2 It is decided elsewhere.")
    seen = snapshot(
        change(design("In-Review", "none", without=("4.2",))),
        comments=(excused,),
        permissions={ERIN.id: Permission.WRITE},
    )

    assert judged(replace(seen, comments=())).asks is False
    assert judged(seen).asks is True
