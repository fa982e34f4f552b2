"""What is kept of the last decision on each pull request, for the pages; lost, the next runs write it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
import structlog
from pydantic import TypeAdapter, ValidationError

from bot.core.model import PullRequestRef, Step, Verdict
from bot.core.render.record import DocumentRecord, Move, Record
from bot.ports import AuditEntry, Deed, Design, KeptRecord, Listing, Place, Wanted, Week
from bot.store.database import Database
from bot.store.tables import audit, design, record
from bot.store.upsert import Upsert

_log = structlog.get_logger(__name__)

_ADAPTER: Final[TypeAdapter[Record]] = TypeAdapter(Record)
_LARGEST: Final = 256 * 1024
"""Characters of a record: the core's own limits keep it far below."""
_WEEKS: Final = 12
_MOST_REVIEWERS: Final = 200
_MOST_WORDS: Final = 8
_SEPARATOR: Final = "\n"
RANK_STUCK, _RANK_DRAFT, _RANK_THROUGH, RANK_MERGED = range(4)
"""Groups of the list, in its order."""
NO_NUMBER: Final = 0
"""Of designs that no pull request known here has brought."""

# What every run says is made once: making a statement costs more than the database takes to carry it out.
_KEEP: Final = Upsert(
    record, ("repository", "number"), new=("installation", "owner", "name", "at", "merged", "body")
)
_MINE: Final = (design.c.repository == sa.bindparam("of_repository")) & (
    design.c.number == sa.bindparam("of_number")
)
_BEFORE: Final = sa.select(
    *(design.c[name] for name in ("path", "status", "step", "move", "waiting", "since", "opened"))
).where(_MINE)
_NO_MORE: Final = sa.delete(design).where(_MINE)
_NOW: Final = sa.insert(design)


class DatabaseRecords:
    """``ports.Records`` on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, repository_id: int, number: int) -> KeptRecord | None:
        """See ``ports.Records``."""
        query = sa.select(record).where(record.c.repository == repository_id, record.c.number == number)
        row = await self._database.read(lambda connection: connection.execute(query).first())
        if row is None:
            return None
        try:
            kept = _ADAPTER.validate_json(row.body)
        except ValidationError:
            # Another release wrote it; the next run writes it in this one's shape.
            _log.warning("record cannot be read", repository=repository_id, number=number)
            return None
        return KeptRecord(Place(row.repository, row.owner, row.name), row.number, row.merged, kept)

    async def audit(self, repository_id: int, number: int, most: int) -> Sequence[AuditEntry]:
        """See ``ports.Records``."""
        query = (
            sa.select(audit)
            .where(audit.c.repository == repository_id, audit.c.number == number)
            .order_by(audit.c.id.desc())
            .limit(most)
        )
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return [
            AuditEntry(row.id, _time(row.at), row.place, Deed(row.what, row.why, row.content, row.who))
            for row in rows
        ]

    async def places(self) -> Sequence[Place]:
        """See ``ports.Records``. Of a renamed repository the last name counts."""
        query = (
            sa.select(design.c.repository, design.c.owner, design.c.name, sa.func.max(design.c.since))
            .group_by(design.c.repository, design.c.owner, design.c.name)
            .order_by(sa.func.max(design.c.since))
        )
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        latest = {number: Place(number, owner, name) for number, owner, name, _ in rows}
        return list(latest.values())

    async def designs(
        self, repositories: Sequence[int], wanted: Wanted, first: int, most: int, now: datetime
    ) -> Listing:
        """See ``ports.Records``."""
        visible = design.c.repository.in_(list(repositories))
        chosen = sa.and_(visible, *_conditions(wanted))
        order = (design.c.rank, design.c.since, design.c.repository, design.c.number, design.c.path)
        rows = sa.select(design).where(chosen).order_by(*order).offset(first).limit(most)

        def work(connection: sa.Connection) -> Listing:
            designs = tuple(_design(row) for row in connection.execute(rows))
            statuses, moves = _tallies(connection, visible)
            found = sum(statuses.values())
            if wanted != Wanted():
                found = connection.execute(sa.select(sa.func.count()).where(chosen)).scalar_one()
            weeks = _weeks(connection, visible, now)
            return Listing(designs, found, statuses, moves, _reviewers(connection, visible), weeks)

        return await self._database.read(work)


def keep(connection: sa.Connection, ref: PullRequestRef, kept: Record, now: float) -> None:
    """Write a decision over the one before, inside the caller's transaction."""
    body = _ADAPTER.dump_json(kept).decode()
    if len(body) > _LARGEST:
        _log.error("record is too large to be kept", pull_request=str(ref), characters=len(body))
        return
    way = {
        "repository": ref.repository_id,
        "number": ref.number,
        "installation": ref.installation_id,
        "owner": ref.owner,
        "name": ref.name,
    }
    connection.execute(_KEEP.on(connection), {**way, "at": now, "merged": False, "body": body})
    _keep_designs(connection, ref, kept, way, now)


def _keep_designs(
    connection: sa.Connection, ref: PullRequestRef, kept: Record, way: Mapping[str, object], now: float
) -> None:
    mine = {"of_repository": ref.repository_id, "of_number": ref.number}
    before = {row.path: row for row in connection.execute(_BEFORE, mine)}
    # By path: paths that differ only where they are cut are one row.
    rows = {one.path: _row(ref, kept, one, way, before.get(one.path), now) for one in kept.documents}
    if before:
        connection.execute(_NO_MORE, mine)
    if rows:
        connection.execute(_NOW, list(rows.values()))


def drop(connection: sa.Connection, ref: PullRequestRef, *, merged: bool, now: float) -> None:
    """Forget a closed pull request; of a merged one its designs stay, in the place of their last versions."""
    if not merged:
        connection.execute(sa.delete(record).where(_record_of(ref)))
        connection.execute(sa.delete(design).where(_of(ref)))
        return
    mine = connection.execute(sa.select(design.c.path, design.c.removed).where(_of(ref))).all()
    paths = [path for path, _ in mine]
    gone = [path for path, removed in mine if removed]
    here = design.c.repository == ref.repository_id
    others = here & (design.c.number != ref.number) & design.c.merged.is_not(None) & design.c.path.in_(paths)
    connection.execute(sa.delete(design).where(others))
    connection.execute(sa.delete(design).where(_of(ref) & design.c.path.in_(gone)))
    landed = {"merged": now, "since": now, "rank": RANK_MERGED, "waiting": "", "move": Move.NOBODY.value}
    connection.execute(sa.update(design).where(_of(ref), design.c.merged.is_(None)).values(landed))
    if len(gone) == len(paths):
        connection.execute(sa.delete(record).where(_record_of(ref)))
    else:
        connection.execute(sa.update(record).where(_record_of(ref)).values(merged=True))
    # Nothing links any more to a pull request all of whose designs were changed by later ones.
    left = sa.select(design.c.number).where(here)
    superseded = (record.c.repository == ref.repository_id) & record.c.merged & record.c.number.not_in(left)
    connection.execute(sa.delete(record).where(superseded))


def _record_of(ref: PullRequestRef) -> sa.ColumnElement[bool]:
    return (record.c.repository == ref.repository_id) & (record.c.number == ref.number)


def _of(ref: PullRequestRef) -> sa.ColumnElement[bool]:
    return (design.c.repository == ref.repository_id) & (design.c.number == ref.number)


def _rank(kept: Record, one: DocumentRecord) -> int:
    """Return in which group of the list a design stands: who waits for somebody comes first."""
    if one.move is Move.NOBODY:
        return _RANK_THROUGH
    return _RANK_DRAFT if kept.draft or one.step in {Step.WRITE, Step.DRAFT_PULL_REQUEST} else RANK_STUCK


def _row(
    ref: PullRequestRef,
    kept: Record,
    one: DocumentRecord,
    way: Mapping[str, object],
    before: sa.Row[Any] | None,
    now: float,
) -> dict[str, object]:
    standing = {
        "status": one.status,
        "step": one.step.value,
        "move": one.move.value,
        "waiting": _joined(one.waiting),
    }
    same = before is not None and all(getattr(before, name) == value for name, value in standing.items())
    place = f"{ref.owner}/{ref.name}"
    return {
        **way,
        **standing,
        "path": one.path,
        "title": one.title,
        "author": kept.author or ", ".join(one.authors),
        "verdict": int(one.verdict),
        "sentence": one.sentence,
        "removed": one.removed,
        "rank": _rank(kept, one),
        "since": before.since if before is not None and same else now,
        "opened": before.opened if before is not None else now,
        "merged": None,
        "words": words_of(one.title, one.path, " ".join(one.authors), kept.author, place, one.sentence),
    }


def words_of(*texts: str) -> str:
    """Return what words are looked for in."""
    return _SEPARATOR.join(texts).lower()


def _joined(labels: Sequence[str]) -> str:
    """Return labels so that each can be found whole, whatever stands beside it."""
    return "".join(f"{_SEPARATOR}{label}{_SEPARATOR}" for label in labels)


def _open() -> sa.ColumnElement[bool]:
    return design.c.merged.is_(None)


def _conditions(wanted: Wanted) -> Sequence[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.repository:
        owner, _, name = wanted.repository.lower().partition("/")
        found += [sa.func.lower(design.c.owner) == owner, sa.func.lower(design.c.name) == name]
    if wanted.status:
        found.append(design.c.status == wanted.status)
    if wanted.reviewer:
        found.append(design.c.waiting.contains(_joined([wanted.reviewer]), autoescape=True))
    words = wanted.text.lower().split()[:_MOST_WORDS]
    return [*found, *(design.c.words.contains(word, autoescape=True) for word in words)]


def _tallies(
    connection: sa.Connection, visible: sa.ColumnElement[bool]
) -> tuple[Mapping[str, int], Mapping[Move, int]]:
    """Return how many there are of each status, and of those not merged, how many for each move."""
    columns = (design.c.status, design.c.move, design.c.merged.is_(None))
    query = sa.select(*columns, sa.func.count()).where(visible).group_by(*columns)
    statuses: Counter[str] = Counter()
    moves: Counter[Move] = Counter()
    for status, move, is_open, number in connection.execute(query):
        statuses[status] += number
        if is_open:
            moves[Move(move)] += number
    return dict(statuses.most_common()), moves


def _reviewers(connection: sa.Connection, visible: sa.ColumnElement[bool]) -> tuple[str, ...]:
    waits = design.c.rank.in_([RANK_STUCK, _RANK_DRAFT])
    query = sa.select(design.c.waiting).where(visible, waits).distinct()
    labels = Counter(
        label
        for waiting in connection.execute(query).scalars()
        for label in waiting.split(_SEPARATOR)
        if label
    )
    return tuple(sorted(label for label, _ in labels.most_common(_MOST_REVIEWERS)))


def _weeks(connection: sa.Connection, visible: sa.ColumnElement[bool], now: datetime) -> tuple[Week, ...]:
    """Return the last weeks; each design is counted once, in the weeks in which it came and went."""
    ends = [now - timedelta(weeks=number) for number in reversed(range(_WEEKS))]
    came, went = _week_of(design.c.opened, ends), _week_of(design.c.merged, ends)
    query = sa.select(came, went, sa.func.count()).where(visible).group_by(came, went)
    opened: Counter[int] = Counter()
    merged: Counter[int] = Counter()
    for first, last, number in connection.execute(query):
        opened[first] += number
        merged[last] += number
    weeks, present, past = [], 0, 0
    for at, end in enumerate(ends):
        present, past = present + opened[at], past + merged[at]
        weeks.append(Week(end, present - past, past))
    return tuple(weeks)


def _week_of(column: sa.Column[float], ends: Sequence[datetime]) -> sa.ColumnElement[int]:
    """Return the first of the weeks by whose end it had happened; one more than there are where none is."""
    return sa.case(*((column <= end.timestamp(), at) for at, end in enumerate(ends)), else_=len(ends))


def _design(row: sa.Row[Any]) -> Design:
    return Design(
        place=Place(row.repository, row.owner, row.name),
        number=row.number,
        path=row.path,
        title=row.title,
        author=row.author,
        status=row.status,
        verdict=Verdict(row.verdict),
        sentence=row.sentence,
        move=Move(row.move),
        waiting=tuple(label for label in row.waiting.split(_SEPARATOR) if label),
        since=_time(row.since),
        opened=_time(row.opened),
        merged=None if row.merged is None else _time(row.merged),
    )


def _time(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
