"""Designs that lie on default branches: those that no pull request here has brought are listed as well."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.core.model import Sha
from bot.ports.upkeep import Holding


@dataclass(frozen=True, slots=True)
class Settled:
    """A design as it lies on the default branch."""

    path: str
    edition: str
    """Changes with what is in the file, and with the template that it is read by."""
    title: str
    authors: tuple[str, ...]
    status: str
    """One of the template's; empty where it has none of them."""
    date: dt.date | None
    """Of its header."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The designs of one default branch."""

    tip: Sha
    """The commit that all this was read at."""
    editions: Mapping[str, str]
    """Path -> edition, of all of them."""
    read: tuple[Settled, ...]
    """Those of which the edition was not known."""
    whole: bool = True
    """Whether GitHub has shown the whole tree: one of over 100,000 entries is cut."""
    left_out: int = 0
    """How many files are not looked at: too many, too large, or no text."""


class Shelves(Protocol):
    """The default branches, at GitHub."""

    async def tips(self, holdings: Sequence[Holding]) -> Mapping[int, Sha]:
        """Return the newest commit of each, by the repository's number: one request for a hundred.

        All are of one installation. One without a commit, or that is not to be found there, has none.

        Raises:
            OutsideError: as its kind says.
        """
        ...

    async def shelf(self, holding: Holding, known: Mapping[str, str]) -> Shelf:
        """Return the designs of one; ``known``: path -> edition that need not be read again.

        One request for what the repository is judged by, one for its tree, one for each forty designs that
        are read.

        Raises:
            OutsideError: as its kind says.
        """
        ...


class Catalogue(Protocol):
    """What is kept of them."""

    async def following(self, after: tuple[int, int], most: int) -> Sequence[Holding]:
        """Return the next repositories, all of one installation, in the order of both numbers."""
        ...

    async def outdated(self, tips: Mapping[int, Sha]) -> Sequence[int]:
        """Return the numbers of those repositories that were last read at another commit, or never."""
        ...

    async def editions(self, repository_id: int) -> Mapping[str, str]:
        """Return path -> edition of what is kept of one repository."""
        ...

    async def put(self, holding: Holding, shelf: Shelf) -> None:
        """Keep a repository's designs in the place of those of before; what a pull request brought stays."""
        ...
