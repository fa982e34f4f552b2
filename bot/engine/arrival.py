"""When the event arrived that a job follows; it goes with the job, to know the time to its verdict."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_arrival: ContextVar[float] = ContextVar("arrival", default=0.0)


@contextmanager
def arrived(at: float) -> Iterator[None]:
    """Say when the event arrived that everything inside follows: seconds since 1970; 0 where none did."""
    token = _arrival.set(at)
    try:
        yield
    finally:
        _arrival.reset(token)


def arrival() -> float:
    """Return when the event arrived that is being followed; 0 where none is."""
    return _arrival.get()


def since(at: float) -> float | None:
    """Return the seconds since an arrival; the clocks of two machines may differ, so never below 0."""
    return max(0.0, time.time() - at) if at else None
