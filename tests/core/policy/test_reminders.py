"""Who is reminded, when, how often, and who instead of somebody who is away."""

import datetime as dt
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.advance import advance, facts_of
from bot.core.decide import decide
from bot.core.model import (
    Asked,
    Comment,
    Configuration,
    Memory,
    Mode,
    Receipt,
    Remember,
    Remind,
    Reminders,
    RequestEvent,
    RequestSubject,
    SeatKey,
    Snapshot,
    Withheld,
)
from bot.core.model.snapshot import Creation
from bot.core.plan import plan
from bot.core.policy.reminders import after_working_days, next_nudge, nudges
from tests.builders import BOB, DANA, PATH, change, comment, design, pull_request, review, snapshot, team

TUESDAY = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)
DEFAULTS = Reminders()


def waiting(now: datetime, settings: Reminders | None = DEFAULTS, **changes: object) -> Snapshot:
    """Return a design whose seats were all asked on that Tuesday, looked at later."""
    seen = snapshot(change(design()), now=TUESDAY)
    (document,) = decide(seen).documents
    asked = tuple(
        Asked(state.seat.key, state.seat.label, PATH, document.content, TUESDAY) for state in document.seats
    )
    configuration = Configuration(reminders=settings, **changes)  # type: ignore[arg-type] # as a test says
    return replace(seen, now=now, configuration=configuration, memory=replace(seen.memory, asked=asked))


def reminded(seen: Snapshot) -> list[str]:
    """Return the labels of the seats that are reminded."""
    return [one.state.seat.label for one in nudges(seen, decide(seen))]


def due(seen: Snapshot) -> datetime | None:
    """Return when it is to be looked at again."""
    return next_nudge(seen, decide(seen))


def after(seen: Snapshot, now: datetime) -> Snapshot:
    """Return the pull request once what is due has been written, looked at later."""
    for action in plan(seen, decide(seen)):
        if isinstance(action, Remind):
            seen = advance(seen, action, Receipt())
    return replace(seen, now=now)


@pytest.fixture
def ours() -> Comment:
    return replace(comment(BOB, "x", minutes=1), own=True)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-24", 3, "2026-11-27"),  # Tuesday to Friday
        ("2026-11-26", 3, "2026-12-01"),  # Thursday over the weekend to Tuesday
        ("2026-11-28", 1, "2026-11-30"),  # Saturday to Monday
        ("2026-11-29", 5, "2026-12-04"),
        ("2026-11-24", 0, "2026-11-24"),
    ],
)
def test_working_days_leave_out_weekends(start: str, days: int, end: str) -> None:
    assert after_working_days(datetime.fromisoformat(start), days) == datetime.fromisoformat(end)


def test_nobody_is_reminded_unless_it_is_configured() -> None:
    seen = waiting(TUESDAY + 90 * DAY, None)

    assert (reminded(seen), due(seen)) == ([], None)


def test_open_seats_are_reminded_after_their_days_and_not_before() -> None:
    early = waiting(TUESDAY + 3 * DAY - timedelta(seconds=1))
    assert (reminded(early), due(early)) == ([], TUESDAY + 3 * DAY)

    assert len(reminded(waiting(TUESDAY + 3 * DAY))) == 3


def test_who_has_signed_is_left_alone() -> None:
    seen = waiting(TUESDAY + 3 * DAY)

    assert "acme/eng-lead" not in reminded(replace(seen, reviews=(review(BOB),)))
    assert len(reminded(replace(seen, reviews=(review(BOB),)))) == 2


def test_again_after_more_days_and_then_no_more() -> None:
    seen = waiting(TUESDAY + 3 * DAY, Reminders(after=3, again=5, most=2))
    friday = TUESDAY + 3 * DAY
    seen = after(seen, friday + 7 * DAY - timedelta(seconds=1))
    assert (reminded(seen), due(seen)) == ([], friday + 7 * DAY)

    seen = replace(seen, now=friday + 7 * DAY)
    assert len(reminded(seen)) == 3
    seen = after(seen, friday + 90 * DAY)
    assert (reminded(seen), due(seen)) == ([], None)


def test_new_content_begins_the_count_anew_but_no_sooner_after_the_last_nudge() -> None:
    seen = after(waiting(TUESDAY + 3 * DAY, Reminders(after=3, most=1)), TUESDAY + 4 * DAY)
    assert due(seen) is None

    seen = replace(seen, changes=(change(design(bodies={"1": "Another beginning."})),))

    assert due(seen) == TUESDAY + 8 * DAY  # three working days after Friday
    assert len(reminded(replace(seen, now=TUESDAY + 8 * DAY))) == 3


@pytest.mark.parametrize(
    "seen",
    [
        replace(waiting(TUESDAY + 9 * DAY), changes=(change(design("Draft")),)),
        replace(waiting(TUESDAY + 9 * DAY), pull_request=pull_request(draft=True)),
        replace(waiting(TUESDAY + 9 * DAY), pull_request=pull_request(open=False)),
        waiting(TUESDAY + 9 * DAY, mode=Mode.OFF),
    ],
    ids=["draft", "draft pull request", "closed", "mode off"],
)
def test_it_is_quiet(seen: Snapshot) -> None:
    assert (reminded(seen), due(seen)) == ([], None)


def test_who_is_still_to_be_asked_is_not_reminded() -> None:
    """In a run that may only write the check, say: the request waits for an event, and so does all else."""
    seen = replace(waiting(TUESDAY + 9 * DAY), memory=Memory())

    assert (reminded(seen), due(seen)) == ([], None)


def test_nobody_is_reminded_on_a_weekend() -> None:
    saturday = waiting(TUESDAY + 4 * DAY)

    assert (reminded(saturday), due(saturday)) == ([], TUESDAY + 6 * DAY)


def test_a_request_that_a_person_took_back_is_not_brought_up_again() -> None:
    seen = waiting(TUESDAY + 3 * DAY)
    (document,) = decide(seen).documents
    key = next(one.seat.key for one in document.seats if one.seat.label == "acme/eng-lead")
    removed = RequestEvent(
        TUESDAY + DAY, own=False, removed=True, subject=RequestSubject(key, "acme/eng-lead")
    )

    assert "acme/eng-lead" not in reminded(replace(seen, request_events=(removed,)))


def test_where_everybody_is_away_another_one_is_mentioned() -> None:
    seen = waiting(
        TUESDAY + 3 * DAY,
        Reminders(escalate="acme/architects"),
        away={"bob": dt.date(2026, 12, 24), "carol": dt.date(2026, 11, 27)},
    )
    seen = replace(seen, names={**seen.names, "acme/architects": team(99, "architects", DANA)})
    told = {one.state.seat.label: (one.to, one.away) for one in nudges(seen, decide(seen))}

    assert told["acme/eng-lead"] == ("acme/architects", dt.date(2026, 12, 24))
    # Back today.
    assert told["acme/infrastructure"] == ("acme/infrastructure", None)


def test_the_text_mentions_only_what_was_verified() -> None:
    seen = waiting(
        TUESDAY + 3 * DAY, Reminders(escalate="acme/nobody", most=1), away={"bob": dt.date(2026, 12, 24)}
    )
    (said,) = [one for one in plan(seen, decide(seen)) if isinstance(one, Remind)]

    assert "- acme/eng-lead, asked on 2026-11-24, is away until 2026-12-24\n" in said.body
    assert "- @acme/security-team, asked on 2026-11-24" in said.body
    assert "nobody" not in said.body


@pytest.mark.parametrize("by_comment", [True, False])
def test_the_text_says_how_it_is_signed_here(by_comment: bool) -> None:
    seen = waiting(TUESDAY + 3 * DAY, comment_approvals=by_comment)

    (said,) = [one.body for one in plan(seen, decide(seen)) if isinstance(one, Remind)]
    assert ("`/tdd approve`" in said) is by_comment
    assert "Approve in a review" in said


def test_the_last_reminder_names_who_is_to_know() -> None:
    seen = waiting(TUESDAY + 3 * DAY, Reminders(escalate="acme/architects", most=1))
    seen = replace(seen, names={**seen.names, "acme/architects": team(99, "architects", DANA)})
    (said,) = [one for one in plan(seen, decide(seen)) if isinstance(one, Remind)]

    assert said.body.endswith("@acme/architects: this is the last reminder, and it is still open.")


def test_one_comment_for_all_seats_and_after_it_nothing() -> None:
    seen = waiting(TUESDAY + 3 * DAY)
    (said,) = [one for one in plan(seen, decide(seen)) if isinstance(one, Remind)]

    assert len(said.reminded) == 3
    later = advance(seen, said, Receipt())
    assert not any(isinstance(one, Remind) for one in plan(later, decide(later)))


def test_a_reminder_whose_answer_was_lost_is_not_sent_twice(ours: Comment) -> None:
    seen = waiting(TUESDAY + 3 * DAY)
    (said,) = [one for one in plan(seen, decide(seen)) if isinstance(one, Remind)]
    seen = replace(seen, comments=(replace(ours, body=said.body),))

    actions = plan(seen, decide(seen))

    assert not any(isinstance(one, Remind) for one in actions)
    facts = [fact for one in actions if isinstance(one, Remember) for fact in facts_of(seen, one, Receipt())]
    assert set(said.reminded) <= set(facts)


def test_a_run_that_may_say_nothing_new_neither_reminds_nor_says_that_it_would() -> None:
    seen = waiting(TUESDAY + 3 * DAY)
    held = replace(seen, withheld=Withheld(frozenset({Creation.REMINDER}), until_event=True))

    assert not any(isinstance(one, Remind) for one in plan(held, decide(held)))
    assert "reminders" not in str(plan(held, decide(held)))


def test_a_seat_that_was_never_resolved_is_not_reminded() -> None:
    seen = waiting(TUESDAY + 3 * DAY)
    gone = replace(seen, names={key: one for key, one in seen.names.items() if key != "eng-lead"})

    assert SeatKey("team:1") not in [one.state.seat.key for one in nudges(gone, decide(gone))]
    assert len(reminded(gone)) < 3
