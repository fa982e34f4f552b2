"""The merge queue: groups of one pull request on the base's tip."""

from __future__ import annotations

from typing import Final

from bot.sandbox.acts.branches import build_commit, mark_merged, push
from bot.sandbox.acts.checks import open_suites
from bot.sandbox.acts.merging import merged_files
from bot.sandbox.acts.reading import (
    base_tip,
    blockers,
    latest_runs,
    required_checks,
    rules_of,
)
from bot.sandbox.acts.timeline import tell
from bot.sandbox.errors import unprocessable
from bot.sandbox.state.accounts import Account
from bot.sandbox.state.check import PASSING, CheckRun
from bot.sandbox.state.pull import PullRequest, QueueEntry
from bot.sandbox.state.world import Event, World

# A merge group's end, and the reason its pull request then gives in `dequeued`.
REASONS: Final = {"dequeued": "MANUAL", "invalidated": "CI_FAILURE", "merged": "MERGE"}


def enqueue(world: World, pull: PullRequest, by: Account) -> str:
    """Put a pull request into the queue and return its merge group's head."""
    if not any(rule.merge_queue for rule in rules_of(pull)):
        raise unprocessable("The merge queue is not enabled")
    if pull.draft or not pull.open or blockers(world, pull):
        raise unprocessable("Pull request is not in a mergeable state")
    base = base_tip(pull)
    files = merged_files(pull.repository.git, base, pull.head_sha)
    if files is None:
        raise unprocessable("Pull request is not mergeable")
    gone = dict.fromkeys(pull.repository.git.files(base).keys() - files.keys())
    text = f"Merge pull request #{pull.number} from {pull.head_owner.login}/{pull.head_ref}"
    head = build_commit(
        world,
        pull.repository,
        (base, pull.head_sha),
        {**gone, **files},
        by,
        text,
        committer=world.web_flow,
    ).oid
    entry = QueueEntry(world.ids.next(), pull, head, base, by, world.now())
    pull.queue_entry = world.register(entry)
    pull.repository.branches[_branch(entry)] = head
    tell(world, pull, "enqueued", by)
    open_suites(world, pull.repository, head, by, branch=_branch(entry))
    _tell_group(world, entry, "checks_requested", by)
    return head


def _branch(entry: QueueEntry) -> str:
    base = entry.pull.base_ref
    return f"gh-readonly-queue/{base}/pr-{entry.pull.number}-{entry.base_sha}"


def dequeue(world: World, pull: PullRequest, by: Account, reason: str = "dequeued") -> None:
    """Take a pull request out of the queue."""
    entry = pull.queue_entry
    if entry is None:
        raise unprocessable("Pull request is not in the merge queue")
    pull.queue_entry = None
    pull.repository.branches.pop(_branch(entry), None)
    tell(world, pull, "dequeued", by, reason=REASONS.get(reason, "MANUAL"))
    _tell_group(world, entry, "destroyed", by, reason=reason)


def follow(world: World) -> None:
    """Let every world's queues merge what has passed and turn out what has failed."""

    def on_event(event: Event) -> None:
        run = event.subject.get("run")
        if event.action != "completed" or not isinstance(run, CheckRun):
            return
        for pull in list(run.suite.repository.pulls.values()):
            entry = pull.queue_entry
            if entry is not None and entry.head_sha == run.suite.head_sha and _counts(pull, run):
                if run.conclusion in PASSING:
                    land(world, pull, entry.enqueuer)
                else:
                    dequeue(world, pull, entry.enqueuer, "invalidated")

    world.listeners.append(on_event)


def _counts(pull: PullRequest, run: CheckRun) -> bool:
    return any(
        check.context == run.name and check.integration_id in (None, run.suite.app.id)
        for check in required_checks(pull)
    )


def land(world: World, pull: PullRequest, by: Account) -> bool:
    """Merge a queued pull request if its group's required checks have all passed."""
    entry = pull.queue_entry
    if entry is None:
        return False
    for check in required_checks(pull):
        runs = latest_runs(pull.repository, entry.head_sha, check)
        if not runs or not all(run.conclusion in PASSING for run in runs):
            return False
    pull.repository.branches.pop(_branch(entry), None)
    mark_merged(world, pull, entry.head_sha, entry.base_sha, by)
    push(world, pull.repository, pull.base_ref, entry.head_sha, by)
    _tell_group(world, entry, "destroyed", by, reason="merged")
    return True


def _tell_group(world: World, entry: QueueEntry, action: str, by: Account, **more: object) -> None:
    world.emit(
        Event(
            name="merge_group",
            action=action,
            sender=by,
            repository=entry.pull.repository,
            subject={"entry": entry, **more},
        )
    )
