"""``python bench/accept.py``: how many webhooks a second are accepted durably, and how soon each is answered.

The real web application and inbox on the embedded database, without workers, beside a handler of the same
library that only verifies and parses: in one run, each burst of the one next to one of the other. At the end
the server is killed with -9 and its rows are counted: there must be one for each 202.

With ``--postgresql`` the inbox is in a PostgreSQL that is started for it and syncs to the disk, or in the
empty database whose address is given. One on the same machine takes its share of the cores.

``--case`` and ``--connections`` measure fewer cases, as often as they are given.

The ratio is that of the two rates (and of the rounds apart); "by CPU" is that of the processor time which one
webhook takes each server, which other programs on the machine change less. "Rows each" is how many rows one
commit has had: webhooks that arrive together share one, and a server that has to wait for the processor or
the disk shares them otherwise than one at rest. Where the sender is busy all the
time, it is the limit, and the ratio of the rates flatters the slower server.

Exit codes: 0 measured; 1 something is wrong (a webhook lost, an answer other than 202 and 204).
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Final

import orjson
import sqlalchemy as sa

# The repository's root instead of this folder: a library that imports `requests` must not find ours.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.parts.conditions import ROOT, describe, describe_machine, quantile
from bench.parts.payload import SIZE, Case, write_payloads
from bench.parts.server import HOOK, USED, Kind
from bot.store.database import Database
from bot.store.tables import inbox
from tests.store.databases import new_postgresql_database, new_sqlite_database, running_postgresql

CONNECTIONS: Final = (1, 8, 64)
_WARM_UP: Final = 0.5
"""Seconds of a first burst that is not shown: imports, caches, the growth of the database's file."""
_PATIENCE: Final = 60
"""Seconds for a process to do what takes it one."""
_HEADER: Final = (
    f"{'webhooks':<12} {'connections':>11}  {'server':<6} {'/s':>6} {'p50 ms':>8} {'p99 ms':>8} "
    f"{'CPU ms each':>12} {'sender busy':>12} {'rows each':>9}  {'by CPU':>6}  ratio"
)


@dataclass(frozen=True, slots=True)
class Used:
    """What a server has used since it was started."""

    cpu: float
    """Seconds of processor time."""
    commits: int
    rows: int


@dataclass(frozen=True, slots=True)
class Server:
    """One server under way in a process of its own."""

    kind: Kind
    process: subprocess.Popen[bytes]
    url: str

    def used(self) -> Used:
        """Ask it what it has used."""
        with urllib.request.urlopen(self.url + USED, timeout=_PATIENCE) as answer:  # noqa: S310 - our own server
            return Used(**orjson.loads(answer.read()))


@dataclass(slots=True)
class Figures:
    """What the bursts of one kind have shown together."""

    seconds: float = 0.0
    sender: float = 0.0
    cpu: float = 0.0
    commits: int = 0
    rows: int = 0
    latencies: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Webhooks a second."""
        return len(self.latencies) / self.seconds

    @property
    def cost(self) -> float:
        """Milliseconds of processor time that one webhook takes the server."""
        return self.cpu / max(1, len(self.latencies)) * 1000

    def _group(self) -> str:
        return f"{self.rows / self.commits:.1f}" if self.commits else ""

    def line(self) -> str:
        """Return the columns from the rate on."""
        return (
            f"{self.rate:>6.0f} {quantile(self.latencies, 0.5):>8.2f} {quantile(self.latencies, 0.99):>8.2f} "
            f"{self.cost:>12.3f} {self.sender / self.seconds:>12.0%} {self._group():>9}"
        )


@dataclass(slots=True)
class Bench:
    """One run over all cases."""

    home: Path
    seconds: float
    rounds: int
    servers: dict[Kind, Server]
    answers: Counter[tuple[Kind, int]] = field(default_factory=Counter)
    number: int = 1
    """Of the next pull request: none is named twice in the whole run."""

    def burst(self, kind: Kind, case: Case, connections: int, seconds: float, into: Figures) -> None:
        """Let the sender, a process of its own, send one burst."""
        server = self.servers[kind]
        before = server.used()
        told = [
            server.url + HOOK,
            str(self.home),
            case.value,
            str(connections),
            str(seconds),
            str(self.number),
        ]
        done = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "bench.parts.load", *told],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            check=True,
            timeout=seconds + _PATIENCE,
        )
        seen = orjson.loads(done.stdout)
        if not seen["latencies"]:
            raise SystemExit(f"WRONG: {kind.value} accepted nothing, its answers were {seen['answers']}")
        after = server.used()
        into.cpu += after.cpu - before.cpu
        into.commits += after.commits - before.commits
        into.rows += after.rows - before.rows
        into.seconds += seen["seconds"]
        into.sender += seen["cpu"]
        into.latencies += seen["latencies"]
        into.rates.append(len(seen["latencies"]) / seen["seconds"])
        for status, count in seen["answers"].items():
            self.answers[kind, int(status)] += count
            self.number += count

    def compare(self, case: Case, connections: int) -> None:
        """Measure both servers, one burst beside the other, and print their lines."""
        figures = {kind: Figures() for kind in Kind}
        order = list(Kind)
        for _ in range(self.rounds):
            order.reverse()
            for kind in order:
                self.burst(kind, case, connections, self.seconds, figures[kind])
        bare, bot = figures[Kind.BARE], figures[Kind.BOT]
        apart = [one / other for one, other in zip(bot.rates, bare.rates, strict=True)]
        span = f" ({min(apart):.2f} to {max(apart):.2f})" if self.rounds > 1 else ""
        ratios = f"  {bare.cost / bot.cost:>6.2f}  {bot.rate / bare.rate:.2f}{span}"
        for kind, shown in ((Kind.BARE, ""), (Kind.BOT, ratios)):
            print(
                f"{case.value:<12} {connections:>11}  {kind.value:<6} {figures[kind].line()}{shown}",
                flush=True,
            )


def faults(answers: Counter[tuple[Kind, int]], rows: int, deliveries: int) -> Iterator[str]:
    """Say what is wrong; a slow machine is not."""
    accepted = answers[Kind.BOT, 202]
    for (kind, status), count in sorted(answers.items()):
        if status not in {202, 204}:
            yield f"{kind.value} answered {count} webhooks with {status or 'nothing'}"
    if not accepted:
        yield "no webhook was accepted"
    if not rows == deliveries == accepted:
        yield f"{accepted} webhooks were accepted, but {rows} rows of {deliveries} deliveries are there"


@contextmanager
def started(kind: Kind, home: Path, database: str) -> Iterator[Server]:
    """Start a server; at the end kill it with -9."""
    command = [sys.executable, "-m", "bench.parts.server", kind.value, database]
    with (home / f"{kind.value}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log)  # noqa: S603 - our own module
        try:
            assert process.stdout is not None
            port = process.stdout.readline().decode().strip()
            if not port:
                raise SystemExit(f"the server {kind.value} did not start:\n{(home / log.name).read_text()}")
            yield Server(kind, process, f"http://127.0.0.1:{port}")
        finally:
            process.kill()
            process.communicate()


async def counted(address: str) -> tuple[int, int]:
    """Return how many rows the inbox has, and of how many deliveries they are."""
    both = sa.select(sa.func.count(), sa.func.count(sa.distinct(inbox.c.delivery))).select_from(inbox)
    database = await Database.open(address)
    rows, deliveries = await database.read(lambda connection: connection.execute(both).one())
    await database.close()
    return rows, deliveries


async def described(address: str) -> str:
    """Return what a PostgreSQL is and what it promises, as one line of the conditions."""
    asked = ("server_version", "fsync", "synchronous_commit")
    database = await Database.open(address)
    settings = sa.select(*(sa.func.current_setting(name) for name in asked))
    version, *rest = await database.read(lambda connection: connection.execute(settings).one())
    await database.close()
    said = ", ".join(f"{name}={value}" for name, value in zip(asked[1:], rest, strict=True))
    return f"database  PostgreSQL {version}, {said}\n"


@contextmanager
def opened(home: Path, postgresql: str | None) -> Iterator[str]:
    """Give the address of the database; ``postgresql``: where, empty for one of its own, None for SQLite."""
    if postgresql is None:
        yield new_sqlite_database(home)
    elif postgresql:
        yield postgresql
    else:
        with running_postgresql(durable=True) as socket:
            yield new_postgresql_database(socket)


def measure(
    home: Path,
    database: str,
    seconds: float,
    rounds: int,
    cases: Sequence[tuple[Case, int]],
) -> Bench:
    """Measure each case with its number of connections, printing as they come."""
    asyncio.run(write_payloads(home))
    with ExitStack() as stack:
        servers = {kind: stack.enter_context(started(kind, home, database)) for kind in Kind}
        bench = Bench(home, seconds, rounds, servers)
        for kind in Kind:
            bench.burst(kind, Case.DISTINCT, 8, _WARM_UP, Figures())
        print(_HEADER)
        for case, connections in cases:
            bench.compare(case, connections)
    return bench


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, measure, judge."""
    parser = argparse.ArgumentParser(prog="bench/accept.py", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each burst (default 5)")
    parser.add_argument("--rounds", type=int, default=2, help="bursts of each kind (default 2)")
    parser.add_argument("--case", type=Case, action="append", help="only this one: " + ", ".join(Case))
    parser.add_argument("--connections", type=int, action="append", help="only so many (default 1, 8, 64)")
    parser.add_argument(
        "--postgresql",
        nargs="?",
        const="",
        metavar="URL",
        help="there instead of SQLite: an empty database, or without URL one started for it",
    )
    given = parser.parse_args(arguments)
    told = {"body_bytes": SIZE, "seconds": given.seconds, "rounds": given.rounds, "seed": "none"}
    with (
        tempfile.TemporaryDirectory(prefix="tdd-bot-bench-") as folder,
        opened(Path(folder), given.postgresql) as database,
    ):
        home = Path(folder)
        if given.postgresql is None:
            print(describe(home, **told))
        else:
            print(describe_machine(**told) + asyncio.run(described(database)))
        cases = list(product(given.case or Case, given.connections or CONNECTIONS))
        bench = measure(home, database, given.seconds, given.rounds, cases)
        rows, deliveries = asyncio.run(counted(database))
    accepted = bench.answers[Kind.BOT, 202]
    print(f"\nAfter kill -9: {accepted} webhooks were answered 202, {rows} rows are in the inbox.")
    wrong = list(faults(bench.answers, rows, deliveries))
    for fault in wrong:
        print(f"WRONG: {fault}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
