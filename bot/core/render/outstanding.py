"""What is left to write, in one sentence: whether GitHub shows what was decided."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.core.model import (
    Action,
    DeleteComment,
    NoteMerge,
    React,
    Remember,
    Remind,
    Reply,
    RequestReviews,
    WithdrawRequests,
    WriteCheck,
    WriteComment,
    WriteDocuments,
)
from bot.core.render.safe import listed, plain

_MOST_NAMED: Final = 20
_SHORT: Final[Mapping[type[Action], str]] = {
    DeleteComment: "delete a second comment",
    Reply: "answer a command",
    NoteMerge: "note a merge past the gate",
    Remind: "remind those it waits for",
    Remember: "remember",
}


def outstanding(actions: Sequence[Action]) -> str:
    """Return what a run of the bot would do now; what it only remembers is left out."""
    deeds = [_deed(one) for one in actions if not isinstance(one, Remember)]
    if not deeds:
        return "GitHub shows it: nothing is left to write."
    left = len(deeds) - _MOST_NAMED
    shown = [*deeds[:_MOST_NAMED], *([f"{left} more"] if left > 0 else [])]
    return f"Left for the bot to do: {'; '.join(shown)}."


def _deed(action: Action) -> str:
    match action:
        case WriteCheck(conclusion=conclusion):
            return f"write the check ({conclusion.value})"
        case WriteComment(comment=comment):
            return "edit the comment" if comment else "write the comment"
        case RequestReviews(teams, users):
            return f"ask {listed([plain(one.label) for one in (*teams, *users)])}"
        case WithdrawRequests(subjects):
            return f"take back the requests to {listed([plain(one.label) for one in subjects])}"
        case WriteDocuments(documents=documents):
            return f"commit a new version of {listed([plain(one.path) for one in documents])}"
        case React(content=content):
            return f"react to a comment ({content.value.lower().replace('_', ' ')})"
        case DeleteComment() | Reply() | Remind() | NoteMerge() | Remember():
            return _SHORT[type(action)]
