"""Check runs and suites (docs.github.com/rest/checks)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.sandbox.acts import checks as acts
from bot.sandbox.errors import Refused, malformed, not_found
from bot.sandbox.http.body import Body
from bot.sandbox.http.call import Answer, Call
from bot.sandbox.render import check as render
from bot.sandbox.rest.git import commit_at
from bot.sandbox.rest.repos import REPO
from bot.sandbox.rest.routes import router
from bot.sandbox.state.accounts import App, Role
from bot.sandbox.state.check import Annotation, CheckRun, CheckSuite, Conclusion, RunStatus

READ: Final = "checks:read"
WRITE: Final = "checks:write"
TEXT_LIMIT: Final = 65_535
MESSAGE_LIMIT: Final = 64 * 1024
MOST_ANNOTATIONS: Final = 50
MOST_ACTIONS: Final = 3
LEVELS: Final = ("notice", "warning", "failure")
STATUSES: Final = tuple(status.value for status in RunStatus)
# `stale` is GitHub's own word; an app may not say it.
CONCLUSIONS: Final = tuple(each.value for each in Conclusion if each is not Conclusion.STALE)
FIELDS: Final = (
    "name",
    "head_sha",
    "details_url",
    "external_id",
    "status",
    "started_at",
    "conclusion",
    "completed_at",
    "output",
    "actions",
)


def _app(call: Call) -> App:
    if call.app is None:
        raise Refused(403, "You must authenticate via a GitHub App.")
    return call.app


def _run(call: Call) -> CheckRun:
    found = call.repository().runs.get(call.number("run"))
    if found is None:
        raise not_found()
    return found


def _suite(call: Call) -> CheckSuite:
    found = call.repository().suites.get(call.number("suite"))
    if found is None:
        raise not_found()
    return found


@router.add("POST", f"{REPO}/check-runs", need=WRITE, person=Role.WRITE)
def create_run(call: Call) -> Answer:
    """Create a run; a second one of the same name is a second one."""
    app, body = _app(call), call.body
    body.only(*FIELDS)
    name, head = body.needed("name", limit=255), body.needed("head_sha")
    repository = call.repository()
    if head not in repository.git.commits:
        raise Refused(422, f"No commit found for SHA: {head}")
    world = call.world
    run = CheckRun(
        id=world.ids.next(),
        suite=acts.suite_for(world, repository, app, head),
        name=name,
        status=RunStatus.QUEUED,
        started_at=_moment(body, "started_at") or world.now(),
    )
    _write(call, run)
    acts.create_run(world, repository, app, head, run)
    return Answer(render.run(world, run), 201)


@router.add("PATCH", f"{REPO}/check-runs/{{run}}", need=WRITE, person=Role.WRITE)
def update_run(call: Call) -> Answer:
    """Write a run again; annotations are added to those it has."""
    app, run = _app(call), _run(call)
    call.body.only(*FIELDS)
    if run.suite.app is not app:
        raise Refused(
            403,
            f"Invalid app_id `{app.id}` - check run can only be modified by the GitHub App that created it.",
        )
    was = run.status
    _write(call, run)
    run.name = call.body.text("name", limit=255) or run.name
    acts.wrote_run(call.world, run, was=was)
    return Answer(render.run(call.world, run))


def _write(call: Call, run: CheckRun) -> None:
    """Apply a body's fields to a run, after all of them were checked."""
    body, world = call.body, call.world
    status, conclusion = body.choice("status", STATUSES), body.choice("conclusion", CONCLUSIONS)
    if status == "completed" and conclusion is None:
        raise malformed('"conclusion" wasn\'t supplied.')
    output = _output(body)
    actions = [_action(row) for row in body.objects("actions", limit=MOST_ACTIONS)]
    completed_at, started_at = _moment(body, "completed_at"), _moment(body, "started_at")
    details, external = body.text("details_url"), body.text("external_id")
    if conclusion is not None or completed_at is not None:
        run.status = RunStatus.COMPLETED
        run.conclusion = Conclusion(conclusion) if conclusion else run.conclusion
        run.completed_at = completed_at or world.now()
    elif status is not None:
        run.status, run.conclusion, run.completed_at = RunStatus(status), None, None
    run.started_at = started_at or run.started_at
    run.details_url = run.details_url if details is None else details
    run.external_id = run.external_id if external is None else external
    if output is not None:
        run.title, run.summary, run.text = output[:3]
        run.annotations.extend(output[3])
    if "actions" in body:
        run.actions = actions


def _output(body: Body) -> tuple[str, str, str | None, list[Annotation]] | None:
    output = body.object("output")
    if output is None:
        return None
    output.only("title", "summary", "text", "annotations", "images", "annotations_count", "annotations_url")
    return (
        output.needed("title", limit=TEXT_LIMIT),
        output.needed("summary", limit=TEXT_LIMIT),
        output.text("text", limit=TEXT_LIMIT),
        [_annotation(row) for row in output.objects("annotations", limit=MOST_ANNOTATIONS)],
    )


def _annotation(row: Body) -> Annotation:
    start, end = row.whole("start_line", required=True), row.whole("end_line", required=True)
    columns = row.whole("start_column"), row.whole("end_column")
    if columns != (None, None) and start != end:
        raise malformed("start_column and end_column need start_line and end_line to be equal.")
    level = row.choice("annotation_level", LEVELS)
    if level is None or start is None or end is None:
        raise malformed('"annotation_level" wasn\'t supplied.')
    return Annotation(
        path=row.needed("path"),
        start_line=start,
        end_line=end,
        start_column=columns[0],
        end_column=columns[1],
        annotation_level=level,
        message=row.needed("message", limit=MESSAGE_LIMIT),
        title=row.text("title", limit=255),
        raw_details=row.text("raw_details", limit=MESSAGE_LIMIT),
    )


def _action(row: Body) -> dict[str, str]:
    return {
        "label": row.needed("label", limit=20),
        "description": row.needed("description", limit=40),
        "identifier": row.needed("identifier", limit=20),
    }


def _moment(body: Body, name: str) -> datetime | None:
    text = body.text(name)
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise malformed(f"{text} is not a valid date-time.") from None


@router.add("GET", f"{REPO}/check-runs/{{run}}", need=READ)
def get_run(call: Call) -> Answer:
    """Return a run."""
    return Answer(render.run(call.world, _run(call)))


@router.add("GET", f"{REPO}/check-runs/{{run}}/annotations", need=READ)
def list_annotations(call: Call) -> Answer:
    """List a run's annotations."""
    run = _run(call)
    return call.page(run.annotations, lambda each: render.annotation(call.world, run, each))


@router.add("POST", f"{REPO}/check-runs/{{run}}/rerequest", need=WRITE, person=Role.WRITE)
def rerequest_run(call: Call) -> Answer:
    """Ask for a run again."""
    acts.rerequest_run(call.world, _run(call), call.by)
    return Answer({}, 201)


def _listed(call: Call, suites: list[CheckSuite]) -> Answer:
    """List runs of some suites, newest first, filtered as asked."""
    name, status = call.query.get("check_name"), call.query.get("status")
    newest = call.query.get("filter", "latest") == "latest"
    rows = [
        run
        for suite in suites
        for run in (suite.latest() if newest else suite.runs)
        if name in (None, run.name) and status in (None, run.status.value)
    ]
    rows.sort(key=lambda run: run.id, reverse=True)
    return call.page(rows, lambda each: render.run(call.world, each), "check_runs")


def _suites_of(call: Call) -> list[CheckSuite]:
    commit = commit_at(call, call.params["ref"])
    suites = call.repository().suites_on(commit.oid)
    wanted = call.query.get("app_id")
    return [each for each in suites if wanted in (None, str(each.app.id))]


@router.add("GET", f"{REPO}/commits/{{ref:.+}}/check-runs", need=READ)
def list_runs(call: Call) -> Answer:
    """List a commit's runs."""
    return _listed(call, _suites_of(call))


@router.add("GET", f"{REPO}/commits/{{ref:.+}}/check-suites", need=READ)
def list_suites(call: Call) -> Answer:
    """List a commit's suites."""
    name = call.query.get("check_name")
    rows = [
        suite for suite in _suites_of(call) if name is None or any(run.name == name for run in suite.runs)
    ]
    return call.page(rows, lambda each: render.suite(call.world, each), "check_suites")


@router.add("GET", f"{REPO}/check-suites/{{suite}}", need=READ)
def get_suite(call: Call) -> Answer:
    """Return a suite."""
    return Answer(render.suite(call.world, _suite(call)))


@router.add("GET", f"{REPO}/check-suites/{{suite}}/check-runs", need=READ)
def list_runs_of_suite(call: Call) -> Answer:
    """List a suite's runs."""
    return _listed(call, [_suite(call)])


@router.add("POST", f"{REPO}/check-suites", need=WRITE, person=Role.WRITE)
def create_suite(call: Call) -> Answer:
    """Create the app's suite on a commit, or return the one there is."""
    app, head = _app(call), call.body.needed("head_sha")
    commit_at(call, head)
    repository = call.repository()
    known = any(suite.app is app for suite in repository.suites_on(head))
    suite = acts.suite_for(call.world, repository, app, head)
    return Answer(render.suite(call.world, suite), 200 if known else 201)


@router.add("POST", f"{REPO}/check-suites/{{suite}}/rerequest", need=WRITE, person=Role.WRITE)
def rerequest_suite(call: Call) -> Answer:
    """Ask for all runs of a suite again."""
    acts.rerequest_suite(call.world, _suite(call), call.by)
    return Answer({}, 201)
