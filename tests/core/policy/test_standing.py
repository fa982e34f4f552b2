"""What commands put in force, and what ends it: overrides, waivers, blocks, and seats that leave."""

from dataclasses import replace

import pytest

from bot.core.decide import decide
from bot.core.model import (
    Comment,
    CommentKind,
    DocumentDecision,
    File,
    Memory,
    Opinion,
    Permission,
    Person,
    Review,
    Sha,
    Snapshot,
    Step,
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
    PATH,
    TEAMS,
    ago,
    change,
    comment,
    commit,
    design,
    pull_request,
    review,
    snapshot,
    team,
)

ALL_SIGN = (review(BOB, number=1), review(CAROL, number=2), review(DANA, number=3))
ADMIN = {ERIN.id: Permission.ADMIN}
NAMES = {**TEAMS, "council": team(14, "council", ERIN)}
NEXT = Sha("c" * 40)


def judged(seen: Snapshot) -> DocumentDecision:
    (document,) = decide(seen).documents
    return document


def journalled(seen: Snapshot) -> Snapshot:
    """Return the snapshot once what was commanded is on record."""
    commands = (*seen.memory.commands, *decide(seen).unrecorded)
    return replace(seen, memory=replace(seen.memory, commands=commands))


def saying(*said: tuple[Person, str], **fields: object) -> Snapshot:
    """Return an approved design of which people have said this in turn, on record."""
    thread = tuple(
        comment(who, text, number=500 + number, minutes=20 - number)
        for number, (who, text) in enumerate(said)
    )
    values: dict[str, object] = {"comments": thread, "names": NAMES, "permissions": ADMIN, **fields}
    return journalled(snapshot(change(design("Approved")), **values))


# Their order


def test_what_was_said_later_has_the_last_word_whatever_its_number() -> None:
    concern = comment(DANA, "/tdd concern keys Who?", number=900, minutes=20, kind=CommentKind.LINE)
    lifted = comment(DANA, "/tdd resolve keys", number=500, minutes=15)
    again = comment(DANA, "/tdd concern keys Who now?", number=400, minutes=10, kind=CommentKind.REVIEW)
    seen = journalled(snapshot(change(design("Approved")), comments=(concern, lifted)))

    assert judged(seen).blocks == ()
    seen = journalled(replace(seen, comments=(concern, lifted, again)))
    assert [one.reason for one in judged(seen).blocks] == ["Who now?"]


def test_of_one_comment_the_lines_count_in_their_order() -> None:
    assert judged(saying((DANA, "/tdd hold Wait.\n/tdd unhold"))).blocks == ()
    assert len(judged(saying((DANA, "/tdd hold Wait.\n/tdd unhold\n/tdd hold Still."))).blocks) == 1


def test_of_one_second_the_comments_count_in_their_order() -> None:
    first = comment(DANA, "/tdd hold Wait.", number=501, minutes=20)
    second = comment(DANA, "/tdd unhold", number=502, minutes=20)
    third = comment(DANA, "/tdd hold Still.", number=503, minutes=20)
    seen = journalled(snapshot(change(design("Approved")), comments=(first, second, third)))

    assert [one.reason for one in judged(seen).blocks] == ["Still."]


# Once their document has another name

OTHER = "docs/tdd/0008-renamed.md"
HOLD = (DANA, "/tdd hold Wait.")
CONCERN = (DANA, "/tdd concern keys Who?")


def renamed(seen: Snapshot) -> Snapshot:
    return replace(seen, changes=(change(design("Approved"), path=OTHER),))


@pytest.mark.parametrize(("block", "lifts"), [(HOLD, "/tdd unhold"), (CONCERN, "/tdd resolve keys")])
def test_what_blocks_outlives_the_name_and_what_was_lifted_stays_lifted(
    block: tuple[Person, str], lifts: str
) -> None:
    assert len(judged(renamed(saying(block))).blocks) == 1
    assert judged(renamed(saying(block, (DANA, lifts)))).blocks == ()


@pytest.mark.parametrize(
    ("block", "lifts"), [(HOLD, f"/tdd unhold in {PATH}"), (CONCERN, f"/tdd resolve keys in {PATH}")]
)
def test_what_was_lifted_from_one_design_alone_stands_for_the_other(
    block: tuple[Person, str], lifts: str
) -> None:
    both = (change(design("Approved")), change(design("Approved"), path=OTHER))
    seen = replace(saying(block), changes=both, memory=Memory())
    seen = replace(seen, comments=(*seen.comments, comment(DANA, lifts, number=600, minutes=5)))

    assert [len(one.blocks) for one in decide(seen).documents] == [0, 1]
    assert len(judged(renamed(journalled(seen))).blocks) == 1


# Overrides


def test_an_override_lets_this_head_pass() -> None:
    seen = saying((ERIN, "/tdd override The release cannot wait."))

    assert judged(seen).verdict is Verdict.PASS
    assert judged(seen).step is Step.SIGN


def test_an_override_is_gone_with_the_next_push() -> None:
    seen = saying((ERIN, "/tdd override The release cannot wait."))
    pushed = replace(
        seen,
        pull_request=pull_request(head_sha=NEXT),
        commits=(commit(HEAD), commit(NEXT, minutes=5)),
    )

    assert judged(pushed).verdict is Verdict.WAITING


def test_an_override_does_not_cover_an_objection_that_came_after_it() -> None:
    seen = saying((ERIN, "/tdd override The release cannot wait."))
    objection = review(DANA, Opinion.CHANGES_REQUESTED, minutes=5)

    assert judged(replace(seen, reviews=(objection,))).verdict is Verdict.BLOCKED


@pytest.mark.parametrize(
    "since",
    [
        {"reviews": (review(DANA, Opinion.CHANGES_REQUESTED, minutes=5),)},
        {"comments": (comment(DANA, "/tdd hold Wait.", number=600, minutes=5),)},
    ],
    ids=["a change request", "a hold"],
)
def test_an_override_that_nothing_knows_yet_does_not_cover_what_came_after_it(
    since: dict[str, tuple[Review, ...] | tuple[Comment, ...]],
) -> None:
    given = comment(ERIN, "/tdd override The release cannot wait.", minutes=20)
    seen = saying(
        permissions=ADMIN, comments=(given, *since.get("comments", ())), reviews=since.get("reviews", ())
    )
    unseen = replace(seen, memory=Memory())

    assert judged(unseen).verdict is Verdict.BLOCKED
    assert judged(journalled(unseen)).verdict is Verdict.BLOCKED


def test_an_override_for_one_branch_is_none_for_another() -> None:
    seen = saying((ERIN, "/tdd override The release cannot wait."))
    elsewhere = replace(seen, pull_request=replace(seen.pull_request, base_ref="release"))

    assert judged(elsewhere).verdict is Verdict.WAITING
    assert judged(elsewhere).outgrown


@pytest.mark.parametrize(
    "text",
    [
        design("Approved", bodies={"4.2": "TBD"}),
        design("Approved", "@eng-lead, @security-team, @infrastructure, @council"),
    ],
    ids=["a fault", "a seat"],
)
def test_an_override_does_not_cover_what_was_not_there_when_it_was_given(text: str) -> None:
    seen = saying((ERIN, "/tdd override The release cannot wait."))

    assert judged(replace(seen, changes=(change(text),))).verdict is not Verdict.PASS


def test_an_override_covers_less_than_what_it_was_given_for_too() -> None:
    seen = saying((ERIN, "/tdd override The release cannot wait."))

    assert judged(replace(seen, reviews=ALL_SIGN[:1])).verdict is Verdict.PASS


@pytest.mark.parametrize("who", [ALICE, BOB])
def test_who_is_no_admin_overrides_nothing(who: Person) -> None:
    assert judged(saying((who, "/tdd override Because."))).verdict is Verdict.WAITING


# Approvals that are taken back


@pytest.mark.parametrize(("text", "step"), [("/tdd withdraw", Step.SIGN), ("Well.", Step.DONE)])
def test_who_takes_an_approval_back_has_not_approved_whoever_gets_a_seat_later(text: str, step: Step) -> None:
    approval = review(ERIN, minutes=30)
    seen = saying((ERIN, text), reviews=(*ALL_SIGN, replace(approval, id=9)))
    named = design("Approved", "@eng-lead, @security-team, @infrastructure, @council")

    assert judged(replace(seen, changes=(change(named),))).step is step


# Waivers


def test_a_waiver_excuses_its_section_until_that_changes() -> None:
    stub = design("Approved", bodies={"4.2": "TBD", "1": "TBD"})
    seen = saying((ERIN, "/tdd waive 4.2 It is tested by hand."), changes=(change(stub),))
    faults = {one.section for one in judged(seen).findings if one.severity.name == "ERROR"}
    other = replace(seen, changes=(change(stub.replace("TBD", "TODO")),))

    assert faults == {"1"}
    assert {one.section for one in judged(other).findings if one.severity.name == "ERROR"} == {"1", "4.2"}


@pytest.mark.parametrize(
    ("then", "excused"),
    [
        ("TBD", True),
        ("It is encrypted at rest.", False),
        (None, False),
    ],
)
def test_a_waiver_excuses_no_more_than_what_stood_there_when_it_was_given(
    then: str | None, excused: bool
) -> None:
    now = design("Approved", bodies={"4.2": "TBD", "1": "Rewritten since."})
    before = design("Approved", bodies={"4.2": then or ""})
    seen = saying(
        (ERIN, "/tdd waive 4.2 It is tested by hand."),
        changes=(change(now),),
        commits=(commit(BEFORE, minutes=90), commit(HEAD, minutes=1)),
        history={(BEFORE, PATH): File(PATH, len(before), before)} if then else {},
    )

    assert [one.section for one in judged(seen).waivers] == (["4.2"] if excused else [])
    ((result,),) = [one.results for one in decide(seen).commands]
    assert result.seen.granted is excused


def test_a_waiver_of_before_a_force_push_is_given_again() -> None:
    stub = change(design("Approved", bodies={"4.2": "TBD"}))
    seen = saying((ERIN, "/tdd waive 4.2 It is tested by hand."), changes=(stub,), forced_at=ago(minutes=1))

    assert judged(seen).waivers == ()


def test_a_waiver_that_is_taken_back_excuses_nothing_and_leaves_the_others() -> None:
    stub = design("Approved", bodies={"4.2": "TBD", "1": "TBD"})
    said = [(ERIN, "/tdd waive 4.2 By hand."), (ERIN, "/tdd waive 1 Later."), (ERIN, "/tdd unwaive 4.2")]

    assert [one.section for one in judged(saying(*said[:2], changes=(change(stub),))).waivers] == ["4.2", "1"]
    assert [one.section for one in judged(saying(*said, changes=(change(stub),))).waivers] == ["1"]


# Blocks


def test_each_hold_is_lifted_by_itself() -> None:
    said = [(DANA, "/tdd hold Wait."), (BOB, "/tdd hold So do I."), (BOB, "/tdd unhold")]

    assert [one.person for one in judged(saying(*said, reviews=ALL_SIGN)).blocks] == [DANA]
    assert judged(saying(*said, (DANA, "/tdd unhold"), reviews=ALL_SIGN)).step is Step.DONE


def test_resolving_one_concern_leaves_the_others_and_any_hold() -> None:
    said = [
        (DANA, "/tdd concern keys Who rotates them?"),
        (DANA, "/tdd concern logs What is in them?"),
        (BOB, "/tdd hold Wait."),
        (DANA, "/tdd resolve keys"),
    ]

    assert [one.name or one.kind for one in judged(saying(*said, reviews=ALL_SIGN)).blocks] == [
        "logs",
        "hold",
    ]


def test_a_concern_raised_again_by_the_same_person_is_one() -> None:
    said = [(DANA, "/tdd concern keys Who?"), (DANA, "/tdd concern keys Who, at night?")]

    assert [one.reason for one in judged(saying(*said)).blocks] == ["Who, at night?"]


def test_a_block_tells_whose_words_they_are_and_whether_they_stand_untouched() -> None:
    seen = saying((DANA, "/tdd hold Wait."))
    (block,) = judged(seen).blocks
    assert (block.untouched, block.reason, block.url) == (True, "Wait.", seen.comments[0].url)

    edited = replace(seen, comments=(replace(seen.comments[0], edited=True, body="Never mind."),))
    (block,) = judged(edited).blocks
    assert (block.untouched, block.reason) == (False, "Wait.")

    (block,) = judged(replace(seen, comments=())).blocks
    assert (block.untouched, block.reason) == (False, "Wait.")


# Seats


def test_only_the_seat_that_is_released_leaves() -> None:
    seen = saying((DANA, "/tdd release @security-team"), reviews=ALL_SIGN[:1])

    assert {one.seat.label for one in judged(seen).seats} == {"acme/eng-lead", "acme/infrastructure"}
    assert judged(seen).step is Step.SIGN
    assert judged(replace(seen, reviews=ALL_SIGN[:2])).step is Step.DONE


def test_where_every_seat_has_left_somebody_with_write_access_still_has_to_sign() -> None:
    said = [(BOB, "/tdd release @eng-lead"), (DANA, "/tdd release @security-team")]
    seen = saying(*said, (CAROL, "/tdd release @infrastructure"))

    assert [one.seat.label for one in judged(seen).seats] == ["anyone with write access"]
    assert judged(seen).verdict is Verdict.WAITING
    assert judged(replace(seen, reviews=(review(ALICE),))).verdict is Verdict.WAITING
    assert judged(replace(seen, reviews=(review(ERIN),))).verdict is Verdict.PASS


def test_a_seat_that_only_a_command_added_leaves_by_command() -> None:
    said = [(ALICE, "/tdd request @council"), (ALICE, "/tdd unrequest @council")]

    assert judged(saying(*said[:1], reviews=ALL_SIGN)).step is Step.SIGN
    assert judged(saying(*said, reviews=ALL_SIGN)).step is Step.DONE


def test_a_seat_that_the_header_names_does_not_leave_by_command() -> None:
    said = [(ALICE, "/tdd request @security-team"), (ALICE, "/tdd unrequest @security-team")]

    assert judged(saying(*said, reviews=ALL_SIGN[:2])).step is Step.SIGN


def test_a_comment_before_the_head_overrides_nothing_of_it() -> None:
    seen = snapshot(
        change(design("Approved")),
        comments=(comment(ERIN, "/tdd override Now.", minutes=20),),
        commits=(commit(BEFORE, minutes=90), commit(HEAD, minutes=10)),
        permissions=ADMIN,
    )

    assert judged(seen).verdict is Verdict.WAITING


def test_each_released_seat_leaves() -> None:
    said = [(DANA, "/tdd release @security-team"), (CAROL, "/tdd release @infrastructure")]

    assert {one.seat.label for one in judged(saying(*said)).seats} == {"acme/eng-lead"}


def test_a_concern_is_lifted_for_who_raised_it_and_stands_for_who_raised_it_too() -> None:
    said = [
        (DANA, "/tdd concern keys Who rotates them?"),
        (BOB, "/tdd concern keys Where are they?"),
        (DANA, "/tdd resolve keys"),
    ]

    assert [one.person for one in judged(saying(*said, reviews=ALL_SIGN)).blocks] == [BOB]


def test_unhold_leaves_ones_own_concern_and_resolve_ones_own_hold() -> None:
    both = [(DANA, "/tdd concern keys Who rotates them?"), (DANA, "/tdd hold Wait.")]

    assert [one.kind for one in judged(saying(*both, (DANA, "/tdd unhold"))).blocks] == ["concern"]
    assert [one.kind for one in judged(saying(*both, (DANA, "/tdd resolve keys"))).blocks] == ["hold"]
