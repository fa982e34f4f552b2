"""What is counted, and the page on which Prometheus reads it.

The registry is this object's own: two servers in one process, as in tests, count apart.
"""

import asyncio
import hmac
import ipaddress
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Final

import structlog
from aiohttp import hdrs, web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import choose_encoder

from bot.core.model import Verdict
from bot.ports import Allowance, Call, Ending, Levels, Meter, StoreUnavailableError
from bot.web.gauges import Allowances, LevelGauges
from bot.web.traces import Traces

_log = structlog.get_logger(__name__)

_PATIENCE: Final = 3
"""Seconds the database has to say what waits; Prometheus itself gives up after ten."""
_QUICK: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
"""Seconds, for what is done while a sender waits."""
_SLOW: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200)
"""Seconds, for what is done in turns with GitHub."""
_PASSED_ON: Final = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
"""Headers of a request that came over a proxy: its sender is somewhere else."""


class Metrics(Meter):
    """All numbers of one server."""

    def __init__(self, clock: Callable[[], float] = time.time, traces: Traces | None = None) -> None:
        self._traces = traces
        self.registry = CollectorRegistry()
        self._webhooks = self._counter("webhooks", "Webhooks answered.", "event", "outcome")
        self._children: dict[tuple[str, str], tuple[Counter, Histogram]] = {}
        self._webhook_seconds = self._histogram(
            "webhook_seconds", "From the first byte of a webhook to its answer.", _QUICK, "event"
        )
        self._jobs = self._counter("jobs", "Runs that ended.", "queue", "ending")
        self._job_seconds = self._histogram(
            "job_seconds", "From the beginning of a run to its end.", _SLOW, "queue"
        )
        self._settled = self._histogram(
            "event_to_verdict_seconds",
            "From an event's arrival to the end of the run that judged it, failed attempts included.",
            _SLOW,
        )
        self._calls = self._counter(
            "github_requests", "Requests to GitHub; status 0: no answer.", "api", "status"
        )
        self._call_seconds = self._histogram(
            "github_request_seconds", "From a request to GitHub to the end of its answer.", _SLOW, "api"
        )
        self._verdicts = self._counter("verdicts", "Verdicts of finished runs.", "verdict")
        self._findings = self._counter("findings", "Findings of finished runs.", "rule")
        self._page_seconds = self._histogram(
            "page_seconds", "From a request for a page to its answer.", _QUICK, "page", "status"
        )
        self._chores = self._counter("chores", "Turns of scheduled work that ended.", "chore", "outcome")
        self._chore_seconds = self._histogram(
            "chore_seconds", "From the beginning of such a turn to its end.", _SLOW, "chore"
        )
        self._merged_past = self._counter(
            "merged_past_gate", "Pull requests that were merged although their check did not let them."
        )
        self._missed = self._counter(
            "missed_pull_requests", "Pull requests found that no webhook has told of.", "reason"
        )
        self._redelivered = self._counter(
            "redeliveries", "Failed webhooks that GitHub was asked to send again."
        )
        self._allowances, self._levels = Allowances(clock), LevelGauges(clock)
        self.registry.register(self._allowances)
        self.registry.register(self._levels)
        ProcessCollector(registry=self.registry)
        build = Gauge("tdd_bot_build", "Always 1.", ["version"], registry=self.registry)
        build.labels(release()).set(1)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"tdd_bot_{name}", text, labels, registry=self.registry)

    def _histogram(self, name: str, text: str, buckets: Sequence[float], *labels: str) -> Histogram:
        return Histogram(f"tdd_bot_{name}", text, labels, buckets=buckets, registry=self.registry)

    def webhook(self, event: str, outcome: str, seconds: float) -> None:
        """See ``ports.Meter``."""
        name = event or "unverified"
        # The children are kept: looking for them is most of what counting costs.
        known = self._children.get((name, outcome))
        if known is None:
            known = self._webhooks.labels(name, outcome), self._webhook_seconds.labels(name)
            self._children[name, outcome] = known
        count, duration = known
        count.inc()
        duration.observe(seconds)

    def call(self, call: Call) -> None:
        """See ``ports.Meter``."""
        if self._traces:
            self._traces.call(call)
        self._calls.labels(call.way.value, str(call.status)).inc()
        self._call_seconds.labels(call.way.value).observe(call.seconds)
        if call.installation_id is not None and call.allowance is not None:
            self._allowances.note(call.installation_id, call.allowance)

    def decided(self, verdict: Verdict, rules: Iterable[str]) -> None:
        """See ``ports.Meter``."""
        self._verdicts.labels(verdict.label).inc()
        for rule in rules:
            self._findings.labels(rule).inc()

    def job(self, queue: str, ending: Ending, seconds: float) -> None:
        """See ``ports.Meter``."""
        self._jobs.labels(queue, ending.value).inc()
        self._job_seconds.labels(queue).observe(seconds)

    def settled(self, seconds: float) -> None:
        """See ``ports.Meter``."""
        self._settled.observe(seconds)

    def shown(self, name: str, status: int, seconds: float) -> None:
        """See ``ports.Meter``."""
        self._page_seconds.labels(name, str(status)).observe(seconds)

    def chore(self, name: str, outcome: str, seconds: float) -> None:
        """See ``ports.Meter``."""
        self._chores.labels(name, outcome).inc()
        self._chore_seconds.labels(name).observe(seconds)

    def merged_past(self) -> None:
        """See ``ports.Meter``."""
        self._merged_past.inc()

    def missed(self, reason: str, number: int) -> None:
        """See ``ports.Meter``."""
        self._missed.labels(reason).inc(number)

    def span(self, name: str, **attributes: str | int | bool) -> AbstractContextManager[None]:
        """See ``ports.Meter``."""
        return self._traces.span(name, attributes) if self._traces else nullcontext()

    def redelivered(self, number: int) -> None:
        """See ``ports.Meter``."""
        self._redelivered.inc(number)

    def answered(self) -> Mapping[tuple[str, str], int]:
        """Return how many webhooks were answered, by event and outcome."""
        samples = [one for family in self._webhooks.collect() for one in family.samples]
        return {
            (one.labels["event"], one.labels["outcome"]): int(one.value)
            for one in samples
            if one.name.endswith("_total")
        }

    def allowances(self) -> Sequence[tuple[int, Allowance, float]]:
        """Return what GitHub last said of each installation's limits, and when (seconds since 1970)."""
        return self._allowances.present()

    def page(self, accept: str, levels: Levels | None) -> tuple[bytes, str]:
        """Return the page and its content type; without levels, the database does not answer."""
        self._levels.levels = levels
        encode, content_type = choose_encoder(accept)
        return encode(self.registry), content_type


@dataclass(frozen=True, slots=True)
class MetricsPage:
    """``GET /metrics``."""

    metrics: Metrics
    levels: Callable[[], Awaitable[Levels]]
    token: str | None = field(repr=False)
    """None: only this machine may look."""

    async def handle(self, request: web.Request) -> web.Response:
        """Show the numbers to whoever may see them."""
        if self.token is not None:
            if not _bears(request, self.token):
                return web.Response(
                    status=401,
                    text="METRICS_TOKEN is set: send it as `Authorization: Bearer TOKEN`.",
                    headers={hdrs.WWW_AUTHENTICATE: "Bearer"},
                )
        elif not _local(request):
            return web.Response(
                status=403, text="Only this machine itself may look, unless METRICS_TOKEN is set."
            )
        body, content_type = self.metrics.page(request.headers.get(hdrs.ACCEPT, ""), await self._levels())
        return web.Response(body=body, headers={hdrs.CONTENT_TYPE: content_type})

    async def _levels(self) -> Levels | None:
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self.levels()
        except (TimeoutError, StoreUnavailableError) as error:
            _log.warning("what waits cannot be counted", reason=str(error))
            return None


def release() -> str:
    """Return which release this is, for metrics and traces."""
    try:
        return version("tdd-bot")
    except PackageNotFoundError:
        return "unknown"


def _bears(request: web.Request, token: str) -> bool:
    """Compare in constant time, so that the token cannot be found letter by letter."""
    given = request.headers.get(hdrs.AUTHORIZATION, "")
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), f"Bearer {token}".encode())


def _local(request: web.Request) -> bool:
    """Tell whether the sender is on this machine, by its connection: headers can say anything.

    One that a proxy on this machine has passed on is not.
    """
    if any(name in request.headers for name in _PASSED_ON):
        return False
    peer = request.transport.get_extra_info("peername") if request.transport else None
    if not isinstance(peer, tuple) or not peer:
        return False
    try:
        address = ipaddress.ip_address(peer[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback
