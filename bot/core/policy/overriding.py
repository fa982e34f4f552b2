"""What an override lets pass: this head, with what stood in the way when it was given, and nothing more."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Final

from bot.core.model import Block, Finding, Override, SeatState, Severity

_NOTHING: Final = "nothing"
"""Recorded where nothing stood in the way, to be told from an override that is not on record yet."""


def obstacles(
    findings: Iterable[Finding], seats: Sequence[SeatState], blocks: Iterable[Block]
) -> frozenset[str]:
    """Return what stands in a document's way: faults, open seats, objections, blocks, each as a digest."""
    return frozenset(sha256(one.encode()).hexdigest()[:12] for one in _named(findings, seats, blocks))


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
    return " ".join(sorted(present)) or _NOTHING


def covers(override: Override, present: frozenset[str]) -> bool:
    """Tell whether an override lets all of this pass; one not on record yet is about what is there."""
    return not override.covered or present <= set(override.covered.split())
