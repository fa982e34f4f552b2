"""Who may let merge."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.core.model import (
    Action,
    App,
    Conclusion,
    File,
    Memory,
    PullRequestRef,
    Receipt,
    Reply,
    Snapshot,
    WriteCheck,
)
from bot.engine.guard import GuardedGitHub, OvertakenError, Run, under_way
from bot.ports import Executor
from bot.store.database import Database
from bot.store.runs import DatabaseExecutors, DatabaseGenerations
from tests.builders import APP, HEAD, snapshot
from tests.engine.stage import pull_request
from tests.store.databases import new_sqlite_database

REF = pull_request(1)
RUN = Run("here", REF.key, 0)


@dataclass
class Recorder:
    """A GitHub that notes what it is asked."""

    asked: list[object] = field(default_factory=list)

    async def identify(self) -> App:
        self.asked.append("identify")
        return APP

    async def read(self, ref: PullRequestRef, memory: Memory, configuration: File | None = None) -> Snapshot:
        assert configuration is None
        self.asked.append((ref, memory))
        return snapshot()

    async def freshen(self, ref: PullRequestRef, given: Snapshot) -> Snapshot:
        self.asked.append(ref)
        return given

    async def apply(self, ref: PullRequestRef, action: Action) -> Receipt:
        assert ref == REF
        self.asked.append(action)
        return Receipt()

    async def close(self) -> None:
        self.asked.append("close")


@dataclass
class Scene:
    """One executor, one run that has begun, and the guarded way to GitHub."""

    github: GuardedGitHub
    recorder: Recorder
    generations: DatabaseGenerations
    executors: DatabaseExecutors


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    database = await Database.open(new_sqlite_database(tmp_path))
    executors, generations, recorder = DatabaseExecutors(database), DatabaseGenerations(database), Recorder()
    await executors.enlist(Executor("here", "place", 1, "0"))
    await generations.current(REF)
    await generations.begin(REF.key, 0)
    yield Scene(GuardedGitHub(recorder, executors), recorder, generations, executors)
    await database.close()


def _check(conclusion: Conclusion) -> WriteCheck:
    return WriteCheck(
        run_id=None,
        head=HEAD,
        conclusion=conclusion,
        title="",
        summary="",
        text="",
        annotations=(),
        external_id="",
    )


async def test_the_newest_run_of_a_living_process_lets_merge(scene: Scene) -> None:
    passing = _check(Conclusion.SUCCESS)

    with under_way(RUN):
        await scene.github.apply(REF, passing)

    assert scene.recorder.asked == [passing]


@pytest.mark.parametrize("conclusion", [Conclusion.SUCCESS, Conclusion.NEUTRAL])
async def test_a_run_that_a_newer_one_has_overtaken_does_not(scene: Scene, conclusion: Conclusion) -> None:
    await scene.generations.begin(REF.key, 1)

    with under_way(RUN), pytest.raises(OvertakenError):
        await scene.github.apply(REF, _check(conclusion))

    assert scene.recorder.asked == []


async def test_a_process_that_was_declared_dead_does_not(scene: Scene) -> None:
    await scene.executors.condemn(["here"])

    with under_way(RUN), pytest.raises(OvertakenError):
        await scene.github.apply(REF, _check(Conclusion.SUCCESS))

    assert scene.recorder.asked == []


async def test_nobody_outside_of_a_run_does(scene: Scene) -> None:
    with under_way(RUN):
        pass

    with pytest.raises(OvertakenError):
        await scene.github.apply(REF, _check(Conclusion.SUCCESS))


@pytest.mark.parametrize(
    "action", [_check(Conclusion.FAILURE), _check(Conclusion.ACTION_REQUIRED), Reply("hello")]
)
async def test_what_does_not_let_merge_needs_no_proof(scene: Scene, action: Action) -> None:
    await scene.github.apply(REF, action)

    assert scene.recorder.asked == [action]


async def test_everything_else_goes_through(scene: Scene) -> None:
    given = await scene.github.read(REF, Memory())
    assert await scene.github.freshen(REF, given) is given
    assert await scene.github.identify() == APP
    await scene.github.close()

    assert scene.recorder.asked == [(REF, Memory()), REF, "identify", "close"]
