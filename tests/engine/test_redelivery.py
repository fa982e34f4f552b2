"""Which webhooks are asked for again, and when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.redelivery import KEPT, Ledger, Redelivery, asked, due, enter
from bot.engine.schedule import Turn
from bot.ports import Delivery, GoneError, UnavailableError
from tests.engine.chores import OneChore

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
EMPTY = Ledger(NOW - KEPT, {})


def attempt(number: int, guid: str = "a", *, arrived: bool = False, ago: timedelta = MINUTE) -> Delivery:
    return Delivery(number, guid, NOW - ago, arrived)


def test_what_arrived_is_not_asked_for() -> None:
    assert due(enter(EMPTY, [attempt(1, arrived=True)], NOW, KEPT), NOW) == []


def test_what_failed_is_asked_for_once() -> None:
    ledger = enter(EMPTY, [attempt(1)], NOW, KEPT)
    assert due(ledger, NOW) == ["a"]

    ledger = asked(ledger, "a", NOW)

    # The failed attempt is listed again, and GitHub has not made the new one yet.
    ledger = enter(ledger, [attempt(1)], NOW + 10 * MINUTE, KEPT)
    assert due(ledger, NOW + 10 * MINUTE) == []


def test_an_event_that_arrived_at_another_attempt_is_settled_whatever_the_order() -> None:
    seen = [attempt(2, arrived=True), attempt(1, ago=2 * MINUTE)]

    assert enter(EMPTY, seen, NOW, KEPT).owed == {}
    assert enter(EMPTY, seen[::-1], NOW, KEPT).owed == {}


def test_what_failed_again_is_asked_for_again_after_a_wait_that_grows() -> None:
    ledger = asked(enter(EMPTY, [attempt(1)], NOW, KEPT), "a", NOW)
    ledger = enter(ledger, [attempt(2, ago=-MINUTE)], NOW + 2 * MINUTE, KEPT)

    assert due(ledger, NOW + 4 * MINUTE) == []
    assert due(ledger, NOW + 5 * MINUTE) == ["a"]

    ledger = asked(ledger, "a", NOW + 5 * MINUTE)
    ledger = enter(ledger, [attempt(3, ago=-6 * MINUTE)], NOW + 7 * MINUTE, KEPT)
    assert due(ledger, NOW + 19 * MINUTE) == []
    assert due(ledger, NOW + 20 * MINUTE) == ["a"]


def test_what_github_keeps_no_longer_is_written_off() -> None:
    ledger = enter(EMPTY, [attempt(1)], NOW, KEPT)

    assert enter(ledger, [], NOW + KEPT, KEPT).owed == {}


def test_the_oldest_come_first() -> None:
    seen = [attempt(2, "young"), attempt(1, "old", ago=9 * MINUTE)]

    assert due(enter(EMPTY, seen, NOW, KEPT), NOW) == ["old", "young"]


@dataclass
class Sent:
    """``ports.Deliveries`` with what a test puts in."""

    attempts: list[Delivery] = field(default_factory=list)
    looked: list[datetime] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)
    again: list[int] = field(default_factory=list)
    down_from: int = 99
    """The attempt from which on GitHub fails."""

    async def since(self, at: datetime, most: int) -> Sequence[Delivery]:
        self.looked.append(at)
        return [one for one in self.attempts if one.at >= at][:most]

    async def redeliver(self, delivery_id: int) -> None:
        if delivery_id in self.gone:
            raise GoneError("GitHub answered 404")
        if delivery_id >= self.down_from:
            raise UnavailableError("GitHub answered 502")
        self.again.append(delivery_id)


async def test_a_turn_reads_on_where_the_last_one_ended() -> None:
    sent, chores = Sent([attempt(1), attempt(2, "b", arrived=True)]), OneChore()
    chore = Redelivery(sent, clock=lambda: NOW)

    await chore(Turn(chores, "redelivery", "here", ""))
    await chore(Turn(chores, "redelivery", "here", chores.cursor))

    assert sent.looked == [NOW - KEPT, NOW - 5 * MINUTE]
    assert sent.again == [1]
    assert chores.note == "0 asked for, 1 have not arrived"


async def test_an_attempt_that_is_gone_does_not_stop_the_others() -> None:
    sent, chores = Sent([attempt(1, "old", ago=9 * MINUTE), attempt(2, "young")], gone={1}), OneChore()

    await Redelivery(sent, clock=lambda: NOW)(Turn(chores, "redelivery", "here", ""))

    assert sent.again == [2]
    assert chores.note == "1 asked for, 1 have not arrived"


async def test_where_github_fails_what_was_asked_for_is_remembered() -> None:
    sent = Sent([attempt(1, "old", ago=9 * MINUTE), attempt(2, "young")], down_from=2)
    chores = OneChore()
    chore = Redelivery(sent, clock=lambda: NOW)

    with pytest.raises(UnavailableError):
        await chore(Turn(chores, "redelivery", "here", ""))
    sent.down_from = 99
    await chore(Turn(chores, "redelivery", "here", chores.cursor))

    assert sent.again == [1, 2]


async def test_a_cursor_that_cannot_be_read_is_a_first_look() -> None:
    sent, chores = Sent(), OneChore()

    await Redelivery(sent, clock=lambda: NOW)(Turn(chores, "redelivery", "here", "{}"))

    assert sent.looked == [NOW - KEPT]
