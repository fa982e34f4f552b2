"""An installation is scarce from the answer that says so until its limit begins anew."""

from dataclasses import dataclass, field

import pytest

from bot.engine.thrift import Thrift
from bot.ports import Allowance, Call, Way

NOW = 1_800_000_000.0


@dataclass
class Heard:
    """Whoever counts the requests."""

    calls: list[Call] = field(default_factory=list)

    def call(self, call: Call) -> None:
        self.calls.append(call)


class Clock:
    now = NOW

    def __call__(self) -> float:
        return self.now


def answer(
    remaining: int, resets: float = NOW + 600, installation: int | None = 1, resource: str = "core"
) -> Call:
    return Call(Way.REST, installation, 200, 0.1, Allowance(resource, 5_000, remaining, resets))


def test_below_a_fifth_it_is_scarce_until_the_limit_begins_anew() -> None:
    clock = Clock()
    thrift = Thrift(Heard(), clock)
    thrift.call(answer(1_000))
    assert thrift.scarce() == frozenset()

    thrift.call(answer(999))
    thrift.call(answer(4_000, installation=2))

    assert thrift.scarce() == {1}
    clock.now += 599
    assert thrift.scarce() == {1}
    clock.now += 1
    assert thrift.scarce() == frozenset()


def test_one_limit_that_has_room_again_says_nothing_of_the_other() -> None:
    thrift = Thrift(Heard(), Clock())
    thrift.call(answer(10))
    thrift.call(answer(10, resource="graphql"))

    thrift.call(answer(4_900, NOW + 3_600))
    assert thrift.scarce() == {1}

    thrift.call(answer(4_900, NOW + 3_600, resource="graphql"))
    assert thrift.scarce() == frozenset()


@pytest.mark.parametrize("resets", [0.0, NOW - 5, NOW])
def test_a_limit_that_has_ended_holds_nothing_back(resets: float) -> None:
    thrift = Thrift(Heard(), Clock())

    thrift.call(answer(0, resets))

    assert thrift.scarce() == frozenset()


def test_an_end_that_cannot_be_true_holds_nothing_back_for_longer_than_an_hour() -> None:
    clock = Clock()
    thrift = Thrift(Heard(), clock)
    thrift.call(answer(0, NOW + 10**9))
    assert thrift.scarce() == {1}

    clock.now += 3_600

    assert thrift.scarce() == frozenset()


def test_everything_is_passed_on_and_what_is_of_no_installation_is_nobodys() -> None:
    heard = Heard()
    thrift = Thrift(heard, Clock())
    calls = [answer(0, installation=None), Call(Way.GRAPHQL, 1, 0, 30.0)]

    for call in calls:
        thrift.call(call)

    assert heard.calls == calls
    assert thrift.scarce() == frozenset()
