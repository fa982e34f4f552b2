"""Whom to remind, and when: a seat that stays open is asked once more, a few times at most.

Days are working days, Monday to Friday in UTC; holidays are not known here. A nudge belongs to the content
that the seat is to sign: other content begins the count anew, though no sooner after the last nudge.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot.core.model import (
    Decision,
    DocumentDecision,
    Mode,
    Reminded,
    Reminders,
    SeatState,
    Snapshot,
    Step,
    Team,
    User,
)
from bot.core.policy.kinds import view_of
from bot.core.policy.requests import taken_back

_FRIDAY: Final = 4
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Nudge:
    """A seat that is to be reminded now."""

    document: DocumentDecision
    state: SeatState
    number: int
    """From 1."""
    asked: datetime
    to: str
    """Who is mentioned: ``org/team`` or login; empty where there is nobody to mention."""
    away: date | None
    """The first day back, where everybody who could sign is away and another one is mentioned."""
    told: str
    """Who is told that it is the last one; empty: nobody, or it is not."""
    by_comment: bool
    """A comment signs the document as well as a review does."""

    def fact(self, now: datetime) -> Reminded:
        """Return what is to be remembered of it."""
        return Reminded(self.state.seat.key, self.document.path, self.document.content, self.number, now)


def after_working_days(start: datetime, days: int) -> datetime:
    """Return the same time of day so many working days later."""
    moment = start
    while days:
        moment += _DAY
        days -= _is_working_day(moment)
    return moment


def nudges(snapshot: Snapshot, decision: Decision) -> tuple[Nudge, ...]:
    """Return the seats to remind now; none on a day on which nobody works."""
    if not _is_working_day(snapshot.now):
        return ()
    return tuple(nudge for nudge, due in _standing(snapshot, decision) if due <= snapshot.now)


def next_nudge(snapshot: Snapshot, decision: Decision) -> datetime | None:
    """Return when a seat is to be reminded next, if nothing happens before; None: never."""
    times = [due for _, due in _standing(snapshot, decision)]
    soonest = max(min(times), snapshot.now) if times else None
    # It was due, and today nobody works.
    while soonest is not None and not _is_working_day(soonest):
        soonest += _DAY
    return soonest


def _is_working_day(moment: datetime) -> bool:
    return moment.weekday() <= _FRIDAY


def _standing(snapshot: Snapshot, decision: Decision) -> Iterator[tuple[Nudge, datetime]]:
    """Yield for each seat that waits its next nudge, and when that is due."""
    pull = snapshot.pull_request
    if pull.draft or not pull.open or snapshot.muted:
        return
    for document in decision.documents:
        view = view_of(snapshot, document.path)
        settings = view.configuration.reminders
        if settings is None or view.configuration.mode is Mode.OFF or document.step is not Step.SIGN:
            continue
        for state in document.seats:
            # One that is still to be asked has not been asked: where that is held back, nobody is reminded.
            if state.asked_at is not None and not state.ask and _waits(view, state):
                yield from _next(view, settings, document, state, state.asked_at)


def _waits(snapshot: Snapshot, state: SeatState) -> bool:
    answered = state.is_signed or state.objections or state.seat.anyone
    reachable = state.seat.fillable and not state.seat.unverified and not state.refusal
    return not answered and reachable and not taken_back(snapshot, state)


def _next(
    snapshot: Snapshot, settings: Reminders, document: DocumentDecision, state: SeatState, asked: datetime
) -> Iterator[tuple[Nudge, datetime]]:
    known = [
        one for one in snapshot.memory.reminded if one.seat == state.seat.key and one.path == document.path
    ]
    number = sum(one.content == document.content for one in known) + 1
    if number > settings.most:
        return
    begin = max([asked, *(one.at for one in known)])
    due = after_working_days(begin, settings.again if number > 1 else settings.after)
    to, away = _addressee(snapshot, settings, state)
    told = _resolved_label(snapshot, settings.escalate) if number == settings.most else ""
    by_comment = snapshot.configuration.comment_approvals
    yield Nudge(document, state, number, asked, to, away, told, by_comment), due


def _addressee(snapshot: Snapshot, settings: Reminders, state: SeatState) -> tuple[str, date | None]:
    """Return who is mentioned; where everybody who could sign is away, who stands in, and until when."""
    today = snapshot.now.date()
    back = [_back(snapshot, login) for login in state.seat.eligible.values()]
    if not back or any(day is None or day <= today for day in back):
        return state.seat.label, None
    return _resolved_label(snapshot, settings.escalate), min(_given(back))


def _resolved_label(snapshot: Snapshot, name: str | None) -> str:
    """Return how a configured name is mentioned; empty where it was not verified to be a team or person."""
    match snapshot.names.get((name or "").casefold()):
        case Team(label=label):
            return label
        case User(person):
            return str(person.login)
        case _:
            return ""


def _back(snapshot: Snapshot, login: str) -> date | None:
    return snapshot.configuration.away.get(login.casefold())


def _given(days: Iterable[date | None]) -> Iterator[date]:
    return (one for one in days if one is not None)
