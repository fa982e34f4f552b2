"""One pull request, read whole and at once: everything a decision needs, in as few requests as possible."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.core.model import (
    App,
    CommentKind,
    Demand,
    DocumentChange,
    File,
    Memory,
    MergeGroup,
    PullRequestRef,
    Snapshot,
)
from bot.core.policy.implementation import gated
from bot.core.policy.kinds import apart
from bot.github import convert, queries
from bot.github.answers import First, Head, Pull, Repo
from bot.github.blobs import At, Blobs, Place
from bot.github.client import Client
from bot.github.configuration import REPLACEABLE, ConfigurationReader, Ground
from bot.github.failures import is_outage
from bot.github.files import DocumentReader, list_files
from bot.github.followed import LeadReader
from bot.github.implementation import CitationReader
from bot.github.last_good import LastGoodStore
from bot.github.leads import MOST_NAMED, judges_of
from bot.github.pages import TOLERATED, Conversation, Known, read_conversation
from bot.github.part import checked
from bot.github.protection import ProtectionReader
from bot.github.queue import QueueReader
from bot.ports import Cache, GoneError, OutsideError, UnavailableError

_SOON = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class _First:
    """The first answer, found to be about the right pull request at one moment."""

    ref: PullRequestRef
    """Under the repository's present name."""
    answer: First
    repo: Repo
    pull: Pull
    head: Head
    place: Place
    lost: frozenset[str] = frozenset()
    """What of it is null because GitHub fails; of ``REPLACEABLE``."""


class Reader:
    """Reads snapshots."""

    def __init__(
        self,
        client: Client,
        cache: Cache,
        check_name: str,
        template: str,
        clock: Callable[[], datetime],
        *,
        merge_queues: bool = True,
    ) -> None:
        self._client = client
        self._check_name = check_name
        self._template = template
        self._clock = clock
        self._blobs = Blobs(client, cache)
        self._configurations = ConfigurationReader(self._blobs, template)
        self._documents = DocumentReader(self._blobs)
        self._leads = LeadReader(client, cache, self._blobs)
        self._citations = CitationReader(client, self._blobs)
        self._queues = QueueReader(client, self._blobs, check_name) if merge_queues else None
        self._last_good = LastGoodStore(cache)
        self._protections = ProtectionReader(client, cache)

    async def read(
        self, app: App, ref: PullRequestRef, memory: Memory, configuration: File | None = None
    ) -> Snapshot:
        """Read a pull request; ``configuration``: a file to judge by in the place of the repository's own.

        Raises:
            OutsideError: as its kind says; nothing is returned half-read.
        """
        paths = memory.paths[:MOST_NAMED]
        first = await self._first(app, ref, memory, paths)
        ground = await self._ground(first, configuration)
        listing = await list_files(self._client, first.ref, first.pull)
        known = await self._named(first, paths)
        documents = await self._documents.read(first.place, listing.files, known, ground.places)
        changes = apart(ground.configuration, documents.changes)
        proposal = None
        if first.pull.base_ref_name == ground.branch:
            proposal = await self._configurations.proposal(first.place, listing, ground)
        touched = gated(
            ground.configuration.gate,
            # A file that is moved away is changed where it was.
            (path for one in listing.files for path in (one.path, one.previous_path) if path),
            frozenset(path for one in changes for path in _places_of(one)),
        )
        thread = Known(memory.thread.newest, first.answer.kept) if memory.thread else None
        said = await read_conversation(
            self._client, first.ref, first.pull, thread, whole=bool(changes or touched)
        )
        snapshot = self._assemble(app, first, said, memory)
        snapshot = replace(
            snapshot,
            changes=changes,
            beside={**_beside(first, paths), **documents.beside},
            group=await self._group(app, first, memory, paths, changes),
            gated=touched,
            cited=await self._citations.named(first.place, first.pull, ground.places) if touched else (),
            files_complete=listing.complete,
            template=ground.template,
            templates=ground.templates,
            configuration=ground.configuration,
            configuration_problems=ground.problems,
            outdated=ground.outdated,
            proposal=proposal,
        )
        if changes:
            snapshot = await self._with_demand(app, first, snapshot)
            return await self._leads.complete(first.place, first.pull, snapshot)
        # Commands about code alone need nothing but their givers' permissions.
        judges = judges_of((), snapshot) if touched else ()
        return replace(snapshot, permissions=await self._leads.permissions(first.ref, judges))

    async def _ground(self, first: _First, instead: File | None) -> Ground:
        """Read what the repository's documents are judged by; keep it for when GitHub fails to give it."""
        branch = first.repo.default_branch_ref
        key = (first.repo.database_id, first.ref.owner, branch.name if branch else "")
        read = partial(
            self._configurations.ground,
            first.place,
            first.repo,
            first.answer.shared,
            instead,
            lost=first.lost,
        )
        try:
            ground = await read()
        except UnavailableError as error:
            if instead is not None or not is_outage(error):
                raise
            ground = await read(last=await self._last_good.find(*key))
        if instead is not None:
            # It says nothing about what stands there.
            return ground
        if ground.problems:
            # It can be read and is wrong: what was right before must not stand for it in the next outage.
            await self._last_good.drop(*key)
        elif not ground.outdated:
            await self._last_good.keep(*key, ground.read_from)
        return ground

    async def freshen(self, ref: PullRequestRef, snapshot: Snapshot) -> Snapshot:
        """Read the names of a snapshot again, whatever the cache knows."""
        return await self._leads.freshen(ref, snapshot)

    async def _group(
        self,
        app: App,
        first: _First,
        memory: Memory,
        asked: Sequence[str],
        changes: Sequence[DocumentChange],
    ) -> MergeGroup | None:
        """Return the pull request's merge group, asked for anew where its files were not named."""
        if self._queues is None or first.pull.merge_queue_entry is None:
            return None
        paths = [one.path for one in changes][:MOST_NAMED]
        if set(queries.folders_of(paths)) - set(queries.folders_of(asked)):
            again = await self._first(app, first.ref, memory, paths)
            if (again.place.head, again.place.base) != (first.place.head, first.place.base):
                raise UnavailableError(f"{first.ref} moved while it was read", _SOON)
            first, asked = again, paths
        return await self._queues.group(first.place, first.pull, asked, changes, app.id)

    async def _first(self, app: App, ref: PullRequestRef, memory: Memory, paths: Sequence[str]) -> _First:
        query = queries.snapshot(paths, queue=self._queues is not None)
        variables: dict[str, object] = {
            "owner": ref.owner,
            "name": ref.name,
            "number": ref.number,
            "appId": app.id,
            "check": self._check_name,
            "sticky": memory.comment or "",
            "hasSticky": memory.comment is not None,
            "kept": memory.thread.kept if memory.thread else (),
            "hasKept": memory.thread is not None and bool(memory.thread.kept),
            **query.variables,
        }
        said = await self._client.graphql(ref.installation_id, query.text, variables, TOLERATED, REPLACEABLE)
        lost = frozenset(
            step if "shared" not in fault.path else "shared"
            for fault in said.faults
            if not fault.tolerable(TOLERATED)
            for step in fault.path
            if isinstance(step, str) and step in REPLACEABLE
        )
        answer = checked(First, said.data)
        repo = answer.repository
        if repo is not None and repo.owner.login.casefold() != ref.owner.casefold():
            # It was transferred: what holds for it is what its present owner says.
            return await self._first(app, replace(ref, owner=repo.owner.login, name=repo.name), memory, paths)
        # The name may have been given to another repository since.
        if repo is None or repo.pull_request is None or repo.database_id != ref.repository_id:
            raise GoneError(f"{ref} is not there any more")
        return replace(_at_one_moment(ref, answer, repo, repo.pull_request), lost=lost)

    async def _named(self, first: _First, paths: Sequence[str]) -> Mapping[At, File | None]:
        """Return the files that were asked for with the first query."""
        known: dict[At, File | None] = {}
        target = first.pull.base_ref.target if first.pull.base_ref else None
        for i, path in enumerate(paths):
            entry = first.head.entry(f"h{i}")
            known[first.place.head, path] = await self._blobs.file(first.place, path, entry)
            if target is not None and first.place.base is not None:
                entry = target.entry(f"b{i}")
                known[first.place.base, path] = await self._blobs.file(first.place, path, entry)
        return known

    def _assemble(self, app: App, first: _First, said: Conversation, memory: Memory) -> Snapshot:
        """Convert what has been read; no request is made."""
        sticky = first.answer.sticky
        comments = [convert.comment_of(one, CommentKind.THREAD, app) for one in said.comments]
        comments += [convert.comment_of(sticky, CommentKind.THREAD, app)] if sticky else []
        comments += [convert.comment_of(one, CommentKind.LINE, app) for one in said.line_comments]
        check, base = convert.check_of(first.head), first.pull.base_ref
        of_reviews = [convert.review_comment_of(one, app) for one in said.reviews]
        requests = first.pull.review_requests.seen if first.pull.review_requests else []
        return Snapshot(
            now=self._clock(),
            app=app,
            repository=convert.repository_of(first.repo),
            pull_request=convert.pull_request_of(first.pull),
            template=self._template,
            commits=tuple(convert.commit_of(one.commit) for one in first.pull.commits.seen),
            forced_at=convert.forced_at_of(said.timeline),
            reviews=convert.all_of(said.reviews, convert.review_of, lambda one: one.submitted_at),
            dismissals=convert.all_of(said.timeline, convert.dismissal_of, lambda one: one.at),
            comments=convert.in_order([*comments, *of_reviews]),
            requested=tuple(
                subject for one in requests if (subject := convert.subject_of(one.requested_reviewer))
            ),
            request_events=convert.all_of(
                said.timeline, lambda item: convert.request_event_of(item, app), lambda one: one.at
            ),
            check=check,
            demand=convert.demand_of(base.rules if base else None, check, self._check_name, app.id),
            others=convert.others_of(first.head, first.pull, first.repo.database_id),
            memory=memory,
        )

    async def _with_demand(self, app: App, first: _First, snapshot: Snapshot) -> Snapshot:
        """Add who has to report this app's check, where something requires it that is no ruleset."""
        check = snapshot.check
        if snapshot.demand is not Demand.UNKNOWN or check is None or not check.required:
            return snapshot
        branch = first.pull.base_ref_name
        demand = await self._protections.demand(first.ref, branch, self._check_name, app.id)
        return replace(snapshot, demand=demand)


def _at_one_moment(ref: PullRequestRef, answer: First, repo: Repo, pull: Pull) -> _First:
    """Refuse an answer whose parts are of different moments, or that would be judged in part."""
    heads = pull.head.seen
    if not heads or heads[0].commit.oid != pull.head_ref_oid:
        raise UnavailableError(f"{ref} moved while it was read", _SOON)
    head = heads[0].commit
    target = pull.base_ref.target if pull.base_ref else None
    if target is None and pull.state == "OPEN":
        raise UnavailableError(f"{ref} has no base branch at this moment", _SOON)
    if head.associated_pull_requests and head.associated_pull_requests.page_info.has_next_page:
        raise OutsideError(f"{ref} shares its head with more than 100 pull requests: it is not judged")
    ref = replace(ref, owner=repo.owner.login, name=repo.name)
    snapshot = convert.pull_request_of(pull)
    base = convert.sha_of(target.oid) if target else None
    return _First(ref, answer, repo, pull, head, Place(ref, repo.database_id, snapshot.head_sha, base))


def _places_of(change: DocumentChange) -> set[str]:
    """Return where a document is and was."""
    return {change.path} | ({change.base.path} if change.base else set())


def _beside(first: _First, asked: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Return what is in the folders that the first answer listed at the tip of the base branch."""
    target = first.pull.base_ref.target if first.pull.base_ref else None
    if target is None:
        return {}
    return {folder: target.folder(f"d{i}") for i, folder in enumerate(queries.folders_of(asked))}
