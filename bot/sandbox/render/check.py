"""Check runs, suites, annotations and statuses as JSON."""

from __future__ import annotations

from bot.sandbox.render.git import simple_commit
from bot.sandbox.render.people import Json, account, app
from bot.sandbox.render.pull import minimal as pull_minimal
from bot.sandbox.render.repository import api_url, html_url, minimal
from bot.sandbox.state.check import Annotation, CheckRun, CheckSuite, CommitStatus
from bot.sandbox.state.clock import iso, iso_or_none
from bot.sandbox.state.pull import PullRequest
from bot.sandbox.state.repository import Repository
from bot.sandbox.state.world import World


def _pulls(home: Repository, oid: str) -> list[PullRequest]:
    """Return the pull requests a check names: never those from forks."""
    return [pull for pull in home.open_pulls_at(oid) if not pull.cross_repository]


def run(world: World, which: CheckRun) -> Json:
    """Render `check-run`."""
    suite = which.suite
    home = suite.repository
    url = f"{api_url(world, home)}/check-runs/{which.id}"
    return {
        "id": which.id,
        "name": which.name,
        "node_id": which.node_id,
        "head_sha": suite.head_sha,
        "external_id": which.external_id,
        "url": url,
        "html_url": f"{html_url(world, home)}/runs/{which.id}",
        "details_url": which.details_url or world.web_url,
        "status": which.status.value,
        "conclusion": which.conclusion.value if which.conclusion else None,
        "started_at": iso(which.started_at),
        "completed_at": iso_or_none(which.completed_at),
        "output": {
            "title": which.title,
            "summary": which.summary,
            "text": which.text,
            "annotations_count": len(which.annotations),
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": suite.id},
        "app": app(world, suite.app),
        "pull_requests": [pull_minimal(world, pull) for pull in _pulls(home, suite.head_sha)],
    }


def suite(world: World, which: CheckSuite) -> Json:
    """Render `check-suite`."""
    home = which.repository
    url = f"{api_url(world, home)}/check-suites/{which.id}"
    return {
        "id": which.id,
        "node_id": which.node_id,
        "head_branch": which.head_branch,
        "head_sha": which.head_sha,
        "status": which.status.value,
        "conclusion": which.conclusion.value if which.conclusion else None,
        "url": url,
        "before": which.before,
        "after": which.after,
        "pull_requests": [pull_minimal(world, pull) for pull in _pulls(home, which.head_sha)],
        "app": app(world, which.app),
        "repository": minimal(world, home),
        "created_at": iso(which.created_at),
        "updated_at": iso(which.updated_at),
        "head_commit": simple_commit(home.git.commits[which.head_sha]),
        "latest_check_runs_count": len(which.latest()),
        "check_runs_url": f"{url}/check-runs",
        "rerequestable": True,
        "runs_rerequestable": True,
    }


def annotation(world: World, which: CheckRun, remark: Annotation) -> Json:
    """Render `check-annotation`."""
    page = html_url(world, which.suite.repository)
    return {
        "path": remark.path,
        "blob_href": f"{page}/blob/{which.suite.head_sha}/{remark.path}",
        "start_line": remark.start_line,
        "end_line": remark.end_line,
        "start_column": remark.start_column,
        "end_column": remark.end_column,
        "annotation_level": remark.annotation_level,
        "title": remark.title,
        "message": remark.message,
        "raw_details": remark.raw_details,
    }


def status(world: World, home: Repository, which: CommitStatus) -> Json:
    """Render `status`."""
    return {
        "url": f"{api_url(world, home)}/statuses/{which.sha}",
        "avatar_url": f"{world.web_url}/avatars/{which.creator.id}",
        "id": which.id,
        "node_id": which.node_id,
        "state": which.state,
        "description": which.description,
        "target_url": which.target_url,
        "context": which.context,
        "created_at": iso(which.created_at),
        "updated_at": iso(which.created_at),
        "creator": account(world, which.creator),
    }
