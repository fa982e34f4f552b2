"""What a failed run leads to."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.aside import OverdueError
from bot.engine.failures import PATIENCE, TRIES, Drop, GiveUp, Park, Retry, classify, sentence
from bot.engine.guard import OvertakenError
from bot.ports import (
    CredentialsError,
    DeniedError,
    GoneError,
    LimitedError,
    ReadOnlyError,
    StoreUnavailableError,
    SuspendedError,
    UnavailableError,
)

NOW = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 2), (2, 6), (3, 18), (4, 54)])
def test_each_wait_is_three_times_the_one_before(attempt: int, seconds: int) -> None:
    expected = Retry(NOW + timedelta(seconds=seconds), asked=False)

    assert classify(UnavailableError("busy"), attempt, NOW) == expected
    assert classify(StoreUnavailableError("locked"), attempt, NOW) == expected
    assert classify(RuntimeError("a mistake of ours"), attempt, NOW) == expected


def test_the_time_that_github_asked_for_is_kept() -> None:
    error = UnavailableError("slow down", timedelta(seconds=61))

    assert classify(error, 3, NOW) == Retry(NOW + timedelta(seconds=61), asked=True)


def test_an_absurd_time_is_not_waited_for() -> None:
    error = UnavailableError("slow down", timedelta(days=400))

    assert classify(error, 1, NOW) == Retry(NOW + timedelta(hours=2), asked=True)


def test_jobs_that_failed_together_come_back_apart_but_never_early() -> None:
    assert classify(UnavailableError("busy"), 1, NOW, spread=1.0) == Retry(
        NOW + timedelta(seconds=2.4), asked=False
    )
    assert classify(UnavailableError("busy", timedelta(seconds=10)), 1, NOW, spread=0.5) == Retry(
        NOW + timedelta(seconds=11), asked=True
    )


def test_the_last_attempt_is_given_up_with_its_reason() -> None:
    assert classify(RuntimeError("a mistake of ours"), TRIES, NOW) == GiveUp(
        "RuntimeError: a mistake of ours (5 attempts)"
    )


@pytest.mark.parametrize("attempt", [TRIES + 1, 100, PATIENCE - 1])
def test_an_outage_is_waited_out_for_days(attempt: int) -> None:
    assert classify(UnavailableError("busy"), attempt, NOW) == Retry(NOW + timedelta(minutes=5), asked=False)


def test_even_patience_ends() -> None:
    assert classify(UnavailableError("busy"), PATIENCE, NOW) == GiveUp(
        "UnavailableError: busy (900 attempts)"
    )


@pytest.mark.parametrize("error", [DeniedError("no checks", "checks=write"), CredentialsError("bad key")])
def test_what_only_a_person_can_mend_is_given_up_at_once(error: Exception) -> None:
    assert classify(error, 1, NOW) == GiveUp(f"{type(error).__name__}: {error}")


def test_a_time_that_has_passed_is_now() -> None:
    assert classify(UnavailableError("busy", timedelta(seconds=-5)), 1, NOW) == Retry(NOW, asked=True)


def test_what_a_newer_run_does_is_dropped() -> None:
    assert classify(OvertakenError("a newer run"), 1, NOW) == Drop("OvertakenError: a newer run")


@pytest.mark.parametrize("attempt", [1, TRIES])
def test_what_is_gone_is_dropped(attempt: int) -> None:
    assert classify(GoneError("no such repository"), attempt, NOW) == Drop("GoneError: no such repository")


@pytest.mark.parametrize("attempt", [1, TRIES])
def test_what_waits_for_an_owner_is_parked(attempt: int) -> None:
    assert classify(SuspendedError("suspended"), attempt, NOW) == Park("SuspendedError: suspended")


def test_an_archived_repository_needs_nothing() -> None:
    assert classify(ReadOnlyError("archived"), 1, NOW) == Drop("ReadOnlyError: archived")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (DeniedError("no", "checks=write"), "This app lacks the permission checks=write: an owner has to"),
        (DeniedError("Not for you"), "GitHub does not let this app do its work: Not for you"),
        (UnavailableError("502 from 10.0.0.1"), "GitHub does not answer as it should; it is asked again"),
        (LimitedError("slow down"), "GitHub does not answer as it should; it is asked again"),
        (OverdueError("over 60 seconds"), "Its documents take too long to judge: make them shorter"),
        (KeyError("/srv/secret"), "Something went wrong in this app; its operators see it"),
    ],
)
def test_people_are_told_in_one_sentence_and_no_detail_of_ours(error: Exception, said: str) -> None:
    assert sentence(error).startswith(said)
