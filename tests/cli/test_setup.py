"""An app registered from the manifest, at a GitHub that is as strict as the real one about it."""

import asyncio
import html
import json
import re
import stat
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from bot.cli.environment import environment_of
from bot.cli.setup.host import Host
from bot.cli.setup.manifest import Wishes, manifest_for
from bot.cli.setup.run import Options, run
from bot.sandbox import Sandbox
from bot.settings import read_settings
from tests.sandbox.plugin import described


@dataclass
class Person:
    """Somebody at a browser: forms are sent as they stand."""

    session: aiohttp.ClientSession
    seen: list[str] = field(default_factory=list)

    async def get(self, url: str | URL) -> tuple[int, str]:
        async with self.session.get(url, allow_redirects=False) as answer:
            text = await answer.text()
            self.seen.append(text)
            return answer.status, text

    async def send(self, page: str, base: str, **changed: str) -> tuple[int, str, str]:
        """Send a page's form; return status, text and where it leads."""
        action = html.unescape(re.search(r'action="([^"]*)"', page)[1])  # type: ignore[index] # a page without one fails here
        given = {n: html.unescape(v) for n, v in re.findall(r'name="(\w+)" value="([^"]*)"', page)}
        chosen = re.search(r'<select name="(\w+)"><option>([^<]*)', page)
        if chosen:
            given[chosen[1]] = chosen[2]
        url = URL(base).join(URL(action, encoded=True))
        async with self.session.post(url, data=given | changed, allow_redirects=False) as answer:
            return answer.status, await answer.text(), answer.headers.get("Location", "")


@dataclass
class Setup:
    """The command under way, and the sandbox that it registers at."""

    sandbox: Sandbox
    person: Person
    home: Path
    code: asyncio.Future[int] | None = None
    page: str = ""

    async def begin(self, **changed: object) -> None:
        """Run the command, up to where it waits for its person."""
        given: dict[str, object] = {
            "host": self.sandbox.url,
            "organization": "acme",
            "file": None,
            "open_page": self._opened,
            "wishes": Wishes(public_url="https://tdd.example.org"),
            "patience": 120.0,
        }
        options = Options(**{**given, **changed})  # type: ignore[arg-type] # of a mapping the kinds are not known
        environ = {"TDD_BOT_HOME": str(self.home)}
        self.code = asyncio.ensure_future(asyncio.to_thread(run, options, environ, self.home))
        async with asyncio.timeout(120):
            while not self.page and not self.code.done():  # noqa: ASYNC110 - it is in another thread
                await asyncio.sleep(0.01)

    def _opened(self, address: str) -> None:
        self.page = address

    async def end(self) -> int:
        """Return the command's exit code."""
        assert self.code is not None
        return await self.code


@pytest.fixture
async def setup(tmp_path: Path) -> AsyncIterator[Setup]:
    async with described() as sandbox, aiohttp.ClientSession() as session:
        sandbox.seed_acme()
        yield Setup(sandbox, Person(session), tmp_path / "home")


def _variables(home: Path) -> Mapping[str, str]:
    return environment_of({"TDD_BOT_HOME": str(home)}, home)


async def test_an_app_is_registered_and_the_server_finds_its_credentials(
    setup: Setup, capsys: pytest.CaptureFixture[str]
) -> None:
    await setup.begin()
    _, form = await setup.person.get(setup.page)
    _, asked, _ = await setup.person.send(form, setup.page)
    status, _, back = await setup.person.send(asked, setup.sandbox.url, name="acme designs")
    assert status == 302
    status, told = await setup.person.get(URL(back, encoded=True))
    assert await setup.end() == 0

    (app,) = (one for one in setup.sandbox.world.apps.values() if one.name == "acme-designs")
    settings = read_settings(_variables(setup.home))
    file = setup.home / "tdd-bot.env"
    assert (settings.app_id, settings.private_key.strip()) == (app.id, app.private_key.strip())
    assert settings.webhook_secrets == (app.webhook_secret,)
    assert settings.app_slug == "acme-designs"
    assert settings.api_url == f"{setup.sandbox.url}/api/v3"
    assert settings.public_url == "https://tdd.example.org"
    assert app.webhook_url == "https://tdd.example.org/api/github/webhooks"
    assert app.owner.login == "acme"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert status == 200
    assert f"{setup.sandbox.url}/apps/acme-designs/installations/new" in told
    assert "require the check tdd/review (acme-designs)" in told
    said = capsys.readouterr().out
    assert "Start the server: tdd-bot serve" in said
    for secret in (app.client_secret, app.webhook_secret or "", "PRIVATE KEY"):
        assert secret not in said + "".join(setup.person.seen)


async def test_a_forged_state_takes_nothing_and_the_right_one_still_works(setup: Setup) -> None:
    await setup.begin()
    _, form = await setup.person.get(setup.page)
    _, asked, _ = await setup.person.send(form, setup.page)
    _, _, back = await setup.person.send(asked, setup.sandbox.url, name="other")
    right = URL(back, encoded=True)

    status, _ = await setup.person.get(right.update_query(state="forged"))
    assert status == 403
    assert not (setup.home / "tdd-bot.env").exists()
    status, _ = await setup.person.get(right)
    assert (status, await setup.end()) == (200, 0)


async def test_nothing_is_served_without_the_secret_of_the_address(setup: Setup) -> None:
    await setup.begin(patience=1.0)
    root = URL(setup.page).origin()

    assert [(await setup.person.get(root / path))[0] for path in ("", "created", "x/created")] == [404] * 3
    assert await setup.end() == 2


async def test_a_code_that_github_refuses_writes_nothing(
    setup: Setup, capsys: pytest.CaptureFixture[str]
) -> None:
    await setup.begin()
    _, form = await setup.person.get(setup.page)
    state = re.search(r"state=([\w-]+)", form)
    assert state
    status, _ = await setup.person.get(f"{setup.page}/created?code=wrong&state={state[1]}")

    assert (status, await setup.end()) == (502, 2)
    assert "GitHub has answered 404 to the code" in capsys.readouterr().err
    assert not (setup.home / "tdd-bot.env").exists()


async def test_what_is_configured_is_not_configured_again(
    setup: Setup, capsys: pytest.CaptureFixture[str]
) -> None:
    setup.home.mkdir()
    file = setup.home / "tdd-bot.env"
    file.write_text("APP_ID=1\n", "utf-8")

    await setup.begin()

    assert await setup.end() == 2
    assert f"{file} is there already" in capsys.readouterr().err
    assert file.read_text("utf-8") == "APP_ID=1\n"


async def test_credentials_in_the_environment_are_told(
    setup: Setup, capsys: pytest.CaptureFixture[str]
) -> None:
    setup.home.mkdir()
    (setup.home / ".env").write_text("APP_ID=1\n", "utf-8")

    await setup.begin()

    assert await setup.end() == 2
    assert "APP_ID is set already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "api", "queue"),
    [
        ("https://github.com", "https://api.github.com", True),
        ("acme.ghe.com", "https://api.acme.ghe.com", True),
        ("https://github.example.com/", "https://github.example.com/api/v3", False),
    ],
)
def test_each_kind_of_github_is_asked_for_what_it_has(url: str, api: str, queue: bool) -> None:
    host = Host.at(url)

    made = manifest_for(host, Wishes(), "http://127.0.0.1:1/x/created", "/hook")

    assert host.api_url == api
    assert ("merge_queues" in made["default_permissions"]) is queue
    assert ("merge_group" in made["default_events"]) <= queue
    assert made["hook_attributes"]["active"] is False


@pytest.mark.parametrize(
    "url", ["", "ftp://x", "https://", "https://u:p@github.com", "https://github.com/?q"]
)
def test_what_is_no_github_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="is not the address of a GitHub"):
        Host.at(url)


def test_more_is_asked_for_only_where_it_is_wished() -> None:
    host = Host.at("https://github.com")
    plain = manifest_for(host, Wishes(), "http://127.0.0.1:1/x", "/hook")["default_permissions"]
    wished = manifest_for(host, Wishes(commits=True, digest=True), "http://127.0.0.1:1/x", "/hook")

    onboarding = manifest_for(host, Wishes(onboard=True), "http://127.0.0.1:1/x", "/hook")

    assert (plain["contents"], plain["issues"]) == ("read", "read")
    assert onboarding["default_permissions"] == {**plain, "contents": "write"}
    assert wished["default_permissions"] == {**plain, "contents": "write", "issues": "write"}


def test_a_name_that_github_would_not_take_is_refused_before() -> None:
    with pytest.raises(ValueError, match="at most 34 characters"):
        manifest_for(Host.at("https://github.com"), Wishes(name="x" * 35), "http://127.0.0.1:1/x", "/hook")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"url": "x"}, "url must be a valid URL"),
        ({"default_events": ["push", "nonsense"]}, "nonsense is not an event"),
        ({"default_permissions": {}}, "needs the permission"),
        ({"default_permissions": {"contents": "all"}}, "is not a permission"),
    ],
)
async def test_the_sandbox_refuses_what_github_refuses(
    setup: Setup, fault: dict[str, object], said: str
) -> None:
    made = manifest_for(Host.at(setup.sandbox.url), Wishes(), "http://127.0.0.1:1/x", "/hook")
    url = f"{setup.sandbox.url}/organizations/acme/settings/apps/new?state=s"

    async with setup.person.session.post(url, data={"manifest": json.dumps(made | fault)}) as answer:
        assert (answer.status, said in await answer.text()) == (422, True)


async def test_a_code_is_good_once(setup: Setup) -> None:
    await setup.begin()
    _, form = await setup.person.get(setup.page)
    _, asked, _ = await setup.person.send(form, setup.page)
    _, _, back = await setup.person.send(asked, setup.sandbox.url, name="other")
    url = f"{setup.sandbox.url}/app-manifests/{URL(back).query['code']}/conversions"

    async with setup.person.session.post(url) as first, setup.person.session.post(url) as second:
        assert (first.status, second.status) == (201, 404)
    assert (await setup.person.get(URL(back, encoded=True)))[0] == 502
    assert await setup.end() == 2
