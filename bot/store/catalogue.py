"""``ports.Catalogue`` on the database: designs of default branches, as rows of no pull request."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from bot.core.model import Sha, Step, Verdict
from bot.core.render.record import Move
from bot.ports import Holding, Settled, Shelf
from bot.store.clock import Clock, system_clock
from bot.store.database import Database, insert_into
from bot.store.holdings import awake
from bot.store.records import NO_NUMBER, RANK_MERGED, words_of
from bot.store.tables import design, repository, shelf

_ROWS_AT_ONCE: Final = 500
_WAY: Final = ("installation", "id", "owner", "name")


class DatabaseCatalogue:
    """One row for each repository that was read, one for each design there."""

    def __init__(self, database: Database, clock: Clock = system_clock) -> None:
        self._database = database
        self._clock = clock

    async def following(self, after: tuple[int, int], most: int) -> Sequence[Holding]:
        """See ``ports.Catalogue``. Installations that are suspended or paused are passed over."""
        installation, last = repository.c.installation, repository.c.id
        left = awake(self._clock()) & (
            (installation > after[0]) | ((installation == after[0]) & (last > after[1]))
        )
        first = sa.select(sa.func.min(installation)).where(left).scalar_subquery()
        query = (
            sa.select(*(repository.c[name] for name in _WAY))
            .where(left, installation == first)
            .order_by(last)
            .limit(most)
        )
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return [Holding(*row) for row in rows]

    async def outdated(self, tips: Mapping[int, Sha]) -> Sequence[int]:
        """See ``ports.Catalogue``."""
        query = sa.select(shelf.c.repository, shelf.c.tip).where(shelf.c.repository.in_(list(tips)))
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        known = {number: tip for number, tip in rows}  # noqa: C416 - rows are no pairs to the type checker
        return [number for number, tip in tips.items() if known.get(number) != tip]

    async def editions(self, repository_id: int) -> Mapping[str, str]:
        """See ``ports.Catalogue``."""
        query = sa.select(design.c.path, design.c.edition).where(_landed(repository_id))
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return {row.path: row.edition for row in rows}

    async def put(self, holding: Holding, found: Shelf) -> None:
        """See ``ports.Catalogue``."""
        landed, now = _landed(holding.repository_id), self._clock()

        def work(connection: sa.Connection) -> None:
            rows = {row.path: row for row in connection.execute(sa.select(design).where(landed))}
            # One that was never seen on this branch may have been merged into another, or a moment ago.
            seen = (path for path, row in rows.items() if row.edition)
            gone = [path for path in seen if path not in found.editions] if found.whole else []
            for start in range(0, len(gone), _ROWS_AT_ONCE):
                some = design.c.path.in_(gone[start : start + _ROWS_AT_ONCE])
                connection.execute(sa.delete(design).where(landed, some))
            for one in found.read:
                if one.path in rows:
                    here = sa.update(design).where(landed, design.c.path == one.path)
                    connection.execute(here.values(_changed(holding, one, rows[one.path])))
            new = [_row(holding, one, now) for one in found.read if one.path not in rows]
            if new:
                connection.execute(sa.insert(design), new)
            upsert = insert_into(connection, shelf).on_conflict_do_update(
                index_elements=[shelf.c.repository], set_={"tip": found.tip}
            )
            connection.execute(upsert, {"repository": holding.repository_id, "tip": found.tip})

        await self._database.write(work)


def _landed(repository_id: int) -> sa.ColumnElement[bool]:
    """Of a path there is one such row at most: merging a pull request takes those of before away."""
    return (design.c.repository == repository_id) & design.c.merged.is_not(None)


def _changed(holding: Holding, one: Settled, row: sa.Row[Any]) -> dict[str, object]:
    """Return what a pull request's design, or one without, has become: when it came and by whom stays."""
    place = f"{holding.owner}/{holding.name}"
    words = words_of(one.title, one.path, ", ".join(one.authors), row.author, place)
    changed: dict[str, object] = {
        "title": one.title,
        "status": one.status,
        "edition": one.edition,
        "words": words,
    }
    if row.number == NO_NUMBER and one.date:
        at = min(row.opened, _midnight(one.date))
        changed |= {"author": ", ".join(one.authors), "since": at, "opened": at, "merged": at}
    return changed


def _row(holding: Holding, one: Settled, now: float) -> dict[str, object]:
    """Return the row of a design; where its header has no date, it counts from when it was found."""
    at = min(now, _midnight(one.date)) if one.date else now
    author = ", ".join(one.authors)
    return {
        "repository": holding.repository_id,
        "number": NO_NUMBER,
        "path": one.path,
        "installation": holding.installation_id,
        "owner": holding.owner,
        "name": holding.name,
        "title": one.title,
        "author": author,
        "status": one.status,
        "verdict": int(Verdict.PASS),
        "step": Step.DONE.value,
        "sentence": "",
        "move": Move.NOBODY.value,
        "waiting": "",
        "removed": False,
        "rank": RANK_MERGED,
        "since": at,
        "opened": at,
        "merged": at,
        "words": words_of(one.title, one.path, author, f"{holding.owner}/{holding.name}"),
        "edition": one.edition,
    }


def _midnight(date: dt.date) -> float:
    return dt.datetime.combine(date, dt.time(), dt.UTC).timestamp()
