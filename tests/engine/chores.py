"""``ports.Chores`` in memory, for the work of single chores and for the schedule's own tests."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.ports import ChoreState


@dataclass
class OneChore:
    """Always due, never lost unless a test says so."""

    cursor: str = ""
    note: str = ""
    lost: bool = False
    ready: set[str] = field(default_factory=set)
    renewed: list[str] = field(default_factory=list)
    hastened: list[str] = field(default_factory=list)
    finished: list[tuple[str, timedelta, str]] = field(default_factory=list)

    async def enroll(self, names: Sequence[str]) -> None:
        self.ready |= set(names)

    async def due(self) -> Sequence[str]:
        return sorted(self.ready)

    async def claim(self, name: str, holder: str, patience: timedelta) -> str | None:
        assert holder
        assert patience
        if name not in self.ready:
            return None
        self.ready.discard(name)
        return self.cursor

    async def keep(self, name: str, holder: str, cursor: str, note: str, patience: timedelta) -> bool:
        assert name
        assert holder
        assert patience
        if self.lost:
            return False
        self.cursor, self.note = cursor, note
        return True

    async def renew(self, name: str, holder: str, patience: timedelta) -> bool:
        assert name
        assert holder
        assert patience
        self.renewed.append(name)
        return not self.lost

    async def finish(self, name: str, holder: str, again: timedelta, note: str = "") -> None:
        assert holder
        self.finished.append((name, again, note))

    async def hasten(self, name: str) -> None:
        self.hastened.append(name)

    async def states(self) -> Sequence[ChoreState]:
        now = datetime.now(UTC)
        return [ChoreState(name, now, held=False, note=self.note, ended=None) for name in sorted(self.ready)]
