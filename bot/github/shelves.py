"""``ports.Shelves``: the designs of default branches, read with as few requests as that takes."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import BaseModel, ConfigDict

from bot.core.document import MAX_BYTES, DocumentTooLargeError, read_document
from bot.core.model import File, PullRequestRef, Sha
from bot.core.policy.kinds import schema_at
from bot.github import queries
from bot.github.answers import GroundAnswer, Oid
from bot.github.blobs import Blobs, Place
from bot.github.client import Client
from bot.github.configuration import ConfigurationReader, Ground
from bot.github.part import Part, checked
from bot.ports import GoneError, Holding, Settled, Shelf

MOST: Final = 5_000
"""Designs of one repository; by path, what comes after them is left out."""
_TEXTS: Final = 200
"""Of them are held in memory at once."""
_BLOBS: Final = frozenset({"100644", "100755"})
"""Modes of plain files: links and submodules are no designs."""
_LONGEST: Final = 300
"""Characters of a title or of a name."""
_MOST_AUTHORS: Final = 10


class _Item(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Entry(_Item):
    path: str
    mode: str
    sha: str
    size: int = 0


class _Tree(_Item):
    """https://docs.github.com/en/rest/git/trees#get-a-tree."""

    tree: list[_Entry]
    truncated: bool = False


class _Branch(Part):
    target: Oid | None


class _Tip(Part):
    database_id: int
    default_branch_ref: _Branch | None


class BranchShelves:
    """Reads trees whole, and of the files in them only those that are designs by their place."""

    def __init__(self, client: Client, blobs: Blobs, template: str) -> None:
        self._client = client
        self._blobs = blobs
        self._configurations = ConfigurationReader(blobs, template)

    async def tips(self, holdings: Sequence[Holding]) -> Mapping[int, Sha]:
        """See ``ports.Shelves``."""
        if len({one.installation_id for one in holdings}) != 1:
            raise ValueError("the repositories are to be one installation's")
        query = queries.tips([(one.owner, one.name) for one in holdings])
        names = frozenset(f"r{i}" for i in range(len(holdings)))
        answer = await self._client.graphql(holdings[0].installation_id, query.text, query.variables, names)
        found: dict[int, Sha] = {}
        for i, holding in enumerate(holdings):
            said = answer.data.get(f"r{i}")
            tip = None if said is None else checked(_Tip, said)
            branch = tip.default_branch_ref if tip else None
            # Another repository may have taken the name.
            if tip and tip.database_id == holding.repository_id and branch and branch.target:
                found[tip.database_id] = Sha(branch.target.oid)
        return found

    async def shelf(self, holding: Holding, known: Mapping[str, str]) -> Shelf:
        """See ``ports.Shelves``."""
        place, ground = await self._ground(holding)
        tree = await self._tree(holding, place.head)
        files = [one for one in tree.tree if one.mode in _BLOBS and ground.places.has(one.path)]
        kept = sorted((one for one in files if one.size <= MAX_BYTES), key=lambda one: one.path)[:MOST]
        mark = _mark(ground)
        editions = {one.path: f"{one.sha}/{mark}" for one in kept}
        wanted = [path for path, edition in editions.items() if known.get(path) != edition]
        read: list[Settled] = []
        for start in range(0, len(wanted), _TEXTS):
            some = await self._blobs.at_commits(place, {place.head: wanted[start : start + _TEXTS]})
            read += await asyncio.to_thread(_read, ground, editions, list(some.values()))
        left_out = len(files) - len(editions) + len(wanted) - len(read)
        return Shelf(place.head, editions, tuple(read), not tree.truncated, left_out)

    async def _ground(self, holding: Holding) -> tuple[Place, Ground]:
        query = queries.ground(holding.owner, holding.name)
        answer = await self._client.graphql(
            holding.installation_id, query.text, query.variables, frozenset({"shared"})
        )
        said = checked(GroundAnswer, answer.data)
        repo = said.repository
        branch = repo.default_branch_ref if repo else None
        if repo is None or repo.database_id != holding.repository_id or not branch or not branch.target:
            raise GoneError(f"{holding.owner}/{holding.name} is not there any more")
        # Of no pull request: only the way there is used of it.
        ref = PullRequestRef(holding.installation_id, repo.database_id, holding.owner, holding.name, 0)
        place = Place(ref, repo.database_id, Sha(branch.target.oid), None)
        return place, await self._configurations.ground(place, repo, said.shared)

    async def _tree(self, holding: Holding, tip: Sha) -> _Tree:
        said = await self._client.rest(
            holding.installation_id,
            "GET",
            "/repos/{owner}/{name}/git/trees/{tip}?recursive=1",
            {"owner": holding.owner, "name": holding.name, "tip": tip},
        )
        return checked(_Tree, said)


def _read(ground: Ground, editions: Mapping[str, str], files: Sequence[File | None]) -> list[Settled]:
    found = []
    for file in files:
        if file is None or file.text is None:
            continue
        schema = schema_at(ground.configuration, ground.template, ground.templates, file.path)
        try:
            document = read_document(file.path, file.text, schema)
        except DocumentTooLargeError:
            continue
        header = document.header
        # Logins where the header names them: those of pull requests are listed by theirs.
        authors = header.author_handles or header.authors
        found.append(
            Settled(
                path=file.path,
                edition=editions[file.path],
                title=(document.title or file.path)[:_LONGEST],
                authors=tuple(author[:_LONGEST] for author in authors[:_MOST_AUTHORS]),
                status=header.status or "",
                date=header.date,
            )
        )
    return found


def _mark(ground: Ground) -> str:
    """Return what changes with the templates: the statuses are theirs."""
    texts = [ground.template, *(f"{name}\0{text}" for name, text in sorted(ground.templates.items()))]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]
