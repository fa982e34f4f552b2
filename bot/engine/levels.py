"""How much waits in the queues, counted in the engine's own table.

The library has no call that counts. Its tables are described in
https://docs.dbos.dev/explanations/system-tables; a test holds the columns used here against a real engine.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa

from bot.ports import Level

WAITING: Final = "ENQUEUED"
DELAYED: Final = "DELAYED"
RUNNING: Final = "PENDING"
DEAD: Final = ("ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
_COLUMNS: Final = ("status", "queue_name", "queue_partition_key", "created_at", "started_at_epoch_ms")


@dataclass(frozen=True, slots=True)
class QueueLevels:
    """By queue, over all processes."""

    waiting: Mapping[str, Level] = field(default_factory=dict)
    delayed: Mapping[str, Level] = field(default_factory=dict)
    running: Mapping[str, Level] = field(default_factory=dict)
    dead_letters: int = 0


def queue_levels(connection: sa.Connection) -> QueueLevels:
    """Count what waits, is put off, runs and was given up."""
    table = _runs(connection)
    if not _is_there(connection, table):
        # No worker has ever run on this database; a server without one shows its own side.
        return QueueLevels()
    columns = table.c
    unfinished = columns.status.in_([WAITING, DELAYED, RUNNING])
    since = sa.func.min(sa.func.coalesce(columns.started_at_epoch_ms, columns.created_at))
    query = (
        sa.select(columns.status, columns.queue_name, sa.func.count(), since)
        .where(unfinished, columns.queue_name.is_not(None))
        .group_by(columns.status, columns.queue_name)
    )
    levels: dict[str, dict[str, Level]] = {WAITING: {}, DELAYED: {}, RUNNING: {}}
    for status, queue, number, oldest in connection.execute(query):
        levels[status][queue] = Level(number, datetime.fromtimestamp(oldest / 1000, UTC))
    dead = connection.execute(
        sa.select(sa.func.count()).select_from(table).where(columns.status.in_(DEAD))
    ).scalar_one()
    return QueueLevels(levels[WAITING], levels[DELAYED], levels[RUNNING], dead)


def unfinished_keys(connection: sa.Connection, queue: str) -> sa.Select[tuple[str]]:
    """Return a query for the pull requests that run or wait to be run at once, one row for each job."""
    return _keys(_runs(connection), queue, WAITING, RUNNING)


def open_keys(connection: sa.Connection, queue: str) -> sa.Select[tuple[str]] | None:
    """Return the same with those that are put off; None where no worker has ever run on this database."""
    table = _runs(connection)
    return _keys(table, queue, WAITING, RUNNING, DELAYED) if _is_there(connection, table) else None


def _keys(table: sa.TableClause, queue: str, *states: str) -> sa.Select[tuple[str]]:
    return sa.select(table.c.queue_partition_key).where(
        table.c.queue_name == queue, table.c.status.in_(states)
    )


def _is_there(connection: sa.Connection, table: sa.TableClause) -> bool:
    return sa.inspect(connection).has_table(table.name, table.schema)


def _runs(connection: sa.Connection) -> sa.TableClause:
    schema = "dbos" if connection.dialect.name == "postgresql" else None
    return sa.table("workflow_status", *(sa.column(name) for name in _COLUMNS), schema=schema)
