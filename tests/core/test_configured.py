"""What the configuration changes of the judgement."""

import pytest

from bot.core.decide import decide
from bot.core.model import (
    Absence,
    AskWhen,
    CheckRun,
    Conclusion,
    Configuration,
    DocumentDecision,
    Memory,
    Mode,
    Opinion,
    Origin,
    Person,
    Problem,
    Proposal,
    Review,
    SectionSettings,
    Severity,
    Snapshot,
    Step,
    Team,
    Unresolved,
    Unverified,
    User,
    Verdict,
    WriteCheck,
    WriteComment,
)
from bot.core.plan import plan
from bot.core.render.check import render_check
from bot.core.render.comment import render_comment
from tests.builders import (
    ALICE,
    BOB,
    BOT,
    CAROL,
    DANA,
    ERIN,
    MALLORY,
    TEAMS,
    change,
    comment,
    design,
    review,
    snapshot,
    team,
)

ALL_SIGN = (review(BOB, number=1), review(CAROL, number=2), review(DANA, number=3))
FAULT = Problem(".github/tdd-bot.yml", 7, 1, "reviwers", "unknown key `reviwers`, did you mean `reviewers`?")


def only(seen: Snapshot) -> DocumentDecision:
    """Return the decision on the one document."""
    (document,) = decide(seen).documents
    return document


def judged(seen: Snapshot) -> tuple[Step, Verdict, bool]:
    """Return (step, verdict, whether reviewers are asked)."""
    one = only(seen)
    return one.step, one.verdict, one.asks


def origins(seen: Snapshot) -> dict[str, frozenset[Origin]]:
    """Return the seats with their origins."""
    return {state.seat.label: state.seat.origins for state in only(seen).seats}


# --- the file itself -------------------------------------------------------------------------------


def test_an_invalid_configuration_is_an_error_whatever_else_there_is() -> None:
    decision = decide(snapshot(change(design("Approved")), reviews=ALL_SIGN, configuration_problems=(FAULT,)))

    assert (decision.verdict, decision.documents) == (Verdict.ERROR, ())
    assert decision.problem == (
        "`.github/tdd-bot.yml` line 7: unknown key `reviwers`, did you mean `reviewers`?"
    )


@pytest.mark.parametrize(
    ("proposal", "verdict"),
    [
        (Proposal("x.yml", Configuration(), alone=True), Verdict.PASS),
        (Proposal("x.yml", Configuration(), alone=False), Verdict.ERROR),
        (Proposal("x.yml", None, (FAULT,), alone=True), Verdict.ERROR),
        (None, Verdict.ERROR),
    ],
)
def test_an_invalid_configuration_lets_only_its_repair_pass(
    proposal: Proposal | None, verdict: Verdict
) -> None:
    assert decide(snapshot(configuration_problems=(FAULT,), proposal=proposal)).verdict is verdict


def test_a_proposal_that_is_invalid_blocks_its_author() -> None:
    seen = snapshot(proposal=Proposal("x.yml", None, (FAULT,)))

    assert decide(seen).verdict is Verdict.BLOCKED


def test_a_valid_proposal_changes_nothing_for_the_designs_beside_it() -> None:
    proposal = Proposal("x.yml", Configuration(land=("Draft",)))

    assert decide(snapshot(change(design("Draft")), proposal=proposal)).verdict is Verdict.WAITING


# --- seats -----------------------------------------------------------------------------------------


def test_configured_reviewers_have_seats_that_no_header_can_drop() -> None:
    configuration = Configuration(reviewers=("security-team", "eng-lead"))
    seen = snapshot(
        change(design("Approved", "@eng-lead")), configuration=configuration, reviews=(review(BOB),)
    )

    assert origins(seen) == {
        "acme/eng-lead": frozenset({Origin.HEAD, Origin.CONFIGURATION}),
        "acme/security-team": frozenset({Origin.CONFIGURATION}),
    }
    assert judged(seen)[0] is Step.SIGN


def test_a_configured_reviewer_that_is_nobody_keeps_its_seat_open() -> None:
    names = {**TEAMS, "ghosts": Unresolved(Absence.NO_SUCH_NAME)}
    configuration = Configuration(reviewers=("ghosts",))
    seen = snapshot(change(design("Approved")), configuration=configuration, names=names, reviews=ALL_SIGN)

    assert judged(seen)[:2] == (Step.SIGN, Verdict.WAITING)
    [ghosts] = [one.seat for one in only(seen).seats if one.seat.label == "ghosts"]
    assert "the configuration requires it" in ghosts.unverified


def test_a_configured_reviewer_is_not_asked_for_an_approved_design_that_says_the_same() -> None:
    reflowed = design("Approved").replace("is written here.", "is\nwritten here.")
    seen = snapshot(
        change(reflowed, design("Approved")), configuration=Configuration(reviewers=("security-team",))
    )

    assert judged(seen)[:2] == (Step.DONE, Verdict.PASS)


OWNED = Configuration(sections={"4.2": SectionSettings(owners=("infrastructure",))})


def test_the_owner_of_a_new_section_has_a_seat() -> None:
    seen = snapshot(change(design(reviewers="@eng-lead")), configuration=OWNED)

    assert origins(seen)["acme/infrastructure"] == frozenset({Origin.OWNER})


@pytest.mark.parametrize(("number", "asked"), [("4.2", True), ("1", False)])
def test_an_owner_has_a_seat_only_where_the_section_changes(number: str, asked: bool) -> None:
    head = design(reviewers="@eng-lead", bodies={number: "Something else."})
    seen = snapshot(change(head, design(reviewers="@eng-lead")), configuration=OWNED)

    assert ("acme/infrastructure" in origins(seen)) is asked


def test_taking_an_owned_section_out_is_a_change_of_it() -> None:
    head = design("Draft", "@eng-lead", without=("4.2",))
    seen = snapshot(change(head, design("Draft", "@eng-lead")), configuration=OWNED)

    assert "acme/infrastructure" in origins(seen)


def test_a_section_can_be_named_by_its_title() -> None:
    configuration = Configuration(
        sections={"security and privacy": SectionSettings(owners=("infrastructure",))}
    )

    assert "acme/infrastructure" in origins(
        snapshot(change(design(reviewers="@eng-lead")), configuration=configuration)
    )


def two(members: Team) -> Snapshot:
    """Return a design whose one team has to sign twice."""
    return snapshot(
        change(design("Approved", "@eng-lead")),
        configuration=Configuration(approvals=2),
        names={"eng-lead": members},
    )


def test_a_team_signs_as_often_as_configured() -> None:
    seen = two(team(11, "eng-lead", BOB, CAROL))

    for reviews, step in [((), Step.SIGN), (ALL_SIGN[:1], Step.SIGN), (ALL_SIGN[:2], Step.DONE)]:
        assert judged(snapshot_with(seen, reviews))[0] is step


def snapshot_with(seen: Snapshot, reviews: object) -> Snapshot:
    """Return the snapshot with other reviews."""
    return snapshot(*seen.changes, configuration=seen.configuration, names=seen.names, reviews=reviews)


def test_a_team_too_small_to_sign_so_often_is_a_fault() -> None:
    one = only(two(team(11, "eng-lead", BOB)))

    assert (one.step, [finding.rule for finding in one.findings]) == (Step.MEND, ["TDD404"])


def test_a_person_signs_once_however_often_a_team_has_to() -> None:
    seen = snapshot(
        change(design("Approved", "@bob")),
        configuration=Configuration(approvals=2),
        names={"bob": User(BOB)},
        reviews=(review(BOB),),
    )

    assert judged(seen)[0] is Step.DONE


@pytest.mark.parametrize(("people", "step"), [((ERIN,), Step.SIGN), ((ERIN, BOB), Step.DONE)])
def test_minimum_says_how_many_writers_approve_where_nobody_is_named(
    people: tuple[Person, ...], step: Step
) -> None:
    reviews = tuple(review(one, number=number) for number, one in enumerate(people))
    seen = snapshot(
        change(design("Approved", "nobody yet")),
        names={"nobody yet": Unresolved(Absence.NO_SUCH_NAME)},
        configuration=Configuration(minimum=2, rules={"TDD401": Severity.OFF}),
        reviews=reviews,
    )

    assert judged(seen)[0] is step


BOTH = {"eng-lead": team(11, "eng-lead", BOB, CAROL), "security-team": team(12, "security-team", BOB)}


@pytest.mark.parametrize(
    ("people", "distinct", "step"),
    [
        ((BOB,), False, Step.DONE),
        ((BOB,), True, Step.SIGN),
        ((BOB, CAROL), True, Step.DONE),
        ((CAROL, BOB), True, Step.DONE),
        ((CAROL,), True, Step.SIGN),
    ],
)
def test_distinct_takes_a_person_of_its_own_for_every_seat(
    people: tuple[Person, ...],
    distinct: bool,
    step: Step,
) -> None:
    reviews = tuple(review(one, number=number) for number, one in enumerate(people))
    seen = snapshot(
        change(design("Approved", "@eng-lead, @security-team")),
        names=BOTH,
        configuration=Configuration(distinct=distinct),
        reviews=reviews,
    )

    assert judged(seen)[0] is step


def test_without_comment_approvals_a_comment_signs_nothing() -> None:
    said = (comment(BOB, "/tdd approve"),)
    text = change(design("Approved", "@eng-lead"))

    assert judged(snapshot(text, comments=said))[0] is Step.DONE
    assert (
        judged(snapshot(text, comments=said, configuration=Configuration(comment_approvals=False)))[0]
        is Step.SIGN
    )


# --- the way of a document -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "land", "step"),
    [
        ("Draft", ("Draft", "Approved"), Step.DONE),
        ("Draft", ("Approved",), Step.WRITE),
        ("In-Review", ("In-Review",), Step.DONE),
        ("In-Review", ("Approved",), Step.FINALIZE),
        ("Approved", ("In-Review",), Step.HELD),
        ("Approved", ("Approved",), Step.DONE),
    ],
)
def test_land_says_with_which_status_a_signed_document_may_merge(
    status: str, land: tuple[str, ...], step: Step
) -> None:
    seen = snapshot(change(design(status)), configuration=Configuration(land=land), reviews=ALL_SIGN)

    assert judged(seen)[:2] == (step, Verdict.PASS if step is Step.DONE else Verdict.WAITING)


def test_a_status_that_may_land_still_needs_its_signatures() -> None:
    assert (
        judged(snapshot(change(design()), configuration=Configuration(land=("In-Review",))))[0] is Step.SIGN
    )


@pytest.mark.parametrize(
    ("when", "faults", "asks"),
    [
        (AskWhen.COMPLETE, {"bodies": {"4.2": "TBD"}}, False),
        (AskWhen.COMPLETE, {}, True),
        (AskWhen.NO_MISSING, {"bodies": {"4.2": "TBD"}}, True),
        (AskWhen.NO_MISSING, {"without": ("4.2",)}, False),
        (AskWhen.ALWAYS, {"without": ("4.2",)}, True),
    ],
)
def test_ask_when_says_how_much_must_be_there_to_ask(
    when: AskWhen, faults: dict[str, object], asks: bool
) -> None:
    text = design(**faults)  # type: ignore[arg-type] # a row of the table names the builder's own arguments

    assert judged(snapshot(change(text), configuration=Configuration(ask_when=when)))[2] is asks


@pytest.mark.parametrize(
    ("severity", "step"),
    [
        (Severity.OFF, Step.SIGN),
        (Severity.NOTE, Step.SIGN),
        (Severity.WARNING, Step.SIGN),
        (Severity.ERROR, Step.MEND),
    ],
)
def test_a_rule_weighs_what_the_configuration_says(severity: Severity, step: Step) -> None:
    text = design(bodies={"4.2": "TBD"})
    configuration = Configuration(rules={"TDD204": severity})
    one = only(snapshot(change(text), configuration=configuration))

    assert one.step is step
    assert [finding.severity for finding in one.findings if finding.rule == "TDD204"] == (
        [severity] if severity else []
    )


@pytest.mark.parametrize(
    ("settings", "step"),
    [
        (SectionSettings(required=False), Step.SIGN),
        (SectionSettings(aliases=("Fortress",)), Step.SIGN),
        (SectionSettings(), Step.MEND),
    ],
)
def test_a_section_is_required_and_found_as_configured(settings: SectionSettings, step: Step) -> None:
    text = design().replace("4.2 Security & Privacy", "4.2 Fortress")
    assert "Fortress" in text

    assert judged(snapshot(change(text), configuration=Configuration(sections={"4.2": settings})))[0] is step


def test_the_pull_requests_author_holds_no_configured_seat() -> None:
    seen = snapshot(
        change(design("Approved", "@eng-lead")),
        configuration=Configuration(reviewers=("alice",)),
        names={**TEAMS, "alice": User(ALICE)},
        reviews=(review(BOB), review(MALLORY, number=2)),
    )

    assert judged(seen)[:2] == (Step.MEND, Verdict.BLOCKED)


# --- what is written -------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [design("Approved"), design(), design("Accepted!"), design("Draft")])
def test_advice_says_the_same_and_never_blocks(text: str) -> None:
    seen = snapshot(change(text))
    advised = snapshot(change(text), configuration=Configuration(mode=Mode.ADVISE))

    enforced, check = render_check(seen, decide(seen)), render_check(advised, decide(advised))

    assert (check.title, check.text, check.annotations) == (
        enforced.title,
        enforced.text,
        enforced.annotations,
    )
    assert check.conclusion is Conclusion.NEUTRAL
    assert check.summary.startswith("Advice only (`mode: advise`), nothing is blocked.")


def test_advice_asks_and_comments_as_ever() -> None:
    advised = snapshot(change(design()), configuration=Configuration(mode=Mode.ADVISE))

    kinds = [type(one).__name__ for one in plan(advised, decide(advised))]

    assert kinds == ["RequestReviews", "WriteComment", "WriteCheck"]


def test_switched_off_nothing_is_written() -> None:
    off = Configuration(mode=Mode.OFF)
    seen = snapshot(change(design()), configuration=off, comments=(comment(BOB, "/tdd approve"),))

    assert plan(seen, decide(seen)) == ()


def checks(seen: Snapshot) -> list[WriteCheck]:
    """Return the checks that are to be written."""
    return [one for one in plan(seen, decide(seen)) if isinstance(one, WriteCheck)]


def test_a_quiet_repository_has_checks_only_where_there_is_something_to_say() -> None:
    quiet = Configuration(quiet=True)
    present = CheckRun(1, completed=True, conclusion=Conclusion.FAILURE, external_id="7:x")

    assert checks(snapshot(configuration=quiet)) == []
    assert checks(snapshot())
    assert checks(snapshot(change(design()), configuration=quiet))
    assert checks(snapshot(configuration=quiet, proposal=Proposal("x.yml", quiet)))
    assert checks(snapshot(configuration=quiet, check=present))


def test_an_invalid_configuration_is_told_with_the_way_out() -> None:
    second = Problem(FAULT.path, 9, 1, "mode", "`mode` is `on`; it can be `enforce`, `advise` or `off`")
    seen = snapshot(configuration_problems=(FAULT, second))

    check = render_check(seen, decide(seen))

    assert check.conclusion is Conclusion.ACTION_REQUIRED
    assert check.title == "`.github/tdd-bot.yml` line 7: unknown key `reviwers`, did you mean `reviewers`?"
    assert "**Next, administrator:** mend it on `main`; until then no design can pass." in check.summary
    assert "line 9: `mode` is `on`" in check.summary


@pytest.mark.parametrize("opinions", [(), (review(BOB, Opinion.CHANGES_REQUESTED),)])
def test_where_a_comment_does_not_sign_nobody_is_told_that_it_does(opinions: tuple[Review, ...]) -> None:
    by_review = Configuration(comment_approvals=False)

    def said(configuration: Configuration) -> str:
        seen = snapshot(change(design()), configuration=configuration, reviews=opinions)
        return render_comment(seen, decide(seen)) or ""

    assert "/tdd approve" in said(Configuration())
    assert "/tdd approve" not in said(by_review)
    assert "**Next, " in said(by_review)


def test_nobody_is_told_to_sign_who_cannot() -> None:
    names = {**TEAMS, "security-team": team(12, "security-team", ALICE), "infrastructure": Unverified("no")}
    seen = snapshot(change(None, design("Approved")), names=names)

    said = render_comment(seen, decide(seen)) or ""
    assert "**Next, acme/eng-lead:** approve" in said
    assert "nobody can sign it: everybody in it opened, wrote or pushed this design" in said
    assert "infrastructure could not be verified, so that nobody can sign for it yet" in said


def test_a_repositorys_fault_is_commented_only_where_a_comment_is() -> None:
    seen = snapshot(configuration_problems=(FAULT,))
    had = snapshot(configuration_problems=(FAULT,), comments=(comment(BOT, "<!-- tdd-bot:checklist -->"),))

    assert render_comment(seen, decide(seen)) is None
    assert "did you mean `reviewers`?" in str(render_comment(had, decide(had)))


def test_an_invalid_configuration_does_not_make_the_documents_forgotten() -> None:
    memory = Memory(paths=("docs/tdd/0007-price-cache.md",))
    seen = snapshot(configuration_problems=(FAULT,), memory=memory)

    assert [type(one) for one in plan(seen, decide(seen))] == [WriteCheck]


def test_an_invalid_proposal_is_told_on_its_lines() -> None:
    shared = Problem("acme/.github: .github/tdd-bot.yml", 3, 1, "x", "unknown key `x`")
    seen = snapshot(proposal=Proposal(FAULT.path, None, (FAULT, shared)))

    check = render_check(seen, decide(seen))

    assert (check.conclusion, check.title) == (Conclusion.FAILURE, str(FAULT))
    assert [(one.path, one.start_line, one.severity) for one in check.annotations] == [
        (FAULT.path, 7, Severity.ERROR)
    ]
    assert "merged, it would let no design pass" in check.summary
    assert [type(one) for one in plan(seen, decide(seen))] == [WriteCheck, WriteComment]


def test_a_valid_proposal_is_told_key_by_key_without_a_comment() -> None:
    now = Configuration(reviewers=("eng-lead",), given=frozenset({"reviewers"}))
    then = Configuration(
        mode=Mode.ADVISE, paths=("x|@all/*.md",), rules={"TDD204": Severity.OFF}, given=frozenset({"paths"})
    )
    seen = snapshot(configuration=now, proposal=Proposal(FAULT.path, then, alone=True))

    check = render_check(seen, decide(seen))

    assert (check.conclusion, check.title) == (Conclusion.SUCCESS, "The configuration is valid")
    assert "| `mode` | enforce | advise |" in check.summary
    assert "| `paths` | the built-in ones | `x\\|@\u200ball/*.md` |" in check.summary
    assert "| `reviewers` | `eng-lead` | – |" in check.summary
    assert "| `rules` | – | `TDD204: off` |" in check.summary
    assert render_comment(seen, decide(seen)) is None


def test_the_table_of_seats_says_where_a_seat_comes_from_and_how_many_are_open() -> None:
    seen = snapshot(
        change(design("Approved", "@eng-lead")),
        configuration=Configuration(approvals=2, reviewers=("eng-lead",)),
        names={"eng-lead": team(11, "eng-lead", BOB, CAROL)},
        reviews=(review(BOB),),
    )

    body = str(render_comment(seen, decide(seen)))

    assert "| acme/eng-lead | header, configuration | signed by" in body
    assert "1 of 2 approvals" in body


def test_what_is_signed_and_may_not_land_says_what_may() -> None:
    seen = snapshot(
        change(design("Approved")), configuration=Configuration(land=("In-Review",)), reviews=ALL_SIGN
    )

    assert "set Status to In-Review; the signatures stand." in str(render_comment(seen, decide(seen)))
