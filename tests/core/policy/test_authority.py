"""Who may give which command, and what an approving comment signs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.decide import decide
from bot.core.model import (
    Absence,
    CommandSeen,
    Commit,
    Configuration,
    Origin,
    Permission,
    Person,
    SectionSettings,
    Sha,
    Snapshot,
    Unresolved,
    Verdict,
)
from bot.core.policy.authority import signed_commit
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
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def head(letter: str, at: datetime | None) -> Commit:
    return Commit(Sha(letter * 40), author_id=1, committer_id=1, parents=1, suite_at=at)


def test_it_is_the_newest_head_that_was_there_before() -> None:
    commits = [
        head("a", NOON - 2 * SECOND),
        head("b", None),
        head("c", NOON - SECOND),
        head("d", NOON + SECOND),
    ]
    assert signed_commit(commits, NOON, "") == "c" * 40


def test_a_head_of_the_same_second_leaves_open_what_is_signed() -> None:
    """The push may have come first or second: neither it nor the head before it is what was surely read."""
    commits = [head("a", NOON - SECOND), head("b", NOON)]
    assert signed_commit(commits, NOON, "") is None
    assert signed_commit(commits, NOON, "b" * 7) == "b" * 40
    assert signed_commit(commits, NOON + SECOND, "") == "b" * 40


def test_the_only_head_there_was_is_signed_in_its_very_second() -> None:
    assert signed_commit([head("a", NOON), head("b", None)], NOON, "") == "a" * 40
    assert signed_commit([head("a", NOON), head("b", NOON)], NOON, "") is None


def test_a_head_that_came_later_is_not_signed() -> None:
    assert signed_commit([head("a", NOON + SECOND)], NOON, "") is None


# Who may

OTHER = "docs/tdd/0008-other.md"
MAY = {
    ALICE.id: Permission.ADMIN,
    BOB.id: Permission.READ,
    CAROL.id: Permission.WRITE,
    ERIN.id: Permission.ADMIN,
    MALLORY.id: Permission.READ,
}
"""Alice has opened the pull request, Bob, Carol and Dana hold a seat each."""
Said = tuple[Person, str]


def hearing(*said: Said, **fields: object) -> Snapshot:
    """Return a design in review of which people have said this in turn."""
    thread = tuple(
        comment(who, text, number=500 + number, minutes=20 - number)
        for number, (who, text) in enumerate(said)
    )
    values: dict[str, object] = {"comments": thread, "permissions": MAY, **fields}
    return snapshot(change(design()), **values)


def last(*said: Said, **fields: object) -> CommandSeen:
    """Return how the last of these commands is judged."""
    return decide(hearing(*said, **fields)).unrecorded[-1]


def granted(*said: Said, **fields: object) -> set[Person]:
    """Return who may give the last of these commands; who is named for it here is not looked at."""
    *before, (_, text) = said
    everybody = (ALICE, BOB, CAROL, DANA, ERIN, MALLORY)
    return {one for one in everybody if last(*before, (one, text), **fields).granted}


CONCERN = (DANA, "/tdd concern keys Who rotates them?")
HOLD = (CAROL, "/tdd hold Wait.")


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ([(BOB, "/tdd help")], {ALICE, BOB, CAROL, DANA, ERIN, MALLORY}),
        ([(BOB, "/tdd approve")], {BOB, CAROL, DANA}),
        ([(BOB, "/tdd withdraw")], {BOB, CAROL, DANA}),
        ([(BOB, "/tdd concern keys Who?")], {BOB, CAROL, DANA}),
        ([(BOB, "/tdd hold")], {ALICE, BOB, CAROL, DANA, ERIN}),
        ([CONCERN, (BOB, "/tdd resolve keys")], {DANA}),
        ([HOLD, (BOB, "/tdd unhold")], {CAROL, ERIN}),
        ([(ALICE, "/tdd hold"), (BOB, "/tdd unhold")], {ALICE, ERIN}),
        ([(ERIN, "/tdd hold"), (BOB, "/tdd unhold")], {ERIN}),
        ([(BOB, "/tdd waive 4.2 It is elsewhere.")], {CAROL, ERIN}),
        ([(BOB, "/tdd unwaive 4.2")], {CAROL, ERIN}),
        ([(BOB, "/tdd submit")], {ALICE, CAROL, ERIN}),
        ([(BOB, "/tdd request @eng-lead")], {ALICE, CAROL, ERIN}),
        ([(BOB, "/tdd release @eng-lead")], {BOB}),
        ([(BOB, "/tdd override It is urgent.")], {ERIN}),
        ([(BOB, "/tdd override")], set()),
        ([(BOB, "/tdd waive 4.2")], set()),
        ([(BOB, "/tdd waive 99 It is elsewhere.")], set()),
        ([(BOB, "/tdd concern")], set()),
        ([(BOB, "/tdd conquer")], set()),
        ([(BOB, "/tdd help in nowhere.md")], set()),
    ],
)
def test_who_may(said: list[Said], who: set[Person]) -> None:
    assert granted(*said) == who


def test_an_admin_resolves_what_nobody_is_left_to_resolve() -> None:
    left = (CONCERN, (DANA, "/tdd release @security-team"))

    # Dana raised it, and may lift it whatever became of the seat.
    assert granted(*left, (BOB, "/tdd resolve keys")) == {DANA, ERIN}


WAIVER = (BOB, "/tdd waive 4.2 It is elsewhere.")


def owned(*owners: str) -> Configuration:
    return Configuration(sections={"4.2": SectionSettings(owners=owners)})


def test_a_section_is_excused_by_its_owners_alone() -> None:
    assert granted(WAIVER, configuration=owned("security-team")) == {DANA}
    assert granted(WAIVER, configuration=owned("security-team", "eng-lead")) == {DANA, BOB}


def test_an_owner_who_is_nobody_here_excuses_nothing_and_neither_does_anybody_else() -> None:
    names = {**TEAMS, "platform": Unresolved(Absence.NO_SUCH_NAME)}

    assert granted(WAIVER, configuration=owned("platform"), names=names) == set()


def test_without_an_owner_a_section_is_excused_by_whom_its_author_has_not_named() -> None:
    required = Configuration(reviewers=("infrastructure",))
    assert granted(WAIVER, configuration=required) == {CAROL}

    seen = replace(hearing(WAIVER), changes=(change(design(), design(reviewers="@eng-lead")),))
    (document,) = decide(seen).documents
    assert Origin.BASE in document.seats[0].seat.origins
    assert decide(seen).unrecorded[-1].granted


def test_who_pushed_to_the_design_excuses_and_overrides_nothing() -> None:
    pushed = {"commits": (commit(BEFORE, ERIN), commit())}

    assert ERIN not in granted(WAIVER, **pushed)
    assert granted((BOB, "/tdd override It is urgent."), **pushed) == set()


def test_the_author_overrides_only_where_the_configuration_says_so() -> None:
    allowed = Configuration(override_author=True)

    assert granted((BOB, "/tdd override It is urgent."), configuration=allowed) == {ALICE, ERIN}


def test_who_pushed_code_that_needs_a_design_does_not_override_for_it() -> None:
    pushed = {
        "commits": (commit(BEFORE, ERIN), commit()),
        "untouched": frozenset({(BEFORE, PATH)}),
    }

    override = (ERIN, "/tdd override It is urgent.")
    assert last(override, **pushed).granted
    assert not last(override, **pushed, gated=("src/a.py",)).granted
    merged = {**pushed, "commits": (commit(BEFORE, ERIN, parents=2), commit())}
    assert last(override, **merged, gated=("src/a.py",)).granted


@pytest.mark.parametrize(("minutes", "may"), [(30, True), (20, False), (10, False)])
def test_a_force_push_ends_what_was_to_be_overridden(minutes: int, may: bool) -> None:
    said = last((ERIN, "/tdd override It is urgent."), forced_at=ago(minutes=minutes))

    assert said.granted is may


def test_an_override_that_is_about_no_known_head_is_none() -> None:
    late = (replace(commit(), suite_at=ago(minutes=1)),)

    assert not last((ERIN, "/tdd override It is urgent."), commits=late).granted
    assert decide(hearing((ERIN, "/tdd override It is urgent."))).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("/tdd approve", (PATH, OTHER)),
        ("/tdd approve in 0008-other.md", (OTHER,)),
        (f"/tdd approve in {PATH}", (PATH,)),
        ("/tdd concern keys Who?", (PATH, OTHER)),
        ("/tdd hold", (PATH, OTHER)),
    ],
)
def test_what_is_said_is_about_every_document_of_the_persons_seats(text: str, paths: tuple[str, ...]) -> None:
    seen = replace(hearing((BOB, text)), changes=(change(design()), change(design(), path=OTHER)))

    (said,) = decide(seen).unrecorded
    assert (said.granted, said.paths) == (True, paths)


@pytest.mark.parametrize(
    "text",
    [
        "/tdd release @infrastructure",
        "/tdd waive 4.2 It is elsewhere.",
        "/tdd override It is urgent.",
        "/tdd unhold",
        "/tdd submit",
        "/tdd approve in other.md",
    ],
)
def test_what_could_be_about_one_of_several_documents_is_refused(text: str) -> None:
    two = (change(design()), change(design(), path=OTHER))
    seen = hearing((CAROL, "/tdd hold"), (CAROL, text), permissions={CAROL.id: Permission.ADMIN})

    said = decide(replace(seen, changes=two)).unrecorded[-1]
    assert not said.granted
    assert PATH in said.ground
    assert OTHER in said.ground


def test_a_comment_signs_only_the_documents_that_take_comments() -> None:
    by_review = Configuration(comment_approvals=False)

    assert last((BOB, "/tdd approve"), configuration=by_review).granted is False
    assert last((BOB, f"/tdd approve {HEAD}")).signs == HEAD
    assert not last((BOB, f"/tdd approve {HEAD[:6]}")).granted


def test_who_reviewed_as_somebody_who_can_push_may_write() -> None:
    seen = hearing((MALLORY, "/tdd submit"), permissions={})

    assert not decide(seen).unrecorded[-1].granted
    assert decide(replace(seen, reviews=(review(MALLORY),))).unrecorded[-1].granted
    assert not decide(replace(seen, reviews=(review(ERIN),))).unrecorded[-1].granted
