"""The verdict over all that one pull request brings: designs of several kinds, code, a configuration."""

import pytest

from bot.core.decide import decide
from bot.core.model import (
    Configuration,
    File,
    Kind,
    Mode,
    NamedDesign,
    Problem,
    Proposal,
    Snapshot,
    Verdict,
)
from tests.builders import BOB, CAROL, DANA, change, design, review, snapshot

ALL_SIGN = (review(BOB, number=1), review(CAROL, number=2), review(DANA, number=3))
NOTE = "docs/tdd/notes/0001-x.md"
ENFORCE, ADVISE = Configuration(), Configuration(mode=Mode.ADVISE, given=frozenset({"mode"}))
INVALID = Proposal("x.yml", None, (Problem("x.yml", 1, 1, "mode", "is none"),))
DONE, DRAFT, FAULTY = design("Approved"), design("Draft"), design("Approved", bodies={"4.2": "TBD"})


def with_notes(mode: Mode, everybody: Configuration = ENFORCE) -> Configuration:
    """Return a configuration in which notes are a kind with this mode."""
    own = Configuration(mode=mode, paths=("docs/tdd/notes/*.md",), given=frozenset({"mode", "paths"}))
    return Configuration(mode=everybody.mode, given=everybody.given, kinds=(Kind("notes", own),))


def said(configuration: Configuration, design_: str, note: str, **fields: object) -> tuple[Verdict, bool]:
    """Return (verdict, whether it is advice) on a design and a note, where all have signed."""
    seen: Snapshot = snapshot(
        change(design_), change(note, path=NOTE), configuration=configuration, reviews=ALL_SIGN, **fields
    )
    decision = decide(seen)
    return decision.verdict, decision.advice


@pytest.mark.parametrize(
    ("everybody", "notes", "design_", "note", "expected"),
    [
        (ENFORCE, Mode.ENFORCE, DONE, DONE, (Verdict.PASS, False)),
        (ENFORCE, Mode.ENFORCE, DONE, FAULTY, (Verdict.BLOCKED, False)),
        (ENFORCE, Mode.ENFORCE, DRAFT, FAULTY, (Verdict.BLOCKED, False)),
        # What is advised does not stand in the way, and hides nothing that does.
        (ENFORCE, Mode.ADVISE, DONE, FAULTY, (Verdict.BLOCKED, True)),
        (ENFORCE, Mode.ADVISE, DRAFT, FAULTY, (Verdict.WAITING, False)),
        (ADVISE, Mode.ENFORCE, FAULTY, DONE, (Verdict.BLOCKED, True)),
        (ADVISE, Mode.ENFORCE, FAULTY, DRAFT, (Verdict.WAITING, False)),
        (ADVISE, Mode.ADVISE, FAULTY, DRAFT, (Verdict.BLOCKED, True)),
        (ADVISE, Mode.ADVISE, DONE, DONE, (Verdict.PASS, False)),
        (ENFORCE, Mode.OFF, DONE, FAULTY, (Verdict.PASS, False)),
        (ENFORCE, Mode.OFF, FAULTY, DONE, (Verdict.BLOCKED, False)),
    ],
)
def test_the_worst_of_what_is_enforced_is_the_verdict(
    everybody: Configuration, notes: Mode, design_: str, note: str, expected: tuple[Verdict, bool]
) -> None:
    assert said(with_notes(notes, everybody), design_, note) == expected


def test_of_a_kind_that_is_off_nothing_is_judged() -> None:
    seen = snapshot(change(DONE), change(DRAFT, path=NOTE), configuration=with_notes(Mode.OFF))

    assert [one.path for one in decide(seen).documents] == [seen.changes[0].path]


def test_a_document_tells_its_kind() -> None:
    seen = snapshot(change(DONE), change(DONE, path=NOTE), configuration=with_notes(Mode.ADVISE))

    assert [(one.kind, one.advice) for one in decide(seen).documents] == [("", False), ("notes", True)]


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [(ENFORCE, (Verdict.BLOCKED, False)), (ADVISE, (Verdict.BLOCKED, True))],
)
def test_an_invalid_proposal_is_in_the_way_where_anything_is_enforced(
    configuration: Configuration, expected: tuple[Verdict, bool]
) -> None:
    decision = decide(snapshot(configuration=configuration, proposal=INVALID))

    assert (decision.verdict, decision.advice) == expected


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("Approved", Verdict.PASS),
        ("In-Review", Verdict.WAITING),
        ("Draft", Verdict.WAITING),
        ("Superseded", Verdict.BLOCKED),
        ("Accepted!", Verdict.WAITING),
        (None, Verdict.BLOCKED),
    ],
)
def test_code_passes_with_an_approved_design_alone(status: str | None, verdict: Verdict) -> None:
    path = "docs/tdd/0001-x.md"
    file = File(path, 9, design(status)) if status else None
    seen = snapshot(gated=("src/cache.py",), cited=(NamedDesign(path, path, file),))

    assert decide(seen).verdict is verdict


def test_code_that_names_no_design_is_blocked() -> None:
    assert decide(snapshot(gated=("src/cache.py",))).verdict is Verdict.BLOCKED


def test_code_is_as_good_as_the_worst_of_its_designs() -> None:
    def named(status: str) -> NamedDesign:
        return NamedDesign(status, f"docs/tdd/{status}.md", File(f"docs/tdd/{status}.md", 9, design(status)))

    seen = snapshot(gated=("src/cache.py",), cited=(named("Approved"), named("In-Review")))

    assert decide(seen).verdict is Verdict.WAITING


def test_code_without_a_design_is_not_let_through_by_a_design_beside_it() -> None:
    seen = snapshot(change(DONE), gated=("src/cache.py",), reviews=ALL_SIGN)

    assert decide(seen).verdict is Verdict.BLOCKED
