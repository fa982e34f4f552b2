"""Whether a seat is signed: an opinion counts for the content it was given on, wherever that now stands."""

from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from typing import Final

from bot.core.document import read_version
from bot.core.model import (
    Document,
    Schema,
    Seat,
    SeatState,
    Sha,
    SignOff,
    Snapshot,
    Stale,
)
from bot.core.policy.coverage import Coverage, coverage
from bot.core.policy.opinions import Utterance, heard
from bot.core.policy.seats import Reading

GONE: Final = "gone"
"""The content of a document that the pull request deletes."""

_HEADER: Final = "header"
_REST: Final = "rest"


def content_of(document: Document | None) -> str:
    """Return the digest of what a seat signs: every section, and the header's title and authors."""
    if document is None:
        return GONE
    lines = "\n".join(f"{name} {digest}" for name, digest in sorted(document.fingerprints.items()))
    return sha256(lines.encode()).hexdigest()


def seat_states(
    snapshot: Snapshot, reading: Reading, schema: Schema, seats: Sequence[Seat], said: Sequence[Utterance]
) -> tuple[SeatState, ...]:
    """Return each seat with its sign-offs that stand, those gone stale, and the objections to it."""
    covered = coverage(snapshot, schema, seats)
    return tuple(_state(snapshot, reading, schema, seat, covered, said) for seat in seats)


def _state(
    snapshot: Snapshot,
    reading: Reading,
    schema: Schema,
    seat: Seat,
    covered: Coverage,
    said: Sequence[Utterance],
) -> SeatState:
    opinions = heard(snapshot, seat, said)
    signed: list[SignOff] = []
    stale: list[Stale] = []
    for sign_off in opinions.sign_offs:
        verdict = _aged(snapshot, reading, schema, sign_off, partial(covered.changed, seat))
        if verdict is None:
            signed.append(sign_off)
        else:
            stale.append(verdict)
    return SeatState(
        seat=seat,
        signed=tuple(signed),
        objections=opinions.objections,
        stale=tuple(stale),
        declined=opinions.declined,
        heard_at=opinions.latest,
    )


_Changed = Callable[[Document | None, Document | None], frozenset[str]]
"""Which of the parts that a seat covers differ between two versions."""


def _aged(
    snapshot: Snapshot, reading: Reading, schema: Schema, sign_off: SignOff, changed: _Changed
) -> Stale | None:
    """Return what has changed since the sign-off, or None where all that it covers stands here still."""
    if sign_off.commit == snapshot.pull_request.head_sha and snapshot.merging is None:
        return None
    key = (sign_off.commit or Sha(""), reading.change.path)
    if key not in snapshot.history:
        return Stale(sign_off, changed=(), unreachable=True)
    file = snapshot.history[key]
    then = read_version(file, schema)
    if then is None or reading.head is None:
        # A file that could not be read then is not one that was not there: its deletion was signed by nobody.
        deleted = file is None and reading.change.head is None
        return None if deleted else Stale(sign_off, changed=("the whole document",))
    parts = changed(then, reading.head)
    labels = tuple(label for name, label in changed_parts(then, reading.head) if name in parts)
    return Stale(sign_off, changed=labels) if labels else None


def changed_parts(then: Document, now: Document) -> tuple[tuple[str, str], ...]:
    """Return what differs as pairs: the fingerprint's name, and what the part is called in a sentence."""
    labels: dict[str, str] = {one.id: one.label for one in now.sections}
    labels |= {_HEADER: "title or authors", _REST: "text outside the template's sections"}
    differing = [
        name
        for name in [*labels, *sorted(set(then.fingerprints) - set(labels))]
        if then.fingerprints.get(name) != now.fingerprints.get(name)
    ]
    return tuple((name, labels.get(name, name)) for name in differing)
