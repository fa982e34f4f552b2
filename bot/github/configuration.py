"""The configuration and the template that hold for a pull request: from default branches, never its head."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from bot.core.document import DocumentTooLargeError, schema_of
from bot.core.document.paths import DocumentPlaces
from bot.core.model import Configuration, File, FileProblem, Problem, Proposal, PullRequestRef, Sha
from bot.core.policy.configuration import PATH, merge, read_configuration_file
from bot.core.policy.configuration.reading import did_you_mean
from bot.core.policy.kinds import places_of
from bot.core.policy.sections import unknown_sections, unknown_statuses
from bot.core.rules import RULES
from bot.github import queries
from bot.github.answers import DefaultBranch, Grounded, Shared
from bot.github.blobs import At, Blobs, Place
from bot.github.failures import is_outage
from bot.github.files import Listing
from bot.github.last_good import NOTHING, Good, LastGood, Shelf
from bot.ports import UnavailableError

REPLACEABLE: Final = frozenset({"cfg", "tpl0", "tpl1", "shared"})
"""Fields of the first answer that something older can stand for while GitHub fails to give them."""

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
    branch: str
    last: Shelf | None
    """What was read of it when all was right."""
    files: dict[str, Good]
    """What has been read of it now, by path."""

    @property
    def shelf(self) -> Shelf:
        """What is kept of it for an outage."""
        ref = self.place.ref
        return Shelf(self.place.repository_id, ref.owner, ref.name, self.branch, self.tip, self.files)

    @property
    def outdated(self) -> Iterable[str]:
        """What could not be read at the tip, each with the commit that it is of."""
        return (
            f"`{self.label if path == PATH else path}` of commit {good.tip[:7]}"
            for path, good in self.files.items()
            if good.tip != self.tip
        )

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
    outdated: tuple[str, ...] = ()
    """What of it is older than the default branches because GitHub fails to give the present, in words."""

    @property
    def read_from(self) -> LastGood:
        """All that it was read from."""
        own, shared = (one.shelf if one else None for one in (self.own, self.shared))
        return LastGood(own, shared)

    @property
    def places(self) -> DocumentPlaces:
        """Where the documents of all kinds are."""
        return places_of(self.configuration)


class _HiddenError(UnavailableError):
    """GitHub answers, but shows no such commit (any more): no outage."""


class ConfigurationReader:
    """Reads what default branches say: it comes with the first answer, but for a template of another name."""

    def __init__(self, blobs: Blobs, built_in: str) -> None:
        self._blobs = blobs
        self._built_in = built_in

    async def ground(
        self,
        place: Place,
        repo: Grounded,
        shared: Shared | None,
        instead: File | None = None,
        *,
        lost: frozenset[str] = frozenset(),
        last: LastGood = NOTHING,
    ) -> Ground:
        """Return what holds now; with ``instead``, what would hold if that were the repository's own file.

        Args:
            place: Of the repository.
            repo: The answer about it.
            shared: The answer about the organisation's ``.github``.
            instead: A file in the place of the repository's own.
            lost: What of the answers is null because GitHub fails; of ``REPLACEABLE``.
            last: What takes the place of a file that cannot be read because GitHub fails.

        Raises:
            UnavailableError: a file there could not be read, and there is no older one of the same branch
                that goes with the others; nothing is judged by half of it.
        """
        made = await self._made(place, repo, shared, instead, lost, last)
        sources = [one for one in (made.own, made.shared) if one is not None]
        outdated = tuple(said for one in sources for said in one.outdated)
        if "shared" in lost:
            outdated += (f"what {place.ref.owner}/.github says",) if made.shared is None else ()
        if outdated and made.problems:
            raise UnavailableError("the configuration cannot be read whole")
        return replace(made, outdated=outdated)

    async def _made(
        self,
        place: Place,
        repo: Grounded,
        shared: Shared | None,
        instead: File | None,
        lost: frozenset[str],
        last: LastGood,
    ) -> Ground:
        own = await self._source(place, repo.default_branch_ref, PATH, instead, lost, last.own)
        above = None
        if "shared" in lost:
            above = await self._remembered(place, shared, last)
        elif shared is not None and shared.database_id != repo.database_id:
            ref = replace(place.ref, owner=shared.owner.login, name=shared.name)
            there = Place(ref, shared.database_id, place.head, None)
            known = last.shared if last.shared and last.shared.repository_id == shared.database_id else None
            above = await self._source(
                there, shared.default_branch_ref, _label(ref), None, frozenset(), known
            )
        usual, faults = await self._usual(own, repo.default_branch_ref, lost)
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
        self,
        place: Place,
        branch: DefaultBranch | None,
        label: str,
        instead: File | None,
        lost: frozenset[str],
        last: Shelf | None,
    ) -> _Source | None:
        if branch is None or branch.target is None:
            return None
        tip = Sha(branch.target.oid)
        last = last if last is not None and last.branch == branch.name else None
        source = _Source(place, tip, label, Configuration(), branch.name, last, {})
        file = instead
        if file is None:
            read = self._blobs.file(place, PATH, branch.target.entry("cfg"))
            file = await self._or_last(source, PATH, read, lost="cfg" in lost)
        return replace(source, said=await _read(file, label))

    async def _remembered(self, place: Place, shared: Shared | None, last: LastGood) -> _Source | None:
        """Return what the organisation said last, while GitHub fails to say what it says now."""
        there = last.shared
        if last.own is None or (shared and (there is None or there.repository_id != shared.database_id)):
            raise UnavailableError(f"what {place.ref.owner}/.github says could not be read")
        if there is None:
            return None
        ref = replace(place.ref, owner=there.owner, name=there.name)
        good = there.files.get(PATH, Good(there.tip, None))
        said = await _read(good.file, _label(ref))
        # No tip is known: whatever is used of it is older.
        files = {PATH: good}
        source = Place(ref, there.repository_id, place.head, None)
        return _Source(source, Sha(""), _label(ref), said, there.branch, there, files)

    async def _usual(
        self, source: _Source | None, branch: DefaultBranch | None, lost: frozenset[str]
    ) -> tuple[str, tuple[Problem, ...]]:
        """Return the first template at its usual places, or the built-in one."""
        if source is not None and branch is not None and branch.target is not None:
            for alias, path in queries.TEMPLATES.items():
                read = self._blobs.file(source.place, path, branch.target.entry(alias))
                file = await self._or_last(source, path, read, lost=alias in lost)
                if file is not None:
                    fault = _fault(file)
                    problems = (Problem(path, 1, 1, "", f"this template cannot be used: {fault}"),)
                    return (self._built_in, problems) if fault else (file.text or "", ())
        return self._built_in, ()

    async def _at(self, source: _Source, path: str) -> File | None:
        """Read a file of a default branch; what was read at a commit is kept."""
        return await self._or_last(source, path, self._read_at(source, path), lost=not source.tip)

    async def _read_at(self, source: _Source, path: str) -> File | None:
        at: At = (source.tip, path)
        repository_id = source.place.repository_id
        found = await self._blobs.kept(repository_id, [at])
        if at not in found:
            found = await self._blobs.at_commits(source.place, {source.tip: [path]})
            if at not in found:
                raise _HiddenError(f"the default branch of {source.label} could not be read")
            await self._blobs.keep(repository_id, found)
        return found[at]

    async def _or_last(
        self, source: _Source, path: str, read: Coroutine[None, None, File | None], *, lost: bool
    ) -> File | None:
        """Read a file; where GitHub fails to give it, take that of when all was last read and right."""
        good: Good | None = None
        try:
            if lost:
                read.close()
                raise UnavailableError(f"`{path}` of {source.label} could not be read")  # noqa: TRY301 - the way of any other failure
            good = Good(source.tip, await read)
        except _HiddenError:
            raise
        except UnavailableError as error:
            good = source.last.files.get(path) if source.last and is_outage(error) else None
            if good is None:
                raise
        source.files[path] = good
        return good.file

    async def _at_head(self, place: Place, path: str) -> File | None:
        at: At = (place.head, path)
        found = await self._blobs.kept(place.repository_id, [at])
        if at not in found:
            found = dict((await self._blobs.at_ends(place, [path], [])).files)
            await self._blobs.keep(place.repository_id, found)
        return found[at]


def _label(ref: PullRequestRef) -> str:
    return f"{ref.owner}/{ref.name}: {PATH}"


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
