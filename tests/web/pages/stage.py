"""The pages as people reach them: the whole server, the sandbox as GitHub, browsers that keep cookies."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import parse_qs, quote, urlsplit

import aiohttp
import sqlalchemy as sa
from aiohttp import web
from yarl import URL

from bot.core.decide import decide
from bot.core.model import DocumentChange, Job, PullRequestRef, Snapshot
from bot.core.render.record import record_of
from bot.github import GitHubPeople, SignInAccess, utc_now
from bot.ports import Allowance, ChoreState, DeadLetter, Deed, Level, Levels, Pause
from bot.sandbox import Repository, Role, Sandbox, Scene
from bot.settings import Settings, read_settings
from bot.store.cache import DatabaseCache
from bot.store.database import Database
from bot.store.journal import DatabaseJournal
from bot.store.records import DatabaseRecords
from bot.store.tables import design
from bot.web.app import Parts, create_app
from bot.web.pages.health import Health, Limit, Upkeep
from bot.web.pages.pages import PageParts
from bot.wiring.running import Running, running
from tests.builders import NOW, pull_request, snapshot
from tests.sandbox.plugin import described
from tests.store.databases import new_sqlite_database

SECRET = "a-session-secret-of-the-tests-00001"
PATH = "docs/tdd/0007-price-cache.md"
LETTER = "22/7@3"
"""The job that the desk's server has given up."""


@dataclass
class Answer:
    """What came back."""

    status: int
    text: str
    headers: Mapping[str, str]


class Site(Protocol):
    """What a browser has to know."""

    @property
    def url(self) -> str:
        """Where the pages are."""
        ...

    @property
    def sandbox(self) -> Sandbox:
        """Where GitHub is."""
        ...


class Browser:
    """Follows nothing by itself, keeps cookies, runs no script."""

    def __init__(self, stage: Site) -> None:
        self.stage = stage
        self.jar = aiohttp.CookieJar(unsafe=True)
        self.http = aiohttp.ClientSession(cookie_jar=self.jar)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.close()

    async def get(self, path: str, **headers: str) -> Answer:
        """Open a path of the server, exactly as written."""
        return await self._send("GET", self.stage.url + path, headers=headers)

    async def post(self, path: str, **fields: str) -> Answer:
        """Send a form."""
        return await self._send("POST", self.stage.url + path, data=fields)

    async def _send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
    ) -> Answer:
        async with self.http.request(
            method, URL(url, encoded=True), headers=headers, data=data, allow_redirects=False
        ) as answer:
            return Answer(answer.status, await answer.text(), answer.headers)

    async def begin(self, then: str = "/") -> str:
        """Begin to sign in; return the address at GitHub."""
        answer = await self.get(f"/login?next={quote(then, safe='')}")
        assert answer.status == 303, answer.text
        return answer.headers["Location"]

    async def agree(self, address: str, login: str) -> str:
        """Say yes at GitHub; return the address that it leads back to."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        url = f"{self.stage.sandbox.url}/login/oauth/authorize"
        answer = await self._send("POST", url, data={**query, "login": login})
        assert answer.status == 302, answer.text
        return answer.headers["Location"].removeprefix(self.stage.url)

    async def sign_in(self, login: str, then: str = "/") -> Answer:
        """Sign in as somebody; return the page wanted."""
        back = await self.get(await self.agree(await self.begin(then), login))
        assert back.status == 303, back.text
        return await self.get(back.headers["Location"])

    def cookie(self) -> str:
        """Return the session's cookie, as a thief would."""
        (value,) = [one.value for one in self.jar if one.key.endswith("tdd-bot")]
        return value

    def keep(self, name: str, value: str) -> None:
        """Keep a cookie that no answer has set."""
        self.jar.update_cookies({name: value}, URL(self.stage.url))

    def steal(self, value: str) -> None:
        """Use somebody else's session."""
        self.keep("tdd-bot", value)


@dataclass
class Desk:
    """The pages without the engine: what is kept is put there by the test."""

    sandbox: Sandbox
    scene: Scene
    url: str
    database: Database
    journal: DatabaseJournal
    now: float = NOW.timestamp()
    browsers: list[Browser] = field(default_factory=list)
    replayed: list[tuple[str, str]] = field(default_factory=list)
    """Jobs that were begun again, and by whom."""

    async def replay(self, job: str, login: str) -> bool:
        """Begin a job again, if it is the one that was given up."""
        if job != LETTER:
            return False
        self.replayed.append((job, login))
        return True

    def browser(self) -> Browser:
        """Return a new browser, of somebody who is not signed in."""
        made = Browser(self)
        self.browsers.append(made)
        return made

    def private(self, name: str, *readers: str) -> Repository:
        """Add a private repository of acme, which only these people may read."""
        made = self.sandbox.world.add_repository(self.scene.organization, name, private=True)
        self.scene.organization.base_role = Role.NONE
        for login in readers:
            made.collaborators[self.sandbox.world.user(login).id] = Role.READ
        return made

    async def judged(
        self,
        *changes: DocumentChange,
        number: int = 7,
        repository: Repository | None = None,
        **fields: object,
    ) -> Snapshot:
        """Keep the decision on these documents; ``fields`` are the snapshot's."""
        place = repository or self.scene.repository
        ref = PullRequestRef(self.scene.installation.id, place.id, place.owner.login, place.name, number)
        given = snapshot(*changes, **{"pull_request": pull_request(number=number), **fields})
        decision = decide(given)
        record = record_of(given, decision)
        await self.journal.settle(ref, given.pull_request.head_sha, decision.verdict, [], record)
        await self.journal.audit(ref, [Deed("WriteCheck", record.sentence, record.head)])
        return given

    async def multiplied(self, number: int) -> None:
        """Make as many designs of the only one that is there."""

        def work(connection: sa.Connection) -> None:
            (row,) = connection.execute(sa.select(design)).mappings()
            rows = [{**row, "path": f"docs/tdd/{at}.md"} for at in range(1, number)]
            connection.execute(sa.insert(design), rows)

        await self.database.write(work)


class NoInbox:
    """Takes no webhooks."""

    async def accept(self, jobs: Sequence[Job], delivery: str) -> None:
        """Refuse."""
        raise NotImplementedError


async def _no_health() -> Health:
    limit = Limit(1, Allowance("core", 5_000, 4_321), NOW)
    letter = DeadLetter(LETTER, PullRequestRef(1, 22, "acme", "shop", 7), NOW, "GitHub <b>failed</b>")
    levels = Levels(Level(3, NOW), {"events": Level(2, NOW)}, {}, {"events": Level(1, NOW)}, 1)
    chore = ChoreState("shelves", NOW, held=False, note="1 repository looked at", ended=NOW)
    paused = {11: Pause(NOW + timedelta(minutes=5), "secondary limit")}
    return Health(levels, [letter], [chore], [limit], {("pull_request", "accepted"): 12}, paused)


@asynccontextmanager
async def desk_at(
    home: Path, *, prefix: str = "", lifetime: timedelta = timedelta(0), secrets: Sequence[str] = (SECRET,)
) -> AsyncIterator[Desk]:
    """Start pages and sandbox on free ports. GitHub's word is asked for anew each time, unless said."""
    database = await Database.open(new_sqlite_database(home))
    async with described() as sandbox:
        scene = sandbox.seed_acme()
        door = socket.create_server(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        scene.app.callback_urls.append(f"{url}{prefix}/callback")
        desk = Desk(sandbox, scene, url, database, DatabaseJournal(database, lambda: desk.now))
        access = SignInAccess(
            sandbox.url, sandbox.graphql_url, sandbox.url, scene.app.client_id, scene.app.client_secret
        )
        people = GitHubPeople(aiohttp.ClientSession(), access, utc_now)
        parts = PageParts(
            public_url=f"{url}{prefix}",
            records=DatabaseRecords(database),
            people=people,
            told=DatabaseCache(database, lambda: desk.now),
            session_secrets=secrets,
            operators=("erin", "acme/infrastructure"),
            server_url=sandbox.url,
            upkeep=Upkeep(_no_health, desk.replay),
            clock=lambda: desk.now,
            lifetime=lifetime,
        )

        async def well() -> str:
            return ""

        app = create_app(Parts(NoInbox(), ("s",), "/hook", lambda: None, well, pages=parts))
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.SockSite(runner, door).start()
        try:
            yield desk
        finally:
            for one in desk.browsers:
                await one.http.close()
            await runner.cleanup()
            await people.close()
            await database.close()


@dataclass
class Stage:
    """The running pieces."""

    sandbox: Sandbox
    scene: Scene
    server: Running
    url: str
    browsers: list[Browser] = field(default_factory=list)

    def browser(self) -> Browser:
        """Return a new browser, of somebody who is not signed in."""
        made = Browser(self)
        self.browsers.append(made)
        return made

    async def settled(self) -> None:
        """Return once every event has been judged."""
        async with asyncio.timeout(120):
            while True:
                await self.sandbox.settled()
                seen = len(self.sandbox.deliveries)
                if await self.server.idle() and len(self.sandbox.deliveries) == seen:
                    return
                await asyncio.sleep(0.02)


def settings_of(sandbox: Sandbox, scene: Scene, home: Path, url: str, **changed: str) -> Settings:
    """Return what an administrator would set."""
    return read_settings(
        {
            "APP_ID": str(scene.app.id),
            "CLIENT_ID": scene.app.client_id,
            "CLIENT_SECRET": scene.app.client_secret,
            "SESSION_SECRET": SECRET,
            "PRIVATE_KEY": scene.app.private_key,
            "WEBHOOK_SECRET": scene.app.webhook_secret or "",
            "GITHUB_API_URL": sandbox.url,
            "GITHUB_GRAPHQL_URL": sandbox.graphql_url,
            "PUBLIC_URL": url,
            "OPERATORS": "erin,@acme/infrastructure",
            "TDD_BOT_HOME": str(home),
            "POLL_SECONDS": "0.05",
            "SWEEP_SECONDS": "0",
            **changed,
        }
    )


@asynccontextmanager
async def staged(
    home: Path, *, before: Mapping[str, str] | None = None, **changed: str
) -> AsyncIterator[Stage]:
    """Start everything on free ports; ``before``: files on main that no pull request has brought."""
    async with described() as sandbox:
        scene = sandbox.seed_acme()
        if before:
            scene.person("erin").commit(scene.repository, "main", before)
        # The address has to be known before the server is made: people are led back to it.
        door = socket.create_server(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        scene.app.callback_urls.append(f"{url}/callback")
        async with running(settings_of(sandbox, scene, home, url, **changed)) as server:
            runner = web.AppRunner(server.web, access_log=None)
            await runner.setup()
            await web.SockSite(runner, door).start()
            scene.app.webhook_url = f"{url}{server.settings.webhook_path}"
            stage = Stage(sandbox, scene, server, url)
            try:
                yield stage
            finally:
                for one in stage.browsers:
                    await one.http.close()
                await runner.cleanup()
