"""What is sealed opens unchanged, here, for its purpose, for a while."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.web.pages.session import LONGEST, Sealed

OLD, NEW = "an-old-secret-of-thirty-two-signs", "a-new-secret-of-thirty-two-signs!"
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Value:
    """Something to seal."""

    name: str


class Clock:
    """A clock that a test moves."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def _sealed(*secrets: str, purpose: str = "session", clock: Clock | None = None) -> Sealed[Value]:
    return Sealed(secrets or (OLD,), purpose, Value, HOUR, clock or Clock())


def test_a_value_comes_back() -> None:
    sealed = _sealed()

    assert sealed.open(sealed.seal(Value("bob"))) == Value("bob")


def test_two_seals_of_one_value_differ_and_show_nothing_of_it() -> None:
    sealed = _sealed()
    first, second = sealed.seal(Value("bob")), sealed.seal(Value("bob"))

    assert first != second
    assert "bob" not in first


def test_an_old_secret_is_read_and_the_new_one_is_written() -> None:
    text = _sealed(OLD).seal(Value("bob"))
    both = _sealed(NEW, OLD)

    assert both.open(text) == Value("bob")
    assert _sealed(NEW).open(both.seal(Value("bob"))) == Value("bob")
    assert _sealed(NEW).open(text) is None


def test_what_is_sealed_for_one_purpose_opens_for_no_other() -> None:
    text = _sealed(purpose="signing in").seal(Value("bob"))

    assert _sealed(purpose="session").open(text) is None


def test_it_opens_until_its_time_is_over() -> None:
    clock = Clock()
    sealed = _sealed(clock=clock)
    text = sealed.seal(Value("bob"))
    clock.now += HOUR.total_seconds()
    assert sealed.open(text) == Value("bob")
    assert sealed.age(text) == HOUR
    clock.now += 1
    assert sealed.open(text) is None


@pytest.mark.parametrize("text", ["", "x", "é", "A" * (LONGEST + 1), "gAAAAA=="])
def test_anything_else_opens_to_nothing(text: str) -> None:
    assert _sealed().open(text) is None


def test_a_value_of_another_shape_opens_to_nothing() -> None:
    other: Sealed[int] = Sealed((OLD,), "session", int, HOUR, Clock())

    assert _sealed().open(other.seal(3)) is None
