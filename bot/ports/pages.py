"""What the pages need: what is kept of decisions, and what GitHub says a person may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

from bot.core.model import Login, Verdict
from bot.core.render.record import Move, Record
from bot.ports.audit import AuditEntry
from bot.ports.errors import OutsideError

SIGNED_IN: Final = timedelta(hours=8)
"""GitHub's token for a person ends then; a session never outlives it.

https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens
"""


def ended_key(person_id: int) -> str:
    """Return the key in ``Cache`` of when a person last took back their word, in seconds since 1970.

    A cache is enough: one that is lost leaves GitHub itself, which takes the dead token no more.
    """
    return f"ended/{person_id}/"


class SignedOutError(OutsideError):
    """GitHub no longer takes this person's token: it has expired or was revoked."""


class SignInRefusedError(OutsideError):
    """GitHub gives no token for this code: it is used up, expired, or not this app's."""


@dataclass(frozen=True, slots=True)
class Place:
    """A repository by its number and its last known name."""

    id: int
    owner: str
    name: str


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """The last decision on a pull request, as it was kept."""

    place: Place
    number: int
    merged: bool
    record: Record


@dataclass(frozen=True, slots=True)
class Design:
    """A document of an open pull request, or as it was merged last."""

    place: Place
    number: int
    """Of its pull request; 0: it lies on the default branch, and no pull request known here brought it."""
    path: str
    title: str
    author: str
    status: str
    verdict: Verdict
    sentence: str
    move: Move
    waiting: tuple[str, ...]
    since: datetime
    """When the last move was made: status, open seats and whose move it is are the same since then."""
    opened: datetime
    """When it was first judged."""
    merged: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which designs; empty fields want everything."""

    repository: str = ""
    """``owner/name``."""
    status: str = ""
    reviewer: str = ""
    """The label of a seat that is still open."""
    text: str = ""
    """Words in title, path, author, repository or sentence; all of them have to be there."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of designs, the longest waiting first, and what the choices are."""

    designs: tuple[Design, ...]
    found: int
    """How many there are on all pages."""
    statuses: Mapping[str, int] = field(default_factory=dict)
    """Of all that the person may see: status -> how many."""
    moves: Mapping[Move, int] = field(default_factory=dict)
    """Of all that are not merged: whose move -> how many."""
    reviewers: tuple[str, ...] = ()
    """Seats that are open somewhere."""
    weeks: tuple["Week", ...] = ()
    """Oldest first."""


@dataclass(frozen=True, slots=True)
class Week:
    """How many designs there were at the end of a week."""

    end: datetime
    open: int
    merged: int
    """Until then, in all."""


class Records(Protocol):
    """What is kept of decisions, to be read."""

    async def record(self, repository_id: int, number: int) -> KeptRecord | None:
        """Return the last decision on a pull request; None where none is kept in this release's shape."""
        ...

    async def audit(self, repository_id: int, number: int, most: int) -> Sequence[AuditEntry]:
        """Return what this app did there, newest first."""
        ...

    async def places(self) -> Sequence[Place]:
        """Return every repository that has designs."""
        ...

    async def designs(
        self, repositories: Sequence[int], wanted: Wanted, first: int, most: int, now: datetime
    ) -> Listing:
        """Return designs of these repositories, skipping ``first``."""
        ...


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person who has signed in, and the token that GitHub gave for that."""

    id: int
    login: Login
    token: str = field(repr=False)


class People(Protocol):
    """What GitHub says to and of a person, asked with that person's own token."""

    def sign_in_url(self, state: str, challenge: str, back_to: str) -> str:
        """Return where a person says yes; GitHub then leads back with a code and the same ``state``."""
        ...

    async def visitor(self, code: str, verifier: str, back_to: str) -> Visitor:
        """Exchange a code, once.

        Raises:
            SignInRefusedError: GitHub does not take the code.
            OutsideError: GitHub fails.
        """
        ...

    async def readable(self, visitor: Visitor, places: Sequence[tuple[str, str]]) -> Sequence[int | None]:
        """Return for each ``(owner, name)`` the repository's id, or None where the person may not read it.

        Raises:
            SignedOutError: the token is no longer good.
            OutsideError: GitHub fails; nothing is to be concluded.
        """
        ...

    async def confirm(self, visitor: Visitor) -> bool:
        """Tell whether the token is still good and the person is still called that.

        Raises:
            SignedOutError: the token is no longer good.
            OutsideError: GitHub fails.
        """
        ...

    async def in_team(self, visitor: Visitor, organization: str, slug: str) -> bool:
        """Tell whether the person is an active member of a team.

        Raises:
            SignedOutError: the token is no longer good.
            OutsideError: GitHub fails.
        """
        ...

    async def revoke(self, visitor: Visitor) -> None:
        """End the token's life, as far as GitHub answers.

        Raises:
            OutsideError: GitHub fails.
        """
        ...

    async def close(self) -> None:
        """Release connections."""
        ...
