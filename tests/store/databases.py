"""Databases for tests: a fresh SQLite file, or a fresh database of a PostgreSQL that the session starts."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

_USER = "postgres"
_NUMBERS = count(1)


def binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL on this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    return found[-1].parent if found else None


def _account() -> str | None:
    """PostgreSQL refuses to run as root: then it runs as its own user."""
    return _USER if os.geteuid() == 0 else None


@contextmanager
def running_postgresql(*, durable: bool = False) -> Iterator[str]:
    """Start a server on a socket of its own; give the address of its socket's folder."""
    programs = binaries()
    account = _account()
    if programs is None or (account and account not in {entry.pw_name for entry in pwd.getpwall()}):
        pytest.skip("PostgreSQL is not on this machine")
    # Not tmp_path: its parents are closed to other users, and a socket's path may have 107 bytes only.
    folder = Path(tempfile.mkdtemp(prefix="tdd-pg-"))
    if account:
        shutil.chown(folder, account)

    def run(command: str, *arguments: str) -> None:
        subprocess.run(
            [programs / command, "-D", folder / "data", *arguments],
            user=account,
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    try:
        run("initdb", "-U", _USER, "-A", "trust", "-E", "UTF8", "--no-sync")
        # Durability is the server's business, not the tests': without fsync they are three times as fast.
        fsync = "on" if durable else "off"
        run("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", f"-h '' -k {folder} -c fsync={fsync}")
        try:
            yield str(folder)
        finally:
            run("pg_ctl", "stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def restart_postgresql(socket: str) -> None:
    """End the server as a crash does, and every connection with it; return once it answers again."""
    programs, account, folder = binaries(), _account(), Path(socket)
    assert programs is not None
    # It starts with the options that it was started with.
    command: list[str | Path] = [programs / "pg_ctl", "restart", "-w", "-m", "immediate"]
    command += ["-D", folder / "data", "-l", folder / "log"]
    subprocess.run(command, user=account, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def new_postgresql_database(socket: str) -> str:
    """Create an empty database; return its address."""
    name = f"test_{os.getpid()}_{next(_NUMBERS)}"
    with psycopg.connect(host=socket, user=_USER, dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"postgresql://{_USER}@/{name}?host={socket}"


def new_sqlite_database(folder: Path) -> str:
    """Return the address of a file that is not there yet."""
    return f"sqlite:///{folder / 'tdd-bot.sqlite'}"
