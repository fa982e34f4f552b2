"""Commands that hand a seat on: it leaves, is left to others, moves to somebody, is added or taken back."""

from dataclasses import replace
from typing import Final

from bot.core.model import Origin, Seat, Unresolved, User
from bot.core.policy.opinions import heard, utterances
from bot.core.policy.plea import REVIEWER, Answer, Bench, Plea, first_word, is_named, no, paths_of, several

_ADDED: Final = frozenset({Origin.REQUESTED})


def release(plea: Plea) -> Answer:
    """Let a seat leave: only one of its holders can."""
    found = _of_name(plea, "release @SEAT")
    if isinstance(found, Answer):
        return found
    return several(plea, paths_of(found)) or _held(found)


def decline(plea: Plea) -> Answer:
    """Leave a team's seat to its other members."""
    mine = _teams_held(plea)
    if isinstance(mine, Answer):
        return mine
    for bench, seat in mine:
        gone = {person for key, person in bench.standing.declined if key == seat.key}
        if len(set(seat.eligible) - gone - {plea.person.id}) < seat.approvals:
            return no(f"nobody else of {seat.label} could sign; /tdd release @{seat.label} lets it leave")
    keys = ",".join(dict.fromkeys(seat.key for _, seat in mine))
    return several(plea, paths_of(mine)) or replace(_held(mine), subject=keys)


def delegate(plea: Plea) -> Answer:
    """Move one's own seat to somebody who may review here."""
    match = REVIEWER.fullmatch(first_word(plea))
    if not match:
        return no("name a person: /tdd delegate @USER")
    mine = [
        (bench, seat) for bench in plea.benches for seat in bench.seats if plea.person.id in seat.eligible
    ]
    own = [(bench, seat) for bench, seat in mine if not seat.team]
    if not own and mine:
        return no(f"the seat of {mine[0][1].label} is a team's: /tdd decline leaves it to its other members")
    if not own:
        return no("only whoever is named as a reviewer can: it hands on a seat of one's own")
    heir = own[0][0].view.names.get(match[1].casefold())
    if not isinstance(heir, User):
        return no(f"{match[1]} is nobody who could review here; a seat goes to a member or collaborator")
    if heir.person.id == plea.person.id:
        return no("that seat is yours already")
    if heir.person.id in plea.excluded:
        return no(f"{heir.person.login} opened, wrote or pushed the design and cannot sign it")
    # By number: whoever takes the name later does not get the seat.
    subject = f"{own[0][1].key},{heir.key},{match[1].casefold()}"
    return several(plea, paths_of(own)) or replace(_held(own), subject=subject)


def request(plea: Plea) -> Answer:
    """Add a seat."""
    given = _naming(plea)
    found = [one.view.names.get(given.subject) for one in plea.benches]
    if given.granted and found and all(isinstance(one, Unresolved) for one in found):
        return no(
            f"{first_word(plea).removeprefix('@')} is nobody who could review here: "
            "name a team that can see this repository, a member or a collaborator"
        )
    return given


def unrequest(plea: Plea) -> Answer:
    """Take a seat back that only a command has added; nothing else leaves this way."""
    given = _naming(plea)
    if not given.granted:
        return given
    named = [(bench, seat) for bench in plea.benches for seat in bench.seats if is_named(seat, given.subject)]
    added = [
        (bench, seat)
        for bench, seat in named
        if seat.origins <= _ADDED and not _has_spoken(plea, bench, seat)
    ]
    if named and not added:
        return no(
            f"the seat of {named[0][1].label} is there for more than a command, or has said something: "
            f"only one of its holders lets it leave, with /tdd release @{named[0][1].label}"
        )
    if not added:
        return no("it names no seat that /tdd request has added")
    return several(plea, paths_of(added)) or replace(given, paths=paths_of(added))


def _has_spoken(plea: Plea, bench: Bench, seat: Seat) -> bool:
    """Tell whether the seat has given an opinion by a review before, even one that no run has seen."""
    said = utterances(plea.snapshot, (), bench.path)
    return heard(plea.snapshot, seat, (one for one in said if one.at <= plea.at)).anyone


def _naming(plea: Plea) -> Answer:
    """Judge who adds a seat, or takes one back: a name, from somebody who may write."""
    match = REVIEWER.fullmatch(first_word(plea))
    if not match:
        return no(f"name a team or a person: /tdd {plea.command.name} @NAME")
    if not (plea.is_author or plea.writes):
        return no("only the author or somebody with write access can")
    ground = "is the author" if plea.is_author else "has write access"
    paths = tuple(one.path for one in plea.benches)
    return Answer(granted=True, ground=ground, paths=paths, subject=match[1].casefold())


def _of_name(plea: Plea, usage: str) -> list[tuple[Bench, Seat]] | Answer:
    """Return the seats of a name that the person holds, with their documents, or the refusal."""
    name = first_word(plea)
    named = [(bench, seat) for bench in plea.benches for seat in bench.seats if is_named(seat, name)]
    if not named:
        return no(f"it names no seat here: /tdd {usage}")
    mine = [(bench, seat) for bench, seat in named if plea.person.id in seat.eligible]
    return mine or no(f"only a holder of the seat of {named[0][1].label} can {plea.command.name} it")


def _teams_held(plea: Plea) -> list[tuple[Bench, Seat]] | Answer:
    """Return the teams' seats that a person means: that of a name, else all the person holds."""
    if first_word(plea):
        mine = _of_name(plea, "decline @SEAT")
    else:
        held = [(one, seat) for one in plea.benches for seat in one.seats if plea.person.id in seat.eligible]
        mine = held or no("only a holder of a seat can decline it")
    if isinstance(mine, Answer):
        return mine
    teams = [(bench, seat) for bench, seat in mine if seat.team]
    own = mine[0][1].label
    return teams or no(f"the seat of {own} has nobody else: /tdd delegate @USER, or /tdd release @{own}")


def _held(mine: list[tuple[Bench, Seat]]) -> Answer:
    seat = mine[0][1]
    ground = f"holds the seat of {seat.label}"
    return Answer(granted=True, ground=ground, paths=paths_of(mine), subject=seat.key)
