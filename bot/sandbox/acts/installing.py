"""Installing an app, choosing its repositories, suspending and removing it."""

from __future__ import annotations

from bot.sandbox.state.accounts import Account, App, Installation
from bot.sandbox.state.repository import Repository
from bot.sandbox.state.world import Event, World


def install(world: World, app: App, account: Account, by: Account) -> Installation:
    """Install an app on all repositories of an account."""
    installation = world.install(app, account)
    _tell(world, installation, "created", by)
    return installation


def choose(world: World, installation: Installation, chosen: list[Repository] | None, by: Account) -> None:
    """Let an installation reach the chosen repositories only; None means all of them."""
    before = [each for each in world.repositories.values() if world.covers(installation, each)]
    installation.repositories = None if chosen is None else {each.id for each in chosen}
    installation.updated_at = world.now()
    after = [each for each in world.repositories.values() if world.covers(installation, each)]
    added = [each for each in after if each not in before]
    removed = [each for each in before if each not in after]
    for action, rows in (("added", added), ("removed", removed)):
        if rows:
            subject: dict[str, object] = {"added": [], "removed": [], action: rows}
            world.emit(
                Event(
                    name="installation_repositories",
                    action=action,
                    sender=by,
                    installation=installation,
                    subject=subject,
                )
            )


def set_suspended(world: World, installation: Installation, by: Account, *, suspended: bool) -> None:
    """Suspend an installation, or let it work again."""
    installation.suspended_at = world.now() if suspended else None
    installation.suspended_by = by if suspended else None
    _tell(world, installation, "suspend" if suspended else "unsuspend", by)


def uninstall(world: World, installation: Installation, by: Account) -> None:
    """Remove an installation from its account."""
    del world.installations[installation.id]
    _tell(world, installation, "deleted", by)


def grant(world: World, installation: Installation, permissions: dict[str, str], by: Account) -> None:
    """Accept another set of permissions for an installation."""
    installation.permissions = dict(permissions)
    _tell(world, installation, "new_permissions_accepted", by)


def _tell(world: World, installation: Installation, action: str, by: Account) -> None:
    world.emit(Event(name="installation", action=action, sender=by, installation=installation))
