"""What the implementation gate looks at: the designs that a description names, on the base branch."""

from collections.abc import Iterable, Mapping, Sequence

from bot.core.document.paths import DocumentPlaces, is_document_by_title
from bot.core.model import File, NamedDesign
from bot.core.policy.implementation import MOST_NAMED, Citation, citations
from bot.github import queries
from bot.github.answers import Landed, LandedAnswer, Pull
from bot.github.blobs import At, Blobs, Place
from bot.github.client import Client
from bot.github.part import checked

_MOST_DESIGNS = 20
"""Read for one pull request, those that others brought in among them."""


class CitationReader:
    """Reads the designs that descriptions name; what was read at a commit is not asked for again."""

    def __init__(self, client: Client, blobs: Blobs) -> None:
        self._client = client
        self._blobs = blobs

    async def named(self, place: Place, pull: Pull, places: DocumentPlaces) -> tuple[NamedDesign, ...]:
        """Return them in the description's order, with their files on the base branch.

        What is no document there has no file: a page elsewhere with the word Approved on it is no design.
        """
        url = pull.url.rpartition("/pull/")[0]
        cited = citations(pull.body, url, pull.base_ref_name)
        landed = await self._landed(place, [one.number for one in cited if one.number])
        wanted = [(one, path) for one in cited for path in _paths(one, landed, places)][:_MOST_DESIGNS]
        files = await self._files(place, [path for _, path in wanted if path.endswith(".md")])
        return tuple(NamedDesign(one.name, path, _document(files.get(path), places)) for one, path in wanted)

    async def _landed(self, place: Place, numbers: Sequence[int]) -> Mapping[int, Landed]:
        """Return the merged ones of these pull requests, with the files that they changed: one request."""
        if not numbers:
            return {}
        query = queries.landed(numbers[:MOST_NAMED])
        variables = {"owner": place.ref.owner, "name": place.ref.name, **query.variables}
        tolerated = frozenset(f"n{i}" for i in range(len(numbers)))
        said = await self._client.graphql(place.ref.installation_id, query.text, variables, tolerated)
        repository = checked(LandedAnswer, said.data).repository
        found = [repository.pull(f"n{i}") for i in range(len(numbers))] if repository else []
        return {one.number: one for one in found if one is not None and one.merged}

    async def _files(self, place: Place, paths: Sequence[str]) -> Mapping[str, File | None]:
        if place.base is None or not paths:
            return {}
        asked: list[At] = [(place.base, path) for path in dict.fromkeys(paths)]
        found = await self._blobs.kept(place.repository_id, asked)
        missing = [path for sha, path in asked if (sha, path) not in found]
        if missing:
            fetched = (await self._blobs.at_ends(place, [], missing)).files
            await self._blobs.keep(place.repository_id, fetched)
            found |= fetched
        return {path: file for (_, path), file in found.items()}


def _paths(one: Citation, landed: Mapping[int, Landed], places: DocumentPlaces) -> Iterable[str]:
    """Return the paths that a citation means; a pull request that brought no design in means none."""
    if not one.number:
        return [one.path]
    files = landed[one.number].files if one.number in landed else None
    changed = [file.path for file in (files.seen if files else []) if file.change_type != "DELETED"]
    return [path for path in changed if places.has(path)] or [""]


def _document(file: File | None, places: DocumentPlaces) -> File | None:
    if file is None or file.text is None:
        return None
    titled = places.may_have(file.path) and is_document_by_title(file.text)
    return file if places.has(file.path) or titled else None
