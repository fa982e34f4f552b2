"""The next release: this one, with one more step to its database, which touches all that is written most.

``python -m tests.whole.newer serve`` is its ``tdd-bot serve``.
"""

from typing import Final

from bot.store import migrations

_NUMBER: Final = migrations.LATEST + 1
_WRITTEN: Final = ("inbox", "pull_request", "fact", "verdict", "audit", "executor", "chore", "bulk")
STEP: Final = migrations.Migration(
    _NUMBER,
    up=(
        *(f"ALTER TABLE {table} ADD COLUMN later TEXT NOT NULL DEFAULT 'x'" for table in _WRITTEN),
        "CREATE INDEX verdict_later ON verdict (later, head)",
        "CREATE TABLE later (id {identity}, what TEXT NOT NULL)",
    ),
    down=(
        "DROP TABLE later",
        "DROP INDEX verdict_later",
        *(f"ALTER TABLE {table} DROP COLUMN later" for table in _WRITTEN),
    ),
)


def become() -> None:
    """Let this process know of the step, before anything else has asked which is the last one."""
    # Names that are imported, and defaults of parameters, are read once: those of this module come first.
    vars(migrations).update(MIGRATIONS=(*migrations.MIGRATIONS, STEP), LATEST=_NUMBER)
    migrations.migrate.__defaults__ = (_NUMBER,)


if __name__ == "__main__":
    become()
    from bot.cli.app import main

    main()
