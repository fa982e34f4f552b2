"""The composition root: the only place that joins adapters to ports."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

import aiohttp
import sqlalchemy as sa
import structlog
from aiohttp import web

from bot.builtin import template
from bot.core.model import App, Creation, File, Memory, PullRequestRef, Snapshot, Verdict
from bot.engine.digest import WeeklyDigest
from bot.engine.discovery import Discovery
from bot.engine.entrance import QUEUE
from bot.engine.feed import Feeder
from bot.engine.guard import GuardedGitHub
from bot.engine.housekeeping import Housekeeping
from bot.engine.jobs import Books, DbosJobs, Pace
from bot.engine.levels import queue_levels, unfinished_keys
from bot.engine.listing import Listing, NeverStartedError
from bot.engine.onboarding import EVERY as WELCOME_EVERY
from bot.engine.onboarding import ONBOARDING, Welcome
from bot.engine.pump import Outlet, Pump
from bot.engine.reconcile import Reconcile
from bot.engine.redelivery import KEPT, KEPT_BY_SERVER, Redelivery
from bot.engine.runs import Hands
from bot.engine.schedule import Chore, Schedule
from bot.engine.shares import Load
from bot.engine.shelving import SHELVES, Shelving
from bot.engine.sweep import SWEEP, Sweep
from bot.engine.thrift import Thrift
from bot.engine.waking import Waking
from bot.github import GitHubAccess, GitHubAdapter, GitHubPeople, SignInAccess, utc_now
from bot.ports import (
    UNMETERED,
    Backlog,
    Boards,
    Bulk,
    Cache,
    Calls,
    Deed,
    Deliveries,
    Estate,
    GitHub,
    Jobs,
    Journal,
    Levels,
    Meter,
    Onboarding,
    OutsideError,
    Pacing,
    Pauses,
    People,
    Reconciler,
    Shelves,
    StoreUnavailableError,
    UnavailableError,
    Unpaced,
)
from bot.settings import Settings
from bot.store.audit import DatabaseAudit
from bot.store.bulk import DatabaseBulk, bulk_level
from bot.store.cache import BriefCache, DatabaseCache
from bot.store.catalogue import DatabaseCatalogue
from bot.store.chores import DatabaseChores, chores_ended
from bot.store.database import Database
from bot.store.digests import DatabaseDigests
from bot.store.holdings import DatabaseHoldings
from bot.store.inbox import DatabaseInbox, inbox_level
from bot.store.journal import DatabaseJournal
from bot.store.newcomers import DatabaseNewcomers
from bot.store.pacing import DatabasePacing, DatabasePauses
from bot.store.records import DatabaseRecords
from bot.store.removal import Removal
from bot.store.runs import DatabaseExecutors, DatabaseGenerations, by_installation, living_executors
from bot.store.wakes import DatabaseWakes
from bot.web.app import Parts, create_app
from bot.web.metrics import Metrics, MetricsPage, release
from bot.web.traces import Traces, traces_to

if TYPE_CHECKING:
    from bot.web.pages.pages import PageParts

_log = structlog.get_logger(__name__)

_DIGEST: Final = timedelta(hours=1)
_WAKING: Final = timedelta(minutes=5)
DISCOVERY: Final = "discovery"
_DISCOVERY: Final = timedelta(hours=1)
_SHELVES: Final = timedelta(hours=1)
_HOUSEKEEPING: Final = timedelta(hours=1)
_PING_TIME: Final = 2
"""Seconds in which the database has to answer a question about readiness."""
_ASK_AGAIN: Final = (0.5, 1.0, 2.0, 5.0, 15.0, 60.0)
"""Seconds between attempts to learn this app's identity; the last one goes on."""


def _people(settings: Settings) -> People:
    access = SignInAccess(
        api_url=settings.api_url,
        graphql_url=settings.graphql_url,
        server_url=settings.server_url,
        client_id=settings.client_id or "",
        client_secret=settings.client_secret or "",
    )
    return GitHubPeople(aiohttp.ClientSession(), access, utc_now)


class RemoteGitHub(GitHub, Protocol):
    """The adapter: besides the port, it keeps tokens that events make invalid."""

    @property
    def deliveries(self) -> Deliveries:
        """The webhooks that GitHub has sent."""
        ...

    @property
    def boards(self) -> Boards:
        """Issues that this app keeps."""
        ...

    @property
    def onboarding(self) -> Onboarding:
        """The pull request that offers a first configuration."""
        ...

    @property
    def estate(self) -> Estate:
        """Where this app is installed, and what is open there."""
        ...

    @property
    def shelves(self) -> Shelves:
        """The designs of default branches."""
        ...

    async def announce(self, ref: PullRequestRef, reason: str) -> None:
        """Say on the pull request's check why it could not be judged."""
        ...

    async def forget_token(self, installation_id: int) -> None:
        """Drop an installation's token, in the end in every process."""
        ...


@dataclass(frozen=True, slots=True)
class Adapters:
    """What a test puts in the place of GitHub and of judging."""

    github: Callable[[Settings, Cache, Calls], RemoteGitHub]
    reconciler: Callable[[GitHub, Journal, Meter, Pacing], Reconciler]
    people: Callable[[Settings], People] = _people


class Role(StrEnum):
    """What one process does; all of them share one database."""

    ALL = "all"
    WEB = "web"
    """Receives webhooks and shows pages; somebody else judges."""
    WORKER = "worker"
    """Judges and looks after what no event tells; its HTTP side says how it is, and no more."""

    @property
    def receives(self) -> bool:
        """Whether webhooks and people come here."""
        return self is not Role.WORKER

    @property
    def judges(self) -> bool:
        """Whether jobs are taken here."""
        return self is not Role.WEB


@dataclass(slots=True)
class Running:
    """A server under way, without its socket."""

    settings: Settings
    web: web.Application
    jobs: Jobs
    github: GitHub
    journal: Journal
    state: "State"
    backlog: Backlog
    bulk: Bulk

    @property
    def app(self) -> App | None:
        """This app's identity, once GitHub has told it."""
        return self.state.app

    async def idle(self) -> bool:
        """Return whether everything that was accepted has been dealt with."""
        if await self.backlog.waiting(1) or any(level.due for level in await self.bulk.left()):
            return False
        return await self.jobs.at_rest()

    def drain(self) -> None:
        """Say from now on that no traffic should come here."""
        self.state.draining = True


@dataclass(slots=True)
class State:
    """What changes while a server runs."""

    app: App | None = None
    draining: bool = False


def _adapter(settings: Settings, cache: Cache, meter: Calls) -> GitHubAdapter:
    access = GitHubAccess(
        api_url=settings.api_url,
        graphql_url=settings.graphql_url,
        private_key=settings.private_key,
        template=template(),
        app_id=settings.app_id,
        client_id=settings.client_id,
        pages_url=settings.pages_url or "",
    )
    return GitHubAdapter(aiohttp.ClientSession(), access, cache, meter=meter)


REAL: Final = Adapters(_adapter, Reconcile)


@dataclass(frozen=True, slots=True)
class Look:
    """Reads pull requests as a server does. It has no way to write, to GitHub or to the database."""

    _github: GitHubAdapter
    _journal: DatabaseJournal | None

    @property
    def remembers(self) -> bool:
        """Whether a server's journal is there; without it a decision rests on GitHub alone."""
        return self._journal is not None

    async def find(self, owner: str, name: str, number: int) -> PullRequestRef:
        """Return the way to a pull request.

        Raises:
            GoneError: this app sees no such repository.
            OutsideError: as its kind says.
        """
        return await self._github.find(owner, name, number)

    async def read(self, ref: PullRequestRef, configuration: File | None = None) -> Snapshot:
        """Return everything a decision needs; ``configuration``: in the place of the repository's own.

        Raises:
            OutsideError: as its kind says.
        """
        memory = await self._journal.recall(ref) if self._journal else Memory()
        if configuration is None:
            snapshot = await self._github.read(ref, memory)
        else:
            snapshot = await self._github.rehearse(ref, memory, configuration)
        others: Mapping[int, Verdict | None] = dict.fromkeys(snapshot.others)
        if self._journal:
            head = snapshot.pull_request.head_sha
            others = await self._journal.verdicts(ref.repository_id, head, snapshot.others)
        return replace(snapshot, memory=replace(snapshot.memory, others=others))


@asynccontextmanager
async def looking(settings: Settings) -> AsyncIterator[Look]:
    """Build what only looks; at the end close everything.

    Raises:
        StoreUnavailableError: the server's database is there and cannot be opened.
        SchemaError: another release has made it.
    """
    async with AsyncExitStack() as stack:
        database = await Database.open_present(settings.database_url)
        if database is not None:
            stack.push_async_callback(database.close)
        # Nothing is kept: what a look has read must not pass for what a server has.
        github = _adapter(settings, BriefCache(), UNMETERED)
        stack.push_async_callback(github.close)
        yield Look(github, DatabaseJournal(database) if database else None)


@asynccontextmanager
async def running(
    settings: Settings, adapters: Adapters = REAL, role: Role = Role.ALL
) -> AsyncIterator[Running]:
    """Build and start a server; at the end drain it and close everything.

    GitHub need not answer: webhooks are accepted before this app's identity is known.

    Raises:
        StoreUnavailableError: the database cannot be opened.
        SchemaError: a newer release has been at the database.
    """
    async with AsyncExitStack() as stack:
        database = await Database.open(settings.database_url)
        stack.push_async_callback(database.close)
        cache, journal, state, metrics = (
            DatabaseCache(database),
            DatabaseJournal(database),
            State(),
            Metrics(traces=_traces(stack, settings)),
        )
        thrift = Thrift(metrics)
        github = adapters.github(settings, cache, thrift)
        stack.push_async_callback(github.close)
        news = asyncio.Event()
        inbox, bulk = DatabaseInbox(database, on_accepted=news.set), DatabaseBulk(database)
        jobs = _jobs(settings, database, github, journal, metrics, adapters)
        if role.judges:
            poll, slots = timedelta(seconds=settings.poll_seconds), settings.worker_slots
            load = partial(database.read, partial(read_load, slots=slots))
            outlet = Outlet(jobs.submit, load, partial(DatabaseChores(database).hasten, DISCOVERY), bulk)
            renew = partial(_renew, github, DatabasePauses(database), jobs)
            await jobs.start()
            stack.push_async_callback(jobs.stop, settings.drain)
            for hand in (
                Pump(inbox, outlet, journal, cache, renew, news, poll),
                Feeder(bulk, jobs.submit, lambda: jobs.bulk_running, slots, poll, thrift.scarce),
                _schedule(settings, database, github, bulk, metrics, jobs.executor_id),
            ):
                hand.start()
                stack.push_async_callback(hand.stop)
        asking = asyncio.create_task(_learn_identity(github, state))
        stack.push_async_callback(_end, asking)
        parts = Parts(
            inbox,
            settings.webhook_secrets,
            settings.webhook_path if role.receives else None,
            lambda: state.app,
            partial(_unready, database, jobs if role.judges else None, state),
            MetricsPage(metrics, partial(database.read, read_levels), settings.metrics_token),
            await _pages(stack, settings, database, metrics, adapters) if role.receives else None,
        )
        made = Running(settings, create_app(parts), jobs, github, journal, state, inbox, bulk)
        try:
            yield made
        finally:
            made.drain()


def _jobs(
    settings: Settings,
    database: Database,
    github: RemoteGitHub,
    journal: Journal,
    metrics: Metrics,
    adapters: Adapters,
) -> DbosJobs:
    executors = DatabaseExecutors(database)
    pacing = DatabasePacing(database) if settings.creation_limits else Unpaced()
    return DbosJobs(
        settings.database_url,
        Books(DatabaseGenerations(database), executors, DatabasePauses(database)),
        Hands(
            adapters.reconciler(GuardedGitHub(github, executors), journal, metrics, pacing),
            metrics,
            partial(_announce, github, journal),
        ),
        Pace(slots=settings.worker_slots, poll=timedelta(seconds=settings.poll_seconds)),
    )


async def _pages(
    stack: AsyncExitStack,
    settings: Settings,
    database: Database,
    metrics: Metrics,
    adapters: Adapters,
) -> "PageParts | None":
    """Return what the pages need; None where there are none, because nobody could reach or enter them."""
    if settings.pages_url is None:
        return None
    from bot.web.pages.health import Health, Limit, Upkeep  # noqa: PLC0415 - most servers have no pages
    from bot.web.pages.pages import PageParts  # noqa: PLC0415 - as above

    people = adapters.people(settings)
    stack.push_async_callback(people.close)
    chores = DatabaseChores(database)
    listing = Listing(settings.database_url, DatabaseGenerations(database))

    async def health() -> Health:
        said = metrics.allowances()
        limits = [Limit(number, one, datetime.fromtimestamp(at, UTC)) for number, one, at in said]
        return Health(
            levels=await database.read(read_levels),
            letters=await listing.dead_letters(),
            chores=await chores.states(),
            limits=limits,
            webhooks=metrics.answered(),
            pauses=await DatabasePauses(database).standing(),
        )

    return PageParts(
        public_url=settings.pages_url,
        records=DatabaseRecords(database),
        people=people,
        told=DatabaseCache(database),
        session_secrets=settings.session_secrets,
        operators=settings.operators,
        server_url=settings.server_url,
        upkeep=Upkeep(health, partial(_replay, database, listing)),
        meter=metrics,
    )


def _traces(stack: AsyncExitStack, settings: Settings) -> Traces | None:
    if settings.traces_url is None:
        return None
    traces = traces_to(settings.traces_url, release())
    # Sending what is left takes its time, and nothing else is left to do.
    stack.push_async_callback(asyncio.to_thread, traces.close)
    return traces


def _schedule(
    settings: Settings, database: Database, github: RemoteGitHub, bulk: Bulk, meter: Meter, holder: str
) -> Schedule:
    """Return what is looked after without an event; ``holder``: the executor that takes the turns."""
    kept = KEPT_BY_SERVER if settings.enterprise_server else KEPT
    removal = Removal(database)
    housekeeping = Housekeeping(partial(removal.expired, settings.audit_kept))
    chores = [Chore("housekeeping", _HOUSEKEEPING, housekeeping)]
    if settings.sweep:
        redelivery = Redelivery(github.deliveries, kept, meter)
        chores.append(Chore("redelivery", settings.sweep, redelivery, at_start=True))
        holdings = DatabaseHoldings(database, welcomes=settings.onboarding)
        sweep = Sweep(github.estate, holdings, bulk, meter)
        chores.append(Chore(SWEEP, settings.sweep, sweep, at_start=True))
        discovery = Discovery(
            github.estate, holdings, partial(_hasten, database, (SWEEP, SHELVES, ONBOARDING))
        )
        chores.append(Chore(DISCOVERY, _DISCOVERY, discovery, at_start=True))
        if settings.onboarding:
            chores.append(_welcome(settings, database, github))
        if settings.pages_url is not None:
            # Nobody else wants to know.
            shelving = Shelving(github.shelves, DatabaseCatalogue(database))
            chores.append(Chore(SHELVES, _SHELVES, shelving, at_start=True))
    chores.append(Chore("digest", _DIGEST, WeeklyDigest(DatabaseDigests(database), github.boards)))
    chores.append(Chore("waking", _WAKING, Waking(DatabaseWakes(database), bulk)))
    tick = timedelta(seconds=max(0.2, settings.poll_seconds * 10))
    return Schedule(DatabaseChores(database), chores, holder, tick, meter)


async def _replay(database: Database, listing: Listing, job_id: str, login: str) -> bool:
    """Have a dead letter judged again, as ``tdd-bot jobs replay`` does."""
    try:
        letter = await listing.find(job_id)
        await listing.replay(letter, DatabaseInbox(database))
    except (KeyError, NeverStartedError):
        return False
    await DatabaseAudit(database).record(str(letter.pull_request or ""), Deed("replay", letter.id, "", login))
    return True


def _welcome(settings: Settings, database: Database, github: RemoteGitHub) -> Chore:
    pacing = DatabasePacing(database)

    async def may_create(installation_id: int) -> bool:
        limited = settings.creation_limits
        return not limited or await pacing.one_more(installation_id, Creation.ONBOARDING)

    welcome = Welcome(
        DatabaseNewcomers(database), github.onboarding, may_create, DatabaseJournal(database).audit
    )
    return Chore(ONBOARDING, WELCOME_EVERY, welcome, at_start=True)


async def _hasten(database: Database, names: Sequence[str]) -> None:
    for name in names:
        await DatabaseChores(database).hasten(name)


def read_levels(connection: sa.Connection) -> Levels:
    """Count what waits in the inbox and in the queues, at one moment."""
    queues = queue_levels(connection)
    return Levels(
        inbox_level(connection),
        queues.waiting,
        queues.delayed,
        queues.running,
        queues.dead_letters,
        bulk_level(connection),
        chores_ended(connection),
    )


def read_load(connection: sa.Connection, slots: int) -> Load:
    """Read what is in the engine's queue, and how many slots there are; ``slots``: of each process."""
    processes = max(1, living_executors(connection))
    return Load(slots * processes, by_installation(connection, unfinished_keys(connection, QUEUE)))


async def _announce(github: RemoteGitHub, journal: Journal, ref: PullRequestRef, reason: str) -> None:
    await journal.audit(ref, [Deed("WriteCheck", f"could not be judged: {reason}", "")])
    await github.announce(ref, reason)


async def _renew(github: RemoteGitHub, pauses: Pauses, jobs: Jobs, installation_id: int) -> None:
    """Begin anew with an installation whose standing or permissions have changed."""
    await github.forget_token(installation_id)
    woken = await pauses.lift(installation_id)
    revived = await jobs.revive(installation_id)
    if woken or revived:
        _log.info("installation resumed", installation=installation_id, parked=woken, revived=revived)


async def _unready(database: Database, jobs: DbosJobs | None, state: State) -> str:
    if state.draining:
        return "this process is stopping"
    if jobs and not jobs.started:
        return "the engine does not run"
    try:
        async with asyncio.timeout(_PING_TIME):
            await database.ping()
    except TimeoutError:
        return f"the database has not answered for {_PING_TIME} seconds"
    except StoreUnavailableError as error:
        return str(error)
    return ""


async def _learn_identity(github: GitHub, state: State) -> None:
    """Ask GitHub who this app is until it says so. Nothing waits for it."""
    attempt = 0
    while state.app is None:
        try:
            state.app = await github.identify()
        except OutsideError as error:
            # A wrong key is asked with again as well: it may be mended at GitHub, and webhooks are accepted.
            log = _log.warning if isinstance(error, UnavailableError) else _log.error
            log("GitHub has not said who this app is", error=str(error))
        except Exception:  # noqa: BLE001 - whatever it is, the server does without
            _log.exception("GitHub has not said who this app is")
        else:
            _log.info("this app is known", slug=state.app.slug, app=state.app.id)
            return
        await asyncio.sleep(_ASK_AGAIN[min(attempt, len(_ASK_AGAIN) - 1)])
        attempt += 1


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
