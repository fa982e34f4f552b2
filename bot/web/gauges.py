"""Numbers that are not added up but looked at when Prometheus asks."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from cachetools import LRUCache
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.ports import Allowance, Level, Levels

_FORGET: Final = 3_600
"""Seconds after which what GitHub said of a limit is no longer true: it begins anew every hour."""
_MOST_ALLOWANCES: Final = 10_000


class Allowances(Collector):
    """What GitHub last said of each installation's limits, for as long as it is true."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._said: LRUCache[tuple[int, str], tuple[float, Allowance]] = LRUCache(_MOST_ALLOWANCES)

    def note(self, installation_id: int, allowance: Allowance) -> None:
        """Keep what was said last."""
        self._said[installation_id, allowance.resource] = (self._clock(), allowance)

    def present(self) -> Sequence[tuple[int, Allowance, float]]:
        """Return installation, allowance and when it was said, as far as it is still true."""
        now = self._clock()
        said = list(self._said.items())
        return [(key[0], allowance, at) for key, (at, allowance) in said if now - at < _FORGET]

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """See ``prometheus_client.registry.Collector``."""
        names = ["installation", "resource"]
        limits = GaugeMetricFamily(
            "tdd_bot_github_rate_limit", "Requests or points an hour that GitHub allows.", labels=names
        )
        left = GaugeMetricFamily(
            "tdd_bot_github_rate_limit_remaining", "What is left of it, as GitHub last said.", labels=names
        )
        for installation_id, allowance, _ in self.present():
            labels = [str(installation_id), allowance.resource]
            limits.add_metric(labels, allowance.limit)
            left.add_metric(labels, allowance.remaining)
        return limits, left


class LevelGauges(Collector):
    """What waits, over all processes on one database: each of them shows the same."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.levels: Levels | None = None
        """None: the database does not answer, so there is nothing to show."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """See ``prometheus_client.registry.Collector``."""
        yield GaugeMetricFamily(
            "tdd_bot_database_up", "Whether the database answers.", value=float(self.levels is not None)
        )
        inbox = GaugeMetricFamily("tdd_bot_inbox_jobs", "Accepted and not in a queue yet.")
        inbox_age = GaugeMetricFamily("tdd_bot_inbox_oldest_seconds", "How long the first of them is there.")
        dead = GaugeMetricFamily("tdd_bot_dead_letters", "Jobs given up and not replayed yet.")
        workers = GaugeMetricFamily("tdd_bot_workers", "Processes that judge, and live.")
        paused = GaugeMetricFamily("tdd_bot_paused_installations", "Asked nothing until GitHub's limit ends.")
        failing = GaugeMetricFamily(
            "tdd_bot_failing_pull_requests", "Tried again after five failures in a row or more."
        )
        names = ["queue", "state"]
        jobs = GaugeMetricFamily("tdd_bot_queue_jobs", "Jobs that wait, are put off or run.", labels=names)
        age = GaugeMetricFamily(
            "tdd_bot_queue_oldest_seconds", "How long the first of them waits or runs.", labels=names
        )
        bulk = GaugeMetricFamily("tdd_bot_bulk_jobs", "Pull requests that can wait.", labels=["reason"])
        ended = GaugeMetricFamily(
            "tdd_bot_chore_ended_timestamp_seconds", "When the last turn ended.", labels=["chore"]
        )
        if (levels := self.levels) is not None:
            for reason, number in levels.bulk.items():
                bulk.add_metric([reason], number)
            for chore, at in levels.chores.items():
                ended.add_metric([chore], at.timestamp())
            inbox.add_metric([], levels.inbox.number)
            inbox_age.add_metric([], self._age(levels.inbox))
            dead.add_metric([], levels.dead_letters)
            workers.add_metric([], levels.workers)
            paused.add_metric([], levels.paused)
            failing.add_metric([], levels.failing)
            for state, by_queue in _states(levels).items():
                for queue, level in by_queue.items():
                    jobs.add_metric([queue, state], level.number)
                    age.add_metric([queue, state], self._age(level))
        yield from (inbox, inbox_age, dead, workers, paused, failing, jobs, age, bulk, ended)

    def _age(self, level: Level) -> float:
        return max(0.0, self._clock() - level.oldest.timestamp()) if level.oldest else 0.0


def _states(levels: Levels) -> Mapping[str, Mapping[str, Level]]:
    return {"waiting": levels.waiting, "delayed": levels.delayed, "running": levels.running}
