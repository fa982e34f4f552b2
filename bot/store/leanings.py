"""What each open pull request's verdict leans on: found again by what has changed.

A change may be told of while a pull request is judged for the first time: after it was read, and before it is
known what it leans on. So changes are kept for a while, and whoever writes down leanings looks whether one of
them has just changed; the two take turns.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import Final

import sqlalchemy as sa

from bot.core.model import PullRequestRef
from bot.core.model.topics import Topic
from bot.store.bulk import put
from bot.store.database import insert_into, one_at_a_time
from bot.store.tables import cache, leaning

_AT_ONCE: Final = 500
"""Well below the number of values that either database takes in one statement."""
_REMEMBERED: Final = timedelta(minutes=10)
"""Longer than a run takes from its reading to its verdict."""


def lean(connection: sa.Connection, ref: PullRequestRef, topics: Collection[Topic], now: float) -> None:
    """Put these topics in the place of those before; most of the time nothing is written.

    One that has changed lately may have been read as it was before: the pull request is judged once more.
    """
    mine = (leaning.c.repository == ref.repository_id) & (leaning.c.number == ref.number)
    rows = connection.execute(sa.select(leaning.c.topic, leaning.c.owner, leaning.c.name).where(mine)).all()
    before = {row.topic for row in rows}
    if before == set(topics) and {row[1:] for row in rows} <= {(ref.owner, ref.name)}:
        return
    _take_turns(connection, ref.installation_id)
    connection.execute(sa.delete(leaning).where(mine))
    way = {
        "repository": ref.repository_id,
        "number": ref.number,
        "installation": ref.installation_id,
        "owner": ref.owner,
        "name": ref.name,
    }
    if topics:
        connection.execute(sa.insert(leaning), [{**way, "topic": topic} for topic in sorted(topics)])
    new = set(topics) - before
    if new and _changed_lately(connection, ref, new, now):
        put(connection, [ref], "changed-meanwhile", checks_only=False, due=0.0)


def leaning_on(
    connection: sa.Connection,
    installation_id: int,
    repository_id: int | None,
    topics: Collection[Topic],
    now: float,
) -> tuple[PullRequestRef, ...]:
    """Note that these have changed, and return the open pull requests that lean on one, each once.

    Args:
        connection: Of a transaction that writes.
        installation_id: Whose.
        repository_id: None: in every repository.
        topics: Any number.
        now: In seconds since 1970.
    """
    _take_turns(connection, installation_id)
    keys = sorted({_key(installation_id, repository_id, topic) for topic in topics})
    insert = insert_into(connection, cache)
    kept = insert.on_conflict_do_update(
        index_elements=[cache.c.key], set_={"expires": insert.excluded.expires}
    )
    expires = now + _REMEMBERED.total_seconds()
    for some in _some(keys):
        connection.execute(kept, [{"key": key, "value": b"", "expires": expires} for key in some])
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


def _changed_lately(
    connection: sa.Connection, ref: PullRequestRef, topics: Iterable[Topic], now: float
) -> bool:
    places = (ref.repository_id, None)
    keys = [_key(ref.installation_id, place, topic) for topic in topics for place in places]
    for some in _some(sorted(keys)):
        fresh = sa.select(cache.c.key).where(cache.c.key.in_(some), cache.c.expires > now).limit(1)
        if connection.execute(fresh).first():
            return True
    return False


def _key(installation_id: int, repository_id: int | None, topic: Topic) -> str:
    return f"changed/{installation_id}/{repository_id or ''}/{topic}"


def _some(values: Sequence[str]) -> Iterator[list[str]]:
    left = iter(values)
    while some := list(islice(left, _AT_ONCE)):
        yield some
