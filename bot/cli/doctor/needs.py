"""What the app needs, and what does not work without it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PERMISSIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "metadata": "nothing can be read",
        "checks": "no check is written, so nothing holds the merge",
        "statuses": "a ruleset does not offer this app as the check's expected source",
        "contents": "no document, template or configuration can be read, and, as ONBOARDING wishes, "
        "no first configuration offered",
        "pull_requests": "reviews are not seen, nobody is asked, and no comment is written",
        "issues": "slash commands in comments are not heard",
        "members": "teams cannot be looked up, so their names count as unverified",
        "merge_queues": "the groups of a merge queue are not judged",
    }
)
"""Permission -> what happens without it. Which level is needed stands in the manifest."""
EVENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "pull_request": "pull requests are not judged when they are opened or pushed to",
        "pull_request_review": "approvals and objections are seen late",
        "pull_request_review_comment": "commands in review comments are seen late",
        "issue_comment": "slash commands are seen late",
        "check_run": "Re-run and the buttons of the check do nothing",
        "check_suite": "Re-run all does nothing",
        "push": "changes of the base branch are seen late",
        "membership": "who joins or leaves a team is known up to fifteen minutes late",
        "team": "renamed and removed teams are known late",
        "organization": "who leaves the organisation is known late",
        "merge_group": "the groups of a merge queue wait for ever",
        "repository": "renamed repositories are known late",
    }
)
"""Event -> what happens without it."""
LEVELS: Final = ("read", "write", "admin")


def enough(granted: str | None, needed: str) -> bool:
    """Whether a granted level covers the one that is needed."""
    return granted in LEVELS and LEVELS.index(granted) >= LEVELS.index(needed)
