"""What is left to write, in a sentence."""

import pytest

from bot.core.model import (
    Action,
    Ask,
    DeleteComment,
    NodeId,
    React,
    Reaction,
    Remember,
    Reply,
    RequestReviews,
    RequestSubject,
    Rewrite,
    SeatKey,
    Sha,
    WithdrawRequests,
    WriteComment,
    WriteDocuments,
)
from bot.core.render.outstanding import outstanding
from tests.builders import BOT, comment

ASK = Ask(SeatKey("team:1"), "acme/eng-lead", {})


@pytest.mark.parametrize(
    ("actions", "says"),
    [
        ((), "GitHub shows it: nothing is left to write."),
        ((Remember(()),), "GitHub shows it: nothing is left to write."),
        ((RequestReviews((ASK,), ()), WriteComment(None, "x")), "ask acme/eng-lead; write the comment."),
        (
            (WriteComment(comment(BOT, "x"), "y"), DeleteComment(comment(BOT, "x"))),
            "edit the comment; delete a",
        ),
        (
            (React(NodeId("x"), Reaction.DONE), Reply("x")),
            "react to a comment (thumbs up); answer a command.",
        ),
        (
            (WriteDocuments((Rewrite("a.md", "", "", ""), Rewrite("b.md", "", "", "")), "b", Sha("c")),),
            "commit a new version of a.md and b.md.",
        ),
        ((WithdrawRequests((RequestSubject(SeatKey("user:1"), "bob"),)),), "take back the requests to bob."),
        (tuple(Reply("x") for _ in range(25)), "answer a command; 5 more."),
    ],
)
def test_what_is_left(actions: tuple[Action, ...], says: str) -> None:
    assert says in outstanding(actions)
