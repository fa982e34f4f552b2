"""The commits of a pull request: all of them, and which of them leave its documents alone.

Whoever wrote or pushed a document does not sign it. That somebody else's commit has not changed it is known
only where the document stands at the commit and at the one before it, the same both times. A merge leaves it
alone that has it as one of its branches does, or as git joins them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.core.model import Commit, DocumentChange, Sha
from bot.core.policy.seats import WEB_FLOW
from bot.github import convert, queries
from bot.github.answers import CommitPages, Compared, Pull
from bot.github.blobs import LIFETIME, Blobs, Place
from bot.github.client import Client
from bot.github.merges import Merge, MergeReader
from bot.github.part import checked
from bot.ports import Cache, GoneError, OutsideError

MOST_PAGES: Final = 10
"""Of 100 commits; GitHub lists 250 in its own pages. A longer history is not judged in part."""
MOST_COMPARED: Final = 200
"""Documents at commits in one run; what goes beyond counts as changed."""
MOST_MADE_AGAIN: Final = 10
"""Merges in one run; somebody is taken to have written in those that go beyond."""
_BATCH: Final = 40
_UNTOUCHED, _TOUCHED = b"0", b"1"

At = tuple[Sha, str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Which commits leave which documents alone, and how many could not be compared."""

    untouched: frozenset[At]
    written: frozenset[At]
    """Merges in which somebody has written, or may have."""
    uncompared: int


class CommitReader:
    """Reads commits; what has been compared once is not asked for again."""

    def __init__(self, client: Client, cache: Cache, blobs: Blobs) -> None:
        self._client = client
        self._cache = cache
        self._merges = MergeReader(client, blobs)

    async def all_of(self, place: Place, pull: Pull) -> tuple[Commit, ...]:
        """Return the commits of the pull request, oldest first: those of the first answer and all before.

        Raises:
            OutsideError: there are more than are read at most.
        """
        found = [convert.commit_of(one.commit) for one in pull.commits.seen]
        page = pull.commits.page_info
        for _ in range(MOST_PAGES - 1):
            if not page.has_previous_page:
                return tuple(found)
            variables: dict[str, object] = {
                "owner": place.ref.owner,
                "name": place.ref.name,
                "number": place.ref.number,
                "before": page.start_cursor,
            }
            said = await self._client.graphql(place.ref.installation_id, queries.named("commits"), variables)
            repository = checked(CommitPages, said.data).repository
            if repository is None or repository.pull_request is None:
                raise GoneError(f"{place.ref} is not there any more")
            commits = repository.pull_request.commits
            found = [*(convert.commit_of(one.commit) for one in commits.seen), *found]
            page = commits.page_info
        raise OutsideError(f"{place.ref} has more than {MOST_PAGES} pages of commits: it is not judged")

    async def compare(
        self,
        place: Place,
        author_id: int | None,
        commits: Sequence[Commit],
        changes: Sequence[DocumentChange],
    ) -> Comparison:
        """Compare the commits of others than the pull request's author with the ones before them.

        The author signs nothing anyhow, so that a pull request of one person takes no request here.
        """
        mine = {author_id, WEB_FLOW, None}
        foreign = {one.sha: one for one in commits if {one.author_id, one.committer_id} - mine}
        names = {change.path: _names(change) for change in changes}
        pairs = [(sha, path) for sha in reversed(foreign) for paths in names.values() for path in paths]
        known = await self._known(place, pairs)
        untouched = frozenset(
            (sha, path)
            for sha in foreign
            for path, paths in names.items()
            if all(known.get((sha, name)) == _UNTOUCHED for name in paths)
        )
        merges = [sha for sha, one in foreign.items() if one.parents > 1]
        written = frozenset((sha, path) for sha in merges for path in names) - untouched
        unknown = {sha for sha, path in pairs if (sha, path) not in known}
        return Comparison(untouched, written, len(unknown))

    async def _known(self, place: Place, pairs: Sequence[At]) -> dict[At, bytes]:
        """Return what is known of commits and paths, the newest first, and keep what is new of it."""
        known = await self._kept(place, pairs[:MOST_COMPARED])
        missing = [pair for pair in pairs[:MOST_COMPARED] if pair not in known]
        for start in range(0, len(missing), _BATCH):
            fetched = await self._ask(place, missing[start : start + _BATCH])
            await self._cache.put({_key(place, at): value for at, value in fetched.items()}, LIFETIME)
            known |= fetched
        return known

    async def _kept(self, place: Place, pairs: Sequence[At]) -> dict[At, bytes]:
        keys = {_key(place, at): at for at in pairs}
        found = await self._cache.get(list(keys)) if keys else {}
        return {keys[key]: value for key, value in found.items()}

    async def _ask(self, place: Place, pairs: Sequence[At]) -> dict[At, bytes]:
        """Return what is known of these; a commit that GitHub does not show is not among them."""
        wanted: dict[str, list[str]] = {}
        for sha, path in pairs:
            wanted.setdefault(sha, []).append(path)
        query = queries.compared(wanted)
        variables = {"owner": place.ref.owner, "name": place.ref.name, **query.variables}
        aliases = frozenset(f"c{i}" for i in range(len(wanted)))
        said = await self._client.graphql(place.ref.installation_id, query.text, variables, aliases)
        repository: Mapping[str, object] = said.data.get("repository") or {}
        found: dict[At, bytes] = {}
        merges: list[Merge] = []
        for i, (name, paths) in enumerate(wanted.items()):
            shown = repository.get(f"c{i}")
            if not isinstance(shown, dict) or shown.get("__typename") != "Commit":
                continue
            commit = checked(Compared, shown)
            said_of = dict(_compared(commit, paths))
            found |= {(Sha(name), path): value for path, value in said_of.items()}
            differing = tuple(path for path, value in said_of.items() if value == _TOUCHED)
            if differing and len(commit.parents.seen) > 1:
                parents = tuple(Sha(one.oid) for one in commit.parents.seen)
                merges.append(Merge(Sha(name), parents, differing))
        for merge in merges[:MOST_MADE_AGAIN]:
            written = await self._merges.written_in(place, merge)
            found |= {(merge.sha, path): _UNTOUCHED for path in merge.paths if path not in written}
        for merge in merges[MOST_MADE_AGAIN:]:
            # Not known, so that a later run makes it again.
            found = {at: value for at, value in found.items() if at[0] != merge.sha}
        return found


def _compared(commit: Compared, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield of each path whether it stands there as before, or as in one of the branches that are joined."""
    parents = commit.parents.seen
    for j, path in enumerate(paths):
        now, before = commit.name_of(f"f{j}"), [one.name_of(f"f{j}") for one in parents]
        if now is None and len(parents) <= 1 and not any(before):
            # It may have stood elsewhere then: that is no proof of anything.
            continue
        yield path, _UNTOUCHED if now in before else _TOUCHED


def _names(change: DocumentChange) -> tuple[str, ...]:
    return tuple(dict.fromkeys([change.path, *([change.base.path] if change.base else [])]))


def _key(place: Place, at: At) -> str:
    sha, path = at
    return f"touch/{place.repository_id}/{sha}/{path}"
