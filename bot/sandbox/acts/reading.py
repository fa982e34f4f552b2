"""Derived facts of a pull request: its files, commits, and whether it may merge."""

from __future__ import annotations

from bot.sandbox.acts.diff import FileChange, changes
from bot.sandbox.acts.merging import merged_files
from bot.sandbox.state.accounts import Role
from bot.sandbox.state.check import PASSING, CheckRun, RunStatus
from bot.sandbox.state.pull import PullRequest, Review, ReviewState
from bot.sandbox.state.repository import BranchRule, Repository, RequiredCheck
from bot.sandbox.state.world import World


def base_tip(pull: PullRequest) -> str:
    """Return the base branch's tip, or the last known one when the branch is gone."""
    return pull.repository.branches.get(pull.base_ref, pull.base_sha)


def merge_base(pull: PullRequest) -> str:
    """Return the commit the pull request started from; after a merge, as it was then."""
    base = pull.base_sha if pull.merged else base_tip(pull)
    return pull.repository.git.merge_base(base, pull.head_sha) or base


def pull_commits(pull: PullRequest) -> list[str]:
    """Return the pull request's own commits, oldest first."""
    base = pull.base_sha if pull.merged else base_tip(pull)
    return pull.repository.git.between(base, pull.head_sha)


def pull_changes(pull: PullRequest) -> list[FileChange]:
    """Return the files a pull request changes since the merge base."""
    git = pull.repository.git
    return changes(git, merge_base(pull), pull.head_sha)


def is_mergeable(pull: PullRequest) -> bool:
    """Tell whether the head merges into the base without a conflict."""
    return merged_files(pull.repository.git, base_tip(pull), pull.head_sha) is not None


def rules_of(pull: PullRequest) -> list[BranchRule]:
    """Return the rules over the pull request's base branch."""
    return pull.repository.rules_for(pull.base_ref)


def required_checks(pull: PullRequest) -> list[RequiredCheck]:
    """Return the checks the base branch asks for."""
    return [check for rule in rules_of(pull) for check in rule.required_checks]


def latest_runs(repository: Repository, oid: str, check: RequiredCheck) -> list[CheckRun]:
    """Return the newest runs that can satisfy a required check on a commit, one per app."""
    return [
        run
        for suite in repository.suites_on(oid)
        if check.integration_id in (None, suite.app.id)
        for run in suite.latest()
        if run.name == check.context
    ]


def check_state(pull: PullRequest, check: RequiredCheck) -> str:
    """Return GitHub's word for a required check on the head: success, failing, expected ..."""
    runs = latest_runs(pull.repository, pull.head_sha, check)
    words = [_run_word(run) for run in runs]
    for status in reversed(pull.repository.statuses):
        if status.sha == pull.head_sha and status.context == check.context:
            if check.integration_id is None:
                words.append({"success": "success", "pending": "pending"}.get(status.state, "failing"))
            break
    if not words:
        return "expected"
    return next((word for word in words if word != "success"), "success")


def _run_word(run: CheckRun) -> str:
    if run.rerun_asked or run.status is RunStatus.QUEUED:
        return "queued"
    if run.status is RunStatus.IN_PROGRESS:
        return "in progress"
    return "success" if run.conclusion in PASSING else "failing"


def opinions(world: World, pull: PullRequest) -> list[Review]:
    """Return each writer's latest approval or change request."""
    latest: dict[int, Review] = {}
    for review in pull.reviews:
        if review.state in (ReviewState.APPROVED, ReviewState.CHANGES_REQUESTED):
            latest[review.author.id] = review
        elif review.state is ReviewState.DISMISSED:
            latest.pop(review.author.id, None)
    return [review for review in latest.values() if world.role(review.author, pull.repository) >= Role.WRITE]


def review_decision(world: World, pull: PullRequest) -> str | None:
    """Return the decision where the base asks for approvals, else None."""
    needed = max((rule.required_approvals for rule in rules_of(pull)), default=0)
    if needed == 0:
        return None
    said = [review.state for review in opinions(world, pull)]
    if ReviewState.CHANGES_REQUESTED in said:
        return "CHANGES_REQUESTED"
    return "APPROVED" if said.count(ReviewState.APPROVED) >= needed else "REVIEW_REQUIRED"


def blockers(world: World, pull: PullRequest) -> list[str]:
    """Return GitHub's sentences for the rules that a merge would break now."""
    sentences = []
    for check in required_checks(pull):
        word = check_state(pull, check)
        if word != "success":
            verb = "is expected" if word == "expected" else f"is {word}"
            sentences.append(f'Required status check "{check.context}" {verb}.')
    if review_decision(world, pull) not in (None, "APPROVED"):
        needed = max(rule.required_approvals for rule in rules_of(pull))
        sentences.append(
            f"At least {needed} approving review{'s are' if needed > 1 else ' is'} "
            "required by reviewers with write access."
        )
    return sentences


def merge_state(world: World, pull: PullRequest) -> str:
    """Return GraphQL's MergeStateStatus; REST has the same word in lower case."""
    if not pull.open:
        return "UNKNOWN"
    if not is_mergeable(pull):
        return "DIRTY"
    if pull.draft or blockers(world, pull):
        return "BLOCKED"
    runs = [run for suite in pull.repository.suites_on(pull.head_sha) for run in suite.latest()]
    return "CLEAN" if all(_run_word(run) == "success" for run in runs) else "UNSTABLE"
