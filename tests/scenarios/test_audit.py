"""Whatever the bot writes, and whoever makes it do so, is in the audit."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from bot.ports import AuditEntry, UnavailableError
from bot.sandbox import Access, Failure
from bot.store import tables
from bot.store.audit import DatabaseAudit
from tests.scenarios.deeds import APPROVED, DESIGN, Play, approves, comments, fails_next, opens, pushes
from tests.scenarios.stage import Stage

WRITES = {
    "WriteCheck": ("check-runs",),
    "RequestReviews": ("requested_reviewers",),
    "WriteComment": ("issues/",),
    "Reply": ("issues/",),
    "React": ("graphql",),
    "DeleteComment": ("issues/",),
}
"""Deed -> a part of the path by which it reaches GitHub."""


async def audited(stage: Stage) -> list[AuditEntry]:
    """Return all rows."""
    audit = DatabaseAudit(stage.database)
    return [row async for row in audit.rows(datetime.fromtimestamp(0, UTC))]


async def played(stage: Stage, *deeds: object) -> Play:
    """Let deeds happen, the bot's part after each."""
    play = Play(stage)
    for deed in deeds:
        assert callable(deed)
        deed(play)
        await stage.run()
    return play


async def test_every_write_of_a_review_and_every_command_has_a_row(stage: Stage) -> None:
    play = await played(
        stage,
        opens(DESIGN),
        comments("bob", "/tdd approve"),
        comments("mallory", "/tdd override I want it"),
        comments("dana", "/tdd concern auth who may call it?"),
        approves("carol"),
        pushes(APPROVED),
    )

    rows = await audited(stage)
    asked = [one for one in stage.requests() if one.access is Access.WRITE]
    for deed, parts in WRITES.items():
        told = sum(row.deed.what == deed for row in rows)
        same_way = {name for name, paths in WRITES.items() if paths == parts}
        sent = sum(any(part in one.path for part in parts) for one in asked)
        assert sum(row.deed.what in same_way for row in rows) == sent, (deed, told)
    commands = [
        (row.deed.what, row.deed.who, row.deed.why.split(":")[0]) for row in rows if "/tdd" in row.deed.what
    ]
    assert commands == [
        ("/tdd approve", "bob", "granted"),
        ("/tdd override", "mallory", "refused"),
        ("/tdd concern auth", "dana", "granted"),
    ]
    assert {row.place for row in rows} == {f"acme/shop#{play.it.number}"}
    # A command's free words stay in the thread.
    assert not any("who may call it" in str(row.deed) for row in rows if "/tdd" in row.deed.what)


async def test_a_write_that_failed_is_told_to_have_failed(stage: Stage) -> None:
    play = Play(stage)
    fails_next(Failure(status=502, method="POST", path="/check-runs"))(play)
    opens(DESIGN)(play)
    with pytest.raises(UnavailableError, match="502"):
        await stage.run()

    assert [(row.deed.what, row.deed.why) for row in await audited(stage)] == [
        ("WriteCheck", "action_required: Waiting for acme/eng-lead and 2 more"),
        ("WriteCheck", "failed: UnavailableError"),
    ]


async def test_a_row_is_there_before_its_write(stage: Stage) -> None:
    """A crash right after the write cannot lose it: at the moment of the write the row is durable."""
    seen: list[int] = []
    real = stage.adapter.apply

    class Watching:
        """GitHub, looked at from inside a write."""

        identify, read, freshen, close = (
            stage.adapter.identify,
            stage.adapter.read,
            stage.adapter.freshen,
            stage.adapter.close,
        )

        async def apply(self, *given: object) -> object:
            count = sa.select(sa.func.count()).select_from(tables.audit)
            seen.append(await stage.database.read(lambda connection: connection.execute(count).scalar_one()))
            return await real(*given)  # type: ignore[arg-type] # passed on as they came

    stage.reconciler = type(stage.reconciler)(Watching(), stage.journal)  # type: ignore[arg-type] # as above
    await played(stage, opens(DESIGN))

    assert seen == [1, 2, 3]
