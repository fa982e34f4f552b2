"""The weekly overview."""

from datetime import date

from bot.core.render.digest import Stuck, render_digest

TODAY = date(2026, 11, 30)
ONE = Stuck(7, "docs/tdd/7.md", "A cache for prices", "Waiting for acme/eng-lead", date(2026, 11, 24))


def test_it_lists_what_waits_and_for_how_long() -> None:
    assert render_digest([ONE], TODAY) == (
        "As of 2026-11-30; written anew every Monday.\n\n"
        "| Pull request | Design | State | For |\n|---|---|---|---|\n"
        "| #7 | A cache for prices | Waiting for acme/eng-lead | 6 days |"
    )


def test_it_says_when_nothing_waits() -> None:
    assert render_digest([], TODAY).endswith("\n\nNothing waits.")


def test_it_mentions_nobody_and_breaks_no_table() -> None:
    hostile = Stuck(7, "a|b.md", "@acme/all | <img> #1", "see @bob", date(2026, 11, 29))
    body = render_digest([hostile], TODAY)

    assert "@acme" not in body
    assert "@bob" not in body
    assert "<img>" not in body
    assert body.splitlines()[-1].count(" | ") == 3
    assert body.endswith("| 1 day |")


def test_a_long_list_is_cut_with_a_count() -> None:
    assert render_digest([ONE] * 60, TODAY).endswith("\n\n10 more.")
