"""Check suites, runs and annotations."""

from __future__ import annotations

from typing import Any

from bot.sandbox.acts.reading import required_checks
from bot.sandbox.graphql.context import Context
from bot.sandbox.graphql.fields import field
from bot.sandbox.graphql.paging import Connection, connect
from bot.sandbox.graphql.views import CommitAt, RefAt, Remark, commit_at
from bot.sandbox.render.repository import html_url
from bot.sandbox.state.accounts import App
from bot.sandbox.state.check import CheckRun, CheckSuite
from bot.sandbox.state.pull import PullRequest
from bot.sandbox.state.repository import Repository


@field("App.url")
def app_url(app: App, context: Context) -> str:
    """Return the app's page."""
    return f"{context.world.web_url}/apps/{app.slug}"


@field("Commit.checkSuites")
def suites(
    at: CommitAt, context: Context, filter_by: dict[str, Any] | None = None, **args: object
) -> Connection:
    """List a commit's suites, of one app or with a check of one name if asked."""
    context.need("checks")
    wanted = filter_by or {}
    app_id, name = wanted.get("appId"), wanted.get("checkName")
    rows = [
        suite
        for suite in at.repository.suites_on(at.commit.oid)
        if app_id in (None, suite.app.id) and (name is None or any(run.name == name for run in suite.runs))
    ]
    return connect(rows, args)


@field("CheckSuite.branch")
def suite_branch(suite: CheckSuite, _context: Context) -> RefAt | None:
    """Return the pushed branch, null for a fork's."""
    branch = suite.head_branch
    known = branch is not None and branch in suite.repository.branches
    return RefAt(suite.repository, str(branch)) if known else None


@field("CheckSuite.commit")
def suite_commit(suite: CheckSuite, _context: Context) -> CommitAt | None:
    """Return the commit."""
    return commit_at(suite.repository, suite.head_sha)


@field("CheckSuite.url")
def suite_url(suite: CheckSuite, context: Context) -> str:
    """Return the suite's page."""
    home = html_url(context.world, suite.repository)
    return f"{home}/commit/{suite.head_sha}/checks?check_suite_id={suite.id}"


@field("CheckSuite.checkRuns")
def runs(
    suite: CheckSuite,
    _context: Context,
    filter_by: dict[str, Any] | None = None,
    **args: object,
) -> Connection:
    """List a suite's runs; the newest of each name unless `checkType: ALL`."""
    wanted = filter_by or {}
    rows = list(suite.runs) if wanted.get("checkType") == "ALL" else suite.latest()
    names, statuses = wanted.get("checkName"), wanted.get("statuses")
    ended, app_id = wanted.get("conclusions"), wanted.get("appId")
    one = wanted.get("status")
    rows = [
        run
        for run in rows
        if names in (None, run.name)
        and app_id in (None, suite.app.id)
        and one in (None, run.status.name)
        and (statuses is None or run.status.name in statuses)
        and (ended is None or (run.conclusion and run.conclusion.name in ended))
    ]
    return connect(rows, args)


@field("CheckRun.checkSuite")
def run_suite(run: CheckRun, _context: Context) -> CheckSuite:
    """Return the run's suite."""
    return run.suite


@field("CheckRun.repository")
def run_repository(run: CheckRun, _context: Context) -> Repository:
    """Return the repository."""
    return run.suite.repository


@field("CheckRun.url", "CheckRun.permalink")
def run_url(run: CheckRun, context: Context) -> str:
    """Return the run's page."""
    return f"{html_url(context.world, run.suite.repository)}/runs/{run.id}"


@field("CheckRun.detailsUrl")
def run_details(run: CheckRun, context: Context) -> str:
    """Return the app's own page, by default the app's home."""
    return run.details_url or context.world.web_url


@field("CheckRun.isRequired")
def is_required(
    run: CheckRun,
    context: Context,
    pull_request_number: int | None = None,
    pull_request_id: str | None = None,
) -> bool:
    """Tell whether the base of a pull request requires this run, from this app."""
    pull = run.suite.repository.pulls.get(pull_request_number or 0)
    if pull is None and pull_request_id is not None:
        found = context.world.nodes.get(pull_request_id)
        pull = found if isinstance(found, PullRequest) else None
    if pull is None:
        return False
    return any(
        check.context == run.name and check.integration_id in (None, run.suite.app.id)
        for check in required_checks(pull)
    )


@field("CheckRun.annotations")
def run_annotations(run: CheckRun, _context: Context, **args: object) -> Connection:
    """List a run's annotations."""
    return connect(run.annotations, args, lambda each: Remark(run, each))


@field("CheckAnnotation.annotationLevel")
def level(remark: Remark, _context: Context) -> str:
    """Return NOTICE, WARNING or FAILURE."""
    return remark.annotation.annotation_level.upper()


@field("CheckAnnotation.message")
def message(remark: Remark, _context: Context) -> str:
    """Return the remark's text."""
    return remark.annotation.message


@field("CheckAnnotation.path")
def path(remark: Remark, _context: Context) -> str:
    """Return the file."""
    return remark.annotation.path


@field("CheckAnnotation.title")
def title(remark: Remark, _context: Context) -> str | None:
    """Return the remark's title."""
    return remark.annotation.title


@field("CheckAnnotation.rawDetails")
def raw_details(remark: Remark, _context: Context) -> str | None:
    """Return the remark's details."""
    return remark.annotation.raw_details


@field("CheckAnnotation.location")
def location(remark: Remark, _context: Context) -> dict[str, object]:
    """Return the lines."""
    at = remark.annotation
    return {
        "start": {"line": at.start_line, "column": at.start_column},
        "end": {"line": at.end_line, "column": at.end_column},
    }
