"""The server: its parts put together, started, drained."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Final

import structlog
from aiohttp import web

from bot.core.model import App, PullRequestRef
from bot.engine.feed import Feeder
from bot.engine.guard import GuardedGitHub
from bot.engine.jobs import Books, DbosJobs, Pace
from bot.engine.pump import Outlet, Pump
from bot.engine.runs import Hands
from bot.engine.thrift import Thrift
from bot.ports import (
    Backlog,
    Bulk,
    Deed,
    GitHub,
    Jobs,
    Journal,
    OutsideError,
    Pauses,
    StoreUnavailableError,
    UnavailableError,
    Unpaced,
)
from bot.settings import Settings
from bot.store.bulk import DatabaseBulk
from bot.store.cache import DatabaseCache
from bot.store.chores import DatabaseChores
from bot.store.database import Database
from bot.store.inbox import DatabaseInbox
from bot.store.journal import DatabaseJournal
from bot.store.pacing import DatabasePacing, DatabasePauses
from bot.store.runs import DatabaseExecutors, DatabaseGenerations
from bot.web.app import Parts, create_app
from bot.web.metrics import Metrics, MetricsPage, release
from bot.web.traces import Traces, traces_to
from bot.wiring.adapters import REAL, Adapters
from bot.wiring.github import RemoteGitHub
from bot.wiring.levels import read_levels, read_load
from bot.wiring.upkeep import DISCOVERY, schedule

if TYPE_CHECKING:
    from bot.web.pages.pages import PageParts

_log = structlog.get_logger(__name__)

_PING_TIME: Final = 2
"""Seconds in which the database has to answer a question about readiness."""
_ASK_AGAIN: Final = (0.5, 1.0, 2.0, 5.0, 15.0, 60.0)
"""Seconds between attempts to learn this app's identity; the last one goes on."""


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
                schedule(settings, database, github, bulk, metrics, jobs.executor_id),
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
            _pages(stack, settings, database, metrics, adapters) if role.receives else None,
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


def _pages(
    stack: AsyncExitStack, settings: Settings, database: Database, metrics: Metrics, adapters: Adapters
) -> "PageParts | None":
    """Return what the pages need; None where there are none, because nobody could reach or enter them."""
    if settings.pages_url is None:
        return None
    from bot.wiring.pages import page_parts  # noqa: PLC0415 - most servers have no pages

    return page_parts(stack, settings, settings.pages_url, database, metrics, adapters)


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


def _traces(stack: AsyncExitStack, settings: Settings) -> Traces | None:
    if settings.traces_url is None:
        return None
    traces = traces_to(settings.traces_url, release())
    # Sending what is left takes its time, and nothing else is left to do.
    stack.push_async_callback(asyncio.to_thread, traces.close)
    return traces


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
