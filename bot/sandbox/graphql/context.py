"""What resolvers share: the caller, the world, and the caller's rights."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.errors import Refused
from bot.sandbox.http.actor import Actor
from bot.sandbox.http.services import Services
from bot.sandbox.state.accounts import Account, Role
from bot.sandbox.state.repository import Repository
from bot.sandbox.state.world import World


@dataclass(slots=True)
class Context:
    """One request's context. `points` and `nodes` are its computed cost."""

    services: Services
    actor: Actor
    points: int = 1
    nodes: int = 0

    @property
    def world(self) -> World:
        """All records."""
        return self.services.world

    @property
    def viewer(self) -> Account | None:
        """The account that reads."""
        return self.actor.account

    def by(self) -> Account:
        """Return who signs what is written."""
        if self.actor.account is None:
            raise Refused(403, "Resource not accessible by integration")
        return self.actor.account

    def need(self, permission: str, level: str = "read", *, other: str | None = None) -> None:
        """Refuse (FORBIDDEN) an installation without a permission; people have their roles."""
        if self.actor.token is None:
            return
        allowed = self.actor.allows(permission, level)
        if not allowed and not (other and self.actor.allows(other, level)):
            raise Refused(403, "Resource not accessible by integration")

    def sees(self, repository: Repository) -> bool:
        """Tell whether the caller may know of a repository."""
        if not repository.private:
            return True
        token = self.actor.token
        if token is not None:
            chosen = token.repositories
            return self.world.covers(token.installation, repository) and (
                chosen is None or repository.id in chosen
            )
        through = self.actor.through
        if through is not None and not self.world.reached(through, repository):
            return False
        return self.viewer is not None and self.world.role(self.viewer, repository) >= Role.READ

    def need_write(self, repository: Repository, permission: str, role: Role) -> None:
        """Refuse a write that the caller may not make in a repository."""
        token = self.actor.token
        if token is not None:
            if not self.world.covers(token.installation, repository):
                raise Refused(403, "Resource not accessible by integration")
            self.need(permission, "write")
        elif self.world.role(self.by(), repository) < role:
            raise Refused(403, f"{self.by().login} does not have the correct permissions")
