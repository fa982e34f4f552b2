"""``tdd-bot fix``: adds what is missing and mends what can be mended, in the author's own file."""

from collections.abc import Sequence

from bot.cli.check import STDIN, CannotRunError, Options, codes, gather, today
from bot.cli.console import FAILED, FINDINGS, OK, complain, reason, show_exactly, tell
from bot.cli.house import HouseError
from bot.cli.judging import Job
from bot.cli.mending import Task, mend, mend_all
from bot.cli.templates import TemplateError
from bot.core.render.safe import counted


def run(paths: Sequence[str], options: Options) -> int:
    """Mend documents; standard input goes mended to standard output.

    Returns:
        The exit code: 0 done; 1 with ``diff``, there is something to do; 2 something could not be mended.
    """
    try:
        gathered = gather(paths, options)
        task = Task(today(), completing=True, select=codes(options.select), ignore=codes(options.ignore))
    except CannotRunError as problem:
        for message in problem.args:
            complain(message)
        return FAILED
    if STDIN in paths and not options.diff:
        return _filtered(gathered.jobs[0], task)
    outcome = mend_all(gathered.jobs, task, diff=options.diff)
    for complaint in gathered.complaints:
        complain(complaint)
    verb = "to mend" if options.diff else "mended"
    rest = f", {counted(outcome.unchanged, 'document')} as it should be" if outcome.unchanged else ""
    tell(f"{counted(outcome.changed, 'document')} {verb}{rest}.")
    if outcome.failed or gathered.complaints:
        return FAILED
    return FINDINGS if options.diff and outcome.changed else OK


def _filtered(job: Job, task: Task) -> int:
    try:
        mended = mend(job, task)
    except (TemplateError, HouseError) as problem:
        complain(str(problem))
        return FAILED
    except (OSError, ValueError) as problem:
        complain(f"{job.shown}: {reason(problem)}")
        return FAILED
    if mended:
        show_exactly(mended.after)
    return OK
