"""Seats that are released, left to others, handed on, added and taken back: who has to sign then."""

from dataclasses import replace

import pytest

from bot.core.decide import decide
from bot.core.model import (
    Absence,
    Asked,
    DocumentDecision,
    Heard,
    Login,
    Memory,
    Opinion,
    Permission,
    Person,
    SeatKey,
    Snapshot,
    Step,
    Unresolved,
    Unverified,
    User,
    Verdict,
)
from tests.builders import (
    ALICE,
    BEFORE,
    BOB,
    CAROL,
    DANA,
    ERIN,
    HEAD,
    MALLORY,
    PATH,
    TEAMS,
    ago,
    change,
    comment,
    commit,
    design,
    review,
    snapshot,
    team,
)

FRANK = Person(8, Login("frank"))
NAMES = {
    **TEAMS,
    "bob": User(BOB),
    "frank": User(FRANK),
    "nobody": Unresolved(Absence.NO_SUCH_NAME),
    "platform": Unverified("GitHub did not answer"),
    "core": team(15, "core", CAROL, DANA),
}
Said = tuple[Person, str]
MOVED: Said = (BOB, "/tdd delegate @frank")


def thread(reviewers: str, *said: Said, **fields: object) -> Snapshot:
    """Return an approved design of these reviewers, of which people have said this in turn."""
    comments = tuple(
        comment(who, text, number=500 + number, minutes=20 - number)
        for number, (who, text) in enumerate(said)
    )
    values: dict[str, object] = {"comments": comments, "names": NAMES, **fields}
    return snapshot(change(design("Approved", reviewers)), **values)


def judged(seen: Snapshot) -> DocumentDecision:
    (document,) = decide(seen).documents
    return document


def seats(seen: Snapshot) -> set[str]:
    return {one.seat.label for one in judged(seen).seats}


def refusals(seen: Snapshot) -> list[str]:
    """Return why commands were refused, in their order."""
    return [one.ground for one in decide(seen).unrecorded if not one.granted]


# A seat that is handed on


def test_a_seat_that_is_handed_on_is_signed_by_its_heir_alone() -> None:
    seen = thread("@bob", MOVED)

    assert seats(seen) == {"frank"}
    assert judged(replace(seen, reviews=(review(BOB, minutes=5),))).step is Step.SIGN
    assert judged(replace(seen, reviews=(review(FRANK, minutes=5),))).step is Step.DONE


def test_an_heir_with_a_seat_of_their_own_signs_both_at_once() -> None:
    seen = thread("@bob, @frank", MOVED)

    assert seats(seen) == {"frank"}
    assert judged(replace(seen, reviews=(review(FRANK),))).step is Step.DONE


def test_a_seat_moves_on_from_heir_to_heir() -> None:
    names = {**NAMES, "carol": User(CAROL)}

    assert seats(thread("@bob", MOVED, (FRANK, "/tdd delegate @carol"), names=names)) == {"carol"}


def test_a_seat_stays_with_who_had_it_while_the_heir_cannot_sign() -> None:
    written = (commit(BEFORE, FRANK), commit())

    assert seats(thread("@bob", MOVED, commits=written)) == {"bob"}


@pytest.mark.parametrize(
    ("who", "command", "ground"),
    [
        (CAROL, "/tdd delegate @frank", "only whoever is named as a reviewer can"),
        (BOB, "/tdd delegate @alice", "alice is nobody who could review here"),
        (BOB, "/tdd delegate @nobody", "nobody is nobody who could review here"),
        (BOB, "/tdd delegate @eng-lead", "eng-lead is nobody who could review here"),
        (BOB, "/tdd delegate @bob", "that seat is yours already"),
        (BOB, "/tdd delegate", "name a person"),
    ],
)
def test_a_seat_is_not_handed_on(who: Person, command: str, ground: str) -> None:
    seen = thread("@bob", (who, command))

    assert [one.startswith(ground) for one in refusals(seen)] == [True]
    assert seats(seen) == {"bob"}


def test_nobody_hands_a_seat_on_to_who_wrote_the_design() -> None:
    seen = thread("@bob", (BOB, "/tdd delegate @alice"), names={**NAMES, "alice": User(ALICE)})

    assert refusals(seen) == ["alice opened, wrote or pushed the design and cannot sign it"]


def test_a_teams_seat_is_not_one_persons_to_hand_on() -> None:
    assert refusals(thread("@eng-lead", MOVED))[0].startswith("the seat of acme/eng-lead is a team's")


def test_who_a_seat_was_handed_to_may_let_it_leave() -> None:
    seen = thread("@bob, @infrastructure", MOVED, (FRANK, "/tdd release @frank"))

    assert seats(seen) == {"acme/infrastructure"}


def test_a_seat_that_an_heir_let_leave_before_takes_none_along_that_comes_later() -> None:
    seen = thread("@bob, @frank", (FRANK, "/tdd release @frank"), MOVED)

    assert seats(seen) == {"frank"}
    assert judged(seen).step is Step.SIGN


def test_a_concern_of_an_heir_is_not_an_admins_to_resolve() -> None:
    said = (MOVED, (FRANK, "/tdd concern keys Who rotates them?"), (ERIN, "/tdd resolve keys"))
    seen = thread("@bob", *said, permissions={ERIN.id: Permission.ADMIN})

    assert refusals(seen) == ["only frank or a holder of the same seat can resolve it"]
    assert judged(seen).step is Step.OBJECTION


def test_an_admin_resolves_a_concern_of_whom_the_seat_was_taken_along() -> None:
    said = ((CAROL, "/tdd concern keys Who?"), (CAROL, "/tdd release @infrastructure"))
    seen = thread("@bob, @infrastructure", *said, (ERIN, "/tdd resolve keys"))

    assert judged(replace(seen, permissions={ERIN.id: Permission.ADMIN})).step is Step.SIGN
    assert judged(replace(seen, permissions={ERIN.id: Permission.WRITE})).step is Step.OBJECTION


# A seat that a command adds


def test_a_seat_that_is_asked_for_has_to_sign_too() -> None:
    seen = thread("@bob", (ALICE, "/tdd request @infrastructure"), reviews=(review(BOB, number=1),))

    assert seats(seen) == {"bob", "acme/infrastructure"}
    assert judged(seen).step is Step.SIGN
    assert judged(replace(seen, reviews=(*seen.reviews, review(CAROL, number=2)))).step is Step.DONE


def test_a_seat_that_is_asked_for_takes_the_place_of_anybody_with_write_access() -> None:
    seen = thread("", (ALICE, "/tdd request @infrastructure"), reviews=(review(ERIN),))

    assert seats(seen) == {"acme/infrastructure"}
    assert judged(seen).verdict is not Verdict.PASS


def test_a_seat_that_is_there_already_is_asked_for_once() -> None:
    assert seats(thread("@infrastructure", (ALICE, "/tdd request @acme/infrastructure"))) == {
        "acme/infrastructure"
    }


def test_nobody_is_asked_for_who_could_not_review() -> None:
    seen = thread("@bob", (ALICE, "/tdd request @nobody"))

    assert refusals(seen) == [
        "nobody is nobody who could review here: "
        "name a team that can see this repository, a member or a collaborator"
    ]


def test_who_could_not_be_looked_up_is_asked_for_and_holds_the_gate_shut() -> None:
    seen = thread("@bob", (ALICE, "/tdd request @platform"), reviews=(review(BOB),))

    assert refusals(seen) == []
    assert judged(seen).step is Step.SIGN


def test_a_stranger_asks_for_nobody() -> None:
    assert refusals(thread("@bob", (MALLORY, "/tdd request @infrastructure"))) == [
        "only the author or somebody with write access can"
    ]


@pytest.mark.parametrize("asked", [True, False])
def test_a_seat_that_was_asked_for_can_be_handed_on(asked: bool) -> None:
    before = Asked(SeatKey("user:2"), "bob", PATH, "c", ago(minutes=19), by_command=True)
    seen = thread(
        "@infrastructure",
        (ALICE, "/tdd request @bob"),
        MOVED,
        memory=Memory(paths=(PATH,), asked=(before,) if asked else ()),
    )

    assert seats(seen) == {"acme/infrastructure", "frank"}


def test_a_seat_that_was_handed_on_is_its_first_ones_again_when_it_is_asked_for() -> None:
    assert seats(thread("@bob", MOVED, (ALICE, "/tdd request @bob"))) == {"bob"}


def test_a_seat_that_has_left_comes_back_when_it_is_asked_for() -> None:
    left = (BOB, "/tdd release @bob")

    assert seats(thread("@bob, @infrastructure", left, (ALICE, "/tdd request @bob"))) == {
        "bob",
        "acme/infrastructure",
    }
    assert seats(thread("@bob, @infrastructure", left, (ALICE, "/tdd request @frank"))) == {
        "frank",
        "acme/infrastructure",
    }


def test_a_seat_that_was_asked_for_leaves_by_its_holder() -> None:
    said = ((ALICE, "/tdd request @infrastructure"), (CAROL, "/tdd release @infrastructure"))

    assert seats(thread("@bob", *said)) == {"bob"}


def test_a_seat_has_not_left_where_another_of_it_objects_later() -> None:
    left = (DANA, "/tdd release @core")
    objection, approval = review(CAROL, Opinion.CHANGES_REQUESTED, minutes=10), review(BOB, number=2)
    seen = thread("@bob, @core", left, reviews=(approval,))

    assert judged(seen).step is Step.DONE
    assert judged(replace(seen, reviews=(approval, objection))).step is Step.OBJECTION
    before = replace(objection, submitted_at=ago(minutes=25))
    assert judged(replace(seen, reviews=(approval, before))).step is Step.DONE
    later = review(CAROL, number=3, minutes=5)
    assert judged(replace(seen, reviews=(approval, objection, later))).step is Step.DONE


ASKED = Asked(SeatKey("team:13"), "acme/infrastructure", PATH, "c", ago(minutes=19), by_command=True)


@pytest.mark.parametrize("name", ["@infrastructure", "@acme/infrastructure", "acme/Infrastructure"])
def test_a_seat_that_was_asked_for_and_has_said_nothing_is_taken_back(name: str) -> None:
    memory = Memory(paths=(PATH,), asked=(ASKED,))
    said = ((ALICE, "/tdd request @infrastructure"), (ALICE, f"/tdd unrequest {name}"))

    assert seats(thread("@bob", said[0], memory=memory)) == {"bob", "acme/infrastructure"}
    assert seats(thread("@bob", *said, memory=memory)) == {"bob"}
    assert seats(thread("@bob", *said, said[0], memory=memory)) == {"bob", "acme/infrastructure"}


@pytest.mark.parametrize(
    ("reviewers", "memory"),
    [
        ("@bob, @infrastructure", Memory(asked=(ASKED,))),
        ("@bob", Memory(asked=(ASKED, replace(ASKED, by_command=False, content="d")))),
        ("@bob", Memory(asked=(ASKED,), heard=(Heard(ASKED.seat, ASKED.label, PATH),))),
    ],
)
def test_a_seat_that_is_there_for_more_than_a_command_is_not_taken_back(
    reviewers: str, memory: Memory
) -> None:
    seen = thread(reviewers, (ALICE, "/tdd unrequest @infrastructure"), memory=memory)

    assert seats(seen) == {"bob", "acme/infrastructure"}
    assert refusals(seen)[0].startswith("the seat of acme/infrastructure is there for more than a command")


@pytest.mark.parametrize("opinion", [Opinion.CHANGES_REQUESTED, Opinion.APPROVED])
def test_a_seat_that_has_spoken_is_not_taken_back_although_no_run_has_seen_that_yet(opinion: Opinion) -> None:
    said = ((ALICE, "/tdd request @infrastructure"), (ALICE, "/tdd unrequest @infrastructure"))
    before, after = review(CAROL, opinion, minutes=19.5), review(CAROL, opinion, minutes=18)

    assert seats(thread("@bob", *said, reviews=(before,))) == {"bob", "acme/infrastructure"}
    assert seats(thread("@bob", *said, reviews=(after,))) == {"bob"}


def test_a_stranger_takes_no_seat_back() -> None:
    seen = thread("@bob", (MALLORY, "/tdd unrequest @infrastructure"), memory=Memory(asked=(ASKED,)))

    assert seats(seen) == {"bob", "acme/infrastructure"}


# A team's seat that one of it leaves to the others


def test_who_declines_has_not_signed_any_more_and_the_others_can() -> None:
    seen = thread("@core", (CAROL, "/tdd decline"), reviews=(review(CAROL),))

    assert judged(seen).step is Step.SIGN
    assert judged(replace(seen, reviews=(*seen.reviews, review(DANA, number=2)))).step is Step.DONE


def test_who_declines_one_seat_still_signs_another() -> None:
    seen = thread("@core, @infrastructure", (CAROL, "/tdd decline @core"), reviews=(review(CAROL),))

    assert [one.seat.label for one in judged(seen).seats if one.is_signed] == ["acme/infrastructure"]


def test_who_declines_does_not_lift_an_objection_of_their_own() -> None:
    objection = review(CAROL, Opinion.CHANGES_REQUESTED)

    assert judged(thread("@core", (CAROL, "/tdd decline"), reviews=(objection,))).step is Step.OBJECTION


def test_who_declined_comes_back_by_an_opinion() -> None:
    seen = thread("@core", (CAROL, "/tdd decline"), reviews=(review(CAROL, minutes=5, commit=HEAD),))

    assert judged(seen).step is Step.DONE
    assert judged(seen).seats[0].declined == ()


def test_the_last_of_a_team_does_not_decline() -> None:
    said = ((CAROL, "/tdd decline"), (DANA, "/tdd decline"))

    assert refusals(thread("@core", *said)) == [
        "nobody else of acme/core could sign; /tdd release @acme/core lets it leave"
    ]
    assert len(refusals(thread("@infrastructure", (CAROL, "/tdd decline")))) == 1


# What is withdrawn


def test_who_withdraws_lifts_no_objection_of_their_own() -> None:
    objection = review(CAROL, Opinion.CHANGES_REQUESTED)
    seen = thread("@infrastructure", (CAROL, "/tdd withdraw"), reviews=(objection,))

    assert judged(seen).step is Step.OBJECTION
