"""Whose opinion counts, and which one."""

from dataclasses import replace

from bot.core.model import (
    Dismissal,
    Login,
    Opinion,
    Origin,
    Permission,
    Person,
    Review,
    Seat,
    SeatKey,
    Snapshot,
)
from bot.core.policy.opinions import Heard, heard, utterances
from tests.builders import ALICE, BOB, CAROL, DANA, ERIN, MALLORY, PATH, ago, review, snapshot

SEAT = Seat(
    key=SeatKey("team:12"),
    label="acme/security-team",
    origins=frozenset({Origin.HEAD}),
    eligible={DANA.id: DANA.login, CAROL.id: CAROL.login},
)


def fold(*reviews: Review, dismissed: Dismissal | None = None, **fields: object) -> Heard:
    """Return what the seat's people think after these reviews."""
    seen: Snapshot = snapshot(reviews=reviews, dismissals=(dismissed,) if dismissed else (), **fields)
    return heard(seen, SEAT, utterances(seen, (), PATH))


def names(found: Heard) -> tuple[list[str], list[str]]:
    """Return (who signs, who objects)."""
    return [one.person.login for one in found.sign_offs], [one.person.login for one in found.objections]


def test_an_approval_by_a_member_counts() -> None:
    assert names(fold(review(DANA))) == (["dana"], [])


def test_an_approval_by_somebody_else_does_not() -> None:
    found = fold(review(BOB), review(MALLORY, number=2))

    assert names(found) == ([], [])
    assert not found.anyone


def test_one_person_approving_twice_counts_once() -> None:
    assert names(fold(review(DANA, minutes=30), review(DANA, number=2, minutes=20))) == (["dana"], [])


def test_a_comment_changes_nothing() -> None:
    assert names(fold(review(DANA), review(DANA, Opinion.COMMENTED, number=2, minutes=10))) == (["dana"], [])


def test_a_later_change_request_takes_the_place_of_an_approval() -> None:
    asked = review(DANA, Opinion.CHANGES_REQUESTED, number=2, minutes=10)

    assert names(fold(review(DANA), asked)) == ([], ["dana"])


def test_another_members_approval_lifts_no_objection() -> None:
    found = fold(review(DANA, Opinion.CHANGES_REQUESTED), review(CAROL, number=2, minutes=10))

    assert names(found) == (["carol"], ["dana"])


def dismissal(was: Opinion, actor: Person | None, *, by_rule: bool = False) -> Dismissal:
    """Return the dismissal of review 1."""
    return Dismissal(1, was, actor, by_rule, ago(minutes=5))


def test_an_approval_dismissed_by_the_branchs_rule_stands_at_its_commit() -> None:
    gone = review(DANA, Opinion.DISMISSED)

    found = fold(gone, dismissed=dismissal(Opinion.APPROVED, ALICE, by_rule=True))

    assert [one.commit for one in found.sign_offs] == [gone.commit]


def test_an_approval_dismissed_by_a_person_is_gone_and_revives_nothing_older() -> None:
    older = review(DANA, number=2, minutes=50)

    found = fold(older, review(DANA, Opinion.DISMISSED), dismissed=dismissal(Opinion.APPROVED, BOB))

    assert names(found) == ([], [])
    assert found.anyone


def test_the_author_cannot_lift_a_change_request() -> None:
    asked = review(DANA, Opinion.DISMISSED)

    found = fold(
        asked,
        dismissed=dismissal(Opinion.CHANGES_REQUESTED, ALICE),
        permissions={ALICE.id: Permission.ADMIN},
    )

    assert names(found) == ([], ["dana"])


def test_a_writer_outside_the_seat_cannot_lift_a_change_request() -> None:
    found = fold(
        review(DANA, Opinion.DISMISSED),
        dismissed=dismissal(Opinion.CHANGES_REQUESTED, BOB),
        permissions={BOB.id: Permission.WRITE},
    )

    assert names(found) == ([], ["dana"])


def test_a_holder_of_the_seat_or_an_admin_lifts_a_change_request() -> None:
    asked = review(DANA, Opinion.DISMISSED)
    by_carol = fold(asked, dismissed=dismissal(Opinion.CHANGES_REQUESTED, CAROL))
    by_erin = fold(
        asked,
        dismissed=dismissal(Opinion.CHANGES_REQUESTED, ERIN),
        permissions={ERIN.id: Permission.ADMIN},
    )

    assert names(by_carol) == names(by_erin) == ([], [])


def test_a_lifted_objection_does_not_revive_an_older_approval() -> None:
    older = review(DANA, number=2, minutes=50)

    found = fold(
        older,
        review(DANA, Opinion.DISMISSED),
        dismissed=dismissal(Opinion.CHANGES_REQUESTED, CAROL),
    )

    assert names(found) == ([], [])


def test_a_dismissal_whose_actor_is_gone_lifts_nothing() -> None:
    found = fold(review(DANA, Opinion.DISMISSED), dismissed=dismissal(Opinion.CHANGES_REQUESTED, None))

    assert names(found) == ([], ["dana"])


def test_bots_and_deleted_accounts_have_no_opinion() -> None:
    robot = Person(DANA.id, Login("robot[bot]"), is_bot=True)
    nobody = replace(review(DANA, number=2), author=None)

    assert names(fold(review(robot), nobody)) == ([], [])


def test_the_order_of_time_decides_not_the_order_of_arrival() -> None:
    late = review(DANA, minutes=5)
    early = review(DANA, Opinion.CHANGES_REQUESTED, number=2, minutes=50)

    assert names(fold(late, early)) == (["dana"], [])
