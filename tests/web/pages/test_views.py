"""What the pages show, and that nothing a document or a person writes becomes part of the page itself."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
import sqlalchemy as sa

from bot.core.model import Login, Opinion, Person
from bot.core.rules import RULES
from bot.store import tables
from tests.builders import BEFORE, BOB, DANA, PATH, change, design, pull_request, review
from tests.web.pages.stage import Answer, Desk

SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(1)>'


class Page(HTMLParser):
    """The elements of a page, and its text."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        """All words, with single spaces."""
        return " ".join(" ".join(self.words).split())

    def links(self) -> list[str]:
        """Return where links lead."""
        return [str(attributes.get("href")) for tag, attributes in self.tags if tag == "a"]


def assert_harmless(page: Page) -> None:
    """Nothing runs, nothing is loaded from elsewhere, no link leads to a script."""
    for tag, attributes in page.tags:
        assert tag not in {"script", "iframe", "object", "embed", "style", "base", "template"}
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action"):
            value = attributes.get(name)
            assert value is None or re.match(r"https?://|/(?!/)|#|$", value), value
        if tag == "img":
            assert attributes["src"] == "/static/icon.svg"


async def _page(desk: Desk, path: str, login: str = "bob") -> Page:
    browser = desk.browser()
    answer = await browser.sign_in(login, path)
    assert answer.status == 200, answer.text
    page = Page(answer)
    assert_harmless(page)
    return page


async def test_why_says_the_sentence_the_seats_and_what_changed(desk: Desk) -> None:
    old = design(bodies={"4.2": "Keys are kept for a year."})
    new = design(bodies={"4.2": "Keys are kept for a week."})
    await desk.judged(
        change(new),
        reviews=(review(DANA, commit=BEFORE), review(BOB, number=2)),
        history={(BEFORE, PATH): change(old).head},
    )

    page = await _page(desk, "/acme/shop/pull/7")

    assert "acme/security-team to sign again: 4.2 Security & Privacy changed after dana signed" in page.text
    assert "signed by bob" in page.text
    assert "Keys are kept for a year week ." in page.text
    assert [tag for tag, _ in page.tags if tag in {"ins", "del"}] == ["del", "ins"]
    assert "https://github.example/acme/shop/pull/7#pullrequestreview-1" in page.links()
    assert "https://github.example/acme/shop/pull/7" in page.links()
    assert "wrote the check" in page.text


async def test_a_finding_is_shown_on_its_line_and_leads_to_its_rule(desk: Desk) -> None:
    await desk.judged(change(design().replace("2026-11-20", "someday")))

    page = await _page(desk, "/acme/shop/pull/7")

    assert "warning TDD106 the date cannot be read. 5 **Date:** someday" in page.text
    assert "/rules/TDD106" in page.links()
    assert any("?plain=1#L5" in link for link in page.links())


async def test_sections_that_are_to_be_written_are_named(desk: Desk) -> None:
    await desk.judged(change(design("Draft", without=("4.2",), bodies={"3.1": "TBD"})))

    text = (await _page(desk, "/acme/shop/pull/7")).text

    assert "14 of 16 are done. Still to write:" in text
    assert "4.2 Security & Privacy (missing)" in text


async def test_markup_and_scripts_in_every_field_stay_words(desk: Desk) -> None:
    nasty = f"{SCRIPT}{IMAGE}{{{{7*7}}}}"
    person = Person(66, Login("mallory"))
    text = design(bodies={"1": nasty, "4.2": f"TBD {nasty}"}).replace("Price cache", nasty)
    text = text.replace("Alice Example (@alice)", nasty).replace("2026-11-20", nasty)
    old = design(bodies={"4.2": f"Before {nasty}"})
    await desk.judged(
        change(text, path=f"docs/tdd/{nasty}.md"),
        change(text.replace("In-Review", nasty), path="docs/tdd/2.md"),
        pull_request=pull_request(title=nasty, author=person, base_ref=nasty, url="javascript:alert(1)"),
        reviews=(review(DANA, Opinion.CHANGES_REQUESTED, body=nasty), review(BOB, commit=BEFORE, number=2)),
        history={(BEFORE, "docs/tdd/2.md"): change(old).head},
    )
    browser = desk.browser()
    await browser.sign_in("bob")

    for path in ("/acme/shop/pull/7", "/", "/?text=%22%3E%3Cscript%3E&status=%27%22%3E&reviewer=%3Cb%3E"):
        answer = await browser.get(path)
        assert answer.status == 200
        page = Page(answer)
        assert_harmless(page)
        assert "49" not in page.text
        assert SCRIPT not in answer.text
    assert SCRIPT in Page(await browser.get("/acme/shop/pull/7")).text


async def test_every_page_forbids_the_browser_everything_else(desk: Desk) -> None:
    await desk.judged(change(design()))
    browser = desk.browser()
    await browser.sign_in("erin")

    for path in (
        "/",
        "/acme/shop/pull/7",
        "/rules",
        "/rules/TDD201",
        "/health",
        "/acme/no/pull/1",
        "/logout",
    ):
        headers = (await browser.get(path)).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self';"), path
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"


async def test_designs_say_whose_move_it_is_and_since_when(desk: Desk) -> None:
    await desk.judged(change(design()), number=1)
    desk.now += timedelta(days=8).total_seconds()
    await desk.judged(change(design("Draft"), path="docs/tdd/2.md"), number=2)

    page = await _page(desk, "/")

    assert "acme/eng-lead, acme/security-team, acme/infrastructure" in page.text
    assert "8 days stuck" in page.text
    assert page.text.count("stuck") == 1
    assert "wait for reviewers 1 wait for their author 1" in page.text
    assert page.text.index("#1") < page.text.index("#2")
    assert "/acme/shop/pull/1" in page.links()
    assert [tag for tag, _ in page.tags].count("rect") == 24


async def test_designs_are_filtered_by_a_plain_form(desk: Desk) -> None:
    await desk.judged(change(design("Draft")), number=1)
    await desk.judged(change(design(reviewers="@eng-lead"), path="docs/tdd/2.md"), number=2)

    shown = await _page(desk, "/?status=Draft")
    assert "1 design found" in shown.text
    assert ("option", {"value": "Draft", "selected": None}) in shown.tags
    assert "No design is like that" in (await _page(desk, "/?status=Draft&text=nowhere")).text
    assert "2 designs found" in (await _page(desk, "/?reviewer=acme/eng-lead")).text


async def test_a_long_list_has_pages_that_keep_the_filter(desk: Desk) -> None:
    for number in range(1, 61):
        await desk.judged(change(design(), path=f"docs/tdd/{number}.md"), number=number)

    first = await _page(desk, "/?text=price+cache")
    second = await _page(desk, "/?page=2&text=price%20cache")

    assert "60 designs found" in first.text
    assert "/?page=2&text=price%20cache" in first.links()
    assert "/?page=1&text=price%20cache" in second.links()
    assert len([link for link in second.links() if "/pull/" in link]) == 10


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999", "%00", "1e3"])
async def test_a_page_that_is_none_is_the_first_or_empty(desk: Desk, page: str) -> None:
    await desk.judged(change(design()))

    assert "Price cache" in (await _page(desk, f"/?page={page}")).text


async def test_without_a_design_the_list_says_what_will_come(desk: Desk) -> None:
    assert "There is no design yet" in (await _page(desk, "/")).text


async def test_every_rule_has_its_page(desk: Desk) -> None:
    browser = desk.browser()
    index = Page(await browser.sign_in("bob", "/rules"))
    codes = {link.removeprefix("/rules/") for link in index.links() if link.startswith("/rules/")}
    assert codes == {rule.code for rule in RULES}

    for rule in RULES:
        page = Page(await browser.get(f"/rules/{rule.code}"))
        assert_harmless(page)
        assert f"{rule.code} {rule.name}" in page.text
    assert (await browser.get("/rules/tdd201")).status == 200


async def test_health_shows_queues_letters_webhooks_and_limits(desk: Desk) -> None:
    text = (await _page(desk, "/health", "erin")).text

    assert "events waiting 2" in text
    assert "22/7@3 acme/shop#7" in text
    assert "GitHub <b>failed</b>" in text
    assert "pull_request accepted 12" in text
    assert "4321 5000" in text


async def test_the_stylesheet_is_served_to_anybody_and_kept(desk: Desk) -> None:
    browser = desk.browser()
    page = Page(await browser.get("/logout"))
    sheets = [attributes for _, attributes in page.tags if attributes.get("rel") == "stylesheet"]
    style = str(sheets[0]["href"])

    answer = await browser.get(style)

    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/css")
    assert "max-age=31536000" in answer.headers["Cache-Control"]


async def test_ten_thousand_designs_are_a_small_page(desk: Desk) -> None:
    await desk.judged(change(design()))
    await desk.multiplied(10_000)
    browser = desk.browser()
    await browser.sign_in("bob")

    for path in ("/", "/?page=200", "/?text=price&status=In-Review", "/acme/shop/pull/7"):
        answer = await browser.get(path)
        assert answer.status == 200
        assert len(answer.text.encode()) < 150_000, path
    assert "10000 designs" in (await browser.get("/")).text


async def test_of_thousands_of_repositories_one_writes_the_name(desk: Desk) -> None:
    await desk.judged(change(design()))
    ids = [
        desk.sandbox.world.add_repository(desk.scene.organization, f"service-{number:04}").id
        for number in range(3_000)
    ]

    def work(connection: sa.Connection) -> None:
        (row,) = connection.execute(sa.select(tables.design)).mappings()
        rows = [{**row, "repository": one, "name": f"service-{at:04}"} for at, one in enumerate(ids)]
        connection.execute(sa.insert(tables.design), rows)

    await desk.database.write(work)
    browser = desk.browser()
    answer = await browser.sign_in("bob")

    assert "3001 designs" in answer.text
    assert len(answer.text.encode()) < 150_000
    found = await browser.get("/?repository=acme/service-2999")
    assert "1 design found" in found.text
    assert 'value="acme/service-2999"' in found.text


async def test_the_largest_record_is_a_page_of_bounded_size(desk: Desk) -> None:
    noise = "TODO " + "<&>" * 2_000
    extra = "\n\n".join(f"## Heading {number} {'&' * 400}\n\n{noise}" for number in range(30))
    changes = [change(design() + extra, path=f"docs/tdd/{number:04}-{'z' * 300}.md") for number in range(40)]
    await desk.judged(*changes, pull_request=pull_request(title="<" * 10_000))
    browser = desk.browser()

    answer = await browser.sign_in("bob", "/acme/shop/pull/7")

    assert answer.status == 200
    assert len(answer.text.encode()) < 150_000
