"""What if: reviews added, and words left out."""

import pytest

from bot.core.decide import decide
from bot.core.model import Opinion, Snapshot, Verdict
from bot.core.policy.suppositions import Deed, Supposition, SuppositionError, parse_supposition, supposed
from bot.core.render.headline import headline
from tests.builders import BOB, CAROL, DANA, MALLORY, change, comment, design, review, snapshot

APPROVED = snapshot(change(design("Approved")), reviews=(review(BOB, number=1), review(CAROL, number=2)))
OBJECTED = snapshot(
    change(design("Approved")),
    reviews=(
        review(BOB, number=1),
        review(CAROL, Opinion.CHANGES_REQUESTED, number=2),
        review(DANA, number=3),
    ),
)


def title(seen: Snapshot, *wishes: str) -> str:
    """Return the headline with all of it supposed."""
    return headline(decide(supposed(seen, [parse_supposition(one) for one in wishes])))


@pytest.mark.parametrize(
    ("seen", "wishes", "expected"),
    [
        (APPROVED, (), "Waiting for acme/security-team"),
        (APPROVED, ("approve:dana",), "Approved and signed by bob, dana and carol"),
        (APPROVED, ("approve:@Dana",), "Approved and signed by bob, dana and carol"),
        (APPROVED, ("approve:acme/security-team",), "Approved and signed by bob, dana and carol"),
        (APPROVED, ("approve:alice",), "Waiting for acme/security-team"),
        (APPROVED, ("ignore:bob", "approve:dana"), "Waiting for acme/eng-lead"),
        (APPROVED, ("object:bob",), "bob of acme/eng-lead asked for changes"),
        (APPROVED, ("object:dana", "approve:dana"), "Approved and signed by bob, dana and carol"),
        (OBJECTED, (), "carol of acme/infrastructure asked for changes"),
        (OBJECTED, ("ignore:carol",), "Waiting for acme/infrastructure"),
        (OBJECTED, ("approve:carol",), "Approved and signed by bob, dana and carol"),
    ],
)
def test_what_if(seen: Snapshot, wishes: tuple[str, ...], expected: str) -> None:
    assert title(seen, *wishes) == expected


def test_a_persons_commands_are_left_out_too() -> None:
    seen = snapshot(change(design()), comments=(comment(DANA, "/tdd concern naming It has two."),))
    assert title(seen).startswith("dana raised the concern")
    assert title(seen, "ignore:dana") == "Waiting for acme/eng-lead and 2 more"


def test_a_stranger_who_is_supposed_to_approve_signs_nothing() -> None:
    seen = snapshot(change(design("Approved", "none")), comments=(comment(MALLORY, "Hello."),))
    assert decide(supposed(seen, [Supposition(Deed.APPROVE, "mallory")])).verdict is Verdict.WAITING


@pytest.mark.parametrize(
    "text", ["", "bob", "approve:", "praise:bob", "approve:bob:dana", "approve:a b", "x" * 9999]
)
def test_what_is_no_supposition_is_refused_with_what_is_one(text: str) -> None:
    with pytest.raises(SuppositionError, match="approve:LOGIN, object:LOGIN, ignore:LOGIN"):
        parse_supposition(text)


def test_somebody_who_has_nothing_to_do_with_it_is_named() -> None:
    with pytest.raises(SuppositionError, match="erin has nothing to do with this pull request"):
        title(APPROVED, "approve:erin")
