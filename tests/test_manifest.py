"""``app.yml`` asks for what the bot uses, and for nothing more."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.sandbox.scene import EVENTS, PERMISSIONS

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "app.yml").read_text(encoding="utf-8")
MANIFEST: dict[str, Any] = yaml.safe_load(TEXT)

NEEDED_BY = {
    "pull_request": "pull_requests",
    "pull_request_review": "pull_requests",
    "pull_request_review_comment": "pull_requests",
    "issue_comment": "issues",
    "check_run": "checks",
    "check_suite": "checks",
    "push": "contents",
    "merge_group": "merge_queues",
    "membership": "members",
    "team": "members",
    "organization": "members",
    "repository": "metadata",
}
"""GitHub refuses a manifest whose events its permissions do not allow."""


def test_the_tests_run_with_exactly_these_permissions() -> None:
    assert MANIFEST["default_permissions"] == PERMISSIONS


def test_every_permission_has_its_reason_beside_it() -> None:
    lines = TEXT.splitlines()
    for name in MANIFEST["default_permissions"]:
        at = next(number for number, line in enumerate(lines) if line.startswith(f"  {name}:"))
        assert lines[at - 1].lstrip().startswith("#")


@pytest.mark.parametrize("event", MANIFEST["default_events"])
def test_every_event_is_allowed_by_a_permission(event: str) -> None:
    assert NEEDED_BY[event] in MANIFEST["default_permissions"]
    assert event in EVENTS


def test_events_that_github_sends_anyway_are_not_asked_for() -> None:
    assert not {"installation", "installation_repositories"} & set(MANIFEST["default_events"])
