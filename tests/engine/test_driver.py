"""PostgreSQL's driver is not loaded until something is asked of it, and then it is the driver."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _run(program: str) -> str:
    command = [sys.executable, "-c", program]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def test_the_engine_is_imported_without_it() -> None:
    program = (
        "import sys, bot.engine.jobs; print(*({'dbos', 'psycopg', 'psycopg_binary'} & sys.modules.keys()))"
    )
    assert _run(program) == "dbos"


@pytest.mark.parametrize("first", ["bot.engine.jobs", "psycopg"])
def test_what_the_library_asks_it_is_told_by_the_driver(first: str) -> None:
    program = f"""
import {first}
import bot.engine.jobs
from dbos._sys_db import pg_errors
from dbos._utils import psycopg as kept
asked = pg_errors.LockNotAvailable, kept.OperationalError, kept.errors.ConnectionTimeout
import psycopg
told = psycopg.errors.LockNotAvailable, psycopg.OperationalError, psycopg.errors.ConnectionTimeout
print(asked == told)
"""
    assert _run(program) == "True"
