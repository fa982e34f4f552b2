"""The configuration and the template that hold for a pull request: from default branches, never its head."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.document import DocumentTooLargeError, schema_of
from bot.core.document.paths import DOCUMENT_GLOBS, DocumentPlaces
from bot.core.model import ChangedFile, Configuration, File, Problem, Proposal, Sha
from bot.core.policy.configuration import PATH, merge, read_configuration_file
from bot.core.rules import RULES
from bot.github import queries
from bot.github.answers import DefaultBranch, First
from bot.github.blobs import At, Blobs, Place
from bot.ports import UnavailableError

CODES = tuple(rule.code for rule in RULES)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a repository's documents are judged by."""

    configuration: Configuration
    problems: tuple[Problem, ...]
    template: str
    shared: Configuration
    """The organisation's part, over which a changed file of the repository would come."""

    @property
    def places(self) -> DocumentPlaces:
        """Where the documents are."""
        return DocumentPlaces(
            globs=self.configuration.paths or DOCUMENT_GLOBS,
            exclude=self.configuration.exclude,
            by_title=self.configuration.by_title,
            template=self.configuration.template,
        )


async def read_ground(blobs: Blobs, place: Place, first: First, built_in: str) -> Ground:
    """Return what the default branches say; one request more only where ``template`` names another file.

    Raises:
        UnavailableError: a file there could not be read; nothing is judged by half of it.
    """
    own = await _branch_files(blobs, place, first.repository.default_branch_ref if first.repository else None)
    organisation = first.organisation.default_branch_ref if first.organisation else None
    shared_files = await _branch_files(blobs, place, organisation)
    shared, above = _configuration(shared_files.get("cfg"), f"{place.ref.owner}/.github: {PATH}")
    mine, problems = _configuration(own.get("cfg"), PATH)
    configuration = merge(shared, mine)
    template = _text(own.get("tpl0")) or _text(own.get("tpl1")) or built_in
    faults = (*problems, *above)
    if configuration.template and not faults:
        named = await _named_template(blobs, place, first, configuration.template)
        if named is None:
            line = configuration.lines.get("template", 1)
            message = f"there is no template {configuration.template} that could be read"
            faults = (Problem(PATH, line, 1, "template", message),)
        else:
            template = named
    return Ground(configuration, (*faults, *_template_faults(template)), template, shared)


def _template_faults(template: str) -> tuple[Problem, ...]:
    """Return why the default branch's template cannot be judged by."""
    try:
        sections = schema_of(template).sections
    except DocumentTooLargeError as error:
        return (Problem("template", 1, 1, "", str(error)),)
    return () if sections else (Problem("template", 1, 1, "", "the template has no headings to ask for"),)


async def read_proposal(
    blobs: Blobs, place: Place, files: Sequence[ChangedFile], ground: Ground
) -> Proposal | None:
    """Return what the pull request makes of the configuration; None where it does not touch it."""
    if not any(PATH in {one.path, one.previous_path} for one in files):
        return None
    found = await blobs.at_ends(place, [PATH], [])
    said = read_configuration_file(found.get((place.head, PATH)), PATH, CODES)
    alone = len(files) == 1
    if isinstance(said, Configuration):
        return Proposal(PATH, merge(ground.shared, said), alone=alone)
    return Proposal(PATH, None, said, alone)


def _configuration(file: File | None, path: str) -> tuple[Configuration, tuple[Problem, ...]]:
    said = read_configuration_file(file, path, CODES)
    return (said, ()) if isinstance(said, Configuration) else (Configuration(), said)


async def _branch_files(
    blobs: Blobs, place: Place, branch: DefaultBranch | None
) -> Mapping[str, File | None]:
    if branch is None or branch.target is None:
        return {}
    return {
        alias: await blobs.file(place, path, branch.target.entry(alias))
        for alias, path in queries.GROUND.items()
    }


async def _named_template(blobs: Blobs, place: Place, first: First, path: str) -> str | None:
    branch = first.repository.default_branch_ref if first.repository else None
    if branch is None or branch.target is None:
        return None
    at: At = (Sha(branch.target.oid), path)
    found = await blobs.kept(place.repository_id, [at])
    if at not in found:
        found = await blobs.at_commits(place, {at[0]: [path]})
        if at not in found:
            raise UnavailableError(f"the default branch of {place.ref} could not be read")
        await blobs.keep(place.repository_id, found)
    return _text(found[at])


def _text(file: File | None) -> str | None:
    return file.text if file else None
