"""What people read in each state, whole: comment, check and title, kept as files to look at.

``pytest tests/core/render --rewrite`` writes them anew; the diff is then read by a person.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from bot.core.decide import decide
from bot.core.model import (
    Absence,
    Asked,
    CheckRun,
    Conclusion,
    File,
    FileProblem,
    Memory,
    Opinion,
    Permission,
    SeatKey,
    Severity,
    Snapshot,
    Unresolved,
    Unverified,
    Verdict,
)
from bot.core.plan import plan
from bot.core.render.check import LONGEST_OUTPUT, MOST_ANNOTATIONS, render_check
from bot.core.render.comment import LONGEST_COMMENT, render_comment
from bot.core.render.headline import headline
from tests.builders import (
    ALICE,
    BEFORE,
    BOB,
    BOT,
    CAROL,
    DANA,
    ERIN,
    HEAD,
    MARKER,
    PATH,
    TEAMS,
    ago,
    change,
    comment,
    commit,
    design,
    pull_request,
    review,
    snapshot,
    team,
)

EXPECTED = Path(__file__).parent / "expected"
SIGNED = (review(BOB, number=1), review(CAROL, number=2), review(DANA, number=3))
UNWRITTEN = {
    "2.3": "* *Crucial: What are we intentionally NOT doing to avoid scope creep?*",
    "5.1": "N/A: a new service, nothing to migrate",
    "7": "",
}


def stale() -> Snapshot:
    """Return a design whose security section changed after everybody signed."""
    before = design("In-Review", bodies={"4.2": "Tokens are kept for an hour."})
    now = design("In-Review", bodies={"4.2": "Tokens are kept for thirty days."})
    return snapshot(
        change(now),
        commits=(commit(BEFORE, minutes=90), commit(HEAD, minutes=10)),
        reviews=tuple(replace(one, commit=BEFORE) for one in SIGNED),
        history={(BEFORE, PATH): File(PATH, len(before), before)},
    )


def refused() -> Snapshot:
    """Return a design one of whose teams GitHub would not ask."""
    seen = snapshot(change(design()))
    content = decide(seen).documents[0].content
    no = Asked(SeatKey("team:12"), "acme/security-team", PATH, content, ago(hours=1), "it is a secret team")
    return replace(seen, memory=replace(seen.memory, asked=(no,)))


STATES = {
    "draft": snapshot(change(design("Draft", without=("4.2", "3.4"), bodies=UNWRITTEN))),
    "draft-written": snapshot(change(design("Draft"))),
    "in-review-incomplete": snapshot(change(design(without=("4.2",), bodies=UNWRITTEN))),
    "in-review-header-faults": snapshot(
        change(design(reviewers="@eng-lead, @securty-team").replace("2026-11-20", "soon")),
        names={**TEAMS, "securty-team": Unresolved(Absence.NO_SUCH_NAME, "security-team")},
    ),
    "waiting": snapshot(change(design()), reviews=(review(BOB), review(CAROL, Opinion.COMMENTED, number=2))),
    "objection": snapshot(
        change(design()), reviews=(review(BOB), review(CAROL, Opinion.CHANGES_REQUESTED, number=2))
    ),
    "objection-of-who-left": snapshot(
        change(design(reviewers="@security-team")),
        names={"security-team": team(12, "security-team", CAROL, DANA)},
        commits=(commit(BEFORE, CAROL), commit()),
        reviews=(review(CAROL, Opinion.CHANGES_REQUESTED),),
    ),
    "stale": stale(),
    "stale-in-part": replace(stale(), reviews=(SIGNED[0], *stale().reviews[1:])),
    "refused-request": refused(),
    "concern": snapshot(
        change(design()),
        comments=(comment(DANA, "/tdd concern key-rotation Who rotates the service token?"),),
    ),
    "hold": snapshot(
        change(design("Approved")),
        reviews=SIGNED,
        comments=(comment(BOB, "/tdd hold until the freeze is over"),),
    ),
    "waived": snapshot(
        change(design(bodies={"7": ""}), design("Draft")),
        comments=(comment(DANA, "/tdd waive 7 nothing is known yet"),),
    ),
    "overridden": snapshot(
        change(design("Approved")),
        comments=(comment(ERIN, "/tdd override the incident of Tuesday needs it"),),
        permissions={ERIN.id: Permission.ADMIN},
    ),
    "unverified": snapshot(
        change(design()), names={**TEAMS, "security-team": Unverified("the app may not read members")}
    ),
    "nobody-eligible": snapshot(
        change(design()), names={**TEAMS, "security-team": team(12, "security-team", ALICE)}
    ),
    "no-reviewer": snapshot(change(design(reviewers="none"))),
    "ready": snapshot(change(design()), reviews=SIGNED),
    "approved": snapshot(change(design("Approved")), reviews=SIGNED),
    "unknown-status": snapshot(change(design("Accepted by @acme/everyone <!-- x -->"))),
    "status-menu": snapshot(change(design("[Draft / In-Review / Approved / Superseded]"))),
    "draft-pull-request": snapshot(change(design()), pull_request=pull_request(draft=True)),
    "refused-move": snapshot(change(design("Draft"), design("Approved"))),
    "symlink": snapshot(replace(change(""), head=File(PATH, 30, None, FileProblem.SYMLINK))),
    "removed": snapshot(change(None, design("Approved"))),
    "too-many-files": snapshot(files_complete=False),
    "two-documents": snapshot(
        change(design("Approved"), path="docs/tdd/0001-a.md"),
        change(design(without=("1",)), path="docs/tdd/0002-b.md"),
        reviews=SIGNED,
    ),
    "none-left": snapshot(comments=(comment(BOT, f"{MARKER}\nold"),)),
}


def shown(seen: Snapshot) -> str:
    """Return all that people see of a state, for the file."""
    decision = decide(seen)
    check = render_check(seen, decision)
    lines = [
        f"{one.severity.label} {one.path}:{one.start_line} {one.title}: {one.message}"
        for one in check.annotations
    ]
    parts = [
        ("check", f"{check.conclusion.value}: {check.title}"),
        ("summary", check.summary),
        ("text", check.text),
        ("annotations", "\n".join(lines)),
        ("comment", render_comment(seen, decision) or "none"),
    ]
    return "\n".join(f"===== {name} =====\n{text}" for name, text in parts) + "\n"


@pytest.mark.parametrize("state", STATES)
def test_what_people_read(state: str, request: pytest.FixtureRequest) -> None:
    path = EXPECTED / f"{state}.txt"
    text = shown(STATES[state])
    if request.config.getoption("--rewrite"):
        path.write_text(text, encoding="utf-8")

    assert text == path.read_text(encoding="utf-8")


def test_no_expected_file_is_left_over() -> None:
    assert {one.stem for one in EXPECTED.glob("*.txt")} == set(STATES)


@pytest.mark.parametrize("state", ["draft", "draft-written"])
def test_a_draft_has_no_loud_line_and_no_word_of_failure(state: str) -> None:
    seen = STATES[state]
    check = render_check(seen, decide(seen))

    assert {one.severity for one in check.annotations} <= {Severity.NOTE}
    assert check.conclusion is Conclusion.ACTION_REQUIRED
    assert not {"fail", "error", "block"} & set(shown(seen).casefold().split())


@pytest.mark.parametrize("state", STATES)
def test_the_comment_begins_with_the_checks_title(state: str) -> None:
    seen = STATES[state]
    decision = decide(seen)
    body = render_comment(seen, decision)
    if body is None or not decision.documents:
        return
    first = body.removeprefix(MARKER).strip().splitlines()[0]

    tokens = MarkdownIt().parseInline(first)[0].children or ()
    read = "".join(token.content for token in tokens)
    assert _bare(headline(decision)) in _bare(read)


def _bare(text: str) -> str:
    """Return text without what makes it harmless or sets it as code."""
    return text.replace("\u200b", "").replace("`", "")


def test_hostile_names_and_headings_mention_nobody_and_forge_nothing() -> None:
    evil = "@acme/everyone <!-- tdd-bot:checklist --> [x](https://evil.example) | `x"
    text = design(bodies={"5.1": f"N/A: {evil}"}).replace("Price cache", evil)
    seen = snapshot(change(text, path="docs/tdd/@acme|everyone`.md"))
    body = render_comment(seen, decide(seen)) or ""

    assert body.count(MARKER) == 1
    assert "@acme" not in body
    assert "(https://evil" not in body


def test_long_texts_are_cut_and_say_so() -> None:
    many = tuple(change(design(without=("1", "4.2")), path=f"docs/tdd/{number}.md") for number in range(120))
    seen = snapshot(*many)
    decision = decide(seen)
    body, check = render_comment(seen, decision) or "", render_check(seen, decision)

    assert len(body) < LONGEST_COMMENT + 200
    assert "Cut here" in body
    assert max(len(check.summary), len(check.text)) < LONGEST_OUTPUT + 200
    assert len(check.annotations) == MOST_ANNOTATIONS


def test_a_twin_on_the_commit_is_named_in_title_and_summary() -> None:
    seen = replace(STATES["approved"], memory=Memory(others={8: Verdict.BLOCKED}))
    check = render_check(seen, decide(seen))

    assert check.title == "Pull request 8 on the same commit is not through"
    assert "#8" in check.summary
    assert "Approved and signed by bob, dana and carol" in check.summary


def test_the_external_id_changes_with_what_is_said() -> None:
    ids = {render_check(seen, decide(seen)).external_id for seen in STATES.values()}

    assert len(ids) == len(STATES)
    assert all(one.startswith("7:") for one in ids)


def test_an_unchanged_check_is_not_written_again() -> None:
    seen = STATES["waiting"]
    wanted = render_check(seen, decide(seen))
    run = CheckRun(5, completed=True, conclusion=wanted.conclusion, external_id=wanted.external_id)
    again = plan(replace(seen, check=run), decide(seen))

    assert "WriteCheck" not in [type(one).__name__ for one in again]
