"""Statuses, dates and people out of what stands beside a label."""

from datetime import date

import pytest

from bot.builtin import template
from bot.core.document import read_document, schema_of
from bot.core.document.values import menu, read_date, read_status
from bot.core.model import Header

SCHEMA = schema_of(template())
STATUSES = SCHEMA.statuses


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("Draft", "Draft"),
        ("Approved.", "Approved"),
        ("Approved (2026-09-18)", "Approved"),
        ("Draft v0.1", "Draft"),
        ("Draft for Review", "Draft"),
        ("Draft - Ready for Review", "Draft"),
        ("`Draft`", "Draft"),
        ("~~Draft~~ In-Review", "In-Review"),
        ("in-review — fixed 2026-07-10, see below", "In-Review"),
        ("In Review", "In-Review"),
        ("in_review", "In-Review"),
        ("IN-REVIEW", "In-Review"),
        ("InReview", "In-Review"),
        ("✅ Approved", "Approved"),
        ("[Draft]", "Draft"),
        ("**Approved** by all", "Approved"),
        ("[x] Approved", "Approved"),
        ("Draft | 2026-03-01", "Draft"),
        ("Approved（second reading）", "Approved"),
        ("Not approved", None),
        ("Drafty", None),
        ("Pre-Draft", None),
        ("accepted", None),
        ("to be Approved", None),
        ("", None),
    ],
)
def test_the_first_words_are_the_status(value: str, status: str | None) -> None:
    found = read_status(value, STATUSES, {})
    assert found.status == status
    assert not found.is_menu


@pytest.mark.parametrize(
    "value",
    [
        "[Draft / In-Review / Approved / Superseded]",
        "Draft | In-Review",
        "draft/in-review/approved/superseded",
        "`Draft` | `In-Review` | `Approved`",
        "Proposed / Accepted / Rejected",
        "**Draft | In-Review | Approved**",
        "{proposed | accepted | … | superseded by ADR-0123}",
        "`<Planned / Built in 2026 / Gone>`",
    ],
)
def test_a_menu_is_no_status(value: str) -> None:
    found = read_status(value, STATUSES, {})
    assert found.is_menu
    assert found.status is None


@pytest.mark.parametrize(
    "value",
    ["Draft / **In-Review** / Approved", "~~Draft~~ | In-Review | ~~Approved~~", "[ ] Draft [x] In-Review"],
)
def test_the_marked_one_of_a_menu_is_the_status(value: str) -> None:
    found = read_status(value, STATUSES, {})
    assert found.status == "In-Review"
    assert not found.is_menu


def test_the_bold_one_of_a_house_menu_is_chosen_although_the_template_has_it_not() -> None:
    found = read_status("Draft | In Review | **Final**", STATUSES, {})
    assert (found.status, found.is_menu) == (None, False)


def test_a_menu_is_cut_at_strokes_and_in_brackets_at_commas() -> None:
    assert menu("[Draft / In-Review / Approved]") == ("Draft", "In-Review", "Approved")
    assert menu("provisional|implementable") == ("provisional", "implementable")
    assert menu("(Proposed, Accepted)") == ("Proposed", "Accepted")
    assert menu("Draft, second round") == ("Draft, second round",)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-01", date(2026, 3, 1)),
        ("2026/3/1", date(2026, 3, 1)),
        ("2026-03-01T10:00:00Z", date(2026, 3, 1)),
        ("[2026-03-01]", date(2026, 3, 1)),
        ("1 Mar 2026", date(2026, 3, 1)),
        ("1st March 2026", date(2026, 3, 1)),
        ("March 1, 2026", date(2026, 3, 1)),
        ("Sept. 30 2026", date(2026, 9, 30)),
        ("1.3.2026", date(2026, 3, 1)),
        ("1. März 2026", date(2026, 3, 1)),
        ("1 de marzo de 2026", date(2026, 3, 1)),
        ("le 14 août 2026", date(2026, 8, 14)),
        ("2026年3月1日", date(2026, 3, 1)),
        ("2026년 3월 1일", date(2026, 3, 1)),
        ("1.3.2026.4", None),
        ("2026-03-01 (first version), 2026-04-01", date(2026, 3, 1)),
        ("2/10/2026", None),
        ("2026-02-30", None),
        ("YYYY-MM-DD", None),
        ("1 Foo 2026", None),
        ("12026-03-01", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_is_read_where_it_reads_the_same_everywhere(text: str, day: date | None) -> None:
    assert read_date(text) == day


def _header(value: str) -> Header:
    return read_document("a.md", f"# T\n\n**Reviewers:** {value}\n", SCHEMA).header


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("@a, @b", ["a", "b"]),
        ("@a @b and @c", ["a", "b", "c"]),
        ("@a + @b (two required)", ["a", "b"]),
        ("@a; @b · @c", ["a", "b", "c"]),
        ("@acme/ops, @@acme/sec", ["acme/ops", "acme/sec"]),
        ("“@ann”, '@bob'", ["ann", "bob"]),
        ("[Ann](https://github.com/ann), [ops](https://github.com/orgs/acme/teams/ops)", ["ann", "acme/ops"]),
        ("Ann @ann, Bob (@bob) <bob@x.io>", ["ann", "bob"]),
        ("@ann - impacts on storage", ["ann"]),
        ("@ann, for the networking part, @bob", ["ann", "bob"]),
        ("ann, ops-team", ["ann", "ops-team"]),
        ("`@ann`, **@bob**", ["ann", "bob"]),
        ("[@ann]", ["ann"]),
        ("@ann<br>@bob<br />Cy", ["ann", "bob", "Cy"]),
        ("[Ann](mailto:ann@x.io), [bob@x.io](mailto:bob@x.io)", ["Ann", "bob@x.io"]),
        ("@my_team_x, @a__b__c", ["my_team_x", "a__b__c"]),
        ("@ann, @Ann", ["ann"]),
        ("Ann Lee and Bo Lind", ["Ann Lee", "Bo Lind"]),
        ("Research and Development", ["Research and Development"]),
        ("all group leads", ["all group leads"]),
        ("Jane <jane@x.io>", ["Jane <jane@x.io>"]),
        ("{a, b}@example.com", ["{a, b}@example.com"]),
        ("@ann.", ["ann"]),
        ("@jane.doe", ["jane.doe"]),
        ("- none", []),
        ("None — solo work", []),
        ("TBD", []),
        ("_pending_", []),
        ("???", []),
        ("@tbd", []),
        ("@...", []),
        ("@<tech-lead-handle> (TODO: who?)", []),
        ("[names]", []),
        ("N/A", []),
        ("", []),
    ],
)
def test_names_are_found_in_any_list(value: str, names: list[str]) -> None:
    assert [one.text for one in _header(value).reviewers] == names


def test_an_entry_is_kept_as_written() -> None:
    written = [one.written for one in _header("Ann Lee (@ann), @bob, for the network").reviewers]
    assert written == ["Ann Lee (@ann)", "bob, for the network"]


def test_an_authors_handle_is_known_only_where_it_is_outspoken() -> None:
    header = read_document("a.md", "# T\n\nAuthor: Ann (@ann), bob, @cy\n", SCHEMA).header
    assert header.authors == ("Ann (@ann)", "bob", "@cy")
    assert header.author_handles == ("ann", "cy")
