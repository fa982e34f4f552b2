"""A repository that has been renamed or transferred: what is kept of it follows, by its number."""

from typing import Final

import sqlalchemy as sa

from bot.core.model import PullRequestRef
from bot.ports import Holding
from bot.store.bulk import put
from bot.store.database import one_at_a_time
from bot.store.tables import metadata, pull_request, verdict

TRANSFERRED: Final = "transferred"
"""Reason under which the pull requests of a transferred repository wait in the bulk queue."""
_WAY: Final = {"installation", "repository", "owner", "name"}
_NAMED: Final = tuple(
    table
    for table in sorted(metadata.sorted_tables, key=lambda table: table is not pull_request)
    if set(table.c.keys()) >= _WAY
)
"""By their columns: a table that is added later is not forgotten. The audit names places as they were.

The pull requests come first, as in a run that begins: the other way round the two could wait in a circle.
"""


def follow(connection: sa.Connection, holding: Holding) -> None:
    """Put a repository's present installation, owner and name wherever those before stand.

    Where both installation and owner are others, it was transferred: its seats are teams of another
    organisation now, so that the pull requests that have a verdict wait to be judged anew.
    """
    one_at_a_time(connection, f"relocation/{holding.repository_id}")
    mine = verdict.c.repository == holding.repository_id
    elsewhere = (verdict.c.installation != holding.installation_id) & (
        sa.func.lower(verdict.c.owner) != holding.owner.lower()
    )
    numbers = (
        connection.execute(sa.select(verdict.c.number).where(mine, elsewhere).distinct()).scalars().all()
    )
    way = {"installation": holding.installation_id, "owner": holding.owner, "name": holding.name}
    for table in _NAMED:
        connection.execute(sa.update(table).where(table.c.repository == holding.repository_id).values(way))
    refs = [
        PullRequestRef(holding.installation_id, holding.repository_id, holding.owner, holding.name, number)
        for number in numbers
    ]
    put(connection, refs, TRANSFERRED, checks_only=False, due=0.0)
