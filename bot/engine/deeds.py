"""What the audit is told of an action, before it is carried out.

Before, so that a crash right after the write cannot lose the row: it may tell of a write that was never made,
and never misses one that was.
"""

from collections.abc import Sequence

from bot.core.model import (
    Action,
    CommandSeen,
    NoteMerge,
    PressSettled,
    Remember,
    Remind,
    RequestReviews,
    Sha,
    WriteCheck,
    WriteComment,
    WriteDocuments,
)
from bot.ports import Deed


def deeds_of(action: Action, head: Sha) -> Sequence[Deed]:
    """Return a deed for a write, and one for each command whose authority was judged."""
    match action:
        case Remember(facts):
            commands = [_command(one, head) for one in facts if isinstance(one, CommandSeen)]
            return [*commands, *(_press(one, head) for one in facts if isinstance(one, PressSettled))]
        case NoteMerge(title=title, who=who):
            return [Deed("MergedPastGate", title or "not judged yet", head, who)]
        case _:
            return [Deed(type(action).__name__, _why(action), head)]


def _command(seen: CommandSeen, head: Sha) -> Deed:
    how = "granted" if seen.granted else "refused"
    # The argument may hold a reason in free words, which belong to the thread.
    subject = f" {seen.subject}" if seen.subject else ""
    return Deed(f"/tdd {seen.name}{subject}", f"{how}: {seen.ground}", seen.signs or head, seen.actor)


def _press(settled: PressSettled, head: Sha) -> Deed:
    how = "granted" if settled.granted else "refused"
    return Deed(f"button {settled.command}", f"{how}: {settled.ground}", head, settled.actor)


def _why(action: Action) -> str:
    match action:
        case WriteCheck(conclusion=conclusion, title=title):
            return f"{conclusion.value}: {title}"
        case RequestReviews(teams, users):
            return ", ".join(ask.label for ask in (*teams, *users))
        case Remind(reminded=reminded):
            return ", ".join(dict.fromkeys(f"{one.seat} for the {one.number}. time" for one in reminded))
        case WriteComment(comment):
            return "created" if comment is None else "edited"
        case WriteDocuments(documents, branch):
            return f"{', '.join(one.path for one in documents)} on {branch}: {action.message}"
        case _:
            return ""
