"""What each open pull request's verdict leans on: found again by what has changed.

A change may be told of while a pull request is judged for the first time: after it was read, and before it is
known what it leans on. So what has changed is kept for a while with its time, and whoever writes down
leanings looks whether one of them was told of since the reading began. The two take turns: whichever comes
second sees the other.

What was told of before need not be looked at. A change that the reading has missed was made after it had
begun, and told of after it was made. Both times are the database's, each that of the beginning of its
transaction: the reading comes after the one, the change before the other. SQLite cuts them to seconds, which
leaves their order.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import Final

import sqlalchemy as sa

from bot.core.model import PullRequestRef
from bot.core.model.topics import Topic
from bot.store.bulk import put
from bot.store.clock import present
from bot.store.database import one_at_a_time
from bot.store.tables import cache, leaning
from bot.store.upsert import Upsert

_AT_ONCE: Final = 500
"""Well below the number of values that either database takes in one statement."""
_REMEMBERED: Final = timedelta(minutes=10)
"""Longer than a run takes from its reading to its verdict."""

# What every run says is made once: making a statement costs more than the database takes to carry it out.
_MINE: Final = (leaning.c.repository == sa.bindparam("of_repository")) & (
    leaning.c.number == sa.bindparam("of_number")
)
_BEFORE: Final = sa.select(leaning.c.topic, leaning.c.owner, leaning.c.name).where(_MINE)
_NO_MORE: Final = sa.delete(leaning).where(_MINE)
_NOW: Final = sa.insert(leaning)
# Of two that began together and took turns, the one that began first may be the last to write.
_CHANGED: Final = Upsert(cache, ("key",), new=("expires",), grows="expires")
_SINCE: Final = (
    sa.select(cache.c.key)
    .where(cache.c.key.in_(sa.bindparam("some", expanding=True)), cache.c.expires >= sa.bindparam("expires"))
    .limit(1)
)


def lean(
    connection: sa.Connection, ref: PullRequestRef, topics: Collection[Topic], as_of: float = 0.0
) -> None:
    """Put these topics in the place of those before; most of the time nothing is written.

    Where a new one has changed since ``as_of``, when reading had not begun, it may have been read as it was
    before: the pull request is judged once more.
    """
    mine = {"of_repository": ref.repository_id, "of_number": ref.number}
    rows = connection.execute(_BEFORE, mine).all()
    before = {row.topic for row in rows}
    if before == set(topics) and {row[1:] for row in rows} <= {(ref.owner, ref.name)}:
        return
    _take_turns(connection, ref.installation_id)
    if rows:
        connection.execute(_NO_MORE, mine)
    way = {
        "repository": ref.repository_id,
        "number": ref.number,
        "installation": ref.installation_id,
        "owner": ref.owner,
        "name": ref.name,
    }
    if topics:
        connection.execute(_NOW, [{**way, "topic": topic} for topic in sorted(topics)])
    new = set(topics) - before
    if new and _changed_since(connection, ref, new, as_of):
        put(connection, [ref], "changed-meanwhile", checks_only=False, due=0.0)


def leaning_on(
    connection: sa.Connection,
    installation_id: int,
    repository_id: int | None,
    topics: Collection[Topic],
) -> tuple[PullRequestRef, ...]:
    """Note that these have changed, and return the open pull requests that lean on one, each once.

    Args:
        connection: Of a transaction that writes.
        installation_id: Whose.
        repository_id: None: in every repository.
        topics: Any number.
    """
    _take_turns(connection, installation_id)
    keys = sorted({_key(installation_id, repository_id, topic) for topic in topics})
    expires = present(connection) + _REMEMBERED.total_seconds()
    for some in _some(keys):
        connection.execute(
            _CHANGED.on(connection), [{"key": key, "value": b"", "expires": expires} for key in some]
        )
    here = leaning.c.installation == installation_id
    if repository_id is not None:
        here &= leaning.c.repository == repository_id
    found: dict[str, PullRequestRef] = {}
    for some in _some(sorted(topics)):
        query = sa.select(*_WAY).where(here, leaning.c.topic.in_(some)).distinct()
        refs = (PullRequestRef(*row) for row in connection.execute(query))
        found |= {ref.key: ref for ref in refs}
    return tuple(found[key] for key in sorted(found))


_WAY: Final = (
    leaning.c.installation,
    leaning.c.repository,
    leaning.c.owner,
    leaning.c.name,
    leaning.c.number,
)


def _take_turns(connection: sa.Connection, installation_id: int) -> None:
    one_at_a_time(connection, f"leaning/{installation_id}")


def _changed_since(
    connection: sa.Connection, ref: PullRequestRef, topics: Iterable[Topic], as_of: float
) -> bool:
    places = (ref.repository_id, None)
    keys = [_key(ref.installation_id, place, topic) for topic in topics for place in places]
    some = _some(sorted(keys))
    expires = as_of + _REMEMBERED.total_seconds()
    return any(connection.execute(_SINCE, {"some": one, "expires": expires}).first() for one in some)


def _key(installation_id: int, repository_id: int | None, topic: Topic) -> str:
    return f"changed/{installation_id}/{repository_id or ''}/{topic}"


def _some(values: Sequence[str]) -> Iterator[list[str]]:
    left = iter(values)
    while some := list(islice(left, _AT_ONCE)):
        yield some
