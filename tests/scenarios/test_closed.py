"""The end of a pull request, and what its gate has still to say: nothing, but for a merge past it."""

from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa

from bot.engine.reconcile import Reconcile
from bot.ports import Meter
from bot.sandbox import Conclusion
from bot.store.tables import audit
from tests.builders import design
from tests.scenarios.deeds import Play, approves, comments, opens
from tests.scenarios.stage import PATH, Cost, Stage

APPROVED = design("Approved")
NOTE = "<!-- tdd-bot:merged -->"


@dataclass
class Counting(Meter):
    """Counts merges past the gate."""

    past: list[None] = field(default_factory=list)

    def merged_past(self) -> None:
        """Count one."""
        self.past.append(None)


@pytest.fixture
def counted(stage: Stage) -> Counting:
    """The meter of a stage whose administrators may merge past the check."""
    meter = Counting()
    stage.scene.rule.admins_bypass = True
    stage.reconciler = Reconcile(stage.adapter, stage.journal, meter)
    return meter


def notes(play: Play) -> list[str]:
    """Return the notes of a merge past the gate."""
    return [one.body for one in play.it.comments if NOTE in one.body]


async def audited(stage: Stage) -> list[tuple[str, str, str]]:
    """Return what the audit has of merges past the gate: who, what the check said, on which commit."""
    query = sa.select(audit.c.who, audit.c.why, audit.c.content).where(audit.c.what == "MergedPastGate")
    rows = await stage.database.read(lambda connection: connection.execute(query).all())
    return [(row.who, row.why, row.content) for row in rows]


async def test_a_merge_past_the_gate_is_said_counted_and_on_record_once(
    stage: Stage, counted: Counting
) -> None:
    play = Play(stage)
    opens(APPROVED)(play)
    approves("bob")(play)
    await stage.run()
    stage.count()

    stage.scene.person("erin").merge(play.it)
    await stage.run()
    assert stage.count().writes == 1
    comments("alice", "Oops.")(play)
    await stage.run()

    (note,) = notes(play)
    assert "Merged past the gate by erin" in note
    assert "Waiting for acme/security-team and acme/infrastructure" in note
    assert "@" not in note
    assert len(counted.past) == 1
    said = "Waiting for acme/security-team and acme/infrastructure"
    assert await audited(stage) == [("erin", said, play.it.head_sha)]
    assert stage.count() == Cost(tokens=0, reads=1, writes=0)


async def test_the_note_is_not_doubled_where_the_store_is_lost(stage: Stage, counted: Counting) -> None:
    play = Play(stage)
    opens(APPROVED)(play)
    await stage.run()
    stage.scene.person("erin").merge(play.it)
    await stage.run()
    await stage.forget()

    comments("alice", "Oops.")(play)
    await stage.run()

    assert len(notes(play)) == len(counted.past) == 1


async def test_a_merge_before_the_first_verdict_is_past_the_gate_too(stage: Stage, counted: Counting) -> None:
    play = Play(stage)
    opens(APPROVED)(play)
    stage.scene.person("erin").merge(play.it)
    await stage.run()

    assert len(counted.past) == 1
    assert "it had not been judged yet" in notes(play)[0]
    assert [one.conclusion for one in stage.checks_on(play.it, play.it.head_sha)] == []


async def test_a_signed_design_is_merged_without_a_word(stage: Stage, counted: Counting) -> None:
    play = Play(stage)
    opens(APPROVED)(play)
    for login in ("bob", "carol", "dana"):
        approves(login)(play)
    await stage.run()
    stage.count()

    stage.scene.person("alice").merge(play.it)
    await stage.run()

    assert notes(play) == [] == counted.past
    assert stage.count() == Cost(tokens=0, reads=1, writes=0)


@pytest.mark.parametrize(
    ("files", "configuration"),
    [
        ({"src/a.py": "a\n"}, ""),
        ({PATH: APPROVED}, "mode: advise\n"),
        ({PATH: APPROVED}, "mode: off\n"),
    ],
)
async def test_where_nothing_was_held_nothing_was_passed(
    stage: Stage, counted: Counting, files: dict[str, str], configuration: str
) -> None:
    if configuration:
        stage.scene.person("erin").commit(
            stage.scene.repository, "main", {".github/tdd-bot.yml": configuration}
        )
    play = Play(stage, stage.scene.open_pull(files))
    stage.scene.person("erin").merge(play.it)
    await stage.run()

    assert notes(play) == [] == counted.past


async def test_a_closed_pull_request_is_left_alone_and_a_reopened_one_taken_up(stage: Stage) -> None:
    play = Play(stage)
    opens(APPROVED)(play)
    await stage.run()
    stage.scene.person("alice").close(play.it)
    await stage.run()
    stage.count()

    approves("bob")(play)
    comments("bob", "/tdd concern cost Who pays?")(play)
    await stage.run()
    assert stage.count().writes == 0

    stage.scene.person("alice").reopen(play.it)
    await stage.run()
    assert (stage.check(play.it).title or "").startswith("bob raised the concern")


# --- locked --------------------------------------------------------------------------------------


async def test_a_lock_that_keeps_us_out_is_said_in_the_check_and_not_tried_again(stage: Stage) -> None:
    play = Play(stage)
    opens(APPROVED)(play)
    play.it.locked_to_apps = True
    stage.scene.person("erin").lock(play.it)
    await stage.run()

    run = stage.check(play.it)
    assert run.conclusion is Conclusion.ACTION_REQUIRED
    assert "The conversation is locked" in (run.summary or "")
    assert play.it.comments == []
    stage.count()

    approves("bob")(play)
    await stage.run()
    assert stage.count() == Cost(tokens=0, reads=1, writes=1)

    stage.scene.person("erin").unlock(play.it)
    await stage.run()
    assert "Waiting for acme/security-team and acme/infrastructure" in stage.comment(play.it)
    assert "locked" not in (stage.check(play.it).summary or "")


async def test_a_lock_that_lets_us_write_changes_nothing(stage: Stage) -> None:
    play = Play(stage)
    opens(APPROVED)(play)
    stage.scene.person("erin").lock(play.it)
    await stage.run()

    assert stage.comment(play.it)
    assert "locked" not in (stage.check(play.it).summary or "")
