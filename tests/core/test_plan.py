"""The plan holds only differences, blocks first and lets merge last."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.advance import advance, facts_of
from bot.core.decide import decide
from bot.core.model import (
    NOTHING_NEW,
    Action,
    Ask,
    Asked,
    CheckRun,
    Comment,
    CommentPosted,
    Conclusion,
    Creation,
    DeleteComment,
    DocumentsSeen,
    Memory,
    NodeId,
    Opinion,
    Permission,
    Press,
    React,
    Reaction,
    Receipt,
    Refusal,
    Remember,
    Reply,
    RequestReviews,
    RequestSubject,
    Review,
    SeatKey,
    Snapshot,
    Verdict,
    Withheld,
    WriteCheck,
    WriteComment,
)
from bot.core.plan import creations, plan
from tests.builders import (
    ALICE,
    BOB,
    BOT,
    CAROL,
    DANA,
    ERIN,
    MALLORY,
    MARKER,
    NOW,
    PATH,
    change,
    comment,
    design,
    pull_request,
    review,
    snapshot,
)

ALL_SIGN = (review(BOB, number=1), review(CAROL, number=2), review(DANA, number=3))


def planned(seen: Snapshot) -> tuple[Action, ...]:
    """Return the actions for this snapshot."""
    return plan(seen, decide(seen))


def kinds(actions: tuple[Action, ...]) -> list[str]:
    """Return what is done, in order."""
    return [type(one).__name__ for one in actions]


def done(action: Action, number: int) -> Receipt:
    """Answer an action as GitHub would when all is well."""
    match action:
        case WriteCheck():
            return Receipt(
                check=CheckRun(
                    action.run_id or number,
                    completed=True,
                    conclusion=action.conclusion,
                    external_id=action.external_id,
                )
            )
        case WriteComment(kept, body):
            return Receipt(comment=posted(kept, body, number))
        case Reply(body):
            return Receipt(comment=posted(None, body, number))
        case _:
            return Receipt()


def posted(kept: Comment | None, body: str, number: int) -> Comment:
    """Return our comment as it stands after writing."""
    return replace(kept or comment(BOT, "", number=number, minutes=0), body=body)


def carry_out(seen: Snapshot, actions: tuple[Action, ...]) -> Snapshot:
    """Return the snapshot after all actions went well."""
    for number, action in enumerate(actions, start=9000):
        seen = advance(seen, action, done(action, number))
    return seen


def test_an_opened_pull_request_takes_three_writes() -> None:
    actions = planned(snapshot(change(design())))

    assert kinds(actions) == ["WriteCheck", "RequestReviews", "WriteComment"]


def test_all_seats_are_asked_in_one_call() -> None:
    (ask,) = [one for one in planned(snapshot(change(design()))) if isinstance(one, RequestReviews)]

    assert [one.label for one in ask.teams] == ["acme/eng-lead", "acme/security-team", "acme/infrastructure"]
    assert ask.users == ()


def test_a_pull_request_without_documents_takes_one_write() -> None:
    (check,) = planned(snapshot())

    assert isinstance(check, WriteCheck)
    assert (check.conclusion, check.title) == (
        Conclusion.SUCCESS,
        "No design document in this pull request",
    )


def test_a_passing_check_is_written_last() -> None:
    actions = planned(snapshot(change(design("Approved")), reviews=ALL_SIGN))

    assert kinds(actions) == ["Remember", "WriteComment", "WriteCheck"]


def test_a_closed_pull_request_gets_no_writes() -> None:
    assert planned(snapshot(change(design()), pull_request=pull_request(open=False))) == ()


def test_a_run_whose_suite_was_reset_is_written_again() -> None:
    seen = carry_out(snapshot(change(design())), planned(snapshot(change(design()))))
    assert seen.check is not None

    again = planned(replace(seen, check=replace(seen.check, suite_reset=True)))

    assert kinds(again) == ["WriteCheck"]
    assert isinstance(again[0], WriteCheck)
    assert again[0].run_id == seen.check.id


def test_a_comment_edited_by_somebody_is_mended() -> None:
    seen = snapshot(change(design()))
    seen = carry_out(seen, planned(seen))
    defaced = tuple(replace(one, body=f"{MARKER}\nAll approved!") for one in seen.comments)

    assert kinds(planned(replace(seen, comments=defaced))) == ["WriteComment"]


def test_a_marker_pasted_by_a_stranger_is_not_our_comment() -> None:
    seen = snapshot(change(design()), comments=(comment(MALLORY, MARKER),))

    (write,) = [one for one in planned(seen) if isinstance(one, WriteComment)]
    assert write.comment is None


def test_a_second_comment_of_our_own_is_removed() -> None:
    seen = snapshot(
        change(design()),
        comments=(
            comment(BOT, MARKER, number=1, minutes=9),
            comment(BOT, MARKER, number=2, minutes=8),
        ),
    )

    actions = planned(seen)
    assert [one.comment.id for one in actions if isinstance(one, DeleteComment)] == [2]
    assert [one.comment.id for one in actions if isinstance(one, WriteComment) and one.comment] == [1]


def test_a_refused_seat_is_said_in_check_and_comment_and_not_asked_again() -> None:
    seen = snapshot(change(design()))
    for number, action in enumerate(planned(seen)):
        receipt = done(action, number)
        if isinstance(action, RequestReviews):
            receipt = Receipt(refusals=(Refusal(SeatKey("team:12"), "it cannot see the repository"),))
        seen = advance(seen, action, receipt)

    again = planned(seen)
    assert kinds(again) == ["WriteCheck", "WriteComment"]
    assert all(
        "could not be asked: it cannot see the repository"
        in (one.text if isinstance(one, WriteCheck) else one.body)
        for one in again
        if isinstance(one, WriteCheck | WriteComment)
    )


def test_githubs_cap_on_requests_is_not_hit() -> None:
    crowd = tuple(RequestSubject(SeatKey(f"user:{number}"), f"u{number}") for number in range(100, 114))
    actions = planned(snapshot(change(design()), requested=crowd))
    (ask,) = [one for one in actions if isinstance(one, RequestReviews)]
    (said,) = [one.body for one in actions if isinstance(one, WriteComment)]

    assert len(ask.teams) == 1
    assert "GitHub asks 15 reviewers at most at once" in said


def test_a_command_is_seen_answered_and_acknowledged() -> None:
    seen = snapshot(change(design()), comments=(comment(MALLORY, "/tdd approve"),))

    actions = [one for one in planned(seen) if isinstance(one, React | Reply)]
    assert kinds(tuple(actions)) == ["React", "Reply", "React"]
    assert [one.content for one in actions if isinstance(one, React)] == [Reaction.SEEN, Reaction.REFUSED]
    assert [one.body for one in actions if isinstance(one, Reply)] == [
        "<!-- tdd-bot:reply thread 500 -->\n\n`/tdd approve` by mallory is refused: only holders of a seat "
        "can; the seats here: acme/eng-lead, acme/security-team, acme/infrastructure."
    ]


def test_a_crash_between_answer_and_reaction_doubles_no_answer() -> None:
    seen = snapshot(change(design()), comments=(comment(BOB, "/tdd help"),))
    actions = planned(seen)
    cut = kinds(actions).index("Reply") + 1

    again = planned(carry_out(seen, actions[:cut]))
    assert "Reply" not in kinds(again)
    assert kinds(again)[-1] == "React"


def test_what_is_done_is_remembered() -> None:
    seen = snapshot(change(design()))
    ask = RequestReviews((Ask(SeatKey("team:11"), "acme/eng-lead", {PATH: "c"}),), ())
    ours = comment(BOT, MARKER)

    assert facts_of(seen, ask, Receipt()) == (Asked(SeatKey("team:11"), "acme/eng-lead", PATH, "c", NOW),)
    assert facts_of(seen, WriteComment(None, ""), Receipt(comment=ours)) == (CommentPosted(NodeId("IC_500")),)
    assert facts_of(replace(seen, memory=Memory()), Remember((DocumentsSeen((PATH,)),)), Receipt()) == (
        DocumentsSeen((PATH,)),
    )


# --- two pull requests on one commit -------------------------------------------------------------


def with_other(seen: Snapshot, verdict: Verdict | None) -> Snapshot:
    """Return the snapshot with pull request 8 on the same head."""
    return replace(seen, others=(8,), memory=replace(seen.memory, others={8: verdict}))


@pytest.mark.parametrize(
    ("other", "conclusion"),
    [
        (Verdict.PASS, Conclusion.SUCCESS),
        (Verdict.WAITING, Conclusion.ACTION_REQUIRED),
        (Verdict.BLOCKED, Conclusion.FAILURE),
        (None, Conclusion.ACTION_REQUIRED),
    ],
)
def test_the_worst_verdict_on_a_commit_stands(other: Verdict | None, conclusion: Conclusion) -> None:
    passing = snapshot(change(design("Approved")), reviews=ALL_SIGN)

    (check,) = [one for one in planned(with_other(passing, other)) if isinstance(one, WriteCheck)]
    assert check.conclusion is conclusion
    assert ("Pull request 8" in check.title) is (conclusion is not Conclusion.SUCCESS)


def test_a_run_that_speaks_for_the_worse_one_is_left_alone() -> None:
    passing = with_other(snapshot(change(design("Approved")), reviews=ALL_SIGN), Verdict.BLOCKED)
    speaks = replace(
        passing, check=CheckRun(1, completed=True, conclusion=Conclusion.FAILURE, external_id="8:abc")
    )

    assert "WriteCheck" not in kinds(planned(speaks))


# --- properties ----------------------------------------------------------------------------------

PEOPLE = st.sampled_from([ALICE, BOB, CAROL, DANA, ERIN, MALLORY])
OPINIONS = st.sampled_from([Opinion.APPROVED, Opinion.CHANGES_REQUESTED, Opinion.COMMENTED])
BODIES = st.sampled_from(
    [
        "hello",
        *(f"/tdd {one}" for one in ("approve", "withdraw", "help", "status", "nonsense", "check")),
        *(f"/tdd {one}" for one in ("concern x It is wrong.", "resolve x", "hold it", "unhold", "fix")),
        *(f"/tdd {one}" for one in ("release @eng-lead", "waive 4.2 later", "unwaive 4.2", "submit")),
        *(
            f"/tdd {one}"
            for one in ("decline", "delegate @carol", "supersede 0003-old.md", "fix\n/tdd submit")
        ),
        *(f"/tdd {one}" for one in ("request @security-team", "unrequest @security-team", "override now")),
    ]
)

BUTTONS = st.sampled_from(["fix", "submit", "finalize", "x"])


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """Return snapshots of every status, with whatever people may have said."""
    status = draw(st.sampled_from(["Draft", "In-Review", "Approved", "Superseded", "Accepted"]))
    base = draw(st.sampled_from([None, design("Draft"), design("Approved")]))
    missing = draw(st.sampled_from([(), ("4.2",)]))
    said: list[Review] = [
        review(draw(PEOPLE), draw(OPINIONS), number=number, minutes=60 - number)
        for number in range(draw(st.integers(0, 4)))
    ]
    thread = [
        comment(draw(PEOPLE), draw(BODIES), number=100 + number, minutes=40 - number)
        for number in range(draw(st.integers(0, 3)))
    ]
    pressed = [
        Press(
            f"guid-{number}",
            draw(BUTTONS),
            who.id,
            who.login,
            NOW,
        )
        for number, who in enumerate(draw(st.lists(PEOPLE, max_size=2)))
    ]
    return snapshot(
        change(design(status, without=missing), base),
        memory=Memory(paths=(PATH,), pressed=tuple(pressed)),
        pull_request=pull_request(draft=draw(st.booleans())),
        reviews=tuple(said),
        comments=tuple(thread),
        permissions=draw(st.sampled_from([{}, {ERIN.id: Permission.ADMIN}])),
    )


@settings(max_examples=150)
@given(snapshots())
def test_a_second_plan_is_always_empty(seen: Snapshot) -> None:
    assert planned(carry_out(seen, planned(seen))) == ()


@settings(max_examples=100)
@given(snapshots(), st.data())
def test_a_crash_after_any_write_ends_where_the_clean_run_ends(seen: Snapshot, data: st.DataObject) -> None:
    actions = planned(seen)
    cut = data.draw(st.integers(0, len(actions)))
    halfway = carry_out(seen, actions[:cut])

    ended, clean = carry_out(halfway, planned(halfway)), carry_out(seen, actions)
    assert ended.check is not None
    assert clean.check is not None
    assert ended.check.external_id == clean.check.external_id
    assert sorted(one.body for one in ended.comments) == sorted(one.body for one in clean.comments)
    assert {one.key for one in ended.requested} == {one.key for one in clean.requested}


def test_a_run_for_the_check_alone_writes_it_and_says_what_is_to_come() -> None:
    asked = (comment(ALICE, "/tdd help", number=5),)
    seen = replace(snapshot(change(design()), comments=asked), withheld=NOTHING_NEW)

    actions = planned(seen)

    assert {type(one) for one in actions} == {Remember, WriteCheck}
    (check,) = [one for one in actions if isinstance(one, WriteCheck)]
    assert check.summary.endswith(
        "To come when something happens on this pull request: review requests, answers to commands and "
        "the checklist comment."
    )
    seen = carry_out(seen, actions)
    assert planned(seen) == ()

    whole = planned(replace(seen, withheld=None))
    assert {RequestReviews, WriteComment, Reply, React} <= {type(one) for one in whole}
    (check,) = [one for one in whole if isinstance(one, WriteCheck)]
    assert "To come" not in check.summary


def test_a_run_for_the_check_alone_keeps_a_comment_that_stands_true() -> None:
    seen = snapshot(change(design()))
    seen = carry_out(seen, planned(seen))
    edited = replace(seen, changes=(change(design(bodies={"4.2": "TBD"})),), withheld=NOTHING_NEW)

    assert kinds(planned(edited)) == ["WriteCheck", "WriteComment"]


def test_a_run_for_the_check_alone_commits_nothing() -> None:
    asked = (comment(ALICE, "/tdd submit", number=5),)
    seen = replace(snapshot(change(design("Draft")), comments=asked), withheld=NOTHING_NEW)

    assert {type(one) for one in planned(seen)} <= {Remember, WriteCheck}


AWAITED = set(Creation) - {Creation.REMINDER, Creation.ONBOARDING}
"""What people may miss when it is not there: nobody a reminder, and no plan creates an onboarding."""


@pytest.mark.parametrize("kind", sorted(AWAITED))
def test_what_is_withheld_is_named_in_the_check_and_made_later(kind: Creation) -> None:
    names = {
        Creation.REQUEST: "review requests",
        Creation.REPLY: "answers to commands",
        Creation.COMMENT: "the checklist comment",
    }
    asked = (comment(ALICE, "/tdd help", number=5),)
    seen = replace(snapshot(change(design()), comments=asked), withheld=Withheld(frozenset({kind})))
    all_of_it = creations(planned(replace(seen, withheld=None)))
    assert set(all_of_it) == AWAITED

    actions = planned(seen)

    assert creations(actions) == {one: number for one, number in all_of_it.items() if one is not kind}
    (check,) = [one for one in actions if isinstance(one, WriteCheck)]
    assert f"To come: {names[kind]}. GitHub lets an app create only so much" in check.summary
    later = planned(replace(carry_out(seen, actions), withheld=None))
    assert kind in creations(later)
    assert planned(replace(carry_out(carry_out(seen, actions), later), withheld=None)) == ()


def test_a_withheld_answer_keeps_the_reaction_that_says_all_is_done() -> None:
    asked = (comment(ALICE, "/tdd help", number=5),)
    withheld = Withheld(frozenset({Creation.REPLY}))
    seen = replace(snapshot(change(design()), comments=asked), withheld=withheld)

    reactions = [one.content for one in planned(seen) if isinstance(one, React)]

    assert reactions == [Reaction.SEEN]


def test_a_pass_is_given_though_the_comment_waits() -> None:
    withheld = Withheld(frozenset({Creation.COMMENT}))
    seen = replace(snapshot(change(design("Approved")), reviews=ALL_SIGN), withheld=withheld)

    actions = planned(seen)

    assert kinds(actions) == ["Remember", "WriteCheck"]
    assert isinstance(actions[1], WriteCheck)
    assert actions[1].conclusion is Conclusion.SUCCESS
