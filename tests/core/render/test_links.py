"""From what is written on GitHub, ways lead to this server's pages, where it has any."""

from bot.core.decide import decide
from bot.core.model import Repository
from bot.core.render.check import render_check
from bot.core.render.comment import render_comment
from tests.builders import change, design, snapshot

PAGES = "https://tdd.example.org/bot"
WHY = f"{PAGES}/acme/shop/pull/7"


def test_check_and_comment_lead_to_the_pages() -> None:
    given = snapshot(change(design()), pages=PAGES)
    decision = decide(given)
    check, comment = render_check(given, decision), render_comment(given, decision)

    assert check.details_url == WHY
    line = f"<sub>[Why]({WHY}) · [all designs]({PAGES}/) · [rules]({PAGES}/rules)</sub>"
    assert check.text.endswith(f"\n\n{line}")
    assert comment is not None
    assert comment.endswith(f"\n\n{line}\n")


def test_without_pages_nothing_leads_anywhere() -> None:
    given = snapshot(change(design()))
    decision = decide(given)

    assert render_check(given, decision).details_url == ""
    assert "[Why]" not in render_check(given, decision).text
    assert "[Why]" not in str(render_comment(given, decision))


def test_a_check_says_something_else_once_there_are_pages() -> None:
    without, given = (snapshot(change(design()), pages=pages) for pages in ("", PAGES))

    assert (
        render_check(without, decide(without)).external_id != render_check(given, decide(given)).external_id
    )


def test_a_name_cannot_lead_elsewhere() -> None:
    place = Repository(42, "ac/me", "sh)op?#", in_organization=True, default_branch="main")
    given = snapshot(change(design()), pages=PAGES, repository=place)

    assert render_check(given, decide(given)).details_url == f"{PAGES}/ac%2Fme/sh%29op%3F%23/pull/7"
