"""A second process on the same database: submits the pull requests whose numbers it reads, and runs none."""

import asyncio
import sys
from datetime import timedelta

from bot.engine.jobs import Books, DbosJobs, Pace
from bot.engine.runs import Hands
from bot.store.database import Database
from bot.store.pacing import DatabasePauses
from bot.store.runs import DatabaseExecutors, DatabaseGenerations
from tests.engine.stage import Stage, pull_request


async def main(url: str) -> None:
    database = await Database.open(url)
    books = Books(DatabaseGenerations(database), DatabaseExecutors(database), DatabasePauses(database))
    jobs = DbosJobs(url, books, Hands(Stage()), Pace(slots=0))
    await jobs.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while line := await asyncio.to_thread(sys.stdin.readline):
        await jobs.submit(pull_request(int(line)))
        sys.stdout.write("submitted\n")
        sys.stdout.flush()
    await jobs.stop(timedelta(0))
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
