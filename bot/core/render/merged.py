"""The one word under a pull request that was merged although its check did not let it."""

from typing import Final

from bot.core.model import CheckRun, Person, Snapshot
from bot.core.render.marks import mark
from bot.core.render.safe import inline, prose

MERGED: Final = "merged"
"""The kind of comment, in its mark."""


def render_merged(snapshot: Snapshot) -> str:
    """Return the note's Markdown: what was open, that it is on record, and what can still be done."""
    pull = snapshot.pull_request
    by = f" by {inline(pull.merged_by.login)}" if pull.merged_by else ""
    return (
        f"{mark(snapshot.app.name, MERGED)}\n**Merged past the gate{by}:** {_state(snapshot.check)}\n\n"
        "Nothing is undone by this, and nothing is asked any more; it is on record. "
        f"**Next, {_who(pull.merged_by)}:** have whoever was still to read it read it now, and bring in what "
        "they say with a new pull request. Who may merge without the check is set in the branch's rules.\n"
    )


def _state(check: CheckRun | None) -> str:
    if check is None:
        return "it had not been judged yet."
    said = f" It said: “{prose(check.title)}”." if check.title else ""
    return f"the check had not passed.{said}"


def _who(person: Person | None) -> str:
    return inline(person.login) if person and not person.is_bot else "whoever merged it"
