"""What a seat's sign-off covers: all of a design, but for the sections that others own.

Owners are set in the template or the configuration, which the author of a design does not write. Where none
are set, or where an owner is nobody who could sign, everybody covers everything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.model import Document, Schema, Seat, SeatKey, Snapshot, Team, User
from bot.core.policy.seat_names import with_labels


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who covers what of one document."""

    owners: Mapping[str, frozenset[SeatKey]]
    """Id of a section -> the seats that own it, where it is owned."""

    def covers(self, seat: Seat, part: str) -> bool:
        """Tell whether a seat's sign-off is about this part; ``part``: a name among the fingerprints."""
        return part not in self.owners or seat.key in self.owners[part]

    def changed(self, seat: Seat, then: Document | None, now: Document | None) -> frozenset[str]:
        """Return the parts that the seat covers and that differ between two versions."""
        before, after = (one.fingerprints if one else {} for one in (then, now))
        return frozenset(
            part
            for part in {*before, *after}
            if before.get(part) != after.get(part) and self.covers(seat, part)
        )


def coverage(snapshot: Snapshot, schema: Schema, seats: Sequence[Seat]) -> Coverage:
    """Return who covers what, among the seats in force."""
    names = with_labels(snapshot.names)
    present = {one.key for one in seats if one.fillable}
    owners: dict[str, frozenset[SeatKey]] = {}
    for section in schema.sections:
        found = [names.get(name.casefold()) for name in section.owners]
        keys = frozenset(one.key for one in found if isinstance(one, Team | User))
        # An owner who cannot be asked, or has left, would leave the section to nobody.
        if keys and keys <= present:
            owners[section.id] = keys
    return Coverage(owners)
