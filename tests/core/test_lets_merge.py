"""What lets a design merge, by a second reckoning in a few lines that shares nothing with the gate's own."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core.decide import decide
from bot.core.model import Comment, Conclusion, File, Opinion, Person, Review, Snapshot, WriteCheck
from bot.core.plan import plan
from tests.builders import (
    ALICE,
    BEFORE,
    BOB,
    CAROL,
    DANA,
    ERIN,
    HEAD,
    MALLORY,
    PATH,
    TEAMS,
    change,
    comment,
    design,
    review,
    snapshot,
    team,
)

NAMES: Final = {**TEAMS, "eng-lead": team(11, "eng-lead", BOB, ERIN)}
SEATS: Final = ({BOB, ERIN}, {DANA}, {CAROL})
"""Who can sign each; Alice is of one team too, and has opened the pull request."""
HOLDERS: Final = frozenset().union(*SEATS)


class Deed(Enum):
    """What somebody does; each is later than the one before it."""

    APPROVE = auto()
    APPROVE_BEFORE = auto()
    """On the commit before the head."""
    OBJECT = auto()
    REMARK = auto()
    SAY_APPROVE = auto()
    """By a comment, as all that follow."""
    SAY_WITHDRAW = auto()
    SAY_HOLD = auto()
    SAY_CONCERN = auto()
    SAY_HELLO = auto()


class Then(Enum):
    """What the design said on the commit before the head."""

    SAME = auto()
    """But for its status."""
    OTHER = auto()
    GONE = auto()
    """That commit cannot be reached any more."""


Deeds = tuple[tuple[Person, Deed], ...]
ALL_SIGN: Final[Deeds] = ((BOB, Deed.APPROVE), (CAROL, Deed.APPROVE), (DANA, Deed.APPROVE))
_OPINIONS: Final = {
    Deed.APPROVE: Opinion.APPROVED,
    Deed.APPROVE_BEFORE: Opinion.APPROVED,
    Deed.OBJECT: Opinion.CHANGES_REQUESTED,
    Deed.REMARK: Opinion.COMMENTED,
}
_WORDS: Final = {
    Deed.SAY_APPROVE: "/tdd approve",
    Deed.SAY_WITHDRAW: "/tdd withdraw",
    Deed.SAY_HOLD: "/tdd hold Wait for the audit.",
    Deed.SAY_CONCERN: "/tdd concern keys Who rotates them?",
    Deed.SAY_HELLO: "Hello.",
}


@dataclass(frozen=True, slots=True)
class Case:
    """A complete design that says Approved, and what has happened to it."""

    deeds: Deeds
    then: Then = Then.SAME
    base: str | None = None
    """Its status on the base branch, where it said something else."""

    def seen(self) -> Snapshot:
        """Return what the bot would read."""
        said: list[Review] = []
        thread: list[Comment] = []
        for number, (who, deed) in enumerate(self.deeds, 1):
            minutes = 50 - number
            if deed in _OPINIONS:
                commit = BEFORE if deed is Deed.APPROVE_BEFORE else HEAD
                said.append(
                    review(who, _OPINIONS[deed], number=number, commit=commit, minutes=minutes, writer=False)
                )
            else:
                thread.append(comment(who, _WORDS[deed], number=number, minutes=minutes))
        before = design("In-Review", bodies={"1": "Another summary."} if self.then is Then.OTHER else None)
        return snapshot(
            change(design("Approved"), self.base and design(self.base, bodies={"4.2": "As it was."})),
            names=NAMES,
            reviews=tuple(said),
            comments=tuple(thread),
            history={} if self.then is Then.GONE else {(BEFORE, PATH): File(PATH, len(before), before)},
        )

    def may_merge(self) -> bool:
        """Reckon it anew: each seat's people have an opinion each, and nobody stands in the way."""
        signed: set[Person] = set()
        objecting: set[Person] = set()
        stopped = False
        for who, deed in self.deeds:
            if who not in HOLDERS:
                continue
            if deed in {Deed.APPROVE, Deed.APPROVE_BEFORE, Deed.SAY_APPROVE}:
                objecting.discard(who)
                stands = deed is not Deed.APPROVE_BEFORE or self.then is Then.SAME
                signed = signed | {who} if stands else signed - {who}
            elif deed is Deed.OBJECT:
                objecting.add(who)
                signed.discard(who)
            elif deed is Deed.SAY_WITHDRAW:
                signed.discard(who)
            stopped = stopped or deed in {Deed.SAY_HOLD, Deed.SAY_CONCERN}
        return not stopped and not objecting and all(seat & signed for seat in SEATS)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Return cases of which about as many may merge as may not: most sign, and then something happens."""
    deeds = [one for one in ALL_SIGN if draw(st.sampled_from([True, True, True, False]))]
    anybody = st.sampled_from([ALICE, BOB, CAROL, DANA, ERIN, MALLORY])
    deeds += draw(st.lists(st.tuples(anybody, st.sampled_from(Deed)), max_size=4))
    return Case(
        tuple(draw(st.permutations(deeds))),
        draw(st.sampled_from(Then)),
        draw(st.sampled_from([None, "Draft", "In-Review", "Approved"])),
    )


@settings(max_examples=200)
@given(cases())
@example(Case(ALL_SIGN))
@example(Case(ALL_SIGN[:2]))
@example(Case((*ALL_SIGN, (ERIN, Deed.OBJECT))))
@example(Case((*ALL_SIGN[1:], (BOB, Deed.APPROVE_BEFORE)), Then.OTHER))
def test_only_a_full_set_of_signatures_lets_merge(case: Case) -> None:
    seen = case.seen()

    (check,) = [one for one in plan(seen, decide(seen)) if isinstance(one, WriteCheck)]
    assert (check.conclusion is Conclusion.SUCCESS) is case.may_merge()
