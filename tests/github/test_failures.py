"""Every refusal of GitHub becomes the error that the engine has to know."""

import json
from datetime import timedelta

import pytest

from bot.github.failures import LONGEST_PAUSE, PAUSE, Fault, LockedError, RefusedError, failure_of, faults_of
from bot.ports import (
    CredentialsError,
    DeniedError,
    GoneError,
    LimitedError,
    OutsideError,
    UnavailableError,
)
from tests.github.fakes import NOW


def body(message: str, **more: object) -> bytes:
    return json.dumps({"message": message, "documentation_url": "https://docs.github.com", **more}).encode()


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408, 409, 423])
def test_an_outage_is_tried_again(status: int) -> None:
    failure = failure_of(status, {}, b"<html>Unicorn!</html>", NOW)
    assert isinstance(failure, UnavailableError)
    assert failure.retry_after is None


def test_retry_after_is_obeyed() -> None:
    for status in (429, 403, 503):
        failure = failure_of(status, {"retry-after": "37"}, body("slow down"), NOW)
        assert isinstance(failure, UnavailableError)
        assert failure.retry_after == timedelta(seconds=37)


def test_a_secondary_limit_without_a_time_waits_a_minute() -> None:
    said = body("You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")
    failure = failure_of(403, {"x-ratelimit-remaining": "4000"}, said, NOW)
    assert isinstance(failure, UnavailableError)
    assert failure.retry_after == PAUSE


@pytest.mark.parametrize("status", [403, 429])
def test_a_primary_limit_waits_until_its_reset(status: int) -> None:
    reset = str(int((NOW + timedelta(minutes=12)).timestamp()))
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}
    failure = failure_of(status, headers, body("API rate limit exceeded"), NOW)
    assert isinstance(failure, UnavailableError)
    assert failure.retry_after == timedelta(minutes=12)


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"retry-after": "0"}, timedelta(seconds=1)),
        ({"retry-after": "999999999"}, LONGEST_PAUSE),
        ({"retry-after": "9" * 40}, PAUSE),
        ({"retry-after": "soon"}, PAUSE),
        ({"retry-after": "-3"}, PAUSE),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "5"}, timedelta(seconds=1)),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "never"}, PAUSE),
    ],
)
def test_a_broken_time_does_not_stop_or_storm(headers: dict[str, str], pause: timedelta) -> None:
    failure = failure_of(429, headers, b"", NOW)
    assert isinstance(failure, UnavailableError)
    assert failure.retry_after == pause


def test_a_missing_permission_names_what_is_needed() -> None:
    headers = {"x-accepted-github-permissions": "checks=write", "x-ratelimit-remaining": "4999"}
    failure = failure_of(403, headers, body("Resource not accessible by integration"), NOW)
    assert isinstance(failure, DeniedError)
    assert failure.needs == "checks=write"
    assert "Resource not accessible by integration" in str(failure)


def test_a_suspended_installation_is_denied_and_says_who_can_resume_it() -> None:
    failure = failure_of(403, {}, body("This installation has been suspended"), NOW)
    assert isinstance(failure, DeniedError)
    assert "suspended" in str(failure)
    assert "owner can resume it" in str(failure)


def test_a_locked_conversation_is_told_apart() -> None:
    failure = failure_of(403, {}, body("Unable to create comment because issue is locked."), NOW)
    assert isinstance(failure, LockedError)


def test_an_app_that_is_blocked_is_not_told_that_the_conversation_is_locked() -> None:
    failure = failure_of(403, {}, body("Repository access blocked"), NOW)
    assert type(failure) is DeniedError


@pytest.mark.parametrize("status", [404, 410, 451])
def test_what_is_not_there_is_gone(status: int) -> None:
    assert isinstance(failure_of(status, {}, body("Not Found"), NOW), GoneError)


def test_a_bad_credential_is_told_apart() -> None:
    assert isinstance(failure_of(401, {}, body("Bad credentials"), NOW), CredentialsError)


def test_a_refusal_keeps_githubs_reasons() -> None:
    said = body(
        "Validation Failed",
        errors=["Body is too long", {"resource": "X", "field": "title", "code": "missing"}],
    )
    failure = failure_of(422, {}, said, NOW)
    assert isinstance(failure, RefusedError)
    assert str(failure) == "Validation Failed Body is too long title missing"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed_but_read_again(status: int) -> None:
    failure = failure_of(status, {"location": "https://evil.example"}, b"", NOW)
    assert isinstance(failure, UnavailableError)
    assert failure.retry_after == timedelta(seconds=1)


def test_any_other_refusal_is_given_up() -> None:
    failure = failure_of(400, {}, body("Problems parsing JSON"), NOW)
    assert type(failure) is OutsideError


@pytest.mark.parametrize(
    "said", [b"", b"\xff", b"[1]", b'"x"', b"null", b'{"message": 3, "errors": 4}', b"{"]
)
def test_an_unreadable_body_does_not_hide_the_status(said: bytes) -> None:
    assert "404" in str(failure_of(404, {}, said, NOW))


def test_a_message_is_short_and_plain() -> None:
    failure = failure_of(404, {}, body("line\nbreak \x1b[31m\u202e" + "x" * 5000), NOW)
    assert len(str(failure)) < 400
    assert "\x1b" not in str(failure)
    assert "\u202e" not in str(failure)
    assert "\n" not in str(failure)


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ({"type": "RATE_LIMITED", "message": "API rate limit exceeded"}, LimitedError),
        ({"message": "You have exceeded a secondary rate limit."}, LimitedError),
        ({"type": "NOT_FOUND", "path": ["repository"], "message": "Could not resolve"}, GoneError),
        ({"type": "FORBIDDEN", "message": "Resource not accessible by integration"}, DeniedError),
        ({"type": "FORBIDDEN", "message": "The conversation is locked"}, LockedError),
        ({"type": "UNPROCESSABLE", "message": "no"}, RefusedError),
        ({"message": "Something went wrong while executing your query"}, UnavailableError),
        ({"message": "Field 'x' doesn't exist", "extensions": {"code": "undefinedField"}}, OutsideError),
        ({}, UnavailableError),
        ("odd", UnavailableError),
        ({"path": "x", "message": ["y"]}, UnavailableError),
    ],
)
def test_a_fault_of_a_query_has_its_kind(entry: object, kind: type[OutsideError]) -> None:
    assert type(Fault.read(entry).failure(None, NOW)) is kind


def test_a_limited_query_waits_until_the_reset() -> None:
    fault = Fault.read({"type": "RATE_LIMITED", "message": "x"})
    failure = fault.failure(NOW + timedelta(minutes=3), NOW)
    assert isinstance(failure, UnavailableError)
    assert failure.retry_after == timedelta(minutes=3)


def test_only_what_may_not_be_seen_is_tolerated_and_only_there() -> None:
    path = ["repository", "pullRequest", "reviewRequests", "nodes", 0, "requestedReviewer"]
    names = frozenset({"requestedReviewer"})
    assert Fault.read({"type": "FORBIDDEN", "path": path}).tolerable(names)
    assert Fault.read({"type": "NOT_FOUND", "path": path}).tolerable(names)
    assert not Fault.read({"type": "FORBIDDEN", "path": path[:3]}).tolerable(names)
    assert not Fault.read({"type": "SERVICE_UNAVAILABLE", "path": path}).tolerable(names)
    assert not Fault.read({"type": "FORBIDDEN"}).tolerable(names)


def test_errors_that_are_no_list_are_none() -> None:
    assert faults_of({"message": "x"}) == []
    assert faults_of(None) == []
