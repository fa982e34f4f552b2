"""What the documents lead to: people and teams, successors, commits, and what was signed on them."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.core.model import (
    DocumentChange,
    File,
    Header,
    Permission,
    Person,
    PullRequestRef,
    Reaction,
    Resolution,
    SeatKey,
    Snapshot,
)
from bot.core.policy.superseding import successor_path
from bot.github.answers import Pull
from bot.github.blobs import At, Blobs, Place
from bot.github.client import Client
from bot.github.commits import CommitReader
from bot.github.history import commits_referred_to, read_history
from bot.github.leads import (
    MOST_NAMED,
    calls_of,
    headers_of,
    is_readable,
    judges_of,
    names_of,
    reviewers_then,
)
from bot.github.names import Names, Resolved, bare
from bot.github.remembered import Remembered
from bot.ports import Cache, GoneError

_MOST_PERMISSIONS = 20
_PERMISSIONS = {"admin": Permission.ADMIN, "write": Permission.WRITE, "read": Permission.READ}


class LeadReader:
    """Follows what the documents lead to, once they have been read."""

    def __init__(self, client: Client, cache: Cache, blobs: Blobs) -> None:
        self._client = client
        self._blobs = blobs
        self._commits = CommitReader(client, cache, blobs)
        self._names = Names(client, cache)
        self._remembered = Remembered(client)

    async def complete(self, place: Place, pull: Pull, snapshot: Snapshot) -> Snapshot:
        """Add what the documents lead to: names, successors, history, permissions."""
        headers = await asyncio.to_thread(headers_of, snapshot)
        snapshot = await self._with_commits(place, pull, snapshot)
        commits = commits_referred_to(
            snapshot.reviews,
            snapshot.dismissals,
            snapshot.memory.commands,
            snapshot.comments,
            snapshot.commits,
        )
        history = await read_history(self._blobs, place, commits, snapshot.changes)
        snapshot = replace(snapshot, history=history)
        names = [*names_of(headers, snapshot), *await asyncio.to_thread(reviewers_then, snapshot)]
        resolved = await self._resolve(place.ref, snapshot, names)
        snapshot = replace(snapshot, names=resolved.names, members_fresh=resolved.fresh)
        return replace(
            snapshot,
            remembered=await self._became(place.ref, snapshot, resolved.names),
            linked=await self._successors(place, headers, snapshot.changes),
            targets=await self._targets(place, snapshot),
            permissions=await self.permissions(place.ref, judges_of(headers, snapshot)),
        )

    async def freshen(self, ref: PullRequestRef, snapshot: Snapshot) -> Snapshot:
        """Read the names of a snapshot again, whatever the cache knows."""
        repository = snapshot.repository
        ref = replace(ref, owner=repository.owner, name=repository.name)
        resolved = await self._resolve(ref, snapshot, snapshot.names, fresh=True)
        remembered = await self._became(ref, snapshot, resolved.names, fresh=True)
        return replace(snapshot, names=resolved.names, remembered=remembered, members_fresh=True)

    async def _with_commits(self, place: Place, pull: Pull, snapshot: Snapshot) -> Snapshot:
        """Add the commits before those of the first answer, and which leave the documents alone."""
        author = snapshot.pull_request.author
        commits = await self._commits.all_of(place, pull)
        found = await self._commits.compare(place, author.id if author else None, commits, snapshot.changes)
        return replace(
            snapshot,
            commits=commits,
            untouched=found.untouched,
            written=found.written,
            uncompared=found.uncompared,
        )

    async def _became(
        self,
        ref: PullRequestRef,
        snapshot: Snapshot,
        names: Mapping[str, Resolution],
        *,
        fresh: bool = False,
    ) -> Mapping[SeatKey, Resolution]:
        """Return what has become of seats that are remembered under a name of before."""
        memory = snapshot.memory
        known = [(one.seat, one.label) for one in memory.heard]
        known += [(one.seat, one.label) for one in memory.asked]
        known += [(one.subject.key, one.subject.label) for one in snapshot.request_events if one.own]
        seats = [(key, names[bare(label)]) for key, label in known if bare(label) in names]

        async def resolve(name: str) -> Resolution:
            found = await self._names.resolve(ref, snapshot.repository, [name], fresh=fresh)
            return found.names[bare(name)]

        return await self._remembered.found(ref, snapshot.repository, seats, resolve)

    async def _resolve(
        self, ref: PullRequestRef, snapshot: Snapshot, names: Iterable[str], *, fresh: bool = False
    ) -> Resolved:
        """Look names up as the configuration means them: an alias comes before all else of that name."""
        alias, written = snapshot.configuration.alias, list(names)
        meant = {bare(name): alias(name) or name for name in written}
        of_kinds = [
            target
            for kind in snapshot.configuration.kinds
            for name in written
            if (target := kind.configuration.alias(name))
        ]
        wanted = [*meant.values(), *of_kinds]
        found = await self._names.resolve(ref, snapshot.repository, wanted, fresh=fresh)
        as_written = {name: found.names[bare(target)] for name, target in meant.items()}
        return replace(found, names={**found.names, **as_written})

    async def _successors(
        self, place: Place, headers: Sequence[tuple[str, Header]], changes: Sequence[DocumentChange]
    ) -> Mapping[str, File | None]:
        """Read the documents that others name as successors and that are not changed here."""
        heads = {change.path for change in changes if change.head}
        named = [
            successor_path(path, header.superseded_by) for path, header in headers if header.superseded_by
        ]
        wanted = [path for path in dict.fromkeys(named) if path not in heads]
        readable = [path for path in wanted if is_readable(path)]
        found: Mapping[At, File | None] = {}
        if readable and place.base is not None:
            found = (await self._blobs.at_ends(place, [], readable[:MOST_NAMED])).files
        return {path: found.get((place.base, path)) if place.base else None for path in wanted}

    async def _targets(self, place: Place, snapshot: Snapshot) -> Mapping[str, File | None]:
        """Read the documents that commands name which are still to be done, at the head."""
        heads = {change.path for change in snapshot.changes if change.head}
        named = [
            successor_path(change.path, one.argument.partition(" ")[0])
            for comment, commands in calls_of(snapshot)
            if not comment.reactions & {Reaction.DONE, Reaction.REFUSED}
            for one in commands
            if one.name == "supersede" and one.argument
            for change in snapshot.changes
        ]
        wanted = [path for path in dict.fromkeys(named) if path not in heads and is_readable(path)]
        found: Mapping[At, File | None] = {}
        if wanted:
            found = (await self._blobs.at_ends(place, wanted[:MOST_NAMED], [])).files
        return {path: found.get((place.head, path)) for path in wanted}

    async def permissions(self, ref: PullRequestRef, people: Iterable[Person]) -> Mapping[int, Permission]:
        """Ask what people may do: https://docs.github.com/en/rest/collaborators/collaborators."""
        found: dict[int, Permission] = {}
        for person in list(dict.fromkeys(people))[:_MOST_PERMISSIONS]:
            try:
                said = await self._client.rest(
                    ref.installation_id,
                    "GET",
                    "/repos/{owner}/{name}/collaborators/{login}/permission",
                    {"owner": ref.owner, "name": ref.name, "login": person.login},
                )
            except GoneError:
                said = {}
            permission = said.get("permission") if isinstance(said, dict) else None
            found[person.id] = _PERMISSIONS.get(str(permission), Permission.NONE)
        return found
