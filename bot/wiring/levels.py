"""What waits and how much is under way, counted over our own tables and the engine's."""

import sqlalchemy as sa

from bot.engine.entrance import QUEUE
from bot.engine.levels import open_keys, queue_levels, unfinished_keys
from bot.engine.shares import Load
from bot.ports import Levels
from bot.store.bulk import bulk_level
from bot.store.chores import chores_ended
from bot.store.inbox import inbox_level
from bot.store.pacing import paused_installations
from bot.store.runs import beating_executors, by_installation, failing, living_executors


def read_levels(connection: sa.Connection) -> Levels:
    """Count what waits in the inbox and in the queues, at one moment."""
    queues, unfinished = queue_levels(connection), open_keys(connection, QUEUE)
    return Levels(
        inbox_level(connection),
        queues.waiting,
        queues.delayed,
        queues.running,
        queues.dead_letters,
        bulk_level(connection),
        chores_ended(connection),
        beating_executors(connection),
        paused_installations(connection),
        failing(connection, unfinished) if unfinished is not None else 0,
    )


def read_load(connection: sa.Connection, slots: int) -> Load:
    """Read what is in the engine's queue, and how many slots there are; ``slots``: of each process."""
    processes = max(1, living_executors(connection))
    return Load(slots * processes, by_installation(connection, unfinished_keys(connection, QUEUE)))
