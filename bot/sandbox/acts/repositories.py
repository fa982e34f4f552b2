"""What befalls whole repositories."""

from __future__ import annotations

from bot.sandbox.errors import unprocessable
from bot.sandbox.state.accounts import Account
from bot.sandbox.state.repository import Repository
from bot.sandbox.state.world import Event, World


def rename(world: World, repository: Repository, name: str, by: Account) -> None:
    """Give a repository another name; the old one redirects."""
    was = repository.name
    if f"{repository.owner.login}/{name}".lower() in (
        r.full_name.lower() for r in world.repositories.values()
    ):
        raise unprocessable("Repository creation failed.", {"field": "name", "code": "custom"})
    world.rename_repository(repository, name)
    _tell(world, repository, "renamed", by, changes={"repository": {"name": {"from": was}}})


def transfer(world: World, repository: Repository, owner: Account, by: Account) -> None:
    """Give a repository to another account; the old address redirects."""
    former = repository.owner
    taken = {each.full_name.lower() for each in world.repositories.values()}
    if f"{owner.login}/{repository.name}".lower() in taken:
        raise unprocessable("Validation Failed", {"field": "name", "code": "custom"})
    world.transfer_repository(repository, owner)
    _tell(world, repository, "transferred", by, former=former)


def set_archived(world: World, repository: Repository, by: Account, *, archived: bool) -> None:
    """Make a repository read-only, or writable again."""
    if repository.archived is not archived:
        repository.archived = archived
        _tell(world, repository, "archived" if archived else "unarchived", by)


def delete(world: World, repository: Repository, by: Account) -> None:
    """Delete a repository; pull requests from it stay, without a head repository."""
    _tell(world, repository, "deleted", by)
    world.drop_repository(repository)


def _tell(world: World, repository: Repository, action: str, by: Account, **subject: object) -> None:
    world.emit(
        Event(name="repository", action=action, sender=by, repository=repository, subject=dict(subject))
    )
