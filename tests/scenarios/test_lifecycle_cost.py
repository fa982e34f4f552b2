"""What a whole review costs in requests to GitHub: nine things that people do, each with its price."""

from tests.builders import design
from tests.scenarios.deeds import DESIGN, Deed, Play, approves, merges, opens, pushes
from tests.scenarios.stage import Cost, Stage

EDITED = design(bodies={"4.2": "Tokens are kept for thirty days."})
AGAIN = "acme/eng-lead to sign again: 4.2 Security & Privacy changed after bob signed (and 2 more)"

REVIEW: tuple[tuple[str, Deed, str, Cost], ...] = (
    ("opened", opens(design(without=("4.2",))), "1 section to write before review", Cost(1, 3, 2)),
    ("completed", pushes(DESIGN), "Waiting for acme/eng-lead and 2 more", Cost(0, 1, 3)),
    ("a review", approves("bob"), "Waiting for acme/security-team and acme/infrastructure", Cost(0, 1, 2)),
    ("an edit", pushes(EDITED), AGAIN, Cost(0, 1, 3)),
    (
        "signed again",
        approves("bob"),
        "Waiting for acme/security-team and acme/infrastructure",
        Cost(0, 1, 2),
    ),
    ("a review", approves("carol"), "Waiting for acme/security-team", Cost(0, 1, 2)),
    ("a review", approves("dana"), "All three seats have signed: set Status to Approved", Cost(0, 1, 2)),
    (
        "finalised",
        pushes(EDITED.replace("In-Review", "Approved")),
        "Approved and signed by bob, dana and carol",
        Cost(0, 2, 2),
    ),
    ("merged", merges(), "Approved and signed by bob, dana and carol", Cost(0, 1, 0)),
)


async def test_a_whole_review_takes_at_most_fourteen_reads_and_eighteen_writes(stage: Stage) -> None:
    play = Play(stage)
    spent = []
    for what, deed, title, price in REVIEW:
        deed(play)
        await stage.run()
        cost = stage.count()
        assert stage.check(play.it).title == title, what
        assert cost == price, what
        spent.append(cost)
        if what == "an edit":
            assert "<del>The decision</del> <ins>Tokens are kept</ins> for" in (
                stage.check(play.it).text or ""
            )
    assert len(spent) == 9
    assert sum(one.reads for one in spent) <= 14
    assert sum(one.writes for one in spent) <= 18
