"""``tdd-bot check``: the gate's judgement on files of this machine, as far as it needs no GitHub."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from bot.cli.console import FAILED, FINDINGS, OK, Progress, complain, has_colors, reason, show, tell
from bot.cli.files import documents_below, expand, read, resolved, text_of
from bot.cli.git import Change, GitError, changes, merge_base, root_of, texts
from bot.cli.house import House, HouseError, Wanted, house_of
from bot.cli.judging import How, Job, judge_all
from bot.cli.templates import TemplateError, schema_at
from bot.core.document import MAX_BYTES
from bot.core.render.formats import Format, render_whole
from bot.core.render.report import Piece, counts, total
from bot.core.rules import RULES

STDIN = "-"
_USUAL_PLACES = "in docs/tdd, docs/design, tdd and their like"


@dataclass(frozen=True, slots=True)
class Options:
    """How to check."""

    form: Format = Format.TEXT
    template: Path | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    since: str | None = None
    stdin_filename: str | None = None
    fix: bool = False
    """Mend what can be mended before judging."""
    diff: bool = False
    """Show what would be mended instead."""
    only_documents: bool = False
    """Skip files that are named and that the gate would not take for documents."""
    config: Path | None = None
    no_config: bool = False

    @property
    def wanted(self) -> Wanted:
        """Which configuration and template the documents are judged by."""
        return Wanted(self.config, self.no_config, self.template)


class CannotRunError(Exception):
    """Nothing can be judged as asked; each argument is a sentence that says why."""


@dataclass(slots=True)
class _Gathered:
    jobs: list[Job] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def run(paths: Sequence[str], options: Options) -> int:
    """Judge files, those in folders and of patterns, and print what was found.

    Returns:
        The exit code: 0 nothing at error severity, 1 findings, 2 something could not be judged at all.
    """
    try:
        gathered = gather(paths, options)
        how = _how(options, several=len(gathered.jobs) > 1)
    except CannotRunError as problem:
        for message in problem.args:
            _complain(message, options.form)
        return FAILED
    if options.fix or options.diff:
        return _mended(gathered, options, how)
    return _judged(gathered, options, how)


def _mended(gathered: _Gathered, options: Options, how: How) -> int:
    """Mend first, then judge; for a patch the documents are judged as they stand."""
    # Most runs mend nothing, and start the sooner.
    from bot.cli.mending import Task, mend_all  # noqa: PLC0415 - see above

    task = Task(how.today, select=how.select, ignore=how.ignore)
    outcome = mend_all(gathered.jobs, task, diff=options.diff)
    code = _judged(gathered, options, how, quiet=options.diff)
    return FAILED if outcome.failed else code


def _judged(gathered: _Gathered, options: Options, how: How, *, quiet: bool = False) -> int:
    pieces: list[Piece] = []
    with Progress(len(gathered.jobs)) as progress:
        for result in judge_all(gathered.jobs, how, progress):
            if result.piece:
                pieces.append(result.piece)
            if result.problem and result.problem not in gathered.complaints:
                gathered.complaints.append(result.problem)
    for complaint in gathered.complaints:
        _complain(complaint, options.form)
    if quiet:
        tell(counts(total(pieces)))
    elif pieces or options.form is not Format.TEXT or not gathered.complaints:
        show(render_whole(options.form, pieces))
    if gathered.complaints:
        return FAILED
    return FINDINGS if total(pieces).errors else OK


def _complain(message: str, form: Format) -> None:
    complain(message)
    if form is Format.GITHUB:
        from bot.core.render.workflow import workflow_problem  # noqa: PLC0415 - only GitHub's runners read it

        show(workflow_problem(message))


def _how(options: Options, *, several: bool) -> How:
    return How(
        form=options.form,
        today=today(),
        color=has_colors(sys.stdout),
        several=several,
        select=codes(options.select),
        ignore=codes(options.ignore),
    )


def today() -> date:
    """Return the date that the rules know, the same in every place of the world."""
    return datetime.now(tz=UTC).date()


def codes(given: Iterable[str]) -> tuple[str, ...]:
    """Return codes, or beginnings of such, from options that may each hold several with commas.

    Raises:
        CannotRunError: one that no rule has.
    """
    found = tuple(
        dict.fromkeys(one.strip().upper() for part in given for one in part.split(",") if one.strip())
    )
    for code in found:
        if not any(rule.code.startswith(code) for rule in RULES):
            raise CannotRunError(f"no rule has a code like {code}; `tdd-bot rules` lists them")
    return found


def gather(paths: Sequence[str], options: Options) -> _Gathered:
    """Find the files to judge, each once, with its template and, since a revision, its old text.

    Raises:
        CannotRunError: the template, the revision or the standard input cannot be used.
    """
    if options.template is not None:
        try:
            schema_at(options.template)
        except TemplateError as problem:
            raise CannotRunError(str(problem)) from None
    if options.config is not None and options.no_config:
        raise CannotRunError("--config and --no-config exclude each other")
    if STDIN in paths and (len(paths) > 1 or options.since is not None):
        raise CannotRunError("`-` is one document, which stands alone and has no revision")
    if STDIN in paths and options.fix and not options.diff:
        raise CannotRunError("standard input cannot be mended in place; `tdd-bot fix -` prints it mended")
    if STDIN in paths:
        return _Gathered([_from_stdin(options)])
    gathered = _Gathered()
    since = _since(paths, options) if options.since is not None else None
    gone = {one.path for one in since.changes if one.gone} if since else frozenset[Path]()
    seen: set[Path] = set()
    for path in _expanded(paths, gathered, gone, since, options):
        if path not in seen:
            seen.add(path)
            gathered.jobs.append(_job(path, options))
    if since:
        gathered.jobs = since.only(gathered.jobs)
    return gathered


def _from_stdin(options: Options) -> Job:
    shown = options.stdin_filename or "stdin.md"
    path = Path(shown)
    _house_at(path.absolute().parent, options)
    text = text_of(sys.stdin.buffer.read(MAX_BYTES + 1))
    return Job(path, path.as_posix(), options.wanted, text)


def _house_at(folder: Path, options: Options) -> House:
    try:
        return house_of(folder, options.wanted)
    except HouseError as problem:
        raise CannotRunError(*problem.args) from None


def _expanded(
    paths: Sequence[str],
    gathered: _Gathered,
    gone: Iterable[Path],
    since: "_Since | None",
    options: Options,
) -> Iterator[Path]:
    if not paths:
        yield from since.documents() if since else _documents_here(gathered, options)
    for path in paths:
        try:
            yield from _within(Path(path), options) if Path(path).is_dir() else expand(path)
        except (OSError, ValueError) as problem:
            if resolved(Path(path)) not in gone:
                gathered.complaints.append(f"{path}: {reason(problem)}")


def _within(folder: Path, options: Options) -> Iterator[Path]:
    """Return the documents in a folder but those that the configuration excludes."""
    house = _house_at(folder.absolute(), options)
    yield from (one for one in expand(str(folder)) if not house.is_excluded(one))


def _documents_here(gathered: _Gathered, options: Options) -> list[Path]:
    """Return the repository's documents, where nothing is named, by their places."""
    root = root_of(Path.cwd()) or Path.cwd()
    house = _house_at(Path.cwd(), options)
    found = [one for one in documents_below(root, house.places) if not house.is_excluded(one)]
    if not found:
        where = "where the configuration looks for them" if house.configuration.paths else _USUAL_PLACES
        gathered.complaints.append(f"no documents {where}; name some")
    return [Path(os.path.relpath(one)) for one in found]


def _job(path: Path, options: Options) -> Job:
    house = _house_at(path.absolute().parent, options)
    shown = path.as_posix()
    if options.form in {Format.SARIF, Format.GITHUB} and root_of(path.absolute().parent):
        # Annotations and alerts belong to a file of the repository, wherever the command runs.
        shown = house.place_of(path)
    return Job(path, shown, options.wanted, only_document=options.only_documents)


@dataclass(frozen=True, slots=True)
class _Since:
    """What differs from a revision."""

    changes: tuple[Change, ...]
    old: "dict[Path, str | None]"
    """Absolute path of a changed file -> its text before, None for a new one."""
    house: House

    def documents(self) -> Iterator[Path]:
        """Return the documents among the changed files, and a template, by paths from here."""
        for change in self.changes:
            if not change.gone and change.place.casefold().endswith(".md"):
                try:
                    text = read(change.path)
                except OSError:
                    continue
                if self.house.is_template(change.path) or self.house.is_document(change.place, text):
                    yield Path(os.path.relpath(change.path))

    def only(self, jobs: Iterable[Job]) -> list[Job]:
        """Return the jobs whose files have changed, with their old texts."""
        return [
            replace(job, base=self.old[path], base_known=True)
            for job in jobs
            if (path := resolved(job.path)) in self.old
        ]


def _since(paths: Sequence[str], options: Options) -> _Since:
    start = Path.cwd()
    if paths and not any(one in paths[0] for one in "*?[{"):
        start = Path(paths[0]) if Path(paths[0]).is_dir() else Path(paths[0]).absolute().parent
    root = root_of(start)
    if root is None or options.since is None:
        raise CannotRunError(f"--since needs a git repository, and {start} is in none")
    try:
        commit = merge_base(root, options.since)
        found = changes(root, commit)
        there = [one for one in found if not one.gone]
        before = texts(root, (one.old for one in there if one.old))
    except GitError as problem:
        raise CannotRunError(str(problem)) from None
    old = {one.path: before.get(one.old or "") for one in there}
    return _Since(found, old, _house_at(root, options))
