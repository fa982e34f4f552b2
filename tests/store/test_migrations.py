"""The steps between shapes: they make what the code uses, lead back, and leave older releases at work."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa

from bot.ports import StoreUnavailableError
from bot.store import migrations, tables
from bot.store.database import Database
from bot.store.migrations import LATEST, MIGRATIONS, Migration, SchemaError, migrate, require_latest, shape

ADDS = re.compile(
    r"CREATE TABLE |CREATE INDEX |ALTER TABLE \w+ ADD COLUMN \w+ (\S+( NOT NULL DEFAULT \S+)?)$"
)
"""All that a step may say beside which older releases work."""
VALUES: dict[type, Callable[[int], object]] = {
    int: lambda at: at,
    float: float,
    str: str,
    bytes: lambda at: b"%d" % at,
    bool: lambda _: False,
}


def _described(connection: sa.Connection) -> dict[str, object]:
    inspector = sa.inspect(connection)
    described: dict[str, object] = {}
    for name in tables.metadata.tables:
        described[name] = (
            {
                column["name"]: (column["type"].as_generic()._type_affinity, column["nullable"])
                for column in inspector.get_columns(name)
            },
            inspector.get_pk_constraint(name)["constrained_columns"],
            [unique["column_names"] for unique in inspector.get_unique_constraints(name)],
            sorted(
                str(index["name"])
                for index in inspector.get_indexes(name)
                if not index.get("duplicates_constraint")
            ),
        )
    return described


async def test_the_migrations_make_the_tables_that_the_code_uses(database: Database) -> None:
    def remake(connection: sa.Connection) -> dict[str, object]:
        migrate(connection, to=0)
        tables.metadata.create_all(connection)
        return _described(connection)

    assert await database.read(_described) == await database.write(remake)


async def test_every_migration_leads_back(database: Database) -> None:
    def there_and_back(connection: sa.Connection) -> tuple[list[str], int, int]:
        migrate(connection, to=0)
        left = sa.inspect(connection).get_table_names()
        empty = shape(connection)
        migrate(connection)
        return left, empty, shape(connection)

    assert await database.write(there_and_back) == (["schema_step"], 0, LATEST)


def test_migrations_are_numbered_without_gaps() -> None:
    assert [migration.number for migration in MIGRATIONS] == list(range(1, LATEST + 1))


async def test_a_database_of_a_newer_release_is_refused_with_the_way_out(database_url: str) -> None:
    database = await Database.open(database_url)
    newer = sa.text("INSERT INTO schema_step (number) VALUES (99)")
    await database.write(lambda connection: connection.execute(newer))
    await database.close()

    with pytest.raises(SchemaError, match="shape 99, this release knows"):
        await Database.open(database_url)


@pytest.mark.parametrize("migration", MIGRATIONS, ids=lambda one: str(one.number))
def test_a_step_only_adds_unless_it_says_that_older_releases_cannot_stand_beside_it(
    migration: Migration,
) -> None:
    assert migration.beside is all(ADDS.match(" ".join(one.split())) for one in migration.up)


def _work(connection: sa.Connection, release: sa.MetaData, at: int) -> None:
    """Write, change, read and delete a row of each table, as a release that knows these columns alone."""
    for table in release.sorted_tables:
        single = _single(table)
        row = {
            one.name: VALUES[one.type.python_type](at if one.name in single else 0) for one in table.columns
        }
        connection.execute(sa.insert(table), row)
        connection.execute(sa.update(table).values(row).where(*_is(table, row)))
        assert connection.execute(sa.select(table).where(*_is(table, row))).one()._asdict() == row
        connection.execute(sa.delete(table).where(*_is(table, row)))
        connection.execute(sa.insert(table), row)


def _single(table: sa.Table) -> set[str]:
    """Return the columns of which no two rows have the same, alone or together."""
    uniques = [one for one in table.constraints if isinstance(one, sa.UniqueConstraint)]
    return {column.name for one in (table.primary_key, *uniques) for column in one.columns}


def _is(table: sa.Table, row: dict[str, object]) -> list[sa.ColumnElement[bool]]:
    return [column == row[column.name] for column in table.primary_key]


def _play(connection: sa.Connection, migration: Migration) -> None:
    """Make a step, and take it back, while a release that does not know it works."""
    migrate(connection, migration.number - 1)
    release = sa.MetaData()
    release.reflect(connection, only=lambda name, _: name != "schema_step")
    _work(connection, release, 1)
    migrate(connection, migration.number)
    _work(connection, release, 2)
    migrate(connection, migration.number - 1)
    _work(connection, release, 3)
    for table in release.sorted_tables:
        count = sa.select(sa.func.count()).select_from(table)
        assert connection.execute(count).scalar() == 3, "nothing is lost there and back"


async def test_the_release_before_each_step_works_beside_it(database: Database) -> None:
    def play(connection: sa.Connection) -> None:
        migrate(connection, 0)
        for migration in MIGRATIONS:
            _play(connection, migration)
            migrate(connection, migration.number)
            for table in reversed(tables.metadata.sorted_tables):
                if sa.inspect(connection).has_table(table.name):
                    connection.execute(sa.delete(table))

    await database.write(play)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE inbox DROP COLUMN delivery",
        "ALTER TABLE inbox RENAME COLUMN delivery TO event",
        "CREATE UNIQUE INDEX verdict_head ON verdict (verdict)",
        "ALTER TABLE audit RENAME TO deed",
    ],
)
async def test_a_step_that_takes_away_would_be_noticed(
    database: Database, statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    harmful = Migration(LATEST + 1, up=(statement,), down=())
    monkeypatch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, harmful))

    assert not ADDS.match(statement)
    with pytest.raises((sa.exc.DBAPIError, StoreUnavailableError)):
        await database.write(lambda connection: _play(connection, harmful))


def _of_a_newer_release(connection: sa.Connection, *, beside: bool) -> None:
    row = {"number": LATEST + 1, "beside": beside}
    connection.execute(sa.text("INSERT INTO schema_step (number, beside) VALUES (:number, :beside)"), row)


async def test_a_shape_of_a_newer_release_that_only_adds_can_be_used_and_stays(database_url: str) -> None:
    database = await Database.open(database_url)
    await database.write(lambda connection: _of_a_newer_release(connection, beside=True))
    await database.close()

    again = await Database.open(database_url)
    try:
        assert await again.read(require_latest)
        assert await again.write(shape) == LATEST + 1
        with pytest.raises(SchemaError, match="this release knows"):
            await again.take_back(LATEST - 1)
    finally:
        await again.close()


async def test_of_two_newer_steps_one_that_takes_away_is_enough_to_refuse(database: Database) -> None:
    def played(connection: sa.Connection) -> None:
        _of_a_newer_release(connection, beside=False)
        last = sa.text("INSERT INTO schema_step (number, beside) VALUES (:number, :beside)")
        connection.execute(last, {"number": LATEST + 2, "beside": True})
        with pytest.raises(SchemaError, match="this release knows"):
            migrate(connection)
        with pytest.raises(SchemaError, match="this release knows"):
            require_latest(connection)

    await database.write(played)


async def test_a_step_is_noted_with_what_it_says_of_older_releases(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = Migration(LATEST + 1, up=("CREATE TABLE more (id {identity})",), down=("DROP TABLE more",))
    steps = (*MIGRATIONS, step, replace(step, number=LATEST + 2, up=("DROP TABLE more",), beside=False))
    monkeypatch.setattr(migrations, "MIGRATIONS", steps)

    def noted(connection: sa.Connection) -> list[bool]:
        migrate(connection, LATEST + 2)
        query = sa.text("SELECT beside FROM schema_step WHERE number >= :number ORDER BY number")
        return [bool(one) for one in connection.execute(query, {"number": LATEST}).scalars()]

    assert await database.write(noted) == [True, True, False]
