"""What the bot says to its database, heard below everything that could hide it."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa


@contextmanager
def statements() -> Iterator[list[str]]:
    """Give what is said meanwhile, statement by statement, on every database of this process."""
    said: list[str] = []

    def hear(_: object, __: object, statement: str, *___: object) -> None:
        said.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", hear)


@contextmanager
def written() -> Iterator[list[bool]]:
    """Give one value for each transaction meanwhile that may write, each of which waits for its turn."""
    begun: list[bool] = []

    def hear(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("writes", True):
            begun.append(True)

    sa.event.listen(sa.Engine, "begin", hear)
    try:
        yield begun
    finally:
        sa.event.remove(sa.Engine, "begin", hear)
