"""What stands in a merge that neither of the branches has: nothing, unless somebody has written it there."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import ConfigDict

from bot.core.document import merged
from bot.core.model import File, Sha
from bot.github.blobs import Blobs, Place
from bot.github.client import Client
from bot.github.part import Part, checked
from bot.ports import GoneError

_BRANCHES: Final = 2
"""What a merge that can be made again has; of more, git makes one only where nothing meets."""


class _Named(Part):
    sha: str


class _Comparison(Part):
    model_config = ConfigDict(alias_generator=None)

    merge_base_commit: _Named


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge, with documents of which it has another version than any of those that it joins."""

    sha: Sha
    parents: tuple[Sha, ...]
    paths: tuple[str, ...]


class MergeReader:
    """Makes merges again, to see whether they come out the same."""

    def __init__(self, client: Client, blobs: Blobs) -> None:
        self._client = client
        self._blobs = blobs

    async def written_in(self, place: Place, merge: Merge) -> frozenset[str]:
        """Return the documents that whoever made the merge has written in; two requests.

        Those are all that do not come out as git makes them by itself: what it cannot join, somebody did.
        """
        start = await self._start(place, merge.parents)
        if start is None:
            return frozenset(merge.paths)
        commits = dict.fromkeys((start, *merge.parents, merge.sha), merge.paths)
        files = await self._blobs.at_commits(place, commits)
        written = set()
        for path in merge.paths:
            sources = (start, *merge.parents)
            texts = [_text(files.get((sha, path))) for sha in sources]
            made = await asyncio.to_thread(_made, texts)
            if made is None or made != _text(files.get((merge.sha, path))):
                written.add(path)
        return frozenset(written)

    async def _start(self, place: Place, parents: Sequence[Sha]) -> Sha | None:
        """Return where the branches parted; None where that is no one commit.

        https://docs.github.com/en/rest/commits/commits#compare-two-commits; the files are on page 1 alone.
        """
        if len(parents) != _BRANCHES:
            return None
        one, other = parents
        where = {"owner": place.ref.owner, "name": place.ref.name, "one": one, "other": other}
        path = "/repos/{owner}/{name}/compare/{one}...{other}?per_page=1&page=2"
        try:
            said = await self._client.rest(place.ref.installation_id, "GET", path, where)
        except GoneError:
            return None
        return Sha(checked(_Comparison, said).merge_base_commit.sha)


def _text(file: File | None) -> str | None:
    return file.text if file else None


def _made(texts: Sequence[str | None]) -> str | None:
    """Return what git makes of a text (the first) and its two later versions."""
    start, one, other = texts
    if one is None or other is None:
        return None
    return merged(start or "", one, other)
