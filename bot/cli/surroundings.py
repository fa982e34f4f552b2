"""What stands around a document in its repository, looked at only as far as a rule asks for it."""

from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path

from bot.cli.files import read
from bot.cli.git import GitError, files
from bot.cli.house import House, HouseError, Wanted, house_of
from bot.cli.templates import TemplateError
from bot.core.document import DocumentTooLargeError, read_document
from bot.core.model import FileProblem
from bot.core.rules import Listed, listed


class Surroundings(Mapping[str, Listed | None]):
    """Path from the repository's root -> the document there, None for a file that is none.

    Which files there are is asked of git at the first look; a document is read when somebody looks at it.
    """

    def __init__(self, root: Path, wanted: Wanted) -> None:
        """Look at nothing yet."""
        self._root = root
        self._wanted = wanted
        self._known: dict[str, Listed | None] = {}

    def __getitem__(self, place: str) -> Listed | None:
        """Return the document at a place.

        Raises:
            KeyError: there is no such file.
        """
        if place not in self._places:
            raise KeyError(place)
        if place not in self._known:
            self._known[place] = self._look(place)
        return self._known[place]

    def __contains__(self, place: object) -> bool:
        """Whether there is such a file; it is not read for that."""
        return place in self._places

    def __iter__(self) -> Iterator[str]:
        """Return the files in the order of their names."""
        return iter(self._places)

    def __len__(self) -> int:
        """Return how many files there are."""
        return len(self._places)

    def beside(self, place: str) -> tuple[str, ...]:
        """Return the other files in a file's folder, by their places."""
        return tuple(one for one in self._folders.get(place.rpartition("/")[0], ()) if one != place)

    @cached_property
    def _folders(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for place in self._places:
            found.setdefault(place.rpartition("/")[0], []).append(place)
        return found

    @cached_property
    def _places(self) -> Mapping[str, None]:
        return dict.fromkeys(sorted(files(self._root)))

    def _look(self, place: str) -> Listed | None:
        if not place.casefold().endswith(".md"):
            return None
        path = self._root / place
        try:
            text = read(path)
            house = self._house
            if isinstance(text, FileProblem) or not house.is_document(place, text):
                return None
            return listed(read_document(place, text, house.schema_of(path)))
        except (OSError, DocumentTooLargeError, TemplateError, HouseError):
            return None

    @property
    def _house(self) -> House:
        return house_of(self._root, self._wanted)


@lru_cache(maxsize=16)
def around(root: Path, wanted: Wanted) -> Surroundings | None:
    """Return what is in a repository; None where git cannot tell, so that rules that need it rest."""
    found = Surroundings(root, wanted)
    try:
        len(found)
    except GitError:
        return None
    return found
