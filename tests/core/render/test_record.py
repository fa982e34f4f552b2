"""What is kept of a decision: true, of bounded size, and without what a page must not tell."""

from dataclasses import replace

from pydantic import TypeAdapter

from bot.core.decide import decide
from bot.core.document.worddiff import Piece, PieceKind
from bot.core.model import (
    Asked,
    CommandSeen,
    CommentKind,
    Dismissal,
    Login,
    Memory,
    Opinion,
    RequestEvent,
    RequestSubject,
    SeatKey,
    Severity,
    Snapshot,
    Step,
    Verdict,
)
from bot.core.render.record import DocumentRecord, EventKind, Move, Record, record_of
from bot.core.render.record.changes import LONGEST_DIFF, abridged
from bot.core.render.record.making import LONGEST_SOURCE, MOST_DOCUMENTS, MOST_FAULTS
from bot.core.render.why import Topic
from tests.builders import (
    ALICE,
    BEFORE,
    BOB,
    CAROL,
    DANA,
    PATH,
    ago,
    change,
    design,
    pull_request,
    review,
    snapshot,
)

SECURITY = SeatKey("team:12")


def _record(given: Snapshot) -> Record:
    return record_of(given, decide(given))


def _document(given: Snapshot) -> DocumentRecord:
    (one,) = _record(given).documents
    return one


def _stale() -> Snapshot:
    old = design(bodies={"4.2": "Keys are kept for a year."})
    new = design(bodies={"4.2": "Keys are kept for a week."})
    return snapshot(
        change(new),
        reviews=(review(DANA, commit=BEFORE), review(BOB, number=2)),
        history={(BEFORE, PATH): change(old).head},
    )


def test_it_says_whose_move_it_is_and_who_is_waited_for() -> None:
    one = _document(snapshot(change(design())))

    assert (one.status, one.step, one.verdict) == ("In-Review", Step.SIGN, Verdict.WAITING)
    assert one.move is Move.REVIEWERS
    assert one.waiting == ("acme/eng-lead", "acme/security-team", "acme/infrastructure")
    assert one.title == "TDD: Price cache"
    assert one.authors == ("Alice Example (@alice)",)


def test_a_draft_is_the_authors_move_and_a_pass_nobodys() -> None:
    signed = tuple(review(who, number=at) for at, who in enumerate((BOB, CAROL, DANA), start=1))

    assert _document(snapshot(change(design("Draft")))).move is Move.AUTHOR
    assert _document(snapshot(change(design("Approved")), reviews=signed)).move is Move.NOBODY


def test_a_stale_signature_shows_what_changed_since_word_by_word() -> None:
    (changed,) = _document(_stale()).changes

    assert (changed.who, changed.commit, changed.section) == ("dana", BEFORE, "4.2 Security & Privacy")
    assert [(piece.kind, piece.text.strip()) for piece in changed.pieces] == [
        (PieceKind.SAME, "Keys are kept for a"),
        (PieceKind.REMOVED, "year"),
        (PieceKind.ADDED, "week"),
        (PieceKind.SAME, "."),
    ]


def test_a_commit_that_is_gone_has_no_difference_to_show() -> None:
    assert _document(replace(_stale(), history={})).changes == ()


def test_a_seats_history_is_what_was_asked_said_and_commanded_in_order() -> None:
    subject = RequestSubject(SECURITY, "acme/security-team")
    command = CommandSeen(
        comment_id=9,
        kind=CommentKind.THREAD,
        line=1,
        name="withdraw",
        argument="",
        actor_id=DANA.id,
        actor=Login("dana"),
        at=ago(minutes=5),
        granted=False,
        ground="no",
    )
    given = snapshot(
        change(design()),
        reviews=(
            review(DANA, Opinion.CHANGES_REQUESTED, minutes=40),
            review(DANA, Opinion.DISMISSED, number=2, minutes=30),
            review(ALICE, number=3, minutes=29),
        ),
        dismissals=(Dismissal(2, Opinion.APPROVED, BOB, by_rule=False, at=ago(minutes=20)),),
        request_events=(
            RequestEvent(ago(minutes=49), own=True, removed=False, subject=subject),
            RequestEvent(ago(minutes=45), own=False, removed=True, subject=subject),
            RequestEvent(ago(minutes=44), own=False, removed=False, subject=subject),
        ),
        memory=Memory(
            asked=(Asked(SECURITY, "acme/security-team", PATH, "d", ago(minutes=50)),), commands=(command,)
        ),
    )

    (seat,) = [one for one in _document(given).seats if one.label == "acme/security-team"]

    assert [(one.kind, one.who, one.detail) for one in seat.history] == [
        (EventKind.ASKED, "", ""),
        (EventKind.TAKEN_BACK, "", ""),
        (EventKind.ASKED, "", "on GitHub, by hand"),
        (EventKind.OBJECTED, "dana", "on bbbbbbb"),
        (EventKind.APPROVED, "dana", "on bbbbbbb"),
        (EventKind.DISMISSED, "dana", "by bob"),
        (EventKind.COMMANDED, "dana", "/tdd withdraw (refused)"),
    ]


def test_a_fault_carries_its_line_and_where_it_is_marked() -> None:
    text = design().replace("**Date:** 2026-11-20", "**Date:** someday")

    fault = next(one for one in _document(snapshot(change(text))).faults if one.rule == "TDD106")

    assert fault.severity is Severity.WARNING
    assert fault.source == "**Date:** someday"
    assert fault.source[fault.before : fault.before + fault.marked] == "someday"


def test_a_mark_far_out_on_a_long_line_is_still_shown() -> None:
    text = design().replace("**Date:** 2026-11-20", f"**Date:** {' ' * 600}someday")

    fault = next(one for one in _document(snapshot(change(text))).faults if one.rule == "TDD106")

    assert len(fault.source) <= LONGEST_SOURCE
    assert fault.source[fault.before : fault.before + fault.marked] == "someday"


def test_members_of_teams_are_not_told() -> None:
    record = _record(_stale())

    assert not record.tree.all(Topic.HOLDERS)
    assert record.tree.all(Topic.SEAT)
    assert "carol" not in TypeAdapter(Record).dump_json(record).decode()


def test_the_files_address_is_on_the_server_of_the_pull_request_and_quoted() -> None:
    path = 'docs/tdd/a "b"#c?.md'
    one = _document(snapshot(change(design(), path=path)))

    assert one.url == f"https://github.example/acme/shop/blob/{'b' * 40}/docs/tdd/a%20%22b%22%23c%3F.md"


def test_it_comes_back_equal_from_json() -> None:
    record = _record(_stale())
    adapter = TypeAdapter(Record)

    assert adapter.validate_json(adapter.dump_json(record)) == record


def test_it_stays_small_whatever_the_documents_are() -> None:
    noise = "TODO " + "x" * 5_000
    sections = "\n\n".join(f"## Heading {number} {'y' * 400}\n\n{noise}" for number in range(30))
    changes = [
        change(design() + sections, path=f"docs/tdd/{number:04}-{'z' * 600}.md") for number in range(40)
    ]
    record = _record(snapshot(*changes, pull_request=pull_request(title="t" * 10_000)))

    assert (len(record.documents), record.more_documents) == (MOST_DOCUMENTS, 20)
    assert len(TypeAdapter(Record).dump_json(record)) < 200_000


def test_faults_that_are_left_out_are_counted() -> None:
    given = snapshot(change(design().replace("2026-11-20", "someday")))
    decision = decide(given)
    (one,) = decision.documents
    many = replace(decision, documents=(replace(one, findings=one.findings * 100),))

    (shown,) = record_of(given, many).documents

    assert len(shown.faults) == MOST_FAULTS
    assert shown.more_faults == 100 * len(one.findings) - MOST_FAULTS


def test_what_stayed_is_cut_away_from_the_changes_and_a_long_diff_ends() -> None:
    same = Piece(PieceKind.SAME, "s" * 1_000)
    added = Piece(PieceKind.ADDED, "a" * 10)

    first, _, middle, _, last = abridged((same, added, same, added, same))

    assert first.text == f"… {'s' * 160}"
    assert middle.text == f"{'s' * 160} … {'s' * 160}"
    assert last.text == f"{'s' * 160} …"
    endless = abridged(tuple(Piece(PieceKind.ADDED, "a" * 1_000) for _ in range(50)))
    assert sum(len(one.text) for one in endless) <= LONGEST_DIFF + 2


def test_a_removed_document_is_known_as_removed() -> None:
    one = _document(snapshot(change(None, design("Approved"))))

    assert (one.removed, one.status, one.url) == (True, "", "")
