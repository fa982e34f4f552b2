"""Mends documents on this machine, or shows what would be written; says which findings are gone."""

import sys
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from bot.cli.console import complain, has_colors, reason, show_exactly, tell
from bot.cli.diff import unified
from bot.cli.files import read, write
from bot.cli.house import HouseError
from bot.cli.judging import Job, context_of, house_of_job, is_skipped, place_of
from bot.cli.templates import TemplateError
from bot.core.document import apply_edits, complete, read_document
from bot.core.model import FileProblem, Finding, Schema
from bot.core.render.terminal import safe
from bot.core.rules import RULES, Severities, fixes, judge

_ROUNDS = 4
"""A fix may make room for another one; none needs more than two of these."""


@dataclass(frozen=True, slots=True)
class Task:
    """What to mend."""

    today: date
    completing: bool = False
    """Also add what is missing, and write the header as the template does."""
    select: tuple[str, ...] = ()
    """Beginnings of the codes to mend; none means all."""
    ignore: tuple[str, ...] = ()

    def codes(self) -> Collection[str] | None:
        """Return the codes to mend, None for all."""
        if not self.select and not self.ignore:
            return None
        return frozenset(
            rule.code
            for rule in RULES
            if (not self.select or rule.code.startswith(self.select))
            and not (self.ignore and rule.code.startswith(self.ignore))
        )


@dataclass(frozen=True, slots=True)
class Mended:
    """A document before and after, and the findings that are gone."""

    before: str
    after: str
    gone: tuple[Finding, ...]


def mend(job: Job, task: Task) -> Mended | None:
    """Mend the document of a job, in memory; None for a template, and for what the gate would not judge.

    Raises:
        HouseError: the configuration is wrong.
        TemplateError: its template cannot be used.
        OSError: it cannot be read.
        ValueError: it is refused, or too large.
    """
    source = read(job.path) if job.text is None else job.text
    house = house_of_job(job)
    if house.is_template(job.path) or is_skipped(job, source):
        return None
    if isinstance(source, FileProblem):
        raise ValueError(f"not read: {source.value}")  # noqa: TRY004 - the file is wrong, not a type
    schema = house.schema_of(job.path)
    before = _findings(job, source, schema, task)
    text = source
    for _ in range(_ROUNDS):
        after = _once(job, text, schema, task)
        if after == text:
            break
        text = after
    gone = _gone(before, _findings(job, text, schema, task)) if text != source else ()
    return Mended(source, text, gone)


def _findings(job: Job, text: str, schema: Schema, task: Task) -> Sequence[Finding]:
    document = read_document(place_of(job), text, schema)
    return judge(document, schema, context_of(job, schema, task.today), severities=_weights(job))


def _weights(job: Job) -> Severities:
    return {**house_of_job(job).settings_of(job.path).rules}


def _once(job: Job, text: str, schema: Schema, task: Task) -> str:
    if task.completing:
        document = read_document(place_of(job), text, schema)
        text = apply_edits(text, complete(document, schema, today=task.today))
    document = read_document(place_of(job), text, schema)
    context = context_of(job, schema, task.today)
    return apply_edits(text, fixes(document, schema, context, select=task.codes(), severities=_weights(job)))


def _gone(before: Sequence[Finding], after: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings that are there no more; a line's number is no part of what a finding is."""
    left = Counter((one.rule, one.message) for one in after)
    gone: list[Finding] = []
    for finding in before:
        key = finding.rule, finding.message
        if left[key]:
            left[key] -= 1
        else:
            gone.append(finding)
    return tuple(gone)


@dataclass(slots=True)
class Outcome:
    """What became of several documents."""

    changed: int = 0
    unchanged: int = 0
    failed: bool = False


def mend_all(jobs: Sequence[Job], task: Task, *, diff: bool) -> Outcome:
    """Mend documents one after the other, in their files, or with ``diff`` only show the patch."""
    outcome = Outcome()
    for job in jobs:
        try:
            mended = mend(job, task)
            if mended is None:
                continue
            if mended.after == mended.before:
                outcome.unchanged += 1
                continue
            if diff:
                show_exactly(unified(job.shown, mended.before, mended.after, color=has_colors(sys.stdout)))
            else:
                write(job.path, mended.after)
        except (TemplateError, HouseError) as problem:
            complain(str(problem))
            outcome.failed = True
        except (OSError, ValueError) as problem:
            complain(f"{job.shown}: {reason(problem)}")
            outcome.failed = True
        else:
            outcome.changed += 1
            _say(job, mended, diff=diff)
    return outcome


def _say(job: Job, mended: Mended, *, diff: bool) -> None:
    verb = "would mend" if diff else "mended"
    for finding in mended.gone:
        tell(f"{verb} {safe(job.shown)}: {safe(finding.message)} ({finding.rule})")
    if not mended.gone:
        tell(f"{verb} {safe(job.shown)}: the header, as the template writes it")
