"""A clock that goes where a test sets it."""

NOW = 1_000_000.0
"""Where it begins, in seconds since 1970."""


class SetClock:
    """Says the time in seconds, as ``time.time`` does."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now
