"""The tree of reasons: what it says of each state, and that it can say nothing harmful."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.decide import decide
from bot.core.model import (
    File,
    Memory,
    NamedDesign,
    Opinion,
    Permission,
    Sha,
    Snapshot,
    Verdict,
)
from bot.core.render.why import Mark, Node, Topic, to_text, why
from bot.core.render.why.seats import ground_of_exclusion
from tests.builders import (
    ALICE,
    BOB,
    DANA,
    ERIN,
    MALLORY,
    PATH,
    change,
    comment,
    commit,
    design,
    review,
    snapshot,
)
from tests.core.render.test_texts import STATES

EXPECTED = Path(__file__).parent / "why"


def tree(seen: Snapshot) -> Node:
    """Return the reasons of a snapshot's decision."""
    return why(seen, decide(seen))


@pytest.mark.parametrize("state", STATES)
def test_the_tree_of_each_state(state: str, request: pytest.FixtureRequest) -> None:
    path = EXPECTED / f"{state}.txt"
    text = to_text(tree(STATES[state]), color=False)
    if request.config.getoption("--rewrite"):
        path.write_text(text, encoding="utf-8")

    assert text == path.read_text(encoding="utf-8")


def test_no_expected_tree_is_left_over() -> None:
    assert {one.stem for one in EXPECTED.glob("*.txt")} == set(STATES)


def test_every_seat_and_every_sign_off_of_the_decision_is_in_the_tree() -> None:
    for seen in STATES.values():
        states = [state for one in decide(seen).documents for state in one.seats]
        found = tree(seen)
        assert len(found.all(Topic.SEAT)) == len(states)
        assert len(found.all(Topic.SIGN_OFF)) == sum(len(state.signed) for state in states)
        assert len(found.all(Topic.STALE)) == sum(len(state.stale) for state in states)


def test_an_opinion_that_counts_for_nobody_is_named_with_the_reason() -> None:
    seen = snapshot(
        change(design()),
        reviews=(
            review(MALLORY, number=1),
            review(ALICE, Opinion.CHANGES_REQUESTED, number=2),
            review(BOB, number=3),
        ),
    )
    mallory, alice = tree(seen).all(Topic.UNCOUNTED)
    assert mallory.says.startswith("mallory approved")
    assert mallory.says.endswith("holds no seat here")
    assert alice.says.endswith("opened the pull request")


def test_a_member_who_cannot_sign_is_named_with_the_reason() -> None:
    says = [one.says for one in tree(snapshot(change(design()))).all(Topic.HOLDERS)]
    assert "alice is of it and cannot sign: opened the pull request" in says


def test_a_seat_that_was_released_is_named_with_who_did_it() -> None:
    seen = snapshot(change(design()), comments=(comment(DANA, "/tdd release @security-team"),))
    (left,) = tree(seen).all(Topic.COMMAND)
    assert left.says.startswith("seat security-team has left: /tdd release by dana")


def test_a_twin_is_named() -> None:
    seen = snapshot(change(design()), memory=Memory(paths=(PATH,), others={8: Verdict.BLOCKED, 9: None}))
    worse, unknown = tree(seen).all(Topic.TWIN)
    assert (worse.mark, unknown.mark) == (Mark.BAD, Mark.OPEN)
    assert worse.says.startswith("#8 has the same head and is blocked")


def test_an_override_is_said_beside_what_is_open() -> None:
    seen = snapshot(
        change(design("Approved")),
        comments=(comment(ERIN, "/tdd override it burns"),),
        permissions={ERIN.id: Permission.ADMIN},
    )
    found = tree(seen)
    assert found.mark is Mark.GOOD
    assert "it burns" in found.all(Topic.OVERRIDE)[0].says
    assert {one.mark for one in found.all(Topic.SEAT)} == {Mark.OPEN}


def test_hostile_text_writes_nothing_to_a_terminal() -> None:
    evil = "\x1b[2J\u202e\x07x"
    seen = snapshot(
        change(design(status=f"Odd {evil}"), path=f"docs/tdd/{evil}.md"),
        comments=(comment(DANA, f"/tdd concern n {evil}"),),
    )
    text = to_text(tree(seen), color=False)
    assert not {"\x1b", "\u202e", "\x07"} & set(text)
    assert len(text.splitlines()) == len(list(_every(tree(seen))))


def _every(node: Node) -> list[Node]:
    return [node, *(found for one in node.below for found in _every(one))]


def test_colour_is_only_where_it_is_wanted() -> None:
    found = tree(STATES["objection"])
    assert "\x1b[31m✘ \x1b[0m" in to_text(found, color=True)
    assert "\x1b" not in to_text(found, color=False)


def test_the_implementation_gate_is_explained_design_by_design() -> None:
    text = design("In-Review")
    cited = (
        NamedDesign("docs/tdd/0007-x.md", "docs/tdd/0007-x.md", File("docs/tdd/0007-x.md", len(text), text)),
        NamedDesign("#9", "", None),
    )
    seen = snapshot(gated=("src/a.py", "src/b.py"), cited=cited)

    (one,) = [node for node in tree(seen).below if node.topic is Topic.IMPLEMENTATION]

    assert one.mark is Mark.BAD
    assert one.says == "“#\u200b9”, named in the description, is no design on the base branch"
    assert [(node.mark, node.says) for node in one.below] == [
        (Mark.NOTE, "2 files under the key gate: src/a.py"),
        (Mark.OPEN, "named as docs/tdd/0007-x.md: In-Review on main"),
        (Mark.BAD, "named as #\u200b9: no design with a known status on main"),
    ]


def test_who_worked_beside_the_design_is_not_said_to_have_pushed_to_it() -> None:
    text = design("Approved", reviewers="@eng-lead")
    by_bob = commit(Sha("b" * 40), BOB)
    seen = snapshot(change(text), commits=(by_bob, commit()))
    path = seen.changes[0].path

    assert ground_of_exclusion(seen, BOB.id) == "pushed to it"
    beside = replace(seen, untouched=frozenset({(by_bob.sha, path)}))
    assert ground_of_exclusion(beside, BOB.id) == ""
