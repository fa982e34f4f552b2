"""What the names in documents are: teams with their members, persons who may review here, or neither."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.core.document.likeness import nearest_in_part
from bot.core.model import (
    Absence,
    Login,
    Person,
    PullRequestRef,
    Repository,
    Resolution,
    Team,
    Unresolved,
    Unverified,
    User,
)
from bot.github import queries
from bot.github.client import Answer, Client
from bot.github.part import Nodes, checked
from bot.github.team_answers import Member, MembersOf, TeamPart, UserPart
from bot.ports import Cache, DeniedError, GoneError

FOUND_FOR = timedelta(minutes=15)
ABSENT_FOR = timedelta(minutes=2)
"""A name that was nobody may be created or granted access at any moment, while its author waits."""

MOST_NAMES = 100
"""Looked up for one pull request; what a header names beyond that stays unverified."""

MOST_MEMBERS = 10_000

_BATCH = 40
_NAME = re.compile(r"(?:(?P<org>[a-z0-9-]{1,100})/)?(?P<name>[a-z0-9_-]{1,100})")
"""What a slug or login can be: https://docs.github.com/en/graphql/reference/objects#team"""

_NEAR = 75
"""Of 100: how alike a slug must be to be suggested."""

_RESOLUTION: TypeAdapter[Resolution] = TypeAdapter(Resolution)
_NO_MEMBERS = "this app may not see the organisation's teams: its owner has to grant `members: read`"


@dataclass(frozen=True, slots=True)
class Resolved:
    """What names are, and whether all of it was read just now."""

    names: Mapping[str, Resolution]
    fresh: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """One lookup: the answer, and what it was asked about."""

    ref: PullRequestRef
    repository: Repository
    answer: Answer

    @property
    def organization(self) -> Mapping[str, Any]:
        return self.answer.data.get("organization") or {}

    def denied(self, alias: str) -> bool:
        """Whether something at or above this alias may not be seen."""
        return any(
            fault.kind == "FORBIDDEN" and (alias in fault.path or fault.path == ("organization",))
            for fault in self.answer.faults
        )

    def nobody(self, name: str) -> Unresolved:
        """Say that there is no such name, and which team's name is like it."""
        slugs = [node["slug"] for node in (self.organization.get("slugs") or {}).get("nodes") or [] if node]
        near = nearest_in_part(name.rpartition("/")[2], slugs, _NEAR)
        return Unresolved(Absence.NO_SUCH_NAME, f"{self.repository.owner}/{near}" if near else "")


class Names:
    """Resolves names, with a cache shared by all processes and dropped when people change."""

    def __init__(self, client: Client, cache: Cache) -> None:
        self._client = client
        self._cache = cache

    async def resolve(
        self, ref: PullRequestRef, repository: Repository, names: Iterable[str], *, fresh: bool = False
    ) -> Resolved:
        """Return what each name is, by the name in lower case.

        Args:
            ref: The pull request, under the repository's present name.
            repository: Decides whether there are teams at all, and who sees what.
            names: As written, with or without ``@``.
            fresh: Ask GitHub even where the cache knows.
        """
        wanted = list(dict.fromkeys(bare(name) for name in names))
        known: dict[str, Resolution] = {} if fresh else await self._kept(repository, wanted[:MOST_NAMES])
        all_fresh = not known
        known |= {
            name: Unverified(f"only the first {MOST_NAMES} names of a pull request are looked up")
            for name in wanted[MOST_NAMES:]
        }
        missing = [name for name in wanted if name not in known]
        for start in range(0, len(missing), _BATCH):
            found = await self._look_up(ref, repository, missing[start : start + _BATCH])
            await self._keep(repository, found)
            known |= found
        return Resolved(known, all_fresh)

    async def _look_up(
        self, ref: PullRequestRef, repository: Repository, names: Sequence[str]
    ) -> dict[str, Resolution]:
        teams: dict[int, str] = {}
        users: dict[int, str] = {}
        for i, name in enumerate(names):
            match = _NAME.fullmatch(name)
            if match is None or (match["org"] and not _is_here(match["org"], repository)):
                continue
            if repository.in_organization:
                teams[i] = match["name"]
            if not match["org"]:
                users[i] = match["name"]
        if not teams and not users:
            return {name: Unresolved(Absence.NO_SUCH_NAME) for name in names}
        asked = await self._ask(ref, repository, teams, users)
        return {
            name: await self._resolution(asked, i, name) if i in teams or i in users else asked.nobody(name)
            for i, name in enumerate(names)
        }

    async def _ask(
        self, ref: PullRequestRef, repository: Repository, teams: Mapping[int, str], users: Mapping[int, str]
    ) -> _Asked:
        query = queries.names(teams, users, organization=repository.in_organization)
        variables = dict(query.variables)
        if repository.in_organization:
            variables |= (
                {"org": repository.owner, "repo": repository.name} if teams else {"org": repository.owner}
            )
        tolerated = frozenset({"organization", *(f"t{i}" for i in teams), *(f"u{i}" for i in users)})
        answer = await self._client.graphql(ref.installation_id, query.text, variables, tolerated)
        return _Asked(ref, repository, answer)

    async def _resolution(self, asked: _Asked, number: int, name: str) -> Resolution:
        """Return what a name is: a team first, a person only where it is verified to be no team."""
        if asked.repository.in_organization:
            alias = f"t{number}"
            if asked.denied(alias) or not asked.organization:
                return Unverified(_NO_MEMBERS)
            if (said := asked.organization.get(alias)) is not None:
                return await self._team(asked, checked(TeamPart, said))
        user = asked.answer.data.get(f"u{number}")
        if asked.denied(f"u{number}"):
            return Unverified("this app may not see that account")
        if user is None:
            return asked.nobody(name)
        return await self._user(asked, checked(UserPart, user))

    async def _team(self, asked: _Asked, team: TeamPart) -> Resolution:
        if team.privacy != "VISIBLE":
            return Unresolved(Absence.HIDDEN)
        if not await self._sees(asked, team):
            return Unresolved(Absence.NO_ACCESS)
        if team.members is None:
            return Unverified(_NO_MEMBERS)
        members = await self._members(asked, team.combined_slug.rpartition("/")[2], team.members)
        if members is None:
            return Unverified(f"it has more than {MOST_MEMBERS:,} members")
        return Team(
            id=team.database_id,
            label=team.combined_slug,
            members={member.database_id: Login(member.login) for member in members},
            auto_assigns=team.review_request_delegation_enabled,
        )

    async def _sees(self, asked: _Asked, team: TeamPart) -> bool:
        """Tell whether the team sees the repository: GitHub asks no other to review."""
        edges = [edge for edge in (team.repositories.edges if team.repositories else None) or [] if edge]
        if any(edge.node and edge.node.database_id == asked.repository.id for edge in edges):
            return True
        if team.repositories is None or not team.repositories.page_info.has_next_page:
            return False
        # The search is by a part of the name and the page is full: ask about this one repository.
        path = "/orgs/{org}/teams/{slug}/repos/{owner}/{name}"
        slug = team.combined_slug.rpartition("/")[2]
        return await self._is_there(asked, path, {"org": asked.repository.owner, "slug": slug})

    async def _members(self, asked: _Asked, slug: str, first: Nodes[Member]) -> list[Member] | None:
        members, page = list(first.seen), first.page_info
        while page.has_next_page:
            if len(members) >= MOST_MEMBERS:
                return None
            variables = {"org": asked.repository.owner, "slug": slug, "after": page.end_cursor}
            answer = await self._client.graphql(
                asked.ref.installation_id, queries.named("members"), variables
            )
            team = (answer.data.get("organization") or {}).get("team")
            more = checked(MembersOf, team).members
            members += more.seen
            page = more.page_info
        return members

    async def _user(self, asked: _Asked, user: UserPart) -> Resolution:
        person = User(Person(user.database_id, Login(user.login)))
        if user.organization is not None or _is_here(user.login, asked.repository):
            return person
        # Not of the organisation, or privately so: this also lists its members who have access.
        try:
            path = "/repos/{owner}/{name}/collaborators/{login}"
            there = await self._is_there(asked, path, {"login": user.login})
        except DeniedError:
            return Unverified("this app may not see who has access to the repository")
        return person if there else Unresolved(Absence.NOT_A_MEMBER)

    async def _is_there(self, asked: _Asked, path: str, more: Mapping[str, str]) -> bool:
        here = {"owner": asked.repository.owner, "name": asked.repository.name}
        try:
            await self._client.rest(asked.ref.installation_id, "GET", path, here | dict(more))
        except GoneError:
            return False
        return True

    async def _kept(self, repository: Repository, names: Sequence[str]) -> dict[str, Resolution]:
        keys = {_key(repository, name): name for name in names}
        found: dict[str, Resolution] = {}
        for key, value in (await self._cache.get(list(keys))).items() if keys else ():
            try:
                found[keys[key]] = _RESOLUTION.validate_json(value)
            except (ValidationError, KeyError):
                # Written by another release: look it up.
                continue
        return found

    async def _keep(self, repository: Repository, found: Mapping[str, Resolution]) -> None:
        present = {name: one for name, one in found.items() if isinstance(one, Team | User)}
        # A seat that was asked is remembered by its label: the next run finds it without asking.
        present |= {one.label.casefold(): one for one in found.values() if isinstance(one, Team)}
        absent = {name: one for name, one in found.items() if isinstance(one, Unresolved)}
        for names, lifetime in ((present, FOUND_FOR), (absent, ABSENT_FOR)):
            if names:
                values = {_key(repository, name): _RESOLUTION.dump_json(one) for name, one in names.items()}
                await self._cache.put(values, lifetime)


def bare(name: str) -> str:
    """Return a name as it is looked up and remembered: without ``@``, in lower case."""
    return name.removeprefix("@").casefold()


def _is_here(owner: str, repository: Repository) -> bool:
    return owner.casefold() == repository.owner.casefold()


def _key(repository: Repository, name: str) -> str:
    """Begin with the organisation: all its names are dropped when its people change."""
    return f"team/{repository.owner.casefold()}/{repository.id}/{name}"
