"""Who has to report a check by a branch protection rule, the way of before there were rulesets.

The rule itself is for administrators, but a branch tells whoever may read it which checks it requires:
https://docs.github.com/en/rest/branches/branches#get-a-branch
"""

from datetime import timedelta
from typing import Final

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from bot.core.model import Demand, PullRequestRef
from bot.github.client import Client
from bot.github.part import checked
from bot.ports import Cache, DeniedError, GoneError

LIFETIME: Final = timedelta(minutes=15)
"""No event that this app gets tells of a change."""

_ANY_APP: Final = -1
"""What GitHub calls no app in particular, beside null."""


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class RequiredCheck(_Lenient):
    """A check that a branch requires, with the app that has to report it; None: anybody may."""

    context: str
    app_id: int | None = None

    @property
    def source(self) -> int | None:
        """The app's number, None for any."""
        return None if self.app_id == _ANY_APP else self.app_id


class _Checks(_Lenient):
    checks: list[RequiredCheck] | None = None


class _Protection(_Lenient):
    required_status_checks: _Checks | None = None


class _Branch(_Lenient):
    protection: _Protection | None = None


_ROW: Final = TypeAdapter(list[RequiredCheck])


async def required_checks(
    client: Client, installation_id: int, owner: str, name: str, branch: str
) -> list[RequiredCheck]:
    """Return what a branch protection rule requires; empty where there is none, or it may not be read."""
    where = {"owner": owner, "name": name, "branch": branch}
    try:
        said = await client.rest(installation_id, "GET", "/repos/{owner}/{name}/branches/{branch}", where)
    except (DeniedError, GoneError):
        return []
    protection = checked(_Branch, said).protection
    asked = protection.required_status_checks if protection else None
    return (asked.checks if asked else None) or []


class ProtectionReader:
    """Asks once in a while, for all pull requests into a branch."""

    def __init__(self, client: Client, cache: Cache) -> None:
        self._client = client
        self._cache = cache

    async def demand(self, ref: PullRequestRef, branch: str, check: str, app_id: int) -> Demand:
        """Return how a check is required that no ruleset requires."""
        sources = [one.source for one in await self._checks(ref, branch) if one.context == check]
        if app_id in sources:
            return Demand.PINNED
        if None in sources:
            return Demand.ANY_SOURCE
        return Demand.OTHER_SOURCE if sources else Demand.UNKNOWN

    async def _checks(self, ref: PullRequestRef, branch: str) -> list[RequiredCheck]:
        key = f"protection/{ref.repository_id}/{branch}"
        kept = (await self._cache.get([key])).get(key)
        try:
            if kept is not None:
                return _ROW.validate_json(kept)
        except ValidationError:
            # Written by another release: asked anew.
            pass
        found = await required_checks(self._client, ref.installation_id, ref.owner, ref.name, branch)
        await self._cache.put({key: _ROW.dump_json(found)}, LIFETIME)
        return found
