"""``tdd-bot jobs``: what waits, runs and was given up; ``show`` and ``replay`` for single ones."""

import json
from collections.abc import Mapping, Sequence

from bot.cli.console import show, tell
from bot.cli.operating import RefusedError, operate, operator, table
from bot.core.render.terminal import safe
from bot.engine.listing import Listing, NeverStartedError
from bot.ports import BulkLevel, ChoreState, Deed, JobState, Pause
from bot.store.audit import DatabaseAudit
from bot.store.bulk import DatabaseBulk
from bot.store.chores import DatabaseChores
from bot.store.database import Database
from bot.store.inbox import DatabaseInbox
from bot.store.pacing import NEVER, DatabasePauses
from bot.store.runs import DatabaseGenerations

DEAD = "dead"
_ERROR_SHOWN = 60
"""Characters of a reason in the list; ``show`` has all of it."""


def list_jobs(states: Sequence[str], *, as_json: bool) -> int:
    """Print what is not done, who is asked nothing until when, and how far the scheduled work is."""

    async def work(database: Database, url: str) -> None:
        jobs = await _jobs(Listing(url, DatabaseGenerations(database)), states)
        chores = await DatabaseChores(database).states()
        left = await DatabaseBulk(database).left()
        pauses = await DatabasePauses(database).standing()
        if as_json:
            plain = {
                "jobs": [_plain(one) for one in jobs],
                "bulk": [_bulk(one) for one in left],
                "pauses": [_pause(one, pause) for one, pause in sorted(pauses.items())],
                "chores": [_chore(one) for one in chores],
            }
            show(json.dumps(plain) + "\n")
        else:
            show(_as_text(jobs, left, pauses, chores))

    return operate(work)


def show_job(job_id: str) -> int:
    """Print one job whole."""

    async def work(database: Database, url: str) -> None:
        job = await _one(Listing(url, DatabaseGenerations(database)), job_id)
        show(
            "".join(f"{name.replace('_', ' ')}: {safe(str(value))}\n" for name, value in _plain(job).items())
        )

    return operate(work)


def replay(ids: Sequence[str], *, everything: bool) -> int:
    """Have dead letters judged again."""

    async def work(database: Database, url: str) -> None:
        listing = Listing(url, DatabaseGenerations(database))
        letters = await _jobs(listing, [DEAD]) if everything else [await _one(listing, one) for one in ids]
        inbox, audit = DatabaseInbox(database), DatabaseAudit(database)
        for letter in letters:
            await audit.record(str(letter.pull_request or ""), Deed("replay", letter.id, "", operator()))
            try:
                await listing.replay(letter, inbox)
            except KeyError:
                raise RefusedError(f"{letter.id} is no dead letter that could be replayed") from None
            tell(f"{letter.pull_request} will be judged again")
        if not letters:
            tell("there are no dead letters")

    return operate(work)


async def _jobs(listing: Listing, states: Sequence[str]) -> Sequence[JobState]:
    try:
        return await listing.states(states)
    except NeverStartedError:
        return ()


async def _one(listing: Listing, job_id: str) -> JobState:
    try:
        return await listing.find(job_id)
    except KeyError:
        raise RefusedError(f"there is no unfinished or dead job {job_id}: see tdd-bot jobs") from None
    except NeverStartedError as error:
        raise RefusedError(str(error)) from None


def _as_text(
    jobs: Sequence[JobState],
    left: Sequence[BulkLevel],
    pauses: Mapping[int, Pause],
    chores: Sequence[ChoreState],
) -> str:
    rows = [
        (
            one.id,
            one.state,
            str(one.pull_request or "unknown"),
            f"{one.since:%Y-%m-%d %H:%M:%S}",
            str(one.attempt),
            safe(one.error[:_ERROR_SHOWN]),
        )
        for one in jobs
    ]
    heads = ("JOB", "STATE", "PULL REQUEST", "SINCE (UTC)", "ATTEMPT", "WHY")
    text = table(heads, rows) if rows else "Nothing waits, runs or was given up.\n"
    if left:
        text += "\n" + table(
            ("CAN WAIT", "INSTALLATION", "PULL REQUESTS", "DUE"),
            [(one.reason, str(one.installation_id), str(one.number), str(one.due)) for one in left],
        )
    if pauses:
        text += "\n" + table(
            ("PAUSED INSTALLATION", "UNTIL (UTC)", "WHY"),
            [
                (
                    str(one),
                    "it is resumed" if pause.until >= NEVER else f"{pause.until:%Y-%m-%d %H:%M:%S}",
                    safe(pause.reason[:_ERROR_SHOWN]),
                )
                for one, pause in sorted(pauses.items())
            ],
        )
    if chores:
        text += "\n" + table(
            ("SCHEDULED", "STATE", "LAST ENDED (UTC)", "PROGRESS"),
            [
                (
                    one.name,
                    "running" if one.held else "resting",
                    f"{one.ended:%Y-%m-%d %H:%M:%S}" if one.ended else "never",
                    safe(one.note),
                )
                for one in chores
            ],
        )
    return text


def _plain(job: JobState) -> dict[str, object]:
    return {
        "id": job.id,
        "state": job.state,
        "queue": job.queue,
        "pull_request": str(job.pull_request) if job.pull_request else None,
        "since": job.since.isoformat(),
        "attempt": job.attempt,
        "delivery": job.delivery,
        "error": job.error,
    }


def _bulk(level: BulkLevel) -> dict[str, object]:
    return {
        "reason": level.reason,
        "installation": level.installation_id,
        "number": level.number,
        "due": level.due,
    }


def _pause(installation_id: int, pause: Pause) -> dict[str, object]:
    until = None if pause.until >= NEVER else pause.until.isoformat()
    return {"installation": installation_id, "until": until, "reason": pause.reason}


def _chore(chore: ChoreState) -> dict[str, object]:
    ended = chore.ended.isoformat() if chore.ended else None
    return {"name": chore.name, "running": chore.held, "ended": ended, "progress": chore.note}
