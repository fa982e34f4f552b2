"""What people can do with the forms; each deed has the effects and webhooks it has on GitHub."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from bot.sandbox.person import Person
from bot.sandbox.playground.views import runs_on_head
from bot.sandbox.state.accounts import Role
from bot.sandbox.state.pull import PullRequest
from bot.sandbox.state.repository import Repository
from bot.sandbox.state.world import World

_PATH: Final = re.compile(r"(?!\.)[\w.-]{1,80}(?:/(?!\.)[\w.-]{1,80}){0,8}\.md")

Given = Mapping[str, str]


class NotAllowed(Exception):  # noqa: N818 - what GitHub says to such a person
    """This person may not do that."""


def _must(world: World, person: Person, repository: Repository, least: Role, what: str) -> None:
    if world.role(person.account, repository) < least:
        raise NotAllowed(f"may not {what} in {repository.full_name}")


def _lines(text: str) -> str:
    """Return a text with the line ends that files have: forms send CRLF."""
    return text.replace("\r\n", "\n")


def open_pull(world: World, repository: Repository, person: Person, given: Given) -> PullRequest:
    """Open a pull request that adds one design."""
    _must(world, person, repository, Role.WRITE, "push")
    path = given["path"].strip()
    if not _PATH.fullmatch(path):
        raise NotAllowed("cannot make such a file: a path ending in .md, of letters, digits and . _ - /")
    branch = f"design-{repository.last_number + 1}"
    text = _lines(given["text"])
    title = next((line.lstrip("# ") for line in text.splitlines() if line.startswith("# ")), path)
    person.commit(repository, branch, {path: text}, message=f"Write {path.rpartition('/')[2]}")
    return person.open_pull(repository, branch, title=title[:200] or path)


def comment(world: World, pull: PullRequest, person: Person, given: Given) -> None:
    """Write a comment."""
    del world
    if not given.get("text", "").strip():
        raise NotAllowed("an empty comment cannot be written")
    if pull.locked:
        raise NotAllowed("the conversation is locked")
    person.comment(pull, _lines(given["text"]))


def review(world: World, pull: PullRequest, person: Person, given: Given) -> None:
    """Approve, ask for changes or comment in a review."""
    del world
    event = {"approve": "APPROVE", "object": "REQUEST_CHANGES"}.get(given.get("event", ""), "COMMENT")
    person.review(pull, event, _lines(given.get("text", "")))


def commit(world: World, pull: PullRequest, person: Person, given: Given) -> None:
    """Change a file at the head."""
    _must(world, person, pull.repository, Role.WRITE, "push")
    path = given.get("path", "")
    if not pull.open or pull.head_repository is None or not _PATH.fullmatch(path):
        raise NotAllowed("that file cannot be changed here")
    message = given.get("message", "").strip()[:200] or f"Change {path.rpartition('/')[2]}"
    person.commit(pull.head_repository, pull.head_ref, {path: _lines(given.get("text", ""))}, message=message)


def merge(world: World, pull: PullRequest, person: Person, given: Given) -> None:
    """Merge, if the branch's rules let it."""
    del given
    _must(world, person, pull.repository, Role.WRITE, "merge")
    person.merge(pull)


def close(world: World, pull: PullRequest, person: Person, given: Given) -> None:
    """Close or reopen."""
    del given
    if person.account is not pull.author:
        _must(world, person, pull.repository, Role.TRIAGE, "close")
    if pull.open:
        person.close(pull)
    elif not pull.merged:
        person.reopen(pull)


def draft(world: World, pull: PullRequest, person: Person, given: Given) -> None:
    """Mark ready for review, or take back to draft."""
    del given
    if person.account is not pull.author:
        _must(world, person, pull.repository, Role.WRITE, "change that")
    if pull.draft:
        person.ready(pull)
    else:
        person.draft(pull)


def press(world: World, pull: PullRequest, person: Person, given: Given) -> None:
    """Press a button of a check, or Re-run."""
    _must(world, person, pull.repository, Role.WRITE, "press that")
    for run in runs_on_head(pull):
        if str(run.id) == given.get("run"):
            if given.get("button") == "rerun":
                person.rerun(run)
            else:
                person.press(run, given.get("button", ""))


DEEDS: Final[Mapping[str, Callable[..., Any]]] = {
    "open": open_pull,
    "comment": comment,
    "review": review,
    "commit": commit,
    "merge": merge,
    "close": close,
    "draft": draft,
    "press": press,
}
"""By the last part of the form's address."""
