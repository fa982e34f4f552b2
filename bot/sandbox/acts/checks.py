"""Check suites, check runs and statuses: written by apps, asked for again by people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.sandbox.errors import Refused, unprocessable
from bot.sandbox.state.accounts import Account, App
from bot.sandbox.state.check import (
    CheckRun,
    CheckSuite,
    CommitStatus,
    Conclusion,
    RunStatus,
)
from bot.sandbox.state.repository import Repository
from bot.sandbox.state.world import Event, World


def open_suites(
    world: World,
    repository: Repository,
    oid: str,
    by: Account,
    *,
    branch: str | None,
    before: str | None = None,
) -> None:
    """Create a suite on a pushed head for each installed app that may write checks."""
    for installation in list(world.installations.values()):
        if not world.covers(installation, repository) or installation.suspended_at:
            continue
        if not installation.allows("checks", "write"):
            continue
        if any(suite.app is installation.app for suite in repository.suites_on(oid)):
            continue
        suite = add_suite(world, repository, installation.app, oid, branch=branch)
        suite.before, suite.after = before, oid
        _emit_suite(world, suite, "requested", by)


def add_suite(world: World, repository: Repository, app: App, oid: str, *, branch: str | None) -> CheckSuite:
    """Create an empty suite of an app on a commit."""
    now = world.now()
    suite = CheckSuite(
        id=world.ids.next(),
        repository=repository,
        app=app,
        head_sha=oid,
        head_branch=branch,
        created_at=now,
        updated_at=now,
        after=oid,
    )
    repository.suites[suite.id] = suite
    repository.suites_by_sha.setdefault(oid, []).append(suite)
    return world.register(suite)


def suite_for(world: World, repository: Repository, app: App, oid: str) -> CheckSuite:
    """Return the app's suite on a commit, made now when the push made none."""
    for suite in repository.suites_on(oid):
        if suite.app is app:
            return suite
    branch = next((name for name, tip in repository.branches.items() if tip == oid), None)
    return add_suite(world, repository, app, oid, branch=branch)


def create_run(world: World, repository: Repository, app: App, oid: str, run: CheckRun) -> CheckRun:
    """File a new run; the newest of a name is the one that counts."""
    run.suite = suite_for(world, repository, app, oid)
    run.suite.runs.append(run)
    for older in run.suite.runs:
        if older.name == run.name:
            older.rerun_asked = False
    repository.runs[run.id] = world.register(run)
    _settle(world, run.suite)
    _emit_run(world, run, "created", app.bot)
    if run.status is RunStatus.COMPLETED:
        _emit_run(world, run, "completed", app.bot)
    return run


def wrote_run(world: World, run: CheckRun, *, was: RunStatus) -> None:
    """Take note that the app has written a run again."""
    run.rerun_asked = False
    _settle(world, run.suite)
    if run.status is RunStatus.COMPLETED and was is not RunStatus.COMPLETED:
        _emit_run(world, run, "completed", run.suite.app.bot)


def _settle(world: World, suite: CheckSuite) -> None:
    """Derive a suite's status and conclusion from its newest runs."""
    runs = suite.latest()
    suite.updated_at = world.now()
    was = suite.status
    done = all(r.status is RunStatus.COMPLETED and not r.rerun_asked for r in runs)
    if done and runs:
        suite.status = RunStatus.COMPLETED
        ended = {run.conclusion for run in runs}
        suite.conclusion = next(each for each in Conclusion if each in ended)
    else:
        suite.status, suite.conclusion = RunStatus.IN_PROGRESS, None
    if suite.status is RunStatus.COMPLETED and was is not RunStatus.COMPLETED:
        _emit_suite(world, suite, "completed", suite.app.bot)


def rerequest_run(world: World, run: CheckRun, by: Account) -> None:
    """Press "Re-run" on one run: its suite goes back to queued, the run itself stays."""
    _reset(world, run.suite, [run])
    _emit_run(world, run, "rerequested", by)


def rerequest_suite(world: World, suite: CheckSuite, by: Account) -> None:
    """Press "Re-run all"."""
    _reset(world, suite, suite.latest())
    _emit_suite(world, suite, "rerequested", by)


def _reset(world: World, suite: CheckSuite, runs: Iterable[CheckRun]) -> None:
    suite.status, suite.conclusion = RunStatus.QUEUED, None
    suite.updated_at = world.now()
    for run in runs:
        run.rerun_asked = True


def press_button(world: World, run: CheckRun, identifier: str, by: Account) -> None:
    """Press one of the run's own buttons; raises `Refused` (404) for one it does not have."""
    if identifier not in {action["identifier"] for action in run.actions}:
        raise Refused(404, "Not Found")
    _emit_run(world, run, "requested_action", by, requested_action=identifier)


def set_status(world: World, repository: Repository, status: CommitStatus) -> CommitStatus:
    """Set a commit status; GitHub keeps at most 1,000 for each commit and context."""
    same = [s for s in repository.statuses if (s.sha, s.context) == (status.sha, status.context)]
    if len(same) >= 1000:  # noqa: PLR2004 - the documented limit
        sentence = "This SHA and context has reached the maximum number of statuses."
        raise unprocessable("Validation Failed", {"message": sentence})
    filed = replace(status, id=world.ids.next())
    repository.statuses.append(filed)
    return filed


def _emit_run(world: World, run: CheckRun, action: str, by: Account, **more: object) -> None:
    repository = run.suite.repository
    subject = {"run": run, **more}
    world.emit(Event(name="check_run", action=action, sender=by, repository=repository, subject=subject))


def _emit_suite(world: World, suite: CheckSuite, action: str, by: Account) -> None:
    world.emit(
        Event(
            name="check_suite",
            action=action,
            sender=by,
            repository=suite.repository,
            subject={"suite": suite},
        )
    )
