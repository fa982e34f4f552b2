"""Every row of the lifecycle table, and who must sign."""

from dataclasses import replace

import pytest

from bot.core.decide import decide
from bot.core.model import (
    Absence,
    Asked,
    CommandSeen,
    CommentKind,
    DocumentDecision,
    File,
    FileProblem,
    Heard,
    Login,
    Memory,
    Opinion,
    Origin,
    Permission,
    Person,
    RequestEvent,
    RequestSubject,
    SeatKey,
    Snapshot,
    Step,
    Unresolved,
    Unverified,
    User,
    Verdict,
)
from bot.core.policy.superseding import successor_path
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
    pull_request,
    review,
    snapshot,
    team,
)

ALL_SIGN = (review(BOB, number=1), review(CAROL, number=2), review(DANA, number=3))


def only(seen: Snapshot) -> DocumentDecision:
    """Return the decision on the one document."""
    (document,) = decide(seen).documents
    return document


def judged(seen: Snapshot) -> tuple[Step, Verdict, bool]:
    """Return (step, verdict, whether reviewers are asked)."""
    one = only(seen)
    return one.step, one.verdict, one.asks


def test_no_document_passes() -> None:
    assert decide(snapshot()).verdict is Verdict.PASS


def test_files_that_cannot_all_be_read_are_an_error_never_a_pass() -> None:
    decision = decide(snapshot(files_complete=False))

    assert decision.verdict is Verdict.ERROR
    assert "3,000" in decision.problem


@pytest.mark.parametrize(
    ("head", "base", "fields", "expected"),
    [
        (design("Draft"), None, {}, (Step.WRITE, Verdict.WAITING, False)),
        (design("Draft", without=("4.2",)), None, {}, (Step.WRITE, Verdict.WAITING, False)),
        (design("In-Review", without=("4.2",)), None, {}, (Step.MEND, Verdict.BLOCKED, False)),
        (design("In-Review", bodies={"4.2": "TBD"}), None, {}, (Step.MEND, Verdict.BLOCKED, True)),
        (design("In-Review"), None, {}, (Step.SIGN, Verdict.WAITING, True)),
        (design("In-Review"), None, {"reviews": ALL_SIGN}, (Step.FINALIZE, Verdict.WAITING, True)),
        (design("Approved", bodies={"4.2": "TBD"}), None, {}, (Step.MEND, Verdict.BLOCKED, False)),
        (design("Approved"), None, {}, (Step.SIGN, Verdict.WAITING, True)),
        (design("Approved"), None, {"reviews": ALL_SIGN}, (Step.DONE, Verdict.PASS, False)),
        (design("Accepted!"), None, {}, (Step.UNKNOWN_STATUS, Verdict.BLOCKED, False)),
        (design("Superseded"), None, {}, (Step.MEND, Verdict.BLOCKED, False)),
        (design("Draft"), design("Approved"), {}, (Step.MEND, Verdict.BLOCKED, False)),
        (design("In-Review"), design("Approved"), {}, (Step.SIGN, Verdict.WAITING, True)),
        (
            design("Approved", bodies={"1": "Another summary."}),
            design("Approved"),
            {},
            (Step.SIGN, Verdict.WAITING, True),
        ),
        (design("Approved"), design("In-Review"), {}, (Step.SIGN, Verdict.WAITING, True)),
        (None, design("Approved"), {}, (Step.SIGN, Verdict.WAITING, True)),
        (None, design("Approved"), {"reviews": ALL_SIGN}, (Step.DONE, Verdict.PASS, False)),
        (None, design("Draft"), {}, (Step.DONE, Verdict.PASS, False)),
    ],
)
def test_the_rows_of_the_table(
    head: str | None, base: str | None, fields: dict[str, object], expected: tuple[Step, Verdict, bool]
) -> None:
    assert judged(snapshot(change(head, base), **fields)) == expected


@pytest.mark.parametrize("status", ["Draft", "In-Review", "Approved"])
def test_a_draft_pull_request_waits_for_its_author_and_asks_nobody(status: str) -> None:
    seen = snapshot(change(design(status)), pull_request=pull_request(draft=True), reviews=ALL_SIGN)

    assert judged(seen) == (Step.DRAFT_PULL_REQUEST, Verdict.WAITING, False)


@pytest.mark.parametrize("status", ["Draft", "In-Review", "Approved", "Accepted!"])
def test_a_standing_change_request_blocks_whatever_the_status(status: str) -> None:
    seen = snapshot(change(design(status)), reviews=(review(CAROL, Opinion.CHANGES_REQUESTED),))

    assert judged(seen)[:2] == (Step.OBJECTION, Verdict.BLOCKED)


def test_a_strangers_change_request_blocks_nothing() -> None:
    seen = snapshot(change(design()), reviews=(review(MALLORY, Opinion.CHANGES_REQUESTED),))

    assert judged(seen)[0] is Step.SIGN


def test_a_status_change_alone_on_an_approved_design_needs_nobody_again() -> None:
    reflowed = design("Approved").replace("is written here.", "is\nwritten here.")

    assert judged(snapshot(change(reflowed, design("Approved"))))[0] is Step.DONE


def test_an_objection_blocks_even_where_nothing_is_to_be_signed() -> None:
    seen = snapshot(
        change(design("Approved"), design("Approved")), reviews=(review(BOB, Opinion.CHANGES_REQUESTED),)
    )

    assert judged(seen)[0] is Step.OBJECTION


@pytest.mark.parametrize(
    ("problem", "size"),
    [(FileProblem.SYMLINK, 20), (FileProblem.NOT_TEXT, 20), (FileProblem.TOO_LARGE, 5_000_000)],
)
def test_a_file_that_cannot_be_read_blocks_with_a_finding(problem: FileProblem, size: int) -> None:
    refused = replace(change(""), head=File(PATH, size, None, problem))

    one = only(snapshot(refused))

    assert (one.step, one.verdict) == (Step.UNREADABLE, Verdict.BLOCKED)
    assert [finding.rule for finding in one.findings] == ["TDD501"]


def test_a_text_over_the_cap_is_not_judged() -> None:
    seen = snapshot(change("# TDD: x\n\n" + "word " * 60_000))

    assert judged(seen)[0] is Step.UNREADABLE


# --- seats ---------------------------------------------------------------------------------------


def seats(seen: Snapshot) -> dict[str, frozenset[Origin]]:
    """Return the seats of the one document with their origins."""
    return {state.seat.label: state.seat.origins for state in only(seen).seats}


def test_seats_come_from_the_header_at_head_and_at_base() -> None:
    seen = snapshot(change(design(reviewers="@eng-lead"), design("Draft", "@security-team")))

    assert seats(seen) == {
        "acme/eng-lead": frozenset({Origin.HEAD}),
        "acme/security-team": frozenset({Origin.BASE}),
    }


@pytest.mark.parametrize(
    "memory",
    [
        Memory(asked=(Asked(SeatKey("team:12"), "acme/security-team", PATH, "x", ago(hours=1)),)),
        Memory(heard=(Heard(SeatKey("team:12"), "acme/security-team", PATH),)),
        Memory(heard=(Heard(SeatKey("team:12"), "acme/security-team", "docs/tdd/old-name.md"),)),
    ],
)
def test_a_seat_that_was_asked_or_heard_cannot_be_edited_away(memory: Memory) -> None:
    seen = snapshot(change(design("Approved", "@eng-lead")), memory=memory, reviews=(review(BOB),))

    assert judged(seen)[:2] == (Step.SIGN, Verdict.WAITING)
    assert "acme/security-team" in seats(seen)


@pytest.mark.parametrize(
    ("reviewer", "opinion", "step"),
    [
        (DANA, Opinion.CHANGES_REQUESTED, Step.OBJECTION),
        (DANA, Opinion.APPROVED, Step.DONE),
        (DANA, Opinion.COMMENTED, Step.DONE),
        (MALLORY, Opinion.CHANGES_REQUESTED, Step.DONE),
        (ALICE, Opinion.CHANGES_REQUESTED, Step.DONE),
    ],
)
def test_a_seat_that_has_spoken_is_not_edited_away_before_any_run_has_heard_it(
    reviewer: Person, opinion: Opinion, step: Step
) -> None:
    then = design("Approved", "@eng-lead, @security-team")
    seen = snapshot(
        change(design("Approved", "@eng-lead")),
        history={(BEFORE, PATH): File(PATH, len(then), then)},
        reviews=(review(BOB), review(reviewer, opinion, number=2, commit=BEFORE)),
    )

    heard = reviewer is DANA and opinion is not Opinion.COMMENTED
    assert (seats(seen).get("acme/security-team") == frozenset({Origin.HEARD})) is heard
    assert judged(seen)[0] is step


def request(label: str, key: str, *, own: bool = True, removed: bool = False) -> RequestEvent:
    """Return a request in the timeline, an hour old."""
    return RequestEvent(ago(hours=1), own, removed, RequestSubject(SeatKey(key), label))


def test_a_lost_journal_is_made_good_by_the_timeline() -> None:
    seen = snapshot(
        change(design("Approved", "@eng-lead")),
        request_events=(request("acme/security-team", "team:12"),),
        reviews=(review(BOB),),
    )

    assert seats(seen)["acme/security-team"] == frozenset({Origin.ASKED})


def test_a_journal_that_begins_anew_forgets_nobody_the_timeline_knows() -> None:
    again = Asked(SeatKey("team:13"), "acme/infrastructure", PATH, "x", ago(minutes=5))
    seen = snapshot(
        change(design("Approved", "@eng-lead")),
        request_events=(request("acme/security-team", "team:12"), request("acme/infrastructure", "team:13")),
        memory=Memory(asked=(again,)),
    )

    assert set(seats(seen)) == {"acme/eng-lead", "acme/security-team", "acme/infrastructure"}


def test_a_seat_is_the_team_that_was_asked_whoever_has_its_name_now() -> None:
    renamed = {SeatKey("team:12"): team(12, "secops", DANA)}
    others = {**TEAMS, "security-team": team(99, "security-team", MALLORY)}
    seen = snapshot(
        change(design("Approved", "@eng-lead")),
        memory=Memory(asked=(Asked(SeatKey("team:12"), "acme/security-team", PATH, "x", ago(hours=1)),)),
        names=others,
        remembered=renamed,
        reviews=(review(BOB, number=1), review(MALLORY, number=2)),
    )

    assert set(seats(seen)) == {"acme/eng-lead", "acme/secops"}
    assert judged(seen)[0] is Step.SIGN
    assert judged(replace(seen, reviews=(*seen.reviews, review(DANA, number=3))))[0] is Step.DONE


def test_what_is_asked_and_cannot_be_looked_up_keeps_the_gate_shut() -> None:
    memory = Memory(asked=(Asked(SeatKey("team:55"), "acme/legal", PATH, "x", ago(hours=1)),))
    seen = snapshot(change(design("Approved", "@eng-lead")), memory=memory, reviews=(review(BOB),))

    assert judged(seen)[0] is Step.SIGN


def test_a_seat_that_could_not_be_asked_may_leave_the_header() -> None:
    refused = Asked(SeatKey("team:12"), "acme/security-team", PATH, "x", ago(hours=1), "no access")
    seen = snapshot(change(design("Approved", "@eng-lead")), memory=Memory(asked=(refused,)))

    assert set(seats(seen)) == {"acme/eng-lead"}


def test_a_reviewer_leaves_an_approved_header_only_by_signing_that() -> None:
    seen = snapshot(change(design("Approved", "@eng-lead"), design("Approved", "@eng-lead, @security-team")))

    assert judged(seen)[0] is Step.SIGN
    assert asked(seen) == ["acme/security-team"]
    assert judged(replace(seen, reviews=(review(BOB),)))[0] is Step.SIGN
    assert judged(replace(seen, reviews=(review(DANA),)))[0] is Step.DONE


def test_members_drafted_by_auto_assignment_are_no_seats() -> None:
    drafting = {**TEAMS, "security-team": team(12, "security-team", DANA, auto_assigns=True)}
    seen = snapshot(
        change(design()),
        names={**drafting, "dana": User(DANA)},
        request_events=(request("acme/security-team", "team:12"), request("dana", "user:4")),
    )

    assert "dana" not in seats(seen)


def test_a_name_that_is_verified_gone_is_not_required_from_the_base() -> None:
    names = {**TEAMS, "old-team": Unresolved(Absence.NO_SUCH_NAME)}
    seen = snapshot(change(design(reviewers="@eng-lead"), design("Draft", "@old-team")), names=names)

    assert list(seats(seen)) == ["acme/eng-lead"]


def test_a_name_that_could_not_be_verified_keeps_its_seat_and_nothing_passes() -> None:
    names = {**TEAMS, "security-team": Unverified("members: read is missing")}
    seen = snapshot(change(design("Approved")), names=names, reviews=ALL_SIGN)
    one = only(seen)

    assert (one.step, one.verdict) == (Step.SIGN, Verdict.WAITING)
    assert [state.seat.label for state in one.seats if not state.is_signed] == ["security-team"]
    assert not any(state.ask for state in one.seats if state.seat.unverified)


@pytest.mark.parametrize("why", [Absence.NO_ACCESS, Absence.HIDDEN])
def test_a_team_that_cannot_be_asked_any_more_has_not_gone(why: Absence) -> None:
    names = {**TEAMS, "security-team": Unresolved(why)}
    seen = snapshot(change(design("Approved", "@eng-lead"), design("Draft", "@security-team")), names=names)

    assert judged(replace(seen, reviews=(review(BOB),)))[0] is Step.SIGN


def test_reviewers_that_are_all_nobody_do_not_open_the_gate() -> None:
    names = {"ghost": Unresolved(Absence.NO_SUCH_NAME)}
    seen = snapshot(change(design("Approved", "@ghost")), names=names, reviews=(review(ERIN),))

    assert judged(seen)[0] is Step.MEND


def test_no_reviewer_anywhere_needs_one_approval_by_a_writer_who_is_not_the_author() -> None:
    text = design("Approved", reviewers="none")
    for person, writer, step in [
        (ERIN, True, Step.DONE),
        (MALLORY, False, Step.SIGN),
        (ALICE, True, Step.SIGN),
    ]:
        seen = snapshot(change(text), reviews=(review(person, writer=writer),))

        assert [state.seat.anyone for state in only(seen).seats] == [True]
        assert judged(seen)[0] is step


def test_a_seat_without_one_eligible_person_is_a_fault() -> None:
    names = {**TEAMS, "security-team": team(12, "security-team", ALICE)}
    one = only(snapshot(change(design()), names=names))

    assert one.step is Step.MEND
    assert [finding.rule for finding in one.findings if "acme/security-team" in finding.message] == ["TDD404"]


def test_the_author_of_the_pull_request_and_of_the_header_and_pushers_hold_no_seat() -> None:
    everyone = team(12, "security-team", ALICE, BOB, CAROL, DANA)
    seen = snapshot(
        change(design(reviewers="@security-team").replace("(@alice)", "(@carol)")),
        names={"security-team": everyone, "carol": User(CAROL)},
        commits=(commit(BEFORE), commit(HEAD, BOB)),
    )

    (state,) = only(seen).seats
    assert dict(state.seat.eligible) == {DANA.id: DANA.login}


def test_who_takes_their_name_off_the_header_does_not_sign_instead() -> None:
    seen = snapshot(
        change(
            design("Approved", "@infrastructure"),
            design("In-Review", "@infrastructure").replace("(@alice)", "(@carol)"),
        ),
        names={**TEAMS, "carol": User(CAROL)},
        reviews=(review(CAROL),),
    )

    assert judged(seen)[0] is Step.MEND
    assert [one.rule for one in only(seen).findings] == ["TDD404"]


@pytest.mark.parametrize("untouched", [True, False])
def test_only_a_commit_that_is_known_to_leave_the_design_alone_excludes_nobody(untouched: bool) -> None:
    seen = snapshot(
        change(design("Approved")),
        commits=(commit(BEFORE, DANA), commit()),
        untouched=frozenset({(BEFORE, PATH)}) if untouched else frozenset({(HEAD, PATH)}),
        reviews=ALL_SIGN,
    )

    assert judged(seen)[0] is (Step.DONE if untouched else Step.MEND)


def test_who_has_written_words_of_their_own_into_a_merge_does_not_sign() -> None:
    merged = (commit(BEFORE, DANA, parents=2), commit())
    seen = snapshot(
        change(design("Approved")),
        commits=merged,
        written=frozenset({(BEFORE, PATH)}),
        reviews=ALL_SIGN,
    )

    assert judged(seen)[0] is Step.MEND


def test_who_wrote_one_of_two_designs_signs_the_other() -> None:
    other = "docs/tdd/0008-other.md"
    seen = snapshot(
        change(design("Approved")),
        change(design("Approved"), path=other),
        commits=(commit(BEFORE, DANA), commit()),
        untouched=frozenset({(BEFORE, PATH)}),
        reviews=ALL_SIGN,
    )

    assert {one.path: one.step for one in decide(seen).documents} == {PATH: Step.DONE, other: Step.MEND}


def test_a_reviewer_who_merged_the_base_in_still_counts() -> None:
    seen = snapshot(
        change(design("Approved")),
        commits=(commit(BEFORE), commit(HEAD, DANA, parents=2)),
        reviews=ALL_SIGN,
    )

    assert judged(seen)[0] is Step.DONE


def test_one_person_signs_every_seat_held() -> None:
    both = {**TEAMS, "infrastructure": team(13, "infrastructure", CAROL, DANA)}
    seen = snapshot(change(design("Approved")), names=both, reviews=(review(BOB), review(DANA, number=2)))

    assert judged(seen)[0] is Step.DONE


# --- stale by content ----------------------------------------------------------------------------


def signed_before(text_then: str | None, text_now: str, *, reachable: bool = True) -> Snapshot:
    """Return a snapshot where all signed ``text_then`` one commit before the head."""
    then = None if text_then is None else File(PATH, len(text_then), text_then)
    return snapshot(
        change(text_now),
        commits=(commit(BEFORE, minutes=90), commit(HEAD, minutes=10)),
        reviews=tuple(replace(one, commit=BEFORE) for one in ALL_SIGN),
        history={(BEFORE, PATH): then} if reachable else {},
    )


@pytest.mark.parametrize(
    ("then", "stands"),
    [
        (None, True),
        (File(PATH, 1, design("Approved")), False),
        (File(PATH, 300_000, None, FileProblem.TOO_LARGE), False),
        (File(PATH, 9, None, FileProblem.SYMLINK), False),
        (File(PATH, 300_000, "a" * 300_000), False),
    ],
    ids=["deleted", "a design", "too large", "a link", "over the cap"],
)
def test_only_who_saw_it_deleted_has_signed_the_deletion(then: File | None, stands: bool) -> None:
    seen = snapshot(
        change(None, design("Approved")),
        reviews=tuple(review(one, commit=BEFORE) for one in (BOB, CAROL)),
        history={(BEFORE, PATH): then},
    )
    signed = [one for state in only(seen).seats for one in state.signed]
    assert bool(signed) is stands


def test_a_status_change_keeps_every_sign_off() -> None:
    assert judged(signed_before(design("In-Review"), design("Approved")))[0] is Step.DONE


def test_another_date_or_reviewer_line_keeps_every_sign_off() -> None:
    now = design("Approved").replace("2026-11-20", "2026-11-24")

    assert judged(signed_before(design("In-Review"), now))[0] is Step.DONE


def test_a_real_edit_makes_sign_offs_stale_and_names_the_section() -> None:
    now = design("Approved", bodies={"4.2": "Tokens are kept for thirty days."})
    one = only(signed_before(design("In-Review"), now))

    assert one.step is Step.SIGN
    assert [state.stale[0].changed for state in one.seats] == [("4.2 Security & Privacy",)] * 3


def test_an_unreachable_commit_is_stale_for_that_reason() -> None:
    one = only(signed_before(design(), design("Approved"), reachable=False))

    assert all(state.stale[0].unreachable for state in one.seats)


def test_a_document_that_was_not_there_when_signed_was_not_signed() -> None:
    assert judged(signed_before(None, design("Approved")))[0] is Step.SIGN


# --- requests ------------------------------------------------------------------------------------


def asked(seen: Snapshot) -> list[str]:
    """Return which seats are to be asked in this run."""
    return [state.seat.label for state in only(seen).seats if state.ask]


def test_every_open_seat_is_asked_once() -> None:
    first = snapshot(change(design()))
    content = only(first).content
    known = Memory(asked=(Asked(SeatKey("team:11"), "acme/eng-lead", PATH, content, ago(hours=1)),))

    assert asked(first) == ["acme/eng-lead", "acme/security-team", "acme/infrastructure"]
    assert asked(replace(first, memory=known)) == ["acme/security-team", "acme/infrastructure"]


def test_a_seat_somebody_else_has_asked_is_not_asked_again() -> None:
    seen = snapshot(change(design()), request_events=(request("acme/eng-lead", "team:11", own=False),))

    assert asked(seen) == ["acme/security-team", "acme/infrastructure"]


def test_a_request_that_a_person_took_back_is_not_made_again() -> None:
    events = (
        request("acme/eng-lead", "team:11"),
        request("acme/eng-lead", "team:11", own=False, removed=True),
    )
    seen = snapshot(change(design()), request_events=events)

    assert "acme/eng-lead" not in asked(seen)


def test_a_seat_that_github_refused_is_not_asked_again_on_the_same_content() -> None:
    first = snapshot(change(design()))
    refusal = Asked(SeatKey("team:11"), "acme/eng-lead", PATH, only(first).content, ago(hours=1), "no access")
    seen = replace(first, memory=Memory(asked=(refusal,)))

    assert "acme/eng-lead" not in asked(seen)
    assert only(seen).seats[0].refusal == "no access"


def test_a_seat_gone_stale_is_asked_again_once() -> None:
    now = design("In-Review", bodies={"4.2": "Tokens are kept for thirty days."})
    stale = signed_before(design(), now)
    earlier = [
        Asked(SeatKey(f"team:{number}"), label, PATH, "before", ago(hours=2))
        for number, label in [
            (11, "acme/eng-lead"),
            (12, "acme/security-team"),
            (13, "acme/infrastructure"),
        ]
    ]
    again = Asked(SeatKey("team:11"), "acme/eng-lead", PATH, only(stale).content, ago(minutes=5))

    assert asked(replace(stale, memory=Memory(asked=tuple(earlier)))) == [
        "acme/eng-lead",
        "acme/security-team",
        "acme/infrastructure",
    ]
    assert asked(replace(stale, memory=Memory(asked=(*earlier, again)))) == [
        "acme/security-team",
        "acme/infrastructure",
    ]


def test_whether_a_seat_has_answered_since_is_told_by_githubs_clock_alone() -> None:
    """Ours may be ahead: an answer within that time would seem older than its question."""
    now = design("In-Review", bodies={"4.2": "Tokens are kept for thirty days."})
    stale = signed_before(design(), now)
    ahead = Asked(SeatKey("team:11"), "acme/eng-lead", PATH, "before", ago(minutes=1))
    event = replace(request("acme/eng-lead", "team:11"), at=only(stale).seats[0].stale[0].sign_off.at)

    seen = replace(stale, memory=Memory(asked=(ahead,)), request_events=(event,))

    assert "acme/eng-lead" in asked(seen)
    asked_since = replace(ahead, content=only(stale).content)
    assert "acme/eng-lead" not in asked(replace(seen, memory=Memory(asked=(ahead, asked_since))))


# --- commands ------------------------------------------------------------------------------------


def seen_command(name: str, *, minutes: float) -> CommandSeen:
    """Return a command of bob's that the journal has and the thread has not any more."""
    return CommandSeen(
        comment_id=700,
        kind=CommentKind.THREAD,
        line=1,
        name=name,
        argument="",
        actor_id=BOB.id,
        actor=BOB.login,
        at=ago(minutes=minutes),
        granted=True,
        ground="holds the seat of acme/eng-lead",
    )


def test_a_holder_signs_by_comment_what_stood_there_when_it_was_written() -> None:
    seen = snapshot(
        change(design("Approved")),
        reviews=ALL_SIGN[1:],
        comments=(comment(BOB, "/tdd approve", minutes=20),),
        commits=(commit(BEFORE, minutes=90), commit(HEAD, minutes=30)),
    )

    assert judged(seen)[0] is Step.DONE


def test_a_comment_older_than_the_heads_suite_signs_the_commit_before() -> None:
    seen = snapshot(
        change(design("Approved")),
        reviews=ALL_SIGN[1:],
        comments=(comment(BOB, "/tdd approve", minutes=20),),
        commits=(commit(BEFORE, minutes=90), commit(HEAD, minutes=10)),
        history={(BEFORE, PATH): File(PATH, 1, design(bodies={"1": "Something else."}))},
    )

    one = only(seen)
    assert one.step is Step.SIGN
    assert one.seats[0].stale[0].sign_off.commit == BEFORE


@pytest.mark.parametrize(("minutes", "step"), [(21, Step.DONE), (20, Step.SIGN), (19, Step.SIGN)])
def test_a_comment_signs_nothing_where_a_force_push_is_not_known_to_be_older(
    minutes: float, step: Step
) -> None:
    seen = snapshot(
        change(design("Approved")),
        reviews=ALL_SIGN[1:],
        comments=(comment(BOB, "/tdd approve", minutes=20),),
        commits=(commit(HEAD, minutes=30),),
        forced_at=ago(minutes=minutes),
    )

    assert judged(seen)[0] is step
    named = replace(seen, comments=(comment(BOB, f"/tdd approve {HEAD}", minutes=20),))
    assert judged(named)[0] is Step.DONE


@pytest.mark.parametrize(
    ("argument", "granted"),
    [(HEAD[:7], True), (HEAD, True), (HEAD[:6], False), ("c" * 40, False), ("not-a-commit", False)],
)
def test_approve_may_name_the_commit(argument: str, granted: bool) -> None:
    seen = snapshot(change(design()), comments=(comment(BOB, f"/tdd approve {argument}"),))

    ((result,),) = [one.results for one in decide(seen).commands]
    assert result.seen.granted is granted


@pytest.mark.parametrize(
    ("person", "ground"),
    [(ALICE, "opened"), (MALLORY, "only holders"), (ERIN, "only holders")],
)
def test_who_holds_no_seat_is_refused_with_the_reason(person: Person, ground: str) -> None:
    seen = snapshot(
        change(design()),
        comments=(comment(person, "/tdd approve"),),
        permissions={ERIN.id: Permission.ADMIN},
    )

    ((result,),) = [one.results for one in decide(seen).commands]
    assert not result.seen.granted
    assert ground in result.seen.ground


def test_an_edited_approving_comment_does_not_count_whoever_edited_it() -> None:
    standing = comment(BOB, "/tdd approve")
    journal = decide(snapshot(change(design()), comments=(standing,))).unrecorded
    edited = replace(standing, edited=True)
    seen = snapshot(
        change(design("Approved")),
        reviews=ALL_SIGN[1:],
        comments=(edited,),
        memory=Memory(commands=journal),
    )

    assert judged(seen)[0] is Step.SIGN


def test_a_comment_edited_into_a_command_runs_nothing() -> None:
    seen = snapshot(change(design()), comments=(comment(BOB, "/tdd approve", edited=True),))

    decision = decide(seen)
    assert (decision.commands, decision.unrecorded) == ((), ())


def test_withdraw_takes_a_sign_off_back_even_after_its_comment_is_gone() -> None:
    withdrawn = seen_command("withdraw", minutes=5)
    seen = snapshot(change(design("Approved")), reviews=ALL_SIGN, memory=Memory(commands=(withdrawn,)))

    one = only(seen)
    assert one.step is Step.SIGN
    assert [state.seat.label for state in one.seats if not state.is_signed] == ["acme/eng-lead"]


def test_an_approval_after_the_withdrawal_counts_again() -> None:
    seen = snapshot(
        change(design("Approved")),
        reviews=ALL_SIGN,
        comments=(
            comment(BOB, "/tdd withdraw", number=1, minutes=10),
            comment(BOB, "/tdd approve", number=2, minutes=5),
        ),
    )

    assert judged(seen)[0] is Step.DONE


def test_bots_give_no_commands() -> None:
    robot = Person(50, Login("renovate[bot]"), is_bot=True)

    assert decide(snapshot(change(design()), comments=(comment(robot, "/tdd help"),))).commands == ()


def test_the_same_question_is_answered_once_an_hour() -> None:
    earlier = seen_command("help", minutes=50)
    question = comment(ERIN, "/tdd help", minutes=5)

    def answered(memory: Memory) -> bool:
        (one,) = decide(snapshot(change(design()), comments=(question,), memory=memory)).commands
        return one.results[0].answers

    assert not answered(Memory(commands=(earlier,)))
    assert answered(Memory(commands=(replace(earlier, at=ago(minutes=70)),)))


# --- several documents, superseding --------------------------------------------------------------

NEXT = "docs/tdd/0008-price-cache-two.md"


def superseded(named: str | None = "0008-price-cache-two.md", **fields: object) -> Snapshot:
    """Return a snapshot in which an approved design is superseded."""
    header = f"**Superseded-By:** {named}" if named else ""
    return snapshot(change(design("Superseded", header=header), design("Approved")), **fields)


def test_superseding_needs_one_seat_of_the_base_and_a_successor_that_is_there() -> None:
    there = {NEXT: File(NEXT, 1, design("Approved"))}
    draft = {NEXT: File(NEXT, 1, design("Draft"))}
    one_signs = (review(DANA),)

    assert judged(superseded(linked=there))[:2] == (Step.SIGN, Verdict.WAITING)
    assert judged(superseded(linked=there, reviews=one_signs))[:2] == (Step.DONE, Verdict.PASS)
    assert judged(superseded(linked=draft, reviews=one_signs))[:2] == (Step.SUCCEED, Verdict.WAITING)
    assert judged(superseded(reviews=one_signs))[:2] == (Step.SUCCEED, Verdict.WAITING)


def test_the_worst_document_decides() -> None:
    seen = snapshot(
        change(design("Approved"), path="docs/tdd/a.md"),
        change(design("Draft", without=("1",)), path="docs/tdd/b.md"),
        reviews=ALL_SIGN,
    )
    decision = decide(seen)

    assert [one.verdict for one in decision.documents] == [Verdict.PASS, Verdict.WAITING]
    assert decision.verdict is Verdict.WAITING


@pytest.mark.parametrize(
    ("named", "path"),
    [
        ("0008-x.md", "docs/tdd/0008-x.md"),
        ("./0008-x.md#top", "docs/tdd/0008-x.md"),
        ("../rfc/1.md", "docs/rfc/1.md"),
        ("docs/tdd/0008-x.md", "docs/tdd/0008-x.md"),
        ("/docs/tdd/0008-x.md", "docs/tdd/0008-x.md"),
    ],
)
def test_a_successor_is_named_relative_to_its_document_or_to_the_root(named: str, path: str) -> None:
    assert successor_path(PATH, named) == path


def test_the_same_snapshot_gives_the_same_decision() -> None:
    seen = snapshot(change(design()), reviews=ALL_SIGN, comments=(comment(BOB, "/tdd status"),))

    assert decide(seen) == decide(seen)


@pytest.mark.parametrize("section", ["7", "7.", '"Risks & Unknowns"', "“risks & unknowns”"])
def test_a_waiver_tells_its_reason_whole_and_nothing_else(section: str) -> None:
    seen = snapshot(
        change(design("Approved", bodies={"7": "TBD"}), design("Draft")),
        comments=(comment(DANA, f"/tdd waive {section} nothing is known yet"),),
    )
    (waiver,) = only(seen).waivers
    assert (waiver.section, waiver.person, waiver.reason) == ("7", DANA, "nothing is known yet")
