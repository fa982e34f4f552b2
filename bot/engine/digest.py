"""Every Monday the repositories that want it have one issue that lists what waits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import structlog

from bot.core.render.digest import DIGEST_TITLE, Stuck, render_digest
from bot.engine.schedule import Turn
from bot.ports import Boards, Digest, Digests, OutsideError

_log = structlog.get_logger(__name__)

_MORNING: Final = timedelta(hours=6)
"""Of Monday, UTC."""


@dataclass(frozen=True, slots=True)
class WeeklyDigest:
    """The chore."""

    digests: Digests
    boards: Boards
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def __call__(self, turn: Turn) -> None:
        """Write every overview that is older than this week's Monday.

        One that cannot be written is logged and waits for the next week: a missing permission, say.
        """
        now = self.clock()
        written = failed = 0
        for one in await self.digests.due(monday(now)):
            try:
                issue = await self._write(one, now)
            except OutsideError as error:
                failed += 1
                _log.warning("digest cannot be written", place=one.place, reason=str(error))
                issue = one.issue
            else:
                written += 1
            await self.digests.written(one.holding.repository_id, issue, now)
            await turn.keep("", f"{written} written, {failed} failed")

    async def _write(self, one: Digest, now: datetime) -> int | None:
        stuck = await self.digests.stuck(one.holding.repository_id, now - timedelta(days=one.days))
        if not stuck and one.issue is None:
            # Nothing to tell yet: no issue is opened to say so.
            return None
        body = render_digest(_rows(stuck), now.date())
        return await self.boards.write(one.holding, one.issue, DIGEST_TITLE, body)


def monday(now: datetime) -> datetime:
    """Return the last Monday morning that has been."""
    day = (now - _MORNING).date()
    begin: date = day - timedelta(days=day.weekday())
    return datetime(begin.year, begin.month, begin.day, tzinfo=UTC) + _MORNING


def _rows(stuck: Sequence[Stuck]) -> Sequence[Stuck]:
    return sorted(stuck, key=lambda one: (one.since, one.number, one.path))
