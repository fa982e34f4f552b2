"""Webhook payloads, as GitHub's webhook descriptions give them."""

from __future__ import annotations

from typing import Any

from bot.sandbox.acts.diff import ChangeKind, changes
from bot.sandbox.render import check, git, people, pull, repository, said
from bot.sandbox.render.people import Json
from bot.sandbox.render.repository import html_url
from bot.sandbox.state.accounts import Account, Installation, Organization, Team
from bot.sandbox.state.check import CheckSuite
from bot.sandbox.state.repository import Repository
from bot.sandbox.state.world import Event, World

NOTHING = "0" * 40


def payload(world: World, event: Event, installation: Installation | None) -> Json:
    """Render the whole body for one installation, or for an app as such."""
    shown: Json = {} if event.action is None else {"action": event.action}
    shown.update(_subject(world, event))
    home = event.repository
    if home is not None:
        if "repository" not in shown:
            shown["repository"] = _repository(world, event, home)
        if isinstance(home.owner, Organization):
            shown["organization"] = people.organization_simple(world, home.owner)
    elif event.organization is not None:
        shown["organization"] = people.organization_simple(world, event.organization)
    if installation is None:
        return {**shown, "sender": people.account(world, event.sender)}
    if event.name.startswith("installation"):
        shown["installation"] = people.installation(world, installation)
    else:
        shown["installation"] = {"id": installation.id, "node_id": installation.node_id}
    shown["sender"] = people.account(world, event.sender)
    return shown


def _repository(world: World, event: Event, home: Repository) -> Json:
    shown = repository.repository(world, home)
    if event.name == "push":
        shown["pushed_at"] = int(home.pushed_at.timestamp())
        shown["created_at"] = int(home.created_at.timestamp())
        shown["stargazers"] = 0
        shown["master_branch"] = home.default_branch
    return shown


def _subject(world: World, event: Event) -> Json:
    subject: dict[str, Any] = event.subject
    shown: Json = {}
    if "pull" in subject:
        shown.update(_pull(world, event, subject))
    if "run" in subject:
        shown["check_run"] = {
            **check.run(world, subject["run"]),
            "check_suite": _suite_in_run(world, subject["run"].suite),
        }
    if "requested_action" in subject:
        shown["requested_action"] = {"identifier": subject["requested_action"]}
    if "suite" in subject:
        shown["check_suite"] = {
            name: value
            for name, value in check.suite(world, subject["suite"]).items()
            if name != "repository"
        }
    if "team" in subject:
        shown["team"] = people.team(world, subject["team"], event.repository)
    if "changes" in subject:
        shown["changes"] = subject["changes"]
    if "former" in subject:
        shown["changes"] = {"owner": {"from": _former(world, subject["former"])}}
    return {**shown, **_other(world, event, subject)}


def _former(world: World, owner: Account) -> Json:
    if isinstance(owner, Organization):
        return {"organization": people.organization_simple(world, owner)}
    return {"user": people.account(world, owner)}


def _suite_in_run(world: World, suite: CheckSuite) -> Json:
    shown = check.suite(world, suite)
    kept = ("id", "node_id", "head_branch", "head_sha", "status", "conclusion", "url", "before")
    more = ("after", "pull_requests", "app", "created_at", "updated_at")
    return {name: shown[name] for name in kept + more}


def _pull(world: World, event: Event, subject: dict[str, Any]) -> Json:
    which = subject["pull"]
    shown: Json = {}
    if event.name == "issue_comment":
        return {"issue": pull.issue(world, which), "comment": said.comment(world, subject["comment"])}
    if event.name == "pull_request":
        shown["number"] = which.number
        shown["pull_request"] = pull.full(world, which)
    else:
        shown["pull_request"] = pull.simple(world, which)
    if "review" in subject:
        review = said.review(world, subject["review"])
        shown["review"] = {"submitted_at": None, **review, "state": str(review["state"]).lower()}
    if "review_comment" in subject:
        shown["comment"] = said.review_comment(world, subject["review_comment"])
    shown.update({name: subject[name] for name in ("before", "after", "reason") if name in subject})
    if "label" in subject:
        shown["label"] = repository.label(world, which.repository, subject["label"])
    if "reviewer" in subject:
        shown.update(_reviewer(world, subject["reviewer"]))
    if event.name == "pull_request_review" and event.action == "edited":
        shown["changes"] = {"body": {"from": ""}}
    return shown


def _reviewer(world: World, reviewer: Account | Team) -> Json:
    if isinstance(reviewer, Team):
        return {"requested_team": people.team(world, reviewer)}
    return {"requested_reviewer": people.account(world, reviewer)}


def _other(world: World, event: Event, subject: dict[str, Any]) -> Json:
    if event.name == "membership":
        member = people.account(world, subject["user"])
        return {"scope": "team", "member": member}
    if event.name == "organization":
        membership = {
            "url": f"{world.api_url}/orgs/x/memberships/{subject['user'].login}",
            "state": "active",
            "role": "member",
            "organization_url": f"{world.api_url}/orgs/x",
            "user": people.account(world, subject["user"]),
        }
        return {"membership": membership}
    if event.name == "push" and event.repository is not None:
        return _push(world, event, event.repository, subject)
    if event.name == "installation" and event.installation is not None:
        covered = [r for r in world.repositories.values() if world.covers(event.installation, r)]
        return {"repositories": [_short(r) for r in covered], "requester": None}
    if event.name == "installation_repositories":
        return {
            "repository_selection": "selected",
            "repositories_added": [_short(r) for r in subject["added"]],
            "repositories_removed": [_short(r) for r in subject["removed"]],
            "requester": None,
        }
    if event.name == "merge_group" and event.repository is not None:
        return _merge_group(event.repository, subject)
    return {}


def _short(which: Repository) -> Json:
    return {
        "id": which.id,
        "node_id": which.node_id,
        "name": which.name,
        "full_name": which.full_name,
        "private": which.private,
    }


def _merge_group(home: Repository, subject: dict[str, Any]) -> Json:
    entry = subject["entry"]
    base = entry.pull.base_ref
    group = {
        "head_sha": entry.head_sha,
        "head_ref": f"refs/heads/gh-readonly-queue/{base}/pr-{entry.pull.number}-{entry.base_sha}",
        "base_sha": entry.base_sha,
        "base_ref": f"refs/heads/{base}",
        "head_commit": git.simple_commit(home.git.commits[entry.head_sha]),
    }
    reason = {"reason": subject["reason"]} if "reason" in subject else {}
    return {"merge_group": group, **reason}


def _push(world: World, event: Event, home: Repository, subject: dict[str, Any]) -> Json:
    before, after = subject["before"] or NOTHING, subject["after"] or NOTHING
    commits = []
    if after != NOTHING:
        fresh = home.git.between(before, after) if before != NOTHING else [after]
        commits = [_pushed(world, home, oid) for oid in fresh]
    return {
        "ref": f"refs/heads/{subject['branch']}",
        "before": before,
        "after": after,
        "base_ref": None,
        "created": before == NOTHING,
        "deleted": after == NOTHING,
        "forced": subject["forced"],
        "compare": f"{html_url(world, home)}/compare/{before[:12]}...{after[:12]}",
        "commits": commits[-2048:],
        "head_commit": _pushed(world, home, after) if after != NOTHING else None,
        "pusher": {"name": event.sender.login, "email": event.sender.email},
    }


def _pushed(world: World, home: Repository, oid: str) -> Json:
    commit = home.git.commits[oid]
    kinds: dict[str, list[str]] = {"added": [], "removed": [], "modified": []}
    if commit.parents:
        for change in changes(home.git, commit.parents[0], oid):
            if change.kind is ChangeKind.RENAMED:
                kinds["added"].append(change.path)
                kinds["removed"].append(change.old_path)
            else:
                kinds.get(change.kind.value, kinds["modified"]).append(change.path)
    else:
        kinds["added"] = list(home.git.files(oid))
    return {
        **git.simple_commit(commit),
        "distinct": True,
        "url": f"{html_url(world, home)}/commit/{oid}",
        **kinds,
    }
