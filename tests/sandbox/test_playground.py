"""The playground over HTTP: what its pages show, who may do what there, and what other sites cannot."""

import html
import io
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient, TestServer

from bot.sandbox import PullRequest, RequiredCheck, Scene
from bot.sandbox.playground import Playground
from bot.sandbox.playground.markup import rendered
from bot.sandbox.playground.views import text_at_head
from tests.sandbox.plugin import described

PATH = "docs/tdd/0007-x.md"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'`{{ 7*7 }}"


@dataclass
class Browser:
    """Somebody at the pages."""

    client: TestClient  # type: ignore[type-arg] # generic in the stubs only
    scene: Scene
    rested: list[int]

    async def page(self, path: str, status: int = 200) -> str:
        async with self.client.get(path) as answer:
            assert answer.status == status
            if status == 200:
                assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
            return await answer.text()

    async def send(self, person: str, where: str, /, **given: str) -> str:
        """Send a form as somebody; return where it leads."""
        cookies = {"Cookie": f"person={person}"}
        data = FormData(given)
        async with self.client.post(where, data=data, headers=cookies, allow_redirects=False) as answer:
            assert answer.status == 303, await answer.text()
            return answer.headers["Location"]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with described() as sandbox:
        scene, rested = sandbox.seed_acme(), list[int]()

        async def quiet() -> bool:
            rested.append(1)
            return True

        site = Playground(sandbox.world, scene, quiet).application()
        async with TestClient(TestServer(site)) as client:
            yield Browser(client, scene, rested)


def _pull(scene: Scene, text: str = "# TDD: X\n") -> tuple[PullRequest, str]:
    pull = scene.open_pull({PATH: text}, title="A design")
    return pull, f"/acme/shop/pull/{pull.number}"


async def test_a_design_goes_from_the_form_to_the_merge(browser: Browser) -> None:
    browser.scene.rule.required_checks.clear()
    where = await browser.send("alice", "/new", path="docs/tdd/0008-y.md", text="# TDD: Y\r\n\r\nText.\r\n")
    assert "TDD: Y" in await browser.page(where)

    more = {"path": "docs/tdd/0008-y.md", "text": "# TDD: Y\r\n\r\nMore.\r\n"}
    assert await browser.send("alice", f"{where}/commit", **more) == where
    assert "+More." in await browser.page(f"{where}/files")
    assert await browser.send("bob", f"{where}/review", event="object", text="Why?") == where
    assert await browser.send("bob", f"{where}/review", event="approve") == where
    assert await browser.send("dana", f"{where}/comment", text="/tdd approve") == where
    page = await browser.page(where)
    for said in ("requested changes", "Why?", "approved", "/tdd approve"):
        assert said in page
    assert await browser.send("bob", f"{where}/merge") == where
    assert "Merged by bob." in await browser.page(where)

    (pull,) = browser.scene.repository.pulls.values()
    assert text_at_head(pull, "docs/tdd/0008-y.md") == "# TDD: Y\n\nMore.\n"
    assert len(browser.rested) == 6  # after each deed the answers are waited for


@pytest.mark.parametrize(
    ("person", "deed", "given", "said"),
    [
        ("mallory", "commit", {"path": PATH, "text": "x"}, "may not push"),
        ("mallory", "merge", {}, "may not merge"),
        ("mallory", "close", {}, "may not close"),
        ("mallory", "draft", {}, "may not change that"),
        ("mallory", "press", {"run": "1", "button": "rerun"}, "may not press that"),
        ("alice", "review", {"event": "approve"}, "approve your own"),
        ("alice", "comment", {"text": "  "}, "an empty comment"),
        ("alice", "commit", {"path": "../../etc/passwd", "text": "x"}, "cannot be changed"),
        ("alice", "merge", {}, "Required status check"),
    ],
)
async def test_what_somebody_may_not_do_is_refused_with_the_reason(
    browser: Browser, person: str, deed: str, given: dict[str, str], said: str
) -> None:
    pull, where = _pull(browser.scene)
    head = pull.head_sha

    led = await browser.send(person, f"{where}/{deed}", **given)

    assert said in await browser.page(led)
    assert (pull.head_sha, pull.open, pull.draft, pull.merged) == (head, True, False, False)


async def test_nobody_but_those_of_the_scene_can_be_become(browser: Browser) -> None:
    _, where = _pull(browser.scene)
    for login in ("ghost", "root", HOSTILE):
        async with browser.client.post("/become", data={"login": login}, allow_redirects=False) as answer:
            assert "person" not in answer.cookies
    data = {"login": "dana", "back": where}
    async with browser.client.post("/become", data=data, allow_redirects=False) as answer:
        assert (answer.cookies["person"].value, answer.headers["Location"]) == ("dana", where)


@pytest.mark.parametrize("back", ["//elsewhere.example", "https://elsewhere.example", "x", ""])
async def test_nothing_leads_to_another_site(browser: Browser, back: str) -> None:
    assert await browser.send("alice", "/become", login="bob", back=back) == "/"


async def test_another_site_cannot_act_here(browser: Browser) -> None:
    pull, where = _pull(browser.scene)
    elsewhere = {"Origin": "https://elsewhere.example"}
    async with browser.client.post(f"{where}/close", headers=elsewhere) as answer:
        assert answer.status == 403
    async with browser.client.get(where, headers={"Host": "rebound.example"}) as answer:
        assert answer.status == 403
    assert pull.open


async def test_markup_and_scripts_of_others_stay_text(browser: Browser) -> None:
    pull, where = _pull(browser.scene, f"# TDD: {HOSTILE}\n")
    pull.title = pull.body = HOSTILE
    browser.scene.person("mallory").comment(pull, HOSTILE)
    browser.scene.person("mallory").review(pull, "COMMENT", HOSTILE)

    tabs = [f"{where}/{tab}" for tab in ("files", "checks", f"edit?path={PATH}")]
    for path in ("/", where, *tabs, f"/?said={HOSTILE}"):
        page = await browser.page(path)
        assert "<script" not in page
        assert not re.search(r"<img[^>]*onerror", page)
        assert "49" not in re.sub(r"#?\d+-x|[0-9a-f]{7}", "", page)


@pytest.mark.parametrize(
    "path",
    [
        "/acme/shop/pull/9",
        "/acme/other/pull/1",
        "/x/shop/pull/1",
        "/acme/shop/pull/1/edit?path=../x",
    ],
)
async def test_what_is_not_there_is_not_found(browser: Browser, path: str) -> None:
    _pull(browser.scene)
    await browser.page(path, 404)


async def test_a_document_of_a_megabyte_gets_through_and_more_does_not(browser: Browser) -> None:
    _, where = _pull(browser.scene)
    large = io.BytesIO(urlencode({"path": PATH, "text": "x" * 1_048_576}).encode())
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    async with browser.client.post(f"{where}/commit", data=large, headers=form) as answer:
        assert answer.status == 200
    assert len(await browser.page(f"{where}/edit?path={PATH}")) > 1_048_576
    larger = io.BytesIO(urlencode({"path": PATH, "text": "x" * 5_000_000}).encode())
    async with browser.client.post(f"{where}/commit", data=larger, headers=form) as answer:
        assert answer.status == 413


@pytest.mark.parametrize("path", ["", "x.txt", "/x.md", ".github/x.md", "a/../b.md", f"{'x' * 90}.md"])
async def test_a_new_design_needs_a_path_for_one(browser: Browser, path: str) -> None:
    led = await browser.send("alice", "/new", path=path, text="# TDD: X\n")

    assert "cannot make such a file" in await browser.page(led)
    assert not browser.scene.repository.pulls


def test_a_text_too_long_to_render_is_shown_as_it_was_written() -> None:
    assert rendered("<b>" + "x" * 100_001).startswith("<pre>&lt;b&gt;x")


async def test_an_admin_changes_the_rules_of_the_branch(browser: Browser) -> None:
    rule, app = browser.scene.rule, browser.scene.app
    assert "tdd-bot</td>" in " ".join((await browser.page("/rules")).split())

    await browser.send("erin", "/rules", what="require", context="tdd/review", source="")
    assert rule.required_checks == [RequiredCheck("tdd/review")]
    assert "a workflow too, could report it" in await browser.page("/rules")

    await browser.send("erin", "/rules", what="require", context="tdd/review", source="tdd-bot")
    assert rule.required_checks == [RequiredCheck("tdd/review", app.id)]
    await browser.send("erin", "/rules", what="admins_bypass")
    assert rule.admins_bypass
    await browser.send("erin", "/rules", what="admins_bypass")
    assert not rule.admins_bypass


@pytest.mark.parametrize(
    ("person", "given", "said"),
    [
        ("alice", {"what": "drop", "context": "tdd/review"}, "alice may not change the rules"),
        ("mallory", {"what": "admins_bypass"}, "mallory may not change the rules"),
        ("erin", {"what": "id"}, "there is no such rule"),
        ("erin", {}, "there is no such rule"),
        ("erin", {"what": "require", "context": ""}, "a check's name has 1 to 100 characters"),
        ("erin", {"what": "require", "context": "x" * 101}, "a check's name has 1 to 100 characters"),
        ("erin", {"what": "require", "context": "a\nb"}, "a check's name has 1 to 100 characters"),
        ("erin", {"what": "require", "context": "a", "source": "evil"}, "no such app is installed here"),
    ],
)
async def test_a_refused_change_of_the_rules_says_why_and_changes_nothing(
    browser: Browser, person: str, given: dict[str, str], said: str
) -> None:
    rule, app = browser.scene.rule, browser.scene.app

    where = await browser.send(person, "/rules", **given)

    assert said in html.unescape(await browser.page(where))
    assert (rule.required_checks, rule.admins_bypass) == ([RequiredCheck("tdd/review", app.id)], False)


async def test_a_hostile_name_of_a_check_is_shown_as_text(browser: Browser) -> None:
    await browser.send("erin", "/rules", what="require", context=HOSTILE, source="")

    page = await browser.page("/rules")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
