"""The merge queue: each pull request's group stands on the group ahead of it, the first on the base's tip.

docs.github.com, managing a merge queue: a group is a branch with the base, what is ahead, and its own change.
"""

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
from bot.sandbox.state.repository import Repository
from bot.sandbox.state.world import Event, World

# A merge group's end, and the reason its pull request then gives in `dequeued`.
REASONS: Final = {"dequeued": "MANUAL", "invalidated": "CI_FAILURE", "merged": "MERGE"}


def enqueue(world: World, pull: PullRequest, by: Account) -> str:
    """Put a pull request into the queue and return its merge group's head."""
    if not any(rule.merge_queue for rule in rules_of(pull)):
        raise unprocessable("The merge queue is not enabled")
    if pull.draft or not pull.open or blockers(world, pull):
        raise unprocessable("Pull request is not in a mergeable state")
    ahead = waiting(pull.repository, pull.base_ref)
    head = _build(world, pull, ahead[-1].head_sha if ahead else base_tip(pull), by)
    if head is None:
        raise unprocessable("Pull request is not mergeable")
    tell(world, pull, "enqueued", by)
    _ask(world, pull, by)
    return head


def waiting(repository: Repository, branch: str) -> list[QueueEntry]:
    """Return what waits in a branch's queue, the next one first."""
    entries = [
        pull.queue_entry
        for pull in repository.pulls.values()
        if pull.queue_entry is not None and pull.base_ref == branch
    ]
    return sorted(entries, key=lambda entry: entry.turn)


def _build(world: World, pull: PullRequest, base: str, by: Account) -> str | None:
    """Make the pull request's group on a commit and return its head, None where that is a conflict."""
    files = merged_files(pull.repository.git, base, pull.head_sha)
    if files is None:
        return None
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
    number, old = world.ids.next(), pull.queue_entry
    since, turn = (old.enqueued_at, old.turn) if old else (world.now(), number)
    entry = QueueEntry(number, pull, head, base, by, since, turn)
    pull.queue_entry = world.register(entry)
    pull.repository.branches[_branch(entry)] = head
    return head


def _ask(world: World, pull: PullRequest, by: Account) -> None:
    """Ask for checks on the pull request's group."""
    entry = pull.queue_entry
    if entry is not None:
        open_suites(world, pull.repository, entry.head_sha, by, branch=_branch(entry))
        _tell_group(world, entry, "checks_requested", by)


def _branch(entry: QueueEntry) -> str:
    base = entry.pull.base_ref
    return f"gh-readonly-queue/{base}/pr-{entry.pull.number}-{entry.base_sha}"


def dequeue(world: World, pull: PullRequest, by: Account, reason: str = "dequeued") -> None:
    """Take a pull request out of the queue."""
    entry = pull.queue_entry
    if entry is None:
        raise unprocessable("Pull request is not in the merge queue")
    behind = [one for one in waiting(pull.repository, pull.base_ref) if one.turn > entry.turn]
    pull.queue_entry = None
    pull.repository.branches.pop(_branch(entry), None)
    tell(world, pull, "dequeued", by, reason=REASONS.get(reason, "MANUAL"))
    _tell_group(world, entry, "destroyed", by, reason=reason)
    _rebuild(world, behind, entry.base_sha, by)


def _rebuild(world: World, behind: list[QueueEntry], base: str, by: Account) -> None:
    """Make the groups anew that stood on one that is gone."""
    for old in behind:
        old.pull.repository.branches.pop(_branch(old), None)
        _tell_group(world, old, "destroyed", by, reason="invalidated")
        head = _build(world, old.pull, base, old.enqueuer)
        if head is None:
            old.pull.queue_entry = None
            tell(world, old.pull, "dequeued", by, reason="MERGE_CONFLICT")
            continue
        _ask(world, old.pull, old.enqueuer)
        base = head


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
                    _land(world, pull)
                elif not (_head_green(pull) and waiting(pull.repository, pull.base_ref)[-1] is not entry):
                    dequeue(world, pull, entry.enqueuer, "invalidated")

    world.listeners.append(on_event)


def _counts(pull: PullRequest, run: CheckRun) -> bool:
    return any(
        check.context == run.name and check.integration_id in (None, run.suite.app.id)
        for check in required_checks(pull)
    )


def _head_green(pull: PullRequest) -> bool:
    return any(rule.queue_head_green for rule in rules_of(pull))


def _land(world: World, pull: PullRequest) -> None:
    """Merge from the front as far as the groups have passed; with HEADGREEN, all up to one that has."""
    entries = waiting(pull.repository, pull.base_ref)
    passed = [_has_passed(entry) for entry in entries]
    if _head_green(pull):
        number = max((place for place, ok in enumerate(passed, start=1) if ok), default=0)
    else:
        number = (*passed, False).index(False)
    for entry in entries[:number]:
        entry.pull.repository.branches.pop(_branch(entry), None)
        mark_merged(world, entry.pull, entry.head_sha, entry.base_sha, entry.enqueuer)
        push(world, entry.pull.repository, entry.pull.base_ref, entry.head_sha, entry.enqueuer)
        _tell_group(world, entry, "destroyed", entry.enqueuer, reason="merged")


def _has_passed(entry: QueueEntry) -> bool:
    checks = [
        latest_runs(entry.pull.repository, entry.head_sha, check) for check in required_checks(entry.pull)
    ]
    return all(runs and all(run.conclusion in PASSING for run in runs) for runs in checks)


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
