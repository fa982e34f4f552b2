"""A pull request's place in the merge queue, and its documents as the group there has them.

https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue
"""

from collections.abc import Mapping, Sequence

from bot.core.model import (
    Conclusion,
    DocumentChange,
    File,
    FileProblem,
    MergeGroup,
    PullRequestRef,
    Sha,
)
from bot.github import convert, queries
from bot.github.answers import Checked, Pull, QueueAnswer, Target
from bot.github.blobs import At, Blobs, Place
from bot.github.client import Client
from bot.github.part import checked
from bot.ports import GoneError, UnavailableError

_LETS_MERGE = frozenset({Conclusion.SUCCESS, Conclusion.NEUTRAL})


class QueueReader:
    """Reads merge groups."""

    def __init__(self, client: Client, blobs: Blobs, check_name: str) -> None:
        self._client = client
        self._blobs = blobs
        self._check_name = check_name

    async def group(
        self, place: Place, pull: Pull, asked: Sequence[str], changes: Sequence[DocumentChange], app_id: int
    ) -> MergeGroup | None:
        """Return the pull request's group; None where it waits in no queue or the group is not made yet.

        Args:
            place: The pull request.
            pull: The first answer about it.
            asked: The paths whose files came with that answer, at the group's head and base too.
            changes: Its documents.
            app_id: Of this app, whose runs on the groups ahead count.

        Raises:
            UnavailableError: GitHub does not show the group's commits: it may be gone by now.
        """
        entry = pull.merge_queue_entry
        if entry is None or entry.head_commit is None or entry.base_commit is None:
            return None
        head, base = Sha(entry.head_commit.oid), Sha(entry.base_commit.oid)
        files = await self._files(place, (entry.head_commit, entry.base_commit), asked, changes)
        folders = queries.folders_of(asked)
        ahead: Mapping[int, bool | None] = {}
        behind: tuple[int, ...] = ()
        if entry.head_green:
            ahead, behind = await self._neighbours(place.ref, pull, head, app_id)
        return MergeGroup(
            head=head,
            base=base,
            check=convert.check_of(entry.head_commit),
            changes=tuple(in_group(one, files, head, base) for one in changes),
            beside={folder: entry.base_commit.folder(f"d{i}") for i, folder in enumerate(folders)},
            ahead=ahead,
            behind=behind,
        )

    async def _files(
        self,
        place: Place,
        ends: tuple[Target, Target],
        asked: Sequence[str],
        changes: Sequence[DocumentChange],
    ) -> Mapping[At, File | None]:
        """Return the documents at the group's head and base, as far as possible from the first answer."""
        head, base = (Sha(one.oid) for one in ends)
        found: dict[At, File | None] = {}
        for i, path in enumerate(asked):
            found[head, path] = await self._blobs.file(place, path, ends[0].entry(f"h{i}"))
            found[base, path] = await self._blobs.file(place, path, ends[1].entry(f"b{i}"))
        wanted = {(head, one.path) for one in changes if one.head}
        wanted |= {(base, one.base.path if one.base else one.path) for one in changes}
        missing: dict[Sha, list[str]] = {}
        for sha, path in sorted(wanted - found.keys()):
            missing.setdefault(sha, []).append(path)
        if missing:
            found |= await self._blobs.at_commits(place, missing)
        if wanted - found.keys():
            raise UnavailableError(f"the merge group of {place.ref} could not be read")
        return found

    async def _neighbours(
        self, ref: PullRequestRef, pull: Pull, head: Sha, app_id: int
    ) -> tuple[dict[int, bool | None], tuple[int, ...]]:
        """Return who waits ahead, with whether this app's run on their group lets merge, and who behind."""
        variables: dict[str, object] = {
            "owner": ref.owner,
            "name": ref.name,
            "branch": pull.base_ref_name,
            "appId": app_id,
            "check": self._check_name,
        }
        said = await self._client.graphql(ref.installation_id, queries.named("queue"), variables)
        repository = checked(QueueAnswer, said.data).repository
        if repository is None or repository.database_id != ref.repository_id:
            raise GoneError(f"{ref} is not there any more")
        queue = repository.merge_queue
        entries = queue.entries.seen if queue and queue.entries else []
        heads = [one.head_commit.oid if one.head_commit else None for one in entries]
        if head not in heads:
            raise UnavailableError(f"the merge queue of {ref} moved while it was read")
        place = heads.index(head)
        ahead = {
            one.pull_request.number: _lets_merge(one.head_commit)
            for one in entries[:place]
            if one.pull_request is not None
        }
        return ahead, tuple(one.pull_request.number for one in entries[place + 1 :] if one.pull_request)


def in_group(change: DocumentChange, files: Mapping[At, File | None], head: Sha, base: Sha) -> DocumentChange:
    """Return a document's change as the group has it.

    One that is there no more was moved by a pull request ahead: what both make of it is in neither's files.
    """
    merged = files.get((head, change.path)) if change.head else None
    if change.head and merged is None:
        merged = File(change.path, change.head.size, None, FileProblem.GONE_FROM_BASE)
    was = change.base.path if change.base else change.path
    return DocumentChange(change.path, merged, files.get((base, was)))


def _lets_merge(commit: Checked | None) -> bool | None:
    run = convert.check_of(commit) if commit else None
    return run.conclusion in _LETS_MERGE if run is not None and run.completed else None
