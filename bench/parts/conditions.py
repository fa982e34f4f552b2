"""What a figure depends on, printed beside it; and how many values become one figure."""

import math
import os
import platform
import sqlite3
import statistics
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
"""The repository's root, where processes are started."""
_FSYNCS: Final = 100
_PAGE: Final = bytes(4096)
_THOUSANDTH: Final = 1000


def describe(home: Path, **more: object) -> str:
    """Return the conditions of a run, one a line.

    Args:
        home: Where the database's file is; what one fsync costs there is measured.
        more: What this run was told: n, seed, seconds.
    """
    return (
        f"{_machine()}\n"
        f"software  Python {platform.python_version()}, aiohttp {version('aiohttp')}, asyncio's own loop\n"
        f"database  SQLite {sqlite3.sqlite_version}, WAL, synchronous=FULL; one fsync here takes "
        f"{_fsync(home) * _THOUSANDTH:.2f} ms\n"
        f"{_run(more)}\n"
    )


def describe_machine(**more: object) -> str:
    """Return the conditions of a run without a server or a database, one a line."""
    return f"{_machine()}\nsoftware  Python {platform.python_version()}\n{_run(more)}\n"


def _machine() -> str:
    kind = f"{platform.system()} {platform.machine()}"
    return f"machine   {os.cpu_count()} cores, {kind}, load {_load()} before"


def _run(more: Mapping[str, object]) -> str:
    told = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in more.items())
    return f"run       {told}"


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that this share of all values does not exceed; 0 where there is none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]


def _load() -> str:
    try:
        return f"{os.getloadavg()[0]:.1f}"
    except OSError:
        return "unknown"


def _fsync(home: Path) -> float:
    """Return the median of seconds that a page takes to reach the disk."""
    taken = []
    path = home / "fsync"
    with path.open("wb", buffering=0) as file:
        for _ in range(_FSYNCS):
            file.write(_PAGE)
            began = time.perf_counter()
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - began)
    path.unlink()
    return statistics.median(taken)
