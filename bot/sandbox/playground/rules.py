"""The rules of the branch, as its admin changes them: which check is required, from whom, who may bypass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.sandbox.person import Person
from bot.sandbox.playground.deeds import NotAllowed
from bot.sandbox.state.accounts import App, Role
from bot.sandbox.state.repository import BranchRule, Repository, RequiredCheck
from bot.sandbox.state.world import World

_LONGEST: Final = 100
"""Characters of a check's name."""
_MOST: Final = 20
_ANY: Final = "any source"

SWITCHES: Final[Mapping[str, str]] = {
    "admins_bypass": "Admins may bypass these rules",
    "dismiss_stale_reviews": "Dismiss approvals when new commits are pushed",
}
"""Of a rule, by the name of its field -> what it is called on the page."""


@dataclass(frozen=True, slots=True)
class Demanded:
    """A required check as the page shows it."""

    context: str
    source: str
    pinned: bool


def sources(world: World, repository: Repository) -> list[App]:
    """Return the apps that a check can be pinned to: those installed on the repository."""
    return [one.app for one in world.installations.values() if world.covers(one, repository)]


def demanded(world: World, rule: BranchRule) -> list[Demanded]:
    """Return what the rule requires."""
    slugs = {app.id: app.slug for app in world.apps.values()}
    return [
        Demanded(
            one.context,
            _ANY if one.integration_id is None else slugs.get(one.integration_id, "an app that is gone"),
            one.integration_id is not None,
        )
        for one in rule.required_checks
    ]


def change(
    world: World, repository: Repository, rule: BranchRule, person: Person, given: Mapping[str, str]
) -> None:
    """Change one thing of a rule; raises `NotAllowed` for who is no admin, and for what makes no sense."""
    if world.role(person.account, repository) < Role.ADMIN:
        raise NotAllowed(f"may not change the rules of {repository.full_name}: only admins may")
    context, what = given.get("context", "").strip(), given.get("what", "")
    if what == "require":
        _require(world, repository, rule, context, given.get("source", ""))
    elif what == "drop":
        rule.required_checks = [one for one in rule.required_checks if one.context != context]
    elif what in SWITCHES:
        setattr(rule, what, not getattr(rule, what))
    else:
        raise NotAllowed("cannot change that: there is no such rule")


def _require(world: World, repository: Repository, rule: BranchRule, context: str, source: str) -> None:
    """Require a check of a name once: naming it again changes where it must come from."""
    if not context or len(context) > _LONGEST or not context.isprintable():
        raise NotAllowed(f"cannot require that: a check's name has 1 to {_LONGEST} characters")
    pinned = {app.slug: app.id for app in sources(world, repository)}
    if source and source not in pinned:
        raise NotAllowed("cannot pin it to that: no such app is installed here")
    others = [one for one in rule.required_checks if one.context != context]
    if len(others) >= _MOST:
        raise NotAllowed(f"cannot require more than {_MOST} checks")
    rule.required_checks = [*others, RequiredCheck(context, pinned.get(source))]
