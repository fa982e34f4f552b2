"""An approved design that is edited: whose signatures it takes, and when one is enough."""

from dataclasses import replace

import pytest

from bot.core.decide import decide
from bot.core.model import (
    Asked,
    Configuration,
    DocumentDecision,
    Heard,
    Login,
    Memory,
    Opinion,
    Person,
    SeatKey,
    SectionSettings,
    Snapshot,
    Step,
    User,
)
from tests.builders import (
    ALICE,
    BOB,
    CAROL,
    DANA,
    ERIN,
    NOW,
    PATH,
    TEAMS,
    change,
    comment,
    design,
    review,
    snapshot,
    team,
)

OWNED = Configuration(sections={"4.2": SectionSettings(owners=("security-team",))})
MINOR = Configuration(minor_edit=2)
TWO_WORDS = {"4.2": "The decision for part 4.2 is put down here."}
COUNCIL = {**TEAMS, "council": team(14, "council", ERIN)}


def judged(seen: Snapshot) -> DocumentDecision:
    (document,) = decide(seen).documents
    return document


def counting(seen: Snapshot) -> set[str]:
    """Return the labels of the seats that count."""
    return {one.seat.label for one in judged(seen).seats}


def editing(bodies: dict[str, str], reviewers: str | None = None, **fields: object) -> Snapshot:
    """Return an edit of an approved design."""
    head = design("Approved", reviewers, bodies=bodies) if reviewers else design("Approved", bodies=bodies)
    return snapshot(change(head, design("Approved")), **fields)


def test_an_edit_of_owned_sections_takes_their_owners_alone() -> None:
    seen = editing({"4.2": "Another way."}, configuration=OWNED)

    assert counting(seen) == {"acme/security-team"}
    assert judged(replace(seen, reviews=(review(BOB), review(CAROL, number=2)))).step is Step.SIGN
    assert judged(replace(seen, reviews=(review(DANA),))).step is Step.DONE


@pytest.mark.parametrize("also", ["1", "3.1"])
def test_an_edit_of_a_section_without_owners_takes_every_seat(also: str) -> None:
    seen = editing({"4.2": "Another way.", also: "Another text."}, configuration=OWNED)

    assert counting(seen) == {"acme/eng-lead", "acme/security-team", "acme/infrastructure"}
    assert judged(replace(seen, reviews=(review(DANA),))).step is Step.SIGN


FRANK = Person(8, Login("frank"))
WITH_PEOPLE = {**COUNCIL, "bob": User(BOB), "frank": User(FRANK)}


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"configuration": replace(OWNED, reviewers=("council",))}, "acme/council"),
        (
            {"memory": Memory(asked=(Asked(SeatKey("team:14"), "acme/council", PATH, "c", NOW),))},
            "acme/council",
        ),
        ({"memory": Memory(heard=(Heard(SeatKey("team:14"), "acme/council", PATH),))}, "acme/council"),
        ({"comments": (comment(ALICE, "/tdd request @council"),)}, "acme/council"),
        ({"comments": (comment(BOB, "/tdd delegate @frank"),)}, "frank"),
    ],
)
def test_whom_this_pull_request_concerns_already_signs_whoever_owns_what_is_edited(
    fields: dict[str, object], label: str
) -> None:
    values: dict[str, object] = {"configuration": OWNED, "names": WITH_PEOPLE, **fields}
    head = design("Approved", "@bob, @infrastructure", bodies={"4.2": "Another way."})
    seen = snapshot(change(head, design("Approved", "@bob, @infrastructure")), **values)

    assert counting(seen) == {"acme/security-team", label}
    assert judged(replace(seen, reviews=(review(DANA),))).step is Step.SIGN


def test_where_the_owner_has_left_an_edit_of_what_was_owned_takes_every_seat() -> None:
    seen = editing(
        {"4.2": "Another way."},
        configuration=OWNED,
        comments=(comment(DANA, "/tdd release @security-team"),),
    )

    assert counting(seen) == {"acme/eng-lead", "acme/infrastructure"}
    assert judged(seen).step is Step.SIGN
    assert judged(replace(seen, reviews=(review(BOB),))).step is Step.SIGN
    assert judged(replace(seen, reviews=(review(BOB), review(CAROL, number=2)))).step is Step.DONE


def test_nobody_is_used_up_by_a_seat_that_does_not_count() -> None:
    seen = editing(
        {"4.2": "Another way."},
        configuration=replace(OWNED, distinct=True),
        names={**TEAMS, "security-team": team(12, "security-team", BOB)},
        reviews=(review(BOB),),
    )

    assert judged(seen).step is Step.DONE


def test_a_seat_that_objects_counts_whoever_owns_what_is_edited() -> None:
    said = (review(DANA), review(CAROL, Opinion.CHANGES_REQUESTED, number=2))

    assert judged(editing({"4.2": "Another way."}, configuration=OWNED, reviews=said)).step is Step.OBJECTION


def test_a_seat_that_an_edit_takes_out_signs_that_whoever_owns_what_is_edited() -> None:
    seen = editing({"4.2": "Another way."}, "@eng-lead, @security-team", configuration=OWNED)

    assert judged(replace(seen, reviews=(review(DANA),))).step is Step.SIGN
    assert judged(replace(seen, reviews=(review(DANA), review(CAROL, number=2)))).step is Step.DONE


@pytest.mark.parametrize("signer", [BOB, CAROL, DANA])
def test_a_minor_edit_takes_one_holder_of_any_seat(signer: object) -> None:
    seen = editing(TWO_WORDS, configuration=MINOR)
    said = tuple(one for one in (review(BOB), review(CAROL), review(DANA)) if one.author == signer)

    assert judged(seen).step is Step.SIGN
    assert judged(seen).one_suffices
    assert judged(replace(seen, reviews=said)).step is Step.DONE


def test_one_word_more_than_a_minor_edit_takes_every_seat() -> None:
    seen = editing({"4.2": "The decision for part 4.2 is put down there."}, configuration=MINOR)

    assert judged(replace(seen, reviews=(review(DANA),))).step is Step.SIGN
    assert not judged(seen).one_suffices


MANY = "Every key is kept in the clear, for all to read, at all times."


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("**Reviewers:**", f"**Scope:** {MANY}\n**Reviewers:**"),
        ("## 1. Executive", f"{MANY}\n\n## 1. Executive"),
        ("4.2 Security & Privacy", f"4.2 Security & Privacy ({MANY})"),
        ("Here we write `<!--` alone.", f"Here we write `<!--` alone. {MANY}"),
    ],
)
def test_no_edit_is_minor_for_where_its_many_words_stand(old: str, new: str) -> None:
    before = design("Approved", bodies={"4.1": "Here we write `<!--` alone."})
    assert before.count(old) == 1
    seen = snapshot(change(before.replace(old, new), before), configuration=MINOR, reviews=(review(DANA),))

    assert judged(seen).step is Step.SIGN
    assert not judged(seen).one_suffices


def test_without_the_setting_no_edit_is_minor() -> None:
    assert judged(editing(TWO_WORDS, reviews=(review(DANA),))).step is Step.SIGN


@pytest.mark.parametrize(
    ("head", "base"), [("Approved", "In-Review"), ("In-Review", "Approved"), ("Approved", None)]
)
def test_only_an_approved_design_that_stays_one_is_edited_by_a_few_words(head: str, base: str | None) -> None:
    before = design(base) if base else None
    seen = snapshot(
        change(design(head, bodies=TWO_WORDS), before), configuration=MINOR, reviews=(review(DANA),)
    )

    assert judged(seen).step is Step.SIGN
    assert not judged(seen).one_suffices


def test_in_a_script_without_spaces_each_sign_counts_as_a_word() -> None:
    before = design("Approved", bodies={"4.2": "令牌只保存一小时。"})
    two, more = (before.replace("一小", new) for new in ("三天", "三十天并且写入日志一小"))

    assert judged(snapshot(change(two, before), configuration=replace(MINOR, minor_edit=9))).one_suffices
    assert not judged(snapshot(change(more, before), configuration=MINOR)).one_suffices


def test_another_date_and_a_comment_are_no_words_of_a_minor_edit() -> None:
    before = design("Approved")
    after = design("Approved", bodies=TWO_WORDS).replace("2026-11-20", "2026-11-23")
    seen = snapshot(
        change(after + "\n<!-- reads better this way, says a colleague -->\n", before), configuration=MINOR
    )

    assert judged(seen).one_suffices


def test_a_seat_that_the_author_adds_does_not_sign_a_minor_edit() -> None:
    seen = editing(
        TWO_WORDS,
        "@eng-lead, @security-team, @infrastructure, @council",
        configuration=MINOR,
        names=COUNCIL,
        reviews=(review(ERIN),),
    )

    assert judged(seen).step is Step.SIGN


def test_a_minor_edit_takes_every_seat_that_it_takes_out() -> None:
    seen = editing(TWO_WORDS, "@eng-lead, @security-team", configuration=MINOR)

    assert not judged(seen).one_suffices
    assert judged(replace(seen, reviews=(review(BOB),))).step is Step.SIGN
    assert judged(replace(seen, reviews=(review(CAROL),))).step is Step.DONE
