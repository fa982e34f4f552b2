"""The one place that says what a failed run leads to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.engine.aside import OverdueError
from bot.engine.guard import OvertakenError
from bot.ports import (
    CredentialsError,
    DeniedError,
    GoneError,
    ReadOnlyError,
    SuspendedError,
    UnavailableError,
)

TRIES: Final = 5
"""Attempts at a job that fails for no reason known, before it is given up."""
PATIENCE: Final = 900
"""Attempts while GitHub or the database does not answer: three days at the longest wait."""
_FIRST_WAIT: Final = timedelta(seconds=2)
_LONGEST_STEP: Final = timedelta(minutes=5)
"""Of waits that we choose ourselves: after an outage of hours nobody waits longer for it to be noticed."""
LONGEST_WAIT: Final = timedelta(hours=2)
"""GitHub's own limits begin anew every hour; a longer wait is a mistake on the way."""
_REASON_CAP: Final = 500
"""Characters."""
_SPREAD: Final = 0.2
"""The share by which a wait may grow, so that jobs that failed together do not come back together."""


_SENTENCE_CAP: Final = 200
"""Characters of what GitHub said, in a sentence for people."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Run again, not before a time."""

    at: datetime
    asked: bool
    """GitHub named the time: nothing that happens meanwhile may cut it short."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Keep it as a dead letter: trying again by itself would not help."""

    reason: str


@dataclass(frozen=True, slots=True)
class Park:
    """Keep it until an event says that the installation may be asked again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Forget it: what it was about is gone, or somebody else does it."""

    reason: str


def reason_of(error: Exception) -> str:
    """Return what an error says, for the log and for dead letters; cut, as no sentence is that long."""
    return f"{type(error).__name__}: {error}"[:_REASON_CAP]


def sentence(error: Exception) -> str:
    """Say for people why a pull request could not be judged; of our own mistakes no details."""
    match error:
        case DeniedError(needs=needs) if needs:
            return f"This app lacks the permission {needs}: an owner has to grant it in its settings."
        case DeniedError():
            return f"GitHub does not let this app do its work: {str(error)[:_SENTENCE_CAP]}"
        case UnavailableError():
            return "GitHub does not answer as it should; it is asked again until it does."
        case OverdueError():
            return "Its documents take too long to judge: make them shorter, or less deeply nested."
        case _:
            return "Something went wrong in this app; its operators see it among the jobs given up."


def classify(
    error: Exception, attempt: int, now: datetime, spread: float = 0.0
) -> Retry | GiveUp | Park | Drop:
    """Say what follows from a failure.

    Args:
        error: What the run raised.
        attempt: Which attempt it was, from 1.
        now: When it failed.
        spread: Between 0 and 1, drawn by the caller.
    """
    reason = reason_of(error)
    match error:
        case GoneError() | OvertakenError() | ReadOnlyError():
            return Drop(reason)
        case SuspendedError():
            return Park(reason)
        case DeniedError() | CredentialsError():
            # Only a person can mend these; a replay comes after that.
            return GiveUp(reason)
        case _ if attempt >= (PATIENCE if isinstance(error, UnavailableError) else TRIES):
            return GiveUp(f"{reason} ({attempt} attempts)")
        case UnavailableError(retry_after=timedelta() as asked):
            # The spread only adds: GitHub is never asked before the time that it named.
            return Retry(
                now + max(timedelta(0), min(asked, LONGEST_WAIT)) * (1 + _SPREAD * spread), asked=True
            )
        case _:
            wait = _LONGEST_STEP if attempt > TRIES else _FIRST_WAIT * 3 ** (attempt - 1)
            return Retry(now + wait * (1 + _SPREAD * spread), asked=False)
