"""The configuration and the template that hold for a pull request: from default branches, never its head."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from bot.core.document import DocumentTooLargeError, schema_of
from bot.core.document.paths import DocumentPlaces
from bot.core.model import Configuration, File, FileProblem, Problem, Proposal, Sha
from bot.core.policy.configuration import PATH, merge, read_configuration_file
from bot.core.policy.configuration.reading import did_you_mean
from bot.core.policy.kinds import places_of
from bot.core.policy.sections import unknown_sections, unknown_statuses
from bot.core.rules import RULES
from bot.github import queries
from bot.github.answers import DefaultBranch, Grounded, Shared
from bot.github.blobs import At, Blobs, Place
from bot.github.files import Listing
from bot.ports import UnavailableError

CODES: Final = tuple(rule.code for rule in RULES)

_UNUSABLE: Final = {
    FileProblem.SYMLINK: "it is a symbolic link, which is not followed",
    FileProblem.SUBMODULE: "it is a submodule, not a file",
    FileProblem.NOT_TEXT: "it is not UTF-8 text",
    FileProblem.TOO_LARGE: "it is too large",
}


@dataclass(frozen=True, slots=True)
class _Source:
    """A default branch that may hold a configuration."""

    place: Place
    """Of the repository; only its name and number are used."""
    tip: Sha
    label: str
    """What its file is called in messages."""
    said: Configuration | tuple[Problem, ...]

    @property
    def configuration(self) -> Configuration:
        return self.said if isinstance(self.said, Configuration) else Configuration()

    @property
    def problems(self) -> tuple[Problem, ...]:
        return () if isinstance(self.said, Configuration) else self.said


@dataclass(frozen=True, slots=True)
class Ground:
    """What a repository's documents are judged by."""

    configuration: Configuration
    """The built-in one where something is wrong: half a configuration could let something pass."""
    problems: tuple[Problem, ...]
    template: str
    branch: str
    """The default branch; only what goes into that one can change all this."""
    own: _Source | None
    """None for a repository without a commit."""
    shared: _Source | None
    """The organisation's; None where it has none that this app sees."""
    usual: str
    """The template where no key names one."""
    templates: Mapping[str, str] = field(default_factory=dict)
    """Name of a kind of document that has one of its own -> that one."""

    @property
    def places(self) -> DocumentPlaces:
        """Where the documents of all kinds are."""
        return places_of(self.configuration)


class ConfigurationReader:
    """Reads what default branches say: it comes with the first answer, but for a template of another name."""

    def __init__(self, blobs: Blobs, built_in: str) -> None:
        self._blobs = blobs
        self._built_in = built_in

    async def ground(
        self, place: Place, repo: Grounded, shared: Shared | None, instead: File | None = None
    ) -> Ground:
        """Return what holds now; with ``instead``, what would hold if that were the repository's own file.

        Raises:
            UnavailableError: a file there could not be read; nothing is judged by half of it.
        """
        own = await self._source(place, repo.default_branch_ref, PATH, instead)
        above = None
        if shared is not None and shared.database_id != repo.database_id:
            ref = replace(place.ref, owner=shared.owner.login, name=shared.name)
            label = f"{ref.owner}/{ref.name}: {PATH}"
            there = Place(ref, shared.database_id, place.head, None)
            above = await self._source(there, shared.default_branch_ref, label)
        usual, faults = await self._usual(place, repo.default_branch_ref)
        branch = repo.default_branch_ref.name if repo.default_branch_ref else ""
        made = Ground(Configuration(), (), usual, branch, own, above, usual)
        problems = (*(own.problems if own else ()), *(above.problems if above else ()))
        if problems:
            return replace(made, problems=problems)
        mine = own.configuration if own else Configuration()
        settings = merge(above.configuration if above else Configuration(), mine)
        template = usual
        if settings.template is not None:
            source = own if "template" in mine.given else above
            file = await self._at(source, settings.template) if source else None
            template, faults = _named(file, settings, source.label if source else PATH)
        problems = faults or tuple(_unknown_sections(settings, mine, template, above))
        if problems:
            return replace(made, problems=problems)
        source = own if "kinds" in mine.given else above
        templates, problems = await self._of_kinds(
            settings, source.label if source else PATH, lambda path: self._at_source(source, path)
        )
        if problems:
            return replace(made, problems=problems)
        return replace(made, configuration=settings, template=template, templates=templates)

    async def _of_kinds(
        self, settings: Configuration, label: str, find: Callable[[str], Awaitable[File | None]]
    ) -> tuple[Mapping[str, str], tuple[Problem, ...]]:
        """Return the templates that kinds have of their own, and what is wrong with them."""
        templates: dict[str, str] = {}
        problems: list[Problem] = []
        for kind in settings.kinds:
            own = kind.configuration
            if own.template is None:
                continue
            text, faults = _named(await find(own.template), own, label)
            templates[kind.name] = text
            problems += faults or _unknown_sections(own, own, text, None, label)
        return templates, tuple(problems)

    async def _at_source(self, source: _Source | None, path: str) -> File | None:
        return await self._at(source, path) if source else None

    async def proposal(self, place: Place, listing: Listing, ground: Ground) -> Proposal | None:
        """Return what the pull request makes of the configuration; None where it does not touch it."""
        touching = [one for one in listing.files if PATH in {one.path, one.previous_path}]
        if not touching:
            return None
        alone = listing.complete and len(listing.files) == 1 and touching[0].previous_path in {None, PATH}
        proposed = await self._at_head(place, PATH)
        said = await _read(proposed, PATH)
        if not isinstance(said, Configuration):
            return Proposal(PATH, None, said, alone)
        settings = merge(ground.shared.configuration if ground.shared else Configuration(), said)
        template, problems = ground.usual, tuple[Problem, ...]()
        if "template" in said.given and settings.template is not None:
            file = await self._proposed(place, ground, settings.template)
            template, problems = _named(file, settings, PATH)
        elif settings.template is not None:
            file = await self._at(ground.shared, settings.template) if ground.shared else None
            template, problems = _named(file, settings, ground.shared.label if ground.shared else PATH)
        problems = problems or tuple(_unknown_sections(settings, said, template, ground.shared))
        if not problems and "kinds" in said.given:
            _, problems = await self._of_kinds(
                settings, PATH, lambda path: self._proposed(place, ground, path)
            )
        text = (proposed.text or "") if proposed else ""
        return Proposal(PATH, None if problems else settings, problems, alone, text)

    async def _proposed(self, place: Place, ground: Ground, path: str) -> File | None:
        file = await self._at_head(place, path)
        # The branch may be older than the template.
        return await self._at_source(ground.own, path) if file is None else file

    async def _source(
        self, place: Place, branch: DefaultBranch | None, label: str, instead: File | None = None
    ) -> _Source | None:
        if branch is None or branch.target is None:
            return None
        file = instead or await self._blobs.file(place, PATH, branch.target.entry("cfg"))
        return _Source(place, Sha(branch.target.oid), label, await _read(file, label))

    async def _usual(self, place: Place, branch: DefaultBranch | None) -> tuple[str, tuple[Problem, ...]]:
        """Return the first template at its usual places, or the built-in one."""
        if branch is not None and branch.target is not None:
            for alias, path in queries.TEMPLATES.items():
                file = await self._blobs.file(place, path, branch.target.entry(alias))
                if file is not None:
                    fault = _fault(file)
                    problems = (Problem(path, 1, 1, "", f"this template cannot be used: {fault}"),)
                    return (self._built_in, problems) if fault else (file.text or "", ())
        return self._built_in, ()

    async def _at(self, source: _Source, path: str) -> File | None:
        """Read a file of a default branch; what was read at a commit is kept."""
        at: At = (source.tip, path)
        repository_id = source.place.repository_id
        found = await self._blobs.kept(repository_id, [at])
        if at not in found:
            found = await self._blobs.at_commits(source.place, {source.tip: [path]})
            if at not in found:
                raise UnavailableError(f"the default branch of {source.label} could not be read")
            await self._blobs.keep(repository_id, found)
        return found[at]

    async def _at_head(self, place: Place, path: str) -> File | None:
        at: At = (place.head, path)
        found = await self._blobs.kept(place.repository_id, [at])
        if at not in found:
            found = dict((await self._blobs.at_ends(place, [path], [])).files)
            await self._blobs.keep(place.repository_id, found)
        return found[at]


async def _read(file: File | None, label: str) -> Configuration | tuple[Problem, ...]:
    """Parse outside the event loop: 64 KiB made to be slow take half a second."""
    if file is None:
        return Configuration()
    return await asyncio.to_thread(read_configuration_file, file, label, CODES)


def _named(file: File | None, settings: Configuration, label: str) -> tuple[str, tuple[Problem, ...]]:
    """Return the template that a key names, or why it cannot be used."""
    fault = "there is no such file" if file is None else _fault(file)
    if fault:
        message = f"the template `{settings.template}` cannot be used: {fault}"
        return "", (Problem(label, settings.lines.get("template", 1), 1, "template", message),)
    return (file.text or "") if file else "", ()


def _fault(file: File) -> str:
    if file.text is None:
        return _UNUSABLE[file.problem or FileProblem.NOT_TEXT]
    try:
        sections = schema_of(file.text).sections
    except DocumentTooLargeError:
        return _UNUSABLE[FileProblem.TOO_LARGE]
    return "" if sections else "it has no headings, so it asks for no sections"


def _unknown_sections(
    settings: Configuration,
    mine: Configuration,
    template: str,
    shared: _Source | None,
    own_label: str = PATH,
) -> Iterable[Problem]:
    """Yield the sections that the template does not have: what is said of them would go unheard."""
    schema = schema_of(template)
    titles = [one.title for one in schema.sections]
    for name, one in unknown_sections(schema, settings):
        label = own_label if name in mine.sections or shared is None else shared.label
        message = f"the template has no section `{name}`{did_you_mean(name, titles)}"
        yield Problem(label, one.line or 1, 1, f"sections.{name}", message)
    for status in unknown_statuses(schema, settings):
        label = own_label if "rules" in mine.given or shared is None else shared.label
        message = f"the template has no status `{status}`{did_you_mean(status, schema.statuses)}"
        yield Problem(label, settings.lines.get("rules", 1), 1, "rules", message)
