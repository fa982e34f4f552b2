"""Files at commits, from the cache where a commit was read before, else from GitHub."""

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.core.document import MAX_BYTES
from bot.core.model import File, FileProblem, PullRequestRef, Sha
from bot.github import queries
from bot.github.answers import BlobsAnswer, BlobsPull, Entry, Target
from bot.github.client import Client
from bot.github.part import checked
from bot.ports import Cache, GoneError, UnavailableError

LIFETIME = timedelta(days=30)
"""How long a commit's files are kept: they cannot change, only be forgotten."""

BATCH = 40
"""Files asked for in one query: GitHub gives up after 10 seconds."""

_SYMLINK = 0o120000
_SUBMODULE = 0o160000
_FILES: TypeAdapter[File | None] = TypeAdapter(File | None)

At = tuple[Sha, str]
"""A path at a commit."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where files are asked for: the repository by number, the pull request by its two ends."""

    ref: PullRequestRef
    repository_id: int
    head: Sha
    base: Sha | None
    """Tip of the base branch; None where the branch is gone."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Files at both ends of a pull request, and what is in folders at the tip of its base branch."""

    files: Mapping[At, File | None]
    folders: Mapping[str, tuple[str, ...]]


class Blobs:
    """Reads files; what has been read at a commit is not asked for again."""

    def __init__(self, client: Client, cache: Cache) -> None:
        self._client = client
        self._cache = cache

    async def kept(self, repository_id: int, wanted: Iterable[At]) -> dict[At, File | None]:
        """Return what the cache has of these."""
        keys = {_key(repository_id, at): at for at in wanted}
        if not keys:
            return {}
        found: dict[At, File | None] = {}
        for key, value in (await self._cache.get(list(keys))).items():
            try:
                found[keys[key]] = _FILES.validate_json(value)
            except (ValidationError, KeyError):
                # Written by another release: read anew.
                continue
        return found

    async def keep(self, repository_id: int, files: Mapping[At, File | None]) -> None:
        """Put files into the cache."""
        if files:
            values = {_key(repository_id, at): _FILES.dump_json(file) for at, file in files.items()}
            await self._cache.put(values, LIFETIME)

    async def at_ends(
        self, place: Place, head: Sequence[str], base: Sequence[str], folders: Sequence[str] = ()
    ) -> Ends:
        """Read files at the head and at the tip of the base branch, and with them what is in folders there.

        Raises:
            UnavailableError: the pull request has moved since it was read.
        """
        found: dict[At, File | None] = {}
        listed: dict[str, tuple[str, ...]] = {}
        wanted = [("h", path) for path in head] + [("b", path) for path in base]
        for batch in _batches(wanted):
            heads = [path for end, path in batch if end == "h"]
            bases = [path for end, path in batch if end == "b"]
            asked = () if listed else folders
            pull = await self._ask_ends(place, heads, bases, asked)
            commit = _head_commit(pull)
            tip = pull.base_ref.target if pull.base_ref else None
            if commit.oid != place.head or (tip.oid if tip else None) != place.base:
                raise UnavailableError(f"{place.ref} moved while it was read", timedelta(seconds=2))
            found |= await self._files(place, commit, "h", heads)
            if tip is not None:
                found |= await self._files(place, tip, "b", bases)
                listed |= {folder: tip.folder(f"d{i}") for i, folder in enumerate(asked)}
        return Ends(found, listed)

    async def at_commits(self, place: Place, wanted: Mapping[Sha, Sequence[str]]) -> dict[At, File | None]:
        """Read files at any commits; a commit that GitHub does not show has no entry."""
        found: dict[At, File | None] = {}
        pairs = [(sha, path) for sha, paths in wanted.items() for path in paths]
        for batch in _batches(pairs):
            commits: dict[str, list[str]] = {}
            for sha, path in batch:
                commits.setdefault(sha, []).append(path)
            query = queries.history(commits)
            aliases = frozenset(f"c{i}" for i in range(len(commits)))
            answer = await self._client.graphql(
                place.ref.installation_id, query.text, {**_names(place), **query.variables}, aliases
            )
            repository = answer.data.get("repository") or {}
            for i, (sha, paths) in enumerate(commits.items()):
                said = repository.get(f"c{i}")
                if isinstance(said, dict) and said.get("__typename") == "Commit":
                    commit = checked(Target, {"oid": sha, **said})
                    found |= await self._files(place, commit, "f", paths)
        return found

    async def file(self, place: Place, path: str, entry: Entry | None) -> File | None:
        """Return the file that a tree's entry stands for, its text only if it is whole and UTF-8."""
        if entry is None or entry.type == "tree":
            return None
        problem = _problem(entry)
        if problem is not None:
            return File(path, entry.size, None, problem)
        text = entry.object.text if entry.object else None
        if entry.object is None or entry.object.is_truncated or not _same_bytes(text, entry.size):
            # GraphQL guesses encodings, drops byte order marks and cuts: the bytes themselves decide.
            text = await self._decoded(place, entry)
        if text is None:
            return File(path, entry.size, None, FileProblem.NOT_TEXT)
        return File(path, entry.size, text)

    async def _files(
        self, place: Place, commit: Target, prefix: str, paths: Sequence[str]
    ) -> dict[At, File | None]:
        return {
            (Sha(commit.oid), path): await self.file(place, path, commit.entry(f"{prefix}{i}"))
            for i, path in enumerate(paths)
        }

    async def _ask_ends(
        self, place: Place, heads: Sequence[str], bases: Sequence[str], folders: Sequence[str]
    ) -> BlobsPull:
        query = queries.blobs(heads, bases, folders)
        variables = {**_names(place), "number": place.ref.number, **query.variables}
        answer = await self._client.graphql(place.ref.installation_id, query.text, variables)
        repository = checked(BlobsAnswer, answer.data).repository
        if repository is None or repository.pull_request is None:
            raise GoneError(f"{place.ref} is not there any more")
        return repository.pull_request

    async def _decoded(self, place: Place, entry: Entry) -> str | None:
        """Read the bytes themselves: https://docs.github.com/en/rest/git/blobs#get-a-blob."""
        said: Any = await self._client.rest(
            place.ref.installation_id,
            "GET",
            "/repos/{owner}/{name}/git/blobs/{oid}",
            {"owner": place.ref.owner, "name": place.ref.name, "oid": entry.oid},
        )
        content = said.get("content") if isinstance(said, dict) else None
        try:
            raw = base64.b64decode("".join(str(content).split()), validate=True)
        except (binascii.Error, ValueError):
            raise UnavailableError("GitHub's answer holds no readable blob") from None
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return None


def _problem(entry: Entry) -> FileProblem | None:
    """Tell what cannot be a document before its text is looked at."""
    if entry.mode == _SYMLINK:
        return FileProblem.SYMLINK
    if entry.mode == _SUBMODULE or entry.type == "commit":
        return FileProblem.SUBMODULE
    if entry.size > MAX_BYTES:
        return FileProblem.TOO_LARGE
    if entry.object is not None and entry.object.is_binary:
        return FileProblem.NOT_TEXT
    return None


def _same_bytes(text: str | None, size: int) -> bool:
    return text is not None and len(text.encode("utf-8", "surrogatepass")) == size


def _head_commit(pull: BlobsPull) -> Target:
    heads = pull.head.seen
    if not heads:
        raise UnavailableError("GitHub shows no commit of the pull request", timedelta(seconds=2))
    return heads[0].commit


def _batches(wanted: Sequence[tuple[Any, str]]) -> Iterable[Sequence[tuple[Any, str]]]:
    return [wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH)]


def _names(place: Place) -> dict[str, object]:
    return {"owner": place.ref.owner, "name": place.ref.name}


def _key(repository_id: int, at: At) -> str:
    sha, path = at
    return f"blob/{repository_id}/{sha}/{path}"
