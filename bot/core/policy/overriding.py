"""What an override lets pass: this head, with what stood in the way when it was given, and nothing more."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256

from bot.core.model import (
    Block,
    CommandSeen,
    Finding,
    Implementation,
    Login,
    Override,
    Person,
    SeatState,
    Severity,
    Snapshot,
    Verdict,
)


def obstacles(
    findings: Iterable[Finding], seats: Sequence[SeatState], blocks: Iterable[Block]
) -> frozenset[str]:
    """Return what stands in a document's way: faults, open seats, objections, blocks, each as a digest."""
    return _digests(_named(findings, seats, blocks))


def target_of(snapshot: Snapshot) -> frozenset[str]:
    """Return where the pull request is to be merged, likewise: for one branch is not for another."""
    return _digests([f"into {snapshot.pull_request.base_ref}"])


def is_answered(override: Override, seats: Iterable[SeatState], blocks: Iterable[Block]) -> bool:
    """Tell whether somebody has objected since: an override that is seen late is not about that either."""
    objections = (one.at for state in seats for one in state.objections)
    return any(at > override.at for at in (*objections, *(one.at for one in blocks)))


def missing_designs(one: Implementation | None) -> frozenset[str]:
    """Return what stands in the way of code that needs an approved design, likewise."""
    if one is None or one.verdict is Verdict.PASS:
        return frozenset()
    designs = [
        f"design {each.path or each.name} {each.status}"
        for each in one.designs
        if each.verdict is not Verdict.PASS
    ]
    return _digests([*(f"gate {path}" for path in one.files), *(designs or ["no design"])])


def _digests(named: Iterable[str]) -> frozenset[str]:
    return frozenset(sha256(one.encode()).hexdigest()[:12] for one in named)


def override_of(snapshot: Snapshot, command: CommandSeen) -> Override | None:
    """Return what an override puts in force; None where it was given for another head.

    It is gone with the next push, one that brings this very head back included.
    """
    forced = snapshot.forced_at
    pushed = forced is not None and forced >= command.at
    if pushed or command.signs != snapshot.pull_request.head_sha:
        return None
    said = (one for one in snapshot.comments if one.id == command.comment_id and one.kind == command.kind)
    url = next((one.url for one in said), "")
    who = Person(command.actor_id, Login(command.actor))
    return Override(who, command.argument, command.at, url, command.content)


def overridden(
    snapshot: Snapshot, one: Implementation | None, counting: Iterable[CommandSeen]
) -> Implementation | None:
    """Let code pass that needs a design, where an admin has said so for this head and for what is missing."""
    missing = missing_designs(one)
    if one is None or not missing:
        return one
    given = [each for each in counting if each.name == "override" and each.granted]
    for command in sorted(given, key=lambda each: each.at, reverse=True):
        override = override_of(snapshot, command)
        if override is not None and covers(override, missing | target_of(snapshot)):
            return replace(one, verdict=Verdict.PASS, override=override)
    return one


def _named(findings: Iterable[Finding], seats: Sequence[SeatState], blocks: Iterable[Block]) -> Iterator[str]:
    for finding in findings:
        if finding.severity is Severity.ERROR:
            yield f"fault {finding.rule} {finding.section} {finding.message}"
    for state in seats:
        if not state.is_signed:
            yield f"seat {state.seat.key}"
        yield from (f"objection {one.person.id} {one.at.isoformat()}" for one in state.objections)
    yield from (f"{one.kind} {one.name} {one.person.id} {one.at.isoformat()}" for one in blocks)


def recorded(present: frozenset[str]) -> str:
    """Return what the journal keeps of that."""
    return " ".join(sorted(present))


def covers(override: Override, present: frozenset[str]) -> bool:
    """Tell whether an override lets all of this pass; one not on record yet is about what is there."""
    return not override.covered or present <= set(override.covered.split())
