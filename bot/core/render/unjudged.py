"""The check of a pull request that could not be judged: it says why, and lets nothing merge."""

from bot.core.model import CheckRun, Conclusion, PullRequestRef, Sha, WriteCheck
from bot.core.render.check import NO_LINES, digest, lines_of
from bot.core.render.headline import LONGEST_TITLE
from bot.core.render.safe import inline, plain

_TITLE = "Could not be judged"


def render_unjudged(
    ref: PullRequestRef, head: Sha, present: CheckRun | None, reason: str
) -> WriteCheck | None:
    """Return the run that says so; None where ``present`` says it already.

    It is no rejection and no pass, and the next run that can judge writes over it.
    """
    title = plain(f"{_TITLE}: {reason}", LONGEST_TITLE)
    summary = (
        f"{inline(reason, 400)}\n\nThis says nothing about the design. The check is written anew as soon as "
        f"the pull request can be judged."
    )
    # What stands on lines of files stays with a run; the next one that judges has to know.
    lines = lines_of(present.external_id) if present else ""
    external_id = f"{ref.number}:{digest((title, summary))}:{lines or NO_LINES}"
    if present and present.external_id == external_id and present.conclusion is Conclusion.ACTION_REQUIRED:
        return None
    return WriteCheck(
        run_id=present.id if present else None,
        head=head,
        conclusion=Conclusion.ACTION_REQUIRED,
        title=title,
        summary=summary,
        text="",
        annotations=(),
        external_id=external_id,
    )
