"""Judges files, many of them on all cores: what leaves a worker is a file's share of the report, in order."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bot.cli.console import Progress, reason
from bot.cli.files import read
from bot.cli.git import root_of
from bot.cli.house import House, HouseError, Wanted, house_of
from bot.cli.surroundings import around
from bot.cli.templates import TemplateError
from bot.core.document import MAX_BYTES, DocumentTooLargeError, read_document
from bot.core.document.edits import Places
from bot.core.model import Document, FileProblem, Finding, Schema
from bot.core.render.formats import Format, render_piece
from bot.core.render.report import Judged, Piece, Replacement
from bot.core.rules import RuleContext, judge_template, judgement, mending, refused

WORTH_A_POOL = 200
"""Fewer files are done before other processes have started."""
_CHUNK = 20
"""Files that a worker takes at a time."""


@dataclass(frozen=True, slots=True)
class Job:
    """A file to judge."""

    path: Path
    shown: str
    """How the report names it."""
    wanted: Wanted
    """Which configuration and template it is judged by."""
    text: str | FileProblem | None = None
    """Where it does not come from the file."""
    base: str | None = None
    """Its text at the revision compared with; None where there was none."""
    base_known: bool = False
    only_document: bool = False
    """Skip it unless the gate would take it for a document."""


@dataclass(frozen=True, slots=True)
class How:
    """What holds for all files of a run."""

    form: Format
    today: date
    color: bool = False
    several: bool = False
    select: tuple[str, ...] = ()
    """Beginnings of the codes that are reported; none means all."""
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a job: a piece, a problem, or neither where the file is no document."""

    job: Job
    piece: Piece | None = None
    problem: str = ""


def judge_all(jobs: Sequence[Job], how: How, progress: Progress) -> Iterator[Result]:
    """Judge files, and give what came of each in the order asked for."""
    cores = _cores()
    if len(jobs) < WORTH_A_POOL or cores == 1:
        for job in jobs:
            yield result_of(job, how)
            progress.step()
        return
    # Few files need neither: they start the faster.
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - see above
    from functools import partial  # noqa: PLC0415 - see above

    with ProcessPoolExecutor(cores) as pool:
        for result in pool.map(partial(result_of, how=how), jobs, chunksize=_CHUNK):
            yield result
            progress.step()


def _cores() -> int:
    """Return how many cores this process may use, which in a container are fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def result_of(job: Job, how: How) -> Result:
    """Judge one file and render what was found."""
    try:
        text = read(job.path) if job.text is None else job.text
        if is_skipped(job, text):
            return Result(job)
        judged = judged_text(job, text, how.today, with_mending=how.form is Format.SARIF)
    except (TemplateError, HouseError) as problem:
        return Result(job, problem=str(problem))
    except OSError as problem:
        return Result(job, problem=f"{job.shown}: {reason(problem)}")
    judged = replace(
        judged,
        findings=tuple(one for one in judged.findings if is_reported(one, how)),
        silenced=tuple(one for one in judged.silenced if is_reported(one.finding, how)),
    )
    return Result(job, render_piece(how.form, judged, color=how.color, several=how.several))


def judged_text(job: Job, text: str | FileProblem, today: date, *, with_mending: bool = False) -> Judged:
    """Judge a text as the document, or the template, at a job's place.

    Raises:
        HouseError: the configuration is wrong.
        TemplateError: its template cannot be used.
    """
    if isinstance(text, FileProblem):
        # Of standard input no more was read than tells that it is too much.
        size = job.path.lstat().st_size if job.text is None else MAX_BYTES + 1
        return Judged(job.shown, None, (refused(job.shown, text, size),))
    house = house_of_job(job)
    if house.is_template(job.path):
        faults = judge_template(job.shown, text, job.base)
        return Judged(job.shown, None, faults, template=text)
    schema = house.schema_of(job.path)
    try:
        document = read_document(place_of(job), text, schema)
    except DocumentTooLargeError:
        return Judged(job.shown, None, (refused(job.shown, FileProblem.TOO_LARGE, len(text.encode())),))
    context, weights = context_of(job, schema, today), {**house.settings_of(job.path).rules}
    found = judgement(document, schema, context, severities=weights)
    edits = mending(document, schema, context, severities=weights) if with_mending else {}
    places = Places(text)
    return Judged(
        job.shown,
        document,
        tuple(replace(one, path=job.shown) for one in found.findings),
        tuple(replace(one, finding=replace(one.finding, path=job.shown)) for one in found.silenced),
        mending={
            replace(one, path=job.shown): tuple(Replacement(places.span(edit), edit.text) for edit in by)
            for one, by in edits.items()
        },
    )


def house_of_job(job: Job) -> House:
    """Return the house of a job's document.

    Raises:
        HouseError: its configuration is wrong.
    """
    return house_of(job.path.absolute().parent, job.wanted)


def is_skipped(job: Job, text: str | FileProblem) -> bool:
    """Whether a file is passed over: the gate would not take it for a document, or for a template."""
    if not job.only_document:
        return False
    house = house_of_job(job)
    return not house.is_template(job.path) and not house.is_document(house.place_of(job.path), text)


def place_of(job: Job) -> str:
    """Return the path that the rules know a document by: from the repository's root, where there is one."""
    root = root_of(job.path.absolute().parent)
    return house_of_job(job).place_of(job.path) if root else job.shown


def context_of(job: Job, schema: Schema, today: date) -> RuleContext:
    """Return what the rules can know of a file on this machine."""
    root = root_of(job.path.absolute().parent)
    repository = around(root, job.wanted) if root else None
    is_new = job.base_known and job.base is None
    return RuleContext(
        base=_base(job, schema),
        base_known=job.base_known,
        today=today,
        repository=repository,
        beside=repository.beside(place_of(job)) if repository is not None and is_new else None,
    )


def _base(job: Job, schema: Schema) -> Document | None:
    if job.base is None:
        return None
    try:
        return read_document(place_of(job), job.base, schema)
    except DocumentTooLargeError:
        return None


def is_reported(finding: Finding, how: How) -> bool:
    """Whether a finding is among those asked for."""
    asked = not how.select or finding.rule.startswith(how.select)
    return asked and not (how.ignore and finding.rule.startswith(how.ignore))
