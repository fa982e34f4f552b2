"""The server's log: one line an event, and never a local variable of the code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_PROGRAM = """
import logging
import structlog
from bot.cli.logs import configure_logs
from bot.settings import LogFormat, LogLevel

configure_logs(LogLevel.INFO, LogFormat({form!r}))
log = structlog.get_logger("here")

def work():
    token = "hun" + "ter2"
    raise ZeroDivisionError(len(token))

with structlog.contextvars.bound_contextvars(delivery="guid-1"):
    log.debug("not shown")
    log.info("done", count=3)
    try:
        work()
    except ZeroDivisionError:
        log.exception("failed")
        logging.getLogger("dbos").exception("failed in a library")
    logging.getLogger("aiohttp").info("not shown either")
"""


def _lines(form: str) -> list[str]:
    result = subprocess.run(
        [sys.executable, "-c", _PROGRAM.format(form=form)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert result.stdout == ""
    return result.stderr.splitlines()


def test_json_is_one_object_a_line_with_the_delivery() -> None:
    done, failed, library = (json.loads(line) for line in _lines("json"))

    assert (done["event"], done["count"], done["level"], done["delivery"]) == ("done", 3, "info", "guid-1")
    assert failed["exception"][0]["exc_type"] == "ZeroDivisionError"
    assert (library["event"], library["logger"]) == ("failed in a library", "dbos")
    assert library["delivery"] == "guid-1"


def test_text_is_for_people() -> None:
    lines = _lines("text")

    assert "done" in lines[0]
    assert "delivery=guid-1" in lines[0]
    assert any(line.startswith("ZeroDivisionError: 7") for line in lines)


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_traceback_shows_no_local_variable(form: str) -> None:
    shown = "\n".join(_lines(form))

    assert "hunter2" not in shown
    assert "not shown" not in shown
