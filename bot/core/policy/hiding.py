"""What a recording must not hold: addresses of people, and credentials that somebody wrote into a text.

Each is replaced by a stand-in of its kind, the same one everywhere, so that a decision on what is left is the
same decision: digests that the journal has of such a text are replaced by those of its stand-in.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from bot.core.document import read_version
from bot.core.model import Document, Memory, Snapshot
from bot.core.model.recording import record, replay
from bot.core.policy.kinds import schema_for
from bot.core.policy.signatures import content_of

_PERSONAL: Final = re.compile(
    r"(?P<credential>\b(?:gh[a-z]_|github_pat_)[A-Za-z0-9_]{20,}"
    r"|-----BEGIN [A-Z ]+-----[^-]*-----END [A-Z ]+-----)"
    r"|(?P<address>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)",
    re.ASCII,
)
"""https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github
has the prefixes of tokens."""


def hidden(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot with stand-ins for addresses and credentials."""
    seen: dict[str, str] = {}
    bare = replay(json.dumps(_without(json.loads(record(snapshot)), seen)))
    if not seen:
        return snapshot
    digests = dict(_digests(snapshot, bare))
    return replace(bare, memory=_translated(bare.memory, digests))


def _without(said: object, seen: dict[str, str]) -> object:
    match said:
        case str():
            return _PERSONAL.sub(lambda found: _stand_in(found, seen), said)
        case list():
            return [_without(one, seen) for one in said]
        case dict():
            return {_without(name, seen): _without(one, seen) for name, one in said.items()}
        case _:
            return said


def _stand_in(found: re.Match[str], seen: dict[str, str]) -> str:
    # Names are looked up without regard to case, and so are addresses.
    number = len(seen) + 1
    shape = f"person{number}@hidden.invalid" if found["address"] else f"hidden-credential-{number}"
    return seen.setdefault(found[0].casefold(), shape)


def _digests(before: Snapshot, after: Snapshot) -> Iterator[tuple[str, str]]:
    """Yield digest before and after, of every document and each of its sections."""
    old, new = _documents(before), _documents(after)
    for one, other in zip(old, new, strict=True):
        if one is not None and other is not None:
            yield content_of(one), content_of(other)
            yield from (
                (digest, other.fingerprints.get(name, digest)) for name, digest in one.fingerprints.items()
            )


def _documents(snapshot: Snapshot) -> list[Document | None]:
    files = [file for change in snapshot.changes for file in (change.head, change.base)]
    present = [file for file in (*files, *snapshot.history.values()) if file is not None]
    return [read_version(file, schema_for(snapshot, file.path)) for file in present]


def _translated(memory: Memory, digests: Mapping[str, str]) -> Memory:
    return replace(
        memory,
        asked=tuple(replace(one, content=digests.get(one.content, one.content)) for one in memory.asked),
        commands=tuple(
            replace(one, content=digests.get(one.content, one.content)) for one in memory.commands
        ),
    )
