"""What the engine's library is told, and how it is kept to its place."""

import asyncio
import logging
from collections.abc import Coroutine
from contextvars import Context
from typing import Any, Final, TypeVar

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer

_T = TypeVar("_T")

VERSION: Final = "1"
"""Fixed: by default it is a hash of the code, and jobs of the release before would never be run."""


class GivenUpError(Exception):
    """Ends a run as a dead letter; DBOS keeps its text."""


def configuration(database_url: str, executor_id: str) -> DBOSConfig:
    """Return what the library is started with."""
    return DBOSConfig(
        name="tdd-bot",
        system_database_url=database_url,
        # One per boot: by default all processes are "local", and each would restart the others' runs.
        executor_id=executor_id,
        application_version=VERSION,
        # The default pickles: code, to whoever can write the table.
        serializer=DBOSPortableJSONSerializer(),
        log_level="WARNING",
        enable_otlp=False,
    )


def adopt_logs() -> None:
    """Let the library's records go to the server's own log; with a handler there it adds none of its own."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
        logger.addFilter(_not_given_up)


async def apart(work: Coroutine[Any, Any, _T]) -> _T:
    """Run outside of any workflow.

    Inside one, DBOS would record each call as a step and answer it from the record when the run begins again
    after a crash: a follow-up that is due again would then not be submitted.
    """
    return await asyncio.create_task(work, context=Context())


def destroy(seconds: int) -> None:
    """Stop the library; runs under way get some seconds. It blocks its thread for one at least."""
    DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=seconds)


def _not_given_up(record: logging.LogRecord) -> bool:
    """Leave out what has been logged already where the job was given up."""
    return not (record.exc_info and isinstance(record.exc_info[1], GivenUpError))
