"""What the engine needs from the outside, and how that can fail. Adapters implement it; wiring joins them."""

from bot.ports.errors import (
    CredentialsError,
    DeniedError,
    GoneError,
    OutsideError,
    StoreUnavailableError,
    UnavailableError,
)
from bot.ports.metering import (
    UNMETERED,
    Allowance,
    Call,
    Ending,
    Level,
    Levels,
    Meter,
    Way,
)
from bot.ports.outside import (
    Cache,
    GitHub,
    Journal,
)
from bot.ports.upkeep import (
    Chores,
    ChoreState,
    Deliveries,
    Delivery,
)
from bot.ports.work import (
    Accepted,
    Backlog,
    DeadLetter,
    Executor,
    Executors,
    Generations,
    Inbox,
    Jobs,
    Reconciler,
)

__all__ = [
    "UNMETERED",
    "Accepted",
    "Allowance",
    "Backlog",
    "Cache",
    "Call",
    "ChoreState",
    "Chores",
    "CredentialsError",
    "DeadLetter",
    "Deliveries",
    "Delivery",
    "DeniedError",
    "Ending",
    "Executor",
    "Executors",
    "Generations",
    "GitHub",
    "GoneError",
    "Inbox",
    "Jobs",
    "Journal",
    "Level",
    "Levels",
    "Meter",
    "OutsideError",
    "Reconciler",
    "StoreUnavailableError",
    "UnavailableError",
    "Way",
]
