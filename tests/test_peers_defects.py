"""Defects that tools of this kind have had, each with the proof that this one does not have it.

The table is read from the code: every function below is a row, its docstring the defect.
"""

import inspect
import json
from collections.abc import Callable
from datetime import date
from typing import get_args

import pytest
from click.testing import CliRunner

from bot.builtin import template
from bot.cli.app import app
from bot.cli.new import Facts, kebab, written
from bot.core.advance import advance
from bot.core.decide import decide
from bot.core.document import apply_edits, complete, read_document, schema_of
from bot.core.document.paths import ANYWHERE
from bot.core.model import (
    Absence,
    Action,
    CheckRun,
    Configuration,
    Document,
    DocumentDecision,
    File,
    Finding,
    Opinion,
    Receipt,
    Reply,
    RequestReviews,
    SectionState,
    Step,
    Unresolved,
    Verdict,
    WriteCheck,
    WriteComment,
)
from bot.core.plan import plan
from bot.core.policy.acts import rewritten
from bot.core.rules import RuleContext, judge
from tests.builders import (
    ALICE,
    BEFORE,
    BOB,
    BOT,
    CAROL,
    DANA,
    HEAD,
    MARKER,
    PATH,
    TEAMS,
    change,
    comment,
    commit,
    design,
    review,
    snapshot,
    team,
)

SCHEMA = schema_of(template())
ALL_SIGN = (review(BOB, number=1), review(CAROL, number=2), review(DANA, number=3))

ROWS: list[Callable[[], None]] = []


def defect(row: Callable[[], None]) -> Callable[[], None]:
    """Add a row to the table."""
    ROWS.append(row)
    return row


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__.replace("_", " "))
def test_we_do_not_have_it(row: Callable[[], None]) -> None:
    row()


def test_every_row_names_its_defect() -> None:
    assert all(inspect.getdoc(row) for row in ROWS)
    assert len(ROWS) == len({row.__name__ for row in ROWS})


def _read(text: str, house: str | None = None) -> Document:
    return read_document("a.md", text, schema_of(house) if house else SCHEMA)


def _findings(text: str) -> tuple[Finding, ...]:
    return judge(_read(text), SCHEMA, RuleContext(today=date(2026, 11, 24)))


def _codes(text: str) -> set[str]:
    return {one.rule for one in _findings(text)}


# Counting sign-offs


def _team_of_two(*reviews: object) -> DocumentDecision:
    seen = snapshot(
        change(design("Approved", "@eng-lead")),
        configuration=Configuration(approvals=2),
        names={"eng-lead": team(11, "eng-lead", BOB, CAROL, DANA)},
        reviews=reviews,
    )
    return decide(seen).documents[0]


@defect
def one_person_is_one_approval() -> None:
    """Reviews were counted, so that one person who approved twice made up two."""
    assert _team_of_two(review(BOB, number=1), review(BOB, number=2)).step is Step.SIGN
    assert _team_of_two(review(BOB, number=1), review(CAROL, number=2)).step is Step.DONE


@defect
def a_dismissed_approval_is_none() -> None:
    """Dismissed approvals still counted."""
    gone = review(CAROL, Opinion.DISMISSED, number=2)
    assert _team_of_two(review(BOB, number=1), gone).step is Step.SIGN


@defect
def an_approval_of_another_text_is_none() -> None:
    """An approval counted whatever was pushed after it."""
    old = File(PATH, 9, design("In-Review", "@eng-lead"))
    seen = snapshot(
        change(design("Approved", "@eng-lead", bodies={"4.2": "Tokens never expire."})),
        commits=(commit(BEFORE, minutes=90), commit(HEAD, minutes=10)),
        reviews=(review(BOB, commit=BEFORE),),
        history={(BEFORE, PATH): old},
        names={"eng-lead": team(11, "eng-lead", BOB)},
    )
    assert decide(seen).documents[0].step is Step.SIGN


@defect
def the_author_signs_nothing() -> None:
    """The author of the change was counted for a team that the author is in."""
    seen = snapshot(
        change(design("Approved", "@eng-lead")),
        names={"eng-lead": team(11, "eng-lead", ALICE, BOB)},
        reviews=(review(ALICE),),
    )
    assert decide(seen).documents[0].step is Step.SIGN


@defect
def opinions_have_the_names_that_the_api_gives_them() -> None:
    """Reviews were compared with words that the API never sends, so that a whole branch was dead."""
    # https://docs.github.com/en/graphql/reference/enums#pullrequestreviewstate
    states = {"APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED", "PENDING"}
    assert {one.value for one in Opinion} <= states


@defect
def a_status_without_sign_offs_does_not_pass() -> None:
    """A document could say that it is approved, and nobody compared that with the reviews."""
    assert decide(snapshot(change(design("Approved")))).verdict is Verdict.WAITING
    assert decide(snapshot(change(design("Approved")), reviews=ALL_SIGN)).verdict is Verdict.PASS


# Writing to the pull request


@defect
def nothing_is_written_twice_and_no_state_in_between() -> None:
    """Each event rewrote the comment to "running", and where it was not found there were two."""
    seen = snapshot(change(design()))
    for number, action in enumerate(plan(seen, decide(seen)), start=9000):
        seen = advance(seen, action, _done(action, number))
    assert plan(seen, decide(seen)) == ()
    assert sum(MARKER in one.body for one in seen.comments) == 1


def _done(action: Action, number: int) -> Receipt:
    """Answer an action as GitHub would when all is well."""
    if isinstance(action, WriteCheck):
        return Receipt(
            check=CheckRun(
                number, completed=True, conclusion=action.conclusion, external_id=action.external_id
            )
        )
    if isinstance(action, WriteComment):
        return Receipt(comment=comment(BOT, action.body, number=number, minutes=0))
    return Receipt()


@defect
def we_approve_nothing_ourselves() -> None:
    """On success the tool approved the pull request itself and switched automatic merging on."""
    names = [kind.__name__ for kind in get_args(Action)]
    assert not [name for name in names if name.startswith(("Merge", "Approve", "Enable", "Review"))]
    seen = snapshot(change(design("Approved")), reviews=ALL_SIGN)
    assert not [one for one in plan(seen, decide(seen)) if isinstance(one, Reply | RequestReviews)]


@defect
def one_bad_name_loses_nobody() -> None:
    """One reviewer that could not be asked made the whole request fail."""
    seen = snapshot(
        change(design(reviewers="@eng-lead, @nobody-here, @infrastructure")),
        names={**TEAMS, "nobody-here": Unresolved(Absence.NO_SUCH_NAME)},
    )
    asked = [one for one in plan(seen, decide(seen)) if isinstance(one, RequestReviews)]
    assert [team.label for one in asked for team in one.teams] == ["acme/eng-lead", "acme/infrastructure"]


# Which files, and which part of them


@defect
def the_kind_of_a_file_is_its_path_alone() -> None:
    """A rule ran on files that are no documents, since its guard joined two conditions the wrong way."""
    assert not ANYWHERE.has("docs/tdd.txt")
    assert not ANYWHERE.has("src/tdd/main.py")
    assert ANYWHERE.has("docs/tdd/0001-a.md")


@defect
def every_touched_document_is_held_to_the_vocabulary() -> None:
    """The statuses were only checked when a document was created: misspelt ones were merged later."""
    for status in ("aproved", "implemented (alpha)", "removed", "[]"):
        assert "TDD104" in _codes(design(status)) or "TDD103" in _codes(design(status))
    seen = snapshot(change(design("aproved"), base=design("Draft")))
    assert decide(seen).verdict is Verdict.BLOCKED


@defect
def a_line_of_dashes_is_no_front_matter() -> None:
    """Front matter was cut at any line with three dashes in it, a row of a table too."""
    table = "| a | b |\n|---|---|\n| status: Approved | x |\n"
    document = _read(
        f"---\nstatus: Draft\nnote: a --- b\n---\n\n# T\n\n{table}\n## A\n\n---\nstatus: Approved\n"
    )
    assert document.header.status == "Draft"
    assert [one.raw for one in document.header.fields] == ["Draft", "a --- b"]


@defect
def a_value_ends_where_the_next_field_begins() -> None:
    """A field without a value swallowed the next line."""
    document = _read("---\nsuperseded-by:\nstatus: Draft\nauthor:\nreviewers: '@x'\n---\n\n# T\n")
    assert (document.header.status, document.header.authors) == ("Draft", ())
    assert document.header.superseded_by is None


@defect
def a_heading_is_matched_whole() -> None:
    """A heading was searched for as a pattern without an end: "Goals and more" passed for "Goals"."""
    missing = _read("# T\n\n## Goals that others have\n\nText.\n", "# T\n\n## Goals\n").sections[0]
    assert missing.state is SectionState.MISSING
    dotted = _read("# T\n\n## Whyz\n\nText.\n", "# T\n\n## Why?\n").sections[0]
    assert dotted.state is SectionState.MISSING


@defect
def code_has_no_headings() -> None:
    """Lines in blocks of code passed for headings."""
    document = _read("# T\n\n```sh\n## Goals\n```\n\n    ## Goals\n", "# T\n\n## Goals\n")
    assert document.sections[0].state is SectionState.MISSING


@defect
def a_second_heading_does_not_hide_the_first() -> None:
    """With two equal headings the later one took the place of the earlier one, unseen."""
    document = _read("# T\n\n## Goals\n\nFast.\n\n## Goals\n", "# T\n\n## Goals\n")
    assert (document.sections[0].state, document.sections[0].line) == (SectionState.FILLED, 3)
    assert [one.line for one in document.sections[0].duplicates] == [7]


@defect
def code_in_a_heading_is_read() -> None:
    """Code in a heading was dropped before it was compared."""
    document = _read("# T\n\n### The `cache` key\n\nText.\n", "# T\n\n## The cache key\n")
    assert document.sections[0].state is SectionState.FILLED


@defect
def all_that_is_missing_is_told_at_once() -> None:
    """The first heading that differed ended the search, and a wildcard switched later ones off."""
    found = [one.section for one in _findings(design(without=("2.1", "4.2", "7"))) if one.rule == "TDD201"]
    assert found == ["2.1", "4.2", "7"]


# What a header says


@defect
def no_status_is_no_status() -> None:
    """A document without a status counted as accepted, one with an unknown status as a draft."""
    without = design().replace("**Status:** In-Review\n", "")
    assert _read(without).header.status is None
    assert "TDD103" in _codes(without)
    assert _read(design("Nearly done")).header.status is None
    for text in (without, design("Nearly done")):
        seen = snapshot(change(text))
        assert decide(seen).verdict is Verdict.BLOCKED
        assert not decide(seen).documents[0].asks


@defect
def a_date_that_cannot_be_read_is_told() -> None:
    """The error of reading a date was dropped, and the date was then the beginning of time."""
    document = _read(design().replace("2026-11-20", "31 Feb 2026"))
    assert document.header.date is None
    assert "TDD106" in _codes(document.source)


@defect
def the_successor_may_stand_on_another_line() -> None:
    """A link to the successor was only found on the line of the status."""
    text = design("Superseded").replace("**Date:**", "**Superseded by:** [the next](0008-next.md)\n**Date:**")
    assert _read(text).header.superseded_by == "0008-next.md"
    section = "# T\n\n## Status\n\nSuperseded\n\nby a better idea, which is\n[here](0008-next.md)\n"
    assert "TDD302" in _codes(section)


@defect
def prose_about_a_status_is_none() -> None:
    """A line of prose that begins with "superseded" flipped the status."""
    body = "Superseded designs stay where they are.\nStatus: Superseded is what they say."
    document = _read(design("Approved", bodies={"1": body}))
    assert (document.header.status, document.header.superseded_by) == ("Approved", None)


@defect
def reviewers_are_not_cut_at_commas_alone() -> None:
    """A list was cut at each comma, so that a remark on a reviewer became a reviewer."""
    header = _read(design(reviewers="@x, for the network, @acme/ops - storage, Ann <ann@y.io>")).header
    assert [one.text for one in header.reviewers] == ["x", "acme/ops", "Ann <ann@y.io>"]


# Writing documents


def _with_code(status: str) -> str:
    code = f"```\n**Status:** {status}\nstatus: {status}\n```"
    return design(status, bodies={"1": code, "3.2": f"The line `Status: {status}` is read."})


@defect
def only_the_header_is_rewritten() -> None:
    """Setting a field rewrote the first line of that form anywhere, in code too."""
    seen = snapshot(change(_with_code("Draft")))
    made = rewritten("submit", decide(seen).documents[0], SCHEMA, date(2026, 11, 24))
    assert not isinstance(made, str)
    (one,) = made
    assert one.after == _with_code("Draft").replace("**Status:** Draft", "**Status:** In-Review", 1)


@defect
def a_title_is_no_pattern() -> None:
    """A title went into a pattern's replacement: "R&D" repeated the match, "|" was an error."""
    for title in ("R&D plan", "A|B", r"\1 \g<0>", "100 % of $HOME", "a/b & c"):
        text = written(template(), Facts(title, "0007", None, date(2026, 11, 24)))
        assert text.splitlines()[0] == f"# TDD: {title}"
    assert kebab("R&D plan") == "r-d-plan"


@defect
def a_mended_document_loses_no_word() -> None:
    """A tool wrote the document anew from what it had understood of it."""
    text = design(without=("4.2",)).replace(
        "## 7. Risks & Unknowns\n", "## 7. Risks & Unknowns\n\nOdd  spacing\t here.  \n"
    )
    after = apply_edits(text, complete(_read(text), SCHEMA))
    assert "Odd  spacing\t here.  \n" in after
    left = iter(after)
    assert all(one in left for one in text)


# What people are told


@defect
def no_parsers_words_reach_an_author() -> None:
    """Authors were shown the messages of the YAML parser, about the wrong line."""
    done = CliRunner().invoke(
        app, ["check", "--format", "json", "-"], input="---\nstatus: [a\n: : :\n---\n\n# T\n"
    )
    (document,) = json.loads(done.stdout)["documents"]
    said = " ".join(one["message"] for one in document["findings"]).casefold()
    assert document["findings"]
    assert not any(word in said for word in ("yaml", "exception", "traceback", "mapping", "token"))


@defect
def short_answers_are_answers() -> None:
    """A least number of words turned "No" and "None" away."""
    for answer in ("No.", "None", "N/A", "One.", "`x`"):
        assert _read(design(bodies={"7": answer})).sections[-1].state.answered


@defect
def brackets_in_an_answer_are_no_gap() -> None:
    """Every bracket passed for a gap in the template."""
    assert _codes(design(bodies={"7": "The index a[0] is kept, [see](https://x.y)."})) == set()


@defect
def describe_is_a_word_like_any() -> None:
    """Words such as "describe", "TODO" or three dots made a placeholder of any sentence."""
    for body in ("We describe each price by its day...", "The TODO list is a product of ours, and stays."):
        assert _codes(design(bodies={"7": body})) == set()
