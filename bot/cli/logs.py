"""How the server logs: one line an event, for programs (JSON) or for people."""

import logging
import sys
from typing import Any

import structlog

from bot.settings import LogFormat, LogLevel


def configure_logs(level: LogLevel, form: LogFormat) -> None:
    """Send our own lines and those of the libraries to standard error, in one form."""
    numeric = logging.getLevelNamesMapping()[level.name]
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(numeric),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_form(form)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(numeric, logging.INFO))
    # Our own are what is asked for; what the root lets through bounds everybody else.
    logging.getLogger("bot").setLevel(numeric)
    # Of the libraries only what an operator can act on; their debug lines could hold headers.
    for name in ("aiohttp", "dbos", "sqlalchemy", "asyncio"):
        logging.getLogger(name).setLevel(max(numeric, logging.WARNING))


def _form(form: LogFormat) -> list[Any]:
    # Both ways to show a traceback show local variables by default: keys, tokens, texts of documents.
    if form is LogFormat.JSON:
        bare = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        return [
            structlog.processors.ExceptionRenderer(bare),
            structlog.processors.JSONRenderer(sort_keys=False, ensure_ascii=False),
        ]
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
