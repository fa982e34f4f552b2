"""``tdd-bot audit``: what the app did and who made it, as rows for people or for programs."""

import json
import re
from datetime import UTC, datetime, timedelta

from bot.cli.console import show
from bot.cli.operating import RefusedError, operate
from bot.core.render.terminal import safe
from bot.ports import AuditEntry
from bot.store.audit import DatabaseAudit
from bot.store.database import Database

_AGO = re.compile(r"([1-9][0-9]{0,5})([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def run(since: str, place: str, *, as_lines: bool) -> int:
    """Print audit rows from a time on, oldest first."""

    async def work(database: Database, _: str) -> None:
        begin = moment(since, datetime.now(UTC))
        async for row in DatabaseAudit(database).rows(begin, place):
            show(_json(row) if as_lines else _text(row))

    return operate(work)


def moment(text: str, now: datetime) -> datetime:
    """Read a day, a time of ISO 8601 (UTC unless it says otherwise), or ``7d``, ``12h``, ``30m`` ago.

    Raises:
        RefusedError: it is none of these.
    """
    if match := _AGO.fullmatch(text):
        return now - timedelta(**{_UNITS[match[2]]: int(match[1])})
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise RefusedError(f"{text!r} is no time: 2026-11-24, 2026-11-24T08:00:00, 7d, 12h or 30m") from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _json(row: AuditEntry) -> str:
    deed = row.deed
    shown = {
        "id": row.id,
        "at": row.at.isoformat(),
        "place": row.place,
        "who": deed.who,
        "what": deed.what,
        "why": deed.why,
        "content": deed.content,
    }
    return json.dumps(shown, ensure_ascii=False) + "\n"


def _text(row: AuditEntry) -> str:
    deed = row.deed
    on = f" on {deed.content[:10]}" if deed.content else ""
    why = f": {deed.why}" if deed.why else ""
    return f"{row.at:%Y-%m-%d %H:%M:%S} {row.place}  {deed.who or 'tdd-bot'}  {safe(deed.what + on + why)}\n"
