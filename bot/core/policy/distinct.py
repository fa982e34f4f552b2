"""Different people for different seats: who signs for which, so that as many seats as possible are signed."""

from collections.abc import Sequence
from dataclasses import replace

from bot.core.model import SeatState, SignOff


def distinct(states: Sequence[SeatState]) -> tuple[SeatState, ...]:
    """Let each sign-off count for one seat only.

    It is a matching of people and places at seats, grown along augmenting paths: if there is any way to fill
    every place, this finds it. The same states give the same answer.
    """
    places = [at for at, state in enumerate(states) for _ in range(state.seat.approvals)]
    taken: dict[int, int] = {}
    for place in range(len(places)):
        _seat(states, places, place, taken, set())
    chosen: list[list[SignOff]] = [[] for _ in states]
    for person, place in taken.items():
        at = places[place]
        chosen[at] += [one for one in states[at].signed if one.person.id == person]
    return tuple(
        replace(state, signed=tuple(sorted(mine, key=lambda one: one.at)))
        for state, mine in zip(states, chosen, strict=True)
    )


def _seat(
    states: Sequence[SeatState], places: Sequence[int], place: int, taken: dict[int, int], seen: set[int]
) -> bool:
    """Find somebody for a place, moving others to another of theirs where that makes room."""
    for sign_off in states[places[place]].signed:
        person = sign_off.person.id
        if person in seen:
            continue
        seen.add(person)
        if person not in taken or _seat(states, places, taken[person], taken, seen):
            taken[person] = place
            return True
    return False
