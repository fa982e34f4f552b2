"""Whose opinion counts, and which one."""

from dataclasses import replace

import pytest

from bot.core.decide import decide
from bot.core.model import (
    CommandSeen,
    CommentKind,
    Dismissal,
    Login,
    Memory,
    Opinion,
    Origin,
    Permission,
    Person,
    Review,
    Seat,
    SeatKey,
    Snapshot,
)
from bot.core.model import Heard as HeardOf
from bot.core.policy.opinions import Heard, heard, utterances
from tests.builders import (
    ALICE,
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
    design,
    pull_request,
    review,
    snapshot,
)

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


def test_a_dismissed_review_of_which_nothing_more_is_known_says_nothing() -> None:
    assert names(fold(review(DANA, Opinion.DISMISSED))) == ([], [])


@pytest.mark.parametrize(
    ("permission", "objecting"), [(Permission.WRITE, []), (Permission.READ, ["dana"]), (None, ["dana"])]
)
def test_where_nobody_is_named_whoever_can_push_lifts_a_change_request(
    permission: Permission | None, objecting: list[str]
) -> None:
    anyone = replace(SEAT, key=SeatKey("writers"), eligible={}, anyone=True, barred=frozenset({ALICE.id}))
    seen = snapshot(
        reviews=(review(DANA, Opinion.DISMISSED),),
        dismissals=(dismissal(Opinion.CHANGES_REQUESTED, BOB),),
        permissions={BOB.id: permission} if permission is not None else {},
    )

    assert names(heard(seen, anyone, utterances(seen, (), PATH)))[1] == objecting


def test_an_admin_lifts_a_change_request_where_the_authors_account_is_gone() -> None:
    found = fold(
        review(DANA, Opinion.DISMISSED),
        dismissed=dismissal(Opinion.CHANGES_REQUESTED, ERIN),
        permissions={ERIN.id: Permission.ADMIN},
        pull_request=pull_request(author=None),
    )

    assert names(found) == ([], [])


# Of an account that is gone


def ghost(opinion: Opinion, *, number: int = 1, minutes: float = 30) -> Review:
    """Return a review of which the account is deleted."""
    return replace(review(DANA, opinion, number=number, minutes=minutes), author=None)


def of_seat(key: str, one: Review) -> Memory:
    """Return the memory that a seat has asked for changes in this review."""
    return Memory(heard=(HeardOf(SeatKey(key), "acme/a-team", PATH, one.url),))


def test_an_objection_stands_when_its_givers_account_is_gone() -> None:
    one = ghost(Opinion.CHANGES_REQUESTED)

    assert names(fold(one, memory=of_seat("team:12", one))) == ([], ["ghost"])
    assert names(fold(one, memory=of_seat("team:13", one))) == ([], [])
    assert names(fold(one)) == ([], [])


def test_an_approval_is_gone_with_its_givers_account() -> None:
    one = ghost(Opinion.APPROVED)

    assert names(fold(one, memory=of_seat("team:12", one))) == ([], [])


def test_two_accounts_that_are_gone_are_two_people() -> None:
    one, other = ghost(Opinion.CHANGES_REQUESTED), ghost(Opinion.CHANGES_REQUESTED, number=2, minutes=20)
    memory = Memory(heard=of_seat("team:12", one).heard + of_seat("team:12", other).heard)

    assert names(fold(one, other, memory=memory)) == ([], ["ghost", "ghost"])


def test_what_is_remembered_of_accounts_that_are_gone_is_nobody_elses() -> None:
    gone, there = ghost(Opinion.CHANGES_REQUESTED), review(MALLORY, Opinion.CHANGES_REQUESTED, number=2)

    assert names(fold(gone, there, memory=of_seat("team:12", gone))) == ([], ["ghost"])


# Of somebody who cannot sign any more

LEFT = replace(SEAT, eligible={DANA.id: DANA.login})
"""Carol is out of the team."""
BARRED = replace(LEFT, barred=frozenset({CAROL.id}))
"""A commit of the pull request bears her name."""


def of(seat: Seat, *reviews: Review, **fields: object) -> Heard:
    """Return what a seat's people think after these reviews."""
    seen: Snapshot = snapshot(reviews=reviews, **fields)
    return heard(seen, seat, utterances(seen, (), PATH))


def test_an_objection_outlives_its_givers_membership() -> None:
    one = review(CAROL, Opinion.CHANGES_REQUESTED)

    assert names(of(LEFT, one, memory=of_seat("team:12", one))) == ([], ["carol"])
    assert names(of(LEFT, one, memory=of_seat("team:13", one))) == ([], [])
    assert names(of(LEFT, one)) == ([], [])


def test_a_commit_in_an_objectors_name_takes_no_objection_away() -> None:
    one, other = review(CAROL, Opinion.CHANGES_REQUESTED), review(DANA, number=2, minutes=20)

    assert names(of(BARRED, one, other)) == (["dana"], ["carol"])


def test_a_later_approval_lifts_the_objection_of_who_cannot_sign_any_more_and_signs_nothing() -> None:
    one = review(CAROL, Opinion.CHANGES_REQUESTED, minutes=30)
    later = review(CAROL, number=2, minutes=20)

    for seat in (LEFT, BARRED):
        assert names(of(seat, one, later, memory=of_seat("team:12", one))) == ([], [])


def test_a_holder_lifts_the_objection_of_who_cannot_sign_any_more() -> None:
    one, by = review(CAROL, Opinion.DISMISSED), dismissal(Opinion.CHANGES_REQUESTED, DANA)

    assert names(of(BARRED, one, dismissals=(by,))) == ([], [])
    assert names(of(BARRED, one, dismissals=(replace(by, actor=ERIN),))) == ([], ["carol"])


def test_where_nobody_is_named_a_commit_in_an_objectors_name_takes_no_objection_away() -> None:
    seat = replace(SEAT, anyone=True, eligible={}, barred=frozenset({CAROL.id}))
    one = review(CAROL, Opinion.CHANGES_REQUESTED)

    assert names(of(seat, one)) == ([], ["carol"])
    assert names(of(seat, replace(one, writer=False))) == ([], [])


# Reviews and comments together


def test_of_a_review_and_a_command_in_its_text_what_does_not_approve_has_the_last_word() -> None:
    text = comment(
        CAROL,
        "/tdd approve",
        number=1,
        minutes=30,
        kind=CommentKind.REVIEW,
    )
    asked = review(CAROL, Opinion.CHANGES_REQUESTED, minutes=30)
    seen = snapshot(
        change(design("Approved", "@infrastructure")), reviews=(asked,), comments=(text,), names=TEAMS
    )

    (document,) = decide(seen).documents
    assert [one.person for one in document.seats[0].objections] == [CAROL]


def approving(person: Person, *, granted: bool = True) -> CommandSeen:
    """Return an approving comment that is on record."""
    return CommandSeen(
        comment_id=500,
        kind=CommentKind.THREAD,
        line=1,
        name="approve",
        argument="",
        actor_id=person.id,
        actor=person.login,
        at=ago(minutes=20),
        granted=granted,
        ground="was told so",
        signs=HEAD,
        paths=(PATH,),
    )


@pytest.mark.parametrize(
    ("fields", "signs"),
    [
        ({"permissions": {ERIN.id: Permission.WRITE}}, True),
        ({"reviews": (review(ERIN, Opinion.COMMENTED),)}, True),
        ({"permissions": {ERIN.id: Permission.READ}}, False),
        ({"reviews": (review(ERIN, Opinion.COMMENTED, writer=False),)}, False),
        ({"reviews": (review(BOB, Opinion.COMMENTED),)}, False),
        ({"reviews": (replace(review(ERIN, Opinion.COMMENTED), author=None),)}, False),
        ({}, False),
    ],
)
def test_where_nobody_is_named_a_comment_signs_while_its_giver_can_push(
    fields: dict[str, object], signs: bool
) -> None:
    anyone = replace(SEAT, key=SeatKey("writers"), eligible={}, anyone=True)
    seen = snapshot(change(design("Approved", "none")), **fields)

    found = heard(seen, anyone, utterances(seen, (approving(ERIN),), PATH))
    assert names(found)[0] == (["erin"] if signs else [])


def test_a_command_that_was_refused_is_no_opinion() -> None:
    seen = snapshot(change(design()))

    assert names(heard(seen, SEAT, utterances(seen, (approving(DANA),), PATH))) == (["dana"], [])
    refused = approving(DANA, granted=False)
    assert names(heard(seen, SEAT, utterances(seen, (refused,), PATH))) == ([], [])
