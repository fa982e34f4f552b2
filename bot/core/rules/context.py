"""What a rule knows besides the document and the schema."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.core.document import labels
from bot.core.document.links import document_number, resolved
from bot.core.model import Document, Resolution


@dataclass(frozen=True, slots=True)
class Listed:
    """Another document of the repository, as far as rules look at it."""

    title: str | None = None
    status: str | None = None
    """As its template writes it."""
    stage: str | None = None
    """Which of the lifecycle's four that is."""
    superseded_by: str | None = None
    """A path from the repository's root where it is a link there, else as written."""
    supersedes: tuple[str, ...] = ()
    """The same, for what it says it takes the place of."""


@dataclass(frozen=True, slots=True)
class RuleContext:
    """The surroundings of a document; on a laptop most of it is unknown and the rules that need it rest."""

    base: Document | None = None
    """The copy on the base branch; None where there is none, or none is known."""
    base_known: bool = False
    """Whether the base branch was looked at."""
    names: Mapping[str, Resolution] | None = None
    """Name without ``@`` in lower case -> what GitHub says of it; None where GitHub was not asked."""
    today: date | None = None
    """None where no clock is at hand."""
    repository: Mapping[str, Listed | None] | None = None
    """Path from the repository's root -> the document there, None for a file that is no document; a path that
    is not in it is no file. None where the repository was not looked at."""
    beside: tuple[str, ...] | None = None
    """Paths of the other files in the folder of a document that is new or moved, as a merge would leave them;
    None where that was not looked at."""


def listed(document: Document) -> Listed:
    """Return what rules on other documents look at in this one."""
    header = document.header
    supersedes = [field.raw for field in header.fields if labels.label_key(field.label) in labels.SUPERSEDES]
    return Listed(
        title=document.title,
        status=header.status,
        stage=header.stage,
        superseded_by=resolved(document.path, header.superseded_by) if header.superseded_by else None,
        supersedes=tuple(
            resolved(document.path, one.strip())
            for value in supersedes
            for one in value.split(",")
            if one.strip()
        ),
    )


def found_document(
    target: str, path: str, repository: Mapping[str, Listed | None]
) -> tuple[str, Listed] | None:
    """Return the document that a link or a name in the document at ``path`` means, with its path.

    A name is a file's name, or a number such as ``0012``, ``ADR-12`` or ``TDD 12``.
    """
    place = resolved(path, target)
    there = repository.get(place)
    if there is not None:
        return place, there
    bare = target.rpartition("/")[2].partition("#")[0].strip().casefold()
    number = document_number(bare)
    for other in repository:
        # By its name first: looking at a file may mean reading it.
        named = other.rpartition("/")[2].casefold()
        same = bare in {named, named.removesuffix(".md")} or (number and number == document_number(other))
        if same and other != path and (there := repository[other]) is not None:
            return other, there
    return None
