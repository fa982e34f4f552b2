"""What each open pull request's verdict leans on: found again by what has changed."""

from collections.abc import Collection, Iterable
from itertools import islice
from typing import Final

import sqlalchemy as sa

from bot.core.model import PullRequestRef
from bot.core.model.topics import Topic
from bot.store.tables import leaning

_TOPICS_AT_ONCE: Final = 500
"""Well below the number of values that either database takes in one statement."""


def lean(connection: sa.Connection, ref: PullRequestRef, topics: Collection[Topic]) -> None:
    """Put these topics in the place of those before; most of the time nothing is written."""
    mine = (leaning.c.repository == ref.repository_id) & (leaning.c.number == ref.number)
    rows = connection.execute(sa.select(leaning.c.topic, leaning.c.owner, leaning.c.name).where(mine)).all()
    if {row.topic for row in rows} == set(topics) and {row[1:] for row in rows} <= {(ref.owner, ref.name)}:
        return
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


def leaning_on(
    connection: sa.Connection, installation_id: int, repository_id: int | None, topics: Iterable[Topic]
) -> tuple[PullRequestRef, ...]:
    """Return the open pull requests that lean on one of these, each once.

    Args:
        connection: To read with.
        installation_id: Whose.
        repository_id: None: in every repository.
        topics: Any number.
    """
    columns = (
        leaning.c.installation,
        leaning.c.repository,
        leaning.c.owner,
        leaning.c.name,
        leaning.c.number,
    )
    here = leaning.c.installation == installation_id
    if repository_id is not None:
        here &= leaning.c.repository == repository_id
    left = iter(dict.fromkeys(topics))
    found: dict[str, PullRequestRef] = {}
    while some := list(islice(left, _TOPICS_AT_ONCE)):
        query = sa.select(*columns).where(here, leaning.c.topic.in_(some)).distinct()
        refs = (PullRequestRef(*row) for row in connection.execute(query))
        found |= {ref.key: ref for ref in refs}
    return tuple(found[key] for key in sorted(found))
