"""Pull requests that changed without our hearing of it: listed by their time of update, and judged.

It costs one request for each twenty repositories, as long as no more of their pull requests have changed than
a page holds. A repository that is new is listed whole, and gets its checks and nothing else: that is the
backfill.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import structlog

from bot.core.render.safe import counted
from bot.engine.schedule import Turn
from bot.ports import UNMETERED, Bulk, Estate, Holdings, Look, Meter, OutsideError, Seen

_log = structlog.get_logger(__name__)

AT_ONCE: Final = 20
"""Repositories in one request."""
_PATIENCE: Final = 3
"""Failures one after the other with which a turn ends: then it is not one installation's fault."""
SWEEP, BACKFILL = "sweep", "backfill"
"""Reasons under which the pull requests wait in the bulk queue."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """The chore."""

    estate: Estate
    holdings: Holdings
    bulk: Bulk
    meter: Meter = UNMETERED
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def __call__(self, turn: Turn) -> None:
        """Sweep every repository once, or what a turn before this one has left.

        Raises:
            OutsideError: what was swept until then stays swept.
        """
        begun = _read(turn.cursor) or self.clock()
        swept = added = failures = 0
        while looks := await self.holdings.unswept(begun, AT_ONCE):
            try:
                pages = await self.estate.pulls(looks)
            except OutsideError as error:
                failures += 1
                _log.warning(
                    "repositories cannot be swept",
                    installation=looks[0].holding.installation_id,
                    reason=str(error),
                )
                if failures >= _PATIENCE:
                    raise
                pages = []
            else:
                failures = 0
            added += await self._add(pages)
            await self.holdings.swept(pages, begun)
            seen = [page.look for page in pages]
            await self.holdings.skipped([look for look in looks if look not in seen], begun)
            swept += sum(not page.following for page in pages)
            await turn.keep(begun.isoformat(), _told(swept, added))
        if added:
            _log.info("pull requests that no webhook told of", number=added, repositories=swept)
        await turn.keep("", _told(swept, added))

    async def _add(self, pages: Sequence[Seen]) -> int:
        added = 0
        missed = [
            # Of a backfill that is not through yet the next sweep must not make more than it is.
            (one.ref, _is_backfill(page.look) or one.older)
            for page in pages
            for one in await self.holdings.missed(page)
        ]
        for older in (True, False):
            refs = [ref for ref, is_older in missed if is_older is older]
            if refs:
                reason = BACKFILL if older else SWEEP
                await self.bulk.add(refs, reason, checks_only=older)
                self.meter.missed(reason, len(refs))
                added += len(refs)
        return added


def _told(swept: int, added: int) -> str:
    repositories = counted(swept, "repository", "repositories")
    return f"{repositories} swept, {counted(added, 'pull request')} to be judged"


def _is_backfill(look: Look) -> bool:
    return look.since is None


def _read(cursor: str) -> datetime | None:
    try:
        return datetime.fromisoformat(cursor)
    except ValueError:
        return None
