"""Which files a pull request changes, which of them are documents, and what stands in those."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic import ConfigDict

from bot.core.document.paths import DocumentPlaces, is_document_by_title
from bot.core.model import Change, ChangedFile, DocumentChange, File, FileProblem, PullRequestRef
from bot.github import queries
from bot.github.answers import Changed, Pull
from bot.github.blobs import At, Blobs, Place
from bot.github.client import Client
from bot.github.part import Part, checked
from bot.ports import UnavailableError

MOST_FILES = 3000
"""GitHub lists no more: https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files"""

MOST_BYTES = 1_048_576
"""Of all documents of a pull request together; what comes after is refused unread."""

_CHANGES = {
    "ADDED": Change.ADDED,
    "COPIED": Change.ADDED,
    "DELETED": Change.REMOVED,
    "REMOVED": Change.REMOVED,
    "RENAMED": Change.RENAMED,
}


class _Listed(Part):
    """REST: ``removed`` where GraphQL says ``DELETED``, and the old name, which GraphQL does not tell."""

    model_config = ConfigDict(alias_generator=None)

    filename: str
    status: str
    previous_filename: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a pull request, in GitHub's order."""

    files: tuple[ChangedFile, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A file that is a document, or is one if its title says so."""

    head: str | None
    """None where the pull request removes it."""
    base: str
    is_new: bool
    """The pull request adds it; else the base branch had it when the pull request began."""


async def list_files(client: Client, ref: PullRequestRef, pull: Pull) -> Listing:
    """Return the changed files: from the first answer, or by REST where that one cannot tell all.

    Raises:
        UnavailableError: the two lists differ, so the pull request has moved meanwhile.
    """
    first = pull.files.seen if pull.files else []
    more = pull.files is not None and pull.files.page_info.has_next_page
    if not more and all(file.change_type != "RENAMED" for file in first):
        files = tuple(ChangedFile(file.path, _change(file.change_type)) for file in first)
        return Listing(files, complete=len(files) >= pull.changed_files)
    said = await client.rest_list(
        ref.installation_id,
        "/repos/{owner}/{name}/pulls/{number}/files?per_page=100",
        {"owner": ref.owner, "name": ref.name, "number": str(ref.number)},
        MOST_FILES,
    )
    listed = [checked(_Listed, one) for one in said]
    _compare(ref, first, listed)
    files = tuple(
        ChangedFile(one.filename, _change(one.status.upper()), one.previous_filename) for one in listed
    )
    complete = pull.changed_files <= MOST_FILES and len(files) >= pull.changed_files
    return Listing(files, complete)


def _change(said: str) -> Change:
    return _CHANGES.get(said, Change.MODIFIED)


def _compare(ref: PullRequestRef, first: Sequence[Changed], listed: Sequence[_Listed]) -> None:
    """Refuse a list that was taken after another push: it would be judged as the older head's."""
    names = {one.filename for one in listed}
    if any(file.path not in names for file in first):
        raise UnavailableError(f"{ref} moved while its files were read")


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents that a pull request changes, and what stands beside them on its base branch."""

    changes: tuple[DocumentChange, ...] = ()
    beside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Folder -> names of the files in it, where it was looked at."""


class DocumentReader:
    """Reads the documents among the changed files at the head and at the tip of the base branch."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    async def read(
        self,
        place: Place,
        files: Iterable[ChangedFile],
        known: Mapping[At, File | None],
        places: DocumentPlaces,
    ) -> Documents:
        """Return the documents. ``known`` are files that came with the first answer."""
        wanted = _wanted(files, places)
        if not wanted:
            return Documents()
        heads = {one.head for one in wanted if one.head is not None}
        bases = {one.base for one in wanted}
        asked = [(place.head, path) for path in heads]
        asked += [(place.base, path) for path in bases if place.base is not None]
        kept = await self._blobs.kept(place.repository_id, asked)
        found = {**kept, **known}
        missing = [at for at in asked if at not in found]
        beside: Mapping[str, tuple[str, ...]] = {}
        if missing:
            fetched = await self._blobs.at_ends(
                place,
                [path for sha, path in missing if sha == place.head and path in heads],
                [path for sha, path in missing if sha == place.base and path in bases],
                queries.folders_of(one.head for one in wanted if one.head and places.has(one.head)),
            )
            found |= fetched.files
            beside = fetched.folders
        changes = tuple(
            change for one in wanted if (change := _document(place, one, found, places)) is not None
        )
        await self._keep(place, changes, wanted, found, kept)
        return Documents(_within(changes), beside)

    async def _keep(
        self,
        place: Place,
        changes: Sequence[DocumentChange],
        wanted: Sequence[_Wanted],
        found: Mapping[At, File | None],
        kept: Mapping[At, File | None],
    ) -> None:
        """Keep the head's documents for when it is history, and what was only looked at for its title."""
        documents = {change.path for change in changes}
        ends: list[At] = [(place.head, change.path) for change in changes if change.head is not None]
        for one in wanted:
            if one.head not in documents and one.base not in documents:
                ends += [(place.head, one.head)] if one.head else []
                ends += [(place.base, one.base)] if place.base else []
        new = {at: found[at] for at in ends if at in found and at not in kept}
        await self._blobs.keep(place.repository_id, new)


def _wanted(files: Iterable[ChangedFile], places: DocumentPlaces) -> list[_Wanted]:
    wanted = []
    for file in files:
        head = None if file.change is Change.REMOVED else file.path
        base = (file.previous_path if file.change is Change.RENAMED else None) or file.path
        paths = {path for path in (head, base) if path is not None}
        if any(places.has(path) or places.may_have(path) for path in paths):
            wanted.append(_Wanted(head, base, file.change is Change.ADDED))
    return wanted


def _document(
    place: Place, one: _Wanted, found: Mapping[At, File | None], places: DocumentPlaces
) -> DocumentChange | None:
    """Return the change of a document, None where the file is none at either end.

    A file that was a document stays one while it is Markdown under the same gate: taking the title away does
    not take the document out. Moved elsewhere, it is gone, unless its title still makes it one.
    """
    head = found.get((place.head, one.head)) if one.head else None
    if head is None and one.head is not None and places.has(one.head):
        # A name that is no UTF-8 is listed with other characters, by which it cannot be asked for.
        head = File(one.head, 0, None, FileProblem.NOT_SHOWN)
    base = found.get((place.base, one.base)) if place.base else None
    gone = place.base is not None and base is None and not one.is_new
    if base is not None and not _is_document(base, places):
        base = None
    if head is not None and not _is_document(head, places):
        stripped = base is not None and not places.has(base.path) and places.may_have(head.path)
        head = head if stripped else None
    if head is not None and gone:
        # Git carries the change to where the file is now, whose header nobody has looked at.
        head = replace(head, text=None, problem=FileProblem.GONE_FROM_BASE)
    named = head or base
    return DocumentChange(named.path, head, base) if named else None


def _is_document(file: File, places: DocumentPlaces) -> bool:
    if places.has(file.path):
        return True
    return places.may_have(file.path) and file.text is not None and is_document_by_title(file.text)


def _within(changes: Sequence[DocumentChange]) -> tuple[DocumentChange, ...]:
    """Refuse what goes beyond the total: in GitHub's order, so that every run refuses the same."""
    total = 0
    kept = []
    for change in changes:
        head = change.head
        if head is not None and head.text is not None:
            total += head.size
            if total > MOST_BYTES:
                head = replace(head, text=None, problem=FileProblem.TOO_LARGE)
        kept.append(replace(change, head=head))
    return tuple(kept)
