"""Documents brought in from elsewhere: they come as they are, and somebody here says that they may."""

from dataclasses import replace

import pytest

from bot.core.decide import decide
from bot.core.model import Configuration, DocumentDecision, Opinion, Severity, Snapshot, Step
from tests.builders import ALICE, BOB, CAROL, ERIN, MALLORY, change, design, pull_request, review, snapshot

IMPORTING = Configuration(imports=("docs/tdd/*.md",))
UNFINISHED = design("Superseded", "@eng-lead", without=("4.2",))


def judged(seen: Snapshot) -> DocumentDecision:
    (document,) = decide(seen).documents
    return document


def imported(**fields: object) -> Snapshot:
    """Return a document that comes with faults and with a status that no new one may have."""
    values: dict[str, object] = {"configuration": IMPORTING, **fields}
    return snapshot(change(UNFINISHED), **values)


def test_what_is_brought_in_takes_one_who_can_push_and_not_whom_it_names() -> None:
    assert judged(imported()).step is Step.SIGN
    assert judged(imported(reviews=(review(BOB, writer=False),))).step is Step.SIGN
    assert judged(imported(reviews=(review(MALLORY, writer=False),))).step is Step.SIGN
    assert judged(imported(reviews=(review(ALICE),))).step is Step.SIGN
    assert judged(imported(reviews=(review(ERIN),))).step is Step.DONE


def test_what_is_brought_in_takes_everybody_whom_the_configuration_requires() -> None:
    required = replace(IMPORTING, reviewers=("eng-lead", "infrastructure"))

    assert judged(imported(configuration=required, reviews=(review(BOB),))).step is Step.SIGN
    both = (review(BOB), review(CAROL, number=2))
    assert judged(imported(configuration=required, reviews=both)).step is Step.DONE


def test_the_faults_of_what_is_brought_in_are_notes() -> None:
    found = judged(imported()).findings

    assert found
    assert max(one.severity for one in found) is Severity.NOTE


@pytest.mark.parametrize(("draft", "asks"), [(True, False), (False, True)])
def test_a_draft_pull_request_brings_nothing_in(draft: bool, asks: bool) -> None:
    seen = imported(
        pull_request=pull_request(draft=draft), configuration=replace(IMPORTING, reviewers=("eng-lead",))
    )

    assert judged(seen).asks is asks
    assert (judged(seen).step is Step.DRAFT_PULL_REQUEST) is draft


def test_what_is_brought_in_and_objected_to_stays_out() -> None:
    required = replace(IMPORTING, reviewers=("eng-lead",))
    said = (review(BOB, Opinion.CHANGES_REQUESTED),)

    assert judged(imported(configuration=required, reviews=said)).step is Step.OBJECTION


@pytest.mark.parametrize("base", ["Draft", "Approved"])
def test_what_is_here_already_is_not_brought_in(base: str) -> None:
    seen = snapshot(change(UNFINISHED, design(base)), configuration=IMPORTING, reviews=(review(ERIN),))

    assert judged(seen).step is Step.MEND


def test_only_what_the_configuration_names_is_brought_in() -> None:
    elsewhere = Configuration(imports=("docs/rfcs/*.md",))

    assert judged(imported(configuration=elsewhere, reviews=(review(ERIN),))).step is Step.MEND
