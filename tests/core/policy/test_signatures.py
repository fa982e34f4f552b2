"""Which content a sign-off is about, and which document."""

from dataclasses import replace

import pytest

from bot.core.decide import decide
from bot.core.model import Configuration, DocumentDecision, File, SectionSettings, Snapshot, Step
from tests.builders import BEFORE, BOB, CAROL, DANA, HEAD, PATH, change, comment, design, review, snapshot

OTHER = "docs/tdd/0009-other.md"
OWNED = Configuration(sections={"4.2": SectionSettings(owners=("security-team",))})


def decided(seen: Snapshot, path: str = PATH) -> DocumentDecision:
    return next(one for one in decide(seen).documents if one.path == path)


def edited_since(section: str, **fields: object) -> Snapshot:
    """Return a design that everybody signed on ``BEFORE`` and of which a section was written anew since."""
    then = design("Approved", bodies={section: "Another text."})
    return snapshot(
        change(design("Approved")),
        history={(BEFORE, PATH): File(PATH, len(then), then)},
        reviews=tuple(
            review(one, number=number, commit=BEFORE) for number, one in enumerate((BOB, CAROL, DANA), 1)
        ),
        **fields,
    )


def stale(seen: Snapshot) -> dict[str, tuple[str, ...]]:
    """Return which seats' sign-offs went stale, by what has changed."""
    return {state.seat.label: one.changed for state in decided(seen).seats for one in state.stale}


def test_only_the_owner_of_a_section_signs_it_again() -> None:
    seen = edited_since("4.2", configuration=OWNED)

    assert stale(seen) == {"acme/security-team": ("4.2 Security & Privacy",)}
    assert decided(seen).step is Step.SIGN


def test_a_section_without_owner_is_signed_again_by_all() -> None:
    assert set(stale(edited_since("1", configuration=OWNED))) == {
        "acme/eng-lead",
        "acme/security-team",
        "acme/infrastructure",
    }


def test_an_owner_is_told_the_sections_that_are_covered_and_no_others() -> None:
    """Whoever does not own 4.2 signs again for section 1, and is not told of 4.2."""
    seen = edited_since("1", configuration=OWNED)
    then = design("Approved", bodies={"1": "Another text.", "4.2": "Another text."})
    told = stale(replace(seen, history={(BEFORE, PATH): File(PATH, len(then), then)}))

    assert told["acme/eng-lead"] == ("1 Executive Summary",)
    assert told["acme/security-team"] == ("1 Executive Summary", "4.2 Security & Privacy")


def test_what_a_merge_group_makes_of_a_design_is_not_what_its_head_was_signed_on() -> None:
    """Two edits may merge without a conflict into a text that nobody has read."""
    signed = tuple(review(one, number=number) for number, one in enumerate((BOB, CAROL, DANA), 1))
    head = design("Approved", bodies={"4.2": "Another text."})
    seen = snapshot(change(design("Approved")), reviews=signed)
    known = {(HEAD, PATH): File(PATH, len(head), head)}

    assert decided(seen).step is Step.DONE
    assert decided(replace(seen, merging=BEFORE, history=known)).step is Step.SIGN


@pytest.mark.parametrize(("path", "step"), [(PATH, Step.DONE), (OTHER, Step.SIGN)])
def test_a_comment_that_approves_one_document_signs_no_other(path: str, step: Step) -> None:
    seen = snapshot(
        change(design("Approved", "@eng-lead")),
        change(design("Approved", "@eng-lead"), path=OTHER),
        comments=(comment(BOB, f"/tdd approve in {PATH}"),),
    )

    assert decided(seen, path).step is step


def test_a_comment_approves_nothing_where_the_configuration_takes_reviews_alone() -> None:
    seen = snapshot(change(design("Approved", "@eng-lead")), comments=(comment(BOB, "/tdd approve"),))
    reviews_alone = replace(seen, configuration=Configuration(comment_approvals=False))

    assert decided(seen).step is Step.DONE
    assert decided(reviews_alone).step is Step.SIGN
    assert decided(replace(reviews_alone, reviews=(review(BOB),))).step is Step.DONE


def test_a_comment_of_before_approves_nothing_once_the_configuration_takes_reviews_alone() -> None:
    seen = snapshot(change(design("Approved", "@eng-lead")), comments=(comment(BOB, "/tdd approve"),))
    journal = replace(seen.memory, commands=decide(seen).unrecorded)

    assert journal.commands
    assert decided(replace(seen, memory=journal)).step is Step.DONE
    later = replace(seen, memory=journal, configuration=Configuration(comment_approvals=False))
    assert decided(later).step is Step.SIGN
